//! Changes that whoever watches a ticket is told of.
use super::clock::Time;
use super::ids::{PersonId, TicketId};

/// What changed; the names are the events of the sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A message came; the subject is its id.
    NewMessage,
    /// A message got another text; the subject is its id.
    MessageEdited,
    /// A message was emptied; the subject is its id.
    MessageDeleted,
    /// A message was sent, failed, or got another place; the subject is its id.
    MessageStatus,
    /// Somebody reacted to a message or took it back; the subject is the message's id.
    Reaction,
    /// Somebody read up to a message; the subject is the person.
    MessageRead,
    /// The ticket's own fields changed.
    TicketUpdated,
    /// Somebody was let in; the subject is the person.
    UserJoined,
    /// Somebody was put out or left; the subject is the person.
    UserLeft,
    /// A member of staff wrote a note; the subject is its id, as in the next three, and staff alone are told.
    NewNote,
    NoteEdited,
    NoteDeleted,
    /// A note was sent or failed, or its file came.
    NoteStatus,
}

impl What {
    pub const ALL: [Self; 13] = [
        Self::NewMessage,
        Self::MessageEdited,
        Self::MessageDeleted,
        Self::MessageStatus,
        Self::Reaction,
        Self::MessageRead,
        Self::TicketUpdated,
        Self::UserJoined,
        Self::UserLeft,
        Self::NewNote,
        Self::NoteEdited,
        Self::NoteDeleted,
        Self::NoteStatus,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewMessage => "new-message",
            Self::MessageEdited => "message-edited",
            Self::MessageDeleted => "message-deleted",
            Self::MessageStatus => "message-status",
            Self::Reaction => "reaction",
            Self::MessageRead => "message-read",
            Self::TicketUpdated => "ticket-updated",
            Self::UserJoined => "user-joined",
            Self::UserLeft => "user-left",
            Self::NewNote => "new-note",
            Self::NoteEdited => "note-edited",
            Self::NoteDeleted => "note-deleted",
            Self::NoteStatus => "note-status",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == text)
    }
}

/// A change as it is noted, in the transaction that makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub ticket: TicketId,
    pub what: What,
    /// The message, person or note it is about.
    pub subject: Option<String>,
    /// Who made it; absent for what the desk did by itself.
    pub actor: Option<PersonId>,
    pub at: Time,
}

/// What a numbered change is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    InTicket(Change),
    /// What this person may do has changed: they were disabled, got another role, or a session of theirs has ended.
    Access(PersonId),
}

/// A change that can be seen, with its place in the order in which changes became visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visible {
    pub seq: i64,
    pub noted: Noted,
}

impl Visible {
    /// The change of a ticket, if it is that.
    pub fn in_ticket(&self) -> Option<&Change> {
        match &self.noted {
            Noted::InTicket(change) => Some(change),
            Noted::Access(_) => None,
        }
    }
}

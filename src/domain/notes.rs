//! Notes: what staff tell each other about a ticket. No type of the conversation holds one, and none is a message.
use ruma::OwnedEventId;

use super::client_ids::ClientId;
use super::clock::Time;
use super::files::File;
use super::ids::{NoteId, PersonId, RevisionId, TicketId};
use super::messages::{Deleted, Delivery, EDITABLE, Kind};
use super::refusal::Refusal;
use super::{markup, text};

/// A note as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    pub id: NoteId,
    pub ticket: TicketId,
    pub author: PersonId,
    /// Plain text, or the Markdown it was written in. Empty when it was deleted.
    pub body: String,
    /// The same with formatting, harmless to show; none when there is no formatting.
    pub html: Option<String>,
    /// Of the kinds of messages.
    pub kind: Kind,
    /// The staff it calls upon.
    pub mentions: Vec<PersonId>,
    pub attachment: Option<File>,
    pub created_at: Time,
    pub edited_at: Option<Time>,
    pub deleted: Option<Deleted>,
    /// Written in a Matrix client: only there its author can edit it.
    pub is_from_matrix: bool,
    /// Its place among the notes, given when it is stored: the order in which the desk came to know them.
    pub position: i64,
    pub event_id: Option<OwnedEventId>,
    pub delivery: Delivery,
    /// What its author's client calls it.
    pub client_id: Option<ClientId>,
}

impl Note {
    /// A note that waits for the outbox.
    pub fn queued(id: NoteId, ticket: TicketId, author: PersonId, body: String, at: Time) -> Self {
        Self {
            id,
            ticket,
            author,
            body,
            html: None,
            kind: Kind::Text,
            mentions: Vec::new(),
            attachment: None,
            created_at: at,
            edited_at: None,
            deleted: None,
            is_from_matrix: false,
            position: 0,
            event_id: None,
            delivery: Delivery::Queued,
            client_id: None,
        }
    }

    /// Whether an edit at this time is later than the desk allows, which is as long as for messages.
    pub fn is_late(&self, at: Time) -> bool {
        at > self.created_at + EDITABLE
    }
}

/// A text that an edited note has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteRevision {
    pub id: RevisionId,
    pub note: NoteId,
    pub body: String,
    pub html: Option<String>,
    /// After the time in which the desk allows edits: only Matrix clients do.
    pub is_late: bool,
    pub at: Time,
    pub event_id: Option<OwnedEventId>,
}

/// A note to write, as it was given.
#[derive(Clone, Debug, Default)]
pub struct NoteDraft {
    pub note: Option<String>,
    pub mentions: Vec<String>,
    /// What the client calls it.
    pub client_id: Option<String>,
}

/// The checked text of a note, and the same with formatting.
pub fn check_body(note: Option<&str>) -> Result<(String, Option<String>), Refusal> {
    let body = text::body("note", note.unwrap_or(""), text::BODY_LIMIT)?;
    let html = markup::from_markdown(&body);
    Ok((body, html))
}

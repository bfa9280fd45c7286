//! Messages: their fields (the plan's ChatMessage) and the finer kind that Matrix knows.
use chrono::Duration;
use ruma::OwnedEventId;
use serde_json::Value;

use super::client_ids::ClientId;
use super::clock::Time;
use super::files::File;
use super::ids::{MessageId, PersonId, ReactionId, RevisionId, TicketId};
use super::refusal::Refusal;
use super::{markup, text};

/// How long after it was written its sender may edit a message at the desk (the plan's five minutes).
pub const EDITABLE: Duration = Duration::minutes(5);
/// How many people a message may call upon.
pub const MENTIONS_LIMIT: usize = 50;
/// Longest reaction, in characters: an emoji with its modifiers, or a word.
pub const REACTION_LIMIT: usize = 32;

/// The plan's coarse type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageType {
    Text,
    File,
    System,
}

impl MessageType {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::File => "file",
            Self::System => "system",
        }
    }
}

/// What a message is, in the terms of the Matrix specification (`msgtype`, or the event's own type).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Emote,
    Notice,
    Image,
    Video,
    Audio,
    /// A recording made to be listened to at once (MSC3245).
    Voice,
    File,
    Location,
    Poll,
    Sticker,
    System,
    /// A kind this version does not know; its fallback text is shown.
    Unsupported,
}

impl Kind {
    pub const ALL: [Self; 13] = [
        Self::Text,
        Self::Emote,
        Self::Notice,
        Self::Image,
        Self::Video,
        Self::Audio,
        Self::Voice,
        Self::File,
        Self::Location,
        Self::Poll,
        Self::Sticker,
        Self::System,
        Self::Unsupported,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Emote => "emote",
            Self::Notice => "notice",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::File => "file",
            Self::Location => "location",
            Self::Poll => "poll",
            Self::Sticker => "sticker",
            Self::System => "system",
            Self::Unsupported => "unsupported",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether a message of this kind has a file.
    pub fn has_file(self) -> bool {
        matches!(self, Self::Image | Self::Video | Self::Audio | Self::Voice | Self::File | Self::Sticker)
    }

    /// The plan's type of this kind.
    pub fn message_type(self) -> MessageType {
        match self {
            Self::Image | Self::Video | Self::Audio | Self::Voice | Self::File => MessageType::File,
            Self::System => MessageType::System,
            Self::Text
            | Self::Emote
            | Self::Notice
            | Self::Location
            | Self::Poll
            | Self::Sticker
            | Self::Unsupported => MessageType::Text,
        }
    }

    /// Whether people wrote it, so that it counts, is unread, and may reopen a ticket.
    pub fn is_of_people(self) -> bool {
        self != Self::System
    }
}

/// How far a message has come on its way into the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Accepted; a job will send it.
    Queued,
    /// In the room.
    Sent,
    /// Refused for good.
    Failed {
        reason: String,
        /// Whether it is certainly not in the room; otherwise an earlier attempt may have brought it there.
        is_certain: bool,
    },
}

impl Delivery {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed { .. } => "failed",
        }
    }
}

/// That somebody has read a message, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadBy {
    pub user: PersonId,
    pub read_at: Time,
}

/// A message that is empty by now, and whose doing that was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    pub at: Time,
    pub by: PersonId,
}

/// Who reacted to a message with the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reactions {
    pub label: String,
    pub people: Vec<PersonId>,
}

/// Somebody's reaction, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    pub id: ReactionId,
    pub message: MessageId,
    pub person: PersonId,
    pub label: String,
    pub at: Time,
    pub event_id: Option<OwnedEventId>,
    pub is_removed: bool,
}

/// A text that an edited message has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    pub id: RevisionId,
    pub message: MessageId,
    pub body: String,
    pub html: Option<String>,
    /// After [`EDITABLE`]: only Matrix clients allow that.
    pub is_late: bool,
    pub at: Time,
    pub event_id: Option<OwnedEventId>,
}

/// A message as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub id: MessageId,
    pub ticket: TicketId,
    pub sender: PersonId,
    /// What a person reads: plain text, or the Markdown it was written in. Empty when it was deleted.
    pub body: String,
    /// The same with formatting, harmless to show; none when there is no formatting.
    pub html: Option<String>,
    pub kind: Kind,
    /// What the kind needs besides a text, as the view shows it.
    pub details: Option<Value>,
    /// The message of the same ticket that this one answers.
    pub reply_to: Option<MessageId>,
    /// The message of the same ticket in whose thread this one stands.
    pub thread: Option<MessageId>,
    /// Whom it calls upon.
    pub mentions: Vec<PersonId>,
    pub reactions: Vec<Reactions>,
    pub attachment: Option<File>,
    pub read_by: Vec<ReadBy>,
    pub created_at: Time,
    pub edited_at: Option<Time>,
    pub deleted: Option<Deleted>,
    /// Written in a Matrix client: only there its author can edit it.
    pub is_from_matrix: bool,
    /// Its place in the ticket: the room's order for what has been seen there, the order of acceptance before that.
    pub seq: i64,
    pub event_id: Option<OwnedEventId>,
    pub delivery: Delivery,
    /// What its sender's client calls it.
    pub client_id: Option<ClientId>,
}

impl Message {
    /// A message of the desk that waits for the outbox.
    pub fn queued(id: MessageId, ticket: TicketId, sender: PersonId, body: String, (at, seq): (Time, i64)) -> Self {
        Self {
            id,
            ticket,
            sender,
            body,
            html: None,
            kind: Kind::Text,
            details: None,
            reply_to: None,
            thread: None,
            mentions: Vec::new(),
            reactions: Vec::new(),
            attachment: None,
            read_by: Vec::new(),
            created_at: at,
            edited_at: None,
            deleted: None,
            is_from_matrix: false,
            seq,
            event_id: None,
            delivery: Delivery::Queued,
            client_id: None,
        }
    }

    /// Whether an edit at this time is later than the desk allows.
    pub fn is_late(&self, at: Time) -> bool {
        at > self.created_at + EDITABLE
    }

    /// By somebody other than the sender.
    pub fn is_read(&self) -> bool {
        self.read_by.iter().any(|read| read.user != self.sender)
    }
}

/// A message to write, as it was given.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub message: Option<String>,
    pub reply_to: Option<String>,
    pub thread: Option<String>,
    pub mentions: Vec<String>,
    /// What the client calls it.
    pub client_id: Option<String>,
}

impl Draft {
    /// Nothing but a text.
    pub fn text(text: &str) -> Self {
        Self { message: Some(text.to_owned()), ..Self::default() }
    }
}

/// The checked text of a message, and the same with formatting.
pub fn check_body(message: Option<&str>) -> Result<(String, Option<String>), Refusal> {
    let body = text::body("message", message.unwrap_or(""), text::BODY_LIMIT)?;
    let html = markup::from_markdown(&body);
    Ok((body, html))
}

/// A checked reaction.
pub fn check_reaction(label: &str) -> Result<String, Refusal> {
    Ok(text::line("reaction", label, REACTION_LIMIT)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_and_has_a_plan_type() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::Image.message_type(), MessageType::File);
        assert_eq!(Kind::Emote.message_type(), MessageType::Text);
        assert_eq!(Kind::System.message_type(), MessageType::System);
    }
}

//! Messages: their fields (the plan's ChatMessage) and the finer kind that Matrix knows.
use ruma::OwnedEventId;

use super::clock::Time;
use super::files::File;
use super::ids::{MessageId, PersonId, TicketId};
use super::refusal::Refusal;
use super::text;

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
    File,
    Location,
    Sticker,
    System,
    /// A kind this version does not know; its fallback text is shown.
    Unsupported,
}

impl Kind {
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Emote,
        Self::Notice,
        Self::Image,
        Self::Video,
        Self::Audio,
        Self::File,
        Self::Location,
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
            Self::File => "file",
            Self::Location => "location",
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
        matches!(self, Self::Image | Self::Video | Self::Audio | Self::File | Self::Sticker)
    }

    /// The plan's type of this kind.
    pub fn message_type(self) -> MessageType {
        match self {
            Self::Image | Self::Video | Self::Audio | Self::File => MessageType::File,
            Self::System => MessageType::System,
            Self::Text | Self::Emote | Self::Notice | Self::Location | Self::Sticker | Self::Unsupported => {
                MessageType::Text
            }
        }
    }
}

/// How far a message has come on its way into the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Accepted; a job will send it.
    Queued,
    /// In the room.
    Sent,
    /// Refused for good, with the reason.
    Failed(String),
}

impl Delivery {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed(_) => "failed",
        }
    }
}

/// That somebody has read a message, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadBy {
    pub user: PersonId,
    pub read_at: Time,
}

/// A message as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub id: MessageId,
    pub ticket: TicketId,
    pub sender: PersonId,
    /// What a person reads: plain text.
    pub body: String,
    pub kind: Kind,
    pub attachment: Option<File>,
    pub read_by: Vec<ReadBy>,
    pub created_at: Time,
    pub edited_at: Option<Time>,
    /// Its place in the ticket: the room's order for what has been seen there, the order of acceptance before that.
    pub seq: i64,
    pub event_id: Option<OwnedEventId>,
    pub delivery: Delivery,
}

impl Message {
    /// By somebody other than the sender.
    pub fn is_read(&self) -> bool {
        self.read_by.iter().any(|read| read.user != self.sender)
    }
}

/// The checked text of a message to send.
pub fn check_body(message: Option<&str>) -> Result<String, Refusal> {
    Ok(text::body("message", message.unwrap_or(""), text::BODY_LIMIT)?)
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

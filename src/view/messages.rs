//! Messages (the plan's ChatMessage, with a finer kind and how far it has come).
use serde::Serialize;

use super::files::Attachment;
use super::people::{People, PersonRef};
use super::{cursor, lists, time};
use crate::domain::ids::{MessageId, PersonId, TicketId};
use crate::domain::messages::{self, Delivery};

/// Who has read a message, and since when.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadBy {
    pub user: PersonId,
    pub read_at: String,
}

/// A message.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub id: MessageId,
    pub ticket: TicketId,
    pub sender: PersonRef,
    pub message: String,
    /// `text`, `file` or `system`.
    pub message_type: &'static str,
    /// In the terms of the Matrix specification.
    pub kind: &'static str,
    pub attachment: Option<Attachment>,
    /// By somebody other than the sender.
    pub is_read: bool,
    pub read_by: Vec<ReadBy>,
    pub created_at: String,
    pub edited_at: Option<String>,
    pub is_edited: bool,
    /// `queued`, `sent` or `failed`.
    pub status: &'static str,
    /// Why it failed.
    pub failure: Option<String>,
    pub event_id: Option<String>,
}

impl Message {
    /// `people` holds at least those of [`people_of`].
    pub fn new(message: &messages::Message, people: &People) -> Self {
        let failure = match &message.delivery {
            Delivery::Failed(why) => Some(why.clone()),
            Delivery::Queued | Delivery::Sent => None,
        };
        let read = |read: &messages::ReadBy| ReadBy { user: read.user.clone(), read_at: time(read.read_at) };
        Self {
            id: message.id.clone(),
            ticket: message.ticket.clone(),
            sender: people.get(&message.sender),
            message: message.body.clone(),
            message_type: message.kind.message_type().as_str(),
            kind: message.kind.as_str(),
            attachment: message.attachment.as_ref().map(Attachment::from),
            is_read: message.is_read(),
            read_by: message.read_by.iter().map(read).collect(),
            created_at: time(message.created_at),
            edited_at: message.edited_at.map(time),
            is_edited: message.edited_at.is_some(),
            status: message.delivery.as_str(),
            failure,
            event_id: message.event_id.as_ref().map(ToString::to_string),
        }
    }
}

/// Everybody whom these messages show.
pub fn people_of(messages: &[messages::Message]) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = messages.iter().map(|message| message.sender.clone()).collect();
    people.sort();
    people.dedup();
    people
}

/// A part of a conversation. `older` says whether there is something before it, `from` where one asked to go on.
pub fn conversation(
    page: &[messages::Message],
    people: &People,
    older: bool,
    from: Option<i64>,
) -> lists::Conversation<Message> {
    let (first, last) = (page.first().map(|message| message.seq), page.last().map(|message| message.seq));
    lists::Conversation {
        items: page.iter().map(|message| Message::new(message, people)).collect(),
        prev_cursor: first.or(from).filter(|_| older).map(cursor::at_message),
        next_cursor: last.or(from).map(cursor::at_message),
    }
}

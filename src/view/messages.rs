//! Messages (the plan's ChatMessage, with a finer kind and how far it has come).
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::files::Attachment;
use super::people::{People, PersonRef};
use super::{Moment, cursor, lists, time};
use crate::domain::client_ids::ClientId;
use crate::domain::ids::{MessageId, PersonId, TicketId};
use crate::domain::messages::{self, Delivery, Kind, MessageType};

/// Who has read a message, and since when.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadBy {
    pub user: PersonId,
    pub read_at: Moment,
}

/// Who reacted to a message with the same thing, in the order in which they did.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reactions {
    pub reaction: String,
    pub users: Vec<PersonId>,
}

impl From<&messages::Reactions> for Reactions {
    fn from(reactions: &messages::Reactions) -> Self {
        Self { reaction: reactions.label.clone(), users: reactions.people.clone() }
    }
}

/// Why a message is not in the room.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DeliveryFailure)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    pub reason: String,
    /// False when an earlier attempt may have brought it there.
    pub is_certain: bool,
}

/// A text that an edited message had or has.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MessageRevision)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    pub message: String,
    pub html: Option<String>,
    pub at: Moment,
    /// After the five minutes in which the desk itself allows edits.
    pub is_late: bool,
}

impl From<&messages::Revision> for Revision {
    fn from(revision: &messages::Revision) -> Self {
        Self {
            message: revision.body.clone(),
            html: revision.html.clone(),
            at: time(revision.at),
            is_late: revision.is_late,
        }
    }
}

/// A message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub id: MessageId,
    pub ticket: TicketId,
    /// Orders the messages of a ticket; it may grow until the message is `sent`, when others overtake it.
    pub place: i64,
    pub sender: PersonRef,
    /// Plain text, or the Markdown it was written in. Empty when it was deleted.
    pub message: String,
    /// The same with formatting, harmless to show; `null` when there is none.
    pub html: Option<String>,
    /// `text`, `file` or `system`.
    #[schema(value_type = MessageType)]
    pub message_type: &'static str,
    /// In the terms of the Matrix specification.
    #[schema(value_type = Kind)]
    pub kind: &'static str,
    /// What the kind needs besides a text: a place's `geoUri`, a poll's `question` and `answers`, the `event` of a
    /// system line, the `type` and `content` of what cannot be shown.
    pub details: Option<Value>,
    /// The id of the message that this one answers.
    pub reply_to: Option<MessageId>,
    /// The id of the message in whose thread this one stands.
    pub thread: Option<MessageId>,
    pub mentions: Vec<PersonId>,
    pub reactions: Vec<Reactions>,
    pub attachment: Option<Attachment>,
    /// By somebody other than the sender.
    pub is_read: bool,
    pub read_by: Vec<ReadBy>,
    pub created_at: Moment,
    pub edited_at: Option<Moment>,
    pub is_edited: bool,
    pub is_deleted: bool,
    pub deleted_at: Option<Moment>,
    /// Who removed it.
    pub deleted_by: Option<PersonRef>,
    /// `queued`, `sent` or `failed`.
    #[schema(value_type = Delivery)]
    pub status: &'static str,
    /// Why it failed, when it did.
    pub failure: Option<Failure>,
    pub event_id: Option<String>,
    /// What its sender's client calls it; the same on every message of one request.
    pub client_id: Option<ClientId>,
}

impl Failure {
    /// Of what did not get into its room.
    pub fn of(delivery: &Delivery) -> Option<Self> {
        match delivery {
            Delivery::Failed { reason, is_certain } => Some(Self { reason: reason.clone(), is_certain: *is_certain }),
            Delivery::Queued | Delivery::Sent => None,
        }
    }
}

impl Message {
    /// `people` holds at least those of [`people_of`].
    pub fn new(message: &messages::Message, people: &People) -> Self {
        let failure = Failure::of(&message.delivery);
        let read = |read: &messages::ReadBy| ReadBy { user: read.user.clone(), read_at: time(read.read_at) };
        Self {
            id: message.id.clone(),
            ticket: message.ticket.clone(),
            place: message.seq,
            sender: people.get(&message.sender),
            message: message.body.clone(),
            html: message.html.clone(),
            message_type: message.kind.message_type().as_str(),
            kind: message.kind.as_str(),
            details: message.details.clone(),
            reply_to: message.reply_to.clone(),
            thread: message.thread.clone(),
            mentions: message.mentions.clone(),
            reactions: message.reactions.iter().map(Reactions::from).collect(),
            attachment: message.attachment.as_ref().map(Attachment::from),
            is_read: message.is_read(),
            read_by: message.read_by.iter().map(read).collect(),
            created_at: time(message.created_at),
            edited_at: message.edited_at.map(time),
            is_edited: message.edited_at.is_some(),
            is_deleted: message.deleted.is_some(),
            deleted_at: message.deleted.as_ref().map(|deleted| time(deleted.at)),
            deleted_by: message.deleted.as_ref().map(|deleted| people.get(&deleted.by)),
            status: message.delivery.as_str(),
            failure,
            event_id: message.event_id.as_ref().map(ToString::to_string),
            client_id: message.client_id.clone(),
        }
    }
}

/// Everybody whom these messages show.
pub fn people_of(messages: &[messages::Message]) -> Vec<PersonId> {
    let shown = |message: &messages::Message| {
        [Some(message.sender.clone()), message.deleted.as_ref().map(|deleted| deleted.by.clone())]
    };
    let mut people: Vec<PersonId> = messages.iter().flat_map(shown).flatten().collect();
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

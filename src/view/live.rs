//! What sockets are told: the shapes of REST, with the number of the change and the ticket it is about.
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::Moment;
use super::messages::Message;
use super::notes::Note;
use super::people::{Participant, PersonRef};
use super::tickets::Ticket;
use crate::domain::ids::TicketId;

/// `new-message`, `message-edited`, `message-deleted`, `message-status` and `reaction`: the message as it is now.
#[derive(Debug, Serialize)]
pub struct OfMessage {
    pub change: i64,
    /// Names its ticket itself.
    #[serde(flatten)]
    pub message: Message,
}

/// `new-note`, `note-edited`, `note-deleted` and `note-status`, for staff: the note as it is now.
#[derive(Debug, Serialize)]
pub struct OfNote {
    pub change: i64,
    /// Names its ticket itself.
    #[serde(flatten)]
    pub note: Note,
}

/// `ticket-updated`: the ticket as it is now.
#[derive(Debug, Serialize)]
pub struct OfTicket {
    pub change: i64,
    pub ticket: TicketId,
    #[serde(flatten)]
    pub view: Ticket,
}

/// `message-read`: somebody has read everything up to and including a place of the conversation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OfReading {
    pub change: i64,
    pub ticket: TicketId,
    pub user: PersonRef,
    /// The `place` of the last message they have read.
    pub place: i64,
    pub read_at: Moment,
}

/// `user-joined` and `user-left`: somebody was let in or put out.
#[derive(Debug, Serialize)]
pub struct OfPerson {
    pub change: i64,
    pub ticket: TicketId,
    #[serde(flatten)]
    pub participant: Participant,
}

/// `user-typing`: everybody who is typing now.
#[derive(Debug, Serialize)]
pub struct OfTyping {
    pub ticket: TicketId,
    pub users: Vec<PersonRef>,
}

/// `presence-in-ticket`, for staff: which staff look at the ticket.
#[derive(Debug, Serialize)]
pub struct OfPresence {
    pub ticket: TicketId,
    pub staff: Vec<Present>,
}

/// A member of staff who looks at a ticket.
#[derive(Debug, Serialize)]
pub struct Present {
    #[serde(flatten)]
    pub person: PersonRef,
    /// `viewing` or `typing`.
    pub state: &'static str,
}

/// `reload`: what was missed is not kept any longer.
#[derive(Debug, Serialize)]
pub struct Reload {
    pub change: i64,
}

/// `list-changed`: a ticket came into a watched list, changed in it, or went.
#[derive(Debug, Serialize)]
pub struct OfList<'a> {
    pub change: i64,
    pub watch: i64,
    pub ticket: &'a TicketId,
    /// As lists show it, without what is each reader's own.
    pub item: Option<&'a RawValue>,
    pub gone: bool,
}

/// What is left to read in a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    pub unread_count: i64,
}

/// What a `join-ticket` or `subscribe-list` gives.
#[derive(Debug, Serialize)]
pub struct Joined {
    /// The ticket; absent for lists.
    pub ticket: Option<TicketId>,
    /// Everything after this change is told.
    pub change: i64,
    /// How many missed changes were told before this answer.
    pub replayed: usize,
    /// Whether to read everything again over REST, because what was missed could not be told.
    pub reload: bool,
}

/// The answer to a client's event: one of the two.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer<T> {
    Result(T),
    Problem(super::problem::Problem),
}

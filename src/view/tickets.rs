//! Tickets (the plan's SupportTicket, with its version, its clocks and its room).
use std::collections::HashMap;

use serde::Serialize;

use super::files::Attachment;
use super::lists::{Conversation, List};
use super::messages::Message;
use super::people::{Participant, People, PersonRef};
use super::time;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::matrix_ids::Namespace;
use crate::domain::tickets;

/// The Matrix room of a ticket.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Room {
    pub room_id: String,
    pub alias: String,
}

/// A ticket.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    pub id: TicketId,
    /// The number people see, `TICK-YYYYMMDD-XXXX`.
    pub ticket_id: String,
    pub title: String,
    pub description: String,
    pub category: &'static str,
    pub priority: &'static str,
    pub status: &'static str,
    pub created_by: PersonRef,
    pub assigned_to: Option<PersonRef>,
    /// The first ten, except in the answer about one ticket, which has all.
    pub attachments: Vec<Attachment>,
    pub attachment_count: i64,
    pub created_at: String,
    pub updated_at: String,
    pub resolved_at: Option<String>,
    pub closed_at: Option<String>,
    /// What came of it; `null` while it is not done, or when nobody said.
    pub resolution: Option<String>,
    pub message_count: i64,
    pub last_message_at: Option<String>,
    pub last_message_by: Option<PersonRef>,
    pub version: i64,
    pub waiting_since: Option<String>,
    pub first_response_at: Option<String>,
    pub last_interaction_at: String,
    /// `null` until the room has been made.
    pub room: Option<Room>,
}

impl Ticket {
    /// `people` holds at least those of [`people_of`].
    pub fn new(ticket: &tickets::Ticket, people: &People, names: &Namespace) -> Self {
        let room =
            |id: &ruma::OwnedRoomId| Room { room_id: id.to_string(), alias: names.alias(&ticket.id).to_string() };
        Self {
            id: ticket.id.clone(),
            ticket_id: ticket.number.as_str().to_owned(),
            title: ticket.title.clone(),
            description: ticket.description.clone(),
            category: ticket.category.as_str(),
            priority: ticket.priority.as_str(),
            status: ticket.status.as_str(),
            created_by: people.get(&ticket.created_by),
            assigned_to: ticket.assigned_to.as_ref().map(|id| people.get(id)),
            attachments: ticket.attachments.iter().map(Attachment::from).collect(),
            attachment_count: ticket.attachment_count,
            created_at: time(ticket.created_at),
            updated_at: time(ticket.updated_at),
            resolved_at: ticket.resolved_at.map(time),
            closed_at: ticket.closed_at.map(time),
            resolution: ticket.resolution.clone(),
            message_count: ticket.message_count,
            last_message_at: ticket.last_message_at.map(time),
            last_message_by: ticket.last_message_by.as_ref().map(|id| people.get(id)),
            version: ticket.version,
            waiting_since: ticket.waiting_since.map(time),
            first_response_at: ticket.first_response_at.map(time),
            last_interaction_at: time(ticket.last_interaction_at),
            room: ticket.room_id.as_ref().map(room),
        }
    }
}

/// A ticket with what it has for one person.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnTicket {
    #[serde(flatten)]
    pub ticket: Ticket,
    /// How many messages of others they have not read.
    pub unread_count: i64,
}

impl OwnTicket {
    pub fn new(ticket: Ticket, unread: &HashMap<TicketId, i64>) -> Self {
        let unread_count = unread.get(&ticket.id).copied().unwrap_or(0);
        Self { ticket, unread_count }
    }
}

/// A ticket with the latest of its conversation and who belongs to it.
#[derive(Debug, Serialize)]
pub struct FullTicket {
    #[serde(flatten)]
    pub ticket: OwnTicket,
    pub messages: Conversation<Message>,
    pub participants: Vec<Participant>,
}

/// Everybody whom these tickets show.
pub fn people_of(tickets: &[tickets::Ticket]) -> Vec<PersonId> {
    let mentioned = |ticket: &tickets::Ticket| {
        [Some(ticket.created_by.clone()), ticket.assigned_to.clone(), ticket.last_message_by.clone()]
    };
    let mut people: Vec<PersonId> = tickets.iter().flat_map(mentioned).flatten().collect();
    people.sort();
    people.dedup();
    people
}

/// A part of a list; `next_cursor` goes on with it.
pub fn list(page: &[tickets::Ticket], people: &People, names: &Namespace, next_cursor: Option<String>) -> List<Ticket> {
    List { items: page.iter().map(|ticket| Ticket::new(ticket, people, names)).collect(), next_cursor }
}

/// A page with what each ticket has for the person it is for.
pub fn own(page: List<Ticket>, unread: &HashMap<TicketId, i64>) -> List<OwnTicket> {
    let items = page.items.into_iter().map(|ticket| OwnTicket::new(ticket, unread)).collect();
    List { items, next_cursor: page.next_cursor }
}

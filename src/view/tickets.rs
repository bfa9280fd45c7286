//! Tickets (the plan's SupportTicket, with its version, its clocks and its room).
use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::files::Attachment;
use super::lists::{Conversation, List};
use super::messages::Message;
use super::people::{Participant, People, PersonRef};
use super::{Moment, time};
use crate::domain::ids::{PersonId, TeamId, TicketId};
use crate::domain::matrix_ids::Namespace;
use crate::domain::people::Person;
use crate::domain::status::Status;
use crate::domain::tags::Tag;
use crate::domain::tickets::{self, Category, Priority};

/// The Matrix room of a ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Room {
    pub room_id: String,
    pub alias: String,
}

/// A team, by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeamRef {
    pub id: TeamId,
    pub name: String,
}

/// What only staff see of a ticket: for others there are no such fields.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ForStaff {
    pub team: Option<TeamRef>,
    #[schema(required = false)]
    pub tags: Vec<Tag>,
}

/// Whose eyes a ticket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eyes {
    Staff,
    Others,
}

impl From<&Person> for Eyes {
    fn from(person: &Person) -> Self {
        if person.role.is_staff() { Self::Staff } else { Self::Others }
    }
}

/// A ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    pub id: TicketId,
    /// The number people see, `TICK-YYYYMMDD-XXXX`.
    pub ticket_id: String,
    pub title: String,
    pub description: String,
    #[schema(value_type = Category)]
    pub category: &'static str,
    #[schema(value_type = Priority)]
    pub priority: &'static str,
    #[schema(value_type = Status)]
    pub status: &'static str,
    /// What it belongs to outside the desk, such as a course.
    pub context: Option<String>,
    /// Of staff, only those who are named see it.
    pub confidential: bool,
    /// The ticket it goes on from.
    pub follows: Option<TicketId>,
    /// The student it belongs to.
    pub created_by: PersonRef,
    /// The member of staff who opened it on their behalf.
    pub opened_by: Option<PersonRef>,
    pub assigned_to: Option<PersonRef>,
    /// The first ten, except in the answer about one ticket, which has all.
    pub attachments: Vec<Attachment>,
    pub attachment_count: i64,
    pub created_at: Moment,
    pub updated_at: Moment,
    pub resolved_at: Option<Moment>,
    pub closed_at: Option<Moment>,
    /// What came of it; `null` while it is not done, or when nobody said.
    pub resolution: Option<String>,
    pub message_count: i64,
    pub last_message_at: Option<Moment>,
    pub last_message_by: Option<PersonRef>,
    pub version: i64,
    pub waiting_since: Option<Moment>,
    pub first_response_at: Option<Moment>,
    pub last_interaction_at: Moment,
    /// When it was announced that it will be closed by itself; `null` when something has happened since.
    pub closing_announced_at: Option<Moment>,
    /// `null` until the room has been made.
    pub room: Option<Room>,
    #[serde(flatten)]
    #[schema(value_type = ForStaff)]
    pub for_staff: Option<ForStaff>,
}

impl Ticket {
    /// `people` holds at least those of [`people_of`].
    pub fn new(ticket: &tickets::Ticket, people: &People, names: &Namespace, eyes: Eyes) -> Self {
        let team = ticket.team.as_ref().zip(ticket.team_name.as_ref());
        let for_staff = ForStaff {
            team: team.map(|(id, name)| TeamRef { id: id.clone(), name: name.clone() }),
            tags: ticket.tags.clone(),
        };
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
            context: ticket.context.clone(),
            confidential: ticket.is_confidential,
            follows: ticket.follows.clone(),
            created_by: people.get(&ticket.created_by),
            opened_by: ticket.opened_by.as_ref().map(|id| people.get(id)),
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
            closing_announced_at: ticket.closing_announced_at.map(time),
            room: ticket.room_id.as_ref().map(room),
            for_staff: (eyes == Eyes::Staff).then_some(for_staff),
        }
    }
}

/// A ticket with what it has for one person.
#[derive(Debug, Serialize, ToSchema)]
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

/// A ticket, where another one leads to it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Linked {
    pub id: TicketId,
    pub ticket_id: String,
    pub title: String,
    #[schema(value_type = Status)]
    pub status: &'static str,
}

impl From<&tickets::Ticket> for Linked {
    fn from(ticket: &tickets::Ticket) -> Self {
        let (id, ticket_id) = (ticket.id.clone(), ticket.number.as_str().to_owned());
        Self { id, ticket_id, title: ticket.title.clone(), status: ticket.status.as_str() }
    }
}

/// A ticket with the latest of its conversation, who belongs to it, and what it goes on from and goes on in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FullTicket {
    #[serde(flatten)]
    pub ticket: OwnTicket,
    /// The description as HTML that is harmless to show; `null` when it has no formatting.
    pub description_html: Option<String>,
    /// How many notes there are, for staff; whoever is not to know of notes is not shown that there is such a field.
    #[serde(rename = "noteCount", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub note_count: Option<i64>,
    pub messages: Conversation<Message>,
    pub participants: Vec<Participant>,
    pub goes_on_from: Option<Linked>,
    pub follow_ups: Vec<Linked>,
}

/// Everybody whom these tickets show.
pub fn people_of(tickets: &[tickets::Ticket]) -> Vec<PersonId> {
    let mentioned = |ticket: &tickets::Ticket| {
        let others = [&ticket.opened_by, &ticket.assigned_to, &ticket.last_message_by];
        std::iter::once(Some(ticket.created_by.clone())).chain(others.map(Clone::clone))
    };
    let mut people: Vec<PersonId> = tickets.iter().flat_map(mentioned).flatten().collect();
    people.sort();
    people.dedup();
    people
}

/// A part of a list; `next_cursor` goes on with it.
pub fn list(
    page: &[tickets::Ticket],
    people: &People,
    (names, eyes): (&Namespace, Eyes),
    next_cursor: Option<String>,
) -> List<Ticket> {
    List { items: page.iter().map(|ticket| Ticket::new(ticket, people, names, eyes)).collect(), next_cursor }
}

/// A page with what each ticket has for the person it is for.
pub fn own(page: List<Ticket>, unread: &HashMap<TicketId, i64>) -> List<OwnTicket> {
    let items = page.items.into_iter().map(|ticket| OwnTicket::new(ticket, unread)).collect();
    List { items, next_cursor: page.next_cursor }
}

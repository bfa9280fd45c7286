//! System lines: what happened to a ticket, said once in its conversation and, as a notice of the bot, in its room.
use serde_json::{Value, json};

use super::chat::changed;
use super::outgoing::{self, Outgoing};
use crate::domain::Clock;
use crate::domain::changes::What;
use crate::domain::clock::Time;
use crate::domain::ids::MessageId;
use crate::domain::messages::{Kind, Message};
use crate::domain::people::Person;
use crate::domain::status::Status;
use crate::domain::tickets::{Ticket, TicketNumber};
use crate::store::{self, DbError, Tx};

/// What a system line tells.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event<'a> {
    Created,
    /// What was written too late to reopen it opened another ticket.
    FollowedUp {
        by: &'a TicketNumber,
    },
    /// It will be closed by itself.
    ClosingAnnounced {
        days: i64,
    },
    ClosedByItself,
    StatusChanged {
        from: Status,
        to: Status,
        resolution: Option<&'a str>,
    },
    Renamed,
    Assigned {
        to: &'a Person,
    },
    Unassigned,
    Joined,
    Left,
}

impl Event<'_> {
    /// In English, for clients that show nothing but the text.
    fn words(&self, who: &Person, ticket: &Ticket) -> String {
        let name = &who.display_name;
        match self {
            Self::Created if ticket.opened_by.as_ref() == Some(&who.id) => {
                format!("{name} opened this ticket for somebody else.")
            }
            Self::Created => format!("{name} opened this ticket."),
            Self::FollowedUp { by } => format!("{name} wrote again: this goes on in {}.", by.as_str()),
            Self::ClosingAnnounced { days } => {
                format!("This ticket will be closed in {days} days. Write a message to keep it open.")
            }
            Self::ClosedByItself => "This ticket was closed because nothing happened in it.".to_owned(),
            Self::StatusChanged { from, to, resolution } => {
                let line = format!("{name} changed the status from {} to {}.", from.as_str(), to.as_str());
                resolution.map_or(line.clone(), |resolution| format!("{line}\n{resolution}"))
            }
            Self::Renamed => format!("{name} changed the title to: {}", ticket.title),
            Self::Unassigned => format!("{name} gave this ticket back to everybody."),
            Self::Assigned { to } => format!("{name} assigned this ticket to {}.", to.display_name),
            Self::Joined => format!("{name} joined."),
            Self::Left => format!("{name} left."),
        }
    }

    /// For clients that say it in the reader's language.
    fn details(&self, ticket: &Ticket) -> Value {
        match self {
            Self::Created => json!({"event": "created"}),
            Self::FollowedUp { by } => json!({"event": "followed-up", "ticketId": by.as_str()}),
            Self::ClosingAnnounced { days } => json!({"event": "closing-announced", "days": days}),
            Self::ClosedByItself => json!({"event": "closed-by-itself"}),
            Self::StatusChanged { from, to, resolution } => {
                let (from, to) = (from.as_str(), to.as_str());
                json!({"event": "status-changed", "from": from, "to": to, "resolution": resolution})
            }
            Self::Renamed => json!({"event": "renamed", "title": ticket.title}),
            Self::Unassigned => json!({"event": "unassigned"}),
            Self::Assigned { to } => json!({"event": "assigned", "to": to.id, "name": to.display_name}),
            Self::Joined => json!({"event": "joined"}),
            Self::Left => json!({"event": "left"}),
        }
    }
}

/// The line about what `who` did, at the next place of the conversation; the caller stores the (locked) ticket.
pub(super) fn compose(clock: &Clock, ticket: &mut Ticket, (who, event): (&Person, Event<'_>), at: Time) -> Message {
    let (id, place) = (MessageId::fresh(clock), (at, ticket.place_accepted()));
    Message {
        kind: Kind::System,
        details: Some(event.details(ticket)),
        ..Message::queued(id, ticket.id.clone(), who.id.clone(), event.words(who, ticket), place)
    }
}

/// Stores a line and lets it be said in the room.
pub(super) async fn post(tx: &mut Tx, clock: &Clock, line: &Message) -> Result<(), DbError> {
    store::messages::insert(tx, line).await?;
    outgoing::enqueue(tx, clock, &line.ticket, &Outgoing::send_message(&line.id)).await?;
    changed(tx, line, What::NewMessage, (Some(&line.sender), line.created_at)).await
}

/// Both at once, for a ticket that is stored already.
pub(super) async fn announce(
    tx: &mut Tx,
    clock: &Clock,
    ticket: &mut Ticket,
    told: (&Person, Event<'_>),
    at: Time,
) -> Result<(), DbError> {
    let line = compose(clock, ticket, told, at);
    post(tx, clock, &line).await
}

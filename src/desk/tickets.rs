//! Opening tickets, looking at them, moving them along.
use super::outgoing::{self, Outgoing};
use super::{Desk, changes, locked_ticket, notices, permitted_ticket};
use crate::domain::changes::What;
use crate::domain::clock::Time;
use crate::domain::ids::{TicketId, TimelineId};
use crate::domain::people::Person;
use crate::domain::permissions::{self, Action, Scope};
use crate::domain::status::{self, Mover, Status};
use crate::domain::tickets::{Ticket, TicketDraft, counting_day};
use crate::domain::timeline::{Entry, Happening};
use crate::domain::{Clock, Refusal};
use crate::store::files::Share;
use crate::store::tickets::After;
use crate::store::{self, DbError, Tx};

impl Desk {
    /// Opens a ticket for `by`. The row is there at once; its room follows from the outbox.
    pub async fn open_ticket(&self, by: &Person, draft: TicketDraft) -> Result<Ticket, Refusal> {
        let new = draft.check()?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let mut ticket = Ticket {
            id: TicketId::fresh(self.clock()),
            number: store::tickets::next_number(&mut tx, counting_day(now, self.settings().zone)).await?,
            title: new.title,
            description: new.description,
            category: new.category,
            priority: new.priority,
            status: Status::Open,
            created_by: by.id.clone(),
            assigned_to: None,
            attachments: Vec::new(),
            attachment_count: 0,
            created_at: now,
            updated_at: now,
            resolved_at: None,
            closed_at: None,
            message_count: 0,
            last_message_at: None,
            last_message_by: None,
            version: 1,
            waiting_since: Some(now),
            first_response_at: None,
            last_interaction_at: now,
            room_id: None,
            last_seq: 0,
            room_seq: 0,
        };
        let line = notices::compose(self.clock(), &mut ticket, (by, notices::Event::Created), now);
        store::tickets::insert(&mut tx, &ticket).await?;
        store::participants::insert_requester(&mut tx, &ticket.id, &by.id, now).await?;
        note(&mut tx, self.clock(), &ticket, (Some(by), Happening::Created), (None, None)).await?;
        changes::note(&mut tx, &ticket.id, What::TicketUpdated, None, (Some(&by.id), now)).await?;
        outgoing::enqueue(&mut tx, self.clock(), &ticket.id, &Outgoing::make_room(&ticket.id)).await?;
        outgoing::enqueue(&mut tx, self.clock(), &ticket.id, &Outgoing::send_description(&ticket.id)).await?;
        notices::post(&mut tx, self.clock(), &line).await?;
        tx.commit().await?;
        self.wake_outbox();
        tracing::info!(ticket.id = %ticket.id, "opened {}", ticket.number.as_str());
        Ok(ticket)
    }

    /// The ticket with this id or number.
    pub async fn ticket(&self, by: &Person, key: &str) -> Result<Ticket, Refusal> {
        let mut tx = self.db().read().await?;
        let mut ticket = permitted_ticket(&mut tx, by, key, Action::See).await?;
        store::files::attach_to_tickets(&mut tx, std::slice::from_mut(&mut ticket), Share::All).await?;
        Ok(ticket)
    }

    /// What `by` opened or was let into, the latest interaction first.
    pub async fn my_tickets(&self, by: &Person, after: Option<&After>, limit: i64) -> Result<Vec<Ticket>, Refusal> {
        let scope = Scope::Own(by.id.clone());
        self.tickets_in(&scope, after, limit).await
    }

    /// Every ticket, for staff, the latest interaction first.
    pub async fn all_tickets(&self, by: &Person, after: Option<&After>, limit: i64) -> Result<Vec<Ticket>, Refusal> {
        let scope = permissions::scope_of_all(by)?;
        self.tickets_in(&scope, after, limit).await
    }

    async fn tickets_in(&self, scope: &Scope, after: Option<&After>, limit: i64) -> Result<Vec<Ticket>, Refusal> {
        let mut tx = self.db().read().await?;
        let mut tickets = store::tickets::list(&mut tx, scope, after, limit).await?;
        store::files::attach_to_tickets(&mut tx, &mut tickets, Share::First).await?;
        Ok(tickets)
    }

    /// Moves a ticket to another status; a conflict names the legal ones.
    pub async fn change_status(&self, by: &Person, key: &str, to: Status) -> Result<Ticket, Refusal> {
        let mut tx = self.db().write().await?;
        let mut ticket = locked_ticket(&mut tx, by, key, Action::Move).await?;
        let mover = if by.role.is_staff() { Mover::Staff } else { Mover::Requester };
        let to = status::transition(mover, ticket.status, to)?;
        enter(&mut tx, self.clock(), &mut ticket, (Some(by), to), self.clock().now()).await?;
        store::tickets::update(&mut tx, &mut ticket).await?;
        tx.commit().await?;
        self.wake_outbox();
        tracing::info!(ticket.id = %ticket.id, "{} is {}", ticket.number.as_str(), to.as_str());
        Ok(ticket)
    }

    /// Gives a ticket to a member of staff.
    pub async fn assign(&self, by: &Person, key: &str, to: &Person) -> Result<Ticket, Refusal> {
        if !to.role.is_staff() || to.is_disabled() {
            return Err(Refusal::field("userId", "is not an instructor or admin"));
        }
        let mut tx = self.db().write().await?;
        let mut ticket = locked_ticket(&mut tx, by, key, Action::Assign).await?;
        let from = ticket.assigned_to.replace(to.id.clone());
        ticket.updated_at = self.clock().now();
        let values = (from.map(|id| id.to_string()), Some(to.id.to_string()));
        note(&mut tx, self.clock(), &ticket, (Some(by), Happening::Assigned), values).await?;
        let (told, now) = ((by, notices::Event::Assigned { to }), self.clock().now());
        changes::note(&mut tx, &ticket.id, What::TicketUpdated, None, (Some(&by.id), now)).await?;
        notices::announce(&mut tx, self.clock(), &mut ticket, told, now).await?;
        store::tickets::update(&mut tx, &mut ticket).await?;
        tx.commit().await?;
        self.wake_outbox();
        tracing::info!(ticket.id = %ticket.id, person.id = %to.id, "assigned {}", ticket.number.as_str());
        Ok(ticket)
    }
}

/// Puts a locked ticket into a status that is known to be legal: the row, the timeline, the room's copy.
/// The caller stores the ticket.
pub(super) async fn enter(
    tx: &mut Tx,
    clock: &Clock,
    ticket: &mut Ticket,
    (by, to): (Option<&Person>, Status),
    at: Time,
) -> Result<(), DbError> {
    let from = ticket.status;
    ticket.enter(to, at);
    let values = (Some(from.as_str().to_owned()), Some(to.as_str().to_owned()));
    note(tx, clock, ticket, (by, Happening::StatusChanged), values).await?;
    changes::note(tx, &ticket.id, What::TicketUpdated, None, (by.map(|by| &by.id), at)).await?;
    if let Some(by) = by {
        notices::announce(tx, clock, ticket, (by, notices::Event::StatusChanged { from, to }), at).await?;
    }
    outgoing::enqueue(tx, clock, &ticket.id, &Outgoing::show_ticket(&ticket.id)).await
}

/// Writes a line into the ticket's timeline.
pub(super) async fn note(
    tx: &mut Tx,
    clock: &Clock,
    ticket: &Ticket,
    (by, happening): (Option<&Person>, Happening),
    (from, to): (Option<String>, Option<String>),
) -> Result<(), DbError> {
    let entry = Entry {
        id: TimelineId::fresh(clock),
        ticket: ticket.id.clone(),
        actor: by.map(|by| by.id.clone()),
        happening,
        from,
        to,
        at: clock.now(),
    };
    store::timeline::insert(tx, &entry).await
}

//! A ticket's life after it was opened: its status, its own fields, and the account of every change.
use serde_json::json;

use super::outgoing::{self, Outgoing};
use super::{Desk, assignment, audit, changes, confidential, locked_ticket, notes, notices, permitted_ticket, tickets};
use crate::domain::Refusal;
use crate::domain::audit::Deed;
use crate::domain::changes::What;
use crate::domain::edits::{Edit, Expected, NewFields};
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::status::{self, Goal, Mover, Status};
use crate::domain::text;
use crate::domain::tickets::Ticket;
use crate::domain::timeline::{Entry, Happening, Part};
use crate::store::{self, DbError, Tx};

/// Where a ticket is to go.
#[derive(Clone, Debug)]
pub struct Moving {
    pub goal: Goal,
    /// What came of it; for tickets that are done.
    pub resolution: Option<String>,
    pub expected: Expected,
}

impl Desk {
    /// Moves a ticket to another status; a conflict names the legal ones.
    pub async fn change_status(&self, by: &Person, key: &str, to: Status) -> Result<Ticket, Refusal> {
        let moving = Moving { goal: Goal::Become(to), resolution: None, expected: Expected::default() };
        self.move_ticket(by, key, moving).await
    }

    /// As [`Desk::change_status`], with what came of it. Staff who close a ticket say that, unless it was said before.
    pub async fn move_ticket(&self, by: &Person, key: &str, moving: Moving) -> Result<Ticket, Refusal> {
        let mut tx = self.db().write().await?;
        let ticket = self.moved(&mut tx, by, key, moving).await?;
        tx.commit().await?;
        self.wake_outbox();
        tracing::info!(ticket.id = %ticket.id, "{} is {}", ticket.number.as_str(), ticket.status.as_str());
        Ok(ticket)
    }

    /// The same as a part of a transaction.
    pub(super) async fn moved(&self, tx: &mut Tx, by: &Person, key: &str, moving: Moving) -> Result<Ticket, Refusal> {
        let resolution = moving.resolution.as_deref();
        let resolution = resolution.map(|said| text::body("resolution", said, text::RESOLUTION_LIMIT)).transpose()?;
        let mut ticket = locked_ticket(tx, by, key, Action::Move).await?;
        moving.expected.check(&ticket)?;
        let is_staff = by.role.is_staff();
        let mover = if is_staff { Mover::Staff } else { Mover::Requester };
        let to = status::reach(mover, ticket.status, moving.goal)?;
        if !is_staff && ticket.status.is_done() && !to.is_done() && self.is_past_reopening(&ticket) {
            let why = "it was done too long ago to be opened again: write into it, and a follow-up is opened";
            return Err(Refusal::Conflict(why.to_owned()));
        }
        if resolution.is_some() && !to.is_done() {
            return Err(Refusal::field("resolution", "goes with resolved and closed alone"));
        }
        if moving.goal == Goal::Close && is_staff && resolution.is_none() && ticket.resolution.is_none() {
            return Err(Refusal::field("resolution", "must say what came of it"));
        }
        if resolution.is_some() {
            let values = (ticket.resolution.clone(), resolution.clone());
            ticket.resolution = resolution;
            tickets::note(tx, self.clock(), &ticket, (Some(by), Happening::ResolutionGiven), values).await?;
        }
        let from = ticket.status;
        tickets::enter(tx, self.clock(), &mut ticket, (Some(by), to), self.clock().now()).await?;
        store::tickets::update(tx, &mut ticket).await?;
        self.notify_ticket_status_change(tx, &ticket, (Some(by), from)).await?;
        Ok(ticket)
    }

    /// Gives a ticket other fields; its room follows. What is not given, or is as it was, stays.
    pub async fn edit_ticket(
        &self,
        by: &Person,
        key: &str,
        (edit, expected): (Edit, Expected),
    ) -> Result<Ticket, Refusal> {
        let new = edit.check()?;
        let mut tx = self.db().write().await?;
        let mut ticket = locked_ticket(&mut tx, by, key, Action::See).await?;
        for action in new.actions() {
            super::may(&mut tx, by, &ticket, action).await?;
        }
        expected.check(&ticket)?;
        store::tags::attach(&mut tx, std::slice::from_mut(&mut ticket)).await?;
        if !self.rewrite(&mut tx, by, &mut ticket, new).await? {
            return Ok(ticket);
        }
        tx.commit().await?;
        self.wake_outbox();
        tracing::info!(ticket.id = %ticket.id, "changed {}", ticket.number.as_str());
        Ok(ticket)
    }

    /// Gives the (locked) ticket these fields; false when it had them.
    pub(super) async fn rewrite(
        &self,
        tx: &mut Tx,
        by: &Person,
        ticket: &mut Ticket,
        new: NewFields,
    ) -> Result<bool, DbError> {
        let (clock, now) = (self.clock(), self.clock().now());
        let tags = ticket.tags.clone();
        let changes = new.apply(ticket);
        if changes.is_empty() {
            return Ok(false);
        }
        ticket.updated_at = now;
        for change in &changes {
            let values = (Some(change.from.clone()), Some(change.to.clone()));
            tickets::note(tx, clock, ticket, (Some(by), change.happening), values).await?;
        }
        store::tags::replace(tx, &ticket.id, (&tags, &ticket.tags)).await?;
        let is_about = |happening| changes.iter().any(|change| change.happening == happening);
        if is_about(Happening::TitleChanged) {
            notices::announce(tx, clock, ticket, (by, notices::Event::Renamed), now).await?;
        }
        // Until somebody has it, it follows its category and context to their team.
        if ticket.assigned_to.is_none()
            && (is_about(Happening::CategoryChanged) || is_about(Happening::ContextChanged))
            && let Some(team) = store::teams::routed(tx, ticket.category, ticket.context.as_deref()).await?
        {
            assignment::route(tx, clock, None, (ticket, Some(&team))).await?;
            self.notify_ticket_assigned(tx, ticket, Some(by)).await?;
        }
        if is_about(Happening::ConfidentialityChanged) {
            if ticket.is_confidential {
                confidential::name_first(tx, by, ticket).await?;
            }
            notes::members::look_through(tx, clock, &ticket.id).await?;
            let details = json!({"confidential": ticket.is_confidential});
            let deed = (Deed::ConfidentialityChanged, ticket.id.as_str());
            audit::note(tx, clock, Some(by), deed, details).await?;
        }
        changes::note(tx, &ticket.id, What::TicketUpdated, None, (Some(&by.id), now)).await?;
        store::tickets::update(tx, ticket).await?;
        outgoing::enqueue(tx, clock, &ticket.id, &Outgoing::show_ticket(&ticket.id)).await?;
        Ok(true)
    }

    /// A part of what happened to a ticket, oldest first; what is for staff alone is shown to them alone.
    pub async fn timeline(&self, by: &Person, key: &str, part: Part) -> Result<Vec<Entry>, Refusal> {
        let mut tx = self.db().read().await?;
        let ticket = permitted_ticket(&mut tx, by, key, Action::See).await?;
        let part = Part { with_internal: part.with_internal && by.role.is_staff(), ..part };
        Ok(store::timeline::list(&mut tx, &ticket.id, &part).await?)
    }
}

//! Closing by itself: tickets that wait for their student, or are resolved, and in which nothing happens any longer. The
//! student is told first.
use chrono::Duration;

use super::{AutoClose, Desk, changes, notices, tickets};
use crate::domain::Refusal;
use crate::domain::changes::What;
use crate::domain::ids::TicketId;
use crate::domain::people::Person;
use crate::domain::status::{Mover, Status, moves};
use crate::domain::tickets::Ticket;
use crate::domain::timeline::Happening;
use crate::store::{self, DbError, Tx};

/// How many tickets are looked for at once.
const AT_ONCE: i64 = 100;

impl Desk {
    /// Tells the students of tickets in which nothing has happened for long, and closes those whose students were told
    /// and have not written. Each is looked at again under its lock; how many were told and how many closed.
    pub async fn close_idle(&self) -> Result<(usize, usize), Refusal> {
        let Some(AutoClose { after, warning }) = self.settings().tickets.auto_close else { return Ok((0, 0)) };
        let now = self.clock().now();
        let (quiet, told) = (now - (after - warning), now - warning);
        let mut counts = (0, 0);
        loop {
            let ids = store::tickets::to_announce(&mut self.db().read().await?, quiet, AT_ONCE).await?;
            for id in &ids {
                counts.0 += usize::from(self.announce_closing(id, warning).await?);
            }
            if !is_full(&ids) {
                break;
            }
        }
        loop {
            let ids = store::tickets::to_close(&mut self.db().read().await?, told, AT_ONCE).await?;
            for id in &ids {
                counts.1 += usize::from(self.close_by_itself(id, warning).await?);
            }
            if !is_full(&ids) {
                return Ok(counts);
            }
        }
    }

    async fn announce_closing(&self, id: &TicketId, warning: Duration) -> Result<bool, Refusal> {
        let mut tx = self.db().write().await?;
        let Some((mut ticket, student)) = idle(&mut tx, id).await? else { return Ok(false) };
        if ticket.closing_announced_at.is_some() {
            return Ok(false);
        }
        let now = self.clock().now();
        let days = warning.num_days().max(1);
        ticket.closing_announced_at = Some(now);
        let values = (None, Some(days.to_string()));
        tickets::note(&mut tx, self.clock(), &ticket, (None, Happening::ClosingAnnounced), values).await?;
        let told = (&student, notices::Event::ClosingAnnounced { days });
        notices::announce(&mut tx, self.clock(), &mut ticket, told, now).await?;
        self.notify_closing(&mut tx, &ticket, days).await?;
        store::tickets::update(&mut tx, &mut ticket).await?;
        changes::note(&mut tx, &ticket.id, What::TicketUpdated, None, (None, now)).await?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(true)
    }

    async fn close_by_itself(&self, id: &TicketId, warning: Duration) -> Result<bool, Refusal> {
        let mut tx = self.db().write().await?;
        let Some((mut ticket, student)) = idle(&mut tx, id).await? else { return Ok(false) };
        let now = self.clock().now();
        if ticket.closing_announced_at.is_none_or(|told| now - told < warning) {
            return Ok(false);
        }
        let from = ticket.status;
        tickets::enter(&mut tx, self.clock(), &mut ticket, (None, Status::Closed), now).await?;
        self.notify_ticket_status_change(&mut tx, &ticket, (None, from)).await?;
        let told = (&student, notices::Event::ClosedByItself);
        notices::announce(&mut tx, self.clock(), &mut ticket, told, now).await?;
        store::tickets::update(&mut tx, &mut ticket).await?;
        tx.commit().await?;
        self.wake_outbox();
        tracing::info!(ticket.id = %ticket.id, "closed {} by itself", ticket.number.as_str());
        Ok(true)
    }
}

fn is_full(ids: &[TicketId]) -> bool {
    i64::try_from(ids.len()).is_ok_and(|count| count == AT_ONCE)
}

/// The ticket, locked, with its student, if it may still be closed by itself: never while they wait for an answer.
async fn idle(tx: &mut Tx, id: &TicketId) -> Result<Option<(Ticket, Person)>, DbError> {
    let Some(ticket) = store::tickets::locked_by_id(tx, id).await? else { return Ok(None) };
    if ticket.waiting_since.is_some() || !moves(Mover::Desk, ticket.status).contains(&Status::Closed) {
        return Ok(None);
    }
    // The lines of what happens by itself stand in the student's name: every message has somebody's.
    let student = store::people::by_id(tx, &ticket.created_by).await?;
    Ok(student.map(|student| (ticket, student)))
}

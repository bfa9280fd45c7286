//! Whose a ticket is: giving it to a member of staff, taking it, giving it back. The room follows from the outbox.
use super::outgoing::{self, Outgoing};
use super::{Desk, changes, locked_ticket, notes, notices, tickets};
use crate::domain::Refusal;
use crate::domain::changes::What;
use crate::domain::edits::Expected;
use crate::domain::ids::PersonId;
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::tickets::Ticket;
use crate::domain::timeline::Happening;
use crate::store::{self, Tx};

impl Desk {
    /// Gives a ticket to a member of staff.
    pub async fn assign(&self, by: &Person, key: &str, to: &Person) -> Result<Ticket, Refusal> {
        self.assign_to(by, key, (Some(&to.id), &Expected::default())).await
    }

    /// Gives a ticket to a member of staff, or, with nobody, to nobody.
    pub async fn assign_to(
        &self,
        by: &Person,
        key: &str,
        (to, expected): (Option<&PersonId>, &Expected),
    ) -> Result<Ticket, Refusal> {
        let mut tx = self.db().write().await?;
        let ticket = locked_ticket(&mut tx, by, key, Action::Assign).await?;
        expected.check(&ticket)?;
        let to = match to {
            None => None,
            Some(id) => {
                let person = store::people::by_id(&mut tx, id).await?;
                let person = person.filter(|person| person.role.is_staff() && !person.is_disabled());
                Some(person.ok_or_else(|| Refusal::field("userId", "is not an instructor or admin"))?)
            }
        };
        self.hand_over(tx, by, ticket, to.as_ref()).await
    }

    /// Takes a ticket that is nobody's; a conflict names whoever has it. Taking what one has already changes nothing.
    pub async fn claim(&self, by: &Person, key: &str) -> Result<Ticket, Refusal> {
        let mut tx = self.db().write().await?;
        let ticket = locked_ticket(&mut tx, by, key, Action::Assign).await?;
        if let Some(holder) = ticket.assigned_to.as_ref().filter(|holder| **holder != by.id) {
            let known = store::people::by_id(&mut tx, holder).await?;
            let name = known.map_or_else(String::new, |person| format!("{} ", person.display_name));
            return Err(Refusal::Conflict(format!("{name}({holder}) has this ticket already")));
        }
        self.hand_over(tx, by, ticket, Some(by)).await
    }

    /// Writes down whose the locked ticket is from now on, and commits.
    async fn hand_over(
        &self,
        mut tx: Tx,
        by: &Person,
        mut ticket: Ticket,
        to: Option<&Person>,
    ) -> Result<Ticket, Refusal> {
        let new = to.map(|to| to.id.clone());
        if ticket.assigned_to == new {
            return Ok(ticket);
        }
        let (clock, now) = (self.clock(), self.clock().now());
        let from = std::mem::replace(&mut ticket.assigned_to, new.clone());
        ticket.updated_at = now;
        let values = (from.as_ref().map(ToString::to_string), new.map(|id| id.to_string()));
        tickets::note(&mut tx, clock, &ticket, (Some(by), Happening::Assigned), values).await?;
        changes::note(&mut tx, &ticket.id, What::TicketUpdated, None, (Some(&by.id), now)).await?;
        let event = to.map_or(notices::Event::Unassigned, |to| notices::Event::Assigned { to });
        notices::announce(&mut tx, clock, &mut ticket, (by, event), now).await?;
        store::tickets::update(&mut tx, &mut ticket).await?;
        if let Some(from) = &from {
            outgoing::enqueue(&mut tx, clock, &ticket.id, &Outgoing::put_out(&ticket.id, from)).await?;
        }
        if let Some(to) = to {
            outgoing::enqueue(&mut tx, clock, &ticket.id, &Outgoing::let_in(&ticket.id, &to.id)).await?;
            notes::members::follow(&mut tx, clock, &ticket.id, &to.id).await?;
        }
        tx.commit().await?;
        self.wake_outbox();
        tracing::info!(ticket.id = %ticket.id, "handed over {}", ticket.number.as_str());
        Ok(ticket)
    }
}

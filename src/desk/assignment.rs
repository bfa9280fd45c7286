//! Whose a ticket is: giving it to a member of staff, taking it, giving it back. The room follows from the outbox.
use super::outgoing::{self, Outgoing};
use super::{Desk, changes, locked_ticket, notes, notices, tickets};
use crate::domain::changes::What;
use crate::domain::edits::Expected;
use crate::domain::ids::{PersonId, TeamId};
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::tickets::Ticket;
use crate::domain::timeline::Happening;
use crate::domain::{Clock, Refusal};
use crate::store::{self, DbError, Tx};

/// Whose a ticket is to be; what is not given stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Assignment<'a> {
    pub person: Option<Option<&'a PersonId>>,
    pub team: Option<Option<&'a TeamId>>,
}

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
        self.reassign(by, key, (Assignment { person: Some(to), team: None }, expected)).await
    }

    /// Gives a ticket to another person, another team, or both.
    pub async fn reassign(
        &self,
        by: &Person,
        key: &str,
        (to, expected): (Assignment<'_>, &Expected),
    ) -> Result<Ticket, Refusal> {
        let mut tx = self.db().write().await?;
        let mut ticket = locked_ticket(&mut tx, by, key, Action::Assign).await?;
        expected.check(&ticket)?;
        self.hand_over(&mut tx, by, (&mut ticket, to)).await?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(ticket)
    }

    /// Takes a ticket that is nobody's; a conflict names whoever has it. Taking what one has already changes nothing.
    pub async fn claim(&self, by: &Person, key: &str) -> Result<Ticket, Refusal> {
        let mut tx = self.db().write().await?;
        let mut ticket = locked_ticket(&mut tx, by, key, Action::Assign).await?;
        if let Some(holder) = ticket.assigned_to.as_ref().filter(|holder| **holder != by.id) {
            let known = store::people::by_id(&mut tx, holder).await?;
            let name = known.map_or_else(String::new, |person| format!("{} ", person.display_name));
            return Err(Refusal::Conflict(format!("{name}({holder}) has this ticket already")));
        }
        let to = Assignment { person: Some(Some(&by.id)), team: None };
        self.hand_over(&mut tx, by, (&mut ticket, to)).await?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(ticket)
    }

    /// Writes down whose the locked ticket is from now on; what is as it was stays.
    pub(super) async fn hand_over(
        &self,
        tx: &mut Tx,
        by: &Person,
        (ticket, to): (&mut Ticket, Assignment<'_>),
    ) -> Result<(), Refusal> {
        let before = (ticket.assigned_to.clone(), ticket.team.clone());
        if let Some(team) = to.team {
            self.give_to_team(tx, by, (ticket, team)).await?;
        }
        if let Some(person) = to.person {
            self.give_to_person(tx, by, (ticket, person)).await?;
        }
        if before == (ticket.assigned_to.clone(), ticket.team.clone()) {
            return Ok(());
        }
        ticket.updated_at = self.clock().now();
        changes::note(tx, &ticket.id, What::TicketUpdated, None, (Some(&by.id), ticket.updated_at)).await?;
        store::tickets::update(tx, ticket).await?;
        self.notify_ticket_assigned(tx, ticket, Some(by)).await?;
        tracing::info!(ticket.id = %ticket.id, "handed over {}", ticket.number.as_str());
        Ok(())
    }

    async fn give_to_team(
        &self,
        tx: &mut Tx,
        by: &Person,
        (ticket, to): (&mut Ticket, Option<&TeamId>),
    ) -> Result<(), Refusal> {
        if ticket.team.as_ref() == to {
            return Ok(());
        }
        if let Some(id) = to {
            gets_tickets(tx, id).await?;
        }
        route(tx, self.clock(), Some(by), (ticket, to)).await?;
        Ok(())
    }

    async fn give_to_person(
        &self,
        tx: &mut Tx,
        by: &Person,
        (ticket, to): (&mut Ticket, Option<&PersonId>),
    ) -> Result<(), Refusal> {
        if ticket.assigned_to.as_ref() == to {
            return Ok(());
        }
        let to = match to {
            None => None,
            Some(id) => Some(present_staff(tx, id).await?),
        };
        let (clock, now) = (self.clock(), self.clock().now());
        let from = std::mem::replace(&mut ticket.assigned_to, to.as_ref().map(|to| to.id.clone()));
        let id = |person: &PersonId| person.to_string();
        let values = (from.as_ref().map(id), ticket.assigned_to.as_ref().map(id));
        tickets::note(tx, clock, ticket, (Some(by), Happening::Assigned), values).await?;
        let event = to.as_ref().map_or(notices::Event::Unassigned, |to| notices::Event::Assigned { to });
        notices::announce(tx, clock, ticket, (by, event), now).await?;
        if let Some(from) = &from {
            outgoing::enqueue(tx, clock, &ticket.id, &Outgoing::put_out(&ticket.id, from)).await?;
        }
        if let Some(to) = &to {
            if ticket.is_confidential {
                store::named_staff::insert(tx, &ticket.id, &to.id).await?;
            }
            outgoing::enqueue(tx, clock, &ticket.id, &Outgoing::let_in(&ticket.id, &to.id)).await?;
            notes::members::follow(tx, clock, &ticket.id, &to.id).await?;
        }
        Ok(())
    }
}

/// A member of staff who can be given something, by the field `userId`.
pub(super) async fn present_staff(tx: &mut Tx, id: &PersonId) -> Result<Person, Refusal> {
    let person = store::people::by_id(tx, id).await?.filter(Person::is_present_staff);
    person.ok_or_else(|| Refusal::field("userId", "is not an instructor or admin"))
}

/// Refuses a team that gets no tickets, by the field `teamId`.
pub(super) async fn gets_tickets(tx: &mut Tx, id: &TeamId) -> Result<(), Refusal> {
    let team = store::teams::by_id(tx, id).await?.filter(|team| !team.is_retired);
    team.map(drop).ok_or_else(|| Refusal::field("teamId", "is no team that gets tickets"))
}

/// Gives a (locked) ticket to a team that is known, or to none; the caller stores the ticket.
pub(super) async fn route(
    tx: &mut Tx,
    clock: &Clock,
    by: Option<&Person>,
    (ticket, to): (&mut Ticket, Option<&TeamId>),
) -> Result<(), DbError> {
    if ticket.team.as_ref() == to {
        return Ok(());
    }
    let from = std::mem::replace(&mut ticket.team, to.cloned());
    let ids: Vec<TeamId> = [&from, &ticket.team].into_iter().flatten().cloned().collect();
    let names = store::teams::names(tx, &ids).await?;
    let name = |id: &Option<TeamId>| id.as_ref().and_then(|id| names.get(id).cloned());
    let values = (name(&from), name(&ticket.team));
    if let Some(team) = ticket.team.as_ref().filter(|_| ticket.is_confidential) {
        store::named_staff::insert_team(tx, &ticket.id, team).await?;
    }
    tickets::note(tx, clock, ticket, (by, Happening::TeamChanged), values).await
}

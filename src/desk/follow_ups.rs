//! What is written into a ticket that was done for too long to be reopened goes on in another ticket.
use super::outgoing::{self, Outgoing};
use super::relations::Relations;
use super::saying::Saying;
use super::tickets::note;
use super::{Desk, changes, find_ticket, may, notices};
use crate::domain::Refusal;
use crate::domain::changes::What;
use crate::domain::clock::Time;
use crate::domain::ids::TicketId;
use crate::domain::markup;
use crate::domain::messages::{Kind, Message};
use crate::domain::opening::NewTicket;
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::text;
use crate::domain::tickets::{Ticket, counting_day};
use crate::domain::timeline::Happening;
use crate::store::{self, DbError, Tx};

/// A ticket that somebody wants to go on from: one they see, and that is done.
pub(super) async fn followed(tx: &mut Tx, by: &Person, key: &str) -> Result<Ticket, Refusal> {
    let unknown = || Refusal::field("follows", "is no ticket that you see");
    let ticket = find_ticket(tx, key).await?.ok_or_else(unknown)?;
    may(tx, by, &ticket, Action::Write).await.map_err(|_| unknown())?;
    if !ticket.status.is_done() {
        return Err(Refusal::field("follows", "is not done yet: write into that ticket instead"));
    }
    Ok(ticket)
}

/// What a ticket goes on from, and what goes on from it.
#[derive(Clone, Debug, Default)]
pub struct LinkedTickets {
    pub before: Option<Ticket>,
    pub after: Vec<Ticket>,
}

impl Desk {
    /// The tickets that this one is linked with, as far as `by` may see them.
    pub async fn linked_tickets(&self, by: &Person, ticket: &Ticket) -> Result<LinkedTickets, Refusal> {
        let mut tx = self.db().read().await?;
        let mut linked = LinkedTickets::default();
        let before = match &ticket.follows {
            Some(id) => store::tickets::by_id(&mut tx, id).await?,
            None => None,
        };
        let after = store::tickets::follow_ups(&mut tx, &ticket.id).await?;
        if let Some(other) = before {
            linked.before = may(&mut tx, by, &other, Action::See).await.is_ok().then_some(other);
        }
        for other in after {
            if may(&mut tx, by, &other, Action::See).await.is_ok() {
                linked.after.push(other);
            }
        }
        Ok(linked)
    }

    /// Whether a ticket was done for too long to be reopened by those who are not staff.
    pub(super) fn is_past_reopening(&self, ticket: &Ticket) -> bool {
        let done_since = ticket.closed_at.max(ticket.resolved_at).filter(|_| ticket.status.is_done());
        done_since.is_some_and(|since| self.clock().now() - since >= self.settings().tickets.reopen_window)
    }

    /// Whether what `by` writes into the ticket opens another one.
    pub(super) fn opens_follow_up(&self, by: &Person, ticket: &Ticket) -> bool {
        !by.role.is_staff() && self.is_past_reopening(ticket)
    }

    /// The ticket, locked, in which goes on what `by` writes into `ticket`, which is locked and past reopening: the latest
    /// follow-up that can still be written into, or a new one.
    pub(super) async fn going_on(&self, tx: &mut Tx, by: &Person, mut ticket: Ticket) -> Result<Ticket, DbError> {
        loop {
            let Some(next) = store::tickets::follow_ups(tx, &ticket.id).await?.pop() else {
                return self.follow_up(tx, by, &mut ticket).await;
            };
            let next = store::tickets::locked_by_id(tx, &next.id).await?;
            ticket = next.ok_or_else(|| DbError::BadRow("tickets", "follows".to_owned()))?;
            if !self.opens_follow_up(by, &ticket) {
                return Ok(ticket);
            }
        }
    }

    /// Opens a ticket for the same student, with the same people, that goes on from a (locked) one.
    async fn follow_up(&self, tx: &mut Tx, by: &Person, ticket: &mut Ticket) -> Result<Ticket, DbError> {
        let (clock, now) = (self.clock(), self.clock().now());
        let new = NewTicket {
            title: text::shortened(&format!("Re: {}", ticket.title.trim_start_matches("Re: ")), text::TITLE_LIMIT),
            description: format!("This goes on from {}.", ticket.number.as_str()),
            category: ticket.category,
            priority: ticket.priority,
            context: ticket.context.clone(),
            tags: Vec::new(),
            is_confidential: ticket.is_confidential,
            client_id: None,
            created_for: None,
            follows: None,
        };
        let number = store::tickets::next_number(tx, counting_day(now, self.settings().zone)).await?;
        let names = (TicketId::fresh(clock), number);
        let mut next = Ticket::open(names, new, (&ticket.created_by, None), now);
        next.follows = Some(ticket.id.clone());
        next.team = match &ticket.team {
            Some(team) => store::teams::by_id(tx, team).await?.filter(|team| !team.is_retired).map(|team| team.id),
            None => store::teams::routed(tx, next.category, next.context.as_deref()).await?,
        };
        self.establish(tx, by, &mut next).await?;
        store::named_staff::copy(tx, &ticket.id, &next.id).await?;
        for person in store::participants::of_ticket(tx, &ticket.id).await? {
            if store::participants::insert(tx, &next.id, &person, &by.id, now).await? {
                outgoing::enqueue(tx, clock, &next.id, &Outgoing::let_in(&next.id, &person)).await?;
            }
        }
        let values = (None, Some(next.number.as_str().to_owned()));
        note(tx, clock, ticket, (Some(by), Happening::FollowedUp), values).await?;
        notices::announce(tx, clock, ticket, (by, notices::Event::FollowedUp { by: &next.number }), now).await?;
        store::tickets::update(tx, ticket).await?;
        changes::note(tx, &ticket.id, What::TicketUpdated, None, (Some(&by.id), now)).await?;
        tracing::info!(ticket.id = %next.id, "opened {}, which goes on from {}", next.number.as_str(), ticket.number.as_str());
        Ok(next)
    }

    /// What was heard in the room of a (locked) ticket that is past reopening is said again where it goes on. It stays in
    /// its room as well.
    pub(super) async fn carry_over(
        &self,
        tx: &mut Tx,
        ticket: &mut Ticket,
        (author, message): (&Person, &Message),
        at: Time,
    ) -> Result<(), DbError> {
        // What was heard is stored before anything is read back from there.
        store::tickets::update(tx, ticket).await?;
        let mut next = self.going_on(tx, author, ticket.clone()).await?;
        // Opening the other one took a place for a line in this one.
        let stored = store::tickets::locked_by_id(tx, &ticket.id).await?;
        *ticket = stored.ok_or_else(|| DbError::BadRow("tickets", "id".to_owned()))?;
        let body = match message.kind {
            Kind::Text | Kind::Emote | Kind::Notice => message.body.clone(),
            _ => format!("{} (in {})", message.body, ticket.number.as_str()),
        };
        let html = message.html.clone().or_else(|| markup::from_markdown(&body));
        let (relations, ticket) = (Relations::default(), &mut next);
        let saying = Saying { desk: self, tx, by: author, ticket, now: at, client_id: None, relations };
        saying.all(Some((body, html)), Vec::new()).await?;
        Ok(())
    }
}

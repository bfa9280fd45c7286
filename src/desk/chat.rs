//! The conversation of a ticket: reading it, and what a new message means for it.
use super::{Desk, permitted_ticket, relations, tickets};
use crate::domain::Refusal;
use crate::domain::changes::{Change, What};
use crate::domain::clock::Time;
use crate::domain::ids::{MessageId, PersonId};
use crate::domain::messages::{Kind, Message};
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::status::{Mover, Status, moves};
use crate::domain::tickets::Ticket;
use crate::store::messages::Page;
use crate::store::{self, DbError, Tx};

/// Which part of a conversation to list: the latest, or from a place or a message on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Page(Page),
    BeforeMessage(MessageId),
    AfterMessage(MessageId),
    AroundMessage(MessageId),
}

impl Desk {
    /// A part of a ticket's conversation, in its order, and the place from which it was asked for.
    pub async fn conversation(
        &self,
        by: &Person,
        ticket: &str,
        part: &Part,
        limit: i64,
    ) -> Result<(Page, Vec<Message>), Refusal> {
        let mut tx = self.db().read().await?;
        let ticket = permitted_ticket(&mut tx, by, ticket, Action::See).await?;
        let page = match part {
            Part::Page(page) => *page,
            Part::BeforeMessage(id) => Page::Before(place(&mut tx, &ticket, "before", id).await?),
            Part::AfterMessage(id) => Page::After(place(&mut tx, &ticket, "after", id).await?),
            Part::AroundMessage(id) => Page::Around(place(&mut tx, &ticket, "around", id).await?),
        };
        Ok((page, store::messages::list(&mut tx, &ticket.id, page, limit).await?))
    }
}

async fn place(tx: &mut Tx, ticket: &Ticket, field: &str, id: &MessageId) -> Result<i64, Refusal> {
    Ok(relations::in_ticket(tx, &ticket.id, field, id).await?.seq)
}

/// Notes a change of a message for whoever watches.
pub(super) async fn changed(
    tx: &mut Tx,
    message: &Message,
    what: What,
    (actor, at): (Option<&PersonId>, Time),
) -> Result<(), DbError> {
    let subject = Some(message.id.to_string());
    store::changes::note(tx, &Change { ticket: message.ticket.clone(), what, subject, actor: actor.cloned(), at }).await
}

/// What a new message means for its (locked) ticket: it counts, and a student's reply reopens. Notices are what bots
/// say by themselves: they never reopen. Returns whether something is to leave for it. The caller stores the ticket, and
/// that the author has read so far.
pub(super) async fn count(
    desk: &Desk,
    tx: &mut Tx,
    ticket: &mut Ticket,
    (author, message): (&Person, &Message),
    at: Time,
) -> Result<bool, DbError> {
    ticket.count_message(&author.id, author.role.is_staff(), at);
    let may_reopen = !author.role.is_staff() && message.kind != Kind::Notice && !desk.is_past_reopening(ticket);
    let reopens = may_reopen && moves(Mover::Reply, ticket.status).contains(&Status::Open);
    if reopens {
        tickets::enter(tx, desk.clock(), ticket, (Some(author), Status::Open), at).await?;
        ticket.waiting_since.get_or_insert(at);
    }
    Ok(reopens)
}

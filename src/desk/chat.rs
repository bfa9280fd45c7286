//! The conversation of a ticket: writing and reading.
use super::outgoing::{self, Outgoing};
use super::{Desk, locked_ticket, permitted_ticket, tickets};
use crate::domain::changes::{Change, What};
use crate::domain::clock::Time;
use crate::domain::ids::{MessageId, PersonId, TicketId};
use crate::domain::messages::{self, Draft, Kind, MENTIONS_LIMIT, Message};
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::refusal::FieldError;
use crate::domain::status::{Mover, Status, moves};
use crate::domain::tickets::Ticket;
use crate::domain::{Clock, Refusal};
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
    /// Writes into a ticket as `by`: accepted at once as `queued`, in the room when the outbox has sent it.
    pub async fn send_message(&self, by: &Person, ticket: &str, draft: &Draft) -> Result<Message, Refusal> {
        let (body, html) = messages::check_body(draft.message.as_deref())?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let mut ticket = locked_ticket(&mut tx, by, ticket, Action::Write).await?;
        let reply_to = referred(&mut tx, &ticket.id, "replyTo", draft.reply_to.as_deref()).await?;
        let thread = referred(&mut tx, &ticket.id, "thread", draft.thread.as_deref()).await?;
        let (id, place) = (MessageId::fresh(self.clock()), (now, ticket.place_accepted()));
        let message = Message {
            html,
            reply_to: reply_to.map(|message| message.id),
            // Threads do not nest: an answer within one belongs to the same.
            thread: thread.map(|message| message.thread.unwrap_or(message.id)),
            mentions: called_upon(&mut tx, &ticket, &draft.mentions).await?,
            ..Message::queued(id, ticket.id.clone(), by.id.clone(), body, place)
        };
        store::messages::insert(&mut tx, &message).await?;
        count(&mut tx, self.clock(), &mut ticket, (by, &message), now).await?;
        store::reads::mark_read(&mut tx, (&ticket.id, &by.id), message.seq, now).await?;
        store::tickets::update(&mut tx, &mut ticket).await?;
        outgoing::enqueue(&mut tx, self.clock(), &ticket.id, &Outgoing::send_message(&message.id)).await?;
        changed(&mut tx, &message, What::NewMessage, (Some(&by.id), now)).await?;
        tx.commit().await?;
        self.typing().stops(&message.ticket, &by.id);
        self.wake_outbox();
        Ok(message)
    }

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
    Ok(in_ticket(tx, &ticket.id, field, id).await?.seq)
}

async fn in_ticket(tx: &mut Tx, ticket: &TicketId, field: &str, id: &MessageId) -> Result<Message, Refusal> {
    let message = store::messages::by_id(tx, id).await?.filter(|message| message.ticket == *ticket);
    message.ok_or_else(|| Refusal::field(field, "is no message of this ticket"))
}

/// The message of the same ticket that a field of a draft refers to.
async fn referred(tx: &mut Tx, ticket: &TicketId, field: &str, id: Option<&str>) -> Result<Option<Message>, Refusal> {
    let Some(id) = id else { return Ok(None) };
    let id: MessageId = id.parse().map_err(|_| Refusal::field(field, "is no id of a message"))?;
    in_ticket(tx, ticket, field, &id).await.map(Some)
}

/// The people a draft calls upon: staff, and whoever belongs to the ticket.
async fn called_upon(tx: &mut Tx, ticket: &Ticket, given: &[String]) -> Result<Vec<PersonId>, Refusal> {
    if given.len() > MENTIONS_LIMIT {
        return Err(Refusal::field("mentions", format!("are {}; at most {MENTIONS_LIMIT} are allowed", given.len())));
    }
    let wrong = |index: usize| FieldError {
        pointer: format!("/mentions/{index}"),
        detail: "is nobody who can see this ticket".to_owned(),
    };
    let mut ids: Vec<PersonId> = Vec::new();
    for (index, id) in given.iter().enumerate() {
        let id = id.parse().map_err(|_| wrong(index))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.is_empty() {
        return Ok(ids);
    }
    let known = store::people::by_ids(tx, &ids).await?;
    let members = store::participants::of_ticket(tx, &ticket.id).await?;
    for (index, id) in given.iter().enumerate() {
        let sees = |person: &Person| !person.is_disabled() && (person.role.is_staff() || members.contains(&person.id));
        if !known.values().any(|person| person.id.as_str() == id && sees(person)) {
            return Err(wrong(index).into());
        }
    }
    Ok(ids)
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
    tx: &mut Tx,
    clock: &Clock,
    ticket: &mut Ticket,
    (author, message): (&Person, &Message),
    at: Time,
) -> Result<bool, DbError> {
    ticket.count_message(&author.id, author.role.is_staff(), at);
    let may_reopen = !author.role.is_staff() && message.kind != Kind::Notice;
    let reopens = may_reopen && moves(Mover::Reply, ticket.status).contains(&Status::Open);
    if reopens {
        tickets::enter(tx, clock, ticket, (Some(author), Status::Open), at).await?;
        ticket.waiting_since.get_or_insert(at);
    }
    Ok(reopens)
}

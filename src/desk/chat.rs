//! The conversation of a ticket: writing and reading.
use super::outgoing::{self, Outgoing};
use super::{Desk, changes, locked_ticket, permitted_ticket, tickets};
use crate::domain::changes::What;
use crate::domain::clock::Time;
use crate::domain::ids::MessageId;
use crate::domain::messages::{self, Delivery, Kind, Message};
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::status::{Mover, Status, moves};
use crate::domain::tickets::Ticket;
use crate::domain::{Clock, Refusal};
use crate::store::messages::Page;
use crate::store::{self, DbError, Tx};

impl Desk {
    /// Writes into a ticket as `by`: accepted at once as `queued`, in the room when the outbox has sent it.
    pub async fn send_message(&self, by: &Person, ticket: &str, message: Option<&str>) -> Result<Message, Refusal> {
        let body = messages::check_body(message)?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let mut ticket = locked_ticket(&mut tx, by, ticket, Action::Write).await?;
        let message = Message {
            id: MessageId::fresh(self.clock()),
            ticket: ticket.id.clone(),
            sender: by.id.clone(),
            body,
            kind: Kind::Text,
            attachment: None,
            read_by: Vec::new(),
            created_at: now,
            edited_at: None,
            seq: ticket.place_accepted(),
            event_id: None,
            delivery: Delivery::Queued,
        };
        store::messages::insert(&mut tx, &message).await?;
        let by_whom = (Some(&by.id), now);
        changes::note(&mut tx, &ticket.id, What::NewMessage, Some(message.id.as_str()), by_whom).await?;
        count(&mut tx, self.clock(), &mut ticket, (by, &message), now).await?;
        store::messages::mark_read(&mut tx, &ticket.id, &by.id, message.seq, now).await?;
        store::tickets::update(&mut tx, &mut ticket).await?;
        outgoing::enqueue(&mut tx, self.clock(), &ticket.id, &Outgoing::send_message(&message.id)).await?;
        tx.commit().await?;
        self.typing().stops(&message.ticket, &by.id);
        self.wake_outbox();
        Ok(message)
    }

    /// A part of a ticket's conversation, in its order.
    pub async fn conversation(
        &self,
        by: &Person,
        ticket: &str,
        page: Page,
        limit: i64,
    ) -> Result<Vec<Message>, Refusal> {
        let mut tx = self.db().read().await?;
        let ticket = permitted_ticket(&mut tx, by, ticket, Action::See).await?;
        Ok(store::messages::list(&mut tx, &ticket.id, page, limit).await?)
    }
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

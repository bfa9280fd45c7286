//! Reading: how far people have read, and receipts both ways.
//!
//! Receipts come by the bot's sync, in the commit of its token, because push loses some whenever the homeserver
//! restarts; they are applied behind the events of their room. They leave by a job of a lane of their own: one waits
//! at most per person and ticket, and tells the newest when its turn comes.
use std::collections::HashMap;

use ruma::RoomId;

use super::bridge::{Attempt, Bridge};
use super::outgoing::{self, Outgoing};
use super::{Desk, changes, permitted_ticket};
use crate::domain::changes::What;
use crate::domain::ids::{MessageId, PersonId, TicketId};
use crate::domain::messages::Message;
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::reading::Receipt;
use crate::domain::tickets::Ticket;
use crate::domain::{Clock, Refusal};
use crate::matrix::sync::RoomBatch;
use crate::store::lanes::Job;
use crate::store::reads;
use crate::store::{self, DbError, Tx};

impl Desk {
    /// `by` has read up to and including this message; the room is told by a job. The message as it is then.
    pub async fn mark_read(&self, by: &Person, message: &str) -> Result<Message, Refusal> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let message = visible_message(&mut tx, by, message).await?;
        if reads::mark_read(&mut tx, (&message.ticket, &by.id), message.seq, now).await? {
            note_reading(&mut tx, self.clock(), &message.ticket, &by.id).await?;
            tell_room(&mut tx, self.clock(), &message.ticket, &by.id).await?;
        }
        let message = store::messages::by_ids(&mut tx, std::slice::from_ref(&message.id)).await?.pop();
        let message = message.ok_or(Refusal::NotFound("message"))?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(message)
    }

    /// `by` counts this message of the ticket and everything after it as unread again. Matrix has no such thing for
    /// others to see, so the room is told nothing.
    pub async fn mark_unread(&self, by: &Person, ticket: &str, message: &str) -> Result<i64, Refusal> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let ticket = permitted_ticket(&mut tx, by, ticket, Action::See).await?;
        let message = visible_message(&mut tx, by, message).await?;
        if message.ticket != ticket.id {
            return Err(Refusal::NotFound("message"));
        }
        if reads::move_back(&mut tx, (&ticket.id, &by.id), message.seq - 1, now).await? {
            note_reading(&mut tx, self.clock(), &ticket.id, &by.id).await?;
        }
        let unread = reads::unread(&mut tx, &by.id, std::slice::from_ref(&ticket.id)).await?;
        tx.commit().await?;
        self.wake_watchers();
        Ok(unread.get(&ticket.id).copied().unwrap_or(0))
    }

    /// How many messages of others `by` has not read in each of these tickets; those with none are left out.
    pub async fn unread_counts(&self, by: &Person, tickets: &[Ticket]) -> Result<HashMap<TicketId, i64>, Refusal> {
        let ids: Vec<TicketId> = tickets.iter().map(|ticket| ticket.id.clone()).collect();
        Ok(reads::unread(&mut self.db().read().await?, &by.id, &ids).await?)
    }

    /// Whether the person keeps to themselves how far they have read.
    pub async fn hides_receipts(&self, person: &Person) -> Result<bool, Refusal> {
        Ok(reads::hides(&mut self.db().read().await?, &person.id).await?)
    }

    /// Staff may keep to themselves how far they have read: in the room (`m.read.private`) and on the desk.
    pub async fn hide_receipts(&self, person: &Person, hide: bool) -> Result<(), Refusal> {
        if hide && !person.role.is_staff() {
            return Err(Refusal::Forbidden("this is for instructors and admins"));
        }
        let mut tx = self.db().write().await?;
        reads::set_hides(&mut tx, &person.id, hide).await?;
        Ok(tx.commit().await?)
    }

    /// Applies the receipts of a room whose events have all been applied: whoever is behind the Matrix id has read.
    pub(super) async fn apply_receipts(&self, room: &RoomId) -> Result<(), DbError> {
        if reads::receipts(&mut self.db().read().await?, room).await?.is_empty() {
            return Ok(());
        }
        let mut tx = self.db().write().await?;
        let ticket = reads::ticket_of_room(&mut tx, room).await?;
        for receipt in reads::receipts(&mut tx, room).await? {
            if let Some(ticket) = &ticket {
                self.apply_receipt(&mut tx, ticket, &receipt).await?;
            }
            reads::drop_receipt(&mut tx, room, &receipt).await?;
        }
        tx.commit().await?;
        self.wake_watchers();
        Ok(())
    }

    async fn apply_receipt(&self, tx: &mut Tx, ticket: &TicketId, receipt: &Receipt) -> Result<(), DbError> {
        let Some(person) = store::people::by_matrix_id(tx, &receipt.user).await? else { return Ok(()) };
        let Some(seq) = reads::place_of(tx, ticket, &receipt.event).await? else { return Ok(()) };
        // Their server's clock may be wrong.
        let at = receipt.at.min(self.clock().now());
        if reads::mark_read(tx, (ticket, &person.id), seq, at).await? {
            note_reading(tx, self.clock(), ticket, &person.id).await?;
        }
        Ok(())
    }
}

/// The message, when `by` may see its ticket.
async fn visible_message(tx: &mut Tx, by: &Person, id: &str) -> Result<Message, Refusal> {
    const NONE: Refusal = Refusal::NotFound("message");
    let id: MessageId = id.parse().map_err(|_| NONE)?;
    let message = store::messages::by_id(tx, &id).await?.ok_or(NONE)?;
    match permitted_ticket(tx, by, message.ticket.as_str(), Action::See).await {
        Ok(_) => Ok(message),
        Err(Refusal::NotFound(_)) => Err(NONE),
        Err(other) => Err(other),
    }
}

async fn note_reading(tx: &mut Tx, clock: &Clock, ticket: &TicketId, reader: &PersonId) -> Result<(), DbError> {
    changes::note(tx, ticket, What::MessageRead, Some(reader.as_str()), (Some(reader), clock.now())).await
}

/// The room is to be told how far the person has read, unless a job for that waits already.
async fn tell_room(tx: &mut Tx, clock: &Clock, ticket: &TicketId, person: &PersonId) -> Result<(), DbError> {
    let what = Outgoing::tell_reading(ticket, person);
    if reads::is_queued(tx, &what.lane(ticket), &what.payload()).await? {
        return Ok(());
    }
    outgoing::enqueue(tx, clock, ticket, &what).await
}

impl Bridge {
    /// Keeps the receipts that a sync brought, in the transaction that stores its token. Those of our own ghosts are
    /// our own words.
    pub(super) async fn keep_receipts(&self, tx: &mut Tx, batch: &RoomBatch) -> Result<(), DbError> {
        for receipt in batch.receipts.iter().filter(|receipt| !self.names().owns(&receipt.user)) {
            reads::keep_receipt(tx, &batch.room, receipt).await?;
        }
        Ok(())
    }

    /// Tells the room how far somebody has read by now, when their ghost is in it.
    pub(super) async fn tell_reading(&self, job: &Job, ticket: &str, person: &str) -> Result<Option<Job>, Attempt> {
        let ticket: TicketId = ticket.parse().map_err(|_| Attempt::Senseless("not a ticket id".into()))?;
        let person: PersonId = person.parse().map_err(|_| Attempt::Senseless("not a person id".into()))?;
        let ghost = self.names().ghost(&person);
        let mut tx = self.desk().db().read().await?;
        let receipt = reads::to_tell(&mut tx, &ticket, &person).await?;
        let room = store::tickets::by_id(&mut tx, &ticket).await?.and_then(|ticket| ticket.room_id);
        let is_in = match &room {
            Some(room) => store::bridge::membership(&mut tx, room, &ghost).await?.as_deref() == Some("join"),
            None => false,
        };
        drop(tx);
        let mut told = 0;
        if let (Some(receipt), Some(room), true) = (receipt, room, is_in) {
            match self.homeserver().receipt(&ghost, &room, &receipt.event, receipt.is_private).await {
                // Put out of the room meanwhile: there is nobody to tell as.
                Err(error) if error.is("M_FORBIDDEN") => {}
                other => other?,
            }
            told = receipt.seq;
        }
        // The marker before the lane, as everywhere: two that lock them in different orders would wait for each other.
        let mut tx = self.desk().db().write().await?;
        let read_by_now = reads::told(&mut tx, (&ticket, &person), told).await?;
        if told > 0 && read_by_now > told {
            let more = Outgoing::tell_reading(&ticket, &person);
            outgoing::enqueue(&mut tx, self.desk().clock(), &ticket, &more).await?;
        }
        self.settle(tx, job).await
    }
}

//! Changing what was said: edits, deletions, reactions, and another try for what failed.
//!
//! All of it works on a message that is still queued, has failed, or whose event is not known yet: the job that follows
//! lies in the same lane, behind the one that sends the message.
use super::chat::changed;
use super::outgoing::{self, Outgoing};
use super::{Desk, locked_ticket, permitted_ticket};
use crate::domain::changes::What;
use crate::domain::clock::Time;
use crate::domain::ids::{MessageId, PersonId, ReactionId, RevisionId};
use crate::domain::messages::{self, Deleted, Delivery, Kind, Message, Reaction, Revision};
use crate::domain::people::{Person, Role};
use crate::domain::permissions::Action;
use crate::domain::tickets::Ticket;
use crate::domain::{Clock, Refusal};
use crate::store::{self, DbError, Tx};

impl Desk {
    /// Gives a message another text, by its sender within five minutes.
    pub async fn edit_message(&self, by: &Person, id: &str, text: Option<&str>) -> Result<Message, Refusal> {
        let (body, html) = messages::check_body(text)?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let (_, message) = locked_message(&mut tx, by, id).await?;
        if message.sender != by.id || message.kind == Kind::System {
            return Err(Refusal::Forbidden("only the sender can edit a message"));
        }
        refuse_deleted(&message)?;
        if message.is_from_matrix {
            return Err(Refusal::Conflict("it was written in a Matrix client: only there it can be edited".into()));
        }
        if message.kind != Kind::Text {
            return Err(Refusal::Conflict("only texts can be edited".into()));
        }
        if message.is_late(now) {
            return Err(Refusal::Conflict("it is older than 5 minutes: write another message instead".into()));
        }
        let (at, event_id) = (now, None);
        let revision = Revision {
            id: RevisionId::fresh(self.clock()),
            message: message.id.clone(),
            body,
            html,
            is_late: false,
            at,
            event_id,
        };
        revise(&mut tx, self.clock(), &message, &revision).await?;
        // A failed one is only sent when its sender asks for it, and with its text of then.
        if !matches!(message.delivery, Delivery::Failed { .. }) {
            let job = Outgoing::edit_message(&message.id, &revision.id);
            outgoing::enqueue(&mut tx, self.clock(), &message.ticket, &job).await?;
        }
        changed(&mut tx, &message, What::MessageEdited, (Some(&by.id), now)).await?;
        self.finish(tx, &message.id).await
    }

    /// Empties a message, by its sender or an admin.
    pub async fn delete_message(&self, by: &Person, id: &str) -> Result<Message, Refusal> {
        let mut tx = self.db().write().await?;
        let (_, message) = locked_message(&mut tx, by, id).await?;
        if message.kind == Kind::System || (message.sender != by.id && by.role != Role::Admin) {
            return Err(Refusal::Forbidden("only the sender or an admin can delete a message"));
        }
        let now = self.clock().now();
        if empty(&mut tx, &message, &by.id, now).await? {
            outgoing::enqueue(&mut tx, self.clock(), &message.ticket, &Outgoing::redact_message(&message.id)).await?;
        }
        self.finish(tx, &message.id).await
    }

    /// Sends a failed message again, for its sender or staff. One that may be in the room already is looked for first.
    pub async fn retry_message(&self, by: &Person, id: &str) -> Result<Message, Refusal> {
        let mut tx = self.db().write().await?;
        let (_, message) = locked_message(&mut tx, by, id).await?;
        if message.sender != by.id && !by.role.is_staff() {
            return Err(Refusal::Forbidden("only the sender or staff can send a message again"));
        }
        refuse_deleted(&message)?;
        if !store::messages::set_queued(&mut tx, &message.id).await? {
            return Err(Refusal::Conflict(format!(
                "it is {}: only failed messages are sent again",
                message.delivery.as_str()
            )));
        }
        outgoing::enqueue(&mut tx, self.clock(), &message.ticket, &Outgoing::send_again(&message.id)).await?;
        changed(&mut tx, &message, What::MessageStatus, (Some(&by.id), self.clock().now())).await?;
        self.finish(tx, &message.id).await
    }

    /// Reacts to a message; doing it twice is once.
    pub async fn react(&self, by: &Person, id: &str, label: &str) -> Result<Message, Refusal> {
        let label = messages::check_reaction(label)?;
        let mut tx = self.db().write().await?;
        let (_, message) = locked_message(&mut tx, by, id).await?;
        refuse_deleted(&message)?;
        let (at, event_id) = (self.clock().now(), None);
        let (id, person) = (ReactionId::fresh(self.clock()), by.id.clone());
        let reaction = Reaction { id, message: message.id.clone(), person, label, at, event_id, is_removed: false };
        if store::reactions::insert(&mut tx, &reaction).await? {
            outgoing::enqueue(&mut tx, self.clock(), &message.ticket, &Outgoing::react(&reaction.id)).await?;
            changed(&mut tx, &message, What::Reaction, (Some(&by.id), at)).await?;
        }
        self.finish(tx, &message.id).await
    }

    /// Takes a reaction back; one that is not there is fine.
    pub async fn unreact(&self, by: &Person, id: &str, label: &str) -> Result<Message, Refusal> {
        let label = messages::check_reaction(label)?;
        let mut tx = self.db().write().await?;
        let (_, message) = locked_message(&mut tx, by, id).await?;
        if let Some(reaction) = store::reactions::present(&mut tx, &message.id, &by.id, &label).await? {
            let now = self.clock().now();
            store::reactions::set_removed(&mut tx, &reaction.id, now).await?;
            outgoing::enqueue(&mut tx, self.clock(), &message.ticket, &Outgoing::unreact(&reaction.id)).await?;
            changed(&mut tx, &message, What::Reaction, (Some(&by.id), now)).await?;
        }
        self.finish(tx, &message.id).await
    }

    /// Every text a message had and has, oldest first, for staff and its sender.
    pub async fn revisions(&self, by: &Person, id: &str) -> Result<Vec<Revision>, Refusal> {
        let mut tx = self.db().read().await?;
        let message = found(&mut tx, id).await?;
        permitted_ticket(&mut tx, by, message.ticket.as_str(), Action::See).await.map_err(hidden)?;
        if !by.role.is_staff() && message.sender != by.id {
            return Err(Refusal::Forbidden("earlier texts are for staff"));
        }
        Ok(store::messages::revisions(&mut tx, &message.id).await?)
    }

    /// Commits, and gives the message as it stands now.
    async fn finish(&self, mut tx: Tx, id: &MessageId) -> Result<Message, Refusal> {
        let message = store::messages::by_ids(&mut tx, std::slice::from_ref(id)).await?.pop();
        let message = message.ok_or(Refusal::NotFound("message"))?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(message)
    }
}

async fn found(tx: &mut Tx, id: &str) -> Result<Message, Refusal> {
    let id: MessageId = id.parse().map_err(|_| Refusal::NotFound("message"))?;
    store::messages::by_id(tx, &id).await?.ok_or(Refusal::NotFound("message"))
}

/// A message of a ticket that `by` may write into, with its ticket locked.
async fn locked_message(tx: &mut Tx, by: &Person, id: &str) -> Result<(Ticket, Message), Refusal> {
    let message = found(tx, id).await?;
    let ticket = locked_ticket(tx, by, message.ticket.as_str(), Action::Write).await.map_err(hidden)?;
    // Once more: it may have changed before the lock was ours.
    Ok((ticket, found(tx, id).await?))
}

/// Where the ticket's existence is private, so is the message's.
fn hidden(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::NotFound(_) => Refusal::NotFound("message"),
        other => other,
    }
}

fn refuse_deleted(message: &Message) -> Result<(), Refusal> {
    if message.deleted.is_some() { Err(Refusal::Conflict("it was deleted".into())) } else { Ok(()) }
}

/// Gives a message the text of a revision; false when that has happened already.
pub(super) async fn revise(
    tx: &mut Tx,
    clock: &Clock,
    message: &Message,
    revision: &Revision,
) -> Result<bool, DbError> {
    store::messages::edit(tx, message, &RevisionId::fresh(clock), revision).await
}

/// Empties a message and tells whoever watches; false when that has happened already.
pub(super) async fn empty(tx: &mut Tx, message: &Message, by: &PersonId, at: Time) -> Result<bool, DbError> {
    let is_new = store::messages::delete(tx, &message.id, &Deleted { at, by: by.clone() }).await?;
    if is_new {
        changed(tx, message, What::MessageDeleted, (Some(by), at)).await?;
    }
    Ok(is_new)
}

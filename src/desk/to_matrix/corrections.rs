//! Edits, deletions and reactions on their way into the room.
use super::super::bridge::{Attempt, Bridge};
use super::super::outgoing::{self, Outgoing};
use crate::domain::ids::{ReactionId, RevisionId};
use crate::domain::messages::{Message, Reaction};
use crate::matrix::content;
use crate::store::lanes::Job;
use crate::store::{self, Tx};

impl Bridge {
    pub(super) async fn edit_message(&self, job: &Job, id: &str, revision: &str) -> Result<Option<Job>, Attempt> {
        let revision: RevisionId = revision.parse().map_err(|_| Attempt::Senseless("not a revision id".into()))?;
        let mut tx = self.desk().db().read().await?;
        let message = self.message(&mut tx, id).await?;
        let revision = store::messages::revision(&mut tx, &revision).await?;
        // It was deleted meanwhile, or never got into the room.
        let (Some(revision), Some(event)) = (revision, &message.event_id) else {
            drop(tx);
            return self.done(job).await;
        };
        let ticket = self.ticket_of(&mut tx, &message).await?;
        let mut words = self.words(&mut tx, &message).await?;
        (words.body, words.html) = (&revision.body, revision.html.as_deref());
        let content = content::replacement(event, &words, revision.id.as_str());
        let stage = self.stage(&mut tx, &ticket, &message.sender).await?;
        drop(tx);
        self.say(job, stage, revision.id.as_str(), ("m.room.message", content)).await?;
        self.done(job).await
    }

    /// Empties a message in the room: its sender does, or the bot for what others delete or others' clients wrote.
    pub(super) async fn redact_message(&self, job: &Job, id: &str) -> Result<Option<Job>, Attempt> {
        let mut tx = self.desk().db().read().await?;
        let message = self.message(&mut tx, id).await?;
        let ticket = self.ticket_of(&mut tx, &message).await?;
        drop(tx);
        let Some(room) = ticket.room_id.as_deref() else { return self.done(job).await };
        let ghost = self.names().ghost(&message.sender);
        let event = match message.event_id {
            Some(event) => Some(event),
            // Its answer may have been lost.
            None => self.find_own(room, &ghost, message.id.as_str()).await?,
        };
        if let Some(event) = event {
            let is_own = !message.is_from_matrix && message.deleted.is_some_and(|deleted| deleted.by == message.sender);
            let redact = |by| self.homeserver().redact(by, room, (&event, job.id.as_str()));
            match if is_own { redact(&ghost).await } else { redact(self.names().bot()).await } {
                // The ghost is no longer in the room.
                Err(error) if is_own && error.is("M_FORBIDDEN") => redact(self.names().bot()).await?,
                other => other?,
            };
        }
        self.done(job).await
    }

    /// Reacts also when the reaction was taken back meanwhile: the job behind this one needs to know its event.
    pub(super) async fn react(&self, job: &Job, id: &str) -> Result<Option<Job>, Attempt> {
        let mut tx = self.desk().db().read().await?;
        let Some(reaction) = self.reaction(&mut tx, id).await? else {
            drop(tx);
            return self.done(job).await;
        };
        let message = self.message(&mut tx, reaction.message.as_str()).await?;
        // A later job sends it again, when the message is there: see `send_reactions`.
        let is_wanted = message.deleted.is_none() && reaction.event_id.is_none();
        let Some(event) = message.event_id.as_ref().filter(|_| is_wanted) else {
            drop(tx);
            return self.done(job).await;
        };
        let ticket = self.ticket_of(&mut tx, &message).await?;
        let stage = self.stage(&mut tx, &ticket, &reaction.person).await?;
        drop(tx);
        let content = content::reaction(event, &reaction.label, reaction.id.as_str());
        let event = self.say(job, stage, reaction.id.as_str(), ("m.reaction", content)).await;
        let event = match event {
            // Somebody has reacted with the same from another place already (client-server API, "m.reaction").
            Err(Attempt::Matrix(error)) if error.is("M_DUPLICATE_ANNOTATION") => return self.done(job).await,
            other => other?,
        };
        let mut tx = self.desk().db().write().await?;
        store::reactions::set_event(&mut tx, &reaction.id, &event).await?;
        self.settle(tx, job).await
    }

    /// Reactions to a message that was not in the room yet when their turn came, since it had failed or its file was on
    /// the way, get another one.
    pub(super) async fn send_reactions(&self, tx: &mut Tx, message: &Message) -> Result<(), Attempt> {
        for reaction in store::reactions::not_sent(tx, &message.id).await? {
            outgoing::enqueue(tx, self.desk().clock(), &message.ticket, &Outgoing::react(&reaction)).await?;
        }
        Ok(())
    }

    pub(super) async fn unreact(&self, job: &Job, id: &str) -> Result<Option<Job>, Attempt> {
        let mut tx = self.desk().db().read().await?;
        let Some(reaction) = self.reaction(&mut tx, id).await? else {
            drop(tx);
            return self.done(job).await;
        };
        let message = self.message(&mut tx, reaction.message.as_str()).await?;
        let ticket = self.ticket_of(&mut tx, &message).await?;
        drop(tx);
        if let (Some(event), Some(room)) = (&reaction.event_id, &ticket.room_id) {
            self.homeserver().redact(self.names().bot(), room, (event, job.id.as_str())).await?;
        }
        let mut tx = self.desk().db().write().await?;
        store::reactions::delete(&mut tx, &reaction.id).await?;
        self.settle(tx, job).await
    }

    async fn reaction(&self, tx: &mut Tx, id: &str) -> Result<Option<Reaction>, Attempt> {
        let id: ReactionId = id.parse().map_err(|_| Attempt::Senseless("not a reaction id".into()))?;
        Ok(store::reactions::by_id(tx, &id).await?)
    }
}

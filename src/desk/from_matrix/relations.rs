//! Events that are about other events: replies, mentions, edits, redactions, reactions.
use ruma::{EventId, OwnedUserId};

use super::super::{chat, edits};
use super::{Applying, Spoken};
use crate::domain::changes::What;
use crate::domain::ids::{PersonId, ReactionId, RevisionId};
use crate::domain::markup;
use crate::domain::messages::{Message, Reaction, Revision};
use crate::domain::people::Person;
use crate::domain::tickets::Ticket;
use crate::matrix::events::Said;
use crate::store::{self, DbError};

impl Applying<'_> {
    /// The message of the ticket that an event is.
    pub(super) async fn message_of(
        &mut self,
        event: Option<&EventId>,
        ticket: &Ticket,
    ) -> Result<Option<Message>, DbError> {
        let Some(event) = event else { return Ok(None) };
        Ok(store::messages::by_event(self.tx, event).await?.filter(|message| message.ticket == ticket.id))
    }

    /// The people behind these Matrix ids whom the desk knows.
    pub(super) async fn known(&mut self, users: &[OwnedUserId]) -> Result<Vec<PersonId>, DbError> {
        let mut people = Vec::new();
        for user in users {
            let person = match self.desk.names().person_of(user) {
                Some(id) => store::people::by_id(self.tx, &id).await?,
                None => store::people::by_matrix_id(self.tx, user).await?,
            };
            people.extend(person.map(|person| person.id).filter(|id| !people.contains(id)));
        }
        Ok(people)
    }

    pub(super) async fn edited(
        &mut self,
        replaced: &EventId,
        said: &Said,
        author: &Person,
        spoken: &Spoken,
    ) -> Result<(), DbError> {
        let original = store::messages::by_event(self.tx, replaced).await?;
        // An edit by anybody but the author is no edit (client-server API, "Validity of replacement events").
        let is_valid = |message: &Message| message.sender == author.id && message.is_from_matrix;
        let Some(message) = original.filter(|message| is_valid(message) && message.deleted.is_none()) else {
            return Ok(());
        };
        let at = spoken.at.min(self.desk.clock().now());
        let revision = Revision {
            id: RevisionId::fresh(self.desk.clock()),
            message: message.id.clone(),
            body: said.body.clone(),
            html: said.html.as_deref().and_then(markup::sanitized),
            is_late: message.is_late(at),
            at,
            event_id: Some(spoken.id.clone()),
        };
        if edits::revise(self.tx, self.desk.clock(), &message, &revision).await? {
            chat::changed(self.tx, &message, What::MessageEdited, (Some(&author.id), at)).await?;
        }
        Ok(())
    }

    /// Somebody emptied a message or took a reaction back. The homeserver has checked that they may; who is neither its
    /// sender nor staff is not believed all the same.
    pub(super) async fn redacted(&mut self, event: &EventId, by: &OwnedUserId) -> Result<(), DbError> {
        // What the bot does, the desk has done before.
        if *by == *self.desk.names().bot() {
            return Ok(());
        }
        let Some(by) = self.author(by).await? else { return Ok(()) };
        let at = self.desk.clock().now();
        if let Some(message) = store::messages::by_event(self.tx, event).await? {
            if message.sender == by.id || by.role.is_staff() {
                edits::empty(self.tx, &message, &by.id, at).await?;
            }
        } else if let Some(reaction) = store::reactions::by_event(self.tx, event).await?
            && (reaction.person == by.id || by.role.is_staff())
        {
            store::reactions::delete(self.tx, &reaction.id).await?;
            if let Some(message) = store::messages::by_id(self.tx, &reaction.message).await? {
                chat::changed(self.tx, &message, What::Reaction, (Some(&by.id), at)).await?;
            }
        }
        Ok(())
    }

    /// Somebody reacted from a Matrix client; what ghosts do, the desk has done before.
    pub(super) async fn reacted(&mut self, spoken: &Spoken, to: &EventId, label: String) -> Result<(), DbError> {
        if self.desk.names().owns(&spoken.sender) {
            return Ok(());
        }
        let Some(message) = store::messages::by_event(self.tx, to).await? else { return Ok(()) };
        let Some(person) = self.author(&spoken.sender).await? else { return Ok(()) };
        let at = spoken.at.min(self.desk.clock().now());
        let reaction = Reaction {
            id: ReactionId::fresh(self.desk.clock()),
            message: message.id.clone(),
            person: person.id.clone(),
            label,
            at,
            event_id: Some(spoken.id.clone()),
            is_removed: false,
        };
        if message.deleted.is_none() && store::reactions::insert(self.tx, &reaction).await? {
            chat::changed(self.tx, &message, What::Reaction, (Some(&person.id), at)).await?;
        }
        Ok(())
    }
}

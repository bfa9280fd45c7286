//! What was said in a room: the desk's own words that come back, and those of people in Matrix clients.
use super::super::outgoing::{self, Outgoing};
use super::super::{chat, media};
use super::{Applying, Spoken};
use crate::domain::changes::What;
use crate::domain::ids::MessageId;
use crate::domain::markup;
use crate::domain::messages::{Delivery, Kind, Message};
use crate::domain::people::Person;
use crate::domain::tickets::Ticket;
use crate::matrix::events::Said;
use crate::store::{self, DbError};

impl Applying<'_> {
    pub(super) async fn said(&mut self, spoken: Spoken, said: Said) -> Result<(), DbError> {
        let Some(author) = self.author(&spoken.sender).await? else { return Ok(()) };
        let is_ghost = self.desk.names().owns(&spoken.sender);
        let own: Option<MessageId> = spoken.own_id.as_deref().filter(|_| is_ghost).and_then(|id| id.parse().ok());
        let Some(own) = own else {
            // A ghost says nothing by itself but the ticket's description, which the ticket has already.
            return if is_ghost { Ok(()) } else { self.heard(spoken, said, &author).await };
        };
        let known = store::messages::by_id(self.tx, &own).await?;
        let is_theirs = |message: &Message, ticket: &Ticket| message.sender == author.id && message.ticket == ticket.id;
        match (known, &self.ticket) {
            (_, None) => Ok(()),
            (Some(message), Some(ticket)) if is_theirs(&message, ticket) => self.echoed(message, &spoken).await,
            (_, Some(_)) => {
                tracing::warn!(event.id = %spoken.id, "a ghost said something the desk does not know; it is kept");
                self.heard(spoken, said, &author).await
            }
        }
    }

    /// A line of the desk itself has come back.
    pub(super) async fn announced(&mut self, spoken: &Spoken) -> Result<(), DbError> {
        let own: Option<MessageId> = spoken.own_id.as_deref().and_then(|id| id.parse().ok());
        let Some(own) = own else { return Ok(()) };
        match store::messages::by_id(self.tx, &own).await? {
            Some(message) if message.kind == Kind::System => self.echoed(message, spoken).await,
            Some(_) | None => Ok(()),
        }
    }

    /// What the desk sent has come back: it has its event and its place by now.
    async fn echoed(&mut self, message: Message, spoken: &Spoken) -> Result<(), DbError> {
        let Some(ticket) = &mut self.ticket else { return Ok(()) };
        let seq = ticket.place_seen(Some(message.seq));
        store::messages::set_seen(self.tx, &message.id, &spoken.id, seq).await?;
        self.confirmed = true;
        let now = self.desk.clock().now();
        if seq != message.seq || message.delivery != Delivery::Sent {
            self.changed = true;
            chat::changed(self.tx, &message, What::MessageStatus, (None, now)).await?;
        }
        if message.deleted.is_some() && message.event_id.is_none() {
            // It got there although it was deleted before it left.
            let job = Outgoing::redact_message(&message.id);
            outgoing::enqueue(self.tx, self.desk.clock(), &message.ticket, &job).await?;
            self.sends = true;
        }
        Ok(())
    }

    /// Somebody wrote from a Matrix client.
    async fn heard(&mut self, spoken: Spoken, said: Said, author: &Person) -> Result<(), DbError> {
        if let Some(replaced) = &said.replaces {
            return self.edited(replaced, &said, author, &spoken).await;
        }
        let Some(mut ticket) = self.ticket.take() else { return Ok(()) };
        let at = spoken.at.min(self.desk.clock().now());
        let (id, place) = (MessageId::fresh(self.desk.clock()), (at, ticket.place_seen(None)));
        let message = Message {
            html: said.html.as_deref().and_then(markup::sanitized),
            kind: said.kind,
            details: said.details,
            reply_to: self.message_of(said.reply_to.as_deref(), &ticket).await?.map(|message| message.id),
            thread: self.message_of(said.thread.as_deref(), &ticket).await?.map(|message| message.id),
            mentions: self.known(&said.mentions).await?,
            is_from_matrix: true,
            event_id: Some(spoken.id),
            delivery: Delivery::Sent,
            ..Message::queued(id, ticket.id.clone(), author.id.clone(), said.body, place)
        };
        if store::messages::insert(self.tx, &message).await? {
            self.sends |= chat::count(self.desk, self.tx, &mut ticket, (author, &message), at).await?;
            if let Some(file) = said.attachment.filter(|_| message.kind.has_file()) {
                media::expect(self.tx, self.desk.clock(), &message, file).await?;
                self.fetches = true;
            }
            self.desk.notify_new_message(self.tx, &ticket, (author, &message)).await?;
            self.read.insert(author.id.clone(), (message.seq, at));
            chat::changed(self.tx, &message, What::NewMessage, (Some(&author.id), at)).await?;
            self.changed = true;
            if message.kind != Kind::Notice && self.desk.opens_follow_up(author, &ticket) {
                self.desk.carry_over(self.tx, &mut ticket, (author, &message), at).await?;
                self.sends = true;
            }
        }
        self.ticket = Some(ticket);
        Ok(())
    }
}

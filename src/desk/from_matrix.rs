//! From the room to the desk: events are stored with the reader's token, then applied per room, in order, once each.
mod arrivals;
mod notes;
mod relations;
mod words;

use std::collections::HashMap;

use ruma::{OwnedUserId, RoomId};

use super::participants::matrix_person;
use super::{Desk, avatars, crash, notices};
use crate::domain::Time;
use crate::domain::changes;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::people::Person;
use crate::domain::text;
use crate::domain::tickets::Ticket;
use crate::matrix::content::ticket_of_state;
use crate::matrix::events::{Event, What};
use crate::store::inbox::{self, Waiting};
use crate::store::{self, DbError, Tx};

/// How many events of a room one transaction applies at most.
const AT_ONCE: i64 = 50;
/// After how many failures an event is laid aside.
const TRIES: i64 = 5;

impl Desk {
    /// Applies the next events of a room, in order, each exactly once: what follows from them and their "applied"
    /// mark are one commit. Returns whether there may be more.
    pub async fn apply_room(&self, room: &RoomId) -> Result<bool, DbError> {
        match self.apply_some(room, AT_ONCE).await {
            Ok(true) => Ok(true),
            Ok(false) => self.apply_receipts(room).await.map(|()| false),
            Err(error) if error.is_outage() => Err(error),
            // One of them is poisonous: one by one, so that it alone is counted.
            Err(_) => self.apply_one(room).await,
        }
    }

    async fn apply_some(&self, room: &RoomId, limit: i64) -> Result<bool, DbError> {
        let mut tx = self.db().write().await?;
        let waiting = inbox::next_in_room(&mut tx, room.as_str(), limit).await?;
        let (Some(first), Some(last)) = (waiting.first(), waiting.last()) else { return Ok(false) };
        let (first, last) = (first.position, last.position);
        let mut applying = Applying::new(self, &mut tx, room);
        let mut dead = 0;
        for event in &waiting {
            dead += u64::from(!applying.take(event).await?);
        }
        let fetches = applying.fetches;
        let sends = applying.finish().await?;
        crash::point(crash::APPLYING);
        let applied = inbox::mark_applied(&mut tx, room.as_str(), first, last).await?;
        if applied + dead != waiting.len() as u64 {
            // Somebody else applied them meanwhile: nothing of this happened, and nothing is left to do.
            return Ok(true);
        }
        tx.commit().await?;
        if sends {
            self.wake_outbox();
        }
        self.wake_watchers();
        if fetches {
            self.wake_media();
        }
        Ok(i64::try_from(waiting.len()).is_ok_and(|count| count == limit))
    }

    async fn apply_one(&self, room: &RoomId) -> Result<bool, DbError> {
        let Err(error) = self.apply_some(room, 1).await else { return Ok(true) };
        if error.is_outage() {
            return Err(error);
        }
        let mut tx = self.db().write().await?;
        if let Some(event) = inbox::next_in_room(&mut tx, room.as_str(), 1).await?.first() {
            lay_aside_or_count(&mut tx, event, &error.to_string()).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

async fn lay_aside_or_count(tx: &mut Tx, event: &Waiting, error: &str) -> Result<(), DbError> {
    if event.tries + 1 < TRIES {
        return inbox::count_try(tx, event.position, error).await;
    }
    tracing::error!(event.id = event.event_id, room.id = event.room_id, error, "laid an event aside");
    inbox::mark_dead(tx, event.position, error).await
}

/// A stretch of a room's events on their way into the desk, inside one transaction.
struct Applying<'a> {
    desk: &'a Desk,
    tx: &'a mut Tx,
    room: &'a RoomId,
    /// Locked; none for rooms that are no ticket's (yet).
    ticket: Option<Ticket>,
    /// The ticket whose notes are in the room, if it is one of notes; none while that was not looked up.
    notes: Option<Option<TicketId>>,
    looked_up: bool,
    changed: bool,
    /// Whether something the desk sent was seen where it already stood: no change to anybody.
    confirmed: bool,
    /// Whether somebody was seen in the room of notes who is not to be there.
    has_strangers: bool,
    /// Whether something is to leave for what was applied.
    sends: bool,
    /// Whether a file is to be fetched for what was applied.
    fetches: bool,
    people: HashMap<OwnedUserId, Person>,
    /// How far each author has read: the last message counts, so that one write serves many.
    read: HashMap<PersonId, (i64, Time)>,
}

impl<'a> Applying<'a> {
    fn new(desk: &'a Desk, tx: &'a mut Tx, room: &'a RoomId) -> Self {
        let (people, read) = (HashMap::new(), HashMap::new());
        Self {
            desk,
            tx,
            room,
            ticket: None,
            notes: None,
            looked_up: false,
            changed: false,
            confirmed: false,
            has_strangers: false,
            sends: false,
            fetches: false,
            people,
            read,
        }
    }

    /// Applies one event; false when it can never be applied and was laid aside.
    async fn take(&mut self, waiting: &Waiting) -> Result<bool, DbError> {
        match Event::read(&waiting.event) {
            Ok(event) => self.apply(event).await.map(|()| true),
            Err(error) => {
                tracing::error!(event.id = waiting.event_id, room.id = waiting.room_id, %error, "laid an event aside");
                inbox::mark_dead(self.tx, waiting.position, &error.to_string()).await?;
                Ok(false)
            }
        }
    }

    /// Stores what the events together mean for their ticket; whether something is to leave for it.
    async fn finish(mut self) -> Result<bool, DbError> {
        self.guard_notes().await?;
        let Some(mut ticket) = self.ticket else { return Ok(self.sends) };
        for (author, (seq, at)) in &self.read {
            store::reads::mark_read(self.tx, (&ticket.id, author), *seq, *at).await?;
        }
        if self.changed {
            store::tickets::update(self.tx, &mut ticket).await?;
        } else if self.confirmed {
            store::tickets::confirm(self.tx, &ticket).await?;
        }
        Ok(self.sends)
    }

    async fn apply(&mut self, event: Event) -> Result<(), DbError> {
        if let Some(ticket) = self.notes_room().await? {
            return self.apply_to_notes(&ticket, event).await;
        }
        let names = self.desk.names();
        match event.what {
            What::Notes(ref content) if event.sender == *names.bot() => self.bind_notes(content).await,
            What::Ticket(ref content) if event.sender == *names.bot() => self.bind(content).await,
            What::Member { user, membership, display_name, avatar } => {
                let name = display_name.as_deref().map(|name| text::shortened(&text::storable(name), text::NAME_LIMIT));
                let name = name.filter(|name| !name.is_empty());
                let place = (self.room, &*user);
                let before = store::bridge::membership(self.tx, self.room, &user).await?;
                store::bridge::set_membership(self.tx, place, &membership, name.as_deref()).await?;
                if names.owns(&user) {
                    return Ok(());
                }
                if let Some(name) = name.filter(|_| membership == "join") {
                    self.rename(&user, &name).await?;
                }
                match (before.as_deref() == Some("join"), membership == "join") {
                    (false, true) => self.came_or_went(&user, notices::Event::Joined, event.sent_at).await?,
                    (true, false) => self.came_or_went(&user, notices::Event::Left, event.sent_at).await?,
                    _ => {}
                }
                // Who has just come is known by now.
                if membership == "join" {
                    self.fetches |= avatars::follow(self.tx, self.desk.clock(), &user, avatar).await?;
                }
                Ok(())
            }
            What::Said(said) => {
                self.lock_ticket().await?;
                let context = Spoken { id: event.id, sender: event.sender, own_id: event.own_id, at: event.sent_at };
                if context.sender == *names.bot() {
                    self.announced(&context).await
                } else {
                    self.said(context, said).await
                }
            }
            What::Redacted(redacted) => {
                self.lock_ticket().await?;
                self.redacted(&redacted, &event.sender).await
            }
            What::Reacted { event: to, label } => {
                self.lock_ticket().await?;
                let context = Spoken { id: event.id, sender: event.sender, own_id: event.own_id, at: event.sent_at };
                self.reacted(&context, &to, label).await
            }
            What::Ticket(_) | What::Notes(_) | What::Heartbeat(_) | What::Other => Ok(()),
        }
    }

    /// createRoom's events can arrive before its answer: the state event that the bot set names the ticket.
    async fn bind(&mut self, content: &serde_json::Value) -> Result<(), DbError> {
        let Some(id) = ticket_of_state(content) else { return Ok(()) };
        if store::tickets::set_room(self.tx, &id, &self.room.to_owned()).await? {
            self.looked_up = false;
            let by_nobody = (None, self.desk.clock().now());
            super::changes::note(self.tx, &id, changes::What::TicketUpdated, None, by_nobody).await?;
        }
        Ok(())
    }

    async fn lock_ticket(&mut self) -> Result<(), DbError> {
        if !self.looked_up {
            self.looked_up = true;
            self.ticket = store::tickets::locked_by_room(self.tx, self.room).await?;
        }
        Ok(())
    }

    /// Somebody with an account of their own is in the ticket's room from now on, or no longer.
    async fn came_or_went(&mut self, user: &OwnedUserId, event: notices::Event<'_>, at: Time) -> Result<(), DbError> {
        self.lock_ticket().await?;
        let Some(mut ticket) = self.ticket.take() else { return Ok(()) };
        if let Some(person) = self.author(user).await? {
            let at = at.min(self.desk.clock().now());
            notices::announce(self.tx, self.desk.clock(), &mut ticket, (&person, event), at).await?;
            self.sends = true;
            self.changed = true;
        }
        self.ticket = Some(ticket);
        Ok(())
    }

    async fn rename(&mut self, user: &OwnedUserId, name: &str) -> Result<(), DbError> {
        if let Some(mut person) = store::people::by_matrix_id(self.tx, user).await?
            && person.email.is_none()
            && store::people::set_display_name(self.tx, &person.id, name).await?
        {
            name.clone_into(&mut person.display_name);
            self.people.insert(user.clone(), person);
        }
        Ok(())
    }

    /// Whose words these are: the ghost's person, or the person behind the Matrix id.
    async fn author(&mut self, sender: &OwnedUserId) -> Result<Option<Person>, DbError> {
        if let Some(person) = self.people.get(sender) {
            return Ok(Some(person.clone()));
        }
        let names = self.desk.names();
        let person = if names.owns(sender) {
            match names.person_of(sender) {
                Some(id) => store::people::by_id(self.tx, &id).await?,
                None => None,
            }
        } else {
            let name = store::bridge::display_name(self.tx, self.room, sender).await?;
            Some(matrix_person(self.tx, self.desk.clock(), sender, name.as_deref()).await?)
        };
        if let Some(person) = &person {
            self.people.insert(sender.clone(), person.clone());
        }
        Ok(person)
    }
}

/// Who said something, when, and as which event.
struct Spoken {
    id: ruma::OwnedEventId,
    sender: OwnedUserId,
    own_id: Option<String>,
    at: Time,
}

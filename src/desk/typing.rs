//! Who is typing: known to this process alone, kept for seconds, and told both ways as long as it is true.
//!
//! It is no change of a ticket: nothing is stored, nothing is replayed, and a notice that gets lost costs nothing.
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::bridge::{Attempt, Bridge};
use super::{Desk, permitted_ticket};
use crate::domain::Refusal;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::matrix::ephemeral;
use crate::store::{self, reads};

/// How long somebody of the desk counts as typing after they last said so.
const LASTS: Duration = Duration::from_secs(10);
/// How long somebody of Matrix does: their server says when they stop, unless that gets lost.
const LASTS_IN_ROOM: Duration = Duration::from_secs(60);
/// How long the homeserver is to show a ghost typing without being told again.
pub const LASTS_AS_GHOST: Duration = Duration::from_secs(30);

/// Who is typing, in which tickets.
#[derive(Debug, Default)]
pub struct Typing {
    state: Mutex<State>,
    /// Somebody of the desk has started or stopped.
    for_matrix: Notify,
    /// Somebody has started or stopped.
    for_watchers: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Until when, by ticket and person: those who type here, and those who do in a Matrix client.
    here: HashMap<(TicketId, PersonId), Instant>,
    in_rooms: HashMap<(TicketId, PersonId), Instant>,
    /// Tickets in which somebody has started or stopped since watchers were told.
    untold: HashSet<TicketId>,
}

impl State {
    fn is_typing(&self, key: &(TicketId, PersonId)) -> bool {
        self.here.contains_key(key) || self.in_rooms.contains_key(key)
    }

    /// Whether that is news.
    fn starts(&mut self, key: (TicketId, PersonId), now: Instant) -> bool {
        let is_news = !self.is_typing(&key);
        if is_news {
            self.untold.insert(key.0.clone());
        }
        self.here.insert(key, now + LASTS);
        is_news
    }

    /// Forgets what has run out.
    fn expire(&mut self, now: Instant) {
        let Self { here, in_rooms, untold } = self;
        for typing in [here, in_rooms] {
            typing.retain(|(ticket, _), until| {
                let lasts = *until > now;
                if !lasts {
                    untold.insert(ticket.clone());
                }
                lasts
            });
        }
    }

    fn news(&mut self) -> HashMap<TicketId, Vec<PersonId>> {
        let mut news: HashMap<TicketId, Vec<PersonId>> =
            self.untold.drain().map(|ticket| (ticket, Vec::new())).collect();
        for (ticket, person) in self.here.keys().chain(self.in_rooms.keys()) {
            if let Some(people) = news.get_mut(ticket) {
                people.push(person.clone());
            }
        }
        for people in news.values_mut() {
            people.sort();
            people.dedup();
        }
        news
    }
}

impl Typing {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody of the desk types, for some seconds unless they say so again.
    fn starts(&self, ticket: &TicketId, person: &PersonId) {
        if self.state().starts((ticket.clone(), person.clone()), Instant::now()) {
            self.tell();
        }
    }

    /// Somebody of the desk has stopped: they said so, sent what they wrote, or went away.
    pub fn stops(&self, ticket: &TicketId, person: &PersonId) {
        let mut state = self.state();
        if state.here.remove(&(ticket.clone(), person.clone())).is_some() {
            state.untold.insert(ticket.clone());
            drop(state);
            self.tell();
        }
    }

    /// These are all who type in the ticket's room, besides ghosts.
    fn are_typing_in_room(&self, ticket: &TicketId, people: &[PersonId]) {
        let until = Instant::now() + LASTS_IN_ROOM;
        let mut state = self.state();
        state.in_rooms.retain(|(other, _), _| other != ticket);
        state.in_rooms.extend(people.iter().map(|person| ((ticket.clone(), person.clone()), until)));
        state.untold.insert(ticket.clone());
        drop(state);
        self.for_watchers.notify_one();
    }

    fn tell(&self) {
        self.for_matrix.notify_one();
        self.for_watchers.notify_one();
    }

    /// Everybody who is typing in a ticket.
    pub fn in_ticket(&self, ticket: &TicketId) -> Vec<PersonId> {
        let state = self.state();
        let all = state.here.keys().chain(state.in_rooms.keys());
        all.filter(|(other, _)| other == ticket).map(|(_, person)| person.clone()).collect()
    }

    /// Waits until somebody of the desk has started or stopped.
    pub async fn changed_here(&self) {
        self.for_matrix.notified().await;
    }

    /// Waits until anybody has started or stopped.
    pub async fn changed(&self) {
        self.for_watchers.notified().await;
    }

    /// Everybody of the desk who is typing.
    pub fn here(&self) -> HashSet<(TicketId, PersonId)> {
        let mut state = self.state();
        state.expire(Instant::now());
        state.here.keys().cloned().collect()
    }

    /// The tickets in which somebody has started or stopped since this was asked last, each with all who are typing.
    pub fn news(&self) -> HashMap<TicketId, Vec<PersonId>> {
        let mut state = self.state();
        state.expire(Instant::now());
        state.news()
    }
}

impl Desk {
    /// `by` types in a ticket, for some seconds unless they say so again.
    pub async fn start_typing(&self, by: &Person, ticket: &str) -> Result<TicketId, Refusal> {
        let ticket = permitted_ticket(&mut self.db().read().await?, by, ticket, Action::Write).await?;
        self.typing().starts(&ticket.id, &by.id);
        Ok(ticket.id)
    }
}

impl Bridge {
    /// Push says who is typing where. Ghosts are our own words, and who never was in the desk is nobody to show.
    pub async fn pushed_typing(&self, notices: &[ephemeral::Typing]) -> Result<(), Attempt> {
        if notices.is_empty() {
            return Ok(());
        }
        let mut tx = self.desk().db().read().await?;
        for notice in notices {
            let Some(ticket) = reads::ticket_of_room(&mut tx, &notice.room).await? else { continue };
            let mut people = Vec::new();
            for user in notice.users.iter().filter(|user| !self.names().owns(user)) {
                people.extend(store::people::by_matrix_id(&mut tx, user).await?.map(|person| person.id));
            }
            self.desk().typing().are_typing_in_room(&ticket, &people);
        }
        Ok(())
    }

    /// Shows in the ticket's room that somebody of the desk types or has stopped. A ghost that is not there yet types
    /// later, if its person still does.
    pub async fn show_typing(&self, ticket: &TicketId, person: &PersonId, types: bool) -> Result<(), Attempt> {
        let ghost = self.names().ghost(person);
        let mut tx = self.desk().db().read().await?;
        let Some(room) = store::tickets::by_id(&mut tx, ticket).await?.and_then(|ticket| ticket.room_id) else {
            return not_there(types);
        };
        if store::bridge::membership(&mut tx, &room, &ghost).await?.as_deref() != Some("join") {
            return not_there(types);
        }
        drop(tx);
        self.homeserver().typing(&ghost, &room, types.then_some(LASTS_AS_GHOST)).await?;
        Ok(())
    }
}

fn not_there(types: bool) -> Result<(), Attempt> {
    if types { Err(Attempt::NotYet("the ghost is not in the room yet".into())) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Clock;

    #[test]
    fn typing_lasts_for_seconds_unless_renewed() {
        let (mut state, clock, began) = (State::default(), Clock::system(), Instant::now());
        let (ticket, ann) = (TicketId::fresh(&clock), PersonId::fresh(&clock));
        let key = (ticket.clone(), ann.clone());
        assert!(state.starts(key.clone(), began));
        assert_eq!(state.news().remove(&ticket), Some(vec![ann]));

        assert!(!state.starts(key.clone(), began + LASTS / 2));
        state.expire(began + LASTS);
        assert!(state.is_typing(&key));
        assert!(state.news().is_empty(), "a renewal is no news");

        state.expire(began + LASTS * 2);
        assert_eq!(state.news().remove(&ticket), Some(Vec::new()));
    }
}

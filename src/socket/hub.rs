//! Who watches what: every socket of this process, its person, and the tickets it is in.
//!
//! The hub only hands on: what it is given is rendered, and what it cannot hand on at once it does not keep. A socket
//! whose buffer is full is cut off; it comes back and has what it missed replayed.
mod presence;
mod watches;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use serde_json::value::RawValue;
use socketioxide::extract::SocketRef;
use socketioxide::socket::Sid;
use socketioxide::{SendError, SocketError};

use self::presence::Shown;
use self::watches::Watch;
pub use self::watches::{Fitting, KNOWN, Rows};
use crate::desk::metrics::Metrics;
use crate::domain::Time;
use crate::domain::changes::What;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::people::Person;

/// How many changes may wait for a socket while it is told what it missed.
const WAITING: usize = 1_000;

/// An event ready to be sent: rendered once, whoever gets it.
#[derive(Clone, Debug)]
pub struct Frame {
    pub event: &'static str,
    pub data: Arc<RawValue>,
}

/// A change of a ticket as each kind of watcher is told of it.
#[derive(Debug)]
pub struct Told {
    pub seq: i64,
    pub ticket: TicketId,
    pub what: What,
    /// The person it is about.
    pub person: Option<PersonId>,
    /// For those who are in the ticket; nothing when it is not theirs to know.
    pub staff: Option<Frame>,
    pub others: Option<Frame>,
    /// For that person alone, when it is nobody else's to know.
    pub private: Option<Frame>,
    /// For those who follow lists in which the ticket is: staff, and others.
    pub list: Option<Frame>,
    pub list_of_others: Option<Frame>,
    /// The ticket as it stands in lists that are watched, when this may have changed it, or whose list has it.
    pub rows: Option<Rows>,
    pub participants: HashSet<PersonId>,
    /// The staff who may see the ticket, when it is confidential.
    pub named: Option<HashSet<PersonId>>,
}

impl Told {
    /// Whether the ticket is confidential and this member of staff not named in it.
    fn is_hidden_from(&self, person: &Person) -> bool {
        let is_named = |named: &HashSet<PersonId>| named.contains(&person.id) || self.participants.contains(&person.id);
        person.role.is_staff() && !self.named.as_ref().is_none_or(is_named)
    }

    /// What this person is told.
    pub fn for_person(&self, person: &Person) -> Option<&Frame> {
        if self.is_hidden_from(person) {
            return None;
        }
        let own = self.private.as_ref().filter(|_| self.person.as_ref() == Some(&person.id));
        own.or(if person.role.is_staff() { self.staff.as_ref() } else { self.others.as_ref() })
    }
}

/// Whether a socket in a ticket is told of changes as they come.
enum Place {
    Live,
    /// It is still told what it missed; what comes meanwhile waits.
    Waiting(Vec<(i64, Frame)>),
}

/// How a socket is known to be somebody's.
#[derive(Clone, Debug)]
pub struct Grant {
    pub person: Person,
    pub token: Arc<str>,
    pub expires_at: Time,
}

struct Seat {
    socket: SocketRef,
    grant: Grant,
    tickets: HashMap<TicketId, Place>,
    follows_lists: bool,
    watches: Vec<Watch>,
    watches_begun: i64,
}

#[derive(Default)]
struct State {
    seats: HashMap<Sid, Seat>,
    tickets: HashMap<TicketId, HashSet<Sid>>,
    lists: HashSet<Sid>,
    /// Those that watch lists.
    watching: HashSet<Sid>,
    /// The staff in each ticket, as the staff there were told of them last.
    shown: HashMap<TicketId, Shown>,
    /// Sockets that are cut off and have not gone yet.
    leaving: Vec<SocketRef>,
}

/// Every socket of this process.
#[derive(Default)]
pub struct Hub {
    state: Mutex<State>,
    sockets: Gauge,
    cut_off: Counter,
}

/// Whether a socket took what it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Taken,
    Full,
    Gone,
}

/// Sends a frame, if the socket has room for it.
pub fn send(socket: &SocketRef, frame: &Frame) -> Sent {
    match socket.emit(frame.event, &*frame.data) {
        Ok(()) => Sent::Taken,
        Err(SendError::Socket(SocketError::InternalChannelFull)) => Sent::Full,
        Err(_) => Sent::Gone,
    }
}

impl Hub {
    pub fn new(metrics: &Metrics) -> Self {
        let hub = Self::default();
        metrics.register("roomdesk_sockets", "Sockets that are connected", hub.sockets.clone());
        metrics.register(
            "roomdesk_sockets_cut_off",
            "Sockets cut off because they read too slowly",
            hub.cut_off.clone(),
        );
        hub
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A socket has connected as somebody.
    pub fn enter(&self, socket: SocketRef, grant: Grant) {
        let tickets = HashMap::new();
        let seat = Seat { socket, grant, tickets, follows_lists: false, watches: Vec::new(), watches_begun: 0 };
        self.state().seats.insert(seat.socket.id, seat);
        self.sockets.inc();
    }

    /// A socket has gone; the tickets it was in and whose it was.
    pub fn leave(&self, socket: Sid) -> Option<(Person, Vec<TicketId>)> {
        let seat = self.state().remove(socket)?;
        self.sockets.dec();
        Some((seat.grant.person, seat.tickets.into_keys().collect()))
    }

    /// Whose socket it is.
    pub fn person(&self, socket: Sid) -> Option<Person> {
        self.state().seats.get(&socket).map(|seat| seat.grant.person.clone())
    }

    /// The same person has shown another token.
    pub fn renew(&self, socket: Sid, grant: Grant) {
        if let Some(seat) = self.state().seats.get_mut(&socket) {
            seat.grant = grant;
        }
    }

    /// A socket is about to be in a ticket: from now on what happens there waits for it.
    pub fn wait_in(&self, socket: Sid, ticket: &TicketId) {
        let mut state = self.state();
        if let Some(seat) = state.seats.get_mut(&socket) {
            seat.tickets.insert(ticket.clone(), Place::Waiting(Vec::new()));
            state.tickets.entry(ticket.clone()).or_default().insert(socket);
        }
    }

    /// What waits for the socket there, past the change `after`; when nothing does, the socket is told of changes as
    /// they come from now on. None when it has no place there any longer.
    pub fn catch_up(&self, socket: Sid, ticket: &TicketId, after: i64) -> Option<Vec<Frame>> {
        let mut state = self.state();
        let place = state.seats.get_mut(&socket)?.tickets.get_mut(ticket)?;
        let Place::Waiting(waiting) = place else { return Some(Vec::new()) };
        let waited: Vec<Frame> = waiting.drain(..).filter(|(seq, _)| *seq > after).map(|(_, frame)| frame).collect();
        if waited.is_empty() {
            *place = Place::Live;
        }
        Some(waited)
    }

    /// A socket is no longer in a ticket.
    pub fn leave_ticket(&self, socket: Sid, ticket: &TicketId) -> bool {
        self.state().leave_ticket(socket, ticket)
    }

    pub fn is_in(&self, socket: Sid, ticket: &TicketId) -> bool {
        self.state().seats.get(&socket).is_some_and(|seat| seat.tickets.contains_key(ticket))
    }

    /// Whether a socket is told of tickets in its person's lists.
    pub fn follow_lists(&self, socket: Sid, follows: bool) {
        let mut state = self.state();
        if let Some(seat) = state.seats.get_mut(&socket) {
            seat.follows_lists = follows;
            if follows {
                state.lists.insert(socket)
            } else {
                state.lists.remove(&socket)
            };
        }
    }

    /// Whether anybody would be told of a change in this ticket.
    pub fn is_watched(&self, ticket: &TicketId) -> bool {
        let state = self.state();
        !state.lists.is_empty() || !state.watching.is_empty() || state.tickets.contains_key(ticket)
    }

    pub fn is_empty(&self) -> bool {
        self.state().seats.is_empty()
    }

    /// Hands a change on to everybody who watches and may know.
    pub fn tell(&self, told: &Told) {
        let mut state = self.state();
        let mut full = Vec::new();
        for sid in state.tickets.get(&told.ticket).cloned().unwrap_or_default() {
            let Some(seat) = state.seats.get_mut(&sid) else { continue };
            let Some(frame) = told.for_person(&seat.grant.person) else { continue };
            match seat.tickets.get_mut(&told.ticket) {
                Some(Place::Live) if send(&seat.socket, frame) == Sent::Full => full.push(sid),
                Some(Place::Waiting(waiting)) if waiting.len() >= WAITING => full.push(sid),
                Some(Place::Waiting(waiting)) => waiting.push((told.seq, frame.clone())),
                Some(Place::Live) | None => {}
            }
        }
        full.extend(
            state.lists.iter().copied().filter(|sid| state.seats.get(sid).is_some_and(|seat| !seat.follow(told))),
        );
        if told.what == What::UserLeft {
            state.put_out(told);
        }
        state.hide(told);
        for sid in full {
            self.cut_off(&mut state, sid);
        }
    }

    fn cut_off(&self, state: &mut State, sid: Sid) {
        if let Some(seat) = state.remove(sid) {
            tracing::info!(socket.id = %sid, person.id = %seat.grant.person.id, "cut off a socket that reads too slowly");
            self.sockets.dec();
            self.cut_off.inc();
            state.leaving.push(seat.socket);
        }
    }

    /// Cuts a socket off that does not take what it is owed: what it missed, or an answer.
    pub fn give_up(&self, socket: Sid) {
        self.cut_off(&mut self.state(), socket);
    }

    /// Hands on something that is no change and is not kept, to those in a ticket; who is too slow for it goes without.
    pub fn show(&self, ticket: &TicketId, frame: &Frame) {
        let state = self.state();
        for seat in state.in_ticket(ticket) {
            send(&seat.socket, frame);
        }
    }

    /// The sockets of a person, with what they showed.
    pub fn seats_of(&self, person: &PersonId) -> Vec<(Sid, Grant)> {
        let state = self.state();
        let of_person = state.seats.iter().filter(|(_, seat)| seat.grant.person.id == *person);
        of_person.map(|(sid, seat)| (*sid, seat.grant.clone())).collect()
    }

    /// The sockets whose token is over.
    pub fn expired(&self, now: Time) -> Vec<Sid> {
        let state = self.state();
        state.seats.iter().filter(|(_, seat)| seat.grant.expires_at <= now).map(|(sid, _)| *sid).collect()
    }

    /// Ends a socket: from now on it is told nothing.
    pub fn put_off(&self, socket: Sid) {
        let mut state = self.state();
        if let Some(seat) = state.remove(socket) {
            self.sockets.dec();
            state.leaving.push(seat.socket);
        }
    }

    /// Ends those that are to go; one whose buffer is full cannot be told so yet, and is tried again.
    pub fn see_off(&self) {
        let leaving = std::mem::take(&mut self.state().leaving);
        let still_there = |socket: &SocketRef| {
            socket.connected() && matches!(socket.clone().disconnect(), Err(SocketError::InternalChannelFull))
        };
        let left: Vec<SocketRef> = leaving.into_iter().filter(still_there).collect();
        self.state().leaving.extend(left);
    }
}

impl Seat {
    /// Tells of a change in a list, if the ticket is in this person's; false when there was no room for it.
    fn follow(&self, told: &Told) -> bool {
        let person = &self.grant.person;
        let is_about = told.person.as_ref() == Some(&person.id);
        let frame = match told.what {
            // Their list has one ticket more, or less.
            What::UserJoined | What::UserLeft if is_about => told.for_person(person),
            _ => None,
        };
        let is_staff = person.role.is_staff() && !told.is_hidden_from(person);
        let is_listed = is_staff || told.participants.contains(&person.id);
        let list = if is_staff { &told.list } else { &told.list_of_others };
        let frames = [frame, list.as_ref().filter(|_| is_listed)];
        frames.into_iter().flatten().all(|frame| send(&self.socket, frame) != Sent::Full)
    }
}

impl State {
    fn in_ticket(&self, ticket: &TicketId) -> impl Iterator<Item = &Seat> {
        let sids = self.tickets.get(ticket).into_iter().flatten();
        let seats = sids.filter_map(|sid| self.seats.get(sid));
        seats.filter(|seat| matches!(seat.tickets.get(ticket), Some(Place::Live)))
    }

    fn remove(&mut self, socket: Sid) -> Option<Seat> {
        let seat = self.seats.remove(&socket)?;
        self.lists.remove(&socket);
        self.watching.remove(&socket);
        for ticket in seat.tickets.keys() {
            self.forget(socket, ticket);
        }
        Some(seat)
    }

    fn forget(&mut self, socket: Sid, ticket: &TicketId) {
        if let Some(sids) = self.tickets.get_mut(ticket) {
            sids.remove(&socket);
            if sids.is_empty() {
                self.tickets.remove(ticket);
                self.shown.remove(ticket);
            }
        }
    }

    fn leave_ticket(&mut self, socket: Sid, ticket: &TicketId) -> bool {
        let was_in = self.seats.get_mut(&socket).is_some_and(|seat| seat.tickets.remove(ticket).is_some());
        self.forget(socket, ticket);
        was_in
    }

    /// Staff who may not see the ticket (any longer) are not in it.
    fn hide(&mut self, told: &Told) {
        if told.named.is_none() {
            return;
        }
        let hidden = |sid: &&Sid| self.seats.get(sid).is_some_and(|seat| told.is_hidden_from(&seat.grant.person));
        let sids: Vec<Sid> = self.tickets.get(&told.ticket).into_iter().flatten().filter(hidden).copied().collect();
        for sid in sids {
            self.leave_ticket(sid, &told.ticket);
        }
    }

    /// Somebody was put out of a ticket: none of their sockets is in it any longer, unless they are staff.
    fn put_out(&mut self, told: &Told) {
        let of_person = self.seats.iter().filter(|(_, seat)| {
            told.person.as_ref() == Some(&seat.grant.person.id) && !seat.grant.person.role.is_staff()
        });
        let sids: Vec<Sid> = of_person.map(|(sid, _)| *sid).collect();
        for sid in sids {
            self.leave_ticket(sid, &told.ticket);
        }
    }
}

//! Lists that sockets watch: which tickets come into them, change in them, and go.
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::value::RawValue;
use socketioxide::socket::Sid;

use super::{Hub, Seat, Sent, Told, send};
use crate::domain::Refusal;
use crate::domain::changes::What;
use crate::domain::filter::{Query, Realm};
use crate::domain::ids::TicketId;
use crate::socket::render::frame;
use crate::view::live::OfList;

/// How many lists a socket may watch.
const MOST: usize = 10;
/// How many tickets of a list are known to be in it. Of a longer one those beyond are not, and whoever watches it is told
/// that a ticket is not in it though it may never have been.
pub const KNOWN: usize = 500;

/// What is asked of a ticket for it to be in a list. Whoever asks for the same shares it: who may see the ticket is told
/// from the change.
#[derive(Debug)]
pub struct Wanted {
    /// The same for the same.
    name: String,
    pub query: Query,
}

impl Wanted {
    fn of(query: &Query) -> Arc<Self> {
        // What somebody has not read is a question of their own.
        let reader = query.filter.unread.map(|_| &query.by);
        Arc::new(Self { name: format!("{:?} {reader:?}", query.filter), query: query.clone() })
    }
}

/// Which of some tickets are in each list, and their versions.
#[derive(Debug, Default)]
pub struct Fitting(HashMap<String, HashMap<TicketId, i64>>);

impl Fitting {
    pub fn new(lists: &[Arc<Wanted>], fitting: Vec<HashMap<TicketId, i64>>) -> Self {
        Self(lists.iter().map(|list| list.name.clone()).zip(fitting).collect())
    }

    /// Whether the tickets that are in lists look as they did when that was asked.
    pub fn agrees_with(&self, told: &[Told]) -> bool {
        let mut rows = told.iter().filter_map(|told| Some((&told.ticket, told.rows.as_ref()?.version)));
        let agrees =
            |ticket, version| self.0.values().filter_map(|list| list.get(ticket)).all(|known| *known == version);
        rows.all(|(ticket, version)| agrees(ticket, version))
    }
}

/// A list that a socket watches.
pub(super) struct Watch {
    id: i64,
    wanted: Arc<Wanted>,
    /// The tickets that are in it as far as this socket was told.
    known: HashSet<TicketId>,
    /// Whether all of them are known.
    knows_all: bool,
}

impl Hub {
    /// A socket watches a list from now on; what is in it by now is still to be [told](Self::knows).
    pub fn watch(&self, socket: Sid, query: &Query) -> Result<i64, Refusal> {
        let mut state = self.state();
        let Some(seat) = state.seats.get_mut(&socket) else { return Err(Refusal::NotFound("socket")) };
        if seat.watches.len() >= MOST {
            return Err(Refusal::Conflict(format!("{MOST} lists are watched already: end one before")));
        }
        seat.watches_begun += 1;
        let id = seat.watches_begun;
        seat.watches.push(Watch { id, wanted: Wanted::of(query), known: HashSet::new(), knows_all: false });
        state.watching.insert(socket);
        Ok(id)
    }

    /// What was in a list when it began to be watched, and whether that is all.
    pub fn knows(&self, socket: Sid, watch: i64, (tickets, are_all): (HashSet<TicketId>, bool)) {
        let mut state = self.state();
        let seat = state.seats.get_mut(&socket);
        if let Some(watch) = seat.and_then(|seat| seat.watches.iter_mut().find(|known| known.id == watch)) {
            watch.known.extend(tickets);
            watch.knows_all = are_all;
        }
    }

    /// A socket watches a list no longer; false when it did not.
    pub fn unwatch(&self, socket: Sid, watch: i64) -> bool {
        let mut state = self.state();
        let Some(seat) = state.seats.get_mut(&socket) else { return false };
        let before = seat.watches.len();
        seat.watches.retain(|known| known.id != watch);
        let (after, is_watching) = (seat.watches.len(), !seat.watches.is_empty());
        if !is_watching {
            state.watching.remove(&socket);
        }
        after < before
    }

    /// Whether anybody watches a list.
    pub fn has_watches(&self) -> bool {
        !self.state().watching.is_empty()
    }

    /// What is watched, each once.
    pub fn watched_lists(&self) -> Vec<Arc<Wanted>> {
        let state = self.state();
        let seats = state.watching.iter().filter_map(|sid| state.seats.get(sid));
        let wanted = seats.flat_map(|seat| &seat.watches).map(|watch| (watch.wanted.name.as_str(), &watch.wanted));
        let distinct: HashMap<&str, &Arc<Wanted>> = wanted.collect();
        distinct.into_values().cloned().collect()
    }

    /// Tells those who watch lists what the change means for them.
    pub fn tell_lists(&self, told: &Told, fitting: &Fitting) {
        let Some(rows) = &told.rows else { return };
        let mut state = self.state();
        let mut full = Vec::new();
        for sid in state.watching.iter().copied().collect::<Vec<_>>() {
            let Some(seat) = state.seats.get_mut(&sid) else { continue };
            if !seat.is_told(told, rows, fitting) {
                full.push(sid);
            }
        }
        for sid in full {
            self.cut_off(&mut state, sid);
        }
    }
}

/// A ticket as staff see it in lists, and as others do.
#[derive(Debug)]
pub struct Rows {
    pub version: i64,
    pub staff: Arc<RawValue>,
    pub others: Arc<RawValue>,
}

impl Seat {
    /// False when there was no room for it.
    fn is_told(&mut self, told: &Told, rows: &Rows, fitting: &Fitting) -> bool {
        let person = &self.grant.person;
        let is_about = told.person.as_ref() == Some(&person.id);
        let row = if person.role.is_staff() { &rows.staff } else { &rows.others };
        for watch in &mut self.watches {
            let asks_for_unread = watch.wanted.query.filter.unread.is_some();
            if told.what == What::MessageRead && !(is_about && asks_for_unread) {
                continue;
            }
            // Whoever began to watch after this was asked reads it over REST.
            let Some(fitting) = fitting.0.get(&watch.wanted.name) else { continue };
            let is_visible = match watch.wanted.query.realm {
                Realm::Own => told.participants.contains(&person.id),
                Realm::Desk => person.role.is_staff() && !told.is_hidden_from(person),
            };
            let is_in = is_visible && fitting.contains_key(&told.ticket);
            let may_have_been_in = !watch.knows_all && (is_visible || is_about && told.what == What::UserLeft);
            let (change, ticket) = (told.seq, &told.ticket);
            let of_list = if is_in {
                watch.comes(ticket);
                OfList { change, watch: watch.id, ticket, item: Some(row), gone: false }
            } else if watch.known.remove(ticket) || may_have_been_in {
                OfList { change, watch: watch.id, ticket, item: None, gone: true }
            } else {
                continue;
            };
            if send(&self.socket, &frame("list-changed", &of_list)) == Sent::Full {
                return false;
            }
        }
        true
    }
}

impl Watch {
    fn comes(&mut self, ticket: &TicketId) {
        if self.known.len() < KNOWN {
            self.known.insert(ticket.clone());
        } else if !self.known.contains(ticket) {
            self.knows_all = false;
        }
    }
}

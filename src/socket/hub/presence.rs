//! Which staff look at a ticket, or type in it, for the staff who do.
use std::collections::BTreeMap;

use socketioxide::socket::Sid;

use super::{Hub, State, send};
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::people::Person;
use crate::socket::render::frame;
use crate::view::live::{OfPresence, Present};

/// Who was shown last, and what they did.
pub type Shown = Vec<(PersonId, &'static str)>;

impl Hub {
    /// Shows the staff who are in a ticket which staff are, once it has changed; in any case to a socket that has just
    /// `joined`. Whoever is too slow for it goes without.
    pub fn show_presence(&self, ticket: &TicketId, typing: &[PersonId], joined: Option<Sid>) {
        let mut state = self.state();
        let present = state.staff_in(ticket);
        let doing = |person: &PersonId| if typing.contains(person) { "typing" } else { "viewing" };
        let shown: Shown = present.keys().map(|&person| (person.clone(), doing(person))).collect();
        let has_changed = state.shown.get(ticket).map(Vec::as_slice).unwrap_or_default() != shown;
        if !has_changed && joined.is_none() {
            return;
        }
        let staff =
            present.values().map(|&person| Present { person: person.into(), state: doing(&person.id) }).collect();
        let frame = frame("presence-in-ticket", &OfPresence { ticket: ticket.clone(), staff });
        let is_told = |sid: Sid| has_changed || joined == Some(sid);
        for seat in state.in_ticket(ticket).filter(|seat| seat.grant.person.role.is_staff() && is_told(seat.socket.id))
        {
            send(&seat.socket, &frame);
        }
        if has_changed {
            state.show(ticket, shown);
        }
    }
}

impl State {
    /// The members of staff who are in a ticket, each once, whatever their sockets.
    fn staff_in(&self, ticket: &TicketId) -> BTreeMap<&PersonId, &Person> {
        let people = self.in_ticket(ticket).map(|seat| &seat.grant.person);
        people.filter(|person| person.role.is_staff()).map(|person| (&person.id, person)).collect()
    }

    fn show(&mut self, ticket: &TicketId, shown: Shown) {
        if shown.is_empty() {
            self.shown.remove(ticket);
        } else {
            self.shown.insert(ticket.clone(), shown);
        }
    }
}

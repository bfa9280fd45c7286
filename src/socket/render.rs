//! From changes to frames: a stretch of the log is read at once and each change rendered once.
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::hub::{Frame, Rows, Told};
use crate::desk::Desk;
use crate::desk::changes::Scene;
use crate::domain::Refusal;
use crate::domain::changes::{Change, What};
use crate::domain::ids::{MessageId, NoteId, PersonId};
use crate::view;
use crate::view::live::{OfMessage, OfNote, OfPerson, OfReading, OfTicket};
use crate::view::people::{Participant, People};
use crate::view::tickets::Eyes;

/// An event with this content.
pub fn frame(event: &'static str, content: &impl Serialize) -> Frame {
    Frame { event, data: raw(content) }
}

fn raw(content: &impl Serialize) -> Arc<RawValue> {
    Arc::from(to_raw_value(content).expect("views are texts, numbers and truths, which are always JSON"))
}

/// What watchers are told of these changes, and those who watch lists if `with_rows`. What is not there any longer is
/// nothing to tell of.
pub async fn render(desk: &Desk, changes: &[(i64, &Change)], with_rows: bool) -> Result<Vec<Told>, Refusal> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let scene = desk.scene(&changes.iter().map(|(_, change)| *change).collect::<Vec<_>>()).await?;
    let people = people(desk, &scene, changes).await?;
    let stage = Stage { desk, scene: &scene, people: &people, with_rows };
    Ok(changes.iter().filter_map(|(seq, change)| stage.told(*seq, change)).collect())
}

async fn people(desk: &Desk, scene: &Scene, changes: &[(i64, &Change)]) -> Result<People, Refusal> {
    let messages: Vec<_> = scene.messages.values().cloned().collect();
    let tickets: Vec<_> = scene.tickets.values().cloned().collect();
    let mut ids = view::messages::people_of(&messages);
    ids.extend(view::tickets::people_of(&tickets));
    ids.extend(view::notes::people_of(scene.notes.values()));
    ids.extend(changes.iter().filter_map(|(_, change)| change.subject.as_deref()?.parse::<PersonId>().ok()));
    ids.sort();
    ids.dedup();
    Ok(desk.people_named(&ids).await?.into())
}

struct Stage<'a> {
    desk: &'a Desk,
    scene: &'a Scene,
    people: &'a People,
    with_rows: bool,
}

impl Stage<'_> {
    fn told(&self, seq: i64, change: &Change) -> Option<Told> {
        let mut told = Told {
            seq,
            ticket: change.ticket.clone(),
            what: change.what,
            person: change.subject.as_deref().and_then(|subject| subject.parse().ok()),
            staff: None,
            others: None,
            private: None,
            list: None,
            list_of_others: None,
            rows: None,
            participants: self.scene.participants.get(&change.ticket).cloned().unwrap_or_default(),
            named: self.scene.named.get(&change.ticket).cloned(),
        };
        match change.what {
            What::NewMessage | What::MessageEdited | What::MessageDeleted | What::MessageStatus | What::Reaction => {
                self.of_message(&mut told, change)?;
            }
            What::MessageRead => self.of_reading(&mut told)?,
            What::TicketUpdated => {
                (told.list, told.list_of_others) = self.of_ticket(&told);
                (told.staff, told.others) = (told.list.clone(), told.list_of_others.clone());
            }
            What::UserJoined | What::UserLeft => self.of_person(&mut told)?,
            What::NewNote | What::NoteEdited | What::NoteDeleted | What::NoteStatus => {
                // For staff alone: others, and those who follow lists, are told nothing at all.
                told.staff = Some(self.of_note(seq, change)?);
            }
        }
        if matches!(change.what, What::NewMessage | What::UserJoined) {
            (told.list, told.list_of_others) = self.of_ticket(&told);
        }
        if self.with_rows {
            told.rows = self.rows(&told);
        }
        Some(told)
    }

    fn of_message(&self, told: &mut Told, change: &Change) -> Option<()> {
        let id: MessageId = change.subject.as_deref()?.parse().ok()?;
        let message = view::messages::Message::new(self.scene.messages.get(&id)?, self.people);
        let frame = frame(change.what.as_str(), &OfMessage { change: told.seq, message });
        (told.staff, told.others) = (Some(frame.clone()), Some(frame));
        Some(())
    }

    fn of_note(&self, seq: i64, change: &Change) -> Option<Frame> {
        let id: NoteId = change.subject.as_deref()?.parse().ok()?;
        let note = view::notes::Note::new(self.scene.notes.get(&id)?, self.people);
        Some(frame(change.what.as_str(), &OfNote { change: seq, note }))
    }

    /// The ticket as staff see it, and as others do.
    fn of_ticket(&self, told: &Told) -> (Option<Frame>, Option<Frame>) {
        let Some(ticket) = self.scene.tickets.get(&told.ticket) else { return (None, None) };
        let seen_by = |eyes| {
            let view = view::tickets::Ticket::new(ticket, self.people, self.desk.names(), eyes);
            let of_ticket = OfTicket { change: told.seq, ticket: told.ticket.clone(), view };
            Some(frame(What::TicketUpdated.as_str(), &of_ticket))
        };
        (seen_by(Eyes::Staff), seen_by(Eyes::Others))
    }

    /// The ticket as it stands in watched lists, after what can change it there.
    fn rows(&self, told: &Told) -> Option<Rows> {
        if !matches!(
            told.what,
            What::TicketUpdated | What::NewMessage | What::MessageRead | What::UserJoined | What::UserLeft
        ) {
            return None;
        }
        let ticket = self.scene.tickets.get(&told.ticket)?;
        let row = |eyes| raw(&view::tickets::Ticket::new(ticket, self.people, self.desk.names(), eyes));
        Some(Rows { version: ticket.version, staff: row(Eyes::Staff), others: row(Eyes::Others) })
    }

    fn of_reading(&self, told: &mut Told) -> Option<()> {
        let reader = told.person.clone()?;
        let marker = self.scene.markers.get(&(told.ticket.clone(), reader.clone()))?;
        let of_reading = OfReading {
            change: told.seq,
            ticket: told.ticket.clone(),
            user: self.people.find(&reader)?.into(),
            place: marker.seq,
            read_at: view::time(marker.read_at),
        };
        let frame = frame(What::MessageRead.as_str(), &of_reading);
        if marker.is_hidden {
            told.private = Some(frame);
        } else {
            (told.staff, told.others) = (Some(frame.clone()), Some(frame));
        }
        Some(())
    }

    fn of_person(&self, told: &mut Told) -> Option<()> {
        let person = self.people.find(told.person.as_ref()?)?;
        let render = |participant: Participant| {
            frame(told.what.as_str(), &OfPerson { change: told.seq, ticket: told.ticket.clone(), participant })
        };
        let (staff, others) = (render(Participant::seen_by_staff(person)), render(Participant::seen_by_others(person)));
        (told.staff, told.others) = (Some(staff), Some(others));
        Some(())
    }
}

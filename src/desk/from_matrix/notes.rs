//! What happens in the room of a ticket's notes: staff write, edit and empty notes; nobody else's words count, and
//! whoever else is there is put out.
use ruma::{EventId, OwnedUserId};

use super::super::Desk;
use super::super::media::notes::expect;
use super::super::notes::outgoing::ForNotes;
use super::super::notes::{changed, changing, members};
use super::{Applying, Spoken};
use crate::domain::changes::What as Told;
use crate::domain::ids::{NoteId, PersonId, RevisionId, TicketId};
use crate::domain::markup;
use crate::domain::messages::Delivery;
use crate::domain::notes::{Note, NoteRevision};
use crate::domain::people::Person;
use crate::domain::tickets::Ticket;
use crate::matrix::content::ticket_of_state;
use crate::matrix::events::{Event, Said, What};
use crate::store::{self, DbError, Tx, note_rooms};

impl Applying<'_> {
    /// Whether the room is that of a ticket's notes; then nothing that happens in it is for the conversation.
    pub(super) async fn notes_room(&mut self) -> Result<Option<TicketId>, DbError> {
        if self.notes.is_none() {
            self.notes = Some(note_rooms::ticket_of_room(self.tx, self.room).await?);
        }
        Ok(self.notes.clone().flatten())
    }

    /// createRoom's events can arrive before its answer: the state event that the bot set names the ticket.
    pub(super) async fn bind_notes(&mut self, content: &serde_json::Value) -> Result<(), DbError> {
        if let Some(ticket) = ticket_of_state(content) {
            note_rooms::set_room(self.tx, &ticket, self.room).await?;
            self.notes = None;
        }
        Ok(())
    }

    /// Applies an event of the room of this ticket's notes.
    pub(super) async fn apply_to_notes(&mut self, ticket: &TicketId, event: Event) -> Result<(), DbError> {
        let Some(ticket) = super::super::notes::locked(self.tx, ticket).await? else { return Ok(()) };
        if let What::Member { user, membership, .. } = &event.what {
            store::bridge::set_membership(self.tx, (self.room, user), membership, None).await?;
        }
        let mut noting =
            Noting { desk: self.desk, tx: self.tx, ticket: &ticket, has_stranger: false, sends: false, fetches: false };
        noting.apply(event).await?;
        self.has_strangers |= noting.has_stranger;
        self.sends |= noting.sends;
        self.fetches |= noting.fetches;
        Ok(())
    }

    /// Whoever is in the room of notes and is not to be there is put out, by one job however many events showed them.
    pub(super) async fn guard_notes(&mut self) -> Result<(), DbError> {
        if let Some(ticket) = self.notes.clone().flatten().filter(|_| self.has_strangers) {
            members::guard(self.tx, self.desk.clock(), &ticket).await?;
            self.sends = true;
        }
        Ok(())
    }
}

/// An event on its way into the notes about a locked ticket.
struct Noting<'a> {
    desk: &'a Desk,
    tx: &'a mut Tx,
    ticket: &'a Ticket,
    /// Whether it shows somebody in the room who is not to be there.
    has_stranger: bool,
    /// Whether something is to leave for it.
    sends: bool,
    /// Whether a file is to be fetched for it.
    fetches: bool,
}

impl Noting<'_> {
    async fn apply(&mut self, event: Event) -> Result<(), DbError> {
        let Event { id, sender, sent_at, own_id, what } = event;
        let spoken = Spoken { id, sender, own_id, at: sent_at.min(self.desk.clock().now()) };
        let names = self.desk.names();
        match what {
            What::Member { user, membership, .. } => {
                let is_there = matches!(membership.as_str(), "join" | "invite" | "knock");
                self.has_stranger = is_there && user != *names.bot() && self.staff(&user).await?.is_none();
                Ok(())
            }
            What::Said(_) if names.owns(&spoken.sender) => self.echoed(&spoken).await,
            What::Said(said) => match self.staff(&spoken.sender).await? {
                Some(author) => self.heard(spoken, said, &author).await,
                None => {
                    self.has_stranger = true;
                    Ok(())
                }
            },
            What::Redacted(redacted) => self.redacted(&redacted, &spoken.sender).await,
            What::Reacted { .. } | What::Ticket(_) | What::Notes(_) | What::Heartbeat(_) | What::Other => Ok(()),
        }
    }

    /// The member of staff behind a Matrix id whom these notes are for.
    async fn staff(&mut self, user: &OwnedUserId) -> Result<Option<Person>, DbError> {
        members::admitted(self.tx, self.desk.names(), (self.ticket, user)).await
    }

    /// What a ghost says the desk has sent. What it does not know, or knows as somebody else's, is nothing.
    async fn echoed(&mut self, spoken: &Spoken) -> Result<(), DbError> {
        let own: Option<NoteId> = spoken.own_id.as_deref().and_then(|id| id.parse().ok());
        let author = self.desk.names().person_of(&spoken.sender);
        let (Some(own), Some(author)) = (own, author) else { return Ok(()) };
        let note = store::notes::by_id(self.tx, &own).await?;
        let Some(note) = note.filter(|note| note.author == author && note.ticket == self.ticket.id) else {
            return Ok(());
        };
        if store::notes::set_sent(self.tx, &note.id, &spoken.id).await? {
            changed(self.tx, &note, Told::NoteStatus, (None, self.desk.clock().now())).await?;
        }
        if note.deleted.is_some() && note.event_id.is_none() {
            // It got there although it was deleted before it left.
            ForNotes::Redact { note: note.id }.enqueue(self.tx, self.desk.clock(), &self.ticket.id).await?;
            self.sends = true;
        }
        Ok(())
    }

    /// A member of staff wrote from a Matrix client.
    async fn heard(&mut self, spoken: Spoken, said: Said, author: &Person) -> Result<(), DbError> {
        if let Some(replaced) = &said.replaces {
            return self.edited(replaced, &said, (author, &spoken)).await;
        }
        let clock = self.desk.clock();
        let mentions = self.called_upon(&said.mentions).await?;
        let mut note = Note {
            html: said.html.as_deref().and_then(markup::sanitized),
            kind: said.kind,
            mentions,
            is_from_matrix: true,
            event_id: Some(spoken.id),
            delivery: Delivery::Sent,
            ..Note::queued(NoteId::fresh(clock), self.ticket.id.clone(), author.id.clone(), said.body, spoken.at)
        };
        if !store::notes::insert(self.tx, &mut note).await? {
            return Ok(());
        }
        self.desk.notify_mention_in_note(self.tx, self.ticket, (author, &note)).await?;
        note_rooms::expect(self.tx, &self.ticket.id, &author.id).await?;
        for person in note.mentions.iter().filter(|person| **person != author.id) {
            members::call_in(self.tx, clock, &self.ticket.id, person).await?;
            self.sends = true;
        }
        if let Some(file) = said.attachment.filter(|_| note.kind.has_file()) {
            expect(self.tx, clock, &note, file).await?;
            self.fetches = true;
        }
        changed(self.tx, &note, Told::NewNote, (Some(&author.id), spoken.at)).await
    }

    /// Those of the people behind these Matrix ids whom these notes are for.
    async fn called_upon(&mut self, users: &[OwnedUserId]) -> Result<Vec<PersonId>, DbError> {
        let mut people = Vec::new();
        for user in users {
            let person = self.staff(user).await?.map(|person| person.id);
            people.extend(person.filter(|id| !people.contains(id)));
        }
        Ok(people)
    }

    async fn edited(
        &mut self,
        replaced: &EventId,
        said: &Said,
        (author, spoken): (&Person, &Spoken),
    ) -> Result<(), DbError> {
        let original = store::notes::by_event(self.tx, replaced).await?;
        // An edit by anybody but the author is no edit (client-server API, "Validity of replacement events").
        let is_valid = |note: &Note| {
            note.ticket == self.ticket.id && note.author == author.id && note.is_from_matrix && note.deleted.is_none()
        };
        let Some(note) = original.filter(is_valid) else { return Ok(()) };
        let clock = self.desk.clock();
        let revision = NoteRevision {
            id: RevisionId::fresh(clock),
            note: note.id.clone(),
            body: said.body.clone(),
            html: said.html.as_deref().and_then(markup::sanitized),
            is_late: note.is_late(spoken.at),
            at: spoken.at,
            event_id: Some(spoken.id.clone()),
        };
        if store::notes::edit(self.tx, &note, &RevisionId::fresh(clock), &revision).await? {
            changed(self.tx, &note, Told::NoteEdited, (Some(&author.id), spoken.at)).await?;
        }
        Ok(())
    }

    /// A member of staff emptied a note, which the homeserver has checked. What the bot empties, the desk has before.
    async fn redacted(&mut self, event: &EventId, by: &OwnedUserId) -> Result<(), DbError> {
        let note = store::notes::by_event(self.tx, event).await?;
        let Some(note) = note.filter(|note| note.ticket == self.ticket.id) else { return Ok(()) };
        if let Some(by) = self.staff(by).await? {
            changing::empty(self.tx, &note, &by.id, self.desk.clock().now()).await?;
        }
        Ok(())
    }
}

//! Notes on their way into their room, and who is in it: what the outbox does with the jobs about notes.
use std::collections::HashMap;

use ruma::{OwnedRoomId, RoomId, UserId};

use super::super::bridge::{Attempt, Bridge, Speaker};
use super::super::notes::outgoing::ForNotes;
use super::super::notes::{self, changed, members};
use super::Stage;
use crate::domain::changes::What;
use crate::domain::ids::{NoteId, PersonId, RevisionId, TicketId};
use crate::domain::messages::Delivery;
use crate::domain::notes::Note;
use crate::domain::tickets::Ticket;
use crate::matrix::content::{self, Words};
use crate::matrix::rooms::StateEvent;
use crate::store::lanes::Job;
use crate::store::note_rooms::{self, NotesRoom};
use crate::store::{self, DbError, Tx};

impl Bridge {
    pub(super) async fn perform_for_notes(&self, job: &Job, what: ForNotes) -> Result<Option<Job>, Attempt> {
        match what {
            ForNotes::MakeRoom { ticket } => {
                let (ticket, room) = self.notes_of(&ticket).await?;
                self.make_notes_room(&ticket, room).await?;
                self.done(job).await
            }
            ForNotes::LetIn { ticket, person } => self.let_into_notes(job, &ticket, &person).await,
            ForNotes::Guard { ticket } => self.guard_notes(job, &ticket).await,
            ForNotes::Send { note, look_first } => self.send_note(job, &note, look_first).await,
            ForNotes::Edit { note, revision } => self.edit_note(job, &note, &revision).await,
            ForNotes::Redact { note } => self.redact_note(job, &note).await,
            ForNotes::UploadFile { file } => self.upload_note_file(job, &file).await,
            ForNotes::FetchFile { file } => self.fetch_note_file(job, &file).await,
        }
    }

    /// Gives a job up for good; with `is_certain`, nothing of it had an effect.
    pub(super) async fn give_up_for_notes(
        &self,
        tx: &mut Tx,
        what: ForNotes,
        (why, is_certain): (&str, bool),
    ) -> Result<(), DbError> {
        match what {
            ForNotes::Send { note, .. } => {
                store::notes::set_failed(tx, &note, why, is_certain).await?;
                self.note_note_status(tx, &note).await
            }
            ForNotes::UploadFile { file } | ForNotes::FetchFile { file } => {
                self.give_note_file_up(tx, &file, why).await
            }
            ForNotes::LetIn { ticket, person } => {
                self.note_uninvited(tx, ticket.as_str(), (person.to_string(), why)).await
            }
            ForNotes::MakeRoom { .. } | ForNotes::Guard { .. } | ForNotes::Edit { .. } | ForNotes::Redact { .. } => {
                Ok(())
            }
        }
    }

    /// Tells the staff who watch that a note came further on its way.
    pub(in crate::desk) async fn note_note_status(&self, tx: &mut Tx, id: &NoteId) -> Result<(), DbError> {
        match store::notes::by_id(tx, id).await? {
            Some(note) => changed(tx, &note, What::NoteStatus, (None, self.desk().clock().now())).await,
            None => Ok(()),
        }
    }

    /// The ticket, and the room of its notes.
    async fn notes_of(&self, ticket: &TicketId) -> Result<(Ticket, NotesRoom), Attempt> {
        let ticket = self.ticket(ticket.as_str()).await?;
        let room = note_rooms::of_ticket(&mut self.desk().db().read().await?, &ticket.id).await?;
        let room = room.ok_or_else(|| Attempt::Senseless("the ticket has no notes".into()))?;
        Ok((ticket, room))
    }

    async fn let_into_notes(&self, job: &Job, ticket: &TicketId, person: &PersonId) -> Result<Option<Job>, Attempt> {
        let (ticket, room) = self.notes_of(ticket).await?;
        let room = made(room)?;
        let mut tx = self.desk().db().read().await?;
        let speaker = Speaker::read(&mut tx, person).await?;
        // Between the note and now they may have become somebody whom notes are not for.
        let is_wanted = notes::is_for(&mut tx, &ticket, &speaker.person).await?;
        drop(tx);
        if is_wanted {
            match &speaker.person.matrix_id {
                Some(user) => {
                    self.raise(&room, user).await?;
                    self.invite_unless_there(&room, user).await?;
                }
                None => {
                    self.ghost_of_speaker(&speaker).await?;
                    self.enter_as(person, &room, true).await?;
                }
            }
        }
        self.done(job).await
    }

    /// Puts everybody out of the room whom the notes are not for, whoever let them in. The homeserver is asked who is
    /// there: the desk's own list is as old as the reader's last batch.
    async fn guard_notes(&self, job: &Job, ticket: &TicketId) -> Result<Option<Job>, Attempt> {
        let (ticket, room) = self.notes_of(ticket).await?;
        let Some(room) = room.room_id else { return self.done(job).await };
        let bot = self.names().bot();
        let state = self.homeserver().state(bot, &room).await?;
        let mut strangers = Vec::new();
        let mut tx = self.desk().db().read().await?;
        for user in present(&state).filter(|user| *user != bot) {
            let whom = (&ticket, &user.to_owned());
            if members::admitted(&mut tx, self.names(), whom).await?.is_none() {
                strangers.push((user, members::known(&mut tx, self.names(), whom.1).await?));
            }
        }
        drop(tx);
        for (user, _) in &strangers {
            // Who has gone meanwhile cannot be put out.
            if let Err(error) = self.homeserver().kick(bot, &room, user, "this room is for staff").await
                && !error.is("M_FORBIDDEN")
            {
                return Err(error.into());
            }
            tracing::warn!(ticket.id = %ticket.id, room.id = %room, "put somebody out of the notes' room");
        }
        let mut tx = self.desk().db().write().await?;
        for person in strangers.into_iter().filter_map(|(_, person)| person) {
            note_rooms::forget(&mut tx, &ticket.id, &person.id).await?;
        }
        self.settle(tx, job).await
    }

    async fn send_note(&self, job: &Job, id: &NoteId, look_first: bool) -> Result<Option<Job>, Attempt> {
        let mut tx = self.desk().db().read().await?;
        let note = note(&mut tx, id).await?;
        // It was deleted before it left: should it have got there all the same, a later job empties it. Or the reader
        // has seen it in the room: an earlier attempt succeeded and its answer was lost.
        if note.deleted.is_some() || note.delivery == Delivery::Sent {
            drop(tx);
            return self.done(job).await;
        }
        let room = room_of(&mut tx, &note).await?;
        let words = self.words_of(&mut tx, &note).await?;
        let content = match &note.attachment {
            Some(file) => content::file_message(note.kind, file, &words, note.id.as_str())
                .ok_or_else(|| Attempt::Senseless("the homeserver does not have its file".into()))?,
            None => content::message("m.text", &words, note.id.as_str()),
        };
        let stage = self.stage_for_notes(&mut tx, &room, &note.author).await?;
        let stage = Stage { look_first, ..stage };
        // A file may take long: its author may be staff no longer when their ghost comes in with it.
        let is_welcome = members::is_welcome(&mut tx, &note).await?;
        drop(tx);
        let event = self.say(job, stage, note.id.as_str(), ("m.room.message", content)).await?;
        let mut tx = self.desk().db().write().await?;
        if !is_welcome {
            members::guard(&mut tx, self.desk().clock(), &note.ticket).await?;
        }
        if store::notes::set_sent(&mut tx, &note.id, &event).await? {
            changed(&mut tx, &note, What::NoteStatus, (None, self.desk().clock().now())).await?;
        }
        self.settle(tx, job).await
    }

    async fn edit_note(&self, job: &Job, id: &NoteId, revision: &RevisionId) -> Result<Option<Job>, Attempt> {
        let mut tx = self.desk().db().read().await?;
        let note = note(&mut tx, id).await?;
        let revision = store::notes::revision(&mut tx, revision).await?;
        // It was deleted meanwhile, or never got into the room.
        let (Some(revision), Some(event)) = (revision, &note.event_id) else {
            drop(tx);
            return self.done(job).await;
        };
        let room = room_of(&mut tx, &note).await?;
        let mut words = self.words_of(&mut tx, &note).await?;
        (words.body, words.html) = (&revision.body, revision.html.as_deref());
        let content = content::replacement(event, &words, revision.id.as_str());
        let stage = self.stage_for_notes(&mut tx, &room, &note.author).await?;
        drop(tx);
        self.say(job, stage, revision.id.as_str(), ("m.room.message", content)).await?;
        self.done(job).await
    }

    /// Empties a note in the room as the bot, which may do so whoever wrote it.
    async fn redact_note(&self, job: &Job, id: &NoteId) -> Result<Option<Job>, Attempt> {
        let mut tx = self.desk().db().read().await?;
        let note = note(&mut tx, id).await?;
        let room = note_rooms::of_ticket(&mut tx, &note.ticket).await?.and_then(|room| room.room_id);
        drop(tx);
        let Some(room) = room else { return self.done(job).await };
        let event = match note.event_id {
            Some(event) => Some(event),
            // Its answer may have been lost.
            None => self.find_own(&room, &self.names().ghost(&note.author), note.id.as_str()).await?,
        };
        if let Some(event) = event {
            self.homeserver().redact(self.names().bot(), &room, (&event, job.id.as_str())).await?;
        }
        self.done(job).await
    }

    async fn words_of<'a>(&self, tx: &mut Tx, note: &'a Note) -> Result<Words<'a>, Attempt> {
        let people = match note.mentions.as_slice() {
            [] => HashMap::new(),
            ids => store::people::by_ids(tx, ids).await?,
        };
        let mentions = note.mentions.iter().filter_map(|id| people.get(id)).map(|person| self.face_of(person));
        Ok(Words { body: &note.body, html: note.html.as_deref(), mentions: mentions.collect(), ..Words::default() })
    }

    async fn stage_for_notes<'a>(
        &self,
        tx: &mut Tx,
        room: &'a RoomId,
        author: &PersonId,
    ) -> Result<Stage<'a>, Attempt> {
        let speaker = Speaker::read(tx, author).await?;
        let membership = store::bridge::membership(tx, room, &self.names().ghost(author)).await?;
        Ok(Stage { room, speaker: Some((speaker, membership.as_deref() == Some("join"))), look_first: false })
    }
}

async fn note(tx: &mut Tx, id: &NoteId) -> Result<Note, Attempt> {
    store::notes::by_id(tx, id).await?.ok_or_else(|| Attempt::Senseless("the note is gone".into()))
}

async fn room_of(tx: &mut Tx, note: &Note) -> Result<OwnedRoomId, Attempt> {
    let room = note_rooms::of_ticket(tx, &note.ticket).await?;
    made(room.ok_or_else(|| Attempt::Senseless("the ticket has no notes".into()))?)
}

fn made(room: NotesRoom) -> Result<OwnedRoomId, Attempt> {
    room.room_id.ok_or_else(|| Attempt::NotYet("the notes have no room yet".into()))
}

/// Whoever is in a room, invited, or at its door.
fn present(state: &[StateEvent]) -> impl Iterator<Item = &UserId> {
    let members = state.iter().filter(|event| event.kind == "m.room.member");
    let there =
        members.filter(|event| matches!(event.content["membership"].as_str(), Some("join" | "invite" | "knock")));
    there.filter_map(|event| <&UserId>::try_from(event.state_key.as_str()).ok())
}

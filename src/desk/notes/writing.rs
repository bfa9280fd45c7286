//! Writing notes: a text and files, each as a note of its own, all of them or none.
use std::collections::HashMap;

use super::super::files::{Offered, Taken};
use super::super::{Desk, crash, once, relations};
use super::outgoing::ForNotes;
use super::{changed, is_for, members, writable};
use crate::domain::Refusal;
use crate::domain::changes::What;
use crate::domain::client_ids::{ClientId, Made, Once, Wanted};
use crate::domain::clock::Time;
use crate::domain::files::{File, FileState, kind_of};
use crate::domain::ids::{NoteId, PersonId};
use crate::domain::notes::{self, Note, NoteDraft};
use crate::domain::people::Person;
use crate::domain::tickets::Ticket;
use crate::store::client_ids::Key;
use crate::store::{self, DbError, Tx};

/// What was noted at once.
#[derive(Clone, Debug, Default)]
pub struct Noted {
    pub text: Option<Note>,
    /// Per file that was offered its note, if it was taken.
    pub files: Vec<Option<Note>>,
}

impl Noted {
    /// The notes in their order.
    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.text.iter().chain(self.files.iter().flatten())
    }

    fn made(&self, ticket: &Ticket) -> Made<NoteId> {
        let id = |note: &Note| note.id.clone();
        Made {
            ticket: ticket.id.clone(),
            text: self.text.as_ref().map(id),
            files: self.files.iter().map(|note| note.as_ref().map(id)).collect(),
        }
    }
}

/// A checked text, and the same with formatting.
type Text = (String, Option<String>);

impl Desk {
    /// Writes a note about a ticket as `by`: accepted at once as `queued`, in the notes' room when the outbox has sent it.
    pub async fn write_note(&self, by: &Person, ticket: &str, draft: &NoteDraft) -> Result<Once<Note>, Refusal> {
        let text = notes::check_body(draft.note.as_deref())?;
        let noted = self.note_once(by, ticket, (draft, Some(text)), Vec::new()).await?;
        noted.try_map(|noted| noted.notes().next().cloned().ok_or(Refusal::NotFound("note")))
    }

    /// Notes a text, if there is one, and then each of the files. Nothing at all is noted when there is neither.
    pub async fn write_notes(
        &self,
        by: &Person,
        ticket: &str,
        draft: &NoteDraft,
        files: Vec<Offered>,
    ) -> Result<Once<Noted>, Refusal> {
        let stored = Offered::stored(&files);
        let text = draft.note.as_deref().filter(|text| !text.trim().is_empty());
        let noted = match text.map(|text| notes::check_body(Some(text))).transpose() {
            Ok(text) => self.note_once(by, ticket, (draft, text), files).await,
            Err(refusal) => Err(refusal),
        };
        self.keep_if_first(stored, noted).await
    }

    async fn note_once(
        &self,
        by: &Person,
        ticket: &str,
        (draft, text): (&NoteDraft, Option<Text>),
        files: Vec<Offered>,
    ) -> Result<Once<Noted>, Refusal> {
        let client_id = ClientId::check(draft.client_id.as_deref())?;
        let key = client_id.as_ref().map(|id| Key { person: &by.id, wanted: Wanted::Note, id });
        let mut tx = self.db().write().await?;
        let ticket = writable(&mut tx, by, ticket).await?;
        if let Some(key) = key {
            let asked = (text.as_ref().map(|(body, _)| body), &draft.mentions, Offered::names(&files));
            if let Some(made) = once::claim(&mut tx, key, &once::digest(&asked)).await? {
                if made.ticket != ticket.id {
                    return Err(once::taken("was given to a note about another ticket before"));
                }
                return Ok(Once::Repeated(noted_before(&mut tx, made).await?));
            }
        }
        if text.is_none() && files.iter().all(|file| file.taken.is_none()) {
            return Ok(Once::First(Noted::default()));
        }
        let mentions = called_upon(&mut tx, &ticket, &draft.mentions).await?;
        let (now, client_id) = (self.clock().now(), client_id.as_ref());
        let noted =
            Writing { desk: self, tx: &mut tx, by, ticket: &ticket, now, client_id, mentions }.all(text, files).await?;
        if let Some(key) = key {
            store::client_ids::fill(&mut tx, key, &noted.made(&ticket)).await?;
        }
        tx.commit().await?;
        crash::point(crash::ACCEPTED);
        if noted.files.iter().any(Option::is_some) {
            self.wake_media();
        }
        self.wake_outbox();
        Ok(Once::First(noted))
    }
}

/// The notes that an earlier request made, as they are now.
async fn noted_before(tx: &mut Tx, made: Made<NoteId>) -> Result<Noted, DbError> {
    let ids: Vec<_> = made.text.iter().chain(made.files.iter().flatten()).cloned().collect();
    let notes = store::notes::by_ids(tx, &ids).await?;
    let mut notes: HashMap<_, _> = notes.into_iter().map(|note| (note.id.clone(), note)).collect();
    let mut take = |id| notes.remove(&id);
    let text = made.text.and_then(&mut take);
    Ok(Noted { text, files: made.files.into_iter().map(|id| id.and_then(&mut take)).collect() })
}

/// The people a note calls upon, who must be staff who may read it.
async fn called_upon(tx: &mut Tx, ticket: &Ticket, given: &[String]) -> Result<Vec<PersonId>, Refusal> {
    let wrong = |index| relations::wrong_mention(index, "is no member of staff who can see this ticket");
    let ids = relations::distinct(given, wrong)?;
    let known = store::people::by_ids(tx, &ids).await?;
    for (index, id) in given.iter().enumerate() {
        let person = known.values().find(|person| person.id.as_str() == id);
        let reads = match person {
            Some(person) => is_for(tx, ticket, person).await?,
            None => false,
        };
        if !reads {
            return Err(wrong(index).into());
        }
    }
    Ok(ids)
}

/// Somebody's text and files on their way into the notes about a locked ticket.
struct Writing<'a> {
    desk: &'a Desk,
    tx: &'a mut Tx,
    by: &'a Person,
    ticket: &'a Ticket,
    now: Time,
    /// Stands on every note.
    client_id: Option<&'a ClientId>,
    /// Stand on the first note.
    mentions: Vec<PersonId>,
}

impl Writing<'_> {
    /// Stores all of it and the jobs that follow: whoever is called upon is let in before it is said.
    async fn all(mut self, text: Option<Text>, files: Vec<Offered>) -> Result<Noted, DbError> {
        let (clock, ticket) = (self.desk.clock(), &self.ticket.id);
        members::begin(self.tx, clock, self.ticket).await?;
        members::come(self.tx, clock, ticket, self.by).await?;
        for person in self.mentions.iter().filter(|person| **person != self.by.id) {
            members::call_in(self.tx, clock, ticket, person).await?;
        }
        let mut noted = Noted::default();
        if let Some(text) = text {
            noted.text = Some(self.text(text).await?);
        }
        for file in files {
            noted.files.push(match file.taken {
                Some(taken) => Some(self.file(taken).await?),
                None => None,
            });
        }
        for note in noted.notes() {
            let job = match &note.attachment {
                Some(file) => ForNotes::UploadFile { file: file.id.clone() },
                None => ForNotes::Send { note: note.id.clone(), look_first: false },
            };
            job.enqueue(self.tx, clock, ticket).await?;
        }
        Ok(noted)
    }

    async fn text(&mut self, (body, html): Text) -> Result<Note, DbError> {
        let note = Note { html, ..self.note(body) };
        self.stored(note, None).await
    }

    async fn file(&mut self, taken: Taken) -> Result<Note, DbError> {
        let Taken { id, name, received } = taken;
        let note = Note { kind: kind_of(&received.contents.mime_type), ..self.note(name.clone()) };
        let file = File {
            id,
            ticket: self.ticket.id.clone(),
            message: None,
            uploader: self.by.id.clone(),
            filename: received.filename,
            original_name: name,
            contents: received.contents,
            mxc: None,
            thumbnail_mxc: None,
            created_at: self.now,
            state: FileState::Ready,
        };
        self.stored(note, Some(file)).await
    }

    /// The next note, with what stands on the first one if it is that.
    fn note(&mut self, body: String) -> Note {
        let id = NoteId::fresh(self.desk.clock());
        Note {
            mentions: std::mem::take(&mut self.mentions),
            client_id: self.client_id.cloned(),
            ..Note::queued(id, self.ticket.id.clone(), self.by.id.clone(), body, self.now)
        }
    }

    async fn stored(&mut self, mut note: Note, file: Option<File>) -> Result<Note, DbError> {
        store::notes::insert(self.tx, &mut note).await?;
        self.desk.notify_mention_in_note(self.tx, self.ticket, (self.by, &note)).await?;
        if let Some(file) = &file {
            store::note_files::insert(self.tx, &note.id, file).await?;
        }
        note.attachment = file;
        changed(self.tx, &note, What::NewNote, (Some(&self.by.id), self.now)).await?;
        Ok(note)
    }
}

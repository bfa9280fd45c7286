//! Notes, for staff alone: a shape of its own, which no shape of the conversation holds.
use serde::Serialize;
use utoipa::ToSchema;

use super::files::Attachment;
use super::lists::List;
use super::messages::Failure;
use super::people::{People, PersonRef};
use super::{Moment, cursor, time};
use crate::domain::client_ids::ClientId;
use crate::domain::ids::{NoteId, PersonId, TicketId};
use crate::domain::messages::{Delivery, Kind};
use crate::domain::notes;

/// A note.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    pub id: NoteId,
    pub ticket: TicketId,
    pub author: PersonRef,
    /// Plain text, or the Markdown it was written in. Empty when it was deleted.
    pub note: String,
    /// The same with formatting, harmless to show; `null` when there is none.
    pub html: Option<String>,
    /// As of messages.
    #[schema(value_type = Kind)]
    pub kind: &'static str,
    /// The staff it calls upon.
    pub mentions: Vec<PersonId>,
    pub attachment: Option<Attachment>,
    pub created_at: Moment,
    pub edited_at: Option<Moment>,
    pub is_edited: bool,
    pub is_deleted: bool,
    pub deleted_at: Option<Moment>,
    /// Who removed it.
    pub deleted_by: Option<PersonRef>,
    /// `queued`, `sent` or `failed`.
    #[schema(value_type = Delivery)]
    pub status: &'static str,
    /// Why it failed, when it did.
    pub failure: Option<Failure>,
    pub event_id: Option<String>,
    /// What its author's client calls it; the same on every note of one request.
    pub client_id: Option<ClientId>,
}

impl Note {
    /// `people` holds at least those of [`people_of`].
    pub fn new(note: &notes::Note, people: &People) -> Self {
        Self {
            id: note.id.clone(),
            ticket: note.ticket.clone(),
            author: people.get(&note.author),
            note: note.body.clone(),
            html: note.html.clone(),
            kind: note.kind.as_str(),
            mentions: note.mentions.clone(),
            attachment: note.attachment.as_ref().map(Attachment::from),
            created_at: time(note.created_at),
            edited_at: note.edited_at.map(time),
            is_edited: note.edited_at.is_some(),
            is_deleted: note.deleted.is_some(),
            deleted_at: note.deleted.as_ref().map(|deleted| time(deleted.at)),
            deleted_by: note.deleted.as_ref().map(|deleted| people.get(&deleted.by)),
            status: note.delivery.as_str(),
            failure: Failure::of(&note.delivery),
            event_id: note.event_id.as_ref().map(ToString::to_string),
            client_id: note.client_id.clone(),
        }
    }
}

/// A text that an edited note had or has.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NoteRevision)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    pub note: String,
    pub html: Option<String>,
    pub at: Moment,
    /// After the five minutes in which the desk itself allows edits.
    pub is_late: bool,
}

impl From<&notes::NoteRevision> for Revision {
    fn from(revision: &notes::NoteRevision) -> Self {
        let (note, html) = (revision.body.clone(), revision.html.clone());
        Self { note, html, at: time(revision.at), is_late: revision.is_late }
    }
}

/// What came of a form with files.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UploadedNotes)]
#[serde(rename_all = "camelCase")]
pub struct Uploaded {
    /// What was noted by it: the text, if there was one, then each file that was taken.
    pub notes: Vec<Note>,
    /// Every file of the form, in its order.
    pub files: Vec<Outcome>,
}

/// What came of one file.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NoteFileOutcome)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The name its sender gave it.
    pub name: String,
    /// As if it had come alone: 201, or why it was refused.
    pub status: u16,
    /// The note that it became.
    pub note: Option<NoteId>,
    /// Why it was refused.
    pub detail: Option<String>,
}

/// Everybody whom these notes show.
pub fn people_of<'a>(notes: impl IntoIterator<Item = &'a notes::Note>) -> Vec<PersonId> {
    let shown =
        |note: &notes::Note| [Some(note.author.clone()), note.deleted.as_ref().map(|deleted| deleted.by.clone())];
    let mut people: Vec<PersonId> = notes.into_iter().flat_map(shown).flatten().collect();
    people.sort();
    people.dedup();
    people
}

/// A page of notes, the latest first; `more` says whether there are earlier ones.
pub fn list(page: &[notes::Note], people: &People, more: bool) -> List<Note> {
    List {
        items: page.iter().map(|note| Note::new(note, people)).collect(),
        next_cursor: page.last().filter(|_| more).map(cursor::before_note),
    }
}

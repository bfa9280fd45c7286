//! Notes about a ticket, for staff alone: for everybody else there is nothing here, whether there are notes or not.
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json as Answer, RequestPartsExt, Router};
use http::request::Parts;
use serde::Deserialize;

use super::HttpState;
use super::extract::{NotesPage, SignedIn, TicketKey};
use super::files::status_of;
use super::forms::{Body, Form, Verdict};
use super::json::Json;
use super::problem::Problem;
use super::repeats::Repeatable;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::domain::notes::{Note, NoteDraft};
use crate::domain::people::Person;
use crate::view;
use crate::view::lists::List;
use crate::view::notes::{Outcome, Revision, Uploaded};
use crate::view::people::People;

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/support/tickets/{id}/notes", get(list).post(write).layer(DefaultBodyLimit::disable()))
        .route("/api/support/tickets/{id}/notes/{note}", patch(edit).delete(remove))
        .route("/api/support/tickets/{id}/notes/{note}/retry", post(retry))
        .route("/api/support/tickets/{id}/notes/{note}/revisions", get(revisions))
}

/// The notes about a ticket, the latest first.
async fn list(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    NotesPage { before, limit }: NotesPage,
) -> Result<Answer<List<view::notes::Note>>, Problem> {
    let mut notes = desk.notes(&person, &key, before, limit + 1).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = notes.len() > limit;
    notes.truncate(limit);
    let people = people(&desk, &notes).await?;
    Ok(Answer(view::notes::list(&notes, &people, more)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewNote {
    note: Option<String>,
    #[serde(default)]
    mentions: Vec<String>,
    client_id: Option<String>,
}

/// Writes a note, or several with files; the Matrix events follow.
async fn write(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    repeatable: Repeatable,
    body: Body<NewNote>,
) -> Result<Response, Problem> {
    let NewNote { note, mentions, client_id } = match body {
        Body::Json(new) => new,
        Body::Form(form) => return write_with_files(&desk, (&person, &key), form).await,
    };
    let client_id = repeatable.id_or(client_id);
    let noted = desk.write_note(&person, &key, &NoteDraft { note, mentions, client_id }).await?;
    Ok((status_of(&noted), Answer(shown(&desk, &noted.made()).await?)).into_response())
}

async fn write_with_files(desk: &Desk, (person, key): (&Person, &str), form: Form) -> Result<Response, Problem> {
    // Nothing of the body has been read yet.
    desk.may_note(person, key).await?;
    let mut filled = form.read(desk, &["note", "mentions", "clientId"]).await?;
    let draft = NoteDraft {
        note: filled.field("note"),
        mentions: filled.list("mentions"),
        client_id: filled.field("clientId"),
    };
    let (offered, verdicts) = filled.offer();
    let noted = desk.write_notes(person, key, &draft, offered).await?;
    let status = status_of(&noted);
    let noted = noted.made();
    let notes: Vec<_> = noted.notes().cloned().collect();
    if notes.is_empty() {
        return Err(verdicts.refusal());
    }
    let people = people(desk, &notes).await?;
    let notes = notes.iter().map(|note| view::notes::Note::new(note, &people)).collect();
    let ids = noted.files.iter().map(|note| note.as_ref().map(|note| note.id.clone()));
    let outcome = |(name, note, Verdict { status, detail })| Outcome { name, status, note, detail };
    let files = verdicts.on_each(ids).map(outcome).collect();
    Ok((status, Answer(Uploaded { notes, files })).into_response())
}

/// The note in the path, and who asks something of it.
struct OnNote {
    desk: Desk,
    by: Person,
    /// As they were given.
    ticket: String,
    note: String,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    note: String,
}

impl FromRequestParts<HttpState> for OnNote {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let SignedIn(by) = SignedIn::from_request_parts(parts, state).await?;
        let named = parts.extract::<Path<Named>>().await;
        let Path(Named { id, note }) = named.map_err(|_| Refusal::NotFound("ticket"))?;
        Ok(Self { desk: state.desk.clone(), by, ticket: id, note })
    }
}

impl OnNote {
    fn key(&self) -> (&str, &str) {
        (&self.ticket, &self.note)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewText {
    note: Option<String>,
}

/// Gives an own note another text, within five minutes.
async fn edit(on: OnNote, Json(new): Json<NewText>) -> Result<Answer<view::notes::Note>, Problem> {
    let note = on.desk.edit_note(&on.by, on.key(), new.note.as_deref()).await?;
    Ok(Answer(shown(&on.desk, &note).await?))
}

/// Empties an own note, or as an admin anybody's.
async fn remove(on: OnNote) -> Result<Answer<view::notes::Note>, Problem> {
    let note = on.desk.delete_note(&on.by, on.key()).await?;
    Ok(Answer(shown(&on.desk, &note).await?))
}

/// Sends a failed note again.
async fn retry(on: OnNote) -> Result<Answer<view::notes::Note>, Problem> {
    let note = on.desk.retry_note(&on.by, on.key()).await?;
    Ok(Answer(shown(&on.desk, &note).await?))
}

/// Every text that an edited note had and has.
async fn revisions(on: OnNote) -> Result<Answer<Vec<Revision>>, Problem> {
    let revisions = on.desk.note_revisions(&on.by, on.key()).await?;
    Ok(Answer(revisions.iter().map(Revision::from).collect()))
}

async fn shown(desk: &Desk, note: &Note) -> Result<view::notes::Note, Refusal> {
    let people = people(desk, std::slice::from_ref(note)).await?;
    Ok(view::notes::Note::new(note, &people))
}

async fn people(desk: &Desk, notes: &[Note]) -> Result<People, Refusal> {
    Ok(desk.people_named(&view::notes::people_of(notes)).await?.into())
}

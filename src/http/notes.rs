//! Notes about a ticket, for staff alone: for everybody else there is nothing here, whether there are notes or not.
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Json as Answer, RequestPartsExt};
use http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{NotesPage, SignedIn, TicketKey};
use super::files::status_of;
use super::forms::{Body, Form, Verdict};
use super::json::Json;
use super::openapi::forms::NewNoteForm;
use super::problem::Problem;
use super::repeats::Repeatable;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::domain::client_ids::ClientId;
use crate::domain::notes::{Note, NoteDraft};
use crate::domain::people::Person;
use crate::view;
use crate::view::lists::List;
use crate::view::notes::{Outcome, Revision, Uploaded};
use crate::view::people::People;
use crate::view::schemas::{Body as Text, Mentions};

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, write).layer(DefaultBodyLimit::disable()))
        .routes(routes!(edit, remove))
        .routes(routes!(retry))
        .routes(routes!(revisions))
}

/// Lists the notes about a ticket, the latest first.
#[utoipa::path(
    get, path = "/api/support/tickets/{id}/notes", operation_id = "listNotes", tag = "Notes",
    params(TicketKey, NotesPage),
    responses((status = 200, description = "A page of notes.", body = List<view::notes::Note>)),
)]
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

/// A note to write.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewNote {
    #[schema(value_type = Text)]
    note: Option<String>,
    #[serde(default)]
    #[schema(value_type = Mentions)]
    mentions: Vec<String>,
    #[schema(value_type = Option<ClientId>)]
    client_id: Option<String>,
}

/// What was noted, as JSON or as a form.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what either way of noting something answers")]
enum NotedOrUploaded {
    Note(Box<view::notes::Note>),
    Form(Uploaded),
}

/// Writes a note, or several with files; the Matrix events follow.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/notes", operation_id = "writeNote", tag = "Notes",
    params(TicketKey),
    request_body(content((NewNote = "application/json"), (NewNoteForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "The note; of a form, every note and what came of each file.", body = NotedOrUploaded),
        (status = 200, description = "What an earlier request with this `clientId` made.", body = NotedOrUploaded),
        (status = 409, description = "The `clientId` stands for something else."),
    ),
)]
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
pub struct OnNote {
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

/// Another text for a note.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewNoteText)]
#[serde(deny_unknown_fields)]
struct NewText {
    #[schema(value_type = Text)]
    note: Option<String>,
}

/// Gives an own note another text, within five minutes.
#[utoipa::path(
    patch, path = "/api/support/tickets/{id}/notes/{note}", operation_id = "editNote", tag = "Notes",
    params(OnNote),
    request_body = NewText,
    responses((status = 200, description = "The note as it is now.", body = view::notes::Note), (status = 409, description = "It is too old, deleted, no text, or was written in a Matrix client.")),
)]
async fn edit(on: OnNote, Json(new): Json<NewText>) -> Result<Answer<view::notes::Note>, Problem> {
    let note = on.desk.edit_note(&on.by, on.key(), new.note.as_deref()).await?;
    Ok(Answer(shown(&on.desk, &note).await?))
}

/// Empties an own note, or as an admin anybody's.
#[utoipa::path(
    delete, path = "/api/support/tickets/{id}/notes/{note}", operation_id = "deleteNote", tag = "Notes",
    params(OnNote),
    responses((status = 200, description = "The note as it is now.", body = view::notes::Note), (status = 409)),
)]
async fn remove(on: OnNote) -> Result<Answer<view::notes::Note>, Problem> {
    let note = on.desk.delete_note(&on.by, on.key()).await?;
    Ok(Answer(shown(&on.desk, &note).await?))
}

/// Sends a note again that did not get into its room.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/notes/{note}/retry", operation_id = "retryNote", tag = "Notes",
    params(OnNote),
    responses(
        (status = 200, description = "The note as it is now.", body = view::notes::Note),
        (status = 409, description = "It has not failed."),
    ),
)]
async fn retry(on: OnNote) -> Result<Answer<view::notes::Note>, Problem> {
    let note = on.desk.retry_note(&on.by, on.key()).await?;
    Ok(Answer(shown(&on.desk, &note).await?))
}

/// Lists every text that an edited note had and has.
#[utoipa::path(
    get, path = "/api/support/tickets/{id}/notes/{note}/revisions", operation_id = "listNoteRevisions", tag = "Notes",
    params(OnNote),
    responses((status = 200, description = "Its texts, the first one first; none when it was never edited.", body = Vec<Revision>)),
)]
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

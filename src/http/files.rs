//! Files of tickets: sending them, and having them back.
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json as Answer, Router};
use http::{HeaderMap, StatusCode};

use super::HttpState;
use super::download::answer;
use super::extract::{SignedIn, TicketKey};
use super::forms::{Filled, Form};
use super::messages::people;
use super::problem::Problem;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::domain::ids::FileId;
use crate::domain::messages::{self, Draft};
use crate::domain::people::Person;
use crate::files::Part;
use crate::view;
use crate::view::files::Uploaded;

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/support/tickets/{id}/upload", post(upload).layer(DefaultBodyLimit::disable()))
        .route("/api/files/{id}/{name}", get(whole))
        .route("/api/files/{id}/{name}/thumbnail", get(thumbnail))
}

/// Takes files, and a text with them, into a ticket: each is a message of its own, and the text one before them.
async fn upload(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    form: Form,
) -> Result<Response, Problem> {
    // Nothing of the body has been read yet.
    desk.may_write(&person, &key).await?;
    let mut filled = form.read(&desk, &["message"]).await?;
    let text = filled.field("message");
    say(&desk, &person, &key, (text, filled)).await
}

/// Says a text and files in a ticket. Refused only when there is nothing at all that could be taken.
pub(super) async fn say(
    desk: &Desk,
    person: &Person,
    ticket: &str,
    (text, filled): (Option<String>, Filled),
) -> Result<Response, Problem> {
    let text = text.filter(|text| !text.trim().is_empty());
    if text.is_none() && !filled.has_files() {
        return Err(filled.refusal());
    }
    let mut said = Vec::new();
    if let Some(text) = text {
        match desk.send_message(person, ticket, &Draft::text(&text)).await {
            Ok(message) => said.push(message),
            Err(refusal) => {
                filled.discard(desk).await;
                return Err(refusal.into());
            }
        }
    }
    let (messages, files) = filled.send(desk, person, ticket).await?;
    said.extend(messages);
    Ok((StatusCode::CREATED, Answer(Uploaded { messages: shown(desk, &said).await?, files })).into_response())
}

/// Messages as their readers see them.
pub(super) async fn shown(desk: &Desk, said: &[messages::Message]) -> Result<Vec<view::messages::Message>, Refusal> {
    let people = people(desk, said).await?;
    Ok(said.iter().map(|message| view::messages::Message::new(message, &people)).collect())
}

/// A file; its name in the path is for those who save it.
async fn whole(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Path((id, _)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&desk, &person, (&id, Part::Whole), &headers).await
}

/// The smaller copy of a picture.
async fn thumbnail(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Path((id, _)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&desk, &person, (&id, Part::Thumbnail), &headers).await
}

async fn file(
    desk: &Desk,
    person: &Person,
    (id, part): (&str, Part),
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let id: FileId = id.parse().map_err(|_| Refusal::NotFound("file"))?;
    let file = desk.file(person, &id).await?;
    let bytes = desk.open_file(&file, part).await?;
    answer(&file, part, bytes, headers).await
}

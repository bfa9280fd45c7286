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
use super::messages::shown;
use super::problem::Problem;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::domain::client_ids::Once;
use crate::domain::ids::FileId;
use crate::domain::messages::Draft;
use crate::domain::people::Person;
use crate::files::Part;
use crate::view::files::Uploaded;

/// The fields of a form that is a message.
pub(super) const MESSAGE: &[&str] = &["message", "replyTo", "thread", "mentions", "clientId"];

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
    let filled = form.read(&desk, MESSAGE).await?;
    say(&desk, &person, &key, filled).await
}

/// Says the text and the files of a form in a ticket. Refused only when there is nothing at all that could be taken.
pub(super) async fn say(desk: &Desk, person: &Person, ticket: &str, mut filled: Filled) -> Result<Response, Problem> {
    let draft = Draft {
        message: filled.field("message"),
        reply_to: filled.field("replyTo"),
        thread: filled.field("thread"),
        mentions: filled.list("mentions"),
        client_id: filled.field("clientId"),
    };
    let (offered, verdicts) = filled.offer();
    let said = desk.say(person, ticket, &draft, offered).await?;
    let status = status_of(&said);
    let said = said.made();
    let messages: Vec<_> = said.messages().cloned().collect();
    if messages.is_empty() {
        return Err(verdicts.refusal());
    }
    let messages = shown(desk, &messages).await?;
    Ok((status, Answer(Uploaded { messages, files: verdicts.outcomes(&said.files) })).into_response())
}

/// 201 for what was made, 200 for what an earlier request had made.
pub(super) fn status_of<T>(once: &Once<T>) -> StatusCode {
    if once.is_repeated() { StatusCode::OK } else { StatusCode::CREATED }
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

//! Files of tickets: sending them, and having them back.
use axum::Json as Answer;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::HttpState;
use super::download::answer;
use super::extract::{SignedIn, TicketKey};
use super::forms::{Filled, Form};
use super::messages::shown;
use super::openapi::answers::FileBytes;
use super::openapi::forms::UploadForm;
use super::openapi::parameters::FileHeaders;
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

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(upload).layer(DefaultBodyLimit::disable()))
        .routes(routes!(whole))
        .routes(routes!(thumbnail))
}

/// Takes files, and a text with them, into a ticket.
///
/// Each file is a message of its own, and the text one before them. A file that is refused costs the others nothing: the request is refused
/// only when nothing of it could be taken.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/upload", operation_id = "uploadFiles", tag = "Conversation",
    params(TicketKey),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "What was said by it, and what came of each file.", body = Uploaded),
        (status = 200, description = "What an earlier request with this `clientId` made.", body = Uploaded),
        (status = 409, description = "The `clientId` stands for something else."),
    ),
)]
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

/// Returns a file, or a part of it.
///
/// Its name in the path is for those who save it; `url` of an attachment has it.
#[utoipa::path(
    get, path = "/api/files/{id}/{name}", operation_id = "getFile", tag = "Conversation",
    params(("id" = FileId, Path, description = "The id of a file."), ("name" = String, Path, description = "Any name."), FileHeaders),
    responses(FileBytes),
)]
async fn whole(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Path((id, _)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&desk, &person, (&id, Part::Whole), &headers).await
}

/// Returns the smaller copy of a picture.
#[utoipa::path(
    get, path = "/api/files/{id}/{name}/thumbnail", operation_id = "getThumbnail", tag = "Conversation",
    params(("id" = FileId, Path, description = "The id of a file."), ("name" = String, Path, description = "Any name."), FileHeaders),
    responses(FileBytes),
)]
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

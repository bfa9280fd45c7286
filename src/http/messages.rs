//! The conversation of a ticket.
use axum::Json as Answer;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{MessagePage, OnMessage, SignedIn, TicketKey};
use super::files::{MESSAGE, say, status_of};
use super::forms::{Body, Form};
use super::json::Json;
use super::openapi::forms::NewMessageForm;
use super::problem::Problem;
use super::repeats::Repeatable;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::domain::client_ids::ClientId;
use crate::domain::ids::MessageId;
use crate::domain::messages::{Draft, Message};
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::store::messages::Page;
use crate::view;
use crate::view::files::Uploaded;
use crate::view::lists::Conversation;
use crate::view::people::People;
use crate::view::schemas::{self, Body as Text, Mentions, Reaction as Label};

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(send).layer(DefaultBodyLimit::disable()))
        .routes(routes!(read, edit, remove))
        .routes(routes!(retry))
        .routes(routes!(revisions))
        .routes(routes!(react, unreact))
}

/// A message to write.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewMessage {
    #[serde(alias = "ticketId")]
    #[schema(value_type = schemas::TicketKey)]
    ticket: Option<String>,
    #[schema(value_type = Text)]
    message: Option<String>,
    /// The message that this one answers.
    #[schema(value_type = Option<MessageId>)]
    reply_to: Option<String>,
    /// The message in whose thread this one stands.
    #[schema(value_type = Option<MessageId>)]
    thread: Option<String>,
    #[serde(default)]
    #[schema(value_type = Mentions)]
    mentions: Vec<String>,
    #[schema(value_type = Option<ClientId>)]
    client_id: Option<String>,
}

/// What was said, as JSON or as a form.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what either way of saying something answers")]
enum SaidOrUploaded {
    Message(Box<view::messages::Message>),
    Form(Uploaded),
}

/// Writes into a ticket; the message in its room follows.
///
/// As a form, with files: each file is a message of its own, and the text one before them. `status` says how far a message is on
/// its way into the room.
#[utoipa::path(
    post, path = "/api/chat/messages", operation_id = "sendMessage", tag = "Conversation",
    request_body(content((NewMessage = "application/json"), (NewMessageForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "The message; of a form, every message and what came of each file.", body = SaidOrUploaded),
        (status = 200, description = "What an earlier request with this `clientId` made.", body = SaidOrUploaded),
        (status = 404, description = "There is no such ticket for this person."),
        (status = 409, description = "The `clientId` stands for something else."),
    ),
)]
async fn send(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    repeatable: Repeatable,
    body: Body<NewMessage>,
) -> Result<Response, Problem> {
    let new = match body {
        Body::Json(new) => new,
        Body::Form(form) => return send_with_files(&desk, &person, form).await,
    };
    let ticket = new.ticket.ok_or_else(|| Refusal::field("ticket", "must not be empty"))?;
    let NewMessage { message, reply_to, thread, mentions, client_id, .. } = new;
    let draft = Draft { message, reply_to, thread, mentions, client_id: repeatable.id_or(client_id) };
    let said = desk.send_message(&person, &ticket, &draft).await?;
    Ok((status_of(&said), Answer(one_shown(&desk, &said.made()).await?)).into_response())
}

/// Writes a text and files into a ticket, each as a message of its own.
async fn send_with_files(desk: &Desk, person: &Person, form: Form) -> Result<Response, Problem> {
    let mut filled = form.read(desk, &[&["ticket", "ticketId"], MESSAGE].concat()).await?;
    let ticket = filled.field("ticket").or(filled.field("ticketId"));
    let Some(ticket) = ticket else {
        filled.discard(desk).await;
        return Err(FieldError::new("ticket", "must not be empty").into());
    };
    say(desk, person, &ticket, filled).await
}

/// Returns a part of a ticket's conversation: the latest, or what was said before, after or around something.
#[utoipa::path(
    get, path = "/api/chat/messages/{id}", operation_id = "listMessages", tag = "Conversation",
    params(TicketKey, MessagePage),
    responses((status = 200, description = "A part of the conversation, oldest first.", body = Conversation<view::messages::Message>)),
)]
async fn read(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    page: MessagePage,
) -> Result<Answer<Conversation<view::messages::Message>>, Problem> {
    Ok(Answer(conversation(&desk, &person, &key, page).await?))
}

/// A message as its readers see it now.
pub(super) type Shown = Result<Answer<view::messages::Message>, Problem>;

impl OnMessage {
    /// The answer to whoever did something with it.
    pub(super) async fn shown(&self, message: Message) -> Shown {
        Ok(Answer(one_shown(&self.desk, &message).await?))
    }
}

/// Another text for a message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewText {
    #[schema(value_type = Text)]
    message: Option<String>,
}

/// Gives an own message another text, within five minutes.
#[utoipa::path(
    patch, path = "/api/chat/messages/{id}", operation_id = "editMessage", tag = "Conversation",
    params(OnMessage),
    request_body = NewText,
    responses((status = 200, description = "The message as it is now.", body = view::messages::Message), (status = 409, description = "It is too old, deleted, no text, or was written in a Matrix client.")),
)]
async fn edit(on: OnMessage, Json(new): Json<NewText>) -> Shown {
    on.shown(on.desk.edit_message(&on.by, &on.id, new.message.as_deref()).await?).await
}

/// Empties an own message.
#[utoipa::path(
    delete, path = "/api/chat/messages/{id}", operation_id = "deleteMessage", tag = "Conversation",
    params(OnMessage),
    responses((status = 200, description = "The message as it is now.", body = view::messages::Message), (status = 409)),
)]
async fn remove(on: OnMessage) -> Shown {
    on.shown(on.desk.delete_message(&on.by, &on.id).await?).await
}

/// Sends a message again that did not get into the room.
#[utoipa::path(
    post, path = "/api/chat/messages/{id}/retry", operation_id = "retryMessage", tag = "Conversation",
    params(OnMessage),
    responses((status = 200, description = "The message as it is now.", body = view::messages::Message), (status = 409, description = "It has not failed.")),
)]
async fn retry(on: OnMessage) -> Shown {
    on.shown(on.desk.retry_message(&on.by, &on.id).await?).await
}

#[derive(Deserialize)]
struct Reaction {
    label: String,
}

/// Reacts to a message.
#[utoipa::path(
    put, path = "/api/chat/messages/{id}/reactions/{label}", operation_id = "react", tag = "Conversation",
    params(OnMessage, ("label" = inline(Label), Path, description = "An emoji, or a short text.")),
    responses((status = 200, description = "The message as it is now.", body = view::messages::Message), (status = 409, description = "It was deleted."), (status = 422)),
)]
async fn react(on: OnMessage, Path(Reaction { label }): Path<Reaction>) -> Shown {
    on.shown(on.desk.react(&on.by, &on.id, &label).await?).await
}

/// Takes a reaction back.
#[utoipa::path(
    delete, path = "/api/chat/messages/{id}/reactions/{label}", operation_id = "unreact", tag = "Conversation",
    params(OnMessage, ("label" = inline(Label), Path, description = "What they reacted with.")),
    responses((status = 200, description = "The message as it is now.", body = view::messages::Message), (status = 409), (status = 422)),
)]
async fn unreact(on: OnMessage, Path(Reaction { label }): Path<Reaction>) -> Shown {
    on.shown(on.desk.unreact(&on.by, &on.id, &label).await?).await
}

/// Lists every text that an edited message had and has.
#[utoipa::path(
    get, path = "/api/chat/messages/{id}/revisions", operation_id = "listRevisions", tag = "Conversation",
    params(OnMessage),
    responses((status = 200, description = "Its texts, the first one first; none when it was never edited.", body = Vec<view::messages::Revision>)),
)]
async fn revisions(on: OnMessage) -> Result<Answer<Vec<view::messages::Revision>>, Problem> {
    let revisions = on.desk.revisions(&on.by, &on.id).await?;
    Ok(Answer(revisions.iter().map(view::messages::Revision::from).collect()))
}

async fn one_shown(desk: &Desk, message: &Message) -> Result<view::messages::Message, Refusal> {
    let people = people(desk, std::slice::from_ref(message)).await?;
    Ok(view::messages::Message::new(message, &people))
}

/// Messages as their readers see them.
pub(super) async fn shown(desk: &Desk, messages: &[Message]) -> Result<Vec<view::messages::Message>, Refusal> {
    let people = people(desk, messages).await?;
    Ok(messages.iter().map(|message| view::messages::Message::new(message, &people)).collect())
}

/// The part of the conversation that `person` asked for. One message more is read, to know whether older ones exist.
pub(super) async fn conversation(
    desk: &Desk,
    person: &Person,
    ticket: &str,
    MessagePage { part, limit }: MessagePage,
) -> Result<Conversation<view::messages::Message>, Refusal> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let (page, mut messages) = desk.conversation(person, ticket, &part, limit + 1).await?;
    let one_more = messages.len() > wanted;
    let (older, from) = match page {
        Page::Latest => (one_more, None),
        Page::Before(seq) => (one_more, Some(seq)),
        Page::After(seq) | Page::Around(seq) => (true, Some(seq)),
    };
    match page {
        Page::Latest | Page::Before(_) => drop(messages.drain(..messages.len().saturating_sub(wanted))),
        Page::After(_) | Page::Around(_) => messages.truncate(wanted),
    }
    let people = people(desk, &messages).await?;
    Ok(view::messages::conversation(&messages, &people, older, from))
}

async fn people(desk: &Desk, messages: &[Message]) -> Result<People, Refusal> {
    Ok(desk.people_named(&view::messages::people_of(messages)).await?.into())
}

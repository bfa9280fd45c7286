//! The conversation of a ticket.
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json as Answer, Router};
use serde::Deserialize;

use super::HttpState;
use super::extract::{MessagePage, OnMessage, SignedIn, TicketKey};
use super::files::{MESSAGE, say, status_of};
use super::forms::{Body, Form};
use super::json::Json;
use super::problem::Problem;
use super::repeats::Repeatable;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::domain::messages::{Draft, Message};
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::store::messages::Page;
use crate::view;
use crate::view::lists::Conversation;
use crate::view::people::People;

pub fn routes() -> Router<HttpState> {
    const REACTION: &str = "/api/chat/messages/{id}/reactions/{label}";
    Router::new()
        .route("/api/chat/messages", post(send).layer(DefaultBodyLimit::disable()))
        .route("/api/chat/messages/{id}", get(read).patch(edit).delete(remove))
        .route("/api/chat/messages/{id}/retry", post(retry))
        .route("/api/chat/messages/{id}/revisions", get(revisions))
        .route(REACTION, put(react).delete(unreact))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewMessage {
    /// The id or number of the ticket.
    #[serde(alias = "ticketId")]
    ticket: Option<String>,
    message: Option<String>,
    reply_to: Option<String>,
    thread: Option<String>,
    #[serde(default)]
    mentions: Vec<String>,
    client_id: Option<String>,
}

/// Writes into a ticket; the Matrix event follows.
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

/// A part of a ticket's conversation: the latest, or what came before, after or around a cursor or message.
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewText {
    message: Option<String>,
}

/// Gives an own message another text, within five minutes.
async fn edit(on: OnMessage, Json(new): Json<NewText>) -> Shown {
    on.shown(on.desk.edit_message(&on.by, &on.id, new.message.as_deref()).await?).await
}

/// Empties an own message.
async fn remove(on: OnMessage) -> Shown {
    on.shown(on.desk.delete_message(&on.by, &on.id).await?).await
}

/// Sends a failed message again.
async fn retry(on: OnMessage) -> Shown {
    on.shown(on.desk.retry_message(&on.by, &on.id).await?).await
}

#[derive(Deserialize)]
struct Reaction {
    label: String,
}

/// Reacts to a message.
async fn react(on: OnMessage, Path(Reaction { label }): Path<Reaction>) -> Shown {
    on.shown(on.desk.react(&on.by, &on.id, &label).await?).await
}

/// Takes a reaction back.
async fn unreact(on: OnMessage, Path(Reaction { label }): Path<Reaction>) -> Shown {
    on.shown(on.desk.unreact(&on.by, &on.id, &label).await?).await
}

/// Every text that an edited message had and has.
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

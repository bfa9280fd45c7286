//! The conversation of a ticket.
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json as Answer, Router};
use http::StatusCode;
use serde::Deserialize;

use super::HttpState;
use super::extract::{MessagePage, SignedIn, TicketKey};
use super::files::say;
use super::forms::{Body, Form};
use super::problem::Problem;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::domain::messages::Message;
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::store::messages::Page;
use crate::view;
use crate::view::lists::Conversation;
use crate::view::people::People;

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/chat/messages", post(send).layer(DefaultBodyLimit::disable()))
        .route("/api/chat/messages/{id}", get(read))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    /// The id or number of the ticket.
    #[serde(alias = "ticketId")]
    ticket: Option<String>,
    message: Option<String>,
}

/// Writes into a ticket; the Matrix event follows.
async fn send(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    body: Body<NewMessage>,
) -> Result<Response, Problem> {
    let new = match body {
        Body::Json(new) => new,
        Body::Form(form) => return send_with_files(&desk, &person, form).await,
    };
    let ticket = new.ticket.ok_or_else(|| Refusal::field("ticket", "must not be empty"))?;
    let message = desk.send_message(&person, &ticket, new.message.as_deref()).await?;
    let people = people(&desk, std::slice::from_ref(&message)).await?;
    Ok((StatusCode::CREATED, Answer(view::messages::Message::new(&message, &people))).into_response())
}

/// Writes a text and files into a ticket, each as a message of its own.
async fn send_with_files(desk: &Desk, person: &Person, form: Form) -> Result<Response, Problem> {
    let mut filled = form.read(desk, &["ticket", "ticketId", "message"]).await?;
    let ticket = filled.field("ticket").or(filled.field("ticketId"));
    let text = filled.field("message");
    let Some(ticket) = ticket else {
        filled.discard(desk).await;
        return Err(FieldError::new("ticket", "must not be empty").into());
    };
    say(desk, person, &ticket, (text, filled)).await
}

/// A part of a ticket's conversation: the latest, or what came before or after a cursor.
async fn read(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    page: MessagePage,
) -> Result<Answer<Conversation<view::messages::Message>>, Problem> {
    Ok(Answer(conversation(&desk, &person, &key, page).await?))
}

/// The part of the conversation that `person` asked for. One message more is read, to know whether older ones exist.
pub(super) async fn conversation(
    desk: &Desk,
    person: &Person,
    ticket: &str,
    MessagePage { page, limit }: MessagePage,
) -> Result<Conversation<view::messages::Message>, Refusal> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut messages = desk.conversation(person, ticket, page, limit + 1).await?;
    let one_more = messages.len() > wanted;
    let (older, from) = match page {
        Page::Latest => (one_more, None),
        Page::Before(seq) => (one_more, Some(seq)),
        Page::After(seq) => (true, Some(seq)),
    };
    match page {
        Page::Latest | Page::Before(_) => drop(messages.drain(..messages.len().saturating_sub(wanted))),
        Page::After(_) => messages.truncate(wanted),
    }
    let people = people(desk, &messages).await?;
    Ok(view::messages::conversation(&messages, &people, older, from))
}

pub(super) async fn people(desk: &Desk, messages: &[Message]) -> Result<People, Refusal> {
    Ok(desk.people_named(&view::messages::people_of(messages)).await?.into())
}

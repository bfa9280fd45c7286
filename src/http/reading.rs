//! How far people have read.
use axum::extract::State;
use axum::routing::{patch, post};
use axum::{Json as Answer, Router};
use serde::Deserialize;

use super::HttpState;
use super::extract::{SignedIn, TicketKey};
use super::json::{self, Json};
use super::problem::Problem;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::view;
use crate::view::live::Unread;
use crate::view::people::People;

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/chat/messages/{id}/read", patch(read))
        .route("/api/support/tickets/{id}/unread", post(unread))
}

/// The signed-in person has read up to and including a message; the room is told.
async fn read(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(message): TicketKey,
) -> Result<Answer<view::messages::Message>, Problem> {
    let message = desk.mark_read(&person, &message).await?;
    let people = desk.people_named(&view::messages::people_of(std::slice::from_ref(&message))).await?;
    Ok(Answer(view::messages::Message::new(&message, &People::from(people))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct From {
    message: Option<String>,
}

/// The signed-in person counts a message and everything after it as unread again.
async fn unread(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    Json(from): Json<From, { json::SMALL }>,
) -> Result<Answer<Unread>, Problem> {
    let message = from.message.ok_or_else(|| Refusal::field("message", "must not be empty"))?;
    Ok(Answer(Unread { unread_count: desk.mark_unread(&person, &key, &message).await? }))
}

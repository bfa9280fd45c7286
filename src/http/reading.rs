//! How far people have read.
use axum::extract::State;
use axum::routing::{patch, post};
use axum::{Json as Answer, Router};
use serde::Deserialize;

use super::HttpState;
use super::extract::{OnMessage, SignedIn, TicketKey};
use super::json::{self, Json};
use super::messages::Shown;
use super::problem::Problem;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::view::live::Unread;

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/chat/messages/{id}/read", patch(read))
        .route("/api/support/tickets/{id}/unread", post(unread))
}

/// The signed-in person has read up to and including a message; the room is told.
async fn read(on: OnMessage) -> Shown {
    on.shown(on.desk.mark_read(&on.by, &on.id).await?).await
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

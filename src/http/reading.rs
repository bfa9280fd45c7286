//! How far people have read.
use axum::Json as Answer;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{OnMessage, SignedIn, TicketKey};
use super::json::{self, Json};
use super::messages::Shown;
use super::problem::Problem;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::domain::ids::MessageId;
use crate::view;
use crate::view::live::Unread;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(unread))
}

/// Notes that the signed-in person has read up to a message; the room is told.
#[utoipa::path(
    patch, path = "/api/chat/messages/{id}/read", operation_id = "markRead", tag = "Conversation",
    params(OnMessage),
    responses((status = 200, description = "The message as it is now.", body = view::messages::Message)),
)]
async fn read(on: OnMessage) -> Shown {
    on.shown(on.desk.mark_read(&on.by, &on.id).await?).await
}

/// From which message on a ticket is unread.
#[derive(Deserialize, ToSchema)]
#[schema(as = UnreadFrom)]
#[serde(deny_unknown_fields)]
struct From {
    #[schema(value_type = MessageId)]
    message: Option<String>,
}

/// Counts a message and everything after it as unread again, for the signed-in person.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/unread", operation_id = "markUnread", tag = "Conversation",
    params(TicketKey),
    request_body = From,
    responses((status = 200, description = "What is unread now.", body = Unread)),
)]
async fn unread(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    Json(from): Json<From, { json::SMALL }>,
) -> Result<Answer<Unread>, Problem> {
    let message = from.message.ok_or_else(|| Refusal::field("message", "must not be empty"))?;
    Ok(Answer(Unread { unread_count: desk.mark_unread(&person, &key, &message).await? }))
}

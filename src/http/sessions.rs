//! Where somebody is signed in.
use axum::Json as Answer;
use axum::extract::{Path, State};
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{InSession, SignedIn};
use super::problem::Problem;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::domain::ids::SessionId;
use crate::view::lists::List;
use crate::view::session::OpenSession;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(end))
}

/// Lists the signed-in person's sessions, the latest renewed first.
#[utoipa::path(
    get, path = "/api/auth/sessions", operation_id = "listSessions", tag = "Me", security(("session" = [])),
    responses((status = 200, description = "Every session that has not ended.", body = List<OpenSession>)),
)]
async fn list(
    State(desk): State<Desk>,
    InSession(person, current): InSession,
) -> Result<Answer<List<OpenSession>>, Problem> {
    let sessions = desk.sessions_of(&person).await?;
    let items = sessions.into_iter().map(|session| OpenSession::new(session, &current)).collect();
    Ok(Answer(List { items, next_cursor: None }))
}

/// Ends one of the signed-in person's sessions.
#[utoipa::path(
    delete, path = "/api/auth/sessions/{id}", operation_id = "endSession", tag = "Me",
    params(("id" = SessionId, Path, description = "The id of a session.")),
    responses((status = 204, description = "The session has ended.")),
)]
async fn end(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = key.parse().map_err(|_| Refusal::NotFound("session"))?;
    desk.end_own_session(&person, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

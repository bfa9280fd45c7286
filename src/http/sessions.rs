//! Where somebody is signed in.
use axum::extract::{Path, State};
use axum::routing::{delete, get};
use axum::{Json as Answer, Router};
use http::StatusCode;

use super::HttpState;
use super::extract::{InSession, SignedIn};
use super::problem::Problem;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::view::lists::List;
use crate::view::session::OpenSession;

pub fn routes() -> Router<HttpState> {
    Router::new().route("/api/auth/sessions", get(list)).route("/api/auth/sessions/{id}", delete(end))
}

/// The signed-in person's sessions, the latest renewed first.
async fn list(
    State(desk): State<Desk>,
    InSession(person, current): InSession,
) -> Result<Answer<List<OpenSession>>, Problem> {
    let sessions = desk.sessions_of(&person).await?;
    let items = sessions.into_iter().map(|session| OpenSession::new(session, &current)).collect();
    Ok(Answer(List { items, next_cursor: None }))
}

/// Ends one of the signed-in person's sessions.
async fn end(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = key.parse().map_err(|_| Refusal::NotFound("session"))?;
    desk.end_own_session(&person, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

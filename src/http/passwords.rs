//! Choosing a password by an invitation, by a reset, or with the present one.
use axum::Router;
use axum::extract::State;
use axum::routing::{post, put};
use http::StatusCode;
use serde::Deserialize;

use super::HttpState;
use super::extract::{Caller, InSession};
use super::json::{self, Json};
use super::problem::Problem;
use crate::desk::Desk;
use crate::view::session::Session;

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/auth/invitations/accept", post(accept))
        .route("/api/auth/password-reset", post(ask))
        .route("/api/auth/password-reset/confirm", post(confirm))
        .route("/api/auth/me/password", put(change))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Acceptance {
    token: Option<String>,
    password: Option<String>,
    display_name: Option<String>,
}

/// Gives whoever was invited the password they chose, and begins a session.
async fn accept(
    State(desk): State<Desk>,
    caller: Caller,
    Json(body): Json<Acceptance, { json::SMALL }>,
) -> Result<axum::Json<Session>, Problem> {
    let (token, password) = (body.token.unwrap_or_default(), body.password.unwrap_or_default());
    let name = body.display_name.as_deref();
    Ok(axum::Json(desk.accept_invitation(&token, &password, name, caller.origin()).await?.into()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    email: Option<String>,
}

/// Takes the wish for another password; the answer does not tell whether anybody has the address.
async fn ask(
    State(desk): State<Desk>,
    caller: Caller,
    Json(body): Json<Wish, { json::SMALL }>,
) -> Result<StatusCode, Problem> {
    desk.ask_for_password(&body.email.unwrap_or_default(), caller.origin()).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    token: Option<String>,
    password: Option<String>,
}

/// Gives the token's person the password they chose.
async fn confirm(State(desk): State<Desk>, Json(body): Json<Choice, { json::SMALL }>) -> Result<StatusCode, Problem> {
    desk.choose_password(&body.token.unwrap_or_default(), &body.password.unwrap_or_default()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Change {
    current_password: Option<String>,
    new_password: Option<String>,
}

/// Gives the signed-in person another password; their other sessions end.
async fn change(
    State(desk): State<Desk>,
    InSession(person, session): InSession,
    caller: Caller,
    Json(body): Json<Change, { json::SMALL }>,
) -> Result<StatusCode, Problem> {
    let (present, new) = (body.current_password.unwrap_or_default(), body.new_password.unwrap_or_default());
    desk.change_password((&person, &session), (&present, &new), caller.origin()).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Signing in and out. The refresh token travels in the JSON body both ways; nothing is kept in cookies.
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use http::StatusCode;
use serde::Deserialize;

use super::HttpState;
use super::extract::{Caller, SignedIn};
use super::json::{self, Json};
use super::problem::Problem;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::view::people::{Me, OwnSettings};
use crate::view::session::Session;

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/auth/login", post(login))
        .route("/api/auth/refresh", post(refresh))
        .route("/api/auth/logout", post(logout))
        .route("/api/auth/me", get(me).put(change_me))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    email: Option<String>,
    password: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Refresh {
    refresh_token: Option<String>,
}

impl Refresh {
    fn token(self) -> Result<String, Refusal> {
        self.refresh_token.ok_or_else(|| Refusal::field("refreshToken", "must not be empty"))
    }
}

/// Begins a session.
async fn login(
    State(desk): State<Desk>,
    caller: Caller,
    Json(body): Json<Login, { json::SMALL }>,
) -> Result<axum::Json<Session>, Problem> {
    let (email, password) = (body.email.unwrap_or_default(), body.password.unwrap_or_default());
    Ok(axum::Json(desk.sign_in(&email, &password, caller.origin()).await?.into()))
}

/// New tokens for a refresh token, which is good once.
async fn refresh(
    State(desk): State<Desk>,
    caller: Caller,
    Json(body): Json<Refresh, { json::SMALL }>,
) -> Result<axum::Json<Session>, Problem> {
    Ok(axum::Json(desk.refresh(&body.token()?, caller.origin().user_agent).await?.into()))
}

/// Ends the session of a refresh token, and its access tokens with it; nothing to end is fine.
async fn logout(State(desk): State<Desk>, Json(body): Json<Refresh, { json::SMALL }>) -> Result<StatusCode, Problem> {
    desk.sign_out(&body.token()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whoever is signed in.
pub(super) async fn me(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
) -> Result<axum::Json<OwnSettings>, Problem> {
    let hide_read_receipts = desk.hides_receipts(&person).await?;
    Ok(axum::Json(OwnSettings { me: Me::from(&person), hide_read_receipts }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Changes {
    display_name: Option<String>,
    hide_read_receipts: Option<bool>,
}

/// Changes what is given of the signed-in person.
async fn change_me(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Json(changes): Json<Changes, { json::SMALL }>,
) -> Result<axum::Json<OwnSettings>, Problem> {
    let person = match &changes.display_name {
        Some(name) => desk.rename(&person, name).await?,
        None => person,
    };
    if let Some(hide) = changes.hide_read_receipts {
        desk.hide_receipts(&person, hide).await?;
    }
    me(State(desk), SignedIn(person)).await
}

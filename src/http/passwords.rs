//! Choosing a password by an invitation, by a reset, or with the present one.
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{Caller, InSession};
use super::json::{self, Json};
use super::problem::Problem;
use crate::desk::Desk;
use crate::view::schemas::{Name, Password};
use crate::view::session::Session;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(accept)).routes(routes!(ask)).routes(routes!(confirm)).routes(routes!(change))
}

/// What somebody answers an invitation with.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Acceptance {
    /// That of the link they were given.
    #[schema(value_type = String)]
    token: Option<String>,
    #[schema(value_type = Password)]
    password: Option<String>,
    #[schema(value_type = Option<Name>)]
    display_name: Option<String>,
}

/// Gives whoever was invited the password they chose, and begins a session.
#[utoipa::path(
    post, path = "/api/auth/invitations/accept", operation_id = "acceptInvitation", tag = "Sign-in", security(()),
    request_body = Acceptance,
    responses((status = 200, description = "The tokens of their first session.", body = Session)),
)]
async fn accept(
    State(desk): State<Desk>,
    caller: Caller,
    Json(body): Json<Acceptance, { json::SMALL }>,
) -> Result<axum::Json<Session>, Problem> {
    let (token, password) = (body.token.unwrap_or_default(), body.password.unwrap_or_default());
    let name = body.display_name.as_deref();
    Ok(axum::Json(desk.accept_invitation(&token, &password, name, caller.origin()).await?.into()))
}

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[schema(as = PasswordWish)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[schema(value_type = String, examples("ann.lee@example.org"))]
    email: Option<String>,
}

/// Takes the wish for another password; the answer does not tell whether anybody has the address.
///
/// Admins see the wish, and hand a link on.
#[utoipa::path(
    post, path = "/api/auth/password-reset", operation_id = "askForPassword", tag = "Sign-in", security(()),
    request_body = Wish,
    responses((status = 202, description = "Whoever has the address, if anybody has it, has asked.")),
)]
async fn ask(
    State(desk): State<Desk>,
    caller: Caller,
    Json(body): Json<Wish, { json::SMALL }>,
) -> Result<StatusCode, Problem> {
    desk.ask_for_password(&body.email.unwrap_or_default(), caller.origin()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The password that somebody chooses.
#[derive(Deserialize, ToSchema)]
#[schema(as = PasswordChoice)]
#[serde(deny_unknown_fields)]
struct Choice {
    /// That of the link they were given.
    #[schema(value_type = String)]
    token: Option<String>,
    #[schema(value_type = Password)]
    password: Option<String>,
}

/// Gives the person of a reset token the password they chose; their sessions end.
#[utoipa::path(
    post, path = "/api/auth/password-reset/confirm", operation_id = "choosePassword", tag = "Sign-in", security(()),
    request_body = Choice,
    responses((status = 204, description = "The password is theirs now.")),
)]
async fn confirm(State(desk): State<Desk>, Json(body): Json<Choice, { json::SMALL }>) -> Result<StatusCode, Problem> {
    desk.choose_password(&body.token.unwrap_or_default(), &body.password.unwrap_or_default()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The password that somebody has, and the one they want.
#[derive(Deserialize, ToSchema)]
#[schema(as = PasswordChange)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Change {
    #[schema(value_type = String, format = Password)]
    current_password: Option<String>,
    #[schema(value_type = Password)]
    new_password: Option<String>,
}

/// Gives the signed-in person another password; their other sessions end.
#[utoipa::path(
    put, path = "/api/auth/me/password", operation_id = "changePassword", tag = "Me", security(("session" = [])),
    request_body = Change,
    responses((status = 204, description = "The password is theirs now."), (status = 429)),
)]
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

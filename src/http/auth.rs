//! Signing in and out. The refresh token travels in the JSON body both ways; nothing is kept in cookies.
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{Caller, SignedIn};
use super::json::{self, Json};
use super::problem::Problem;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::view::people::{Me, OwnSettings};
use crate::view::schemas::Name;
use crate::view::session::Session;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(me, change_me))
}

/// What somebody signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    #[schema(value_type = String, examples("ann.lee@example.org"))]
    email: Option<String>,
    #[schema(value_type = String, format = Password)]
    password: Option<String>,
}

/// The refresh token of a session.
#[derive(Deserialize, ToSchema)]
#[schema(as = RefreshToken)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Refresh {
    #[schema(value_type = String)]
    refresh_token: Option<String>,
}

impl Refresh {
    fn token(self) -> Result<String, Refusal> {
        self.refresh_token.ok_or_else(|| Refusal::field("refreshToken", "must not be empty"))
    }
}

/// Signs somebody in with their mail address and password.
///
/// Answers with an access token of minutes, and with a refresh token that is good once. Attempts are counted per address and
/// per network.
#[utoipa::path(
    post, path = "/api/auth/login", operation_id = "login", tag = "Sign-in", security(()),
    request_body = Login,
    responses(
        (status = 200, description = "The tokens of a new session.", body = Session),
        (status = 401, description = "The address or the password is wrong."),
        (status = 429),
    ),
)]
async fn login(
    State(desk): State<Desk>,
    caller: Caller,
    Json(body): Json<Login, { json::SMALL }>,
) -> Result<axum::Json<Session>, Problem> {
    let (email, password) = (body.email.unwrap_or_default(), body.password.unwrap_or_default());
    Ok(axum::Json(desk.sign_in(&email, &password, caller.origin()).await?.into()))
}

/// Gives new tokens for a refresh token, which is good once.
///
/// A refresh token that comes a second time ends its session: somebody else may have it.
#[utoipa::path(
    post, path = "/api/auth/refresh", operation_id = "refreshTokens", tag = "Sign-in", security(()),
    request_body = Refresh,
    responses((status = 200, description = "The next tokens of the session.", body = Session), (status = 401)),
)]
async fn refresh(
    State(desk): State<Desk>,
    caller: Caller,
    Json(body): Json<Refresh, { json::SMALL }>,
) -> Result<axum::Json<Session>, Problem> {
    Ok(axum::Json(desk.refresh(&body.token()?, caller.origin().user_agent).await?.into()))
}

/// Ends the session of a refresh token, and its access tokens with it; nothing to end is fine.
#[utoipa::path(
    post, path = "/api/auth/logout", operation_id = "logout", tag = "Sign-in", security(()),
    request_body = Refresh,
    responses((status = 204, description = "There is no such session any longer.")),
)]
async fn logout(State(desk): State<Desk>, Json(body): Json<Refresh, { json::SMALL }>) -> Result<StatusCode, Problem> {
    desk.sign_out(&body.token()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns whoever is signed in.
#[utoipa::path(
    get, path = "/api/auth/me", operation_id = "getMe", tag = "Me",
    responses((status = 200, description = "The signed-in person.", body = OwnSettings)),
)]
pub(super) async fn me(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
) -> Result<axum::Json<OwnSettings>, Problem> {
    let hide_read_receipts = desk.hides_receipts(&person).await?;
    Ok(axum::Json(OwnSettings { me: Me::from(&person), hide_read_receipts }))
}

/// What is to be different; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = ProfileChanges)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Changes {
    #[schema(value_type = Option<Name>)]
    display_name: Option<String>,
    /// Whether others are not to know how far this person has read.
    hide_read_receipts: Option<bool>,
}

/// Changes what is given of the signed-in person.
#[utoipa::path(
    put, path = "/api/auth/me", operation_id = "changeMe", tag = "Me",
    request_body = Changes,
    responses((status = 200, description = "The person as they are now.", body = OwnSettings)),
)]
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

//! The bridge to the homeserver, for admins: how it is, what it could not apply, and another try for that.
use axum::Json as Answer;
use axum::extract::{Path, State};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{DeadLettersPage, SignedIn};
use super::problem::Problem;
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::view;
use crate::view::bridge::{Answer as Replayed, DeadLetter, Health};
use crate::view::lists::List;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(dead_letters))
        .routes(routes!(replay_all))
        .routes(routes!(replay))
}

/// Says how the bridge is, for admins.
///
/// It tells what the desk last saw; the homeserver is not asked.
#[utoipa::path(
    get, path = "/api/bridge", operation_id = "getBridge", tag = "Bridge",
    responses((status = 200, description = "How the bridge is.", body = Health)),
)]
async fn health(State(desk): State<Desk>, SignedIn(by): SignedIn) -> Result<Answer<Health>, Problem> {
    let condition = desk.bridge_condition(&by).await?;
    Ok(Answer(Health::of(&condition, desk.names().server().as_str(), desk.clock().now())))
}

/// Lists the events that could not be applied and were laid aside, the oldest first, for admins.
#[utoipa::path(
    get, path = "/api/bridge/dead-letters", operation_id = "listDeadLetters", tag = "Bridge",
    params(DeadLettersPage),
    responses((status = 200, description = "A page of them, without what was written.", body = List<DeadLetter>)),
)]
async fn dead_letters(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    page: DeadLettersPage,
) -> Result<Answer<List<DeadLetter>>, Problem> {
    let mut letters = desk.dead_letters(&by, page.after, page.limit + 1).await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = letters.len() > limit;
    letters.truncate(limit);
    Ok(Answer(view::bridge::dead_letters(&letters, more)))
}

/// Puts an event that was laid aside back to be applied, for admins.
///
/// It is applied in a moment, once. When it fails again, it is laid aside again.
#[utoipa::path(
    post, path = "/api/bridge/dead-letters/{position}/replay", operation_id = "replayDeadLetter", tag = "Bridge",
    params(("position" = i64, Path, description = "The `position` of an event that was laid aside.")),
    responses((status = 200, description = "It was put back.", body = Replayed), (status = 409, description = "It is not laid aside any longer: it was put back already.")),
)]
async fn replay(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(position): Path<String>,
) -> Result<Answer<Replayed>, Problem> {
    by.manages_people()?;
    let position = position.parse().map_err(|_| Refusal::NotFound("dead letter"))?;
    Ok(Answer(desk.replay_dead_letter(&by, position).await?.into()))
}

/// Puts the events that were laid aside back to be applied, the oldest first and at most 500, for admins.
#[utoipa::path(
    post, path = "/api/bridge/dead-letters/replay", operation_id = "replayDeadLetters", tag = "Bridge",
    responses((status = 200, description = "How many were put back, and how many are left.", body = Replayed)),
)]
async fn replay_all(State(desk): State<Desk>, SignedIn(by): SignedIn) -> Result<Answer<Replayed>, Problem> {
    Ok(Answer(desk.replay_dead_letters(&by).await?.into()))
}

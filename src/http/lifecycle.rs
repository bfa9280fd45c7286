//! A ticket's life: status, fields, whose it is, and what happened to it.
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json as Answer, Router};
use http::header::{ETAG, HeaderName, IF_MATCH};
use http::request::Parts;
use serde::{Deserialize, Deserializer};

use super::HttpState;
use super::extract::{SignedIn, TicketKey, TimelinePage};
use super::json::Json;
use super::problem::Problem;
use super::tickets::own;
use crate::desk::Desk;
use crate::desk::assignment::Assignment;
use crate::desk::lifecycle::Moving;
use crate::domain::edits::{Edit, Expected};
use crate::domain::ids::{PersonId, TeamId};
use crate::domain::opening::one_of;
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::domain::status::{Goal, Status};
use crate::domain::tickets::Ticket;
use crate::view;

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/support/tickets/{id}/status", patch(change_status))
        .route("/api/support/tickets/{id}/close", post(close))
        .route("/api/support/tickets/{id}/reopen", post(reopen))
        .route("/api/support/tickets/{id}/assign", patch(assign))
        .route("/api/support/tickets/{id}/claim", post(claim))
        .route("/api/support/tickets/{id}/timeline", get(timeline))
}

/// Names the version of a ticket that is shown (RFC 9110, section 8.8.3).
pub fn tag(ticket: &Ticket) -> [(HeaderName, String); 1] {
    [(ETAG, format!("\"{}\"", ticket.version))]
}

/// `If-Match`: for which versions the request is meant (RFC 9110, section 13.1.1). What is no tag of ours matches none.
pub struct IfMatch(Expected);

impl FromRequestParts<HttpState> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(IF_MATCH).iter().peekable();
        if values.peek().is_none() {
            return Ok(Self(Expected::default()));
        }
        let tags: Vec<&str> =
            values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
        if tags.iter().any(|tag| tag.trim() == "*") {
            return Ok(Self(Expected::default()));
        }
        let version = |tag: &str| tag.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok();
        Ok(Self(Expected(Some(tags.into_iter().filter_map(version).collect()))))
    }
}

/// The ticket as it is now.
async fn shown(desk: &Desk, person: &Person, ticket: &Ticket) -> Result<Response, Problem> {
    // As it is shown everywhere: with its files.
    let ticket = desk.ticket(person, ticket.id.as_str()).await?;
    Ok((tag(&ticket), Answer(own(desk, person, &ticket).await?)).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewStatus {
    status: String,
    resolution: Option<String>,
}

/// Moves a ticket to another status.
async fn change_status(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    IfMatch(expected): IfMatch,
    Json(new): Json<NewStatus>,
) -> Result<Response, Problem> {
    let to = Status::parse(&new.status).ok_or_else(|| one_of("status", Status::ALL.map(Status::as_str)))?;
    let moving = Moving { goal: Goal::Become(to), resolution: new.resolution, expected };
    shown(&desk, &person, &desk.move_ticket(&person, &key, moving).await?).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Closing {
    resolution: Option<String>,
}

/// Closes a ticket, with what came of it.
async fn close(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    IfMatch(expected): IfMatch,
    Json(closing): Json<Closing>,
) -> Result<Response, Problem> {
    let moving = Moving { goal: Goal::Close, resolution: closing.resolution, expected };
    shown(&desk, &person, &desk.move_ticket(&person, &key, moving).await?).await
}

/// Opens a ticket again that is done.
async fn reopen(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    IfMatch(expected): IfMatch,
) -> Result<Response, Problem> {
    let moving = Moving { goal: Goal::Reopen, resolution: None, expected };
    shown(&desk, &person, &desk.move_ticket(&person, &key, moving).await?).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewFields {
    title: Option<String>,
    category: Option<String>,
    priority: Option<String>,
    /// `null` or empty for none.
    #[serde(default, deserialize_with = "given")]
    context: Option<Option<String>>,
    tags: Option<Vec<String>>,
    confidential: Option<bool>,
}

/// Gives a ticket other fields.
pub async fn edit(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    IfMatch(expected): IfMatch,
    Json(NewFields { title, category, priority, context, tags, confidential }): Json<NewFields>,
) -> Result<Response, Problem> {
    let context = context.map(Option::unwrap_or_default);
    let edit = Edit { title, category, priority, context, tags, confidential };
    shown(&desk, &person, &desk.edit_ticket(&person, &key, (edit, expected)).await?).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Assignee {
    /// Nobody, when it is `null`; absent is a mistake.
    #[serde(default, deserialize_with = "given")]
    user_id: Option<Option<String>>,
    /// The same for a team.
    #[serde(default, deserialize_with = "given")]
    team_id: Option<Option<String>>,
}

fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// Gives a ticket to a member of staff, to a team, or to nobody.
async fn assign(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    IfMatch(expected): IfMatch,
    Json(Assignee { user_id, team_id }): Json<Assignee>,
) -> Result<Response, Problem> {
    if user_id.is_none() && team_id.is_none() {
        let detail = "must be given, or teamId; null takes it from whoever has it";
        return Err(FieldError::new("userId", detail).into());
    }
    let user = user_id.map(|id| id.map(|id| id.parse()).transpose()).transpose();
    let user: Option<Option<PersonId>> = user.map_err(|_| FieldError::new("userId", "is not the id of a person"))?;
    let team = team_id.map(|id| id.map(|id| id.parse()).transpose()).transpose();
    let team: Option<Option<TeamId>> = team.map_err(|_| FieldError::new("teamId", "is not the id of a team"))?;
    let to = Assignment { person: user.as_ref().map(Option::as_ref), team: team.as_ref().map(Option::as_ref) };
    shown(&desk, &person, &desk.reassign(&person, &key, (to, &expected)).await?).await
}

/// Takes a ticket that is nobody's.
async fn claim(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
) -> Result<Response, Problem> {
    shown(&desk, &person, &desk.claim(&person, &key).await?).await
}

/// What happened to a ticket, oldest first.
async fn timeline(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    TimelinePage(part): TimelinePage,
) -> Result<Response, Problem> {
    let limit = usize::try_from(part.limit).unwrap_or(usize::MAX);
    let one_more = crate::domain::timeline::Part { limit: part.limit + 1, ..part };
    let mut entries = desk.timeline(&person, &key, one_more).await?;
    let more = entries.len() > limit;
    entries.truncate(limit);
    let people = desk.people_named(&view::timeline::people_of(&entries)).await?.into();
    Ok(Answer(view::timeline::list(&entries, &people, more)).into_response())
}

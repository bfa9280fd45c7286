//! A ticket's life: status, fields, whose it is, and what happened to it.
use axum::Json as Answer;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use http::header::{ETAG, HeaderName, IF_MATCH};
use http::request::Parts;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{SignedIn, TicketKey, TimelinePage};
use super::json::Json;
use super::openapi::answers::ShownTicket;
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
use crate::domain::tickets::{Category, Priority, Ticket};
use crate::view;
use crate::view::lists::List;
use crate::view::schemas::{ContextOrNone, Resolution, Tags, Title};

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(change_status))
        .routes(routes!(close))
        .routes(routes!(reopen))
        .routes(routes!(assign))
        .routes(routes!(claim))
        .routes(routes!(timeline))
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

/// The status that a ticket is to have.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewStatus {
    #[schema(value_type = Status)]
    status: String,
    /// Goes with `resolved` and `closed` alone.
    #[schema(value_type = Option<Resolution>)]
    resolution: Option<String>,
}

/// Moves a ticket to another status.
#[utoipa::path(
    patch, path = "/api/support/tickets/{id}/status", operation_id = "changeStatus", tag = "Tickets",
    params(TicketKey, IfMatch),
    request_body = NewStatus,
    responses(ShownTicket, (status = 409, description = "It cannot become that; `detail` names what it can become.")),
)]
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

/// What came of a ticket.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Closing {
    #[schema(value_type = Option<Resolution>)]
    resolution: Option<String>,
}

/// Closes a ticket, with what came of it.
///
/// Staff say what came of it, unless that was said before; the student may.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/close", operation_id = "closeTicket", tag = "Tickets",
    params(TicketKey, IfMatch),
    request_body = Closing,
    responses(ShownTicket, (status = 409, description = "It is closed already.")),
)]
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

/// Opens a ticket again that is resolved or closed.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/reopen", operation_id = "reopenTicket", tag = "Tickets",
    params(TicketKey, IfMatch),
    responses(ShownTicket, (status = 409, description = "It is not done, or the time for that is over.")),
)]
async fn reopen(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    IfMatch(expected): IfMatch,
) -> Result<Response, Problem> {
    let moving = Moving { goal: Goal::Reopen, resolution: None, expected };
    shown(&desk, &person, &desk.move_ticket(&person, &key, moving).await?).await
}

/// What is to be different; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = TicketChanges)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewFields {
    #[schema(value_type = Option<Title>)]
    title: Option<String>,
    #[schema(value_type = Option<Category>)]
    category: Option<String>,
    #[schema(value_type = Option<Priority>)]
    priority: Option<String>,
    /// `null` or empty for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<ContextOrNone>)]
    context: Option<Option<String>>,
    #[schema(value_type = Option<Tags>)]
    tags: Option<Vec<String>>,
    confidential: Option<bool>,
}

/// Gives a ticket other fields: those that are given.
///
/// The student may change title, category, context and whether it is confidential; staff all.
#[utoipa::path(
    patch, path = "/api/support/tickets/{id}", operation_id = "editTicket", tag = "Tickets",
    params(TicketKey, IfMatch),
    request_body = NewFields,
    responses(ShownTicket),
)]
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

/// Whose a ticket is to be. One of the two is given at least; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Assignee {
    /// Nobody, when it is `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<PersonId>)]
    user_id: Option<Option<String>>,
    /// The same for a team.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<TeamId>)]
    team_id: Option<Option<String>>,
}

fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// Gives a ticket to a member of staff, to a team, or to nobody.
#[utoipa::path(
    patch, path = "/api/support/tickets/{id}/assign", operation_id = "assignTicket", tag = "Tickets",
    params(TicketKey, IfMatch),
    request_body = Assignee,
    responses(ShownTicket),
)]
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
///
/// Of several at once one gets it; the others are told who.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/claim", operation_id = "claimTicket", tag = "Tickets",
    params(TicketKey),
    responses(ShownTicket, (status = 409, description = "Somebody has it; `detail` names them.")),
)]
async fn claim(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
) -> Result<Response, Problem> {
    shown(&desk, &person, &desk.claim(&person, &key).await?).await
}

/// Lists what happened to a ticket, oldest first.
#[utoipa::path(
    get, path = "/api/support/tickets/{id}/timeline", operation_id = "listTimeline", tag = "Tickets",
    params(TicketKey, TimelinePage),
    responses((status = 200, description = "A page of the timeline.", body = List<view::timeline::Entry>)),
)]
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

//! Letting people into a ticket and putting them out, for staff.
use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use ruma::UserId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{SignedIn, TicketKey};
use super::json::Json;
use super::problem::Problem;
use crate::desk::{Desk, Guest};
use crate::domain::Refusal;
use crate::domain::ids::PersonId;
use crate::domain::refusal::FieldError;
use crate::domain::text;
use crate::view::lists::List;
use crate::view::people::{Participant, PersonRef};
use crate::view::schemas::MatrixId;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(add, remove)).routes(routes!(named, name)).routes(routes!(unname))
}

/// Somebody of the desk, or anybody on Matrix: one of the two.
#[derive(Deserialize, ToSchema)]
#[schema(as = Guest)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Who {
    #[schema(value_type = Option<PersonId>)]
    user_id: Option<String>,
    #[schema(value_type = Option<MatrixId>)]
    matrix_id: Option<String>,
}

impl Who {
    fn guest(&self) -> Result<Guest, FieldError> {
        match (&self.user_id, &self.matrix_id) {
            (Some(user), None) => {
                let id = user.parse().map_err(|_| FieldError::new("userId", "is not the id of a person"))?;
                Ok(Guest::Person(id))
            }
            (None, Some(matrix)) => {
                let id = text::line("matrixId", matrix, text::MATRIX_ID_LIMIT)?;
                let bad = |_| FieldError::new("matrixId", "is not a Matrix id of the form @name:server");
                Ok(Guest::Matrix(UserId::parse(id).map_err(bad)?))
            }
            (None, None) => Err(FieldError::new("userId", "must be given, or matrixId")),
            (Some(_), Some(_)) => Err(FieldError::new("matrixId", "does not go together with userId")),
        }
    }
}

/// Lets somebody into a ticket; their invitation into the room follows.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/participants", operation_id = "addParticipant", tag = "Tickets",
    params(TicketKey),
    request_body = Who,
    responses((status = 201, description = "Whoever was let in.", body = Participant)),
)]
async fn add(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    Json(who): Json<Who>,
) -> Result<Response, Problem> {
    let guest = desk.add_participant(&person, &key, who.guest()?).await?;
    Ok((StatusCode::CREATED, Answer(Participant::seen_by(&person, &guest))).into_response())
}

/// Puts somebody out of a ticket who was let in.
#[utoipa::path(
    delete, path = "/api/support/tickets/{id}/participants", operation_id = "removeParticipant", tag = "Tickets",
    params(TicketKey),
    request_body = Who,
    responses((status = 204, description = "They take part no longer."), (status = 409, description = "The ticket belongs to them.")),
)]
async fn remove(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    Json(who): Json<Who>,
) -> Result<StatusCode, Problem> {
    desk.remove_participant(&person, &key, who.guest()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the members of staff who see a ticket while it is confidential.
#[utoipa::path(
    get, path = "/api/support/tickets/{id}/staff", operation_id = "listNamedStaff", tag = "Tickets",
    params(TicketKey),
    responses((status = 200, description = "Everybody who is named.", body = List<PersonRef>)),
)]
async fn named(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
) -> Result<Answer<List<PersonRef>>, Problem> {
    let items = desk.named_staff(&person, &key).await?.iter().map(PersonRef::from).collect();
    Ok(Answer(List { items, next_cursor: None }))
}

/// A member of staff.
#[derive(Deserialize, ToSchema)]
#[schema(as = NamedStaff)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Named {
    #[schema(value_type = PersonId)]
    user_id: String,
}

/// Lets a member of staff see a ticket while it is confidential.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/staff", operation_id = "nameStaff", tag = "Tickets",
    params(TicketKey),
    request_body = Named,
    responses((status = 201, description = "Whoever is named now.", body = PersonRef)),
)]
async fn name(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    Json(Named { user_id }): Json<Named>,
) -> Result<Response, Problem> {
    let id: PersonId = user_id.parse().map_err(|_| FieldError::new("userId", "is not the id of a person"))?;
    let named = desk.name_staff(&person, &key, &id).await?;
    Ok((StatusCode::CREATED, Answer(PersonRef::from(&named))).into_response())
}

/// Takes from a member of staff that they see a ticket while it is confidential.
#[utoipa::path(
    delete, path = "/api/support/tickets/{id}/staff/{person}", operation_id = "unnameStaff", tag = "Tickets",
    params(TicketKey, ("person" = PersonId, Path, description = "The id of a member of staff.")),
    responses((status = 204, description = "They are named no longer."), (status = 409, description = "They have the ticket, or nobody would see it.")),
)]
async fn unname(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Path((key, named)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let named: PersonId = named.parse().map_err(|_| Refusal::NotFound("named member of staff"))?;
    desk.unname_staff(&person, &key, &named).await?;
    Ok(StatusCode::NO_CONTENT)
}

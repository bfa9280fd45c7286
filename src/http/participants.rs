//! Letting people into a ticket and putting them out, for staff.
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json as Answer, Router};
use http::StatusCode;
use ruma::UserId;
use serde::Deserialize;

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

/// Longest Matrix id, in characters (Matrix specification, appendices, "User Identifiers").
const LONGEST_MATRIX_ID: usize = 255;

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/support/tickets/{id}/participants", post(add).delete(remove))
        .route("/api/support/tickets/{id}/staff", get(named).post(name))
        .route("/api/support/tickets/{id}/staff/{person}", delete(unname))
}

/// Somebody of the desk, or anybody on Matrix: one of the two.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Who {
    user_id: Option<String>,
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
                let id = text::line("matrixId", matrix, LONGEST_MATRIX_ID)?;
                let bad = |_| FieldError::new("matrixId", "is not a Matrix id of the form @name:server");
                Ok(Guest::Matrix(UserId::parse(id).map_err(bad)?))
            }
            (None, None) => Err(FieldError::new("userId", "must be given, or matrixId")),
            (Some(_), Some(_)) => Err(FieldError::new("matrixId", "does not go together with userId")),
        }
    }
}

/// Lets somebody in; their invitation into the room follows.
async fn add(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    Json(who): Json<Who>,
) -> Result<Response, Problem> {
    let guest = desk.add_participant(&person, &key, who.guest()?).await?;
    Ok((StatusCode::CREATED, Answer(Participant::seen_by(&person, &guest))).into_response())
}

/// Puts somebody out who was let in.
async fn remove(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
    Json(who): Json<Who>,
) -> Result<StatusCode, Problem> {
    desk.remove_participant(&person, &key, who.guest()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The members of staff who may see the ticket while it is confidential.
async fn named(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
) -> Result<Answer<List<PersonRef>>, Problem> {
    let items = desk.named_staff(&person, &key).await?.iter().map(PersonRef::from).collect();
    Ok(Answer(List { items, next_cursor: None }))
}

/// A member of staff.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Named {
    user_id: String,
}

/// Lets a member of staff see the ticket while it is confidential.
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

/// A member of staff may no longer see it while it is confidential.
async fn unname(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Path((key, named)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let named: PersonId = named.parse().map_err(|_| Refusal::NotFound("named member of staff"))?;
    desk.unname_staff(&person, &key, &named).await?;
    Ok(StatusCode::NO_CONTENT)
}

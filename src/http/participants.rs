//! Letting people into a ticket and putting them out, for staff.
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json as Answer, Router};
use http::StatusCode;
use ruma::UserId;
use serde::Deserialize;

use super::HttpState;
use super::extract::{SignedIn, TicketKey};
use super::json::Json;
use super::problem::Problem;
use crate::desk::{Desk, Guest};
use crate::domain::refusal::FieldError;
use crate::domain::text;
use crate::view::people::Participant;

/// Longest Matrix id, in characters (Matrix specification, appendices, "User Identifiers").
const LONGEST_MATRIX_ID: usize = 255;

pub fn routes() -> Router<HttpState> {
    Router::new().route("/api/support/tickets/{id}/participants", post(add).delete(remove))
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

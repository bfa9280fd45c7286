//! Many tickets at once, for staff: beginning, looking how far it is, stopping.
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json as Answer, Router};
use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Deserializer};

use super::HttpState;
use super::extract::SignedIn;
use super::finding::reader;
use super::json::Json;
use super::problem::Problem;
use super::repeats::Repeatable;
use crate::desk::Desk;
use crate::desk::bulk::Chosen;
use crate::desk::finding::query_of;
use crate::domain::Refusal;
use crate::domain::bulk::BulkDraft;
use crate::domain::filter::{Query, Realm, Sort, SortKey};
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::view::bulk::Job;

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/support/tickets/bulk", post(begin))
        .route("/api/jobs/{id}", get(one).delete(cancel))
        .route("/api/jobs/{id}/cancel", post(cancel))
}

/// What is to be done, and to which tickets: one of `ids` and `filter`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Bulk {
    action: String,
    #[serde(default, deserialize_with = "given")]
    user_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    team_id: Option<Option<String>>,
    status: Option<String>,
    resolution: Option<String>,
    add: Option<Vec<String>>,
    remove: Option<Vec<String>>,
    ids: Option<Vec<String>>,
    /// The text of a search box.
    filter: Option<String>,
}

fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// Begins; it follows by itself.
async fn begin(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Repeatable(asked): Repeatable,
    Json(bulk): Json<Bulk>,
) -> Result<Response, Problem> {
    person.sees_staff()?;
    let Bulk { action, user_id, team_id, status, resolution, add, remove, ids, filter } = bulk;
    let chosen = match (ids, filter) {
        (Some(ids), None) => Chosen::Named(ids),
        (None, Some(text)) => Chosen::Fitting(Box::new(fitting(&desk, &person, &text)?)),
        (None, None) => return Err(FieldError::new("ids", "must be given, or filter").into()),
        (Some(_), Some(_)) => return Err(FieldError::new("filter", "does not go together with ids").into()),
    };
    let draft = BulkDraft { action, user_id, team_id, status, resolution, add, remove };
    let job = desk.begin_bulk(&person, draft, chosen, asked.as_ref()).await?;
    let location = [(LOCATION, format!("/api/jobs/{}", job.id))];
    Ok((StatusCode::ACCEPTED, location, Answer(Job::new(job, Vec::new()))).into_response())
}

fn fitting(desk: &Desk, person: &Person, text: &str) -> Result<Query, Refusal> {
    let filter = reader(desk, person).read([("q", text)]).map_err(|refusal| match refusal {
        Refusal::Invalid(errors) => {
            Refusal::Invalid(errors.into_iter().map(|error| FieldError::new("filter", error.detail)).collect())
        }
        other => other,
    })?;
    query_of(person, Realm::Desk, filter, Sort::usual(SortKey::Created))
}

/// How far it is.
async fn one(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
) -> Result<Answer<Job>, Problem> {
    let (job, failures) = desk.bulk_job(&person, &id).await?;
    Ok(Answer(Job::new(job, failures)))
}

/// Stops it where it is.
async fn cancel(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
) -> Result<Answer<Job>, Problem> {
    let (job, failures) = desk.cancel_bulk(&person, &id).await?;
    Ok(Answer(Job::new(job, failures)))
}

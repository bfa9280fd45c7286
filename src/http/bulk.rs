//! Many tickets at once, for staff: beginning, looking how far it is, stopping.
use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

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
use crate::domain::ids::{BulkId, PersonId, TeamId};
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::domain::status::Status;
use crate::view::bulk::Job;
use crate::view::schemas::{BulkAction, Resolution, Tags, TicketKeys};

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(begin)).routes(routes!(one, stop)).routes(routes!(cancel))
}

/// What is to be done, and to which tickets: one of `ids` and `filter`.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewBulk)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Bulk {
    #[schema(value_type = BulkAction)]
    action: String,
    /// To `assign`: whose they become; `null` for nobody's.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<PersonId>)]
    user_id: Option<Option<String>>,
    /// To `assign`: which team gets them; `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<TeamId>)]
    team_id: Option<Option<String>>,
    /// Of the action `status`.
    #[schema(value_type = Option<Status>)]
    status: Option<String>,
    /// Of the actions `close` and `status`.
    #[schema(value_type = Option<Resolution>)]
    resolution: Option<String>,
    /// Of the action `tag`.
    #[schema(value_type = Option<Tags>)]
    add: Option<Vec<String>>,
    /// Of the action `tag`.
    #[schema(value_type = Option<Tags>)]
    remove: Option<Vec<String>>,
    /// Ids or numbers.
    #[schema(value_type = Option<TicketKeys>)]
    ids: Option<Vec<String>>,
    /// The text of a search box.
    filter: Option<String>,
}

fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// Begins doing something to many tickets, up to 10,000; it follows by itself.
///
/// The tickets are named by `ids`, or chosen by `filter`. Each is done by the rules of its own operations, in the name of whoever asks.
#[utoipa::path(
    post, path = "/api/support/tickets/bulk", operation_id = "beginBulk", tag = "Finding",
    request_body = Bulk,
    responses((status = 202, description = "The job that does it.", body = Job, headers(("Location" = String, description = "Where the job is.")))),
)]
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

/// Returns how far a bulk job is.
#[utoipa::path(
    get, path = "/api/jobs/{id}", operation_id = "getJob", tag = "Finding",
    params(("id" = BulkId, Path, description = "The id of a job.")),
    responses((status = 200, description = "The job as it is now.", body = Job)),
)]
async fn one(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
) -> Result<Answer<Job>, Problem> {
    let (job, failures) = desk.bulk_job(&person, &id).await?;
    Ok(Answer(Job::new(job, failures)))
}

/// Stops a bulk job where it is; what was done stays.
#[utoipa::path(
    post, path = "/api/jobs/{id}/cancel", operation_id = "cancelJob", tag = "Finding",
    params(("id" = BulkId, Path, description = "The id of a job.")),
    responses((status = 200, description = "The job as it is now.", body = Job)),
)]
async fn cancel(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
) -> Result<Answer<Job>, Problem> {
    let (job, failures) = desk.cancel_bulk(&person, &id).await?;
    Ok(Answer(Job::new(job, failures)))
}

/// Stops a bulk job where it is, as `POST …/cancel` does.
#[utoipa::path(
    delete, path = "/api/jobs/{id}", operation_id = "deleteJob", tag = "Finding",
    params(("id" = BulkId, Path, description = "The id of a job.")),
    responses((status = 200, description = "The job as it is now.", body = Job)),
)]
async fn stop(desk: State<Desk>, by: SignedIn, id: Path<String>) -> Result<Answer<Job>, Problem> {
    cancel(desk, by, id).await
}

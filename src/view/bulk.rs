//! What is done to many tickets.
use serde::Serialize;
use utoipa::ToSchema;

use super::schemas::{BulkAction, Resolution, Tags};
use super::{Moment, time};
use crate::domain::bulk::{BulkDraft, BulkFailure, BulkJob, BulkReason, BulkState};
use crate::domain::ids::{BulkId, PersonId, TeamId};
use crate::domain::status::Status;

/// How far it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkJob)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    pub id: BulkId,
    /// What is done, as it was asked for.
    #[schema(value_type = BulkRequest)]
    pub request: BulkDraft,
    /// running, done or cancelled.
    #[schema(value_type = BulkState)]
    pub state: &'static str,
    pub total: i64,
    /// With how many tickets it is through.
    pub done: i64,
    /// Of these, how many refused.
    pub failed: i64,
    /// The first hundred that refused.
    pub failures: Vec<Failure>,
    pub created_at: Moment,
    pub ended_at: Option<Moment>,
}

/// What was asked for: the action and the fields that were given with it.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct BulkRequest {
    pub action: BulkAction,
    pub user_id: Option<PersonId>,
    pub team_id: Option<TeamId>,
    #[schema(nullable = false)]
    pub status: Option<Status>,
    #[schema(nullable = false)]
    pub resolution: Option<Resolution>,
    #[schema(nullable = false)]
    pub add: Option<Tags>,
    #[schema(nullable = false)]
    pub remove: Option<Tags>,
}

/// A ticket to which it could not be done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkFailure)]
pub struct Failure {
    /// As it was given: an id or a number.
    pub ticket: String,
    /// not-found, forbidden, status, resolution, tags, internal or other.
    #[schema(value_type = BulkReason)]
    pub reason: &'static str,
    /// In words.
    pub detail: String,
}

impl Job {
    pub fn new(job: BulkJob, failures: Vec<BulkFailure>) -> Self {
        let failure =
            |BulkFailure { ticket, reason, why }: BulkFailure| Failure { ticket, reason: reason.as_str(), detail: why };
        Self {
            id: job.id,
            request: job.draft,
            state: job.state.as_str(),
            total: job.total,
            done: job.done,
            failed: job.failed,
            failures: failures.into_iter().map(failure).collect(),
            created_at: time(job.created_at),
            ended_at: job.ended_at.map(time),
        }
    }
}

//! What is done to many tickets.
use serde::Serialize;

use super::time;
use crate::domain::bulk::{BulkDraft, BulkFailure, BulkJob};
use crate::domain::ids::BulkId;

/// How far it is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    pub id: BulkId,
    /// What is done, as it was asked for.
    pub request: BulkDraft,
    /// running, done or cancelled.
    pub state: &'static str,
    pub total: i64,
    /// With how many tickets it is through.
    pub done: i64,
    /// Of these, how many refused.
    pub failed: i64,
    /// The first hundred that refused.
    pub failures: Vec<Failure>,
    pub created_at: String,
    pub ended_at: Option<String>,
}

/// A ticket to which it could not be done.
#[derive(Debug, Serialize)]
pub struct Failure {
    /// As it was given: an id or a number.
    pub ticket: String,
    pub detail: String,
}

impl Job {
    pub fn new(job: BulkJob, failures: Vec<BulkFailure>) -> Self {
        let failure = |failure: BulkFailure| Failure { ticket: failure.ticket, detail: failure.why };
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

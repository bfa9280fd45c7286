//! What came of a roster.
use serde::Serialize;
use utoipa::ToSchema;

use super::roster::Link;
use super::schemas::ImportOutcome;
use crate::desk::import::{Imported, Outcome};

/// A roster that was taken over, or looked at in a dry run.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    pub dry_run: bool,
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
    pub failed: usize,
    pub rows: Vec<Row>,
}

/// A line of the roster.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportRow)]
pub struct Row {
    /// Of the file, the headers being the first.
    pub line: u64,
    pub email: String,
    /// `created`, `updated`, `unchanged` or `failed`.
    #[schema(value_type = ImportOutcome)]
    pub outcome: &'static str,
    /// Why it failed.
    pub detail: Option<String>,
    /// To hand on to whoever was added.
    pub invitation: Option<Link>,
}

impl Import {
    pub fn new(imported: Vec<Imported>, dry_run: bool) -> Self {
        let rows: Vec<Row> = imported.into_iter().map(Row::from).collect();
        let count = |outcome: &str| rows.iter().filter(|row| row.outcome == outcome).count();
        let (created, updated, unchanged) = (count("created"), count("updated"), count("unchanged"));
        Self { dry_run, created, updated, unchanged, failed: count("failed"), rows }
    }
}

impl From<Imported> for Row {
    fn from(imported: Imported) -> Self {
        let (outcome, detail) = match imported.outcome {
            Outcome::Created => ("created", None),
            Outcome::Updated => ("updated", None),
            Outcome::Unchanged => ("unchanged", None),
            Outcome::Failed(why) => ("failed", Some(why)),
        };
        let invitation = imported.invitation.map(Link::from);
        Self { line: imported.line, email: imported.email, outcome, detail, invitation }
    }
}

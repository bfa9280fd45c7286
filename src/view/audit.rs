//! The audit log.
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::lists::List;
use super::people::{People, PersonRef};
use super::{Moment, cursor, time};
use crate::domain::audit::{self, Deed};
use crate::domain::ids::{AuditId, PersonId};

/// A line of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditLine)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    pub id: AuditId,
    /// `null` for what was done on the command line.
    pub actor: Option<PersonRef>,
    #[schema(value_type = Deed)]
    pub action: &'static str,
    /// The id of what it was done to.
    pub subject: Option<String>,
    /// What changed.
    pub details: Value,
    pub at: Moment,
}

/// Everybody whom these lines show.
pub fn people_of(lines: &[audit::Line]) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = lines.iter().filter_map(|line| line.actor.clone()).collect();
    people.sort();
    people.dedup();
    people
}

/// A page of the log; `more` says whether it goes on.
pub fn list(page: &[audit::Line], people: &People, more: bool) -> List<Line> {
    let line = |line: &audit::Line| Line {
        id: line.id.clone(),
        actor: line.actor.as_ref().map(|id| people.get(id)),
        action: line.deed.as_str(),
        subject: line.subject.clone(),
        details: line.details.clone(),
        at: time(line.at),
    };
    List {
        items: page.iter().map(line).collect(),
        next_cursor: page.last().filter(|_| more).map(|line| cursor::after_audit(&line.id)),
    }
}

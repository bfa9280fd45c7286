//! The audit log, for admins.
use axum::extract::State;
use axum::routing::get;
use axum::{Json as Answer, Router};

use super::HttpState;
use super::extract::{AuditPage, SignedIn};
use super::problem::Problem;
use crate::desk::Desk;
use crate::view;
use crate::view::audit::Line;
use crate::view::lists::List;

pub fn routes() -> Router<HttpState> {
    Router::new().route("/api/audit", get(log))
}

/// What was done, the latest first.
async fn log(State(desk): State<Desk>, SignedIn(by): SignedIn, page: AuditPage) -> Result<Answer<List<Line>>, Problem> {
    let mut lines = desk.audit_log(&by, &page.wanted, page.before.as_ref(), page.limit + 1).await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = lines.len() > limit;
    lines.truncate(limit);
    let people = desk.people_named(&view::audit::people_of(&lines)).await?.into();
    Ok(Answer(view::audit::list(&lines, &people, more)))
}

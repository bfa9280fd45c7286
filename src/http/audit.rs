//! The audit log, for admins.
use axum::Json as Answer;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{AuditPage, SignedIn};
use super::problem::Problem;
use crate::desk::Desk;
use crate::view;
use crate::view::audit::Line;
use crate::view::lists::List;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(log))
}

/// Lists what admins and staff did besides what tickets tell themselves, the latest first, for admins.
#[utoipa::path(
    get, path = "/api/audit", operation_id = "listAudit", tag = "Desk",
    params(AuditPage),
    responses((status = 200, description = "A page of the log.", body = List<Line>)),
)]
async fn log(State(desk): State<Desk>, SignedIn(by): SignedIn, page: AuditPage) -> Result<Answer<List<Line>>, Problem> {
    let mut lines = desk.audit_log(&by, &page.wanted, page.before.as_ref(), page.limit + 1).await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = lines.len() > limit;
    lines.truncate(limit);
    let people = desk.people_named(&view::audit::people_of(&lines)).await?.into();
    Ok(Answer(view::audit::list(&lines, &people, more)))
}

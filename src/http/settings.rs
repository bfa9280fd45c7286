//! What clients need to know of the desk before they ask it for anything.
use axum::Json as Answer;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::SignedIn;
use crate::desk::Desk;
use crate::domain::opening::{Impact, StudentPriority};
use crate::domain::status::Status;
use crate::domain::tickets::{Category, Priority};
use crate::view::settings;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(shown))
}

/// Returns how this desk works, as its operator decided.
#[utoipa::path(
    get, path = "/api/support/settings", operation_id = "getSettings", tag = "Desk",
    responses((status = 200, description = "What clients need to know before they ask for anything.", body = settings::Settings)),
)]
async fn shown(State(desk): State<Desk>, SignedIn(_): SignedIn) -> Answer<settings::Settings> {
    let tickets = &desk.settings().tickets;
    let impact = |impact: Impact| settings::Impact { impact: impact.as_str(), priority: impact.priority().as_str() };
    Answer(settings::Settings {
        categories: Category::ALL.map(Category::as_str).to_vec(),
        priorities: Priority::ALL.map(Priority::as_str).to_vec(),
        statuses: Status::ALL.map(Status::as_str).to_vec(),
        student_priority: match tickets.student_priority {
            StudentPriority::Choose => "choose",
            StudentPriority::Impact => "impact",
        },
        impacts: Impact::ALL.map(impact).to_vec(),
        reopen_days: tickets.reopen_window.num_days(),
        auto_close_days: tickets.auto_close.map(|auto| auto.after.num_days()),
        auto_close_warning_days: tickets.auto_close.map(|auto| auto.warning.num_days()),
        max_file_size: desk.files().settings().limit,
    })
}

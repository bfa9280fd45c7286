//! Numbers about tickets: of now and of a period, by day, by agent.
use axum::Json as Answer;
use axum::extract::{FromRequestParts, State};
use chrono::NaiveDate;
use http::request::Parts;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{SignedIn, query};
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::stats::{Asked, Filter};
use crate::domain::opening::one_of;
use crate::domain::refusal::FieldError;
use crate::domain::text;
use crate::domain::tickets::{Category, Priority};
use crate::domain::zones::Zone;
use crate::view::stats::{self, AgentStats, Backlog, DayStats, Frame, Stats};

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(all)).routes(routes!(days)).routes(routes!(agents)).routes(routes!(backlog))
}

const PERIOD: [&str; 3] = ["from", "to", "zone"];
const FILTERS: [&str; 4] = ["category", "priority", "team", "assignee"];

/// `?from=&to=&zone=` and one of `category`, `priority`, `team` and `assignee`.
pub struct AskedAll(Asked);

/// `?from=&to=&zone=`.
pub struct AskedPeriod(Asked);

/// One of `category`, `priority`, `team` and `assignee`.
pub struct AskedNow(Filter);

impl FromRequestParts<HttpState> for AskedAll {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        Ok(Self(asked(parts, &[&PERIOD[..], &FILTERS].concat())?))
    }
}

impl FromRequestParts<HttpState> for AskedPeriod {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        Ok(Self(asked(parts, &PERIOD)?))
    }
}

impl FromRequestParts<HttpState> for AskedNow {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        Ok(Self(asked(parts, &FILTERS)?.filter))
    }
}

fn asked(parts: &Parts, known: &[&str]) -> Result<Asked, Problem> {
    let query = query(parts, known)?;
    let day = |name: &str| {
        let day = |text: &String| text.parse::<NaiveDate>().ok().filter(|_| text.len() == "2026-01-31".len());
        let read = |text| day(text).ok_or_else(|| FieldError::new(name, "must be a day such as 2026-01-31"));
        query.get(name).map(read).transpose()
    };
    let zone = |name: &String| {
        Zone::parse(name).ok_or_else(|| {
            FieldError::new("zone", "must be a time zone of the IANA database, such as Europe/Berlin, or +05:30")
        })
    };
    let mut filter = Filter::All;
    for name in FILTERS {
        let Some(value) = query.get(name) else { continue };
        if filter != Filter::All {
            return Err(FieldError::new(name, "does not go together with another filter").into());
        }
        filter = filter_by(name, value)?;
    }
    Ok(Asked { zone: query.get("zone").map(zone).transpose()?, from: day("from")?, to: day("to")?, filter })
}

fn filter_by(name: &str, value: &str) -> Result<Filter, FieldError> {
    Ok(match name {
        "category" => {
            let category = Category::parse(value);
            Filter::Category(category.ok_or_else(|| one_of(name, Category::ALL.map(Category::as_str)))?)
        }
        "priority" => {
            let priority = Priority::parse(value);
            Filter::Priority(priority.ok_or_else(|| one_of(name, Priority::ALL.map(Priority::as_str)))?)
        }
        "team" => Filter::Team(text::line(name, value, text::NAME_LIMIT)?),
        _ => Filter::Assignee(value.parse().map_err(|_| FieldError::new(name, "is not the id of a person"))?),
    })
}

/// Returns the numbers of now and of a period, beside those of the period before.
#[utoipa::path(
    get, path = "/api/support/stats", operation_id = "getStats", tag = "Statistics",
    params(AskedAll),
    responses((status = 200, description = "Everything but what is about single agents.", body = Stats)),
)]
async fn all(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    AskedAll(asked): AskedAll,
) -> Result<Answer<Stats>, Problem> {
    let stats = desk.stats(&person, &asked).await?;
    let people = desk.people_named(&stats::people_of(&stats.now)).await?.into();
    Ok(Answer(Stats::new(&stats, &people, desk.clock().now())))
}

/// Returns what was opened, resolved and reopened on each day.
#[utoipa::path(
    get, path = "/api/support/stats/days", operation_id = "getStatsByDay", tag = "Statistics",
    params(AskedAll),
    responses((status = 200, description = "A line for each day of the period.", body = DayStats)),
)]
async fn days(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    AskedAll(asked): AskedAll,
) -> Result<Answer<DayStats>, Problem> {
    let (period, days) = desk.stats_of_days(&person, &asked).await?;
    Ok(Answer(DayStats { frame: Frame::new(&period, desk.clock().now()), days: stats::days(&days) }))
}

/// Returns what each member of staff did, for admins; instructors see themselves.
#[utoipa::path(
    get, path = "/api/support/stats/agents", operation_id = "getStatsByAgent", tag = "Statistics",
    params(AskedPeriod),
    responses((status = 200, description = "A line for each member of staff.", body = AgentStats)),
)]
async fn agents(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    AskedPeriod(asked): AskedPeriod,
) -> Result<Answer<AgentStats>, Problem> {
    let (period, agents) = desk.stats_of_agents(&person, &asked).await?;
    let frame = Frame::new(&period, desk.clock().now());
    Ok(Answer(AgentStats { frame, agents: agents.iter().map(Into::into).collect() }))
}

/// Returns what is not done, by age.
#[utoipa::path(
    get, path = "/api/support/stats/backlog", operation_id = "getBacklog", tag = "Statistics",
    params(AskedNow),
    responses((status = 200, description = "How many there are of each age.", body = Backlog)),
)]
async fn backlog(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    AskedNow(filter): AskedNow,
) -> Result<Answer<Backlog>, Problem> {
    Ok(Answer(desk.stats_of_now(&person, &filter).await?.backlog.into()))
}

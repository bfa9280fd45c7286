//! Teams: for staff to see, for admins to manage.
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json as Answer, Router};
use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;

use super::HttpState;
use super::extract::SignedIn;
use super::json::Json;
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::teams::TeamChange;
use crate::domain::Refusal;
use crate::domain::ids::TeamId;
use crate::domain::opening::one_of;
use crate::domain::refusal::FieldError;
use crate::domain::text;
use crate::domain::tickets::Category;
use crate::domain::{ids::PersonId, teams};
use crate::view::lists::List;
use crate::view::teams::Team;

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/teams", get(list).post(create))
        .route("/api/teams/{id}", get(one).patch(change).delete(retire))
}

fn team_id(key: &str) -> Result<TeamId, Refusal> {
    key.parse().map_err(|_| Refusal::NotFound("team"))
}

async fn shown(desk: &Desk, team: &teams::Team) -> Result<Team, Problem> {
    Ok(Team::new(team, &desk.people_named(&team.members).await?.into()))
}

/// Every team.
async fn list(State(desk): State<Desk>, SignedIn(by): SignedIn) -> Result<Answer<List<Team>>, Problem> {
    let teams = desk.teams(&by).await?;
    let mut people: Vec<PersonId> = teams.iter().flat_map(|team| team.members.clone()).collect();
    people.sort();
    people.dedup();
    let people = desk.people_named(&people).await?.into();
    Ok(Answer(List { items: teams.iter().map(|team| Team::new(team, &people)).collect(), next_cursor: None }))
}

/// One team, also one that is retired.
async fn one(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(key): Path<String>,
) -> Result<Answer<Team>, Problem> {
    by.sees_staff()?;
    Ok(Answer(shown(&desk, &desk.team(&by, &team_id(&key)?).await?).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Route {
    category: String,
    context: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    name: Option<String>,
    members: Option<Vec<String>>,
    routes: Option<Vec<Route>>,
}

impl Fields {
    fn check(self) -> Result<TeamChange, Refusal> {
        let mut errors = Vec::new();
        let mut members = Vec::new();
        for (index, id) in self.members.iter().flatten().enumerate() {
            match id.parse() {
                Ok(id) => members.push(id),
                Err(_) => errors.push(at(format!("/members/{index}"), "is not the id of a person".to_owned())),
            }
        }
        let mut routes = Vec::new();
        for (index, Route { category, context }) in self.routes.iter().flatten().enumerate() {
            let known = Category::parse(category).ok_or_else(|| {
                let detail = one_of("", Category::ALL.map(Category::as_str)).detail;
                at(format!("/routes/{index}/category"), detail)
            });
            let context = context.as_deref().filter(|context| !context.trim().is_empty());
            let context = context.map(|context| text::line("", context, text::CONTEXT_LIMIT)).transpose();
            let context = context.map_err(|error| at(format!("/routes/{index}/context"), error.detail));
            match (known, context) {
                (Ok(category), Ok(context)) => routes.push(teams::Route { category, context }),
                (known, context) => errors.extend(known.err().into_iter().chain(context.err())),
            }
        }
        if !errors.is_empty() {
            return Err(Refusal::Invalid(errors));
        }
        let (members, routes) = (self.members.map(|_| members), self.routes.map(|_| routes));
        Ok(TeamChange { name: self.name, members, routes })
    }
}

fn at(pointer: String, detail: String) -> FieldError {
    FieldError { pointer, detail }
}

/// Adds a team.
async fn create(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Json(fields): Json<Fields>,
) -> Result<Response, Problem> {
    by.manages_people()?;
    let team = desk.create_team(&by, fields.check()?).await?;
    let location = [(LOCATION, format!("/api/teams/{}", team.id))];
    Ok((StatusCode::CREATED, location, Answer(shown(&desk, &team).await?)).into_response())
}

/// Changes what is given of a team.
async fn change(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(key): Path<String>,
    Json(fields): Json<Fields>,
) -> Result<Answer<Team>, Problem> {
    by.manages_people()?;
    let team = desk.change_team(&by, &team_id(&key)?, fields.check()?).await?;
    Ok(Answer(shown(&desk, &team).await?))
}

/// A team gets no tickets any longer.
async fn retire(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    by.manages_people()?;
    desk.retire_team(&by, &team_id(&key)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Teams: for staff to see, for admins to manage.
use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

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
use crate::view::schemas::{ContextOrNone, Name};
use crate::view::teams::Team;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(one, change, retire))
}

fn team_id(key: &str) -> Result<TeamId, Refusal> {
    key.parse().map_err(|_| Refusal::NotFound("team"))
}

async fn shown(desk: &Desk, team: &teams::Team) -> Result<Team, Problem> {
    Ok(Team::new(team, &desk.people_named(&team.members).await?.into()))
}

/// Lists every team, for staff.
#[utoipa::path(
    get, path = "/api/teams", operation_id = "listTeams", tag = "Teams",
    responses((status = 200, description = "Every team, retired ones too.", body = List<Team>)),
)]
async fn list(State(desk): State<Desk>, SignedIn(by): SignedIn) -> Result<Answer<List<Team>>, Problem> {
    let teams = desk.teams(&by).await?;
    let mut people: Vec<PersonId> = teams.iter().flat_map(|team| team.members.clone()).collect();
    people.sort();
    people.dedup();
    let people = desk.people_named(&people).await?.into();
    Ok(Answer(List { items: teams.iter().map(|team| Team::new(team, &people)).collect(), next_cursor: None }))
}

/// Returns one team, also one that is retired, for staff.
#[utoipa::path(
    get, path = "/api/teams/{id}", operation_id = "getTeam", tag = "Teams",
    params(("id" = TeamId, Path, description = "The id of a team.")),
    responses((status = 200, description = "The team.", body = Team)),
)]
async fn one(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(key): Path<String>,
) -> Result<Answer<Team>, Problem> {
    by.sees_staff()?;
    Ok(Answer(shown(&desk, &desk.team(&by, &team_id(&key)?).await?).await?))
}

/// New tickets that a team is to get: of a category, in one context or in any.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewTeamRoute)]
#[serde(deny_unknown_fields)]
struct Route {
    #[schema(value_type = Category)]
    category: String,
    #[schema(value_type = Option<ContextOrNone>)]
    context: Option<String>,
}

/// What a team is to be; what is left out stays. A new team needs a name.
#[derive(Deserialize, ToSchema)]
#[schema(as = TeamFields)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[schema(value_type = Option<Name>)]
    name: Option<String>,
    /// Everybody who is in it then; staff alone.
    #[schema(value_type = Option<Vec<PersonId>>)]
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

/// Adds a team, for admins.
#[utoipa::path(
    post, path = "/api/teams", operation_id = "createTeam", tag = "Teams",
    request_body = Fields,
    responses(
        (status = 201, description = "The team.", body = Team, headers(("Location" = String, description = "Where the team is."))),
        (status = 409, description = "Another team has the name."),
    ),
)]
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

/// Changes what is given of a team, for admins.
#[utoipa::path(
    patch, path = "/api/teams/{id}", operation_id = "changeTeam", tag = "Teams",
    params(("id" = TeamId, Path, description = "The id of a team.")),
    request_body = Fields,
    responses((status = 200, description = "The team as it is now.", body = Team), (status = 409, description = "Another team has the name, or this one is retired.")),
)]
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

/// Retires a team: it keeps its tickets, and gets no others.
#[utoipa::path(
    delete, path = "/api/teams/{id}", operation_id = "retireTeam", tag = "Teams",
    params(("id" = TeamId, Path, description = "The id of a team.")),
    responses((status = 204, description = "It is retired.")),
)]
async fn retire(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    by.manages_people()?;
    desk.retire_team(&by, &team_id(&key)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

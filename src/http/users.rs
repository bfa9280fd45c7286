//! People for those who manage them, and staff for those who give tickets away.
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json as Answer, Router};
use http::StatusCode;
use http::header::LOCATION;
use ruma::{OwnedUserId, UserId};
use serde::Deserialize;

use super::HttpState;
use super::extract::{DryRun, PeoplePage, Search, SignedIn};
use super::json::{self, Json, Table};
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::people::NewAccount;
use crate::desk::roster::PersonChange;
use crate::domain::Refusal;
use crate::domain::ids::{PersonId, TeamId};
use crate::domain::people::Role;
use crate::domain::refusal::FieldError;
use crate::view::import::Import;
use crate::view::lists::List;
use crate::view::roster::{self, Assignable, Created, Link, User};

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/users", get(list).post(create))
        .route("/api/users/assignable", get(assignable))
        .route("/api/users/import", post(import).layer(DefaultBodyLimit::disable()))
        .route("/api/users/{id}", get(one).patch(change))
        .route("/api/users/{id}/password-reset", post(reset_password))
}

/// Everybody who is wanted, disabled people too.
async fn list(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    page: PeoplePage,
) -> Result<Answer<List<User>>, Problem> {
    let people = desk.people_page(&by, &page.wanted, page.after.as_ref(), page.limit + 1).await?;
    Ok(Answer(roster::list(&people, page.limit)))
}

/// Staff to whom a ticket can be given.
async fn assignable(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Search(search): Search,
) -> Result<Answer<List<Assignable>>, Problem> {
    let items = desk.assignable(&by, &search).await?.iter().map(Assignable::from).collect();
    Ok(Answer(List { items, next_cursor: None }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewUser {
    name: Option<String>,
    email: Option<String>,
    role: Option<String>,
    matrix_id: Option<String>,
    password: Option<String>,
}

/// Adds somebody; without a password, with an invitation to hand on.
async fn create(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Json(new): Json<NewUser, { json::SMALL }>,
) -> Result<Response, Problem> {
    let account = NewAccount {
        email: new.email.unwrap_or_default(),
        display_name: new.name.unwrap_or_default(),
        role: role(new.role.as_deref().unwrap_or("student"))?,
        password: new.password,
        matrix_id: new.matrix_id.as_deref().map(matrix_id).transpose()?,
    };
    let (person, invitation) = desk.create_person(&by, account).await?;
    let location = [(LOCATION, format!("/api/users/{}", person.person.id))];
    let created = Created { user: User::from(&person), invitation: invitation.map(Link::from) };
    Ok((StatusCode::CREATED, location, Answer(created)).into_response())
}

fn role(name: &str) -> Result<Role, FieldError> {
    let known = Role::ALL.map(Role::as_str).join(", ");
    Role::parse(name).ok_or_else(|| FieldError::new("role", format!("is not a role; expected one of: {known}")))
}

fn matrix_id(text: &str) -> Result<OwnedUserId, FieldError> {
    UserId::parse(text).map_err(|_| FieldError::new("matrixId", "is not a Matrix id such as @ann:example.org"))
}

fn person_id(key: &str) -> Result<PersonId, Refusal> {
    key.parse().map_err(|_| Refusal::NotFound("person"))
}

/// Takes people over from a roster, or says what would come of it.
async fn import(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    DryRun(is_dry): DryRun,
    Table(text): Table,
) -> Result<Answer<Import>, Problem> {
    let imported = desk.import_people(&by, &text, is_dry).await?;
    Ok(Answer(Import::new(imported, is_dry)))
}

/// One person.
async fn one(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(key): Path<String>,
) -> Result<Answer<User>, Problem> {
    by.manages_people()?;
    Ok(Answer(User::from(&desk.listed(&by, &person_id(&key)?).await?)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Changes {
    name: Option<String>,
    role: Option<String>,
    disabled: Option<bool>,
    teams: Option<Vec<String>>,
}

/// Changes what is given of somebody.
async fn change(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(key): Path<String>,
    Json(changes): Json<Changes, { json::SMALL }>,
) -> Result<Answer<User>, Problem> {
    by.manages_people()?;
    let role = changes.role.as_deref().map(role).transpose()?;
    let team = |(index, id): (usize, String)| {
        let wrong = |_| FieldError { pointer: format!("/teams/{index}"), detail: "is not the id of a team".to_owned() };
        id.parse().map_err(wrong)
    };
    let teams = changes.teams.map(|ids| ids.into_iter().enumerate().map(team).collect::<Result<Vec<TeamId>, _>>());
    let teams = teams.transpose()?;
    let change = PersonChange { display_name: changes.name, role, disabled: changes.disabled, teams };
    Ok(Answer(User::from(&desk.change_person(&by, &person_id(&key)?, change).await?)))
}

/// A link with which somebody chooses another password, to hand on to them.
async fn reset_password(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(key): Path<String>,
) -> Result<(StatusCode, Answer<Link>), Problem> {
    by.manages_people()?;
    let given = desk.reset_password_of(&by, &person_id(&key)?).await?;
    Ok((StatusCode::CREATED, Answer(given.into())))
}

//! People for those who manage them, and staff for those who give tickets away.
use axum::Json as Answer;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use ruma::{OwnedUserId, UserId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

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
use crate::view::schemas::{MatrixId, Name, Password};

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(assignable))
        .routes(routes!(import).layer(DefaultBodyLimit::disable()))
        .routes(routes!(one, change))
        .routes(routes!(reset_password))
}

/// Lists everybody who is wanted, disabled people too, for admins.
#[utoipa::path(
    get, path = "/api/users", operation_id = "listUsers", tag = "People",
    params(PeoplePage),
    responses((status = 200, description = "A page of people, by name.", body = List<User>)),
)]
async fn list(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    page: PeoplePage,
) -> Result<Answer<List<User>>, Problem> {
    let people = desk.people_page(&by, &page.wanted, page.after.as_ref(), page.limit + 1).await?;
    Ok(Answer(roster::list(&people, page.limit)))
}

/// Lists staff to whom a ticket can be given, for staff.
#[utoipa::path(
    get, path = "/api/users/assignable", operation_id = "listAssignable", tag = "People",
    params(Search),
    responses((status = 200, description = "At most fifty, those with the fewest open tickets first.", body = List<Assignable>)),
)]
async fn assignable(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Search(search): Search,
) -> Result<Answer<List<Assignable>>, Problem> {
    let items = desk.assignable(&by, &search).await?.iter().map(Assignable::from).collect();
    Ok(Answer(List { items, next_cursor: None }))
}

/// Somebody to add.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewUser {
    #[schema(value_type = Name)]
    name: Option<String>,
    #[schema(value_type = String, examples("ann.lee@example.org"))]
    email: Option<String>,
    /// Usually `student`.
    #[schema(value_type = Option<Role>)]
    role: Option<String>,
    /// Their own account on Matrix, if they have one.
    #[schema(value_type = Option<MatrixId>)]
    matrix_id: Option<String>,
    /// Without one they are invited.
    #[schema(value_type = Option<Password>)]
    password: Option<String>,
}

/// Adds somebody; without a password, with an invitation to hand on.
#[utoipa::path(
    post, path = "/api/users", operation_id = "createUser", tag = "People",
    request_body = NewUser,
    responses(
        (status = 201, description = "The person; the token of the invitation is told here alone.", body = Created, headers(("Location" = String, description = "Where the person is."))),
        (status = 409, description = "Somebody has the address or the Matrix id already."),
    ),
)]
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
///
/// The table has a header with `email` and `name`, and may have `role` and `teams`. Each line is taken or refused by itself.
#[utoipa::path(
    post, path = "/api/users/import", operation_id = "importUsers", tag = "People",
    params(DryRun),
    request_body(content = String, content_type = "text/csv", description = "RFC 4180, in UTF-8."),
    responses((status = 200, description = "What came of each line.", body = Import)),
)]
async fn import(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    DryRun(is_dry): DryRun,
    Table(text): Table,
) -> Result<Answer<Import>, Problem> {
    let imported = desk.import_people(&by, &text, is_dry).await?;
    Ok(Answer(Import::new(imported, is_dry)))
}

/// Returns one person, for admins.
#[utoipa::path(
    get, path = "/api/users/{id}", operation_id = "getUser", tag = "People",
    params(("id" = PersonId, Path, description = "The id of a person.")),
    responses((status = 200, description = "The person.", body = User)),
)]
async fn one(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(key): Path<String>,
) -> Result<Answer<User>, Problem> {
    by.manages_people()?;
    Ok(Answer(User::from(&desk.listed(&by, &person_id(&key)?).await?)))
}

/// What is to be different; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = UserChanges)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Changes {
    #[schema(value_type = Option<Name>)]
    name: Option<String>,
    #[schema(value_type = Option<Role>)]
    role: Option<String>,
    /// Whether they may sign in no longer.
    disabled: Option<bool>,
    /// Every team they are in then, for staff.
    #[schema(value_type = Option<Vec<TeamId>>)]
    teams: Option<Vec<String>>,
}

/// Changes what is given of somebody: name, role, teams, and whether they may sign in.
#[utoipa::path(
    patch, path = "/api/users/{id}", operation_id = "changeUser", tag = "People",
    params(("id" = PersonId, Path, description = "The id of a person.")),
    request_body = Changes,
    responses((status = 200, description = "The person as they are now.", body = User), (status = 409, description = "It would leave the desk without an admin, or is about oneself.")),
)]
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

/// Makes a link with which somebody chooses another password, to hand on to them.
#[utoipa::path(
    post, path = "/api/users/{id}/password-reset", operation_id = "resetPassword", tag = "People",
    params(("id" = PersonId, Path, description = "The id of a person.")),
    responses((status = 201, description = "The link, which is told here alone.", body = Link), (status = 409, description = "They have no address to sign in with.")),
)]
async fn reset_password(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(key): Path<String>,
) -> Result<(StatusCode, Answer<Link>), Problem> {
    by.manages_people()?;
    let given = desk.reset_password_of(&by, &person_id(&key)?).await?;
    Ok((StatusCode::CREATED, Answer(given.into())))
}

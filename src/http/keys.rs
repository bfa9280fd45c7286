//! Keys of programs, for admins.
use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::SignedIn;
use super::json::{self, Json};
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::api_keys::NewKey;
use crate::domain::Refusal;
use crate::domain::api_keys::Scope;
use crate::domain::ids::{ApiKeyId, PersonId};
use crate::domain::opening::one_of;
use crate::domain::refusal::FieldError;
use crate::view;
use crate::view::keys::{Created, Key};
use crate::view::lists::List;
use crate::view::schemas::{KeyDays, Name};

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
}

/// Lists every API key, the latest first, for admins.
#[utoipa::path(
    get, path = "/api/keys", operation_id = "listKeys", tag = "API keys",
    responses((status = 200, description = "Every key, without its secret.", body = List<Key>)),
)]
async fn list(State(desk): State<Desk>, SignedIn(by): SignedIn) -> Result<Answer<List<Key>>, Problem> {
    let keys = desk.keys(&by).await?;
    let people = desk.people_named(&view::keys::people_of(&keys)).await?.into();
    Ok(Answer(List { items: keys.iter().map(|key| Key::new(key, &people)).collect(), next_cursor: None }))
}

/// A key to make.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewKey)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    #[schema(value_type = Name)]
    name: Option<String>,
    /// As whom it acts; usually whoever makes it.
    #[schema(value_type = Option<PersonId>)]
    user_id: Option<String>,
    #[serde(default)]
    #[schema(value_type = Vec<Scope>, required = true)]
    scopes: Vec<String>,
    /// How long it is good; usually a year.
    #[schema(value_type = Option<KeyDays>)]
    days: Option<i64>,
}

/// Makes an API key, which is told here alone.
#[utoipa::path(
    post, path = "/api/keys", operation_id = "createKey", tag = "API keys",
    request_body = Wanted,
    responses((status = 201, description = "The key with its secret.", body = Created)),
)]
async fn create(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Json(wanted): Json<Wanted, { json::SMALL }>,
) -> Result<Response, Problem> {
    by.manages_people()?;
    let scope = |(index, name): (usize, &String)| {
        let detail = || one_of("", Scope::ALL.map(Scope::as_str)).detail;
        Scope::parse(name).ok_or_else(|| FieldError { pointer: format!("/scopes/{index}"), detail: detail() })
    };
    let scopes = wanted.scopes.iter().enumerate().map(scope).collect::<Result<_, _>>()?;
    let person: Option<PersonId> = wanted
        .user_id
        .map(|id| id.parse())
        .transpose()
        .map_err(|_| FieldError::new("userId", "is not the id of a person"))?;
    let new = NewKey { name: wanted.name.unwrap_or_default(), person, scopes, days: wanted.days };
    let (key, secret) = desk.create_key(&by, new).await?;
    let people = desk.people_named(&view::keys::people_of(std::slice::from_ref(&key))).await?.into();
    Ok((StatusCode::CREATED, Answer(Created { key: Key::new(&key, &people), secret })).into_response())
}

/// Ends an API key at once.
#[utoipa::path(
    delete, path = "/api/keys/{id}", operation_id = "revokeKey", tag = "API keys",
    params(("id" = ApiKeyId, Path, description = "The id of a key.")),
    responses((status = 204, description = "It is good for nothing any longer.")),
)]
async fn revoke(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    by.manages_people()?;
    desk.revoke_key(&by, &id.parse().map_err(|_| Refusal::NotFound("key"))?).await?;
    Ok(StatusCode::NO_CONTENT)
}

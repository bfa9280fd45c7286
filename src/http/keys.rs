//! Keys of programs, for admins.
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json as Answer, Router};
use http::StatusCode;
use serde::Deserialize;

use super::HttpState;
use super::extract::SignedIn;
use super::json::{self, Json};
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::api_keys::NewKey;
use crate::domain::Refusal;
use crate::domain::api_keys::Scope;
use crate::domain::ids::PersonId;
use crate::domain::opening::one_of;
use crate::domain::refusal::FieldError;
use crate::view;
use crate::view::keys::{Created, Key};
use crate::view::lists::List;

pub fn routes() -> Router<HttpState> {
    Router::new().route("/api/keys", get(list).post(create)).route("/api/keys/{id}", delete(revoke))
}

/// Every key, the latest first.
async fn list(State(desk): State<Desk>, SignedIn(by): SignedIn) -> Result<Answer<List<Key>>, Problem> {
    let keys = desk.keys(&by).await?;
    let people = desk.people_named(&view::keys::people_of(&keys)).await?.into();
    Ok(Answer(List { items: keys.iter().map(|key| Key::new(key, &people)).collect(), next_cursor: None }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    name: Option<String>,
    user_id: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
    days: Option<i64>,
}

/// Makes a key, which is told here alone.
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

/// Ends a key at once.
async fn revoke(
    State(desk): State<Desk>,
    SignedIn(by): SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    by.manages_people()?;
    desk.revoke_key(&by, &id.parse().map_err(|_| Refusal::NotFound("key"))?).await?;
    Ok(StatusCode::NO_CONTENT)
}

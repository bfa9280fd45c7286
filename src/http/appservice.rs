//! The endpoints by which the homeserver reaches us (application-service API, version 1).
//!
//! Push is no source of messages: it loses some whenever the homeserver restarts, and has no order across the hole.
//! It brings what the bot's sync cannot, and its own heartbeat proves that it works.
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use http::{StatusCode, header};
use ruma::{OwnedRoomAliasId, OwnedUserId};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use crate::desk::Bridge;
use crate::desk::bridge::Attempt;
use crate::matrix::ephemeral;

/// The most a transaction may hold: 100 events of 64 KiB and as many ephemeral ones fit well.
const LIMIT: usize = 32 * 1024 * 1024;

/// The routes of the application service; every one of them demands the `hs_token`.
pub fn router(bridge: Bridge, hs_token: &str) -> Router {
    let token: Arc<str> = hs_token.into();
    Router::new()
        .route("/_matrix/app/v1/transactions/{txn_id}", put(transaction))
        .route("/_matrix/app/v1/users/{user_id}", get(user))
        .route("/_matrix/app/v1/rooms/{alias}", get(alias))
        .route("/_matrix/app/v1/ping", post(ping))
        .fallback(|| async { matrix_error(StatusCode::NOT_FOUND, "M_UNRECOGNIZED", "no such endpoint") })
        .layer(DefaultBodyLimit::max(LIMIT))
        // Before anything of the body is read.
        .layer(middleware::from_fn_with_state(token, only_the_homeserver))
        .with_state(bridge)
}

async fn only_the_homeserver(State(token): State<Arc<str>>, request: Request<Body>, next: Next) -> Response {
    let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match shown.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(shown) if bool::from(shown.as_bytes().ct_eq(token.as_bytes())) => next.run(request).await,
        Some(_) => matrix_error(StatusCode::FORBIDDEN, "M_FORBIDDEN", "the hs_token is another"),
        None => matrix_error(StatusCode::UNAUTHORIZED, "M_UNAUTHORIZED", "the hs_token is missing"),
    }
}

#[derive(Deserialize)]
struct Transaction {
    #[serde(default)]
    events: Vec<Box<RawValue>>,
    /// Whatever it is: nothing of it is worth refusing the events for.
    ephemeral: Option<Box<RawValue>>,
}

impl Transaction {
    fn typing(&self) -> Vec<ephemeral::Typing> {
        let events = self.ephemeral.as_deref().and_then(|events| serde_json::from_str(events.get()).ok());
        let events: Vec<Box<RawValue>> = events.unwrap_or_default();
        events.iter().filter_map(|event| ephemeral::typing(event)).collect()
    }
}

async fn transaction(State(bridge): State<Bridge>, Path(_txn_id): Path<String>, body: Bytes) -> Response {
    match serde_json::from_slice::<Transaction>(&body) {
        Ok(transaction) => {
            bridge.pushed(&transaction.events);
            if let Err(error) = bridge.pushed_typing(&transaction.typing()).await {
                tracing::debug!(%error, "typing notices got lost");
            }
            Json(json!({})).into_response()
        }
        Err(error) => matrix_error(StatusCode::BAD_REQUEST, "M_BAD_JSON", &error.to_string()),
    }
}

async fn user(State(bridge): State<Bridge>, Path(user): Path<OwnedUserId>) -> Response {
    exists(bridge.user_is_wanted(&user).await)
}

async fn alias(State(bridge): State<Bridge>, Path(alias): Path<OwnedRoomAliasId>) -> Response {
    exists(bridge.alias_is_wanted(&alias).await)
}

async fn ping() -> Json<Value> {
    Json(json!({}))
}

fn exists(answer: Result<bool, Attempt>) -> Response {
    match answer {
        Ok(true) => Json(json!({})).into_response(),
        Ok(false) => matrix_error(StatusCode::NOT_FOUND, "M_NOT_FOUND", "the desk has no such thing"),
        Err(error) => {
            tracing::warn!(%error, "a query of the homeserver could not be answered");
            matrix_error(StatusCode::INTERNAL_SERVER_ERROR, "M_UNKNOWN", "the desk cannot tell at present")
        }
    }
}

/// A refusal in Matrix's error form.
fn matrix_error(status: StatusCode, errcode: &str, error: &str) -> Response {
    (status, Json(json!({"errcode": errcode, "error": error}))).into_response()
}

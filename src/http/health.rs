//! For balancers and monitors: is the process alive, can it serve, what are its numbers.
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;

use super::HttpState;
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::health::{Health, NotReady};
use crate::desk::metrics::{self, Metrics};
use crate::domain::Refusal;

pub fn routes() -> Router<HttpState> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", get(numbers))
}

#[derive(Serialize)]
struct Alive {
    status: &'static str,
}

#[derive(Serialize)]
struct Ready {
    /// `ready` or `not-ready`.
    status: &'static str,
    /// Why this process cannot serve: `database`, `migrations` or `shutting-down`.
    reason: Option<&'static str>,
    /// What the desk does without at present, for example `matrix`.
    degraded: Vec<&'static str>,
}

/// The process runs.
async fn alive() -> Json<Alive> {
    Json(Alive { status: "ok" })
}

/// 503 when this process cannot serve; never because something else is away, or a balancer would remove everybody.
async fn ready(State(desk): State<Desk>, State(health): State<Health>) -> Response {
    let reason = desk.check_ready(&health).await.err().map(NotReady::as_str);
    let (code, status) = match reason {
        None => (StatusCode::OK, "ready"),
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "not-ready"),
    };
    (code, Json(Ready { status, reason, degraded: health.degraded() })).into_response()
}

async fn numbers(State(metrics): State<Metrics>) -> Result<Response, Problem> {
    let text = metrics.encode().map_err(|error| Refusal::Broken(Box::new(error)))?;
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}

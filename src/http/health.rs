//! For balancers and monitors: is the process alive, can it serve, what are its numbers.
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::health::{Health, NotReady};
use crate::desk::metrics::{self, Metrics};
use crate::domain::Refusal;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(alive)).routes(routes!(ready)).routes(routes!(numbers))
}

/// The process runs.
#[derive(Serialize, ToSchema)]
struct Alive {
    /// `ok`.
    status: &'static str,
}

/// Whether this process can serve.
#[derive(Serialize, ToSchema)]
struct Ready {
    /// `ready` or `not-ready`.
    status: &'static str,
    /// Why this process cannot serve: `database`, `migrations` or `shutting-down`.
    reason: Option<&'static str>,
    /// What the desk does without at present, for example `matrix`.
    degraded: Vec<&'static str>,
}

/// Says that the process runs.
#[utoipa::path(
    get, path = "/healthz", operation_id = "getLiveness", tag = "Desk", security(()),
    responses((status = 200, description = "It runs.", body = Alive)),
)]
async fn alive() -> Json<Alive> {
    Json(Alive { status: "ok" })
}

/// Says whether this process can serve.
///
/// 503 when it cannot; never because something else is away, or a balancer would remove every process.
#[utoipa::path(
    get, path = "/readyz", operation_id = "getReadiness", tag = "Desk", security(()),
    responses((status = 200, description = "It can serve.", body = Ready), (status = 503, description = "It cannot.", body = Ready)),
)]
async fn ready(State(desk): State<Desk>, State(health): State<Health>) -> Response {
    let reason = desk.check_ready(&health).await.err().map(NotReady::as_str);
    let (code, status) = match reason {
        None => (StatusCode::OK, "ready"),
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "not-ready"),
    };
    (code, Json(Ready { status, reason, degraded: health.degraded() })).into_response()
}

/// Returns the numbers of this process for Prometheus.
#[utoipa::path(
    get, path = "/metrics", operation_id = "getMetrics", tag = "Desk", security(()),
    responses((status = 200, description = "OpenMetrics.", body = String, content_type = "application/openmetrics-text")),
)]
async fn numbers(State(metrics): State<Metrics>) -> Result<Response, Problem> {
    let text = metrics.encode().map_err(|error| Refusal::Broken(Box::new(error)))?;
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}

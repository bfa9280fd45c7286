//! REST and application-service endpoints: extract, call the desk, view.
//!
//! A request enters through [`observe`], is refused by its extractors or answered by its handler, and every refusal
//! leaves as a problem document.
pub mod appservice;
mod audit;
mod auth;
mod avatars;
mod bridge;
mod bulk;
mod dashboard;
mod docs;
mod download;
mod embedding;
mod export;
mod extract;
mod files;
mod finding;
mod forms;
mod gate;
mod health;
mod json;
mod keys;
mod lifecycle;
mod mail_links;
mod mail_preferences;
mod messages;
mod notes;
mod observe;
pub mod openapi;
mod participants;
mod passwords;
mod problem;
mod reading;
mod repeats;
mod sessions;
mod settings;
mod stats;
mod teams;
#[cfg(test)]
mod tests;
mod tickets;
mod users;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware;
use http::header::{
    AUTHORIZATION, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION, RANGE, RETRY_AFTER,
};
use http::{HeaderName, HeaderValue, Method};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;
use utoipa_axum::router::OpenApiRouter;

use self::gate::{Gate, RATE_LIMIT, RATE_LIMIT_POLICY};
use self::problem::Problem;
use self::repeats::{IDEMPOTENCY_KEY, REPLAYED};
use crate::desk::Desk;
use crate::desk::health::Health;
use crate::desk::metrics::Metrics;

pub use self::gate::RequestLimits;

/// How long a browser may remember what it was told about another origin.
const CORS_MAX_AGE: Duration = Duration::from_secs(600);

/// What pages of other origins may read of an answer.
const TOLD: [HeaderName; 8] =
    [ETAG, LOCATION, RETRY_AFTER, CONTENT_RANGE, RATE_LIMIT, RATE_LIMIT_POLICY, REPLAYED, observe::REQUEST_ID];

/// How a client's address is known, for the limits of sign-ins and requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAddress {
    /// Clients connect directly.
    #[default]
    Peer,
    /// A proxy in front writes `X-Forwarded-For`; only then may it be believed.
    Forwarded,
}

/// The other origins whose pages may show `/embed` in a frame.
#[derive(Clone, Debug, Default)]
pub struct EmbedOrigins(Arc<[String]>);

/// What handlers work with.
#[derive(Clone, FromRef)]
pub struct HttpState {
    desk: Desk,
    metrics: Metrics,
    health: Health,
    client_address: ClientAddress,
    /// The other origins whose pages may ask.
    cors_origins: Arc<[HeaderValue]>,
    embed_origins: EmbedOrigins,
    gate: Arc<Gate>,
}

impl HttpState {
    /// For clients that connect directly and ask as often as they like.
    pub fn new(desk: Desk, metrics: Metrics, health: Health) -> Self {
        let (cors_origins, gate) = (Arc::new([]), Arc::new(Gate::new(RequestLimits::default())));
        let (client_address, embed_origins) = (ClientAddress::Peer, EmbedOrigins::default());
        Self { desk, metrics, health, client_address, cors_origins, embed_origins, gate }
    }

    /// For clients that are seen as `client_address` says.
    pub fn with_client_address(self, client_address: ClientAddress) -> Self {
        Self { client_address, ..self }
    }

    /// For clients that ask as often as `limits` allow.
    pub fn with_limits(self, limits: RequestLimits) -> Self {
        Self { gate: Arc::new(Gate::new(limits)), ..self }
    }

    /// For pages of these origins as well (the Fetch standard, "CORS protocol").
    pub fn with_cors_origins(self, origins: impl IntoIterator<Item = HeaderValue>) -> Self {
        Self { cors_origins: origins.into_iter().collect(), ..self }
    }

    /// For pages of these origins that show `/embed` in a frame.
    pub fn with_embed_origins(self, origins: impl IntoIterator<Item = String>) -> Self {
        Self { embed_origins: EmbedOrigins(origins.into_iter().collect()), ..self }
    }
}

/// The REST API. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: sign-ins are limited by the
/// client's address.
pub fn router(state: HttpState) -> Router {
    surrounded(Router::from(api()).merge(docs::routes()), state)
}

/// Every route that the description of the API describes, with its description.
fn api() -> OpenApiRouter<HttpState> {
    OpenApiRouter::with_openapi(openapi::frame())
        .merge(auth::routes())
        .merge(passwords::routes())
        .merge(mail_preferences::routes())
        .merge(mail_links::routes())
        .merge(sessions::routes())
        .merge(users::routes())
        .merge(teams::routes())
        .merge(audit::routes())
        .merge(bridge::routes())
        .merge(settings::routes())
        .merge(embedding::routes())
        .merge(keys::routes())
        .merge(avatars::routes())
        .merge(tickets::routes())
        .merge(finding::routes())
        .merge(bulk::routes())
        .merge(export::routes())
        .merge(lifecycle::routes())
        .merge(participants::routes())
        .merge(messages::routes())
        .merge(notes::routes())
        .merge(reading::routes())
        .merge(files::routes())
        .merge(stats::routes())
        .merge(health::routes())
        .merge(openapi::routes())
}

fn surrounded(routes: Router<HttpState>, state: HttpState) -> Router {
    routes
        .fallback(dashboard::serve)
        .method_not_allowed_fallback(|| async { Problem::no_method() })
        // Before a key is settled: what panics is a failure as any other.
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn_with_state(state.desk.clone(), repeats::once))
        .layer(middleware::from_fn_with_state(state.clone(), gate::admit))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(cors(&state.cors_origins))
        .layer(middleware::from_fn_with_state(state.clone(), observe::observe))
        .with_state(state)
}

/// Tokens travel in a header that only scripts write, so nothing of a browser's own (cookies) is let through. Without
/// origins there are no such headers at all.
fn cors(origins: &[HeaderValue]) -> CorsLayer {
    if origins.is_empty() {
        return CorsLayer::new();
    }
    CorsLayer::new()
        .allow_origin(origins.to_vec())
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH, RANGE, IDEMPOTENCY_KEY])
        .expose_headers(TOLD)
        .max_age(CORS_MAX_AGE)
}

//! What surrounds every request: its id, its log line, its number in the metrics, the document of its refusal.
use std::fmt;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
use tracing::Instrument;

use super::{HttpState, problem};
use crate::domain::ids::secret_bytes;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id that is taken over.
const LONGEST_ID: usize = 64;
/// Browsers come by https alone for a year after each answer (RFC 6797, section 6.1); other names of the domain are not
/// the desk's to speak for.
const HTTPS_ALONE: &str = "max-age=31536000";
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";
/// The route of what has none: paths as they came in would be labels without end.
const NO_ROUTE: &str = "none";

/// Finds one request in the logs: the caller's own `x-request-id`, or a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// Takes letters, digits, `.`, `_` and `-` over; anything else could break a log line.
    fn of(headers: &HeaderMap) -> Self {
        let harmless = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
        let given = headers.get(REQUEST_ID).filter(|id| {
            let id = id.as_bytes();
            (1..=LONGEST_ID).contains(&id.len()) && id.iter().all(harmless)
        });
        Self(given.cloned().unwrap_or_else(|| {
            let fresh = BASE64_URL_SAFE_NO_PAD.encode(secret_bytes::<12>());
            HeaderValue::from_str(&fresh).expect("base64url is letters, digits, - and _")
        }))
    }

    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Answers through `next`. Nothing of bodies, headers, queries or paths is logged, only the route's template.
pub async fn observe(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = RequestId::of(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let span = tracing::info_span!("request", request.id = %id, http.route = route);

    let response = next.run(request).instrument(span.clone()).await;

    let mut response = problem::complete(response, &path, &id);
    let took = began.elapsed();
    state.metrics.answered(route, method.as_str(), response.status().as_u16(), took);
    let (status, millis) = (response.status().as_u16(), took.as_millis());
    span.in_scope(|| tracing::debug!(http.status = status, took.ms = millis, "answered {status}"));
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id.0);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if state.desk.settings().public_url.scheme() == "https" {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HTTPS_ALONE));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    // An answer of the API shows nothing and stands in nobody's frame; pages and files have policies of their own.
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOTHING));
    response
}

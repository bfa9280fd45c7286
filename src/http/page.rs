//! A bare page at `/`: sign in, my tickets, one conversation, live. It speaks to the desk as any other client does.
use axum::Router;
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;

use super::HttpState;

/// Nothing but its own files and the desk itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/", get(|| async { file("text/html; charset=utf-8", include_str!("page/index.html")) }))
        .route("/page/icon.svg", get(|| async { file("image/svg+xml", include_str!("page/icon.svg")) }))
        .route("/page/desk.css", get(|| async { file("text/css; charset=utf-8", include_str!("page/desk.css")) }))
        .route("/page/desk.js", get(|| async { file("text/javascript; charset=utf-8", include_str!("page/desk.js")) }))
        .route("/page/live.js", get(|| async { file("text/javascript; charset=utf-8", include_str!("page/live.js")) }))
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let mut response = (headers, text).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

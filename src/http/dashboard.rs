//! The dashboard: the files of `web/dist`, built by Vite and carried in this binary.
//!
//! A build for development reads them from the checkout instead, so that a new dashboard needs no new binary.
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::problem::Problem;
use super::{EmbedOrigins, download};

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Files;

/// The page that draws all others.
const INDEX: &str = "index.html";
/// Names of files in there change with their content.
const HASHED: &str = "assets/";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASKED_EACH_TIME: &str = "no-cache";
/// Nothing but its own files and the desk itself; scripts come from files alone (Trusted Types, W3C). Pictures may be
/// what a person is about to send (`blob:`) and small ones inside a style sheet (`data:`).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; \
                      connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
                      require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors ";
/// The one page that others may show in a frame.
const EMBEDDED: &str = "/embed";

/// Answers whatever is no route of the API: a file of the dashboard; the dashboard itself for an address of one of its
/// pages, to whom reads HTML; otherwise that there is no such route.
pub async fn serve(State(embedding): State<EmbedOrigins>, request: Request) -> Response {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let mut response = match found(uri.path()) {
        Some(path) if is_read => file(path, headers),
        Some(_) => return Problem::no_method().into_response(),
        None if is_read && is_page(uri, headers) => index(headers),
        None => return Problem::no_route().into_response(),
    };
    // With "not modified" too: browsers take over the headers of that answer.
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy(uri.path(), &embedding));
    response
}

fn policy(path: &str, EmbedOrigins(origins): &EmbedOrigins) -> HeaderValue {
    let is_embedded = path == EMBEDDED && !origins.is_empty();
    let ancestors = if is_embedded { origins.join(" ") } else { "'none'".to_owned() };
    HeaderValue::try_from(format!("{POLICY}{ancestors}")).expect("origins were read as such from the configuration")
}

/// The file of an address, if there is one.
fn found(path: &str) -> Option<&str> {
    let path = path.strip_prefix('/')?;
    let is_compressed = has_ending(path, ".br") || has_ending(path, ".gz");
    (!path.is_empty() && path != INDEX && !is_compressed && Files::get(path).is_some()).then_some(path)
}

fn has_ending(path: &str, ending: &str) -> bool {
    path.strip_suffix(ending).is_some_and(|name| Files::get(name).is_some())
}

/// Whether somebody opens a page in a browser: neither something of the API nor a file that is gone.
fn is_page(uri: &Uri, headers: &HeaderMap) -> bool {
    let path = uri.path();
    let is_elsewhere =
        ["/api/", "/assets/", "/socket.io", "/_matrix/"].iter().any(|place| path.starts_with(place)) || path == "/api";
    !is_elsewhere && reads_html(headers)
}

/// Whether an answer is for somebody's eyes, in a browser.
pub fn reads_html(headers: &HeaderMap) -> bool {
    let is_html = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("text/html"));
    headers.get_all(header::ACCEPT).iter().any(is_html)
}

fn index(headers: &HeaderMap) -> Response {
    if Files::get(INDEX).is_some() {
        return file(INDEX, headers);
    }
    let text = "This build of Roomdesk has no dashboard: `make web`, which needs Node, was not run before it was built.\n\
                Everything else works: the REST API is described at /api/docs.\n";
    (StatusCode::NOT_FOUND, text).into_response()
}

/// A file, in the smallest form that the client reads.
fn file(path: &str, asked: &HeaderMap) -> Response {
    let Some((content, encoding)) = smallest(path, asked) else { return Problem::no_route().into_response() };
    let tag = tag(&content);
    let lifetime = if path.starts_with(HASHED) { FOR_EVER } else { ASKED_EACH_TIME };
    let mut headers = HeaderMap::from_iter([
        (header::CACHE_CONTROL, HeaderValue::from_static(lifetime)),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ]);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if asked.get_all(header::IF_NONE_MATCH).iter().any(|known| download::names(known, &tag)) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    (headers, content.data).into_response()
}

/// A file as it was compressed when it was built, where that was worth it and the client reads it (RFC 9110, 12.5.3).
fn smallest(path: &str, asked: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(accepted, coding))
        .find_map(|(coding, ending)| Some((Files::get(&format!("{path}{ending}"))?, Some(coding))))
        .or_else(|| Some((Files::get(path)?, None)))
}

fn accepts(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|each| {
        let (name, weight) = each.split_once(';').unwrap_or((each, ""));
        name.trim().eq_ignore_ascii_case(coding) && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

fn tag(content: &EmbeddedFile) -> String {
    let hash: String = content.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

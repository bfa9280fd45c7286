//! The description of the API as a page at `/api/docs`: Swagger UI, out of this binary, with nothing from elsewhere.
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;
use utoipa_swagger_ui::Config;

use super::HttpState;
use super::problem::Problem;

/// Nothing but its own files and the desk itself. Swagger UI carries its icons in its style sheet.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/docs", get(|| async { own("text/html; charset=utf-8", include_str!("docs/index.html")) }))
        .route(
            "/api/docs/start.js",
            get(|| async { own("text/javascript; charset=utf-8", include_str!("docs/start.js")) }),
        )
        .route("/api/docs/page.css", get(|| async { own("text/css; charset=utf-8", include_str!("docs/page.css")) }))
        .route("/api/docs/swagger-ui.css", get(|| async { vendored("swagger-ui.css") }))
        .route("/api/docs/swagger-ui-bundle.js", get(|| async { vendored("swagger-ui-bundle.js") }))
}

fn own(kind: &'static str, text: &'static str) -> Response {
    file(kind, text.as_bytes().into())
}

/// A file of Swagger UI.
fn vendored(name: &str) -> Result<Response, Problem> {
    static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| Arc::new(Config::default()));
    match utoipa_swagger_ui::serve(name, Arc::clone(&CONFIG)) {
        Ok(Some(found)) => Ok(file(&found.content_type, found.bytes.into_owned())),
        Ok(None) | Err(_) => Err(Problem::no_route()),
    }
}

fn file(kind: &str, bytes: Vec<u8>) -> Response {
    let mut response = ([(header::CACHE_CONTROL, "no-cache")], bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    response
}

//! Every "no" as a problem document: the one place where refusals become status codes.
//!
//! A [`Problem`] leaves its handler as a draft inside the response; [`complete`] writes the document, because the
//! path and the request's id are known only there.
use std::any::Any;
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_RANGE, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

use super::observe::RequestId;
use crate::domain::Refusal;
use crate::domain::refusal::{Cause, FieldError};
use crate::view::problem as view;

/// How long to wait when the desk cannot answer at present, in seconds.
const RETRY_UNAVAILABLE: u64 = 5;

/// A refusal on its way out.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u64>,
    /// Of a file of which another range may be asked for.
    length: Option<u64>,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, title, detail: detail.into(), errors: Vec::new(), retry_after: None, length: None }
    }

    /// The body is not JSON at all.
    pub fn not_json(detail: impl Into<String>) -> Self {
        let error = FieldError::new("", detail);
        let detail = format!("the body {}", error.detail);
        Self { errors: vec![error], ..Self::new(StatusCode::BAD_REQUEST, "not-json", "Not JSON", detail) }
    }

    /// The body says that it is something else, or nothing.
    pub fn not_called(kind: &str) -> Self {
        let (status, detail) = (StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("send the body with content-type: {kind}"));
        Self::new(status, "unsupported-media-type", "Unsupported media type", detail)
    }

    pub fn too_large(limit: usize) -> Self {
        let detail = format!("the body is larger than the {limit} bytes that are allowed here");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Body too large", detail)
    }

    /// The body says that it is a form, and is none.
    pub fn not_a_form(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "not-a-form", "Not a form", detail)
    }

    /// Nothing of the file is in the range asked for.
    pub fn no_such_range(length: u64) -> Self {
        let (status, detail) = (StatusCode::RANGE_NOT_SATISFIABLE, format!("the file has {length} bytes"));
        Self { length: Some(length), ..Self::new(status, "no-such-range", "Range not satisfiable", detail) }
    }

    /// The same, with what is wrong with which part.
    pub fn with_errors(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }

    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The body stopped coming.
    pub fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "Request timeout", "the body did not arrive in time")
    }

    /// The connection broke, or its framing was wrong, while the body came.
    pub fn broken_off() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "broken-off", "Bad request", "the body broke off")
    }

    /// The same, to be tried again after so many seconds.
    pub fn with_retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Whoever asks has asked too often.
    pub fn too_many_requests(retry_after: u64) -> Self {
        let detail = format!("too many requests; try again in {retry_after} s");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many requests", detail).with_retry_after(retry_after)
    }

    /// The key is good for other things.
    pub fn not_in_scope(scope: &str) -> Self {
        let detail = format!("this key is not good for that: it lacks the scope {scope}");
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Forbidden", detail)
    }

    pub fn no_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", "there is nothing at this path")
    }

    pub fn no_method() -> Self {
        let (status, detail) = (StatusCode::METHOD_NOT_ALLOWED, "this path does not take this method");
        Self::new(status, "method-not-allowed", "Method not allowed", detail)
    }

    fn broken(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed on our side");
        let (status, detail) = (StatusCode::INTERNAL_SERVER_ERROR, "something went wrong on our side");
        Self::new(status, "internal", "Internal error", detail)
    }
}

/// The cause with everything behind it, in one line.
fn chain(cause: &Cause) -> String {
    let mut text = cause.to_string();
    let mut source = cause.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let view::Named { status, kind, title } = view::named(&refusal);
        let status = StatusCode::from_u16(status).expect("refusals are named by statuses that exist");
        let problem = Self::new(status, kind, title, refusal.to_string());
        match refusal {
            Refusal::Invalid(errors) => Self { errors, ..problem },
            Refusal::Taken(error) => Self { errors: vec![error], ..problem },
            Refusal::TooMany { retry_after_seconds } => Self { retry_after: Some(retry_after_seconds), ..problem },
            Refusal::Unavailable(cause) => {
                tracing::warn!(cause = chain(&cause), "could not answer a request at present");
                Self { retry_after: Some(RETRY_UNAVAILABLE), ..problem }
            }
            Refusal::Broken(cause) => Self::broken(&chain(&cause)),
            Refusal::Unauthenticated(_)
            | Refusal::Forbidden(_)
            | Refusal::NotFound(_)
            | Refusal::Gone(_)
            | Refusal::TooLarge(_)
            | Refusal::Unsupported(_)
            | Refusal::Outdated { .. }
            | Refusal::Conflict(_) => problem,
        }
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Refusal::from(error).into()
    }
}

/// The draft of a document inside a response.
#[derive(Clone)]
struct Draft(Arc<Problem>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(length) = self.length
            && let Ok(range) = HeaderValue::from_str(&format!("bytes */{length}"))
        {
            response.headers_mut().insert(CONTENT_RANGE, range);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Draft(Arc::new(self)));
        response
    }
}

/// The answer to a handler that panicked.
#[expect(clippy::needless_pass_by_value, reason = "the shape that the layer calls")]
pub fn panicked(payload: Box<dyn Any + Send>) -> Response {
    let text = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
    Problem::broken(&format_args!("panic: {}", text.unwrap_or("without a text"))).into_response()
}

/// Writes the problem document of a response that has a draft of one.
pub fn complete(mut response: Response, path: &str, id: &RequestId) -> Response {
    let Some(Draft(problem)) = response.extensions_mut().remove::<Draft>() else { return response };
    let document = view::Problem {
        kind: format!("urn:roomdesk:problem:{}", problem.kind),
        title: problem.title,
        status: problem.status.as_u16(),
        detail: problem.detail.clone(),
        instance: path.to_owned(),
        errors: problem.errors.iter().cloned().map(view::Field::from).collect(),
        request_id: id.as_str().to_owned(),
    };
    let json = serde_json::to_vec(&document).expect("texts and numbers are always JSON");
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(view::CONTENT_TYPE));
    response.headers_mut().remove(http::header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(json);
    response
}

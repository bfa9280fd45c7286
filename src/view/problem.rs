//! Refusals as problem documents (RFC 9457).
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Refusal;
use crate::domain::refusal::FieldError;

/// The media type of a problem document.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// Why a request was not done.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Names the kind of problem, for programs: `urn:roomdesk:problem:…`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Names the kind of problem, for people.
    pub title: &'static str,
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// The path that was asked for.
    pub instance: String,
    /// What is wrong with which field.
    pub errors: Vec<Field>,
    /// Finds the request in the logs.
    pub request_id: String,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProblemField)]
pub struct Field {
    /// JSON pointer (RFC 6901) into the body, or `/name` of a query parameter; empty for the whole document.
    pub pointer: String,
    pub detail: String,
}

impl From<FieldError> for Field {
    fn from(error: FieldError) -> Self {
        Self { pointer: error.pointer, detail: error.detail }
    }
}

/// What kind of problem a refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    pub status: u16,
    /// The last part of [`Problem::kind`].
    pub kind: &'static str,
    pub title: &'static str,
}

/// The kind of problem that a refusal is: the one place that says so.
pub fn named(refusal: &Refusal) -> Named {
    let (status, kind, title) = match refusal {
        Refusal::Unauthenticated(_) => (401, "unauthenticated", "Not signed in"),
        Refusal::Forbidden(_) => (403, "forbidden", "Forbidden"),
        Refusal::NotFound(_) => (404, "not-found", "Not found"),
        Refusal::Gone(_) => (410, "gone", "No longer there"),
        Refusal::Invalid(_) => (422, "invalid", "Invalid request"),
        Refusal::TooLarge(_) => (413, "too-large", "Too large"),
        Refusal::Unsupported(_) => (415, "unsupported-media-type", "Unsupported media type"),
        Refusal::Conflict(_) | Refusal::Taken(_) => (409, "conflict", "Conflict"),
        Refusal::Outdated { .. } => (412, "outdated", "Precondition failed"),
        Refusal::TooMany { .. } => (429, "too-many", "Too many attempts"),
        Refusal::Unavailable(_) => (503, "unavailable", "Unavailable"),
        Refusal::Broken(_) => (500, "internal", "Internal error"),
    };
    Named { status, kind, title }
}

impl Problem {
    /// The problem of a refusal, at `instance`.
    pub fn of(refusal: &Refusal, instance: &str, request_id: &str) -> Self {
        let Named { status, kind, title } = named(refusal);
        let errors = match refusal {
            Refusal::Invalid(errors) => errors.iter().cloned().map(Field::from).collect(),
            Refusal::Taken(error) => vec![Field::from(error.clone())],
            _ => Vec::new(),
        };
        Self {
            kind: format!("urn:roomdesk:problem:{kind}"),
            title,
            status,
            detail: refusal.to_string(),
            instance: instance.to_owned(),
            errors,
            request_id: request_id.to_owned(),
        }
    }
}

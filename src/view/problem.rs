//! Refusals as problem documents (RFC 9457).
use serde::Serialize;

use crate::domain::refusal::FieldError;

/// The media type of a problem document.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// Why a request was not done.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

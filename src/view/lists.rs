//! Pages of lists that are followed by cursors.
use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct List<T> {
    pub items: Vec<T>,
    /// Goes on with the next page; `null` on the last one.
    pub next_cursor: Option<String>,
}

/// A part of a conversation, oldest message first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conversation<T> {
    pub items: Vec<T>,
    /// As `before`: what came earlier; `null` at the beginning.
    pub prev_cursor: Option<String>,
    /// As `after`: what came later, or will; `null` while nothing was said.
    pub next_cursor: Option<String>,
}

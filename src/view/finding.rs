//! What was found, and how much there is.
use serde::Serialize;
use utoipa::ToSchema;

use super::lists::List;
use super::schemas::FoundIn;
use super::tickets::OwnTicket;
use crate::desk::finding::Counted;
use crate::desk::search::{Match, Where};
use crate::domain::ids::{MessageId, NoteId};
use crate::domain::words::Piece;

/// A ticket that was found, and where it has what was looked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    pub ticket: OwnTicket,
    pub matches: Vec<Place>,
}

/// A place in a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundPlace)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// id, number, title, description, message or note.
    #[serde(rename = "in")]
    #[schema(value_type = FoundIn)]
    pub part: &'static str,
    pub message_id: Option<MessageId>,
    pub note_id: Option<NoteId>,
    /// The text around it, in pieces: as it was written, never as HTML.
    pub snippet: Vec<Fragment>,
}

/// A piece of a text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SnippetFragment)]
pub struct Fragment {
    pub text: String,
    /// Whether it is what was looked for.
    #[serde(rename = "match")]
    pub is_match: bool,
}

impl From<Match> for Place {
    fn from(found: Match) -> Self {
        let (part, message_id, note_id) = match found.place {
            Where::Id => ("id", None, None),
            Where::Number => ("number", None, None),
            Where::Title => ("title", None, None),
            Where::Description => ("description", None, None),
            Where::Message(id) => ("message", Some(id), None),
            Where::Note(id) => ("note", None, Some(id)),
        };
        let fragment = |piece: Piece| Fragment { text: piece.text, is_match: piece.is_match };
        Self { part, message_id, note_id, snippet: found.snippet.into_iter().map(fragment).collect() }
    }
}

/// A page of tickets with where each has what was looked for, in the same order.
pub fn found(page: List<OwnTicket>, matches: Vec<Vec<Match>>) -> List<Found> {
    let with = |(ticket, matches): (OwnTicket, Vec<Match>)| Found {
        ticket,
        matches: matches.into_iter().map(Place::from).collect(),
    };
    List { items: page.items.into_iter().zip(matches).map(with).collect(), next_cursor: page.next_cursor }
}

/// How many tickets each filter has, in the order in which they were given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FilterCounts)]
pub struct Counts {
    pub items: Vec<Count>,
}

/// How many tickets a filter has, counted up to the limit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FilterCount)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    pub q: String,
    pub count: i64,
    /// Whether there are, or may be, more: to be shown as `99+`.
    pub is_more: bool,
}

impl Counts {
    pub fn new(asked: Vec<String>, counted: &[Counted]) -> Self {
        let count = |(q, counted): (String, &Counted)| Count { q, count: counted.count, is_more: counted.is_more };
        Self { items: asked.into_iter().zip(counted).map(count).collect() }
    }
}

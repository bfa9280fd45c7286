//! Tickets as comma-separated values (RFC 4180), harmless to open in a spreadsheet.
use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};

use super::time;
use crate::domain::clock::from_millis;
use crate::store::export::Line;

/// What tells a spreadsheet that it is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The first row.
pub const COLUMNS: [&str; 23] = [
    "ticketId",
    "id",
    "title",
    "status",
    "priority",
    "category",
    "student",
    "studentEmail",
    "assignee",
    "team",
    "tags",
    "context",
    "confidential",
    "createdAt",
    "updatedAt",
    "firstResponseAt",
    "lastMessageAt",
    "waitingSince",
    "resolvedAt",
    "closedAt",
    "messageCount",
    "resolution",
    "description",
];

/// The first row as text.
pub fn head() -> Vec<u8> {
    written(std::iter::once(COLUMNS.map(Cow::Borrowed)))
}

/// Some rows as text.
pub fn rows(lines: &[Line]) -> Vec<u8> {
    written(lines.iter().map(cells))
}

fn written<'a>(rows: impl Iterator<Item = [Cow<'a, str>; 23]>) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| cell.as_bytes())).expect("memory takes every row of the same length");
    }
    writer.into_inner().expect("memory can always be flushed")
}

fn cells(line: &Line) -> [Cow<'_, str>; 23] {
    let moment = |millis: Option<i64>| {
        Cow::Owned(millis.map_or_else(String::new, |millis| time(from_millis(millis)).to_string()))
    };
    let text = |text: &Option<String>| harmless(text.as_deref().unwrap_or_default()).into_owned().into();
    [
        Cow::Borrowed(&line.number),
        Cow::Borrowed(&line.id),
        harmless(&line.title),
        Cow::Borrowed(&line.status),
        Cow::Borrowed(&line.priority),
        Cow::Borrowed(&line.category),
        harmless(&line.student),
        text(&line.email),
        text(&line.assignee),
        text(&line.team),
        harmless(&line.tags),
        text(&line.context),
        Cow::Borrowed(if line.is_confidential { "yes" } else { "no" }),
        moment(Some(line.created_at)),
        moment(Some(line.updated_at)),
        moment(line.first_response_at),
        moment(line.last_message_at),
        moment(line.waiting_since),
        moment(line.resolved_at),
        moment(line.closed_at),
        Cow::Owned(line.message_count.to_string()),
        text(&line.resolution),
        harmless(&line.description),
    ]
}

/// What somebody wrote, so that no spreadsheet takes it for a formula (OWASP, "CSV Injection").
fn harmless(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_as_a_formula() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(harmless(bad), format!("'{bad}"));
        }
        assert_eq!(harmless("a=b"), "a=b");
    }
}

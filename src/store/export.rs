//! Tickets with the names of whom they mention, as a table shows them.
use std::collections::HashMap;

use sqlx::FromRow;

use super::query::{Sql, fetch_all};
use super::{DbError, Tx};
use crate::domain::ids::TicketId;

/// A line of the table; times are milliseconds.
#[derive(Clone, Debug, FromRow)]
pub struct Line {
    pub id: String,
    pub number: String,
    pub title: String,
    pub description: String,
    pub category: String,
    pub priority: String,
    pub status: String,
    pub student: String,
    pub email: Option<String>,
    pub assignee: Option<String>,
    pub team: Option<String>,
    pub context: Option<String>,
    pub is_confidential: bool,
    pub created_at: i64,
    pub updated_at: i64,
    pub first_response_at: Option<i64>,
    pub last_message_at: Option<i64>,
    pub waiting_since: Option<i64>,
    pub resolved_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub message_count: i64,
    pub resolution: Option<String>,
    /// With blanks between.
    #[sqlx(skip)]
    pub tags: String,
}

/// The lines of these tickets, in this order.
pub async fn lines(tx: &mut Tx, ids: &[TicketId]) -> Result<Vec<Line>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "SELECT t.id, t.number, t.title, t.description, t.category, t.priority, t.status, s.display_name AS student, \
         s.email, a.display_name AS assignee, w.name AS team, t.context, t.is_confidential, t.created_at, \
         t.updated_at, t.first_response_at, t.last_message_at, t.waiting_since, t.resolved_at, t.closed_at, \
         t.message_count, t.resolution FROM tickets t JOIN people s ON s.id = t.created_by \
         LEFT JOIN people a ON a.id = t.assigned_to LEFT JOIN teams w ON w.id = t.team WHERE t.id IN ",
    );
    sql.list(ids.iter().map(TicketId::as_str));
    let lines: Vec<Line> = fetch_all!(tx, sql);
    let mut sql = Sql::new("SELECT ticket, tag FROM tags WHERE ticket IN ");
    sql.list(ids.iter().map(TicketId::as_str)).push(" ORDER BY ticket, tag");
    let tags: Vec<(String, String)> = fetch_all!(tx, sql);
    let mut lines: HashMap<String, Line> = lines.into_iter().map(|line| (line.id.clone(), line)).collect();
    for (ticket, tag) in tags {
        if let Some(line) = lines.get_mut(&ticket) {
            let blank = if line.tags.is_empty() { "" } else { " " };
            line.tags.extend([blank, tag.as_str()]);
        }
    }
    Ok(ids.iter().filter_map(|id| lines.remove(id.as_str())).collect())
}

//! Which of some tickets a filter has, whoever asks: for those who watch lists, who may see different ones of them.
use std::collections::HashMap;

use super::finding::asks;
use super::query::{Sql, fetch_all};
use super::{DbError, Tx};
use crate::domain::filter::Query;
use crate::domain::ids::TicketId;

/// Tickets by their ids, with their versions.
pub type Those = HashMap<TicketId, i64>;

/// Those of the tickets that have what the query asks for, with the version that has it. **Whether anybody may see them is not asked here**: it is the
/// caller who knows that of each reader.
pub async fn those_of(tx: &mut Tx, query: &Query, tickets: &[TicketId]) -> Result<Those, DbError> {
    if tickets.is_empty() {
        return Ok(Those::new());
    }
    let mut sql = Sql::new("SELECT t.id, t.version FROM tickets t WHERE t.id IN ");
    sql.list(tickets.iter().map(TicketId::as_str));
    asks(&mut sql, query);
    let rows: Vec<(String, i64)> = fetch_all!(tx, sql);
    let read =
        |(id, version): (String, i64)| Ok((id.parse().map_err(|_| DbError::BadRow("tickets", "id".into()))?, version));
    rows.into_iter().map(read).collect()
}

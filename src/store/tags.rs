//! The tags of tickets.
use std::collections::HashMap;

use super::{DbError, Tx};
use crate::domain::ids::TicketId;
use crate::domain::tags::Tag;
use crate::domain::tickets::Ticket;

statements! {
    INSERT = "INSERT INTO tags (ticket, tag) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    DELETE = "DELETE FROM tags WHERE ticket = $1 AND tag = $2";
}

/// Gives each of these tickets its tags.
pub async fn attach(tx: &mut Tx, tickets: &mut [Ticket]) -> Result<(), DbError> {
    if tickets.is_empty() {
        return Ok(());
    }
    let rows: Vec<(String, String)> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new("SELECT ticket, tag FROM tags WHERE ticket IN (");
        let mut list = select.separated(", ");
        for ticket in tickets.iter() {
            list.push_bind(ticket.id.as_str());
        }
        select.push(") ORDER BY ticket, tag");
        select.build_query_as().fetch_all(conn).await?
    });
    let bad = |what: &str| DbError::BadRow("tags", what.to_owned());
    let mut tags: HashMap<TicketId, Vec<Tag>> = HashMap::new();
    for (ticket, tag) in rows {
        let tag = Tag::parse(&tag).map_err(|_| bad("tag"))?;
        tags.entry(ticket.parse().map_err(|_| bad("ticket"))?).or_default().push(tag);
    }
    for ticket in tickets {
        ticket.tags = tags.remove(&ticket.id).unwrap_or_default();
        ticket.tags.sort();
    }
    Ok(())
}

/// Puts `new` in the place of the tags `old` that a (locked) ticket has.
pub async fn replace(tx: &mut Tx, ticket: &TicketId, (old, new): (&[Tag], &[Tag])) -> Result<(), DbError> {
    let less = old.iter().filter(|tag| !new.contains(tag)).map(|tag| (DELETE, tag));
    let more = new.iter().filter(|tag| !old.contains(tag)).map(|tag| (INSERT, tag));
    for (statement, tag) in less.chain(more) {
        with_conn!(tx, |conn| sqlx::query(statement)
            .bind(ticket.as_str())
            .bind(tag.as_str())
            .execute(conn)
            .await?
            .rows_affected());
    }
    Ok(())
}

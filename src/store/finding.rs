//! Lists of tickets: any filter, any sort, page by page, each page a bounded amount of work.
//!
//! What a filter asks for is found in one of two ways. Is one of its fields rare, its tickets are looked up by that
//! field's index and sorted ([`narrow`]). Otherwise tickets are read in the order of the sort, from an index that holds
//! it, and those that fit are kept ([`ordered`]); where few of them fit, a page ends early and says where it goes on.
mod predicates;
mod streams;

use super::query::{Sql, fetch_all};
use super::{DbError, Tx};
use crate::domain::filter::{Direction, Place, Query, Sort, SortKey, Span};
use crate::domain::status::Status;
pub(super) use predicates::{asks, fits};
use streams::Streams;

/// So many tickets are sorted at once at most.
const FEW: i64 = 2_000;
/// So many are looked at for one page at most, in steps.
const WINDOWS: [i64; 3] = [200, 1_000, 5_000];
/// How often a count goes on where a page ended early.
const PARTS_COUNTED: usize = 4;

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Found {
    pub places: Vec<Place>,
    /// Where it goes on; none at its end. A part may be shorter than was asked for, or empty, and the list goes on.
    pub next: Option<Place>,
}

/// About `limit` tickets of the list at most, after `after`; fewer where few of those looked at fit.
pub async fn page(tx: &mut Tx, query: &Query, after: Option<&Place>, limit: i64) -> Result<Found, DbError> {
    match rare(tx, query).await? {
        Some(source) => Ok(cut(narrow(tx, query, source, (after, limit + 1)).await?, limit)),
        None => ordered(tx, query, after, limit).await,
    }
}

/// The first `limit`; when there are more, the list goes on after the last of them.
fn cut(mut places: Vec<Place>, limit: i64) -> Found {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = places.len() > limit;
    places.truncate(limit);
    let next = places.last().filter(|_| is_more).cloned();
    Found { places, next }
}

/// The column that a list is sorted by, as `t`'s.
fn column(key: SortKey) -> &'static str {
    match key {
        SortKey::Interaction => "t.last_interaction_at",
        SortKey::Created => "t.created_at",
        SortKey::Priority => "t.priority_rank",
        SortKey::Message => "t.said_at",
        SortKey::Waiting => "t.waiting_since",
    }
}

/// ` AND (key, id) < (…)` for what comes after a place.
fn beyond(sql: &mut Sql, sort: Sort, after: Option<&Place>) {
    let Some(after) = after else { return };
    let than = if sort.direction == Direction::Descending { ", t.id) < (" } else { ", t.id) > (" };
    sql.push(" AND (").push(column(sort.key)).push(than).bind(after.key).push(", ").bind(after.id.as_str()).push(")");
}

/// ` ORDER BY key, id LIMIT n`.
fn first(sql: &mut Sql, (key, id): (&'static str, &'static str), direction: Direction, limit: i64) {
    let way = if direction == Direction::Descending { " DESC" } else { " ASC" };
    sql.push(" ORDER BY ").push(key).push(way).push(", ").push(id).push(way).push(" LIMIT ").number(limit);
}

async fn places(tx: &mut Tx, sql: Sql) -> Result<Vec<Place>, DbError> {
    let rows: Vec<(i64, String)> = fetch_all!(tx, sql);
    let read = |(key, id): (i64, String)| {
        Ok(Place { key, id: id.parse().map_err(|_| DbError::BadRow("tickets", "id".into()))? })
    };
    rows.into_iter().map(read).collect()
}

/// The tickets of the source that fit, sorted.
async fn narrow(
    tx: &mut Tx,
    query: &Query,
    source: Sql,
    (after, limit): (Option<&Place>, i64),
) -> Result<Vec<Place>, DbError> {
    let mut sql = Sql::new("SELECT ");
    // CROSS JOIN: SQLite keeps the order, for PostgreSQL it is a join like any other.
    sql.push(column(query.sort.key)).push(", t.id FROM (").append(source);
    sql.push(") AS n CROSS JOIN tickets t WHERE t.id = n.ticket");
    fits(&mut sql, query);
    beyond(&mut sql, query.sort, after);
    first(&mut sql, (column(query.sort.key), "t.id"), query.sort.direction, limit);
    places(tx, sql).await
}

/// Tickets in the order of the sort, those that fit.
async fn ordered(tx: &mut Tx, query: &Query, after: Option<&Place>, limit: i64) -> Result<Found, DbError> {
    let streams = Streams::of(query);
    let wanted = limit + 1;
    if streams.are_exact(query) {
        return Ok(cut(places(tx, streams.merged(query, after, wanted)).await?, limit));
    }
    let mut found = Found { places: Vec::new(), next: None };
    for window in WINDOWS.map(|window| window.max(wanted)) {
        let mut sql = Sql::new("SELECT ");
        sql.push(column(query.sort.key)).push(", t.id FROM (").append(streams.merged(query, after, window));
        sql.push(") AS c CROSS JOIN tickets t WHERE t.id = c.id");
        fits(&mut sql, query);
        first(&mut sql, (column(query.sort.key), "t.id"), query.sort.direction, wanted);
        found = cut(places(tx, sql).await?, limit);
        if found.next.is_some() {
            return Ok(found);
        }
        let is_enough = i64::try_from(found.places.len()).is_ok_and(|count| 2 * count >= limit);
        let mut edge = streams.merged(query, after, window);
        edge.push(" OFFSET ").number(window - 1);
        found.next = places(tx, edge).await?.pop();
        if found.next.is_none() || is_enough {
            return Ok(found);
        }
    }
    Ok(found)
}

/// The tickets of the field of the filter that has few of them, as `ticket`; none when no field has.
async fn rare(tx: &mut Tx, query: &Query) -> Result<Option<Sql>, DbError> {
    if !query.filter.words.is_empty() {
        // Whatever has the words is too much to look through in another order.
        return Ok(Some(super::search::tickets_with(tx, query).await?));
    }
    for source in sources(query) {
        let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM (");
        sql.append(source.clone()).push(") AS n LIMIT ").number(FEW + 1).push(") AS few");
        let rows: Vec<(i64,)> = fetch_all!(tx, sql);
        if rows.first().is_some_and(|(count,)| *count <= FEW) {
            return Ok(Some(source));
        }
    }
    Ok(None)
}

/// The fields that may have few tickets, the likeliest first; not those that the order of the sort serves as well.
fn sources(query: &Query) -> Vec<Sql> {
    let (filter, key) = (&query.filter, query.sort.key);
    let mut sources: Vec<Sql> = predicates::of_person(query).into_iter().collect();
    if filter.confidential == Some(true) {
        sources.push(Sql::new("SELECT id AS ticket FROM tickets WHERE is_confidential"));
    }
    sources.extend(predicates::of_tags(filter));
    sources.extend(predicates::of_column(filter));
    if !filter.assignees.is_empty() && !Streams::know_assignees(query) {
        let mut sql = Sql::new("SELECT t.id AS ticket FROM tickets t WHERE ");
        predicates::assigned(&mut sql, &filter.assignees);
        if !filter.statuses.is_empty() {
            // The index of people holds their tickets status by status, and most are closed.
            sql.push(" AND t.status IN ").list(filter.statuses.iter().copied().map(Status::as_str));
        }
        sources.push(sql);
    }
    if filter.waiting == Some(true) && key != SortKey::Waiting {
        sources.push(Sql::new("SELECT id AS ticket FROM tickets WHERE waiting_since IS NOT NULL"));
    }
    let of_span = |column, span| {
        let mut sql = Sql::new("SELECT t.id AS ticket FROM tickets t WHERE 1 = 1");
        within(&mut sql, column, span);
        sql
    };
    if !filter.created.is_open() && key != SortKey::Created {
        sources.push(of_span("t.created_at", filter.created));
    }
    if !filter.updated.is_open() {
        sources.push(of_span("t.updated_at", filter.updated));
    }
    sources
}

/// ` AND column >= … AND column < …`.
fn within(sql: &mut Sql, column: &'static str, span: Span) {
    if let Some(from) = span.from {
        sql.push(" AND ").push(column).push(" >= ").bind(from.timestamp_millis());
    }
    if let Some(to) = span.to {
        sql.push(" AND ").push(column).push(" < ").bind(to.timestamp_millis());
    }
}

/// How many tickets fit, counted up to `most`; whether there may be more.
pub async fn count(tx: &mut Tx, query: &Query, most: i64) -> Result<(i64, bool), DbError> {
    let (mut count, mut after) = (0, None);
    for _ in 0..PARTS_COUNTED {
        let found = page(tx, query, after.as_ref(), most - count).await?;
        count += i64::try_from(found.places.len()).unwrap_or(most);
        after = found.next;
        if after.is_none() || count >= most {
            break;
        }
    }
    Ok((count, after.is_some()))
}

//! Full text: FTS5 on SQLite, tsvector on PostgreSQL, kept in step by triggers.
//!
//! What may be found is a row of `search_texts`, whose positions grow with time. Of a common word only the newest texts
//! are looked at. Internal notes are to be parts of their own there: `BODIES` names those that everybody in a ticket
//! may find, and staff would look in theirs besides.
use std::collections::HashMap;

use super::db::Engine;
use super::finding::fits;
use super::query::{Sql, fetch_all};
use super::{DbError, Tx};
use crate::domain::filter::{Filter, Query, Realm};
use crate::domain::ids::{MessageId, PersonId, TicketId};
use crate::domain::words::Phrase;

/// So many of the newest texts that have the words are looked at for a list.
const TEXTS_OF_LIST: i64 = 5_000;
/// So many texts are looked at for one page at most, in steps.
const WINDOWS: [i64; 2] = [400, 4_000];

/// Which texts are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    Titles,
    /// Descriptions and messages.
    Bodies,
}

impl Shelf {
    /// The condition that picks its rows; as the partial indexes have it.
    fn parts(self) -> &'static str {
        match self {
            Self::Titles => "s.part = 'title'",
            Self::Bodies => "s.part IN ('description', 'message')",
        }
    }
}

/// What the words were found in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Title,
    Description,
    Message(MessageId),
}

/// A text that has the words.
#[derive(Clone, Debug)]
pub struct Hit {
    pub position: i64,
    pub ticket: TicketId,
    pub part: Part,
}

/// Some hits, the newest first.
#[derive(Clone, Debug)]
pub struct Hits {
    pub hits: Vec<Hit>,
    /// Below which position there may be more; none at the end.
    pub next: Option<i64>,
}

/// The words in the engine's own language. They are letters and digits alone, so nothing in them has a meaning there.
fn expression(phrases: &[Phrase], engine: Engine) -> String {
    let phrase = |phrase: &Phrase| match engine {
        Engine::Sqlite => format!("\"{}\"{}", phrase.words.join(" "), if phrase.is_open { " *" } else { "" }),
        Engine::Postgres => {
            let words: Vec<String> = phrase.words.iter().map(|word| format!("'{word}'")).collect();
            format!("({}{})", words.join(" <-> "), if phrase.is_open { ":*" } else { "" })
        }
    };
    let and = match engine {
        Engine::Sqlite => " AND ",
        Engine::Postgres => " & ",
    };
    phrases.iter().map(phrase).collect::<Vec<_>>().join(and)
}

/// The row `s` has the words.
fn matches(sql: &mut Sql, shelf: Shelf, words: &str, engine: Engine) {
    match (engine, shelf) {
        (Engine::Sqlite, Shelf::Titles) => {
            sql.push("s.position IN (SELECT rowid FROM search_titles WHERE rowid = s.position");
            sql.push(" AND search_titles MATCH ").bind(words).push(")")
        }
        (Engine::Sqlite, Shelf::Bodies) => {
            sql.push("s.position IN (SELECT rowid FROM search_bodies WHERE rowid = s.position");
            sql.push(" AND search_bodies MATCH ").bind(words).push(")")
        }
        (Engine::Postgres, _) => sql.push("s.words @@ to_tsquery('simple', ").bind(words).push(")"),
    };
}

/// The newest `limit` texts that have the words, below a position, as `position`.
fn newest(shelf: Shelf, words: &str, (below, limit): (Option<i64>, i64), engine: Engine) -> Sql {
    let mut sql = match (engine, shelf) {
        (Engine::Sqlite, Shelf::Titles) => {
            Sql::new("SELECT rowid AS position FROM search_titles WHERE search_titles MATCH ")
        }
        (Engine::Sqlite, Shelf::Bodies) => {
            Sql::new("SELECT rowid AS position FROM search_bodies WHERE search_bodies MATCH ")
        }
        (Engine::Postgres, _) => {
            let mut sql = Sql::new("SELECT s.position FROM search_texts s WHERE ");
            sql.push(shelf.parts()).push(" AND s.words @@ ");
            sql
        }
    };
    match engine {
        Engine::Sqlite => sql.bind(words),
        Engine::Postgres => sql.push("to_tsquery('simple', ").bind(words).push(")"),
    };
    if let Some(below) = below {
        sql.push(if engine == Engine::Sqlite { " AND rowid < " } else { " AND s.position < " }).bind(below);
    }
    sql.push(if engine == Engine::Sqlite { " ORDER BY rowid DESC LIMIT " } else { " ORDER BY s.position DESC LIMIT " });
    sql.number(limit);
    sql
}

/// The ticket `t` has a text with the words.
pub fn has_words(sql: &mut Sql, phrases: &[Phrase], engine: Engine) {
    let words = expression(phrases, engine);
    sql.push("EXISTS (SELECT 1 FROM search_texts s WHERE s.ticket = t.id AND (");
    for (shelf, or) in [(Shelf::Titles, ""), (Shelf::Bodies, " OR ")] {
        sql.push(or).push("(").push(shelf.parts()).push(" AND ");
        matches(sql, shelf, &words, engine);
        sql.push(")");
    }
    sql.push("))");
}

/// The tickets of the newest texts that have the words, as `ticket`.
pub fn tickets_with(phrases: &[Phrase], engine: Engine) -> Sql {
    let words = expression(phrases, engine);
    let mut sql = Sql::new("SELECT DISTINCT s.ticket FROM (SELECT a.position FROM (");
    sql.append(newest(Shelf::Titles, &words, (None, TEXTS_OF_LIST), engine));
    sql.push(") AS a UNION ALL SELECT b.position FROM (");
    sql.append(newest(Shelf::Bodies, &words, (None, TEXTS_OF_LIST), engine));
    sql.push(") AS b) AS h CROSS JOIN search_texts s WHERE s.position = h.position");
    sql
}

/// The newest texts of somebody's own tickets, as `position`.
fn texts_of(query: &Query, shelf: Shelf, (below, limit): (Option<i64>, i64)) -> Option<Sql> {
    let mut sql = match query.realm {
        Realm::Own => Sql::new("SELECT s.position FROM participants p CROSS JOIN search_texts s WHERE p.person IN "),
        Realm::Desk if query.filter.students.is_empty() => return None,
        Realm::Desk => Sql::new("SELECT s.position FROM tickets p CROSS JOIN search_texts s WHERE p.created_by IN "),
    };
    match query.realm {
        Realm::Own => sql.list([query.by.as_str()]).push(" AND s.ticket = p.ticket AND "),
        Realm::Desk => sql.list(query.filter.students.iter().map(PersonId::as_str)).push(" AND s.ticket = p.id AND "),
    };
    sql.push(shelf.parts());
    if let Some(below) = below {
        sql.push(" AND s.position < ").bind(below);
    }
    sql.push(" ORDER BY s.position DESC LIMIT ").number(limit);
    Some(sql)
}

/// At most `limit` texts of the shelf that have the words of the query, in tickets that fit, below a position.
pub async fn hits(
    tx: &mut Tx,
    query: &Query,
    shelf: Shelf,
    (below, limit): (Option<i64>, i64),
) -> Result<Hits, DbError> {
    let engine = tx.engine();
    let words = expression(&query.filter.words, engine);
    let of_person = |window| texts_of(query, shelf, (below, window));
    let candidates = |window| of_person(window).unwrap_or_else(|| newest(shelf, &words, (below, window), engine));
    // What was looked up by its words has them.
    let ticket = Query { filter: Filter { words: Vec::new(), ..query.filter.clone() }, ..query.clone() };
    let mut found = Hits { hits: Vec::new(), next: None };
    for window in WINDOWS.map(|window| window.max(limit)) {
        let mut sql = Sql::new("SELECT s.position, s.ticket, s.part, s.message FROM (");
        sql.append(candidates(window)).push(") AS h CROSS JOIN search_texts s CROSS JOIN tickets t");
        sql.push(" WHERE s.position = h.position AND t.id = s.ticket");
        if of_person(window).is_some() {
            sql.push(" AND ");
            matches(&mut sql, shelf, &words, engine);
        }
        fits(&mut sql, engine, &ticket);
        sql.push(" ORDER BY s.position DESC LIMIT ").number(limit);
        let rows: Vec<(i64, String, String, Option<String>)> = fetch_all!(tx, sql);
        found.hits = rows.into_iter().map(read).collect::<Result<_, _>>()?;
        if i64::try_from(found.hits.len()).is_ok_and(|count| count == limit) {
            found.next = found.hits.last().map(|hit| hit.position);
            return Ok(found);
        }
        let mut edge = candidates(window);
        edge.push(" OFFSET ").number(window - 1);
        let rows: Vec<(i64,)> = fetch_all!(tx, edge);
        found.next = rows.first().map(|(position,)| *position);
        if found.next.is_none() {
            return Ok(found);
        }
    }
    Ok(found)
}

/// The tickets that fit whose number begins so, in the order of their numbers, at most `limit`. `between` holds every
/// number that does, whatever the collation of the database makes of hyphens.
pub async fn numbered(
    tx: &mut Tx,
    query: &Query,
    (between, limit): (&(String, String), i64),
) -> Result<Vec<(TicketId, String)>, DbError> {
    let mut sql = Sql::new("SELECT t.id, t.number FROM tickets t WHERE t.number >= ");
    sql.bind(between.0.as_str()).push(" AND t.number <= ").bind(between.1.as_str());
    fits(&mut sql, tx.engine(), query);
    sql.push(" ORDER BY t.number LIMIT ").number(limit);
    let rows: Vec<(String, String)> = fetch_all!(tx, sql);
    let bad = |_| DbError::BadRow("tickets", "id".into());
    rows.into_iter().map(|(id, number)| Ok((id.parse().map_err(bad)?, number))).collect()
}

/// Whether this ticket is there and fits.
pub async fn is_found(tx: &mut Tx, query: &Query, id: &TicketId) -> Result<bool, DbError> {
    let mut sql = Sql::new("SELECT t.id FROM tickets t WHERE t.id = ");
    sql.bind(id.as_str());
    fits(&mut sql, tx.engine(), query);
    let rows: Vec<(String,)> = fetch_all!(tx, sql);
    Ok(!rows.is_empty())
}

/// The texts of these messages.
pub async fn bodies(tx: &mut Tx, ids: &[MessageId]) -> Result<HashMap<MessageId, String>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("SELECT id, body FROM messages WHERE id IN ");
    sql.list(ids.iter().map(MessageId::as_str));
    let rows: Vec<(String, String)> = fetch_all!(tx, sql);
    let bad = |_| DbError::BadRow("messages", "id".into());
    rows.into_iter().map(|(id, body)| Ok((id.parse().map_err(bad)?, body))).collect()
}

fn read((position, ticket, part, message): (i64, String, String, Option<String>)) -> Result<Hit, DbError> {
    let bad = |what: &str| DbError::BadRow("search_texts", what.to_owned());
    let part = match (part.as_str(), message) {
        ("title", _) => Part::Title,
        ("description", _) => Part::Description,
        ("message", Some(id)) => Part::Message(id.parse().map_err(|_| bad("message"))?),
        _ => return Err(bad("part")),
    };
    Ok(Hit { position, ticket: ticket.parse().map_err(|_| bad("ticket"))?, part })
}

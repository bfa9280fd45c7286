//! Full text: FTS5 on SQLite, tsvector on PostgreSQL, kept in step by triggers.
//!
//! What may be found is a row of `search_texts` or, for staff alone, of `notes`, whose positions grow with time. Of a
//! common word only the newest texts are looked at.
use std::collections::HashMap;
use std::hash::Hash;
use std::str::FromStr;

use super::db::Engine;
use super::finding::fits;
use super::query::{Sql, fetch_all};
use super::{DbError, Tx};
use crate::domain::filter::{Query, Realm};
use crate::domain::ids::{MessageId, NoteId, PersonId, TicketId};
use crate::domain::words::{Phrase, have};

/// So many of the newest texts that have the words are looked at for a list.
const TEXTS_OF_LIST: i64 = 2_500;
/// So many of the newest texts of one person's tickets are looked through for a list.
const TEXTS_OF_PERSON: i64 = 4_000;
/// So many of the newest texts tell how common words are.
const LOOKED_AT: i64 = 1_000;
/// Words are common that one in so many texts has.
const COMMON: i64 = 10;
/// So many texts are looked at for one page at most, in steps.
const WINDOWS: [i64; 2] = [400, 4_000];

/// The order of texts, as no index has it: PostgreSQL would otherwise read every text in that order, hoping to have
/// enough soon.
const UNINDEXED: &str = "s.position + 0";

/// Which texts are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    Titles,
    /// Descriptions and messages.
    Bodies,
    /// Internal notes.
    Notes,
}

impl Shelf {
    /// Those in which a query looks, in this order. Only staff look through everybody's tickets, and only there for
    /// notes.
    pub fn of(query: &Query) -> &'static [Self] {
        match query.realm {
            Realm::Own => &[Self::Titles, Self::Bodies],
            Realm::Desk => &[Self::Titles, Self::Bodies, Self::Notes],
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Titles => "titles",
            Self::Bodies => "bodies",
            Self::Notes => "notes",
        }
    }

    /// Where its texts are, as `s`.
    fn table(self) -> &'static str {
        match self {
            Self::Titles | Self::Bodies => "search_texts s",
            Self::Notes => "notes s",
        }
    }

    /// The condition that picks its rows; as the partial indexes have it.
    fn parts(self) -> &'static str {
        match self {
            Self::Titles => "s.part = 'title'",
            Self::Bodies => "s.part IN ('description', 'message')",
            Self::Notes => "s.deleted_at IS NULL",
        }
    }

    /// The columns of a hit.
    fn columns(self) -> &'static str {
        match self {
            Self::Titles | Self::Bodies => "s.position, s.ticket, s.part, s.message",
            Self::Notes => "s.position, s.ticket, 'note', s.id",
        }
    }

    /// The newest texts that have some words, by SQLite's full-text index; the words are to follow.
    fn matching(self) -> &'static str {
        match self {
            Self::Titles => "SELECT rowid AS position FROM search_titles WHERE search_titles MATCH ",
            Self::Bodies => "SELECT rowid AS position FROM search_bodies WHERE search_bodies MATCH ",
            Self::Notes => "SELECT rowid AS position FROM search_notes WHERE search_notes MATCH ",
        }
    }
}

/// What the words were found in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Title,
    Description,
    Message(MessageId),
    Note(NoteId),
}

/// A text that has the words.
#[derive(Clone, Debug)]
pub struct Hit {
    pub position: i64,
    pub ticket: TicketId,
    pub part: Part,
}

/// Position, ticket, part, and the message or note.
type HitRow = (i64, String, String, Option<String>);
/// The same with the text.
type TextRow = (i64, String, String, Option<String>, Option<String>);

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

/// The newest `limit` texts that have the words, below a position, as `position`: by the full-text index.
fn newest(shelf: Shelf, words: &str, (below, limit): (Option<i64>, i64), engine: Engine) -> Sql {
    let (mut sql, position) = match engine {
        Engine::Sqlite => (Sql::new(shelf.matching()), "rowid"),
        Engine::Postgres => {
            let mut sql = Sql::new("SELECT s.position FROM ");
            sql.push(shelf.table()).push(" WHERE ").push(shelf.parts()).push(" AND s.words @@ ");
            (sql, UNINDEXED)
        }
    };
    match engine {
        Engine::Sqlite => sql.bind(words),
        Engine::Postgres => sql.push("to_tsquery('simple', ").bind(words).push(")"),
    };
    if let Some(below) = below {
        sql.push(if engine == Engine::Sqlite { " AND rowid < " } else { " AND s.position < " }).bind(below);
    }
    sql.push(" ORDER BY ").push(position).push(" DESC LIMIT ").number(limit);
    sql
}

/// Those of the newest `looked_at` texts below a position that have the words, `limit` at most: for PostgreSQL, whose
/// full-text index knows no order and brings every text of a common word.
fn recent(shelf: Shelf, words: &str, below: Option<i64>, (looked_at, limit): (i64, i64)) -> Sql {
    let mut sql = Sql::new("SELECT r.position FROM (SELECT s.position, s.words FROM ");
    sql.push(shelf.table()).push(" WHERE ").push(shelf.parts());
    if let Some(below) = below {
        sql.push(" AND s.position < ").bind(below);
    }
    sql.push(" ORDER BY s.position DESC LIMIT ").number(looked_at);
    sql.push(") AS r WHERE r.words @@ to_tsquery('simple', ").bind(words).push(") LIMIT ").number(limit);
    sql
}

/// The newest texts of the desk that have the words, for a list.
async fn of_desk(tx: &mut Tx, shelf: Shelf, words: &str) -> Result<Sql, DbError> {
    let engine = tx.engine();
    if engine == Engine::Postgres {
        let mut sql = Sql::new("SELECT COUNT(*) FROM (");
        sql.append(recent(shelf, words, None, (LOOKED_AT, LOOKED_AT))).push(") AS h");
        let rows: Vec<(i64,)> = fetch_all!(tx, sql);
        if rows.first().is_some_and(|(count,)| *count >= LOOKED_AT / COMMON) {
            return Ok(recent(shelf, words, None, (COMMON * TEXTS_OF_LIST, TEXTS_OF_LIST)));
        }
    }
    Ok(newest(shelf, words, (None, TEXTS_OF_LIST), engine))
}

/// The tickets that have a text with the words of the query, as `ticket`: of those of one person, looked through one by
/// one; otherwise those of the newest texts.
pub async fn tickets_with(tx: &mut Tx, query: &Query) -> Result<Sql, DbError> {
    let words = expression(&query.filter.words, tx.engine());
    let (mut own, mut of_all) = (Vec::new(), Vec::new());
    for shelf in Shelf::of(query) {
        match texts_of(query, *shelf, (None, TEXTS_OF_PERSON)) {
            Some(texts) => own.extend(matching(tx, query, *shelf, texts).await?.into_iter().map(|hit| hit.ticket)),
            None => of_all.push((*shelf, of_desk(tx, *shelf, &words).await?)),
        }
    }
    if !of_all.is_empty() {
        return Ok(tickets_of(of_all));
    }
    own.sort();
    own.dedup();
    if own.is_empty() {
        return Ok(Sql::new("SELECT id AS ticket FROM tickets WHERE 1 = 0"));
    }
    let mut sql = Sql::new("SELECT id AS ticket FROM tickets WHERE id IN ");
    sql.list(own.iter().map(TicketId::as_str));
    Ok(sql)
}

/// The tickets of these texts, each once, as `ticket`.
fn tickets_of(texts: Vec<(Shelf, Sql)>) -> Sql {
    let mut sql = Sql::new("SELECT DISTINCT a.ticket FROM (");
    for (index, (shelf, texts)) in texts.into_iter().enumerate() {
        sql.push(if index == 0 { "SELECT s.ticket FROM (" } else { " UNION ALL SELECT s.ticket FROM (" });
        sql.append(texts).push(") AS h CROSS JOIN ").push(shelf.table()).push(" WHERE s.position = h.position");
    }
    sql.push(") AS a");
    sql
}

/// Those of these texts that have the words, in tickets that fit, the newest first. Of few texts each is read: to ask
/// the full-text index about a single one costs as much as about all.
async fn matching(tx: &mut Tx, query: &Query, shelf: Shelf, texts: Sql) -> Result<Vec<Hit>, DbError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(shelf.columns());
    sql.push(match shelf {
        Shelf::Titles => ", t.title",
        Shelf::Bodies => ", CASE s.part WHEN 'description' THEN t.description ELSE m.body END",
        Shelf::Notes => ", s.body",
    });
    sql.push(" FROM (").append(texts).push(") AS h CROSS JOIN ").push(shelf.table()).push(" CROSS JOIN tickets t");
    if shelf == Shelf::Bodies {
        sql.push(" LEFT JOIN messages m ON m.id = s.message");
    }
    sql.push(" WHERE s.position = h.position AND t.id = s.ticket");
    fits(&mut sql, query);
    sql.push(" ORDER BY ").push(UNINDEXED).push(" DESC");
    let rows: Vec<TextRow> = fetch_all!(tx, sql);
    let rows = rows.into_iter().filter(|(.., body)| have(body.as_deref().unwrap_or_default(), &query.filter.words));
    rows.map(|(position, ticket, part, id, _)| read((position, ticket, part, id))).collect()
}

/// The newest texts of somebody's own tickets, as `position`.
fn texts_of(query: &Query, shelf: Shelf, (below, limit): (Option<i64>, i64)) -> Option<Sql> {
    let mut sql = match query.realm {
        Realm::Own => Sql::new("SELECT s.position FROM participants p CROSS JOIN "),
        Realm::Desk if query.filter.students.is_empty() => return None,
        Realm::Desk => Sql::new("SELECT s.position FROM tickets p CROSS JOIN "),
    };
    sql.push(shelf.table());
    match query.realm {
        Realm::Own => sql.push(" WHERE p.person = ").bind(query.by.as_str()).push(" AND s.ticket = p.ticket AND "),
        Realm::Desk => {
            sql.push(" WHERE p.created_by IN ").list(query.filter.students.iter().map(PersonId::as_str));
            sql.push(" AND s.ticket = p.id AND ")
        }
    };
    sql.push(shelf.parts());
    if let Some(below) = below {
        sql.push(" AND s.position < ").bind(below);
    }
    sql.push(" ORDER BY ").push(UNINDEXED).push(" DESC LIMIT ").number(limit);
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
    let mut found = Hits { hits: Vec::new(), next: None };
    if engine == Engine::Postgres && of_person(limit).is_none() {
        let recent = recent(shelf, &words, below, (LOOKED_AT, LOOKED_AT));
        found.hits = fitting(tx, query, (shelf, recent), limit).await?;
        if i64::try_from(found.hits.len()).is_ok_and(|count| count >= limit) {
            found.next = found.hits.last().map(|hit| hit.position);
            return Ok(found);
        }
    }
    for window in WINDOWS.map(|window| window.max(limit)) {
        let candidates = of_person(window).unwrap_or_else(|| newest(shelf, &words, (below, window), engine));
        found.hits = match of_person(window) {
            Some(texts) => matching(tx, query, shelf, texts).await?,
            None => fitting(tx, query, (shelf, candidates.clone()), limit).await?,
        };
        if i64::try_from(found.hits.len()).is_ok_and(|count| count >= limit) {
            found.hits.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            found.next = found.hits.last().map(|hit| hit.position);
            return Ok(found);
        }
        let mut edge = candidates;
        edge.push(" OFFSET ").number(window - 1);
        let rows: Vec<(i64,)> = fetch_all!(tx, edge);
        found.next = rows.first().map(|(position,)| *position);
        if found.next.is_none() {
            return Ok(found);
        }
    }
    Ok(found)
}

/// Those of these texts that are in tickets that fit, the newest first.
async fn fitting(tx: &mut Tx, query: &Query, (shelf, texts): (Shelf, Sql), limit: i64) -> Result<Vec<Hit>, DbError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(shelf.columns()).push(" FROM (").append(texts).push(") AS h CROSS JOIN ").push(shelf.table());
    sql.push(" CROSS JOIN tickets t WHERE s.position = h.position AND t.id = s.ticket");
    fits(&mut sql, query);
    sql.push(" ORDER BY ").push(UNINDEXED).push(" DESC LIMIT ").number(limit);
    let rows: Vec<HitRow> = fetch_all!(tx, sql);
    rows.into_iter().map(read).collect()
}

/// What is known of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// Holds every number that begins so, whatever the collation of the database makes of hyphens.
    pub between: (String, String),
    /// Its count of the day.
    pub count: Option<String>,
}

/// The tickets that fit with such a number, at most `limit`: of one count the latest first, otherwise in their order.
pub async fn numbered(
    tx: &mut Tx,
    query: &Query,
    (Numbered { between, count }, limit): (&Numbered, i64),
) -> Result<Vec<(TicketId, String)>, DbError> {
    let mut sql = Sql::new("SELECT t.id, t.number FROM tickets t WHERE t.number >= ");
    sql.bind(between.0.as_str()).push(" AND t.number <= ").bind(between.1.as_str());
    if let Some(count) = count {
        sql.push(" AND substr(t.number, 15) = ").bind(count.as_str());
    }
    fits(&mut sql, query);
    sql.push(" ORDER BY t.number").push(if count.is_some() { " DESC" } else { "" });
    sql.push(" LIMIT ").number(limit);
    let rows: Vec<(String, String)> = fetch_all!(tx, sql);
    let bad = |_| DbError::BadRow("tickets", "id".into());
    rows.into_iter().map(|(id, number)| Ok((id.parse().map_err(bad)?, number))).collect()
}

/// Whether this ticket is there and fits.
pub async fn is_found(tx: &mut Tx, query: &Query, id: &TicketId) -> Result<bool, DbError> {
    let mut sql = Sql::new("SELECT t.id FROM tickets t WHERE t.id = ");
    sql.bind(id.as_str());
    fits(&mut sql, query);
    let rows: Vec<(String,)> = fetch_all!(tx, sql);
    Ok(!rows.is_empty())
}

/// The texts of these messages.
pub async fn bodies(tx: &mut Tx, ids: &[MessageId]) -> Result<HashMap<MessageId, String>, DbError> {
    texts(tx, "messages", Sql::new("SELECT id, body FROM messages WHERE id IN "), ids.iter().map(MessageId::as_str))
        .await
}

/// The texts of these notes.
pub async fn note_bodies(tx: &mut Tx, ids: &[NoteId]) -> Result<HashMap<NoteId, String>, DbError> {
    texts(tx, "notes", Sql::new("SELECT id, body FROM notes WHERE id IN "), ids.iter().map(NoteId::as_str)).await
}

/// The texts that a statement, which the ids are to end, brings of a table.
async fn texts<Id: FromStr + Eq + Hash>(
    tx: &mut Tx,
    table: &'static str,
    mut sql: Sql,
    ids: impl ExactSizeIterator<Item = &str>,
) -> Result<HashMap<Id, String>, DbError> {
    if ids.len() == 0 {
        return Ok(HashMap::new());
    }
    sql.list(ids);
    let rows: Vec<(String, String)> = fetch_all!(tx, sql);
    let bad = |_| DbError::BadRow(table, "id".into());
    rows.into_iter().map(|(id, body)| Ok((id.parse().map_err(bad)?, body))).collect()
}

fn read((position, ticket, part, id): HitRow) -> Result<Hit, DbError> {
    let bad = |what: &str| DbError::BadRow("search_texts", what.to_owned());
    let part = match (part.as_str(), id) {
        ("title", _) => Part::Title,
        ("description", _) => Part::Description,
        ("message", Some(id)) => Part::Message(id.parse().map_err(|_| bad("message"))?),
        ("note", Some(id)) => Part::Note(id.parse().map_err(|_| bad("note"))?),
        _ => return Err(bad("part")),
    };
    Ok(Hit { position, ticket: ticket.parse().map_err(|_| bad("ticket"))?, part })
}

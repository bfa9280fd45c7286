//! Tickets: opening with a gapless number, changing under a lock.
use std::str::FromStr;

use chrono::NaiveDate;
use ruma::{OwnedRoomId, RoomId};
use sqlx::FromRow;

use super::db::PerEngine;
use super::{DbError, Tx};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{PersonId, TeamId, TicketId};
use crate::domain::status::Status;
use crate::domain::tickets::{Category, Priority, Ticket, TicketNumber};

/// The columns of [`TicketRow`]; a macro, because statements are constants.
macro_rules! select_ticket {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, t.number, t.title, t.description, t.category, t.priority, t.status, t.created_by, ",
            "t.assigned_to, t.created_at, t.updated_at, t.resolved_at, t.closed_at, t.message_count, ",
            "t.last_message_at, t.last_message_by, t.version, t.waiting_since, t.first_response_at, ",
            "t.last_interaction_at, t.room_id, t.last_seq, t.room_seq, t.resolution, t.opened_by, t.team, t.context, ",
            "t.follows, t.is_confidential, t.closing_announced_at FROM ",
            $rest
        )
    };
}

statements! {
    NEXT_NUMBER = "INSERT INTO ticket_counters (day, last) VALUES ($1, 1) \
                   ON CONFLICT (day) DO UPDATE SET last = ticket_counters.last + 1 RETURNING last";
    INSERT = "INSERT INTO tickets (id, number, title, description, category, priority, status, created_by, \
              assigned_to, created_at, updated_at, message_count, version, waiting_since, last_interaction_at, \
              last_seq, room_seq, opened_by, team, context, follows, is_confidential) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 1, $12, $13, $14, 0, $15, $16, $17, $18, $19)";
    UPDATE = "UPDATE tickets SET status = $2, assigned_to = $3, updated_at = $4, resolved_at = $5, closed_at = $6, \
              message_count = $7, last_message_at = $8, last_message_by = $9, waiting_since = $10, \
              first_response_at = $11, last_interaction_at = $12, last_seq = $13, room_seq = $14, \
              title = $15, category = $16, priority = $17, resolution = $18, team = $19, context = $20, \
              is_confidential = $21, closing_announced_at = $22, version = version + 1 WHERE id = $1 RETURNING version";
    CONFIRM = "UPDATE tickets SET room_seq = $2 WHERE id = $1";
    /// Those that wait for their student or for nobody, since before a time and not told of their closing yet.
    TO_ANNOUNCE = "SELECT id FROM tickets WHERE status IN ('pending', 'resolved') AND closing_announced_at IS NULL \
                   AND waiting_since IS NULL AND last_interaction_at <= $1 ORDER BY last_interaction_at, id LIMIT $2";
    /// Those that were told before a time.
    TO_CLOSE = "SELECT id FROM tickets WHERE status IN ('pending', 'resolved') AND waiting_since IS NULL AND closing_announced_at <= $1 \
                ORDER BY closing_announced_at, id LIMIT $2";
    /// However many tickets lie between.
    GOES_ON_FROM = "WITH RECURSIVE before (id) AS (SELECT follows FROM tickets WHERE id = $1 UNION \
                    SELECT t.follows FROM tickets t JOIN before b ON t.id = b.id) \
                    SELECT COUNT(*) FROM before WHERE id = $2";
    FOLLOW_UPS = select_ticket!("tickets t WHERE t.follows = $1 ORDER BY t.id");
    BY_ID = select_ticket!("tickets t WHERE t.id = $1");
    BY_NUMBER = select_ticket!("tickets t WHERE t.number = $1");
    /// The lane of a ticket's room stays once there was a job in it.
    NEVER_HAD_ROOM = "SELECT COUNT(*) FROM tickets WHERE id = $1 AND room_id IS NULL \
                      AND NOT EXISTS (SELECT 1 FROM lanes WHERE lane = $2)";
    SET_ROOM = "UPDATE tickets SET room_id = $2 WHERE id = $1 AND room_id IS NULL";
}

/// The row with its lock; SQLite has one writer at a time anyhow.
macro_rules! locked_ticket {
    ($condition:literal) => {
        PerEngine {
            sqlite: select_ticket!($condition),
            postgres: concat!(select_ticket!($condition), " FOR NO KEY UPDATE"),
        }
    };
}

const LOCKED_BY_ID: PerEngine = locked_ticket!("tickets t WHERE t.id = $1");
const LOCKED_BY_NUMBER: PerEngine = locked_ticket!("tickets t WHERE t.number = $1");
const LOCKED_BY_ROOM: PerEngine = locked_ticket!("tickets t WHERE t.room_id = $1");
/// The statements of this file that are not the same on both engines.
pub const PER_ENGINE: &[(&str, PerEngine)] = &[
    ("tickets::LOCKED_BY_ID", LOCKED_BY_ID),
    ("tickets::LOCKED_BY_NUMBER", LOCKED_BY_NUMBER),
    ("tickets::LOCKED_BY_ROOM", LOCKED_BY_ROOM),
];

#[derive(FromRow)]
struct TicketRow {
    id: String,
    number: String,
    title: String,
    description: String,
    category: String,
    priority: String,
    status: String,
    created_by: String,
    assigned_to: Option<String>,
    created_at: i64,
    updated_at: i64,
    resolved_at: Option<i64>,
    closed_at: Option<i64>,
    message_count: i64,
    last_message_at: Option<i64>,
    last_message_by: Option<String>,
    version: i64,
    waiting_since: Option<i64>,
    first_response_at: Option<i64>,
    last_interaction_at: i64,
    room_id: Option<String>,
    last_seq: i64,
    room_seq: i64,
    resolution: Option<String>,
    opened_by: Option<String>,
    team: Option<String>,
    context: Option<String>,
    follows: Option<String>,
    is_confidential: bool,
    closing_announced_at: Option<i64>,
}

/// An id that may be missing.
fn id<T: FromStr>(text: Option<String>, what: &'static str) -> Result<Option<T>, DbError> {
    text.map(|id| id.parse()).transpose().map_err(|_| DbError::BadRow("tickets", what.to_owned()))
}

impl TryFrom<TicketRow> for Ticket {
    type Error = DbError;

    fn try_from(row: TicketRow) -> Result<Self, DbError> {
        let bad = |what: &'static str| move || DbError::BadRow("tickets", what.to_owned());
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id")())?,
            number: TicketNumber::parse(&row.number).ok_or_else(bad("number"))?,
            title: row.title,
            description: row.description,
            category: Category::parse(&row.category).ok_or_else(bad("category"))?,
            priority: Priority::parse(&row.priority).ok_or_else(bad("priority"))?,
            status: Status::parse(&row.status).ok_or_else(bad("status"))?,
            created_by: row.created_by.parse().map_err(|_| bad("created_by")())?,
            opened_by: id(row.opened_by, "opened_by")?,
            assigned_to: id(row.assigned_to, "assigned_to")?,
            team: id(row.team, "team")?,
            team_name: None,
            context: row.context,
            follows: id(row.follows, "follows")?,
            is_confidential: row.is_confidential,
            tags: Vec::new(),
            closing_announced_at: row.closing_announced_at.map(from_millis),
            attachments: Vec::new(),
            attachment_count: 0,
            created_at: from_millis(row.created_at),
            updated_at: from_millis(row.updated_at),
            resolved_at: row.resolved_at.map(from_millis),
            closed_at: row.closed_at.map(from_millis),
            message_count: row.message_count,
            last_message_at: row.last_message_at.map(from_millis),
            last_message_by: id(row.last_message_by, "last_message_by")?,
            version: row.version,
            waiting_since: row.waiting_since.map(from_millis),
            first_response_at: row.first_response_at.map(from_millis),
            last_interaction_at: from_millis(row.last_interaction_at),
            room_id: row.room_id.map(RoomId::parse).transpose().map_err(|_| bad("room_id")())?,
            last_seq: row.last_seq,
            room_seq: row.room_seq,
            resolution: row.resolution,
        })
    }
}

/// The next number of `day`. The counter's row stays locked until the transaction ends, so that a transaction
/// that fails leaves no gap.
pub async fn next_number(tx: &mut Tx, day: NaiveDate) -> Result<TicketNumber, DbError> {
    let key = day.to_string();
    let count: i64 = with_conn!(tx, |conn| sqlx::query_scalar(NEXT_NUMBER).bind(&key).fetch_one(conn).await?);
    Ok(TicketNumber::new(day, count))
}

/// Stores a new ticket.
pub async fn insert(tx: &mut Tx, ticket: &Ticket) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(ticket.id.as_str())
        .bind(ticket.number.as_str())
        .bind(&ticket.title)
        .bind(&ticket.description)
        .bind(ticket.category.as_str())
        .bind(ticket.priority.as_str())
        .bind(ticket.status.as_str())
        .bind(ticket.created_by.as_str())
        .bind(ticket.assigned_to.as_ref().map(PersonId::as_str))
        .bind(ticket.created_at.timestamp_millis())
        .bind(ticket.updated_at.timestamp_millis())
        .bind(millis(ticket.waiting_since))
        .bind(ticket.last_interaction_at.timestamp_millis())
        .bind(ticket.last_seq)
        .bind(ticket.opened_by.as_ref().map(PersonId::as_str))
        .bind(ticket.team.as_ref().map(TeamId::as_str))
        .bind(ticket.context.as_deref())
        .bind(ticket.follows.as_ref().map(TicketId::as_str))
        .bind(ticket.is_confidential)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Stores what changes on a ticket (its fields, status, assignment, counters, clocks) and raises its version.
/// The row must have been locked in the same transaction.
pub async fn update(tx: &mut Tx, ticket: &mut Ticket) -> Result<(), DbError> {
    ticket.version = with_conn!(tx, |conn| sqlx::query_scalar(UPDATE)
        .bind(ticket.id.as_str())
        .bind(ticket.status.as_str())
        .bind(ticket.assigned_to.as_ref().map(PersonId::as_str))
        .bind(ticket.updated_at.timestamp_millis())
        .bind(millis(ticket.resolved_at))
        .bind(millis(ticket.closed_at))
        .bind(ticket.message_count)
        .bind(millis(ticket.last_message_at))
        .bind(ticket.last_message_by.as_ref().map(PersonId::as_str))
        .bind(millis(ticket.waiting_since))
        .bind(millis(ticket.first_response_at))
        .bind(ticket.last_interaction_at.timestamp_millis())
        .bind(ticket.last_seq)
        .bind(ticket.room_seq)
        .bind(&ticket.title)
        .bind(ticket.category.as_str())
        .bind(ticket.priority.as_str())
        .bind(ticket.resolution.as_deref())
        .bind(ticket.team.as_ref().map(TeamId::as_str))
        .bind(ticket.context.as_deref())
        .bind(ticket.is_confidential)
        .bind(millis(ticket.closing_announced_at))
        .fetch_one(conn)
        .await?);
    Ok(())
}

/// Stores how far the room has come with what stands in the ticket already, which is no change: its version stays.
/// The row must have been locked in the same transaction.
pub async fn confirm(tx: &mut Tx, ticket: &Ticket) -> Result<(), DbError> {
    with_conn!(tx, |conn| {
        sqlx::query(CONFIRM).bind(ticket.id.as_str()).bind(ticket.room_seq).execute(conn).await?;
    });
    Ok(())
}

fn millis(time: Option<Time>) -> Option<i64> {
    time.map(|time| time.timestamp_millis())
}

pub async fn by_id(tx: &mut Tx, id: &TicketId) -> Result<Option<Ticket>, DbError> {
    one(tx, BY_ID, id.as_str()).await
}

pub async fn by_number(tx: &mut Tx, number: &TicketNumber) -> Result<Option<Ticket>, DbError> {
    one(tx, BY_NUMBER, number.as_str()).await
}

/// The tickets with these ids, in no order.
pub async fn by_ids(tx: &mut Tx, ids: &[TicketId]) -> Result<Vec<Ticket>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<TicketRow> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(select_ticket!("tickets t WHERE t.id IN ("));
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(id.as_str());
        }
        select.push(")");
        select.build_query_as().fetch_all(conn).await?
    });
    rows.into_iter().map(Ticket::try_from).collect()
}

/// As [`by_id`], locked against every other writer until the transaction ends.
pub async fn locked_by_id(tx: &mut Tx, id: &TicketId) -> Result<Option<Ticket>, DbError> {
    one(tx, LOCKED_BY_ID.on(tx.engine()), id.as_str()).await
}

/// As [`by_number`], locked against every other writer until the transaction ends.
pub async fn locked_by_number(tx: &mut Tx, number: &TicketNumber) -> Result<Option<Ticket>, DbError> {
    one(tx, LOCKED_BY_NUMBER.on(tx.engine()), number.as_str()).await
}

/// The ticket of a room, locked against every other writer until the transaction ends.
pub async fn locked_by_room(tx: &mut Tx, room: &RoomId) -> Result<Option<Ticket>, DbError> {
    one(tx, LOCKED_BY_ROOM.on(tx.engine()), room.as_str()).await
}

async fn one(tx: &mut Tx, statement: &'static str, key: &str) -> Result<Option<Ticket>, DbError> {
    let row: Option<TicketRow> =
        with_conn!(tx, |conn| sqlx::query_as(statement).bind(key).fetch_optional(conn).await?);
    row.map(Ticket::try_from).transpose()
}

/// Whether the ticket has no room and nobody was ever told to make one: then there is no `lane` of its room.
pub async fn never_had_room(tx: &mut Tx, id: &TicketId, lane: &str) -> Result<bool, DbError> {
    let count: i64 =
        with_conn!(tx, |conn| sqlx::query_scalar(NEVER_HAD_ROOM).bind(id.as_str()).bind(lane).fetch_one(conn).await?);
    Ok(count > 0)
}

/// Binds the ticket to its room; false when it has one already.
pub async fn set_room(tx: &mut Tx, id: &TicketId, room: &OwnedRoomId) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(SET_ROOM)
        .bind(id.as_str())
        .bind(room.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// At most `limit` tickets that wait for their student or for nobody: untouched since before `before` and not yet told
/// that they will be closed, the longest untouched first.
pub async fn to_announce(tx: &mut Tx, before: Time, limit: i64) -> Result<Vec<TicketId>, DbError> {
    ids_before(tx, TO_ANNOUNCE, before, limit).await
}

/// At most `limit` of those that were told before `before` and are still untouched, the longest told first.
pub async fn to_close(tx: &mut Tx, before: Time, limit: i64) -> Result<Vec<TicketId>, DbError> {
    ids_before(tx, TO_CLOSE, before, limit).await
}

async fn ids_before(tx: &mut Tx, statement: &'static str, time: Time, limit: i64) -> Result<Vec<TicketId>, DbError> {
    let rows: Vec<String> = with_conn!(tx, |conn| sqlx::query_scalar(statement)
        .bind(time.timestamp_millis())
        .bind(limit)
        .fetch_all(conn)
        .await?);
    rows.into_iter().map(|id| id.parse().map_err(|_| DbError::BadRow("tickets", "id".to_owned()))).collect()
}

/// The tickets that go on from this one, oldest first.
pub async fn follow_ups(tx: &mut Tx, id: &TicketId) -> Result<Vec<Ticket>, DbError> {
    let rows: Vec<TicketRow> =
        with_conn!(tx, |conn| sqlx::query_as(FOLLOW_UPS).bind(id.as_str()).fetch_all(conn).await?);
    rows.into_iter().map(Ticket::try_from).collect()
}

/// Whether the ticket `later` goes on from `earlier`, directly or not.
pub async fn goes_on_from(tx: &mut Tx, later: &TicketId, earlier: &TicketId) -> Result<bool, DbError> {
    let count: i64 = with_conn!(tx, |conn| sqlx::query_scalar(GOES_ON_FROM)
        .bind(later.as_str())
        .bind(earlier.as_str())
        .fetch_one(conn)
        .await?);
    Ok(count > 0)
}

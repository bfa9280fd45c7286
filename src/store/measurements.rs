//! What is measured about tickets: written with what it tells of, folded into counts later.
use std::collections::HashMap;

use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::clock::Time;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::numbers::{Bins, Measure};
use crate::domain::rollup::{Cell, Measured};

statements! {
    INSERT = "INSERT INTO measurements (ticket, measure, at, value, weight, category, priority, team, agent) \
              SELECT id, $2, $3, $4, 1, category, priority, COALESCE(team, ''), $5 FROM tickets WHERE id = $1";
    /// Since the ticket was opened, or, when staff opened it, since the student first wrote into it; not at all before that.
    INSERT_FIRST_RESPONSE =
        "INSERT INTO measurements (ticket, measure, at, value, weight, category, priority, team, agent) \
         SELECT t.id, 'first-response', $2, CASE WHEN t.since < $2 THEN $2 - t.since ELSE 0 END, 1, t.category, t.priority, \
         COALESCE(t.team, ''), $3 FROM (SELECT id, category, priority, team, CASE WHEN opened_by IS NULL THEN created_at \
         ELSE (SELECT MIN(m.created_at) FROM messages m WHERE m.ticket = tickets.id AND m.sender = tickets.created_by \
         AND m.kind <> 'system') END AS since FROM tickets WHERE id = $1) t WHERE t.since IS NOT NULL";
    /// The ticket is not resolved in full after all: what was measured the last time no longer counts.
    TAKE_BACK =
        "INSERT INTO measurements (ticket, measure, at, value, weight, category, priority, team, agent) \
         SELECT ticket, measure, at, value, -1, category, priority, team, agent FROM measurements WHERE position IN \
         (SELECT MAX(position) FROM measurements WHERE ticket = $1 AND weight = 1 \
         AND measure IN ('full-resolution', 'requester-wait', 'agent-wait') GROUP BY measure)";
    LOCK_FOLDING = "UPDATE folding SET folded_at = $1";
    HAS_NEW = "SELECT EXISTS (SELECT 1 FROM measurements WHERE NOT is_folded) OR EXISTS (SELECT 1 FROM census_changes)";
    TAKE_NEW = "UPDATE measurements SET is_folded = TRUE WHERE position IN (SELECT position FROM measurements \
                WHERE NOT is_folded ORDER BY position LIMIT $1) \
                RETURNING measure, at, value, weight, category, priority, team, agent";
    BINS = "SELECT bins FROM measured WHERE part = $1 AND span = $2 AND first_day = $3 AND name = $4 AND measure = $5";
    SET_BINS = "INSERT INTO measured (part, span, first_day, name, measure, bins) VALUES ($1, $2, $3, $4, $5, $6) \
                ON CONFLICT (part, span, first_day, name, measure) DO UPDATE SET bins = excluded.bins";
    TAKE_CENSUS = "DELETE FROM census_changes WHERE position IN (SELECT position FROM census_changes ORDER BY position \
                   LIMIT $1) RETURNING status, category, priority, team, assignee, change";
    ADD_TO_CENSUS = "INSERT INTO census (status, category, priority, team, assignee, tickets) \
                     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (status, category, priority, team, assignee) \
                     DO UPDATE SET tickets = census.tickets + excluded.tickets";
    DROP_EMPTY = "DELETE FROM census WHERE tickets = 0";
}

#[derive(FromRow)]
pub(super) struct MeasuredRow {
    pub measure: String,
    pub at: i64,
    pub value: i64,
    pub weight: i64,
    pub category: String,
    pub priority: String,
    pub team: String,
    pub agent: String,
}

impl TryFrom<MeasuredRow> for Measured {
    type Error = DbError;

    fn try_from(row: MeasuredRow) -> Result<Self, DbError> {
        Ok(Self {
            measure: measure(&row.measure)?,
            at: row.at,
            value: row.value,
            weight: row.weight,
            category: row.category,
            priority: row.priority,
            team: row.team,
            agent: row.agent,
        })
    }
}

pub(super) fn measure(name: &str) -> Result<Measure, DbError> {
    Measure::parse(name).ok_or_else(|| DbError::BadRow("measurements", "measure".into()))
}

/// Something was measured about a ticket, which is stored already.
pub async fn insert(
    tx: &mut Tx,
    ticket: &TicketId,
    (measure, value): (Measure, i64),
    (agent, at): (Option<&PersonId>, Time),
) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(ticket.as_str())
        .bind(measure.as_str())
        .bind(at.timestamp_millis())
        .bind(value)
        .bind(agent.map_or("", PersonId::as_str))
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Somebody of staff has answered a ticket for the first time.
pub async fn insert_first_response(
    tx: &mut Tx,
    ticket: &TicketId,
    (agent, at): (&PersonId, Time),
) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(INSERT_FIRST_RESPONSE)
        .bind(ticket.as_str())
        .bind(at.timestamp_millis())
        .bind(agent.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The ticket is no longer done: its full resolution, and the waiting until then, are taken back.
pub async fn take_back_resolution(tx: &mut Tx, ticket: &TicketId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(TAKE_BACK).bind(ticket.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

/// Whether something is not folded yet.
pub async fn has_new(tx: &mut Tx) -> Result<bool, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query_scalar(HAS_NEW).fetch_one(conn).await?))
}

/// Nobody else folds until the transaction ends.
pub async fn lock_folding(tx: &mut Tx, at: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(LOCK_FOLDING).bind(at.timestamp_millis()).execute(conn).await?.rows_affected());
    Ok(())
}

/// At most `limit` measurements that no count has, marked so that they are not taken again.
pub async fn take_new(tx: &mut Tx, limit: i64) -> Result<Vec<Measured>, DbError> {
    let rows: Vec<MeasuredRow> = with_conn!(tx, |conn| sqlx::query_as(TAKE_NEW).bind(limit).fetch_all(conn).await?);
    rows.into_iter().map(Measured::try_from).collect()
}

/// Adds to what is counted in a cell. Nobody else may do so at the same time.
pub async fn add_to_cell(tx: &mut Tx, cell: &Cell, mut bins: Bins) -> Result<(), DbError> {
    let before: Option<String> = with_conn!(tx, |conn| sqlx::query_scalar(BINS)
        .bind(cell.part.as_str())
        .bind(cell.span)
        .bind(cell.first_day)
        .bind(&cell.name)
        .bind(cell.measure.as_str())
        .fetch_optional(conn)
        .await?);
    bins.add_packed(before.as_deref().unwrap_or_default());
    with_conn!(tx, |conn| sqlx::query(SET_BINS)
        .bind(cell.part.as_str())
        .bind(cell.span)
        .bind(cell.first_day)
        .bind(&cell.name)
        .bind(cell.measure.as_str())
        .bind(bins.packed())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

#[derive(FromRow, PartialEq, Eq, Hash)]
struct Kind {
    status: String,
    category: String,
    priority: String,
    team: String,
    assignee: String,
}

#[derive(FromRow)]
struct CensusChange {
    #[sqlx(flatten)]
    kind: Kind,
    change: i64,
}

/// Folds at most `limit` changes of how many tickets there are of each kind; how many it were.
pub async fn fold_census(tx: &mut Tx, limit: i64) -> Result<usize, DbError> {
    let changes: Vec<CensusChange> =
        with_conn!(tx, |conn| sqlx::query_as(TAKE_CENSUS).bind(limit).fetch_all(conn).await?);
    let count = changes.len();
    let mut sums: HashMap<Kind, i64> = HashMap::new();
    for CensusChange { kind, change } in changes {
        *sums.entry(kind).or_default() += change;
    }
    for (kind, sum) in sums.iter().filter(|(_, sum)| **sum != 0) {
        with_conn!(tx, |conn| sqlx::query(ADD_TO_CENSUS)
            .bind(&kind.status)
            .bind(&kind.category)
            .bind(&kind.priority)
            .bind(&kind.team)
            .bind(&kind.assignee)
            .bind(sum)
            .execute(conn)
            .await?
            .rows_affected());
    }
    if count > 0 {
        with_conn!(tx, |conn| sqlx::query(DROP_EMPTY).execute(conn).await?.rows_affected());
    }
    Ok(count)
}

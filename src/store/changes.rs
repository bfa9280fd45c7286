//! What watchers are told, in the order in which it became visible.
//!
//! A row gets its number after its commit, under one lock, so that whoever has read up to a number has missed nothing
//! below it: a transaction that commits late gets a late number, however early it began.
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::changes::{Change, Noted, Visible, What};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{PersonId, TicketId};

/// The `what` of a change that is about a person and no ticket.
const ACCESS: &str = "access-changed";

statements! {
    NOTE = "INSERT INTO changes (ticket, what, subject, actor, at) VALUES ($1, $2, $3, $4, $5)";
    NOTE_ACCESS = "INSERT INTO changes (what, subject, at) VALUES ($1, $2, $3)";
    LOOK = "SELECT last, (SELECT COUNT(*) FROM (SELECT position FROM changes WHERE seq IS NULL LIMIT 1) AS waiting) \
            FROM change_counter";
    LOCK = "UPDATE change_counter SET last = last RETURNING last";
    NUMBER = "UPDATE changes SET seq = $1 + numbered.place FROM \
              (SELECT position AS waiting, ROW_NUMBER() OVER (ORDER BY position) AS place FROM \
              (SELECT position FROM changes WHERE seq IS NULL ORDER BY position LIMIT $2) AS unnumbered) AS numbered \
              WHERE changes.position = numbered.waiting";
    COUNT = "UPDATE change_counter SET last = last + $1";
    BOUNDS = "SELECT pruned, last FROM change_counter";
    AFTER = "SELECT seq, ticket, what, subject, actor, at FROM changes WHERE seq > $1 ORDER BY seq LIMIT $2";
    BETWEEN = "SELECT seq, ticket, what, subject, actor, at FROM changes WHERE seq > $1 AND seq <= $2 \
               AND ticket = $3 AND ($5 OR what NOT LIKE '%note%') ORDER BY seq LIMIT $4";
    OLD = "SELECT MAX(seq) FROM changes WHERE at < $1";
    PRUNE = "DELETE FROM changes WHERE seq <= $1";
    SET_PRUNED = "UPDATE change_counter SET pruned = $1 WHERE pruned < $1";
}

#[derive(FromRow)]
struct ChangeRow {
    seq: i64,
    ticket: Option<String>,
    what: String,
    subject: Option<String>,
    actor: Option<String>,
    at: i64,
}

impl ChangeRow {
    /// None for what only another version of the desk knows.
    fn read(self) -> Result<Option<Visible>, DbError> {
        let bad = |what: &str| DbError::BadRow("changes", what.to_owned());
        let noted = match (self.ticket, What::parse(&self.what)) {
            (Some(ticket), Some(what)) => Noted::InTicket(Change {
                ticket: ticket.parse().map_err(|_| bad("ticket"))?,
                what,
                subject: self.subject,
                actor: self.actor.map(|id| id.parse()).transpose().map_err(|_| bad("actor"))?,
                at: from_millis(self.at),
            }),
            (None, None) if self.what == ACCESS => {
                let person = self.subject.ok_or_else(|| bad("subject"))?;
                Noted::Access(person.parse().map_err(|_| bad("subject"))?)
            }
            _ => return Ok(None),
        };
        Ok(Some(Visible { seq: self.seq, noted }))
    }
}

/// Notes a change; part of the transaction that makes it.
pub async fn note(tx: &mut Tx, change: &Change) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(NOTE)
        .bind(change.ticket.as_str())
        .bind(change.what.as_str())
        .bind(change.subject.as_deref())
        .bind(change.actor.as_ref().map(PersonId::as_str))
        .bind(change.at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Notes that a person may do other things from now on, or nothing; part of the transaction that makes it so.
pub async fn note_access(tx: &mut Tx, person: &PersonId, at: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(NOTE_ACCESS)
        .bind(ACCESS)
        .bind(person.as_str())
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The last number given, and whether something waits for one.
pub async fn look(tx: &mut Tx) -> Result<(i64, bool), DbError> {
    let (last, waiting): (i64, i64) = with_conn!(tx, |conn| sqlx::query_as(LOOK).fetch_one(conn).await?);
    Ok((last, waiting > 0))
}

/// Numbers up to `limit` changes that were committed before; how many there were.
pub async fn number(tx: &mut Tx, limit: i64) -> Result<u64, DbError> {
    Ok(with_conn!(tx, |conn| {
        // What is committed is looked at after the lock is held: nobody else numbers between the look and our commit.
        let last: i64 = sqlx::query_scalar(LOCK).fetch_one(&mut *conn).await?;
        let numbered = sqlx::query(NUMBER).bind(last).bind(limit).execute(&mut *conn).await?.rows_affected();
        sqlx::query(COUNT).bind(i64::try_from(numbered).unwrap_or(limit)).execute(conn).await?;
        numbered
    }))
}

/// Changes with a number are kept from the first of these on, exclusively, to the second, inclusively.
pub async fn bounds(tx: &mut Tx) -> Result<(i64, i64), DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query_as(BOUNDS).fetch_one(conn).await?))
}

/// Some changes in their order, and how far they were read.
#[derive(Debug)]
pub struct Stretch {
    pub changes: Vec<Visible>,
    /// The number of the last row, which may be one that this version does not know; none when there was no row.
    pub last: Option<i64>,
    /// Whether as many rows came as were asked for.
    pub is_full: bool,
}

/// At most `limit` changes after the number `seq`, in order.
pub async fn after(tx: &mut Tx, seq: i64, limit: i64) -> Result<Stretch, DbError> {
    let rows: Vec<ChangeRow> =
        with_conn!(tx, |conn| sqlx::query_as(AFTER).bind(seq).bind(limit).fetch_all(conn).await?);
    stretch(rows, limit)
}

/// At most `limit` changes of a ticket after the number `from` up to `to`, in order; those of notes for staff alone.
pub async fn of_ticket(
    tx: &mut Tx,
    (ticket, is_for_staff): (&TicketId, bool),
    (from, to): (i64, i64),
    limit: i64,
) -> Result<Stretch, DbError> {
    let rows: Vec<ChangeRow> = with_conn!(tx, |conn| sqlx::query_as(BETWEEN)
        .bind(from)
        .bind(to)
        .bind(ticket.as_str())
        .bind(limit)
        .bind(is_for_staff)
        .fetch_all(conn)
        .await?);
    stretch(rows, limit)
}

fn stretch(rows: Vec<ChangeRow>, limit: i64) -> Result<Stretch, DbError> {
    let last = rows.last().map(|row| row.seq);
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
    let changes = rows.into_iter().filter_map(|row| row.read().transpose()).collect::<Result<_, _>>()?;
    Ok(Stretch { changes, last, is_full })
}

/// Throws away what was noted before `before`: whoever has seen less than that must look at everything again.
pub async fn prune(tx: &mut Tx, before: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| {
        let old: Option<i64> = sqlx::query_scalar(OLD).bind(before.timestamp_millis()).fetch_one(&mut *conn).await?;
        if let Some(old) = old {
            sqlx::query(SET_PRUNED).bind(old).execute(&mut *conn).await?;
            sqlx::query(PRUNE).bind(old).execute(conn).await?;
        }
    });
    Ok(())
}

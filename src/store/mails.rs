//! Mails that are to leave, and those that did. Leases and due times are on the database's clock.
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{MailId, PersonId, ProcessId, TicketId};
use crate::domain::mails::Pace;

// What waits longest comes first, so that one who gets many does not hold up the others.
macro_rules! claim {
    ($now:literal, $skip:literal) => {
        concat!(
            "UPDATE mails SET state = 'sending', leased_until = ",
            $now,
            " + $1, leased_by = $2 WHERE id IN (SELECT id FROM mails WHERE state IN ('waiting', 'sending') AND due_at <= ",
            $now,
            " AND leased_until <= ",
            $now,
            " AND (pace = 'now' OR state = 'sending') ORDER BY due_at, id LIMIT $3 ",
            $skip,
            ") RETURNING id, person, occasion, ticket, details, pace, attempts, created_at"
        )
    };
}
macro_rules! renew {
    ($now:literal, $skip:literal) => {
        concat!(
            "UPDATE mails SET leased_until = ",
            $now,
            " + $3 WHERE id = $1 AND leased_by = $2 AND state = 'sending' AND leased_until > ",
            $now
        )
    };
}
macro_rules! postpone {
    ($now:literal, $skip:literal) => {
        concat!(
            "UPDATE mails SET due_at = ",
            $now,
            " + $3, leased_until = 0, leased_by = '', attempts = attempts + 1, last_error = $4 \
             WHERE id = $1 AND leased_by = $2 AND state = 'sending'"
        )
    };
}
macro_rules! next_due {
    ($now:literal, $skip:literal) => {
        concat!(
            "SELECT MIN(CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END) - ",
            $now,
            " FROM mails WHERE state IN ('waiting', 'sending')"
        )
    };
}

statements! {
    /// While one about new messages waits, another about the same ticket is not needed.
    INSERT = "INSERT INTO mails (id, person, occasion, ticket, details, pace, state, due_at, leased_until, leased_by, \
              attempts, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, 0, '', 0, $8) ON CONFLICT DO NOTHING";
    /// More of what a mail that waits will tell of.
    JOIN_BURST = "UPDATE mails SET due_at = CASE WHEN created_at + $4 < $3 THEN created_at + $4 ELSE $3 END \
                  WHERE person = $1 AND ticket = $2 AND state = 'waiting' AND occasion = 'new-message' AND pace = 'now' \
                  AND due_at < $3 AND due_at < created_at + $4";
    SET_DETAILS = "UPDATE mails SET details = $3 WHERE id = $1 AND leased_by = $2 AND state = 'sending'";
    END = "UPDATE mails SET state = $3, last_error = $4, ended_at = $5, leased_until = 0, leased_by = '' \
           WHERE id = $1 AND leased_by = $2 AND state = 'sending'";
    /// The ids of those about a ticket that somebody got, the newest first.
    BEFORE = "SELECT id FROM mails WHERE ticket = $1 AND person = $2 AND state = 'sent' ORDER BY created_at DESC, id DESC LIMIT $3";
    /// Nothing has gone wrong: it was too early.
    WAIT_UNTIL = "UPDATE mails SET due_at = $3, leased_until = 0, leased_by = '' \
                  WHERE id = $1 AND leased_by = $2 AND state = 'sending'";
    RELEASE = "UPDATE mails SET leased_until = 0, leased_by = '' WHERE leased_by = $1";
    CLEAR_LEASES = "UPDATE mails SET leased_until = 0, leased_by = '' WHERE state = 'sending'";
    /// Whose mails are due that go with others.
    GATHERABLE = "SELECT DISTINCT person, pace FROM mails WHERE state = 'waiting' AND pace <> 'now' AND due_at <= $1 LIMIT $2";
    GATHER = "UPDATE mails SET state = 'gathered', gathered_into = $4, ended_at = $3 \
              WHERE state = 'waiting' AND person = $1 AND pace = $2 AND due_at <= $3";
    GATHERED = "SELECT id, person, occasion, ticket, details, pace, attempts, created_at FROM mails \
                WHERE gathered_into = $1 ORDER BY created_at, id LIMIT $2";
    FORGET = "DELETE FROM mails WHERE ended_at < $1";
    BACKLOG = "SELECT COUNT(*), MIN(due_at) FROM mails WHERE state IN ('waiting', 'sending')";
}

statements_per_engine! {
    CLAIM = claim;
    RENEW = renew;
    POSTPONE = postpone;
    NEXT_DUE = next_due;
}

/// A mail to write down.
#[derive(Clone, Debug)]
pub struct NewMail<'a> {
    pub id: MailId,
    pub person: &'a PersonId,
    /// An occasion's name, or that of a mail that is about no occasion.
    pub occasion: &'static str,
    pub ticket: Option<&'a TicketId>,
    /// JSON, whose shape belongs to the occasion.
    pub details: &'a str,
    pub pace: Pace,
    pub due: Time,
    pub created_at: Time,
}

/// A mail that is somebody's to send.
#[derive(Clone, Debug)]
pub struct Mail {
    pub id: MailId,
    pub person: PersonId,
    pub occasion: String,
    pub ticket: Option<TicketId>,
    pub details: String,
    pub pace: Pace,
    pub attempts: i64,
    pub created_at: Time,
}

/// How a mail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End<'a> {
    Sent,
    /// Nobody will get it, for this reason.
    Failed(&'a str),
    /// It is not wanted any more.
    Dropped(&'a str),
}

#[derive(FromRow)]
struct MailRow {
    id: String,
    person: String,
    occasion: String,
    ticket: Option<String>,
    details: String,
    pace: String,
    attempts: i64,
    created_at: i64,
}

impl TryFrom<MailRow> for Mail {
    type Error = DbError;

    fn try_from(row: MailRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("mails", what.to_owned());
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id"))?,
            person: row.person.parse().map_err(|_| bad("person"))?,
            occasion: row.occasion,
            ticket: row.ticket.map(|ticket| ticket.parse().map_err(|_| bad("ticket"))).transpose()?,
            details: row.details,
            pace: Pace::parse(&row.pace).ok_or_else(|| bad("pace"))?,
            attempts: row.attempts,
            created_at: from_millis(row.created_at),
        })
    }
}

/// Writes a mail down; false when one that waits already will tell of the same.
pub async fn insert(tx: &mut Tx, mail: &NewMail<'_>) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(mail.id.as_str())
        .bind(mail.person.as_str())
        .bind(mail.occasion)
        .bind(mail.ticket.map(TicketId::as_str))
        .bind(mail.details)
        .bind(mail.pace.as_str())
        .bind(mail.due.timestamp_millis())
        .bind(mail.created_at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// A mail about new messages that waits tells of one more: it waits until `due`, but not for longer than `longest_millis`
/// since the first.
pub async fn join_burst(
    tx: &mut Tx,
    (person, ticket): (&PersonId, &TicketId),
    due: Time,
    longest_millis: i64,
) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(JOIN_BURST)
        .bind(person.as_str())
        .bind(ticket.as_str())
        .bind(due.timestamp_millis())
        .bind(longest_millis)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Takes up to `limit` due mails for `lease_millis`.
pub async fn claim(tx: &mut Tx, (holder, lease_millis): (&ProcessId, i64), limit: i64) -> Result<Vec<Mail>, DbError> {
    let statement = CLAIM.on(tx.engine());
    let rows: Vec<MailRow> = with_conn!(tx, |conn| sqlx::query_as(statement)
        .bind(lease_millis)
        .bind(holder.as_str())
        .bind(limit)
        .fetch_all(conn)
        .await?);
    rows.into_iter().map(Mail::try_from).collect()
}

/// Keeps a mail for another `lease_millis`; false when it is not `holder`'s any more.
pub async fn renew(tx: &mut Tx, id: &MailId, holder: &ProcessId, lease_millis: i64) -> Result<bool, DbError> {
    let statement = RENEW.on(tx.engine());
    let rows = with_conn!(tx, |conn| sqlx::query(statement)
        .bind(id.as_str())
        .bind(holder.as_str())
        .bind(lease_millis)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Keeps what a mail is to say, from its first attempt on: a repeat says the same. False when it is not `holder`'s.
pub async fn set_details(tx: &mut Tx, id: &MailId, holder: &ProcessId, details: &str) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(SET_DETAILS)
        .bind(id.as_str())
        .bind(holder.as_str())
        .bind(details)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Whose mails are due that go with others, and at which pace they want them.
pub async fn gatherable(tx: &mut Tx, now: Time, limit: i64) -> Result<Vec<(PersonId, Pace)>, DbError> {
    let rows: Vec<(String, String)> = with_conn!(tx, |conn| sqlx::query_as(GATHERABLE)
        .bind(now.timestamp_millis())
        .bind(limit)
        .fetch_all(conn)
        .await?);
    let bad = || DbError::BadRow("mails", "pace".to_owned());
    rows.into_iter()
        .map(|(person, pace)| {
            Ok((
                person.parse().map_err(|_| DbError::BadRow("mails", "person".to_owned()))?,
                Pace::parse(&pace).ok_or_else(bad)?,
            ))
        })
        .collect()
}

/// Somebody's mails that are due go into this one; how many.
pub async fn gather(tx: &mut Tx, (person, pace): (&PersonId, Pace), now: Time, into: &MailId) -> Result<u64, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query(GATHER)
        .bind(person.as_str())
        .bind(pace.as_str())
        .bind(now.timestamp_millis())
        .bind(into.as_str())
        .execute(conn)
        .await?
        .rows_affected()))
}

/// Up to `limit` of those that went into a mail, oldest first.
pub async fn gathered(tx: &mut Tx, into: &MailId, limit: i64) -> Result<Vec<Mail>, DbError> {
    let rows: Vec<MailRow> =
        with_conn!(tx, |conn| sqlx::query_as(GATHERED).bind(into.as_str()).bind(limit).fetch_all(conn).await?);
    rows.into_iter().map(Mail::try_from).collect()
}

/// It failed for now: it is tried again in `delay_millis`.
pub async fn postpone(
    tx: &mut Tx,
    id: &MailId,
    holder: &ProcessId,
    (why, delay_millis): (&str, i64),
) -> Result<(), DbError> {
    let statement = POSTPONE.on(tx.engine());
    with_conn!(tx, |conn| sqlx::query(statement)
        .bind(id.as_str())
        .bind(holder.as_str())
        .bind(delay_millis)
        .bind(why)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// It is tried no earlier than `until`.
pub async fn wait_until(tx: &mut Tx, id: &MailId, holder: &ProcessId, until: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(WAIT_UNTIL)
        .bind(id.as_str())
        .bind(holder.as_str())
        .bind(until.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// It has ended; false when it was not `holder`'s to end.
pub async fn end(tx: &mut Tx, id: &MailId, holder: &ProcessId, (end, at): (End<'_>, Time)) -> Result<bool, DbError> {
    let (state, why) = match end {
        End::Sent => ("sent", None),
        End::Failed(why) => ("failed", Some(why)),
        End::Dropped(why) => ("dropped", Some(why)),
    };
    let rows = with_conn!(tx, |conn| sqlx::query(END)
        .bind(id.as_str())
        .bind(holder.as_str())
        .bind(state)
        .bind(why)
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// The ids of up to `limit` mails about a ticket that somebody got, oldest first.
pub async fn before(tx: &mut Tx, ticket: &TicketId, person: &PersonId, limit: i64) -> Result<Vec<String>, DbError> {
    let mut ids: Vec<String> = with_conn!(tx, |conn| sqlx::query_scalar(BEFORE)
        .bind(ticket.as_str())
        .bind(person.as_str())
        .bind(limit)
        .fetch_all(conn)
        .await?);
    ids.reverse();
    Ok(ids)
}

/// Gives back every mail of a process that stops.
pub async fn release(tx: &mut Tx, holder: &ProcessId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(RELEASE).bind(holder.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

/// Forgets every lease: only for SQLite, where no other process can be alive.
pub async fn clear_leases(tx: &mut Tx) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(CLEAR_LEASES).execute(conn).await?.rows_affected());
    Ok(())
}

/// In how many milliseconds the next mail is due; none when none waits.
pub async fn next_due_in(tx: &mut Tx) -> Result<Option<i64>, DbError> {
    let statement = NEXT_DUE.on(tx.engine());
    Ok(with_conn!(tx, |conn| sqlx::query_scalar(statement).fetch_one(conn).await?))
}

/// How many wait, and since when the longest is due.
pub async fn backlog(tx: &mut Tx) -> Result<(i64, Option<Time>), DbError> {
    let (count, due): (i64, Option<i64>) = with_conn!(tx, |conn| sqlx::query_as(BACKLOG).fetch_one(conn).await?);
    Ok((count, due.map(from_millis)))
}

/// Throws away those that ended before `until`.
pub async fn forget(tx: &mut Tx, until: Time) -> Result<(), DbError> {
    let until = until.timestamp_millis();
    with_conn!(tx, |conn| sqlx::query(FORGET).bind(until).execute(conn).await?.rows_affected());
    Ok(())
}

//! What lets somebody choose a password once: invitations and resets, stored as their SHA-256 alone.
use super::{DbError, Tx};
use crate::domain::clock::Time;
use crate::domain::ids::PersonId;

statements! {
    INSERT = "INSERT INTO password_tokens (hash, person, purpose, expires_at) VALUES ($1, $2, $3, $4)";
    HOLDER = "SELECT person FROM password_tokens WHERE hash = $1 AND purpose = $2 AND expires_at > $3";
    USE = "DELETE FROM password_tokens WHERE hash = $1 AND purpose = $2 AND expires_at > $3 RETURNING person";
    DROP_OF = "DELETE FROM password_tokens WHERE person = $1";
    DELETE_EXPIRED = "DELETE FROM password_tokens WHERE expires_at <= $1";
    ASKED = "UPDATE people SET reset_asked_at = $2 WHERE email = $1";
    /// Who asked since they were last mailed a link, and can be mailed one.
    ASKING = "SELECT id FROM people WHERE reset_asked_at IS NOT NULL AND (reset_mailed_at IS NULL OR \
              reset_mailed_at < reset_asked_at) AND disabled_at IS NULL AND email IS NOT NULL AND mail_paused_at IS NULL \
              ORDER BY reset_asked_at LIMIT $1";
    MAILED = "UPDATE people SET reset_mailed_at = reset_asked_at WHERE id = $1 AND reset_asked_at IS NOT NULL AND \
              (reset_mailed_at IS NULL OR reset_mailed_at < reset_asked_at)";
    SETTLED = "UPDATE people SET reset_asked_at = NULL WHERE id = $1";
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Invitation,
    Reset,
}

impl Purpose {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "password-reset",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Invitation, Self::Reset].into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// Gives a person this token; those they had before are good no longer.
pub async fn replace(
    tx: &mut Tx,
    person: &PersonId,
    (hash, purpose): (&str, Purpose),
    expires_at: Time,
) -> Result<(), DbError> {
    with_conn!(tx, |conn| {
        sqlx::query(DROP_OF).bind(person.as_str()).execute(&mut *conn).await?;
        sqlx::query(INSERT)
            .bind(hash)
            .bind(person.as_str())
            .bind(purpose.as_str())
            .bind(expires_at.timestamp_millis())
            .execute(conn)
            .await?
            .rows_affected()
    });
    Ok(())
}

/// Whose token it is, while it is good.
pub async fn holder(tx: &mut Tx, token: (&str, Purpose), now: Time) -> Result<Option<PersonId>, DbError> {
    person(tx, HOLDER, token, now).await
}

/// Uses a token up; of several at once, one alone gets its person.
pub async fn take(tx: &mut Tx, token: (&str, Purpose), now: Time) -> Result<Option<PersonId>, DbError> {
    person(tx, USE, token, now).await
}

async fn person(
    tx: &mut Tx,
    statement: &'static str,
    (hash, purpose): (&str, Purpose),
    now: Time,
) -> Result<Option<PersonId>, DbError> {
    let id: Option<String> = with_conn!(tx, |conn| sqlx::query_scalar(statement)
        .bind(hash)
        .bind(purpose.as_str())
        .bind(now.timestamp_millis())
        .fetch_optional(conn)
        .await?);
    id.map(|id| id.parse().map_err(|_| DbError::BadRow("password_tokens", "person".into()))).transpose()
}

/// Somebody with this address, if there is one, wants another password.
pub async fn note_asked(tx: &mut Tx, email: &str, at: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(ASKED)
        .bind(email)
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Up to `limit` of those who want another password and have not been mailed a link for it.
pub async fn asking(tx: &mut Tx, limit: i64) -> Result<Vec<PersonId>, DbError> {
    let ids: Vec<String> = with_conn!(tx, |conn| sqlx::query_scalar(ASKING).bind(limit).fetch_all(conn).await?);
    let id = |id: String| id.parse().map_err(|_| DbError::BadRow("people", "id".into()));
    ids.into_iter().map(id).collect()
}

/// Somebody is mailed a link for what they asked; false when that was written down already.
pub async fn set_mailed(tx: &mut Tx, person: &PersonId) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(MAILED).bind(person.as_str()).execute(conn).await?.rows_affected());
    Ok(rows == 1)
}

/// A person has the password they want: what would let them choose another is good no longer.
pub async fn settle(tx: &mut Tx, person: &PersonId) -> Result<(), DbError> {
    with_conn!(tx, |conn| {
        sqlx::query(DROP_OF).bind(person.as_str()).execute(&mut *conn).await?;
        sqlx::query(SETTLED).bind(person.as_str()).execute(conn).await?.rows_affected()
    });
    Ok(())
}

/// Deletes what expired by `now`.
pub async fn sweep(tx: &mut Tx, now: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(DELETE_EXPIRED)
        .bind(now.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

//! Sessions as chains of refresh tokens, and the counters of sign-in attempts.
//!
//! A session lives while it has a row in `refresh_tokens`; tokens are stored as their SHA-256 alone.
use super::{DbError, Tx};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{PersonId, SessionId};

statements! {
    CREDENTIALS = "SELECT id, password_hash FROM people WHERE email = $1";
    /// Takes the row's lock, so that a password cannot change between the look and the commit.
    LOCKED_PASSWORD_HASH = "UPDATE people SET password_hash = password_hash WHERE id = $1 RETURNING password_hash";
    INSERT = "INSERT INTO refresh_tokens (hash, session, person, created_at, expires_at, user_agent) \
              VALUES ($1, $2, $3, $4, $5, $6)";
    USE = "UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1 AND used_at IS NULL \
           RETURNING session, person, expires_at";
    /// The token that was given for the one with this hash, which was used last and not long ago: nobody has shown it, and
    /// nobody may any more.
    REPLACE_NEXT = "UPDATE refresh_tokens SET used_at = 0 WHERE used_at IS NULL AND session = \
                    (SELECT t.session FROM refresh_tokens t WHERE t.hash = $1 AND t.used_at >= $2 AND NOT EXISTS \
                    (SELECT 1 FROM refresh_tokens o WHERE o.session = t.session AND o.hash <> t.hash AND o.used_at >= t.used_at)) \
                    RETURNING session, person, expires_at";
    SESSION_OF = "SELECT session FROM refresh_tokens WHERE hash = $1";
    PERSON_OF = "SELECT person FROM refresh_tokens WHERE session = $1 LIMIT 1";
    IS_ALIVE = "SELECT COUNT(*) FROM refresh_tokens WHERE session = $1 AND person = $2";
    END = "DELETE FROM refresh_tokens WHERE session = $1";
    END_ALL = "DELETE FROM refresh_tokens WHERE person = $1";
    /// Of the tokens of a session, one at most is unused: the latest.
    ALIVE = "SELECT session, created_at, user_agent FROM refresh_tokens WHERE person = $1 AND used_at IS NULL \
             AND expires_at > $2 ORDER BY created_at DESC, session DESC";
    END_OTHERS = "DELETE FROM refresh_tokens WHERE person = $1 AND session <> $2";
    DELETE_EXPIRED = "DELETE FROM refresh_tokens WHERE expires_at <= $1";
    /// One attempt more; a window that began at or before $3 is over and starts again.
    COUNT_ATTEMPT = "INSERT INTO sign_in_attempts (key, window_start, attempts) VALUES ($1, $2, 1) \
                     ON CONFLICT (key) DO UPDATE SET \
                     attempts = CASE WHEN sign_in_attempts.window_start <= $3 THEN 1 \
                     ELSE sign_in_attempts.attempts + 1 END, \
                     window_start = CASE WHEN sign_in_attempts.window_start <= $3 THEN excluded.window_start \
                     ELSE sign_in_attempts.window_start END \
                     RETURNING window_start, attempts";
    GIVE_BACK = "UPDATE sign_in_attempts SET attempts = attempts - 1 WHERE key = $1 AND attempts > 0";
    CLEAR_ATTEMPTS = "DELETE FROM sign_in_attempts WHERE key = $1";
    DELETE_OLD_ATTEMPTS = "DELETE FROM sign_in_attempts WHERE window_start <= $1";
}

/// What a sign-in is checked against.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub person: PersonId,
    pub password_hash: Option<String>,
}

/// A refresh token as it is stored.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// SHA-256 of the token, in base64url.
    pub hash: String,
    pub session: SessionId,
    pub person: PersonId,
    pub created_at: Time,
    pub expires_at: Time,
    pub user_agent: Option<String>,
}

/// What became of a refresh token that somebody showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It was good for once, and that is over now.
    Taken {
        session: SessionId,
        person: PersonId,
        expires_at: Time,
    },
    /// It had been used before.
    UsedBefore(SessionId),
    Unknown,
}

/// How often something was tried in the current window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    pub window_start: Time,
    pub count: i64,
}

/// What the holder of `email` signs in with; none when nobody has the address.
pub async fn credentials(tx: &mut Tx, email: &str) -> Result<Option<Credentials>, DbError> {
    let row: Option<(String, Option<String>)> =
        with_conn!(tx, |conn| sqlx::query_as(CREDENTIALS).bind(email).fetch_optional(conn).await?);
    row.map(|(id, password_hash)| Ok(Credentials { person: person(&id, "people")?, password_hash })).transpose()
}

/// The present password hash, which cannot change until the transaction ends.
pub async fn locked_password_hash(tx: &mut Tx, id: &PersonId) -> Result<Option<String>, DbError> {
    let row: Option<(Option<String>,)> =
        with_conn!(tx, |conn| sqlx::query_as(LOCKED_PASSWORD_HASH).bind(id.as_str()).fetch_optional(conn).await?);
    Ok(row.and_then(|(hash,)| hash))
}

/// Stores a new refresh token.
pub async fn insert(tx: &mut Tx, token: &NewToken) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(&token.hash)
        .bind(token.session.as_str())
        .bind(token.person.as_str())
        .bind(token.created_at.timestamp_millis())
        .bind(token.expires_at.timestamp_millis())
        .bind(token.user_agent.as_deref())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Uses the token with this hash up. One that was used since `lost` may be shown again while nobody has shown the one that
/// was given for it: its answer was lost, as when a page is left before it comes. The lost one then counts as used.
pub async fn take(tx: &mut Tx, hash: &str, (now, lost): (Time, Time)) -> Result<Shown, DbError> {
    type Row = Option<(String, String, i64)>;
    let mut row: Row =
        with_conn!(tx, |conn| sqlx::query_as(USE).bind(hash).bind(now.timestamp_millis()).fetch_optional(conn).await?);
    if row.is_none() {
        let lost = lost.timestamp_millis();
        row = with_conn!(tx, |conn| sqlx::query_as(REPLACE_NEXT).bind(hash).bind(lost).fetch_optional(conn).await?);
    }
    if let Some((of, by, expires_at)) = row {
        let (session, person) = (session(&of)?, person(&by, "refresh_tokens")?);
        return Ok(Shown::Taken { session, person, expires_at: from_millis(expires_at) });
    }
    Ok(session_of(tx, hash).await?.map_or(Shown::Unknown, Shown::UsedBefore))
}

/// The session that the token with this hash belongs to, used or not.
pub async fn session_of(tx: &mut Tx, hash: &str) -> Result<Option<SessionId>, DbError> {
    let row: Option<String> =
        with_conn!(tx, |conn| sqlx::query_scalar(SESSION_OF).bind(hash).fetch_optional(conn).await?);
    row.as_deref().map(session).transpose()
}

/// Whether the session has not ended.
pub async fn is_alive(tx: &mut Tx, session: &SessionId, person: &PersonId) -> Result<bool, DbError> {
    let tokens: i64 = with_conn!(tx, |conn| sqlx::query_scalar(IS_ALIVE)
        .bind(session.as_str())
        .bind(person.as_str())
        .fetch_one(conn)
        .await?);
    Ok(tokens > 0)
}

/// Whose session it is; nobody's when it has ended.
pub async fn person_of(tx: &mut Tx, session: &SessionId) -> Result<Option<PersonId>, DbError> {
    let person: Option<String> =
        with_conn!(tx, |conn| sqlx::query_scalar(PERSON_OF).bind(session.as_str()).fetch_optional(conn).await?);
    person.map(|id| id.parse().map_err(|_| DbError::BadRow("refresh_tokens", "person".into()))).transpose()
}

/// Ends a session: none of its tokens is good any longer.
pub async fn end(tx: &mut Tx, session: &SessionId) -> Result<(), DbError> {
    delete_until_none(tx, END, session.as_str()).await
}

/// Ends every session of a person.
pub async fn end_all(tx: &mut Tx, person: &PersonId) -> Result<(), DbError> {
    delete_until_none(tx, END_ALL, person.as_str()).await
}

/// Ends every session of a person but this one.
pub async fn end_others(tx: &mut Tx, person: &PersonId, but: &SessionId) -> Result<(), DbError> {
    loop {
        let rows = with_conn!(&mut *tx, |conn| sqlx::query(END_OTHERS)
            .bind(person.as_str())
            .bind(but.as_str())
            .execute(conn)
            .await?
            .rows_affected());
        // As in `delete_until_none`.
        if rows == 0 {
            return Ok(());
        }
    }
}

/// A session that has not ended.
#[derive(Clone, Debug)]
pub struct Alive {
    pub id: SessionId,
    /// When it was begun or its tokens were last renewed.
    pub renewed_at: Time,
    pub user_agent: Option<String>,
}

/// The sessions of a person, the latest renewed first.
pub async fn alive(tx: &mut Tx, person: &PersonId, now: Time) -> Result<Vec<Alive>, DbError> {
    let rows: Vec<(String, i64, Option<String>)> = with_conn!(tx, |conn| sqlx::query_as(ALIVE)
        .bind(person.as_str())
        .bind(now.timestamp_millis())
        .fetch_all(conn)
        .await?);
    let read = |(id, renewed_at, user_agent): (String, i64, Option<String>)| {
        Ok(Alive { id: session(&id)?, renewed_at: from_millis(renewed_at), user_agent })
    };
    rows.into_iter().map(read).collect()
}

/// A refresh that is under way holds its token's row and adds one that the statement, begun before its commit, does
/// not see; whoever had to wait for it looks again.
async fn delete_until_none(tx: &mut Tx, statement: &'static str, key: &str) -> Result<(), DbError> {
    loop {
        let rows = with_conn!(&mut *tx, |conn| sqlx::query(statement).bind(key).execute(conn).await?.rows_affected());
        if rows == 0 {
            return Ok(());
        }
    }
}

/// Counts an attempt under `key`. A window that began at or before `window_over` is forgotten first.
pub async fn count_attempt(tx: &mut Tx, key: &str, now: Time, window_over: Time) -> Result<Attempts, DbError> {
    let (window_start, count): (i64, i64) = with_conn!(tx, |conn| sqlx::query_as(COUNT_ATTEMPT)
        .bind(key)
        .bind(now.timestamp_millis())
        .bind(window_over.timestamp_millis())
        .fetch_one(conn)
        .await?);
    Ok(Attempts { window_start: from_millis(window_start), count })
}

/// Takes one attempt back that succeeded.
pub async fn give_attempt_back(tx: &mut Tx, key: &str) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(GIVE_BACK).bind(key).execute(conn).await?.rows_affected());
    Ok(())
}

/// Forgets the attempts under `key`.
pub async fn clear_attempts(tx: &mut Tx, key: &str) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(CLEAR_ATTEMPTS).bind(key).execute(conn).await?.rows_affected());
    Ok(())
}

/// Deletes tokens that expired by `now` and counters whose window began at or before `window_over`.
pub async fn sweep(tx: &mut Tx, now: Time, window_over: Time) -> Result<(), DbError> {
    let (now, window_over) = (now.timestamp_millis(), window_over.timestamp_millis());
    with_conn!(&mut *tx, |conn| sqlx::query(DELETE_EXPIRED).bind(now).execute(conn).await?.rows_affected());
    with_conn!(tx, |conn| sqlx::query(DELETE_OLD_ATTEMPTS).bind(window_over).execute(conn).await?.rows_affected());
    Ok(())
}

fn person(id: &str, table: &'static str) -> Result<PersonId, DbError> {
    id.parse().map_err(|_| DbError::BadRow(table, "person".to_owned()))
}

fn session(id: &str) -> Result<SessionId, DbError> {
    id.parse().map_err(|_| DbError::BadRow("refresh_tokens", "session".to_owned()))
}

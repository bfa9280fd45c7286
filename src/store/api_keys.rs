//! Keys of programs, and who a host application says that somebody is.
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::api_keys::{ApiKey, Scope};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{ApiKeyId, PersonId};

macro_rules! select_key {
    ($rest:literal) => {
        concat!(
            "SELECT id, prefix, name, person, scopes, created_by, created_at, expires_at, last_used_at, revoked_at ",
            "FROM api_keys ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO api_keys (id, hash, prefix, name, person, scopes, created_by, created_at, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_HASH = select_key!("WHERE hash = $1");
    /// The latest first; a desk has few.
    LIST = select_key!("ORDER BY id DESC LIMIT $1");
    REVOKE = "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING person";
    USED = "UPDATE api_keys SET last_used_at = $2 WHERE id = $1";
    HOST_ACCOUNT = "SELECT person, display_name, role FROM host_accounts WHERE issuer = $1 AND subject = $2";
    INSERT_HOST_ACCOUNT = "INSERT INTO host_accounts (issuer, subject, person, display_name, role) \
                           VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    UPDATE_HOST_ACCOUNT = "UPDATE host_accounts SET display_name = $3, role = $4 WHERE issuer = $1 AND subject = $2";
}

#[derive(FromRow)]
struct KeyRow {
    id: String,
    prefix: String,
    name: String,
    person: String,
    scopes: String,
    created_by: String,
    created_at: i64,
    expires_at: i64,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<KeyRow> for ApiKey {
    type Error = DbError;

    fn try_from(row: KeyRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("api_keys", what.to_owned());
        let scopes = row.scopes.split(' ').map(|scope| Scope::parse(scope).ok_or_else(|| bad("scopes")));
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id"))?,
            prefix: row.prefix,
            name: row.name,
            person: row.person.parse().map_err(|_| bad("person"))?,
            scopes: scopes.collect::<Result<_, _>>()?,
            created_by: row.created_by.parse().map_err(|_| bad("created_by"))?,
            created_at: from_millis(row.created_at),
            expires_at: from_millis(row.expires_at),
            last_used_at: row.last_used_at.map(from_millis),
            revoked_at: row.revoked_at.map(from_millis),
        })
    }
}

/// Stores a new key, as its hash.
pub async fn insert(tx: &mut Tx, key: &ApiKey, hash: &str) -> Result<(), DbError> {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(key.id.as_str())
        .bind(hash)
        .bind(&key.prefix)
        .bind(&key.name)
        .bind(key.person.as_str())
        .bind(scopes.join(" "))
        .bind(key.created_by.as_str())
        .bind(key.created_at.timestamp_millis())
        .bind(key.expires_at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The key of this hash, also one that is over or revoked.
pub async fn by_hash(tx: &mut Tx, hash: &str) -> Result<Option<ApiKey>, DbError> {
    let row: Option<KeyRow> = with_conn!(tx, |conn| sqlx::query_as(BY_HASH).bind(hash).fetch_optional(conn).await?);
    row.map(ApiKey::try_from).transpose()
}

/// At most `limit` keys, the latest first.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<ApiKey>, DbError> {
    let rows: Vec<KeyRow> = with_conn!(tx, |conn| sqlx::query_as(LIST).bind(limit).fetch_all(conn).await?);
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// Ends a key; as whom it acted, if it was not ended before.
pub async fn revoke(tx: &mut Tx, id: &ApiKeyId, at: Time) -> Result<Option<PersonId>, DbError> {
    let row: Option<String> = with_conn!(tx, |conn| sqlx::query_scalar(REVOKE)
        .bind(id.as_str())
        .bind(at.timestamp_millis())
        .fetch_optional(conn)
        .await?);
    row.map(|id| id.parse().map_err(|_| DbError::BadRow("api_keys", "person".into()))).transpose()
}

/// Notes that a key was used.
pub async fn used(tx: &mut Tx, id: &ApiKeyId, at: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(USED)
        .bind(id.as_str())
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Whom a host application means by a subject, and what it last said of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostAccount {
    pub person: PersonId,
    pub display_name: Option<String>,
    pub role: Option<String>,
}

#[derive(FromRow)]
struct HostRow {
    person: String,
    display_name: Option<String>,
    role: Option<String>,
}

/// The account of a subject.
pub async fn host_account(tx: &mut Tx, of: (&str, &str)) -> Result<Option<HostAccount>, DbError> {
    let row: Option<HostRow> =
        with_conn!(tx, |conn| sqlx::query_as(HOST_ACCOUNT).bind(of.0).bind(of.1).fetch_optional(conn).await?);
    let read = |row: HostRow| {
        let person = row.person.parse().map_err(|_| DbError::BadRow("host_accounts", "person".into()))?;
        Ok(HostAccount { person, display_name: row.display_name, role: row.role })
    };
    row.map(read).transpose()
}

/// Stores whom a subject is; false when that was known already.
pub async fn insert_host_account(tx: &mut Tx, of: (&str, &str), account: &HostAccount) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(INSERT_HOST_ACCOUNT)
        .bind(of.0)
        .bind(of.1)
        .bind(account.person.as_str())
        .bind(account.display_name.as_deref())
        .bind(account.role.as_deref())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Stores what the host says of them now.
pub async fn update_host_account(tx: &mut Tx, of: (&str, &str), account: &HostAccount) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(UPDATE_HOST_ACCOUNT)
        .bind(of.0)
        .bind(of.1)
        .bind(account.display_name.as_deref())
        .bind(account.role.as_deref())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

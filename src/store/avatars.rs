//! Pictures of people: which they have, which their ghosts have, and where those of Matrix people come from.
use std::collections::HashSet;

use ruma::{MxcUri, UserId};

use super::{DbError, Tx};
use crate::domain::avatars::Avatar;
use crate::domain::ids::PersonId;

statements! {
    SET = "UPDATE people SET avatar = $2 WHERE id = $1";
    IS_WORN = "SELECT COUNT(*) FROM people WHERE avatar = $1";
    SET_GHOST = "UPDATE people SET ghost_avatar = $2 WHERE id = $1";
    /// Whoever signs in has the picture that they gave the desk.
    FOLLOW = "UPDATE people SET avatar_mxc = $2 WHERE matrix_id = $1 AND email IS NULL \
              AND avatar_mxc IS DISTINCT FROM $2 RETURNING id";
    SOURCE = "SELECT avatar_mxc FROM people WHERE id = $1";
    SET_FROM = "UPDATE people SET avatar = $2 WHERE id = $1 AND avatar_mxc IS NOT DISTINCT FROM $3";
}

pub async fn set(tx: &mut Tx, person: &PersonId, avatar: Option<&Avatar>) -> Result<(), DbError> {
    write(tx, SET, person, avatar).await
}

/// Whether it is somebody's present picture.
pub async fn is_worn(tx: &mut Tx, avatar: &Avatar) -> Result<bool, DbError> {
    let count: i64 = with_conn!(tx, |conn| sqlx::query_scalar(IS_WORN).bind(avatar.as_str()).fetch_one(conn).await?);
    Ok(count > 0)
}

/// Of these names, those of somebody's present picture.
pub async fn worn(tx: &mut Tx, names: &[String]) -> Result<HashSet<String>, DbError> {
    if names.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<String> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new("SELECT avatar FROM people WHERE avatar IN (");
        let mut list = select.separated(", ");
        for name in names {
            list.push_bind(name.as_str());
        }
        select.push(")");
        select.build_query_scalar().fetch_all(conn).await?
    });
    Ok(rows.into_iter().collect())
}

/// The person's ghost has this picture on the homeserver, or none.
pub async fn set_ghost(tx: &mut Tx, person: &PersonId, avatar: Option<&Avatar>) -> Result<(), DbError> {
    write(tx, SET_GHOST, person, avatar).await
}

async fn write(
    tx: &mut Tx,
    statement: &'static str,
    person: &PersonId,
    avatar: Option<&Avatar>,
) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(statement)
        .bind(person.as_str())
        .bind(avatar.map(Avatar::as_str))
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Somebody of Matrix has their picture there, or has none; who that is when it was elsewhere before.
pub async fn follow(tx: &mut Tx, user: &UserId, mxc: Option<&MxcUri>) -> Result<Option<PersonId>, DbError> {
    let id: Option<String> = with_conn!(tx, |conn| sqlx::query_scalar(FOLLOW)
        .bind(user.as_str())
        .bind(mxc.map(MxcUri::as_str))
        .fetch_optional(conn)
        .await?);
    id.map(|id| id.parse().map_err(|_| DbError::BadRow("people", "id".into()))).transpose()
}

/// Where the picture of somebody of Matrix is.
pub async fn source(tx: &mut Tx, person: &PersonId) -> Result<Option<String>, DbError> {
    let row: Option<Option<String>> =
        with_conn!(tx, |conn| sqlx::query_scalar(SOURCE).bind(person.as_str()).fetch_optional(conn).await?);
    Ok(row.flatten())
}

/// Gives somebody of Matrix the picture that was at `mxc`; false when they have another one there by now.
pub async fn set_from(
    tx: &mut Tx,
    (person, mxc): (&PersonId, Option<&str>),
    avatar: Option<&Avatar>,
) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(SET_FROM)
        .bind(person.as_str())
        .bind(avatar.map(Avatar::as_str))
        .bind(mxc)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

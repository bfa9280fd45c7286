//! What the bridge knows about the homeserver: members of rooms, and facts that outlive the process.
use ruma::{RoomId, UserId};

use super::{DbError, Tx};
use crate::domain::clock::{Time, from_millis};

statements! {
    SET_MEMBER = "INSERT INTO room_members (room_id, user_id, membership, display_name) VALUES ($1, $2, $3, $4) \
                  ON CONFLICT (room_id, user_id) DO UPDATE SET membership = excluded.membership, \
                  display_name = COALESCE(excluded.display_name, room_members.display_name)";
    DISPLAY_NAME = "SELECT display_name FROM room_members WHERE room_id = $1 AND user_id = $2";
    MEMBERSHIP = "SELECT membership FROM room_members WHERE room_id = $1 AND user_id = $2";
    SET_FACT = "INSERT INTO bridge_facts (name, value, at) VALUES ($1, $2, $3) \
                ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at";
    FACT = "SELECT value, at FROM bridge_facts WHERE name = $1";
}

/// What a member event says: `invite`, `join`, `leave`, `ban` or `knock`, and the name they have there.
pub async fn set_membership(
    tx: &mut Tx,
    (room, user): (&RoomId, &UserId),
    membership: &str,
    display_name: Option<&str>,
) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_MEMBER)
        .bind(room.as_str())
        .bind(user.as_str())
        .bind(membership)
        .bind(display_name)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The last known membership.
pub async fn membership(tx: &mut Tx, room: &RoomId, user: &UserId) -> Result<Option<String>, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query_scalar(MEMBERSHIP)
        .bind(room.as_str())
        .bind(user.as_str())
        .fetch_optional(conn)
        .await?))
}

/// The name somebody has in a room.
pub async fn display_name(tx: &mut Tx, room: &RoomId, user: &UserId) -> Result<Option<String>, DbError> {
    let row: Option<(Option<String>,)> = with_conn!(tx, |conn| sqlx::query_as(DISPLAY_NAME)
        .bind(room.as_str())
        .bind(user.as_str())
        .fetch_optional(conn)
        .await?);
    Ok(row.and_then(|(name,)| name))
}

/// Remembers a fact about the bridge.
pub async fn set_fact(tx: &mut Tx, name: &str, value: &str, at: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_FACT)
        .bind(name)
        .bind(value)
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// A fact and when it was written.
pub async fn fact(tx: &mut Tx, name: &str) -> Result<Option<(String, Time)>, DbError> {
    let row: Option<(String, i64)> =
        with_conn!(tx, |conn| sqlx::query_as(FACT).bind(name).fetch_optional(conn).await?);
    Ok(row.map(|(value, at)| (value, from_millis(at))))
}

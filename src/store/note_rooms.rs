//! The rooms of notes, and who is to be in them.
use ruma::{OwnedRoomId, RoomId};

use super::{DbError, Tx};
use crate::domain::clock::Time;
use crate::domain::ids::{NotesRoomId, PersonId, TicketId};

statements! {
    INSERT = "INSERT INTO note_rooms (id, ticket, created_at) VALUES ($1, $2, $3) ON CONFLICT (ticket) DO NOTHING";
    OF_TICKET = "SELECT id, room_id FROM note_rooms WHERE ticket = $1";
    SET_ROOM = "UPDATE note_rooms SET room_id = $2 WHERE ticket = $1 AND room_id IS NULL";
    TICKET_OF_ROOM = "SELECT ticket FROM note_rooms WHERE room_id = $1";
    EXPECT = "INSERT INTO note_members (person, ticket) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    FORGET = "DELETE FROM note_members WHERE person = $1 AND ticket = $2";
    TICKETS_OF_MEMBER = "SELECT ticket FROM note_members WHERE person = $1 ORDER BY ticket";
}

/// The room of a ticket's notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotesRoom {
    pub id: NotesRoomId,
    /// None until it has been made.
    pub room_id: Option<OwnedRoomId>,
}

/// Gives the ticket's notes a room; false when they have one.
pub async fn insert(tx: &mut Tx, ticket: &TicketId, id: &NotesRoomId, at: Time) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(id.as_str())
        .bind(ticket.as_str())
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

pub async fn of_ticket(tx: &mut Tx, ticket: &TicketId) -> Result<Option<NotesRoom>, DbError> {
    let row: Option<(String, Option<String>)> =
        with_conn!(tx, |conn| sqlx::query_as(OF_TICKET).bind(ticket.as_str()).fetch_optional(conn).await?);
    let bad = |what: &str| DbError::BadRow("note_rooms", what.to_owned());
    row.map(|(id, room)| {
        Ok(NotesRoom {
            id: id.parse().map_err(|_| bad("id"))?,
            room_id: room.map(RoomId::parse).transpose().map_err(|_| bad("room_id"))?,
        })
    })
    .transpose()
}

/// The room has been made; nothing happens when that is known, or when the ticket has no notes.
pub async fn set_room(tx: &mut Tx, ticket: &TicketId, room: &RoomId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_ROOM)
        .bind(ticket.as_str())
        .bind(room.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The ticket whose notes are in this room.
pub async fn ticket_of_room(tx: &mut Tx, room: &RoomId) -> Result<Option<TicketId>, DbError> {
    let id: Option<String> =
        with_conn!(tx, |conn| sqlx::query_scalar(TICKET_OF_ROOM).bind(room.as_str()).fetch_optional(conn).await?);
    id.map(|id| id.parse().map_err(|_| DbError::BadRow("note_rooms", "ticket".into()))).transpose()
}

/// Somebody is to be in the room; false when that is known.
pub async fn expect(tx: &mut Tx, ticket: &TicketId, person: &PersonId) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(EXPECT)
        .bind(person.as_str())
        .bind(ticket.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Somebody is to be in the room no longer.
pub async fn forget(tx: &mut Tx, ticket: &TicketId, person: &PersonId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(FORGET)
        .bind(person.as_str())
        .bind(ticket.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The tickets in whose notes' rooms somebody is to be.
pub async fn tickets_of_member(tx: &mut Tx, person: &PersonId) -> Result<Vec<TicketId>, DbError> {
    let ids: Vec<String> =
        with_conn!(tx, |conn| sqlx::query_scalar(TICKETS_OF_MEMBER).bind(person.as_str()).fetch_all(conn).await?);
    ids.into_iter().map(|id| id.parse().map_err(|_| DbError::BadRow("note_members", "ticket".into()))).collect()
}

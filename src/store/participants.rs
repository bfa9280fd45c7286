//! Who belongs to a ticket besides staff.
use super::{DbError, Tx};
use crate::domain::clock::Time;
use crate::domain::ids::{PersonId, TicketId};

statements! {
    INSERT = "INSERT INTO participants (person, ticket, is_requester, added_by, added_at) VALUES ($1, $2, $3, $4, $5) \
              ON CONFLICT DO NOTHING";
    DELETE = "DELETE FROM participants WHERE person = $1 AND ticket = $2 AND NOT is_requester";
    IS_PARTICIPANT = "SELECT COUNT(*) FROM participants WHERE person = $1 AND ticket = $2";
    OF_TICKET = "SELECT person FROM participants WHERE ticket = $1 ORDER BY added_at, person";
}

/// The student the ticket belongs to; part of opening it.
pub async fn insert_requester(tx: &mut Tx, ticket: &TicketId, person: &PersonId, at: Time) -> Result<(), DbError> {
    add(tx, ticket, person, None, at).await.map(drop)
}

/// Lets somebody in; false when they were in already.
pub async fn insert(
    tx: &mut Tx,
    ticket: &TicketId,
    person: &PersonId,
    added_by: &PersonId,
    at: Time,
) -> Result<bool, DbError> {
    add(tx, ticket, person, Some(added_by), at).await
}

async fn add(
    tx: &mut Tx,
    ticket: &TicketId,
    person: &PersonId,
    added_by: Option<&PersonId>,
    at: Time,
) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(person.as_str())
        .bind(ticket.as_str())
        .bind(added_by.is_none())
        .bind(added_by.map(PersonId::as_str))
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Puts somebody out who is not the student the ticket belongs to; false when there was nobody to put out.
pub async fn delete(tx: &mut Tx, ticket: &TicketId, person: &PersonId) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(DELETE)
        .bind(person.as_str())
        .bind(ticket.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

pub async fn is_participant(tx: &mut Tx, ticket: &TicketId, person: &PersonId) -> Result<bool, DbError> {
    let count: i64 = with_conn!(tx, |conn| sqlx::query_scalar(IS_PARTICIPANT)
        .bind(person.as_str())
        .bind(ticket.as_str())
        .fetch_one(conn)
        .await?);
    Ok(count > 0)
}

/// Everybody of a ticket, the student first.
pub async fn of_ticket(tx: &mut Tx, ticket: &TicketId) -> Result<Vec<PersonId>, DbError> {
    let rows: Vec<String> =
        with_conn!(tx, |conn| sqlx::query_scalar(OF_TICKET).bind(ticket.as_str()).fetch_all(conn).await?);
    rows.into_iter().map(|id| id.parse().map_err(|_| DbError::BadRow("participants", "person".into()))).collect()
}

/// Everybody of these tickets.
pub async fn of_tickets(tx: &mut Tx, tickets: &[TicketId]) -> Result<Vec<(TicketId, PersonId)>, DbError> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, String)> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new("SELECT ticket, person FROM participants WHERE ticket IN (");
        let mut list = select.separated(", ");
        for ticket in tickets {
            list.push_bind(ticket.as_str());
        }
        select.push(")");
        select.build_query_as().fetch_all(conn).await?
    });
    let bad = || DbError::BadRow("participants", "an id".into());
    let read = |(ticket, person): (String, String)| {
        Ok((ticket.parse().map_err(|_| bad())?, person.parse().map_err(|_| bad())?))
    };
    rows.into_iter().map(read).collect()
}

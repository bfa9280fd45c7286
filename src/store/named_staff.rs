//! The members of staff who are named in confidential tickets.
use std::collections::{HashMap, HashSet};

use super::{DbError, Tx};
use crate::domain::ids::{PersonId, TeamId, TicketId};

statements! {
    INSERT = "INSERT INTO ticket_staff (ticket, person) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    /// The members of a team.
    INSERT_TEAM = "INSERT INTO ticket_staff (ticket, person) SELECT $1, m.person FROM team_members m \
                   JOIN people p ON p.id = m.person WHERE m.team = $2 AND p.disabled_at IS NULL ON CONFLICT DO NOTHING";
    /// Every admin.
    INSERT_ADMINS = "INSERT INTO ticket_staff (ticket, person) SELECT $1, id FROM people \
                     WHERE role = 'admin' AND disabled_at IS NULL ON CONFLICT DO NOTHING";
    COPY = "INSERT INTO ticket_staff (ticket, person) SELECT $2, person FROM ticket_staff WHERE ticket = $1 \
            ON CONFLICT DO NOTHING";
    DELETE = "DELETE FROM ticket_staff WHERE ticket = $1 AND person = $2";
    IS_NAMED = "SELECT COUNT(*) FROM ticket_staff WHERE ticket = $1 AND person = $2";
    OF_TICKET = "SELECT s.person FROM ticket_staff s JOIN people p ON p.id = s.person WHERE s.ticket = $1 \
                 ORDER BY p.search_name, p.id";
}

/// Names somebody; false when they were named already.
pub async fn insert(tx: &mut Tx, ticket: &TicketId, person: &PersonId) -> Result<bool, DbError> {
    Ok(run(tx, INSERT, (ticket, person.as_str())).await? == 1)
}

/// Names the members of a team; how many were not named before.
pub async fn insert_team(tx: &mut Tx, ticket: &TicketId, team: &TeamId) -> Result<u64, DbError> {
    run(tx, INSERT_TEAM, (ticket, team.as_str())).await
}

/// Names every admin.
pub async fn insert_admins(tx: &mut Tx, ticket: &TicketId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(INSERT_ADMINS).bind(ticket.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

/// Names those who are named in the ticket `from` in `to` as well.
pub async fn copy(tx: &mut Tx, from: &TicketId, to: &TicketId) -> Result<(), DbError> {
    run(tx, COPY, (from, to.as_str())).await.map(drop)
}

/// Somebody is named no longer; false when they were not.
pub async fn delete(tx: &mut Tx, ticket: &TicketId, person: &PersonId) -> Result<bool, DbError> {
    Ok(run(tx, DELETE, (ticket, person.as_str())).await? == 1)
}

async fn run(tx: &mut Tx, statement: &'static str, (ticket, key): (&TicketId, &str)) -> Result<u64, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query(statement)
        .bind(ticket.as_str())
        .bind(key)
        .execute(conn)
        .await?
        .rows_affected()))
}

pub async fn is_named(tx: &mut Tx, ticket: &TicketId, person: &PersonId) -> Result<bool, DbError> {
    let count: i64 = with_conn!(tx, |conn| sqlx::query_scalar(IS_NAMED)
        .bind(ticket.as_str())
        .bind(person.as_str())
        .fetch_one(conn)
        .await?);
    Ok(count > 0)
}

/// Everybody who is named in a ticket, by name.
pub async fn of_ticket(tx: &mut Tx, ticket: &TicketId) -> Result<Vec<PersonId>, DbError> {
    let rows: Vec<String> =
        with_conn!(tx, |conn| sqlx::query_scalar(OF_TICKET).bind(ticket.as_str()).fetch_all(conn).await?);
    rows.into_iter().map(|id| id.parse().map_err(|_| DbError::BadRow("ticket_staff", "person".into()))).collect()
}

/// Everybody who is named, for those of these tickets that are confidential.
pub async fn of_confidential(
    tx: &mut Tx,
    tickets: &[TicketId],
) -> Result<HashMap<TicketId, HashSet<PersonId>>, DbError> {
    if tickets.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, Option<String>)> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(
            "SELECT t.id, s.person FROM tickets t LEFT JOIN ticket_staff s ON s.ticket = t.id \
             WHERE t.is_confidential AND t.id IN (",
        );
        let mut list = select.separated(", ");
        for ticket in tickets {
            list.push_bind(ticket.as_str());
        }
        select.push(")");
        select.build_query_as().fetch_all(conn).await?
    });
    let bad = || DbError::BadRow("ticket_staff", "an id".into());
    let mut named: HashMap<TicketId, HashSet<PersonId>> = HashMap::new();
    for (ticket, person) in rows {
        let of_ticket = named.entry(ticket.parse().map_err(|_| bad())?).or_default();
        of_ticket.extend(person.map(|person| person.parse().map_err(|_| bad())).transpose()?);
    }
    Ok(named)
}

//! People as those who manage them see them, and staff as those who give tickets away do.
use sqlx::FromRow;

use super::db::PerEngine;
use super::people::PersonRow;
use super::{DbError, Tx};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{PersonId, TeamId};
use crate::domain::people::{Person, Role};

macro_rules! select_listed {
    ($rest:literal) => {
        concat!(
            "SELECT id, email, display_name, role, matrix_id, avatar, disabled_at, created_at, ",
            "password_hash IS NOT NULL AS has_password, reset_asked_at FROM people ",
            $rest
        )
    };
}

statements! {
    BY_ID = select_listed!("WHERE id = $1");
    /// Walks the primary key from the cursor on.
    LIST = select_listed!(
        "WHERE id > $1 AND ($2 = '' OR role = $2) AND (search_name LIKE $3 ESCAPE '\\' OR email LIKE $3 ESCAPE '\\' \
         OR lower(matrix_id) LIKE $3 ESCAPE '\\') ORDER BY id LIMIT $4"
    );
    /// Each count is read from an index of open tickets alone.
    ASSIGNABLE = "SELECT p.id, p.email, p.display_name, p.role, p.matrix_id, p.avatar, p.disabled_at, p.created_at, \
                  (SELECT COUNT(*) FROM tickets t WHERE t.assigned_to = p.id AND t.status NOT IN ('resolved', 'closed')) \
                  AS open_tickets FROM people p WHERE p.role <> 'student' AND p.disabled_at IS NULL \
                  AND (p.search_name LIKE $1 ESCAPE '\\' OR p.email LIKE $1 ESCAPE '\\' \
                  OR lower(p.matrix_id) LIKE $1 ESCAPE '\\') ORDER BY p.search_name, p.id LIMIT $2";
}

/// Those who may stop being admins by this transaction, locked until it ends; SQLite has one writer at a time anyhow.
const ADMINS: PerEngine = PerEngine {
    sqlite: "SELECT id FROM people WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id",
    postgres: "SELECT id FROM people WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id FOR NO KEY UPDATE",
};
/// The statements of this file that are not the same on both engines.
pub const PER_ENGINE: &[(&str, PerEngine)] = &[("roster::ADMINS", ADMINS)];

/// Somebody as admins see them.
#[derive(Clone, Debug)]
pub struct Listed {
    pub person: Person,
    pub has_password: bool,
    /// When they last asked for another password and have not got it yet.
    pub reset_asked_at: Option<Time>,
    /// The teams they are in, by id and name.
    pub teams: Vec<(TeamId, String)>,
}

/// A member of staff with the number of tickets they have open.
#[derive(Clone, Debug)]
pub struct Assignable {
    pub person: Person,
    pub open_tickets: i64,
}

#[derive(FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    person: PersonRow,
    has_password: bool,
    reset_asked_at: Option<i64>,
}

impl TryFrom<ListedRow> for Listed {
    type Error = DbError;

    fn try_from(row: ListedRow) -> Result<Self, DbError> {
        let reset_asked_at = row.reset_asked_at.map(from_millis);
        Ok(Self { person: row.person.try_into()?, has_password: row.has_password, reset_asked_at, teams: Vec::new() })
    }
}

#[derive(FromRow)]
struct AssignableRow {
    #[sqlx(flatten)]
    person: PersonRow,
    open_tickets: i64,
}

/// Whom a list is to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A part of the name, the address or the Matrix id; empty for everybody.
    pub search: String,
    pub role: Option<Role>,
}

pub async fn by_id(tx: &mut Tx, id: &PersonId) -> Result<Option<Listed>, DbError> {
    let row: Option<ListedRow> =
        with_conn!(tx, |conn| sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(conn).await?);
    row.map(Listed::try_from).transpose()
}

/// At most `limit` people who are wanted, the longest known first, after `after`.
pub async fn list(tx: &mut Tx, wanted: &Wanted, after: Option<&PersonId>, limit: i64) -> Result<Vec<Listed>, DbError> {
    let rows: Vec<ListedRow> = with_conn!(tx, |conn| sqlx::query_as(LIST)
        .bind(after.map_or("", PersonId::as_str))
        .bind(wanted.role.map_or("", Role::as_str))
        .bind(containing(&wanted.search))
        .bind(limit)
        .fetch_all(conn)
        .await?);
    rows.into_iter().map(Listed::try_from).collect()
}

/// At most `limit` members of staff who are not disabled, by name.
pub async fn assignable(tx: &mut Tx, search: &str, limit: i64) -> Result<Vec<Assignable>, DbError> {
    let rows: Vec<AssignableRow> =
        with_conn!(tx, |conn| sqlx::query_as(ASSIGNABLE).bind(containing(search)).bind(limit).fetch_all(conn).await?);
    let read = |row: AssignableRow| Ok(Assignable { person: row.person.try_into()?, open_tickets: row.open_tickets });
    rows.into_iter().map(read).collect()
}

/// Whether there is an admin besides this one; nobody else stops being one until the transaction ends.
pub async fn has_other_admin(tx: &mut Tx, id: &PersonId) -> Result<bool, DbError> {
    let statement = ADMINS.on(tx.engine());
    let admins: Vec<String> = with_conn!(tx, |conn| sqlx::query_scalar(statement).fetch_all(conn).await?);
    Ok(admins.iter().any(|admin| admin != id.as_str()))
}

/// A pattern for what contains the text in any case; nothing in the text is a wildcard.
fn containing(text: &str) -> String {
    let text = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{text}%")
}

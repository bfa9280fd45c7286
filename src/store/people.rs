//! People and what their ghosts look like on the homeserver.
use std::collections::HashMap;

use ruma::{OwnedUserId, UserId};
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::avatars::Avatar;
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::PersonId;
use crate::domain::people::{Person, Role};

macro_rules! select_person {
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT id, email, display_name, role, matrix_id, avatar, disabled_at, created_at",
            $more,
            " FROM people ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO people (id, email, display_name, role, password_hash, matrix_id, created_at, search_name) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    BY_ID = select_person!("", "WHERE id = $1");
    BY_EMAIL = select_person!("", "WHERE email = $1");
    BY_MATRIX_ID = select_person!("", "WHERE matrix_id = $1");
    ALL = select_person!("", "ORDER BY id");
    PASSWORD_HASH = "SELECT password_hash FROM people WHERE id = $1";
    SET_PASSWORD_HASH = "UPDATE people SET password_hash = $2 WHERE id = $1";
    SET_ROLE = "UPDATE people SET role = $2 WHERE id = $1";
    SET_DISABLED = "UPDATE people SET disabled_at = $2 WHERE id = $1";
    SET_DISPLAY_NAME = "UPDATE people SET display_name = $2, search_name = $3 WHERE id = $1 AND display_name <> $2";
    WITH_GHOST = select_person!(", ghost_name, ghost_avatar", "WHERE id = $1");
    SET_GHOST_NAME = "UPDATE people SET ghost_name = $2 WHERE id = $1";
}

/// Somebody to add.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub id: PersonId,
    pub email: Option<String>,
    pub display_name: String,
    pub role: Role,
    pub password_hash: Option<String>,
    pub matrix_id: Option<OwnedUserId>,
    pub created_at: Time,
}

#[derive(FromRow)]
pub(super) struct PersonRow {
    id: String,
    email: Option<String>,
    display_name: String,
    role: String,
    matrix_id: Option<String>,
    avatar: Option<String>,
    disabled_at: Option<i64>,
    created_at: i64,
}

/// What a ghost looks like on the homeserver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ghost {
    /// None while it is not registered.
    pub name: Option<String>,
    /// The picture that was brought there, by its name at the desk.
    pub avatar: Option<String>,
}

#[derive(FromRow)]
struct WithGhost {
    #[sqlx(flatten)]
    person: PersonRow,
    ghost_name: Option<String>,
    ghost_avatar: Option<String>,
}

impl TryFrom<PersonRow> for Person {
    type Error = DbError;

    fn try_from(row: PersonRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("people", what.to_owned());
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id"))?,
            email: row.email,
            display_name: row.display_name,
            role: Role::parse(&row.role).ok_or_else(|| bad("role"))?,
            matrix_id: row.matrix_id.map(UserId::parse).transpose().map_err(|_| bad("matrix_id"))?,
            avatar: row.avatar.map(|name| Avatar::parse(&name).ok_or_else(|| bad("avatar"))).transpose()?,
            disabled_at: row.disabled_at.map(from_millis),
            created_at: from_millis(row.created_at),
        })
    }
}

/// Adds a person; false when the address or the Matrix id is taken already.
pub async fn insert(tx: &mut Tx, new: &NewPerson) -> Result<bool, DbError> {
    let done = with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(new.id.as_str())
        .bind(new.email.as_deref())
        .bind(&new.display_name)
        .bind(new.role.as_str())
        .bind(new.password_hash.as_deref())
        .bind(new.matrix_id.as_ref().map(|id| id.as_str()))
        .bind(new.created_at.timestamp_millis())
        .bind(new.display_name.to_lowercase())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(done == 1)
}

pub async fn by_id(tx: &mut Tx, id: &PersonId) -> Result<Option<Person>, DbError> {
    one(tx, BY_ID, id.as_str()).await
}

/// `email` as [`crate::domain::people::email`] gives it.
pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Person>, DbError> {
    one(tx, BY_EMAIL, email).await
}

pub async fn by_matrix_id(tx: &mut Tx, id: &UserId) -> Result<Option<Person>, DbError> {
    one(tx, BY_MATRIX_ID, id.as_str()).await
}

/// The people with these ids, in one query.
pub async fn by_ids(tx: &mut Tx, ids: &[PersonId]) -> Result<HashMap<PersonId, Person>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<PersonRow> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(select_person!("", "WHERE id IN ("));
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(id.as_str());
        }
        select.push(")");
        select.build_query_as().fetch_all(conn).await?
    });
    rows.into_iter().map(|row| Person::try_from(row).map(|person| (person.id.clone(), person))).collect()
}

async fn one(tx: &mut Tx, statement: &'static str, key: &str) -> Result<Option<Person>, DbError> {
    let row: Option<PersonRow> =
        with_conn!(tx, |conn| sqlx::query_as(statement).bind(key).fetch_optional(conn).await?);
    row.map(Person::try_from).transpose()
}

/// Everybody, oldest first; for the command line.
pub async fn all(tx: &mut Tx) -> Result<Vec<Person>, DbError> {
    let rows: Vec<PersonRow> = with_conn!(tx, |conn| sqlx::query_as(ALL).fetch_all(conn).await?);
    rows.into_iter().map(Person::try_from).collect()
}

/// The Argon2id hash in PHC form; none for people without a password.
pub async fn password_hash(tx: &mut Tx, id: &PersonId) -> Result<Option<String>, DbError> {
    let row: Option<(Option<String>,)> =
        with_conn!(tx, |conn| sqlx::query_as(PASSWORD_HASH).bind(id.as_str()).fetch_optional(conn).await?);
    Ok(row.and_then(|(hash,)| hash))
}

pub async fn set_password_hash(tx: &mut Tx, id: &PersonId, hash: &str) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_PASSWORD_HASH)
        .bind(id.as_str())
        .bind(hash)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

pub async fn set_role(tx: &mut Tx, id: &PersonId, role: Role) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_ROLE)
        .bind(id.as_str())
        .bind(role.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

pub async fn set_disabled(tx: &mut Tx, id: &PersonId, at: Option<Time>) -> Result<(), DbError> {
    let at = at.map(|at| at.timestamp_millis());
    with_conn!(tx, |conn| sqlx::query(SET_DISABLED).bind(id.as_str()).bind(at).execute(conn).await?.rows_affected());
    Ok(())
}

/// Whether the name was another before.
pub async fn set_display_name(tx: &mut Tx, id: &PersonId, name: &str) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(SET_DISPLAY_NAME)
        .bind(id.as_str())
        .bind(name)
        .bind(name.to_lowercase())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// A person and what their ghost looks like.
pub async fn with_ghost(tx: &mut Tx, id: &PersonId) -> Result<Option<(Person, Ghost)>, DbError> {
    let row: Option<WithGhost> =
        with_conn!(tx, |conn| sqlx::query_as(WITH_GHOST).bind(id.as_str()).fetch_optional(conn).await?);
    row.map(|row| Ok((row.person.try_into()?, Ghost { name: row.ghost_name, avatar: row.ghost_avatar }))).transpose()
}

pub async fn set_ghost_name(tx: &mut Tx, id: &PersonId, name: &str) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_GHOST_NAME)
        .bind(id.as_str())
        .bind(name)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

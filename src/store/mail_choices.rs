//! Who gets mails, and how they want them.
use std::collections::HashMap;

use sqlx::FromRow;

use super::query::{Sql, fetch_all};
use super::{DbError, Tx};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{PersonId, TeamId, TicketId};
use crate::domain::languages::Language;
use crate::domain::mails::{Occasion, Pace, Quiet};
use crate::domain::people::Role;
use crate::domain::zones::Zone;

statements! {
    CHOOSE = "INSERT INTO mail_choices (person, occasion, pace) VALUES ($1, $2, $3) \
              ON CONFLICT (person, occasion) DO UPDATE SET pace = excluded.pace, was = NULL";
    SET_MANNER = "UPDATE people SET time_zone = $2, language = $3, quiet_from = $4, quiet_until = $5 WHERE id = $1";
    PAUSE = "UPDATE people SET mail_paused_at = $2, mail_paused_why = $3 WHERE id = $1 AND mail_paused_at IS NULL";
    RESUME = "UPDATE people SET mail_paused_at = NULL, mail_paused_why = NULL WHERE id = $1";
    /// Admins, and whoever is in the team; who is called upon for a new ticket.
    FOR_NEW_TICKET = "SELECT id FROM people WHERE role = 'admin' AND disabled_at IS NULL UNION \
                      SELECT m.person FROM team_members m JOIN people p ON p.id = m.person \
                      WHERE m.team = $1 AND p.disabled_at IS NULL";
    TEAM = "SELECT m.person FROM team_members m JOIN people p ON p.id = m.person WHERE m.team = $1 AND p.disabled_at IS NULL";
    /// The student, who takes part besides, and who has the ticket.
    OF_TICKET = "SELECT person FROM participants WHERE ticket = $1 UNION \
                 SELECT assigned_to FROM tickets WHERE id = $1 AND assigned_to IS NOT NULL";
}

/// Somebody who may get mails, and how.
#[derive(Clone, Debug)]
pub struct Reader {
    pub id: PersonId,
    /// None for those who live on Matrix alone.
    pub address: Option<String>,
    pub display_name: String,
    pub role: Role,
    pub is_disabled: bool,
    /// None for the desk's own.
    pub zone: Option<Zone>,
    pub language: Option<Language>,
    pub quiet: Option<Quiet>,
    /// Since when their address gets none, and why.
    pub paused: Option<(Time, String)>,
    chosen: HashMap<Occasion, Pace>,
}

impl Reader {
    /// How soon they want to be told of it.
    pub fn pace(&self, occasion: Occasion) -> Pace {
        self.chosen.get(&occasion).copied().unwrap_or_else(|| occasion.usual(self.role))
    }

    /// Whether a mail to them could arrive.
    pub fn can_be_reached(&self) -> bool {
        self.address.is_some() && !self.is_disabled && self.paused.is_none()
    }
}

#[derive(FromRow)]
struct ReaderRow {
    id: String,
    email: Option<String>,
    display_name: String,
    role: String,
    disabled_at: Option<i64>,
    time_zone: Option<String>,
    language: Option<String>,
    quiet_from: Option<i64>,
    quiet_until: Option<i64>,
    mail_paused_at: Option<i64>,
    mail_paused_why: Option<String>,
}

impl TryFrom<ReaderRow> for Reader {
    type Error = DbError;

    fn try_from(row: ReaderRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("people", what.to_owned());
        let minutes = |value: Option<i64>| value.and_then(|value| u16::try_from(value).ok());
        let quiet = minutes(row.quiet_from).zip(minutes(row.quiet_until));
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id"))?,
            address: row.email,
            display_name: row.display_name,
            role: Role::parse(&row.role).ok_or_else(|| bad("role"))?,
            is_disabled: row.disabled_at.is_some(),
            // A zone or language that this version does not know is as none.
            zone: row.time_zone.as_deref().and_then(Zone::parse),
            language: row.language.as_deref().and_then(Language::parse),
            quiet: quiet.and_then(|(from, until)| Quiet::new(from, until)),
            paused: row.mail_paused_at.map(|at| (from_millis(at), row.mail_paused_why.unwrap_or_default())),
            chosen: HashMap::new(),
        })
    }
}

/// These people as readers, by their ids.
pub async fn readers(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<Reader>, DbError> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "SELECT id, email, display_name, role, disabled_at, time_zone, language, quiet_from, quiet_until, mail_paused_at, \
         mail_paused_why FROM people WHERE id IN ",
    );
    sql.list(people.iter().map(PersonId::as_str)).push(" ORDER BY id");
    let rows: Vec<ReaderRow> = fetch_all!(tx, sql);
    let mut readers: Vec<Reader> = rows.into_iter().map(Reader::try_from).collect::<Result<_, _>>()?;
    let mut sql = Sql::new("SELECT person, occasion, pace FROM mail_choices WHERE person IN ");
    sql.list(people.iter().map(PersonId::as_str));
    let chosen: Vec<(String, String, String)> = fetch_all!(tx, sql);
    for (person, occasion, pace) in chosen {
        let reader = readers.iter_mut().find(|reader| reader.id.as_str() == person);
        if let (Some(reader), Some(occasion), Some(pace)) = (reader, Occasion::parse(&occasion), Pace::parse(&pace)) {
            reader.chosen.insert(occasion, pace);
        }
    }
    Ok(readers)
}

/// Whom a new ticket concerns: admins, and the team that it was routed to.
pub async fn for_new_ticket(tx: &mut Tx, team: Option<&TeamId>) -> Result<Vec<PersonId>, DbError> {
    ids(tx, FOR_NEW_TICKET, team.map_or("", TeamId::as_str)).await
}

/// Who is in a team.
pub async fn of_team(tx: &mut Tx, team: &TeamId) -> Result<Vec<PersonId>, DbError> {
    ids(tx, TEAM, team.as_str()).await
}

/// Who takes part in a ticket, its student and whoever has it included.
pub async fn of_ticket(tx: &mut Tx, ticket: &TicketId) -> Result<Vec<PersonId>, DbError> {
    ids(tx, OF_TICKET, ticket.as_str()).await
}

async fn ids(tx: &mut Tx, statement: &'static str, key: &str) -> Result<Vec<PersonId>, DbError> {
    let rows: Vec<String> = with_conn!(tx, |conn| sqlx::query_scalar(statement).bind(key).fetch_all(conn).await?);
    rows.iter().map(|id| id.parse().map_err(|_| DbError::BadRow("people", "id".to_owned()))).collect()
}

/// Somebody wants to be told of this so soon.
pub async fn choose(tx: &mut Tx, person: &PersonId, occasion: Occasion, pace: Pace) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(CHOOSE)
        .bind(person.as_str())
        .bind(occasion.as_str())
        .bind(pace.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Where, in which language and when not somebody reads mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    pub zone: Option<Zone>,
    pub language: Option<Language>,
    pub quiet: Option<Quiet>,
}

pub async fn set_manner(tx: &mut Tx, person: &PersonId, manner: &Manner) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_MANNER)
        .bind(person.as_str())
        .bind(manner.zone.map(|zone| zone.to_string()))
        .bind(manner.language.map(Language::as_str))
        .bind(manner.quiet.map(|quiet| i64::from(quiet.from)))
        .bind(manner.quiet.map(|quiet| i64::from(quiet.until)))
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Their address gets no mail from now on; false when it got none before.
pub async fn pause(tx: &mut Tx, person: &PersonId, (at, why): (Time, &str)) -> Result<bool, DbError> {
    let at = at.timestamp_millis();
    let rows = with_conn!(tx, |conn| sqlx::query(PAUSE)
        .bind(person.as_str())
        .bind(at)
        .bind(why)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Their address gets mails again.
pub async fn resume(tx: &mut Tx, person: &PersonId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(RESUME).bind(person.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

//! The audit log: lines are added, never changed.
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::audit::{Deed, Line, Wanted};
use crate::domain::clock::from_millis;
use crate::domain::ids::{AuditId, PersonId};

statements! {
    INSERT = "INSERT INTO audit (id, actor, action, subject, details, at) VALUES ($1, $2, $3, $4, $5, $6)";
}

#[derive(FromRow)]
struct LineRow {
    id: String,
    actor: Option<String>,
    action: String,
    subject: Option<String>,
    details: String,
    at: i64,
}

impl TryFrom<LineRow> for Line {
    type Error = DbError;

    fn try_from(row: LineRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("audit", what.to_owned());
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id"))?,
            actor: row.actor.map(|id| id.parse()).transpose().map_err(|_| bad("actor"))?,
            deed: Deed::parse(&row.action).ok_or_else(|| bad("action"))?,
            subject: row.subject,
            details: serde_json::from_str(&row.details).map_err(|_| bad("details"))?,
            at: from_millis(row.at),
        })
    }
}

/// Writes a line down.
pub async fn insert(tx: &mut Tx, line: &Line) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(line.id.as_str())
        .bind(line.actor.as_ref().map(PersonId::as_str))
        .bind(line.deed.as_str())
        .bind(line.subject.as_deref())
        .bind(line.details.to_string())
        .bind(line.at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// At most `limit` wanted lines, the latest first, before `before`; each wish has an index that is in this order.
pub async fn list(tx: &mut Tx, wanted: &Wanted, before: Option<&AuditId>, limit: i64) -> Result<Vec<Line>, DbError> {
    let rows: Vec<LineRow> = with_conn!(tx, |conn| {
        let mut select =
            sqlx::QueryBuilder::new("SELECT id, actor, action, subject, details, at FROM audit WHERE TRUE");
        let wishes = [
            (" AND action = ", wanted.deed.map(Deed::as_str)),
            (" AND actor = ", wanted.actor.as_ref().map(PersonId::as_str)),
            (" AND subject = ", wanted.subject.as_deref()),
            (" AND id < ", before.map(AuditId::as_str)),
        ];
        for (condition, value) in wishes {
            if let Some(value) = value {
                select.push(condition).push_bind(value);
            }
        }
        select.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
        select.build_query_as().fetch_all(conn).await?
    });
    rows.into_iter().map(Line::try_from).collect()
}

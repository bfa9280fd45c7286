//! The audit log: written in the transaction of the deed, read by admins.
use serde_json::Value;

use super::Desk;
use crate::domain::audit::{Deed, Line, Wanted};
use crate::domain::ids::AuditId;
use crate::domain::people::Person;
use crate::domain::{Clock, Refusal};
use crate::store::{self, DbError, Tx};

/// Writes down what `by` did to `subject`; nobody, for the command line.
pub(super) async fn note(
    tx: &mut Tx,
    clock: &Clock,
    by: Option<&Person>,
    (deed, subject): (Deed, &str),
    details: Value,
) -> Result<(), DbError> {
    let (id, at) = (AuditId::fresh(clock), clock.now());
    let (actor, subject) = (by.map(|by| by.id.clone()), Some(subject.to_owned()));
    store::audit::insert(tx, &Line { id, actor, deed, subject, details, at }).await
}

impl Desk {
    /// Writes down that somebody takes a table of tickets away.
    pub async fn note_export(&self, by: &Person) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        let deed = (Deed::TicketsExported, by.id.as_str());
        note(&mut tx, self.clock(), Some(by), deed, Value::Null).await?;
        Ok(tx.commit().await?)
    }

    /// At most `limit` wanted lines of the audit log, the latest first, before `before`; for admins.
    pub async fn audit_log(
        &self,
        by: &Person,
        wanted: &Wanted,
        before: Option<&AuditId>,
        limit: i64,
    ) -> Result<Vec<Line>, Refusal> {
        by.manages_people()?;
        let mut tx = self.db().read().await?;
        Ok(store::audit::list(&mut tx, wanted, before, limit).await?)
    }
}

//! Confidential tickets: of staff, only those who are named may see them.
use serde_json::json;

use super::{Desk, assignment, audit, changes, locked_ticket, notes, permitted_ticket, tickets};
use crate::domain::Refusal;
use crate::domain::audit::Deed;
use crate::domain::changes::What;
use crate::domain::ids::PersonId;
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::tickets::Ticket;
use crate::domain::timeline::Happening;
use crate::store::{self, DbError, Tx, named_staff};

/// Names those who are to see a ticket that has just become confidential: whoever made it so if they are staff, whoever
/// has it, and its team. When that is nobody, every admin is named, so that somebody answers.
pub(super) async fn name_first(tx: &mut Tx, by: &Person, ticket: &Ticket) -> Result<(), DbError> {
    let by = Some(&by.id).filter(|_| by.role.is_staff() && by.id != ticket.created_by);
    for person in [by, ticket.assigned_to.as_ref()].into_iter().flatten() {
        named_staff::insert(tx, &ticket.id, person).await?;
    }
    if let Some(team) = &ticket.team {
        named_staff::insert_team(tx, &ticket.id, team).await?;
    }
    if named_staff::of_ticket(tx, &ticket.id).await?.is_empty() {
        named_staff::insert_admins(tx, &ticket.id).await?;
    }
    Ok(())
}

impl Desk {
    /// The members of staff who are named in a ticket; of weight only while it is confidential.
    pub async fn named_staff(&self, by: &Person, key: &str) -> Result<Vec<Person>, Refusal> {
        let mut tx = self.db().read().await?;
        let ticket = permitted_ticket(&mut tx, by, key, Action::NameStaff).await?;
        let ids = named_staff::of_ticket(&mut tx, &ticket.id).await?;
        let mut people = store::people::by_ids(&mut tx, &ids).await?;
        Ok(ids.iter().filter_map(|id| people.remove(id)).collect())
    }

    /// Names a member of staff in a ticket. Admins may do so without seeing it; the audit log tells.
    pub async fn name_staff(&self, by: &Person, key: &str, person: &PersonId) -> Result<Person, Refusal> {
        let mut tx = self.db().write().await?;
        let ticket = locked_ticket(&mut tx, by, key, Action::NameStaff).await?;
        let person = assignment::present_staff(&mut tx, person).await?;
        if named_staff::insert(&mut tx, &ticket.id, &person.id).await? {
            let values = (None, Some(person.id.to_string()));
            self.note_naming(tx, by, &ticket, values).await?;
        }
        Ok(person)
    }

    /// Somebody is named in a ticket no longer. The last one stays, and so does whoever has it.
    pub async fn unname_staff(&self, by: &Person, key: &str, person: &PersonId) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        let ticket = locked_ticket(&mut tx, by, key, Action::NameStaff).await?;
        if ticket.assigned_to.as_ref() == Some(person) {
            return Err(Refusal::Conflict("they have this ticket: assign it to somebody else before".to_owned()));
        }
        let named = named_staff::of_ticket(&mut tx, &ticket.id).await?;
        if !named.contains(person) {
            return Err(Refusal::NotFound("named member of staff"));
        }
        if ticket.is_confidential && named.len() == 1 {
            return Err(Refusal::Conflict("nobody would see this ticket: name somebody else before".to_owned()));
        }
        named_staff::delete(&mut tx, &ticket.id, person).await?;
        let values = (Some(person.to_string()), None);
        self.note_naming(tx, by, &ticket, values).await
    }

    /// Writes down who is named, or no longer, as `values` say, and commits.
    async fn note_naming(
        &self,
        mut tx: Tx,
        by: &Person,
        ticket: &Ticket,
        values: (Option<String>, Option<String>),
    ) -> Result<(), Refusal> {
        let (happening, deed) = match values.1 {
            Some(_) => (Happening::StaffNamed, Deed::StaffNamed),
            None => (Happening::StaffUnnamed, Deed::StaffUnnamed),
        };
        let details = json!({"person": values.0.as_ref().or(values.1.as_ref())});
        tickets::note(&mut tx, self.clock(), ticket, (Some(by), happening), values).await?;
        audit::note(&mut tx, self.clock(), Some(by), (deed, ticket.id.as_str()), details).await?;
        notes::members::look_through(&mut tx, self.clock(), &ticket.id).await?;
        let by_whom = (Some(&by.id), self.clock().now());
        changes::note(&mut tx, &ticket.id, What::TicketUpdated, None, by_whom).await?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(())
    }
}

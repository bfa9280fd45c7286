//! Notes: what staff tell each other about a ticket, here and in a Matrix room of its own.
//!
//! Notes have tables, types, jobs and a room of their own: what shows a student the conversation cannot come upon one.
//! Nothing here touches the ticket's row, so that not even its version tells that something was noted. Who may read
//! notes is one action of `domain/permissions.rs`, asked for requests, mentions, files and members of the room alike.
pub(super) mod changing;
pub(super) mod members;
pub(super) mod outgoing;
mod writing;

use super::{Desk, access, changes, locked_ticket, permitted_ticket};
use crate::domain::Refusal;
use crate::domain::changes::What;
use crate::domain::clock::Time;
use crate::domain::files::File;
use crate::domain::ids::{FileId, PersonId, TicketId};
use crate::domain::notes::Note;
use crate::domain::people::Person;
use crate::domain::permissions::{self, Action};
use crate::domain::tickets::Ticket;
use crate::store::{self, DbError, Tx};

pub use writing::Noted;

impl Desk {
    /// Whether `by` may write notes about the ticket; asked before anything of a large body is read.
    pub async fn may_note(&self, by: &Person, ticket: &str) -> Result<(), Refusal> {
        readable(&mut self.db().read().await?, by, ticket).await.map(drop)
    }

    /// At most `limit` notes about a ticket, the latest first, those before the position `before`.
    pub async fn notes(
        &self,
        by: &Person,
        ticket: &str,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Note>, Refusal> {
        let mut tx = self.db().read().await?;
        let ticket = readable(&mut tx, by, ticket).await?;
        Ok(store::notes::list(&mut tx, &ticket.id, before, limit).await?)
    }

    /// How many notes a ticket has; none for whoever is not to know.
    pub async fn note_count(&self, by: &Person, ticket: &Ticket) -> Result<Option<i64>, Refusal> {
        let mut tx = self.db().read().await?;
        if !is_for(&mut tx, ticket, by).await? {
            return Ok(None);
        }
        Ok(Some(store::notes::count(&mut tx, &ticket.id).await?))
    }
}

/// The file of a note with this id, for those who may read the note.
pub(super) async fn file(tx: &mut Tx, by: &Person, id: &FileId) -> Result<File, Refusal> {
    const NONE: Refusal = Refusal::NotFound("file");
    let file = store::note_files::by_id(tx, id).await?.ok_or(NONE)?.file;
    match readable(tx, by, file.ticket.as_str()).await {
        Err(Refusal::NotFound(_)) => Err(NONE),
        Err(other) => Err(other),
        Ok(_) => Ok(file),
    }
}

/// Whether somebody may read and write the notes about a ticket: staff who may see it.
pub(super) async fn is_for(tx: &mut Tx, ticket: &Ticket, person: &Person) -> Result<bool, DbError> {
    Ok(permissions::may(person, Action::Note, &access(tx, ticket, &person.id).await?).is_ok())
}

/// The ticket that `key` names, when `by` may read the notes about it.
async fn readable(tx: &mut Tx, by: &Person, key: &str) -> Result<Ticket, Refusal> {
    permitted_ticket(tx, by, key, Action::Note).await
}

/// As [`readable`], and locked against every other writer until the transaction ends.
async fn writable(tx: &mut Tx, by: &Person, key: &str) -> Result<Ticket, Refusal> {
    locked_ticket(tx, by, key, Action::Note).await
}

/// Notes a change of a note for the staff who watch.
pub(super) async fn changed(
    tx: &mut Tx,
    note: &Note,
    what: What,
    by: (Option<&PersonId>, Time),
) -> Result<(), DbError> {
    changes::note(tx, &note.ticket, what, Some(note.id.as_str()), by).await
}

/// The ticket with this id, locked, for notes that come from their room.
pub(super) async fn locked(tx: &mut Tx, ticket: &TicketId) -> Result<Option<Ticket>, DbError> {
    store::tickets::locked_by_id(tx, ticket).await
}

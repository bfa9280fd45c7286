//! Changing notes: edits and deletions, on a note that is queued, sent, or failed. The job that follows lies in the same
//! lane, behind the one that sends the note.
use super::super::Desk;
use super::outgoing::ForNotes;
use super::{changed, readable, writable};
use crate::domain::Refusal;
use crate::domain::changes::What;
use crate::domain::clock::Time;
use crate::domain::ids::{NoteId, PersonId, RevisionId};
use crate::domain::messages::{Deleted, Delivery, Kind};
use crate::domain::notes::{self, Note, NoteRevision};
use crate::domain::people::{Person, Role};
use crate::domain::tickets::Ticket;
use crate::store::{self, DbError, Tx};

const NONE: Refusal = Refusal::NotFound("note");

impl Desk {
    /// Gives a note another text, by its author within five minutes.
    pub async fn edit_note(
        &self,
        by: &Person,
        (ticket, id): (&str, &str),
        text: Option<&str>,
    ) -> Result<Note, Refusal> {
        let (body, html) = notes::check_body(text)?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let ticket = writable(&mut tx, by, ticket).await?;
        let note = in_ticket(&mut tx, &ticket, id).await?;
        may_edit(&note, by, now)?;
        let revision = NoteRevision {
            id: RevisionId::fresh(self.clock()),
            note: note.id.clone(),
            body,
            html,
            is_late: false,
            at: now,
            event_id: None,
        };
        store::notes::edit(&mut tx, &note, &RevisionId::fresh(self.clock()), &revision).await?;
        if !matches!(note.delivery, Delivery::Failed { .. }) {
            let job = ForNotes::Edit { note: note.id.clone(), revision: revision.id };
            job.enqueue(&mut tx, self.clock(), &note.ticket).await?;
        }
        changed(&mut tx, &note, What::NoteEdited, (Some(&by.id), now)).await?;
        self.finish_note(tx, &note.id).await
    }

    /// Empties a note, by its author or an admin.
    pub async fn delete_note(&self, by: &Person, (ticket, id): (&str, &str)) -> Result<Note, Refusal> {
        let mut tx = self.db().write().await?;
        let ticket = writable(&mut tx, by, ticket).await?;
        let note = in_ticket(&mut tx, &ticket, id).await?;
        if note.author != by.id && by.role != Role::Admin {
            return Err(Refusal::Forbidden("only the author or an admin can delete a note"));
        }
        if empty(&mut tx, &note, &by.id, self.clock().now()).await? {
            ForNotes::Redact { note: note.id.clone() }.enqueue(&mut tx, self.clock(), &note.ticket).await?;
        }
        self.finish_note(tx, &note.id).await
    }

    /// Sends a failed note again, for whoever may read it: by its author's ghost, as it says now. One that may be in the
    /// room already is looked for first, and a file that the homeserver does not have is brought there before.
    pub async fn retry_note(&self, by: &Person, (ticket, id): (&str, &str)) -> Result<Note, Refusal> {
        let mut tx = self.db().write().await?;
        let ticket = writable(&mut tx, by, ticket).await?;
        let note = in_ticket(&mut tx, &ticket, id).await?;
        if note.deleted.is_some() {
            return Err(Refusal::Conflict("it was deleted".to_owned()));
        }
        if !store::notes::set_queued(&mut tx, &note.id).await? {
            let why = format!("it is {}: only failed notes are sent again", note.delivery.as_str());
            return Err(Refusal::Conflict(why));
        }
        let job = match &note.attachment {
            Some(file) if file.mxc.is_none() => ForNotes::UploadFile { file: file.id.clone() },
            _ => ForNotes::Send { note: note.id.clone(), look_first: true },
        };
        job.enqueue(&mut tx, self.clock(), &note.ticket).await?;
        changed(&mut tx, &note, What::NoteStatus, (Some(&by.id), self.clock().now())).await?;
        let note = self.finish_note(tx, &note.id).await?;
        self.wake_media();
        Ok(note)
    }

    /// Every text a note had and has, oldest first; nothing for one that was never edited.
    pub async fn note_revisions(&self, by: &Person, (ticket, id): (&str, &str)) -> Result<Vec<NoteRevision>, Refusal> {
        let mut tx = self.db().read().await?;
        let ticket = readable(&mut tx, by, ticket).await?;
        let note = in_ticket(&mut tx, &ticket, id).await?;
        Ok(store::notes::revisions(&mut tx, &note.id).await?)
    }

    /// Commits, and gives the note as it stands now.
    async fn finish_note(&self, mut tx: Tx, id: &NoteId) -> Result<Note, Refusal> {
        let note = store::notes::by_id(&mut tx, id).await?.ok_or(NONE)?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(note)
    }
}

async fn in_ticket(tx: &mut Tx, ticket: &Ticket, id: &str) -> Result<Note, Refusal> {
    let id: NoteId = id.parse().map_err(|_| NONE)?;
    let note = store::notes::by_id(tx, &id).await?;
    note.filter(|note| note.ticket == ticket.id).ok_or(NONE)
}

fn may_edit(note: &Note, by: &Person, now: Time) -> Result<(), Refusal> {
    let why = if note.author != by.id {
        return Err(Refusal::Forbidden("only the author can edit a note"));
    } else if note.deleted.is_some() {
        "it was deleted"
    } else if note.is_from_matrix {
        "it was written in a Matrix client: only there it can be edited"
    } else if note.kind != Kind::Text {
        "only texts can be edited"
    } else if note.is_late(now) {
        "it is older than 5 minutes: write another note instead"
    } else {
        return Ok(());
    };
    Err(Refusal::Conflict(why.to_owned()))
}

/// Empties a note and tells whoever watches; false when that has happened already.
pub(in crate::desk) async fn empty(tx: &mut Tx, note: &Note, by: &PersonId, at: Time) -> Result<bool, DbError> {
    let is_new = store::notes::delete(tx, &note.id, &Deleted { at, by: by.clone() }).await?;
    if is_new {
        changed(tx, note, What::NoteDeleted, (Some(by), at)).await?;
    }
    Ok(is_new)
}

//! The jobs of notes, in lanes of their own: one per notes' room, beside that of the ticket's room, so that neither
//! holds up the other.
use serde::{Deserialize, Serialize};

use super::super::outgoing::put;
use crate::domain::Clock;
use crate::domain::ids::{FileId, NoteId, PersonId, RevisionId, TicketId};
use crate::store::lanes::{self, Job};
use crate::store::{DbError, Tx};

/// How the kinds of these jobs begin.
const PREFIX: &str = "notes-";
/// The job whose lane is for its one file.
pub(in crate::desk) const FETCH_FILE: &str = "notes-fetch-file";

/// A job of the outbox that is about notes. The row holds its kind and this as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub(in crate::desk) enum ForNotes {
    /// Make the room of a ticket's notes, or take over one that an earlier attempt left behind.
    #[serde(rename = "notes-make-room")]
    MakeRoom { ticket: TicketId },
    /// Let a member of staff into the room.
    #[serde(rename = "notes-let-in")]
    LetIn { ticket: TicketId, person: PersonId },
    /// Put everybody out of the room who may not read the notes.
    #[serde(rename = "notes-guard")]
    Guard { ticket: TicketId },
    /// Say a note in its room, as its author's ghost. One that an earlier job may have said is looked for there first.
    #[serde(rename = "notes-send")]
    Send {
        note: NoteId,
        #[serde(default)]
        look_first: bool,
    },
    /// Give a note that is in the room another text.
    #[serde(rename = "notes-edit")]
    Edit { note: NoteId, revision: RevisionId },
    /// Empty a note in the room, if it got there.
    #[serde(rename = "notes-redact")]
    Redact { note: NoteId },
    /// Bring a file to the homeserver; its note follows.
    #[serde(rename = "notes-upload-file")]
    UploadFile { file: FileId },
    /// Bring a file from the homeserver into the store.
    #[serde(rename = "notes-fetch-file")]
    FetchFile { file: FileId },
}

impl ForNotes {
    /// What the job is to do, if it is one of these.
    pub(in crate::desk) fn read(job: &Job) -> Option<Self> {
        let is_one = job.kind.starts_with(PREFIX);
        is_one.then(|| serde_json::from_str(&job.payload).ok()).flatten()
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::MakeRoom { .. } => "notes-make-room",
            Self::LetIn { .. } => "notes-let-in",
            Self::Guard { .. } => "notes-guard",
            Self::Send { .. } => "notes-send",
            Self::Edit { .. } => "notes-edit",
            Self::Redact { .. } => "notes-redact",
            Self::UploadFile { .. } => "notes-upload-file",
            Self::FetchFile { .. } => FETCH_FILE,
        }
    }

    /// Where it lies. Files go one after the other per ticket, and come each by itself, since they may lie on a server
    /// that never answers.
    fn lane(&self, ticket: &TicketId) -> String {
        match self {
            Self::UploadFile { .. } => format!("{}notes:{ticket}", lanes::MEDIA),
            Self::FetchFile { file } => format!("{}{file}", lanes::MEDIA),
            _ => format!("notes:{ticket}"),
        }
    }

    /// Writes the job into its lane; part of the transaction of its cause.
    pub(in crate::desk) async fn enqueue(&self, tx: &mut Tx, clock: &Clock, ticket: &TicketId) -> Result<(), DbError> {
        let payload = serde_json::to_string(self).expect("a job is ids, which are always JSON");
        put(tx, clock, self.lane(ticket), (self.kind(), payload)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_reads_back_and_lies_beside_the_lane_of_the_ticket_s_room() {
        let clock = Clock::system();
        let (ticket, note, file) = (TicketId::fresh(&clock), NoteId::fresh(&clock), FileId::fresh(&clock));
        let jobs = [
            ForNotes::MakeRoom { ticket: ticket.clone() },
            ForNotes::LetIn { ticket: ticket.clone(), person: PersonId::fresh(&clock) },
            ForNotes::Guard { ticket: ticket.clone() },
            ForNotes::Send { note: note.clone(), look_first: true },
            ForNotes::Edit { note: note.clone(), revision: RevisionId::fresh(&clock) },
            ForNotes::Redact { note },
            ForNotes::UploadFile { file: file.clone() },
            ForNotes::FetchFile { file },
        ];
        for job in jobs {
            let (lane, kind) = (job.lane(&ticket), job.kind());
            let row = Job {
                id: crate::domain::ids::JobId::fresh(&clock),
                lane: lane.clone(),
                kind: kind.to_owned(),
                payload: serde_json::to_string(&job).expect("a job is ids"),
                attempts: 0,
                created_at: clock.now(),
            };
            assert!(row.payload.contains(&format!("\"kind\":\"{kind}\"")), "{}", row.payload);
            assert_eq!(ForNotes::read(&row), Some(job));
            assert!(lane != format!("room:{ticket}") && lane != format!("{}{ticket}", lanes::MEDIA), "{lane}");
        }
    }
}

//! Files of notes between the file store and the homeserver: as those of messages, with jobs and rows of their own.
use super::super::bridge::{Attempt, Bridge};
use super::super::notes::outgoing::ForNotes;
use crate::domain::Clock;
use crate::domain::files::{Contents, File, FileState, RemoteFile};
use crate::domain::ids::FileId;
use crate::domain::notes::Note;
use crate::store::lanes::Job;
use crate::store::{self, DbError, Tx, note_files};

/// Notes that a note from Matrix is a file, and that it is to be fetched.
pub(in crate::desk) async fn expect(
    tx: &mut Tx,
    clock: &Clock,
    note: &Note,
    remote: RemoteFile,
) -> Result<(), DbError> {
    let id = FileId::fresh(clock);
    let file = File {
        filename: id.to_string(),
        id: id.clone(),
        ticket: note.ticket.clone(),
        message: None,
        uploader: note.author.clone(),
        original_name: remote.name,
        contents: Contents { mime_type: remote.mime_type, size: remote.size, sha256: None, picture: None },
        mxc: Some(remote.mxc),
        thumbnail_mxc: None,
        created_at: note.created_at,
        state: FileState::Fetching,
    };
    note_files::insert(tx, &note.id, &file).await?;
    ForNotes::FetchFile { file: id }.enqueue(tx, clock, &note.ticket).await
}

impl Bridge {
    /// Brings a file to the homeserver; then its note may be sent.
    pub(in crate::desk) async fn upload_note_file(&self, job: &Job, id: &FileId) -> Result<Option<Job>, Attempt> {
        let known = note_files::by_id(&mut self.desk().db().read().await?, id).await?;
        // Its note was deleted meanwhile.
        let Some(known) = known else { return self.done(job).await };
        let file = &known.file;
        let addresses = match &file.mxc {
            Some(mxc) => (mxc.clone(), file.thumbnail_mxc.clone()),
            None => self.put(file).await?,
        };
        let mut tx = self.desk().db().write().await?;
        note_files::set_uploaded(&mut tx, &file.id, &addresses.0, addresses.1.as_deref()).await?;
        let send = ForNotes::Send { note: known.note, look_first: false };
        send.enqueue(&mut tx, self.desk().clock(), &file.ticket).await?;
        let next = self.settle(tx, job).await?;
        self.desk().wake_outbox();
        Ok(next)
    }

    /// Brings a file that staff sent from Matrix into the store, as far as it is allowed there.
    pub(in crate::desk) async fn fetch_note_file(&self, job: &Job, id: &FileId) -> Result<Option<Job>, Attempt> {
        let known = note_files::by_id(&mut self.desk().db().read().await?, id).await?;
        let Some(known) = known else { return self.done(job).await };
        let fetched = self.fetch(job, &known.file).await?;
        let mut tx = self.desk().db().write().await?;
        match fetched {
            Ok(None) => return self.settle(tx, job).await,
            Ok(Some((filename, contents))) => note_files::set_ready(&mut tx, id, &filename, &contents).await?,
            Err(why) => note_files::set_refused(&mut tx, id, &why).await?,
        }
        self.note_note_status(&mut tx, &known.note).await?;
        self.settle(tx, job).await
    }

    /// A file will not come into the room, or not into the store: its note says why.
    pub(in crate::desk) async fn give_note_file_up(&self, tx: &mut Tx, id: &FileId, why: &str) -> Result<(), DbError> {
        let Some(known) = note_files::by_id(tx, id).await? else { return Ok(()) };
        match known.file.state {
            FileState::Fetching => note_files::set_refused(tx, id, why).await?,
            FileState::Ready | FileState::Refused(_) => {
                store::notes::set_failed(tx, &known.note, why, true).await?;
            }
        }
        self.note_note_status(tx, &known.note).await
    }
}

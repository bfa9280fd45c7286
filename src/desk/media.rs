//! Files between the file store and the homeserver: what the outbox does with the jobs of the media lanes.
pub(super) mod notes;

use ruma::{OwnedMxcUri, OwnedUserId};
use tokio_util::io::ReaderStream;

use super::bridge::{Attempt, Bridge};
use super::{crash, outgoing};
use crate::domain::Clock;
use crate::domain::files::{Contents, File, FileState, RemoteFile};
use crate::domain::ids::FileId;
use crate::domain::messages::Message;
use crate::files::{FileError, Part, readable};
use crate::matrix::media::Upload;
use crate::matrix::{MatrixError, Verdict};
use crate::store::lanes::Job;
use crate::store::{self, DbError, Tx};

/// How long a file is asked for that its homeserver does not hand out.
const PATIENCE: chrono::Duration = chrono::Duration::days(3);
/// How much is read from the disk at once.
const BUFFER: usize = 64 * 1024;

/// How fetching a file ended: with its name in the store and its contents, nothing new, or why it is not taken.
type Fetched = Result<Option<(String, Contents)>, String>;

/// Notes that a message from Matrix is a file, and that it is to be fetched.
pub(super) async fn expect(tx: &mut Tx, clock: &Clock, message: &Message, remote: RemoteFile) -> Result<(), DbError> {
    let id = FileId::fresh(clock);
    let file = File {
        filename: id.to_string(),
        id,
        ticket: message.ticket.clone(),
        message: Some(message.id.clone()),
        uploader: message.sender.clone(),
        original_name: remote.name,
        contents: Contents { mime_type: remote.mime_type, size: remote.size, sha256: None, picture: None },
        mxc: Some(remote.mxc),
        thumbnail_mxc: None,
        created_at: message.created_at,
        state: FileState::Fetching,
    };
    store::files::insert(tx, &file).await?;
    outgoing::enqueue_fetch(tx, clock, &file.id).await
}

impl Bridge {
    /// Brings a file to the homeserver; then its message may be sent. Cut off after the first half it is brought there
    /// again, under another address; the first one is in no room and means nothing.
    pub(super) async fn upload_file(&self, job: &Job, id: &str) -> Result<Option<Job>, Attempt> {
        let Some(file) = self.file(id).await? else { return self.done(job).await };
        let message = file.message.clone().ok_or_else(|| Attempt::Senseless("the file is no message".into()))?;
        let addresses = match &file.mxc {
            Some(mxc) => (mxc.clone(), file.thumbnail_mxc.clone()),
            None => self.put(&file).await?,
        };
        let mut tx = self.desk().db().write().await?;
        store::files::set_uploaded(&mut tx, &file.id, &addresses.0, addresses.1.as_deref()).await?;
        let send = outgoing::Outgoing::send_message(&message);
        outgoing::enqueue(&mut tx, self.desk().clock(), &file.ticket, &send).await?;
        let next = self.settle(tx, job).await?;
        self.desk().wake_outbox();
        Ok(next)
    }

    /// Brings the file and its thumbnail to the homeserver; their addresses.
    async fn put(&self, file: &File) -> Result<(String, Option<String>), Attempt> {
        let ghost = self.ghost_of(&file.uploader).await?;
        let contents = &file.contents;
        if let Some(limit) = self.homeserver().upload_limit(&ghost).await?
            && u64::try_from(contents.size).is_ok_and(|size| size > limit)
        {
            return Err(Attempt::Senseless(format!("the homeserver takes no files of more than {}", readable(limit))));
        }
        let mxc = self.put_part(&ghost, file, (Part::Whole, &contents.mime_type)).await?;
        let small = contents.picture.as_ref().and_then(|picture| picture.thumbnail.as_ref());
        let thumbnail = match small {
            Some(small) => Some(self.put_part(&ghost, file, (Part::Thumbnail, &small.mime_type)).await?),
            None => None,
        };
        crash::point(crash::UPLOADED);
        Ok((mxc, thumbnail))
    }

    async fn put_part(&self, ghost: &OwnedUserId, file: &File, (part, kind): (Part, &str)) -> Result<String, Attempt> {
        let opened = self.desk().files().open(&file.filename, part).await;
        let opened = opened.map_err(|error| Attempt::Senseless(error.to_string()))?;
        let size = opened.metadata().await.map_err(|error| Attempt::NotYet(error.to_string()))?.len();
        let name = file.original_name.clone();
        let bytes = ReaderStream::with_capacity(opened, BUFFER);
        let upload = Upload { name, mime_type: kind.to_owned(), size, bytes };
        Ok(self.homeserver().upload(ghost, upload).await?)
    }

    /// Brings a file that somebody sent from Matrix into the store, as far as it is allowed there.
    pub(super) async fn fetch_file(&self, job: &Job, id: &str) -> Result<Option<Job>, Attempt> {
        let Some(file) = self.file(id).await? else { return self.done(job).await };
        let fetched = self.fetch(job, &file).await?;
        self.note_fetched(job, &file, fetched).await
    }

    /// Brings the bytes of a file from Matrix into the store; how that ended.
    async fn fetch(&self, job: &Job, file: &File) -> Result<Fetched, Attempt> {
        if file.state != FileState::Fetching {
            return Ok(Ok(None));
        }
        let limit = self.desk().files().settings().limit;
        if u64::try_from(file.contents.size).is_ok_and(|size| size > limit) {
            return Ok(Err(FileError::TooLarge { limit }.to_string()));
        }
        let is_late = self.desk().clock().now() - job.created_at > PATIENCE;
        let unfit = |error: &MatrixError| error.verdict() == Verdict::Never || is_late;
        let mxc = OwnedMxcUri::from(file.mxc.clone().unwrap_or_default());
        if mxc.validate().is_err() {
            return Ok(Err("has no address that could be asked".into()));
        }
        let bytes = match self.homeserver().download(self.names().bot(), &mxc, limit).await {
            Err(error) if unfit(&error) => return Ok(Err(format!("could not be fetched: {error}"))),
            other => other?,
        };
        match self.desk().files().receive((&file.id, &file.original_name), bytes).await {
            Ok(received) => Ok(Ok(Some((received.filename, received.contents)))),
            Err(error @ (FileError::TooLarge { .. } | FileError::NotAllowed(_) | FileError::Infected(_))) => {
                Ok(Err(error.to_string()))
            }
            Err(error) => Err(Attempt::NotYet(error.to_string())),
        }
    }

    async fn note_fetched(&self, job: &Job, file: &File, fetched: Fetched) -> Result<Option<Job>, Attempt> {
        let mut tx = self.desk().db().write().await?;
        match fetched {
            Ok(Some((filename, contents))) => {
                store::files::set_ready(&mut tx, &file.id, &filename, &contents).await?;
                self.tell(&mut tx, file).await?;
            }
            Ok(None) => {}
            Err(why) => {
                store::files::set_refused(&mut tx, &file.id, &why).await?;
                self.tell(&mut tx, file).await?;
                tracing::info!(file.id = %file.id, why, "did not take a file from Matrix");
            }
        }
        self.settle(tx, job).await
    }

    /// A file will not come into the room, or not into the store: its message says why.
    pub(super) async fn give_file_up(&self, tx: &mut Tx, id: &str, why: &str) -> Result<(), DbError> {
        let Ok(id) = id.parse::<FileId>() else { return Ok(()) };
        let Some(file) = store::files::by_id(tx, &id).await? else { return Ok(()) };
        match (&file.state, &file.message) {
            (FileState::Fetching, _) => store::files::set_refused(tx, &id, why).await?,
            (_, Some(message)) => store::messages::set_failed(tx, message, why, true).await?,
            (_, None) => {}
        }
        self.tell(tx, &file).await
    }

    /// Tells whoever watches that something has become of a file.
    async fn tell(&self, tx: &mut Tx, file: &File) -> Result<(), DbError> {
        match &file.message {
            Some(message) => self.note_status(tx, message).await,
            None => Ok(()),
        }
    }

    /// The file, unless its message was deleted meanwhile.
    async fn file(&self, id: &str) -> Result<Option<File>, Attempt> {
        let id: FileId = id.parse().map_err(|_| Attempt::Senseless("not a file id".into()))?;
        Ok(store::files::by_id(&mut self.desk().db().read().await?, &id).await?)
    }
}

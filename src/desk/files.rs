//! Files of people: taking them in, saying them in a ticket, handing them out.
use std::fmt::Display;
use std::io;

use bytes::Bytes;
use futures_util::Stream;

use super::{Desk, notes, permitted_ticket};
use crate::domain::Refusal;
use crate::domain::client_ids::Once;
use crate::domain::files::{File, FileState, shown_name};
use crate::domain::ids::FileId;
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::files::{FileError, Part, Received};
use crate::store;

/// For how long a stored file may be without a row: between the two lie milliseconds.
const FORGOTTEN: chrono::Duration = chrono::Duration::days(1);

/// A file that is in the store and belongs to nobody yet.
#[derive(Debug)]
pub struct Taken {
    pub(super) id: FileId,
    pub(super) name: String,
    pub(super) received: Received,
}

/// A file of a request.
#[derive(Debug)]
pub struct Offered {
    /// As its sender calls it.
    pub name: String,
    /// None when it was refused.
    pub taken: Option<Taken>,
}

impl Offered {
    pub(super) fn names(files: &[Self]) -> Vec<&str> {
        files.iter().map(|file| file.name.as_str()).collect()
    }

    /// Under which names they are in the store.
    pub(super) fn stored(files: &[Self]) -> Vec<String> {
        files.iter().filter_map(|file| Some(file.taken.as_ref()?.received.filename.clone())).collect()
    }
}

impl Desk {
    /// Whether `by` may write into the ticket; asked before anything of a large body is read.
    pub async fn may_write(&self, by: &Person, ticket: &str) -> Result<(), Refusal> {
        permitted_ticket(&mut self.db().read().await?, by, ticket, Action::Write).await.map(drop)
    }

    /// Takes a file into the store, as it comes. Until it is sent it belongs to nobody.
    pub async fn take_file<E: Display>(
        &self,
        name: &str,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<Taken, FileError> {
        let (id, name) = (FileId::fresh(self.clock()), shown_name(name));
        let received = self.files().receive((&id, &name), bytes).await?;
        Ok(Taken { id, name, received })
    }

    /// Throws files away that were taken in and will not be sent.
    pub async fn discard(&self, files: impl IntoIterator<Item = Taken>) {
        self.remove_unused(files.into_iter().map(|file| file.received.filename).collect()).await;
    }

    /// Throws stored files away unless they were said by the request that brought them.
    pub(super) async fn keep_if_first<T>(
        &self,
        stored: Vec<String>,
        outcome: Result<Once<T>, Refusal>,
    ) -> Result<Once<T>, Refusal> {
        match &outcome {
            // Whether a commit that failed came true all the same nobody knows: the sweep will.
            Ok(Once::First(_)) | Err(Refusal::Unavailable(_) | Refusal::Broken(_)) => {}
            Ok(Once::Repeated(_)) | Err(_) => self.remove_unused(stored).await,
        }
        outcome
    }

    async fn remove_unused(&self, stored: Vec<String>) {
        for name in stored {
            if let Err(error) = self.files().remove(&name).await {
                tracing::warn!(%error, "an unused file stays until it is swept away");
            }
        }
    }

    /// The file with this id, for those who may see its ticket.
    pub async fn file(&self, by: &Person, id: &FileId) -> Result<File, Refusal> {
        let mut tx = self.db().read().await?;
        let Some(file) = store::files::by_id(&mut tx, id).await? else {
            return notes::file(&mut tx, by, id).await;
        };
        match permitted_ticket(&mut tx, by, file.ticket.as_str(), Action::See).await {
            Err(Refusal::NotFound(_)) => Err(Refusal::NotFound("file")),
            Err(refusal) => Err(refusal),
            Ok(_) => Ok(file),
        }
    }

    /// The bytes of a file, to be read from its beginning.
    pub async fn open_file(&self, file: &File, part: Part) -> Result<tokio::fs::File, Refusal> {
        let has_thumbnail = || file.contents.picture.as_ref().is_some_and(|picture| picture.thumbnail.is_some());
        match &file.state {
            FileState::Ready if part == Part::Whole || has_thumbnail() => {
                Ok(self.files().open(&file.filename, part).await?)
            }
            FileState::Ready => Err(Refusal::NotFound("thumbnail")),
            FileState::Fetching => Err(Refusal::Conflict("the file is still on its way from the homeserver".into())),
            FileState::Refused(why) => Err(Refusal::Conflict(format!("the file was not taken: it {why}"))),
        }
    }

    /// Takes away what uploads that were cut off have left in the file store.
    pub async fn sweep_files(&self) -> Result<(), Refusal> {
        let mut swept = self.files().sweep_temporary().await?;
        let before = self.clock().now() - FORGOTTEN;
        for shelf in self.files().shelves().await? {
            let names = self.files().stored_before(shelf, before).await?;
            let id = |name: &String| name.split('.').next()?.parse::<FileId>().ok();
            let ids: Vec<FileId> = names.iter().filter_map(id).collect();
            let known = store::files::known(&mut self.db().read().await?, &ids).await?;
            let noted = store::note_files::known(&mut self.db().read().await?, &ids).await?;
            let worn = store::avatars::worn(&mut self.db().read().await?, &names).await?;
            let is_known = |id: FileId| known.contains(id.as_str()) || noted.contains(id.as_str());
            let is_needed = |name: &String| id(name).is_none_or(is_known) || worn.contains(name);
            for name in names.iter().filter(|name| !is_needed(name)) {
                self.files().remove(name).await?;
                swept += 1;
            }
        }
        if swept > 0 {
            tracing::info!(files = swept, "swept away what cut-off uploads left behind");
        }
        Ok(())
    }
}

impl From<FileError> for Refusal {
    fn from(error: FileError) -> Self {
        match error {
            FileError::TooLarge { .. } => Self::TooLarge(format!("the file {error}")),
            FileError::NotAllowed(_) => Self::Unsupported(format!("the file {error}")),
            FileError::Unfit(_) | FileError::Infected(_) | FileError::BrokenOff(_) => {
                Self::field("files", error.to_string())
            }
            FileError::Unscanned(_) => Self::Unavailable(error.into()),
            FileError::Io(ref cause) if cause.kind() == io::ErrorKind::StorageFull => Self::Unavailable(error.into()),
            FileError::Io(_) => Self::Broken(error.into()),
        }
    }
}

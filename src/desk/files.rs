//! Files of people: taking them in, saying them in a ticket, handing them out.
use std::fmt::Display;
use std::io;

use bytes::Bytes;
use futures_util::Stream;

use super::{Desk, chat, locked_ticket, outgoing, permitted_ticket};
use crate::domain::Refusal;
use crate::domain::changes::What;
use crate::domain::clock::Time;
use crate::domain::files::{File, FileState, kind_of, shown_name};
use crate::domain::ids::{FileId, MessageId};
use crate::domain::messages::Message;
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::tickets::Ticket;
use crate::files::{FileError, Part, Received};
use crate::store::{self, Tx};

/// For how long a stored file may be without a row: between the two lie milliseconds.
const FORGOTTEN: chrono::Duration = chrono::Duration::days(1);

/// A file that is in the store and belongs to nobody yet.
#[derive(Debug)]
pub struct Taken {
    id: FileId,
    name: String,
    received: Received,
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
        for file in files {
            if let Err(error) = self.files().remove(&file.received.filename).await {
                tracing::warn!(file.id = %file.id, %error, "an unused file stays until it is swept away");
            }
        }
    }

    /// Says each of the files in the ticket, as a message of its own: accepted at once, in the room when a job has
    /// brought it to the homeserver. All of them or none.
    pub async fn send_files(&self, by: &Person, ticket: &str, files: Vec<Taken>) -> Result<Vec<Message>, Refusal> {
        let names: Vec<String> = files.iter().map(|file| file.received.filename.clone()).collect();
        match self.say_files(by, ticket, files).await {
            Ok(messages) => Ok(messages),
            Err(refusal) => {
                for name in names {
                    if let Err(error) = self.files().remove(&name).await {
                        tracing::warn!(%error, "an unused file stays until it is swept away");
                    }
                }
                Err(refusal)
            }
        }
    }

    async fn say_files(&self, by: &Person, ticket: &str, files: Vec<Taken>) -> Result<Vec<Message>, Refusal> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let mut ticket = locked_ticket(&mut tx, by, ticket, Action::Write).await?;
        let mut messages = Vec::new();
        for file in files {
            messages.push(self.say_file(&mut tx, (by, &mut ticket), file, now).await?);
        }
        if let Some(last) = messages.last() {
            store::reads::mark_read(&mut tx, (&ticket.id, &by.id), last.seq, now).await?;
        }
        store::tickets::update(&mut tx, &mut ticket).await?;
        for message in &messages {
            if let Some(file) = &message.attachment {
                outgoing::enqueue_upload(&mut tx, self.clock(), file).await?;
            }
        }
        tx.commit().await?;
        self.wake_media();
        self.wake_outbox();
        Ok(messages)
    }

    async fn say_file(
        &self,
        tx: &mut Tx,
        (by, ticket): (&Person, &mut Ticket),
        taken: Taken,
        now: Time,
    ) -> Result<Message, Refusal> {
        let Taken { id, name, received: Received { filename, contents } } = taken;
        let place = (now, ticket.place_accepted());
        let (message, sender) = (MessageId::fresh(self.clock()), by.id.clone());
        let mut message = Message {
            kind: kind_of(&contents.mime_type),
            ..Message::queued(message, ticket.id.clone(), sender, name.clone(), place)
        };
        let file = File {
            id,
            ticket: ticket.id.clone(),
            message: Some(message.id.clone()),
            uploader: by.id.clone(),
            filename,
            original_name: name,
            contents,
            mxc: None,
            thumbnail_mxc: None,
            created_at: now,
            state: FileState::Ready,
        };
        store::messages::insert(tx, &message).await?;
        store::files::insert(tx, &file).await?;
        chat::count(tx, self.clock(), ticket, (by, &message), now).await?;
        chat::changed(tx, &message, What::NewMessage, (Some(&by.id), now)).await?;
        message.attachment = Some(file);
        Ok(message)
    }

    /// The file with this id, for those who may see its ticket.
    pub async fn file(&self, by: &Person, id: &FileId) -> Result<File, Refusal> {
        let mut tx = self.db().read().await?;
        let file = store::files::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound("file"))?;
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
            let worn = store::avatars::worn(&mut self.db().read().await?, &names).await?;
            let is_needed =
                |name: &String| id(name).is_none_or(|id| known.contains(id.as_str())) || worn.contains(name);
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

//! Pictures of people: from the desk to their ghosts, and from people of Matrix to the desk.
use std::fmt::Display;

use bytes::Bytes;
use futures_util::Stream;
use ruma::{OwnedMxcUri, UserId};
use tokio_util::io::ReaderStream;

use super::bridge::{Attempt, Bridge, Speaker};
use super::{Desk, outgoing};
use crate::domain::avatars::Avatar;
use crate::domain::ids::{FileId, PersonId};
use crate::domain::people::Person;
use crate::domain::{Clock, Refusal};
use crate::files::{FileError, Part};
use crate::matrix::Verdict;
use crate::matrix::media::Upload;
use crate::store::lanes::Job;
use crate::store::{self, DbError, Tx};

/// How long a picture is asked for that its homeserver does not hand out.
const PATIENCE: chrono::Duration = chrono::Duration::days(3);

impl Desk {
    /// Takes a picture into the store, as it comes. It is nobody's until [`Desk::wear`].
    pub async fn take_avatar<E: Display>(
        &self,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<Avatar, FileError> {
        self.files().receive_avatar(&FileId::fresh(self.clock()), bytes).await
    }

    /// Gives somebody another picture, or takes theirs away; their ghost follows in every room.
    pub async fn wear(&self, person: &Person, avatar: Option<Avatar>) -> Result<Person, Refusal> {
        let mut tx = self.db().write().await?;
        let before = store::people::by_id(&mut tx, &person.id).await?.ok_or(Refusal::NotFound("person"))?;
        if before.avatar != avatar {
            store::avatars::set(&mut tx, &person.id, avatar.as_ref()).await?;
            outgoing::enqueue_person(&mut tx, self.clock(), &person.id).await?;
            tx.commit().await?;
            self.wake_outbox();
            self.put_away(before.avatar.as_ref()).await;
        }
        Ok(Person { avatar, ..before })
    }

    /// The bytes of somebody's present picture. Who knows its name may see it.
    pub async fn open_avatar(&self, avatar: &Avatar) -> Result<tokio::fs::File, Refusal> {
        if !store::avatars::is_worn(&mut self.db().read().await?, avatar).await? {
            return Err(Refusal::NotFound("picture"));
        }
        Ok(self.files().open(avatar.as_str(), Part::Whole).await?)
    }

    /// Takes a picture out of the store that nobody has any more.
    async fn put_away(&self, avatar: Option<&Avatar>) {
        let Some(avatar) = avatar else { return };
        if let Err(error) = self.files().remove(avatar.as_str()).await {
            tracing::warn!(%error, "an unused picture stays until it is swept away");
        }
    }
}

/// Notes where somebody of Matrix has their picture by now; whether a job is to see what that means for the desk.
pub(super) async fn follow(
    tx: &mut Tx,
    clock: &Clock,
    user: &UserId,
    mxc: Option<OwnedMxcUri>,
) -> Result<bool, DbError> {
    let Some(person) = store::avatars::follow(tx, user, mxc.as_deref()).await? else { return Ok(false) };
    outgoing::enqueue_avatar(tx, clock, &person).await?;
    Ok(true)
}

impl Bridge {
    /// Gives a registered ghost its person's present picture. Cut off after the first half it is brought to the homeserver
    /// again; the first copy is nobody's and means nothing.
    pub(super) async fn show_avatar(&self, speaker: &Speaker) -> Result<(), Attempt> {
        let Speaker { person, ghost: seen } = speaker;
        if seen.avatar.as_deref() == person.avatar.as_ref().map(Avatar::as_str) {
            return Ok(());
        }
        let ghost = self.names().ghost(&person.id);
        let mxc = match &person.avatar {
            None => None,
            Some(avatar) => match self.desk().files().open(avatar.as_str(), Part::Whole).await {
                Ok(file) => {
                    let size = file.metadata().await.map_err(|error| Attempt::NotYet(error.to_string()))?.len();
                    let (name, mime_type) = (String::from("avatar"), avatar.encoding.mime_type().to_owned());
                    let upload = Upload { name, mime_type, size, bytes: ReaderStream::new(file) };
                    Some(self.homeserver().upload(&ghost, upload).await?)
                }
                Err(error) => return self.gone(avatar, &error).await,
            },
        };
        self.homeserver().set_avatar(&ghost, mxc.as_deref()).await?;
        let mut tx = self.desk().db().write().await?;
        store::avatars::set_ghost(&mut tx, &person.id, person.avatar.as_ref()).await?;
        Ok(tx.commit().await?)
    }

    /// What to do about a picture that is not in the store: nothing when its person has another one by now, which a later
    /// job shows.
    async fn gone(&self, avatar: &Avatar, error: &FileError) -> Result<(), Attempt> {
        let is_worn = store::avatars::is_worn(&mut self.desk().db().read().await?, avatar).await?;
        if is_worn { Err(Attempt::Senseless(error.to_string())) } else { Ok(()) }
    }

    /// Brings the picture of somebody of Matrix into the store, or takes it away, as they have it there. One that is not
    /// taken leaves them without: what they wore before is theirs no longer.
    pub(super) async fn fetch_avatar(&self, job: &Job, person: &str) -> Result<Option<Job>, Attempt> {
        let id: PersonId = person.parse().map_err(|_| Attempt::Senseless("not a person id".into()))?;
        let mut tx = self.desk().db().read().await?;
        let source = store::avatars::source(&mut tx, &id).await?;
        drop(tx);
        let avatar = match &source {
            Some(mxc) => self.fetched_avatar(job, mxc).await?,
            None => None,
        };
        let mut tx = self.desk().db().write().await?;
        let before = store::people::by_id(&mut tx, &id).await?.and_then(|person| person.avatar);
        let is_present = store::avatars::set_from(&mut tx, (&id, source.as_deref()), avatar.as_ref()).await?;
        let next = self.settle(tx, job).await?;
        // When they have another one by now, a later job brings that.
        self.desk().put_away(if is_present { before } else { avatar }.as_ref()).await;
        Ok(next)
    }

    /// The picture behind an `mxc:` address; none when it is not taken.
    async fn fetched_avatar(&self, job: &Job, mxc: &str) -> Result<Option<Avatar>, Attempt> {
        let is_late = self.desk().clock().now() - job.created_at > PATIENCE;
        let refuse = |why: String| {
            tracing::info!(job.id = %job.id, why, "did not take a picture of a person from Matrix");
            Ok(None)
        };
        let limit = self.desk().files().settings().avatar_limit;
        let asked = self.homeserver().download(self.names().bot(), &OwnedMxcUri::from(mxc), limit).await;
        let bytes = match asked {
            Err(error) if error.verdict() == Verdict::Never || is_late => return refuse(error.to_string()),
            other => other?,
        };
        match self.desk().take_avatar(bytes).await {
            Ok(avatar) => Ok(Some(avatar)),
            Err(error @ (FileError::Unscanned(_) | FileError::Io(_) | FileError::BrokenOff(_))) if !is_late => {
                Err(Attempt::NotYet(error.to_string()))
            }
            Err(error) => refuse(error.to_string()),
        }
    }
}

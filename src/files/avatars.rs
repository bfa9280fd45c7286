//! Pictures of people: small squares that are made anew, whatever came.
use std::fmt::Display;
use std::io::{self, Write};
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use futures_util::Stream;

use super::kinds::MediaTypes;
use super::writing::Temporary;
use super::{FileError, FileStore, pictures, shelf_of};
use crate::domain::avatars::Avatar;
use crate::domain::ids::FileId;

/// What a picture may come as.
static TAKEN: LazyLock<MediaTypes> =
    LazyLock::new(|| MediaTypes::parse("image/png, image/jpeg, image/webp, image/gif").expect("a list of media types"));

impl FileStore {
    /// Takes in a picture of somebody, which will be `id`: cut to a square, and without anything that was not to be seen in
    /// it. Whatever goes wrong, nothing of it stays.
    pub async fn receive_avatar<E: Display>(
        &self,
        id: &FileId,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<Avatar, FileError> {
        let (given, _) = self.take_in(("", self.settings().avatar_limit, &TAKEN), bytes).await?;
        let one_at_a_time = Arc::clone(&self.0.pictures).acquire_owned().await.map_err(io::Error::other)?;
        let folder = self.temporary();
        let made = tokio::task::spawn_blocking(move || {
            let _one_at_a_time = one_at_a_time;
            let (bytes, encoding) = pictures::square(&given.path)?;
            let mut made = Temporary::create(&folder)?;
            made.file.write_all(&bytes)?;
            made.file.sync_all()?;
            Ok::<_, FileError>((made, encoding))
        });
        // A decoder that panics has met a broken picture.
        let (made, encoding) = made.await.map_err(|_| FileError::Unfit("cannot be opened as a picture"))??;
        let avatar = Avatar::new(id, encoding);
        let folder = self.stored().join(shelf_of(avatar.as_str())?);
        let path = folder.join(avatar.as_str());
        made.keep_as(&folder, &path).await?;
        Ok(avatar)
    }
}

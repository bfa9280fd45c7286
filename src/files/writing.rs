//! Taking bytes in.
use std::fmt::Display;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncWriteExt, BufWriter};

use super::clamd::Unscanned;
use super::kinds::MediaTypes;
use super::{FileError, FileSettings, FileStore, Received, kinds, pictures, shelf_of};
use crate::domain::files::{Contents, Picture, may_be_inline};
use crate::domain::ids::{FileId, secret_bytes};

const BUFFER: usize = 256 * 1024;

impl FileStore {
    /// Makes the store's folders, for their owner alone.
    pub fn prepare(&self) -> io::Result<()> {
        [self.temporary(), self.stored()].iter().try_for_each(|folder| make_folder(folder))
    }

    /// Takes in the file that will be `id` and is called `name`, as far as it is allowed. Whatever goes wrong, or when
    /// the caller leaves, nothing of it stays.
    pub async fn receive<E: Display>(
        &self,
        (id, name): (&FileId, &str),
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<Received, FileError> {
        let FileSettings { limit, allowed, .. } = self.settings();
        let (temporary, written) = self.take_in((name, *limit, allowed), bytes).await?;
        let filename = format!("{id}{}", written.ending);
        let folder = self.stored().join(shelf_of(&filename)?);
        let path = folder.join(&filename);
        temporary.keep_as(&folder, &path).await?;
        let picture = self.picture(path, &written.mime_type).await;
        let Written { mime_type, size, sha256, .. } = written;
        Ok(Received { filename, contents: Contents { mime_type, size, sha256: Some(sha256), picture } })
    }

    /// Writes what is called `name` to a temporary file, as far as size and type are allowed and it is found clean.
    pub(super) async fn take_in<E: Display>(
        &self,
        terms: (&str, u64, &MediaTypes),
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<(Temporary, Written), FileError> {
        let temporary = Temporary::create(&self.temporary())?;
        let written = write(&temporary, terms, bytes).await?;
        self.look_through(&temporary.path).await?;
        Ok((temporary, written))
    }

    async fn look_through(&self, path: &Path) -> Result<(), FileError> {
        let FileSettings { clamd, unscanned, .. } = self.settings();
        let Some(clamd) = clamd else { return Ok(()) };
        match clamd.scan(path).await {
            Err(FileError::Unscanned(why)) if *unscanned == Unscanned::Taken => {
                tracing::warn!(why, "took a file that nobody looked through for viruses");
                Ok(())
            }
            scanned => scanned,
        }
    }

    /// What can be told of a picture; nothing for what is none, or cannot be opened: it is a file all the same.
    async fn picture(&self, path: PathBuf, mime_type: &str) -> Option<Picture> {
        if !may_be_inline(mime_type) {
            return None;
        }
        // It goes along: whoever waits for the thread may leave before it is done.
        let one_at_a_time = Arc::clone(&self.0.pictures).acquire_owned().await.ok()?;
        let looked = tokio::task::spawn_blocking(move || {
            let _one_at_a_time = one_at_a_time;
            pictures::look(&path)
        });
        // A decoder that panics has met a broken picture.
        looked.await.ok()?.inspect_err(|error| tracing::info!(%error, "a picture cannot be opened")).ok()
    }
}

/// Writes everything to the temporary file and its disk.
async fn write<E: Display>(
    temporary: &Temporary,
    (name, limit, allowed): (&str, u64, &MediaTypes),
    bytes: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<Written, FileError> {
    let mut bytes = std::pin::pin!(bytes);
    let mut file = BufWriter::with_capacity(BUFFER, tokio::fs::File::from_std(temporary.file.try_clone()?));
    let (mut hash, mut size, mut head) = (Sha256::new(), 0_u64, Vec::with_capacity(kinds::HEAD));
    let mut mime_type = None;
    while let Some(part) = bytes.next().await {
        let part = part.map_err(|error| FileError::BrokenOff(error.to_string()))?;
        size += part.len() as u64;
        if size > limit {
            return Err(FileError::TooLarge { limit });
        }
        if mime_type.is_none() {
            head.extend(part.iter().take(kinds::HEAD - head.len()));
            if head.len() == kinds::HEAD {
                mime_type = Some(checked(&head, name, allowed)?);
            }
        }
        hash.update(&part);
        file.write_all(&part).await?;
    }
    let mime_type = match mime_type {
        Some(known) => known,
        None => checked(&head, name, allowed)?,
    };
    file.flush().await?;
    file.get_ref().sync_all().await?;
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let ending = kinds::ending_of(&head, &mime_type, name);
    Ok(Written { mime_type, size: i64::try_from(size).unwrap_or(i64::MAX), sha256, ending })
}

/// The type of what begins with `head`, when it is one that is taken.
fn checked(head: &[u8], name: &str, allowed: &MediaTypes) -> Result<String, FileError> {
    let mime_type = kinds::of(head, name);
    if allowed.allow(&mime_type) { Ok(mime_type) } else { Err(FileError::NotAllowed(mime_type)) }
}

pub(super) struct Written {
    mime_type: String,
    size: i64,
    sha256: String,
    ending: String,
}

/// A file that is gone with this, unless it is kept. While it is written it is locked, so that the sweep of another
/// process does not take it for a leftover.
pub(super) struct Temporary {
    pub(super) path: PathBuf,
    pub(super) file: fs::File,
    kept: bool,
}

impl Temporary {
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        make_folder(folder)?;
        loop {
            let path = folder.join(BASE64_URL_SAFE_NO_PAD.encode(secret_bytes::<18>()));
            let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
            let temporary = Self { path, file, kept: false };
            // A sweep between the two calls takes it away: then another.
            if temporary.file.try_lock().is_ok() && temporary.file.metadata()?.nlink() == 1 {
                return Ok(temporary);
            }
        }
    }

    /// Gives the file its name; it survives a power cut from then on.
    pub(super) async fn keep_as(mut self, folder: &Path, path: &Path) -> io::Result<()> {
        make_folder(folder)?;
        tokio::fs::rename(&self.path, path).await?;
        self.kept = true;
        tokio::fs::File::open(folder).await?.sync_all().await
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, "a temporary file stays until it is swept away");
        }
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

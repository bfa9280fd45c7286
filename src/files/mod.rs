//! The content store: bytes of files in a folder, found by the name of their row.
//!
//! Bytes come in as a stream and are never held in memory as a whole: they are written to a temporary file while their
//! size, SHA-256 and type are found, looked through by clamd when there is one, flushed to the disk and only then given
//! their name. Nothing here knows tickets or messages.
mod avatars;
pub mod clamd;
mod condition;
pub mod kinds;
mod pictures;
mod sweep;
#[cfg(test)]
mod tests;
mod writing;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::fs::File;
use tokio::sync::Semaphore;

use self::clamd::{Clamd, Unscanned};
pub use self::condition::Condition;
use self::kinds::MediaTypes;
use crate::domain::files::Contents;
use crate::domain::ids::FileId;

/// What the operator decides about files.
#[derive(Clone, Debug)]
pub struct FileSettings {
    /// Where they are; made when it is missing.
    pub folder: PathBuf,
    /// The most bytes one may have.
    pub limit: u64,
    /// The most bytes the picture of a person may have, as it comes.
    pub avatar_limit: u64,
    /// The types that are taken.
    pub allowed: MediaTypes,
    /// Who looks for viruses.
    pub clamd: Option<Clamd>,
    /// What becomes of a file that they could not look through.
    pub unscanned: Unscanned,
}

/// Why a file was not taken or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("is larger than the {} that are allowed", readable(*.limit))]
    TooLarge { limit: u64 },
    #[error("is of the type {0}, which is not taken here")]
    NotAllowed(String),
    /// It is to be a picture, and cannot be opened as one.
    #[error("{0}")]
    Unfit(&'static str),
    #[error("is infected ({0})")]
    Infected(String),
    /// Whoever sent it stopped before its end.
    #[error("broke off: {0}")]
    BrokenOff(String),
    /// Nobody could tell whether it is infected.
    #[error("cannot be looked through for viruses at present: {0}")]
    Unscanned(String),
    #[error("the file store did not do it: {0}")]
    Io(#[from] io::Error),
}

/// A number of bytes for people: `100 MiB`, or bytes when it is no whole number of them.
pub fn readable(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    match bytes {
        whole if whole >= MIB && whole % MIB == 0 => format!("{} MiB", whole / MIB),
        bytes => format!("{bytes} bytes"),
    }
}

/// A file that is in the store; without a row it is swept away after a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The name under which it is stored.
    pub filename: String,
    pub contents: Contents,
}

/// Which of a file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Whole,
    Thumbnail,
}

/// The store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct FileStore(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: FileSettings,
    /// Opening a picture takes memory for all its pixels: one at a time.
    pictures: Arc<Semaphore>,
}

impl FileStore {
    /// A store as `settings` say; nothing is touched yet.
    pub fn new(settings: FileSettings) -> Self {
        Self(Arc::new(Inner { settings, pictures: Arc::new(Semaphore::new(1)) }))
    }

    pub fn settings(&self) -> &FileSettings {
        &self.0.settings
    }

    /// Opens what is stored under `filename` for reading.
    pub async fn open(&self, filename: &str, part: Part) -> Result<File, FileError> {
        Ok(File::open(self.path(filename, part)?).await?)
    }

    /// Takes a file away that nobody needs; nothing happens when it is gone.
    pub async fn remove(&self, filename: &str) -> Result<(), FileError> {
        for part in [Part::Thumbnail, Part::Whole] {
            match tokio::fs::remove_file(self.path(filename, part)?).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    fn temporary(&self) -> PathBuf {
        self.0.settings.folder.join("incoming")
    }

    fn stored(&self) -> PathBuf {
        self.0.settings.folder.join("stored")
    }

    /// Where a file is: in one of about a thousand folders, so that none grows large.
    fn path(&self, filename: &str, part: Part) -> Result<PathBuf, FileError> {
        let path = self.stored().join(shelf_of(filename)?).join(filename);
        Ok(match part {
            Part::Whole => path,
            Part::Thumbnail => thumbnail_beside(&path),
        })
    }
}

fn thumbnail_beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".thumbnail");
    path.with_file_name(name)
}

/// How long an id is: `fil_` and 26 letters.
const ID: usize = 30;

/// The last two letters of the id, which are chance. Refuses every name that this store did not make.
fn shelf_of(filename: &str) -> Result<&str, FileError> {
    let is_ours = |id: &str| id.parse::<FileId>().is_ok();
    let harmless = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    match filename.split_at_checked(ID) {
        Some((id, rest)) if is_ours(id) && harmless(rest) => Ok(&id[ID - 2..]),
        Some(_) | None => Err(io::Error::new(io::ErrorKind::InvalidInput, "not a name of the file store").into()),
    }
}

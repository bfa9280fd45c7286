//! What uploads that were cut off have left behind.
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::{FileError, FileStore, shelf_of};
use crate::domain::Time;

impl FileStore {
    /// Takes away temporary files that nobody writes any more: those of processes that died.
    pub async fn sweep_temporary(&self) -> Result<u64, FileError> {
        let folder = self.temporary();
        let swept = tokio::task::spawn_blocking(move || {
            let swept = abandoned(&folder)?.iter().filter(|(path, _)| fs::remove_file(path).is_ok()).count();
            Ok::<u64, io::Error>(swept as u64)
        });
        Ok(swept.await.map_err(io::Error::other)??)
    }

    /// The folders in which files are.
    pub async fn shelves(&self) -> Result<Vec<PathBuf>, FileError> {
        let stored = self.stored();
        let listed = tokio::task::spawn_blocking(move || entries(&stored));
        Ok(listed.await.map_err(io::Error::other)??)
    }

    /// The names of the files on a shelf that were stored before `before`.
    pub async fn stored_before(&self, shelf: PathBuf, before: Time) -> Result<Vec<String>, FileError> {
        let listed = tokio::task::spawn_blocking(move || {
            let is_old = |path: &PathBuf| {
                let changed = fs::metadata(path).and_then(|metadata| metadata.modified());
                changed.is_ok_and(|changed| DateTime::<Utc>::from(changed) < before)
            };
            let name = |path: PathBuf| path.file_name()?.to_str().map(str::to_owned);
            let is_file = |name: &String| shelf_of(name).is_ok() && !name.ends_with(".thumbnail");
            Ok::<_, io::Error>(entries(&shelf)?.into_iter().filter(is_old).filter_map(name).filter(is_file).collect())
        });
        Ok(listed.await.map_err(io::Error::other)??)
    }
}

/// The files of a folder that nobody writes any more; each is locked, so that nobody begins to.
pub(super) fn abandoned(folder: &Path) -> io::Result<Vec<(PathBuf, fs::File)>> {
    // A file that is gone by now was somebody's, who is done with it.
    let locked = |path: PathBuf| {
        let file = fs::File::open(&path).ok()?;
        file.try_lock().is_ok().then_some((path, file))
    };
    Ok(entries(folder)?.into_iter().filter_map(locked).collect())
}

/// What is in a folder; nothing when there is none.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

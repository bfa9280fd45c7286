//! How the store's folder is.
use std::io::{self, Write};

use rustix::fs::statvfs;

use super::writing::Temporary;
use super::{FileStore, sweep};

/// A folder that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// How many bytes its disk has left for us.
    pub free: u64,
    /// How many temporary files nobody writes any more.
    pub leftovers: usize,
}

impl FileStore {
    /// Looks at the folder by writing to it; what was written is gone afterwards. An error when there is none, or when
    /// it cannot be written to.
    pub fn condition(&self) -> io::Result<Condition> {
        let folder = &self.settings().folder;
        if !folder.metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let mut probe = Temporary::create(&self.temporary())?;
        probe.file.write_all(b"looking")?;
        probe.file.sync_all()?;
        let disk = statvfs(folder)?;
        let leftovers = sweep::abandoned(&self.temporary())?.len();
        Ok(Condition { free: disk.f_bavail.saturating_mul(disk.f_frsize), leftovers })
    }
}

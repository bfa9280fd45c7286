//! One folder per run, in the temporary folder (`TMPDIR`); it vanishes with the run.
use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

static RUN: Mutex<Option<TempDir>> = Mutex::new(None);

/// A new, empty folder of this run.
pub fn fresh(name: &str) -> PathBuf {
    let mut run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    let run = run.get_or_insert_with(of_this_run);
    let made = fs::read_dir(run.path()).map(Iterator::count).unwrap_or_default();
    let folder = run.path().join(format!("{made}-{name}"));
    fs::create_dir(&folder).expect("a folder can be made in the run's own folder");
    folder
}

fn of_this_run() -> TempDir {
    let folder = tempfile::Builder::new().prefix("roomdesk-bench-").tempdir();
    let folder = folder.expect("the temporary folder can be written to");
    // Another user's server (PostgreSQL refuses root) has to reach its own folder in here.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).expect("an own folder's mode can be set");
    folder
}

/// Removes everything this run wrote; nothing may use it any more.
pub fn remove_this_run() {
    let run = RUN.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Err(error)) = run.map(TempDir::close) {
        tracing::warn!(%error, "the run's own folder stays behind");
    }
}

/// Where the folders are, and whether that is a disk.
pub fn place() -> String {
    /// The `f_type` of tmpfs, statfs(2).
    const TMPFS: u64 = 0x0102_1994;
    let place = env::temp_dir();
    let kind = if kind_of(&place) == Some(TMPFS) { "in memory" } else { "on disk" };
    format!("{kind}, {}", place.display())
}

fn kind_of(place: &Path) -> Option<u64> {
    u64::try_from(rustix::fs::statfs(place).ok()?.f_type).ok()
}

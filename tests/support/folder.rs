//! One folder per test run, in memory where there is room for it; it vanishes after a green run.
//!
//! Servers wait for the disk at every commit; in memory they answer twice as fast (measured beside a compiler).
//! `TMPDIR` names another place. A run that was killed leaves its folder behind; the next run removes every folder whose lock nobody holds.
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, process};

use rustix::fs::statvfs;

const PREFIX: &str = "roomdesk-tests-";
const LOCK: &str = "lock";
/// A PostgreSQL takes 60 MB, a Synapse 10, and every test adds to it.
const ROOM: u64 = 2 << 30;

/// A new, empty folder of this run.
pub fn fresh(name: &str) -> PathBuf {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let folder = RUN.path.join(format!("{}-{name}", MADE.fetch_add(1, Ordering::Relaxed)));
    fs::create_dir(&folder).expect("a folder can be made in the run's own folder");
    folder
}

/// The folder that holds all others of this run.
pub fn of_this_run() -> &'static Path {
    &RUN.path
}

/// Removes everything this run wrote; nothing may use it any more.
pub fn remove_this_run() {
    fs::remove_dir_all(&RUN.path).expect("the run's own folder can be removed");
}

struct RunFolder {
    path: PathBuf,
    /// Held as long as the process lives.
    _lock: File,
}

static RUN: LazyLock<RunFolder> = LazyLock::new(|| {
    let home = home();
    sweep(&home);
    let path = home.join(format!("{PREFIX}{}", process::id()));
    fs::create_dir(&path).expect("the temporary folder can be written to");
    // Another user's server (PostgreSQL refuses root) has to reach its own folder in here.
    fs::set_permissions(&path, Permissions::from_mode(0o711)).expect("an own folder's mode can be set");
    // It gets its name when it is locked already: another run may be sweeping right now.
    let unnamed = path.join("lock.new");
    let lock = File::create(&unnamed).expect("a file can be made in an own folder");
    lock.lock().expect("a new file can be locked");
    fs::rename(unnamed, path.join(LOCK)).expect("an own file can be renamed");
    RunFolder { path, _lock: lock }
});

fn home() -> PathBuf {
    const IN_MEMORY: &str = "/dev/shm";
    // Containers often have 64 MB of it.
    let has_room = statvfs(IN_MEMORY).is_ok_and(|disk| disk.f_bavail * disk.f_frsize >= ROOM);
    if has_room && env::var_os("TMPDIR").is_none() { IN_MEMORY.into() } else { env::temp_dir() }
}

fn sweep(home: &Path) {
    let Ok(entries) = fs::read_dir(home) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let is_abandoned = File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
        if is_abandoned {
            // Another run may be sweeping the same one.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

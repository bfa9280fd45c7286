//! How much of the processor this process and the homeserver have used, and of the memory, from `/proc` (proc(5)).
use std::fs;
use std::ops::Sub;
use std::process;
use std::time::Duration;

/// The kernel counts in hundredths of a second on every platform that Rust runs on.
const TICK: Duration = Duration::from_millis(10);

/// What was used since each was started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// The desk and the benchmark itself, which are one process.
    pub desk: Duration,
    pub homeserver: Duration,
}

impl Spent {
    pub fn so_far() -> Self {
        let desk = Stat::of("self").map(|stat| stat.spent).unwrap_or_default();
        let homeserver = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| Stat::of(&entry.file_name().to_string_lossy()))
            .filter(|stat| stat.parent == process::id() && stat.program.starts_with("python"))
            .map(|stat| stat.spent)
            .sum();
        Self { desk, homeserver }
    }
}

impl Sub for Spent {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            desk: self.desk.saturating_sub(earlier.desk),
            homeserver: self.homeserver.saturating_sub(earlier.homeserver),
        }
    }
}

/// What this process holds of the memory.
pub fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

struct Stat {
    program: String,
    parent: u32,
    spent: Duration,
}

impl Stat {
    fn of(process: &str) -> Option<Self> {
        // "<id> (<name>) <state> <parent> …", user and system time are fields 14 and 15.
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let (before, after) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = after.split_whitespace().collect();
        let ticks = |field: usize| fields.get(field - 3)?.parse::<u32>().ok();
        Some(Self {
            program: before.split_once('(')?.1.to_owned(),
            parent: fields.get(1)?.parse().ok()?,
            spent: TICK * (ticks(14)? + ticks(15)?),
        })
    }
}

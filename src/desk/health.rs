//! Whether this process can serve, and what around it is away.
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Desk;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why a process cannot serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReady {
    /// The database does not answer.
    Database,
    /// The schema is not that of this version.
    Migrations,
    ShuttingDown,
}

impl NotReady {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Migrations => "migrations",
            Self::ShuttingDown => "shutting-down",
        }
    }
}

/// What the parts of the process know about its surroundings; shared by all of them.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<State>);

#[derive(Debug, Default)]
struct State {
    shutting_down: AtomicBool,
    degraded: Mutex<BTreeSet<&'static str>>,
}

impl Health {
    /// From now on nothing new is accepted.
    pub fn shut_down(&self) {
        self.0.shutting_down.store(true, Ordering::SeqCst);
    }

    pub fn is_shutting_down(&self) -> bool {
        self.0.shutting_down.load(Ordering::SeqCst)
    }

    /// Notes that something the desk can do without (`"matrix"`) is away, or back.
    pub fn set_degraded(&self, what: &'static str, away: bool) {
        let mut degraded = self.0.degraded.lock().unwrap_or_else(PoisonError::into_inner);
        if away {
            degraded.insert(what);
        } else {
            degraded.remove(what);
        }
    }

    /// What is away, in the order of names.
    pub fn degraded(&self) -> Vec<&'static str> {
        self.0.degraded.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}

impl Desk {
    /// Whether the desk can serve: the database answers in time and has this version's schema.
    pub async fn check_ready(&self, health: &Health) -> Result<(), NotReady> {
        if health.is_shutting_down() {
            return Err(NotReady::ShuttingDown);
        }
        match tokio::time::timeout(PATIENCE, self.db().is_migrated()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(NotReady::Migrations),
            Ok(Err(_)) | Err(_) => Err(NotReady::Database),
        }
    }
}

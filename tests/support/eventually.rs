//! Waiting for a condition with a deadline: the tests' only way to wait.
use std::fmt::{Debug, Display};
use std::time::Duration;

use tokio::time::{Instant, sleep};

const POLL: Duration = Duration::from_millis(20);

/// Long enough for a busy machine; a wait that is met costs what it takes, not this.
pub const SOON: Duration = Duration::from_secs(30);

/// What a look at the world brought: the thing waited for, or what was there instead.
pub trait Sighting<T> {
    fn judge(self) -> Result<T, String>;
}

impl<T> Sighting<T> for Option<T> {
    fn judge(self) -> Result<T, String> {
        self.ok_or_else(|| "nothing".to_owned())
    }
}

/// The error is the last seen value, which the panic message shows.
impl<T, S: Debug> Sighting<T> for Result<T, S> {
    fn judge(self) -> Result<T, String> {
        self.map_err(|seen| format!("{seen:#?}"))
    }
}

/// Looks every 20 ms until the look brings `Some` or `Ok`, and returns what is in it.
///
/// Past the deadline it panics with `what` and with what was seen last.
pub async fn eventually<T, S: Sighting<T>>(
    what: impl Display,
    deadline: Duration,
    mut look: impl AsyncFnMut() -> S,
) -> T {
    let end = Instant::now() + deadline;
    loop {
        match look().await.judge() {
            Ok(found) => return found,
            Err(seen) if Instant::now() > end => panic!("waited {deadline:?} for {what}, last seen: {seen}"),
            Err(_) => sleep(POLL).await,
        }
    }
}

//! Waiting for a condition with a deadline: the tests' only way to wait.
use std::fmt::{Debug, Display};
use std::time::Duration;

use tokio::time::{Instant, sleep};

const POLL: Duration = Duration::from_millis(20);

/// Long enough for a busy machine; a wait that is met costs what it takes, not this.
pub const SOON: Duration = Duration::from_secs(30);

/// What a look at the world brought: the thing waited for, or what was there instead.
pub trait Sighting<T> {
    type Seen;

    fn judge(self) -> Result<T, Self::Seen>;

    /// For the panic message; only then, because there may be much to tell.
    fn tell(seen: &Self::Seen) -> String;
}

impl<T> Sighting<T> for Option<T> {
    type Seen = ();

    fn judge(self) -> Result<T, ()> {
        self.ok_or(())
    }

    fn tell((): &()) -> String {
        "nothing".to_owned()
    }
}

impl<T, S: Debug> Sighting<T> for Result<T, S> {
    type Seen = S;

    fn judge(self) -> Self {
        self
    }

    fn tell(seen: &S) -> String {
        format!("{seen:#?}")
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
            Err(seen) if Instant::now() > end => {
                panic!("waited {deadline:?} for {what}, last seen: {}", S::tell(&seen))
            }
            Err(_) => sleep(POLL).await,
        }
    }
}

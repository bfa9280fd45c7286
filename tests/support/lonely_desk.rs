//! The desk under test with its homeserver away for good: what it takes on stays queued, and asks nobody for its time.
use std::ops::Deref;

use super::child_desk::ChildDesk;
use super::database::DatabaseKind;
use super::site::Site;
use super::story::Fixture;

/// A desk that answers REST and never gets further.
pub struct LonelyDesk(ChildDesk);

impl Deref for LonelyDesk {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.0
    }
}

impl Fixture for LonelyDesk {
    /// Nobody is refused for asking often: whoever stands on this asks in earnest.
    async fn start(kind: DatabaseKind) -> Self {
        // Nobody listens at port 9, which is that of RFC 863.
        let settings = [("matrix.homeserver_url", "\"http://127.0.0.1:9\""), ("auth.login_attempts", "1000")];
        Self(ChildDesk::start_with(kind, &settings).await)
    }

    async fn finish(self) {
        self.0.terminate().await;
        self.is_well().await;
    }
}

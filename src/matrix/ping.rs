//! Is the homeserver there, and does it reach us?
use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{Homeserver, MatrixError};

/// How long a ping may take: the homeserver waits a minute for a service that does not answer, and we wait for it.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct Pong {
    duration_ms: u64,
}

#[derive(Deserialize)]
struct Capabilities {
    capabilities: Value,
}

impl Homeserver {
    /// Answers when the homeserver does.
    pub async fn versions(&self) -> Result<Vec<String>, MatrixError> {
        #[derive(Deserialize)]
        struct Versions {
            versions: Vec<String>,
        }
        let answer: Versions = self.request(Method::GET, &["_matrix", "client", "versions"]).send().await?;
        Ok(answer.versions)
    }

    /// Asks the homeserver to call the application service back (application-service API, "Pinging"); ends its
    /// back-off at once. Returns how many milliseconds its call took.
    pub async fn ping(&self, service_id: &str) -> Result<u64, MatrixError> {
        let pong: Pong = self
            .request(Method::POST, &["_matrix", "client", "v1", "appservice", service_id, "ping"])
            .json(json!({}))
            .timeout(PATIENCE)
            .send()
            .await?;
        Ok(pong.duration_ms)
    }

    /// The room version the homeserver gives new rooms.
    pub async fn default_room_version(&self, bot: &ruma::UserId) -> Result<String, MatrixError> {
        let answer: Capabilities =
            self.request(Method::GET, &["_matrix", "client", "v3", "capabilities"]).acting_as(bot).send().await?;
        let version = &answer.capabilities["m.room_versions"]["default"];
        version.as_str().map(str::to_owned).ok_or_else(|| MatrixError::Unreadable("no default room version".into()))
    }
}

//! Is the homeserver there, and does it reach us?
use std::time::Duration;

use reqwest::Method;
use reqwest::header::SERVER;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{Homeserver, MatrixError};
use crate::domain::text;

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

/// What the homeserver says of itself.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// Versions of the Matrix specification, oldest first.
    pub versions: Vec<String>,
    /// What it, or a proxy in front of it, calls itself in the header `Server`.
    pub software: Option<String>,
}

impl Spoken {
    /// The latest version of the specification that it speaks.
    pub fn latest(&self) -> Option<&str> {
        self.versions.iter().rfind(|version| version.starts_with('v')).map(String::as_str)
    }
}

impl Homeserver {
    /// Answers when the homeserver does.
    pub async fn versions(&self) -> Result<Spoken, MatrixError> {
        #[derive(Deserialize)]
        struct Versions {
            versions: Vec<String>,
        }
        let answer = self.request(Method::GET, &["_matrix", "client", "versions"]).open().await?;
        let software = answer.headers().get(SERVER).and_then(|name| name.to_str().ok());
        let software = software.map(|name| text::shortened(name, text::NAME_LIMIT));
        let read: Versions = serde_json::from_slice(&answer.bytes().await?)
            .map_err(|error| MatrixError::Unreadable(error.to_string()))?;
        Ok(Spoken { versions: read.versions, software })
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

//! Files on the homeserver (client-server API, "Content repository").
use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use reqwest::{Body, Method};
use ruma::{MxcUri, UserId};
use serde::Deserialize;

use super::client::{Homeserver, MatrixError};

/// What any file may take, besides its bytes at the slowest: the homeserver may have to fetch it from another first.
const PATIENCE: Duration = Duration::from_secs(120);
/// The slowest that is waited for, in bytes a second.
const SLOWEST: u64 = 32 * 1024;

#[derive(Deserialize)]
struct MediaConfig {
    #[serde(rename = "m.upload.size")]
    upload_size: Option<u64>,
}

#[derive(Deserialize)]
struct Uploaded {
    content_uri: String,
}

/// A file on its way to the homeserver.
pub struct Upload<S> {
    pub name: String,
    pub mime_type: String,
    /// In bytes; exactly so many must come.
    pub size: u64,
    pub bytes: S,
}

impl Homeserver {
    /// The most bytes a file may have there, if it says so.
    pub async fn upload_limit(&self, user: &UserId) -> Result<Option<u64>, MatrixError> {
        let path = ["_matrix", "client", "v1", "media", "config"];
        let config: MediaConfig = self.request(Method::GET, &path).acting_as(user).send().await?;
        Ok(config.upload_size)
    }

    /// Brings a file to the homeserver as `user`; its `mxc:` address. Each call makes another.
    pub async fn upload<S>(&self, user: &UserId, upload: Upload<S>) -> Result<String, MatrixError>
    where
        S: Stream<Item = io::Result<Bytes>> + Send + 'static,
    {
        let Upload { name, mime_type, size, bytes } = upload;
        let uploaded: Uploaded = self
            .request(Method::POST, &["_matrix", "media", "v3", "upload"])
            .acting_as(user)
            .query("filename", &name)
            .bytes(Body::wrap_stream(bytes), size, &mime_type)
            .timeout(time_for(size))
            .send()
            .await?;
        Ok(uploaded.content_uri)
    }

    /// The bytes behind an `mxc:` address as they come, with so much time as `limit` of them may need.
    pub async fn download(
        &self,
        user: &UserId,
        mxc: &MxcUri,
        limit: u64,
    ) -> Result<impl Stream<Item = Result<Bytes, MatrixError>> + Send + use<>, MatrixError> {
        let (server, media) = mxc.parts().map_err(|error| MatrixError::Unreadable(error.to_string()))?;
        let answer = self
            .request(Method::GET, &["_matrix", "client", "v1", "media", "download", server.as_str(), media])
            .acting_as(user)
            .timeout(time_for(limit))
            .open()
            .await?;
        Ok(answer.bytes_stream().map(|part| part.map_err(MatrixError::from)))
    }
}

fn time_for(bytes: u64) -> Duration {
    PATIENCE + Duration::from_secs(bytes / SLOWEST)
}

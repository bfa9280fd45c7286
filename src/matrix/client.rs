//! One HTTP client for the homeserver, and what its failures mean.
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Body, Method, Response, StatusCode};
use ruma::UserId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Semaphore;
use url::{Host, Url};

use crate::domain::matrix_ids::DEVICE;

/// Synapse takes at most ten membership changes of one service at once.
const MEMBERSHIP_CHANGES: usize = 8;

/// What went wrong between the desk and the homeserver.
#[derive(Debug, thiserror::Error)]
pub enum MatrixError {
    /// No answer. `was_sent` tells whether the request may have had its effect all the same.
    #[error("the homeserver did not answer: {reason}")]
    NoAnswer { reason: String, was_sent: bool },
    /// A refusal in Matrix's error form (client-server API, "Standard error response").
    #[error("the homeserver answered {status} {errcode}: {message}")]
    Refused { status: u16, errcode: String, message: String, retry_after: Option<Duration> },
    /// An answer that is not what the specification says.
    #[error("the homeserver's answer cannot be read: {0}")]
    Unreadable(String),
}

/// Whether to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Later; not before so long, when the homeserver said so.
    Later(Option<Duration>),
    /// It will never work as it is.
    Never,
}

impl MatrixError {
    /// Whether the same request may succeed later.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::NoAnswer { .. } | Self::Unreadable(_) => Verdict::Later(None),
            Self::Refused { retry_after: Some(after), .. } => Verdict::Later(Some(*after)),
            Self::Refused { status, errcode, .. } => match (*status, errcode.as_str()) {
                (408 | 425 | 429 | 500.., _) => Verdict::Later(None),
                // The token or the registration is not known (yet): the operator's to mend, nothing is lost.
                (401, _) | (_, "M_UNKNOWN_TOKEN" | "M_EXCLUSIVE") => Verdict::Later(None),
                _ => Verdict::Never,
            },
        }
    }

    /// Matrix's error code, when there is one.
    pub fn errcode(&self) -> Option<&str> {
        match self {
            Self::Refused { errcode, .. } => Some(errcode),
            Self::NoAnswer { .. } | Self::Unreadable(_) => None,
        }
    }

    /// Whether this is the refusal `errcode`.
    pub fn is(&self, errcode: &str) -> bool {
        self.errcode() == Some(errcode)
    }

    /// Whether the homeserver itself is away (and not this one request wrong).
    pub fn is_outage(&self) -> bool {
        match self {
            Self::NoAnswer { .. } | Self::Unreadable(_) => true,
            Self::Refused { status, .. } => *status >= 500,
        }
    }
}

impl From<reqwest::Error> for MatrixError {
    fn from(error: reqwest::Error) -> Self {
        let was_sent = !error.is_connect() && !error.is_builder();
        let error = error.without_url();
        let mut reason = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(source) = cause {
            reason = format!("{reason}: {source}");
            cause = source.source();
        }
        Self::NoAnswer { reason, was_sent }
    }
}

/// The homeserver, as the application service sees it.
#[derive(Clone)]
pub struct Homeserver {
    http: reqwest::Client,
    base: Arc<Url>,
    token: Arc<str>,
    pub(super) memberships: Arc<Semaphore>,
}

impl Homeserver {
    /// A client for the homeserver at `base`, signing in with the registration's `as_token`.
    pub fn new(base: Url, as_token: &str, timeout: Duration) -> Result<Self, MatrixError> {
        let mut http = reqwest::Client::builder()
            .timeout(timeout)
            .connect_timeout(Duration::from_secs(5))
            .pool_idle_timeout(Duration::from_secs(30))
            .user_agent(concat!("roomdesk/", env!("CARGO_PKG_VERSION")));
        if is_this_machine(&base) {
            // No proxy of the environment leads there.
            http = http.no_proxy();
        }
        let http = http.build()?;
        let memberships = Arc::new(Semaphore::new(MEMBERSHIP_CHANGES));
        Ok(Self { http, base: Arc::new(base), token: as_token.into(), memberships })
    }

    /// A request to `path` below the homeserver's address, segment by segment, each percent-encoded.
    pub(super) fn request(&self, method: Method, path: &[&str]) -> Call<'_> {
        let mut url = (*self.base).clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        Call { server: self, method, url, body: None, stream: None, timeout: None }
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A request in the making.
pub(super) struct Call<'a> {
    server: &'a Homeserver,
    method: Method,
    url: Url,
    body: Option<Value>,
    stream: Option<(Body, u64, String)>,
    timeout: Option<Duration>,
}

impl Call<'_> {
    /// Acts as `user` from the desk's device (application-service API, "Identity assertion").
    pub fn acting_as(self, user: &UserId) -> Self {
        self.acting_without_device(user).query("device_id", DEVICE)
    }

    /// Acts as `user` before its device exists.
    pub fn acting_without_device(self, user: &UserId) -> Self {
        self.query("user_id", user.as_str())
    }

    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    pub fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Sends so many bytes of this type as they come.
    pub fn bytes(mut self, body: Body, length: u64, content_type: &str) -> Self {
        self.stream = Some((body, length, content_type.to_owned()));
        self
    }

    /// Waits longer than usual; for long polls and files.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends it and reads the answer as JSON.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T, MatrixError> {
        let bytes = self.open().await?.bytes().await?;
        serde_json::from_slice(&bytes).map_err(|error| MatrixError::Unreadable(error.to_string()))
    }

    /// Sends it; the answer, of which nothing is read yet.
    pub async fn open(self) -> Result<Response, MatrixError> {
        let mut request = self.server.http.request(self.method, self.url).bearer_auth(&self.server.token);
        if let Some(body) = &self.body {
            request = request.json(body);
        }
        if let Some((body, length, content_type)) = self.stream {
            request = request.header(CONTENT_TYPE, content_type).header(CONTENT_LENGTH, length).body(body);
        }
        if let Some(timeout) = self.timeout {
            request = request.timeout(timeout);
        }
        let response = request.send().await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        Err(refusal(status, &response.bytes().await?))
    }
}

#[derive(Deserialize)]
struct StandardError {
    errcode: String,
    #[serde(default)]
    error: String,
    retry_after_ms: Option<u64>,
}

fn refusal(status: StatusCode, body: &[u8]) -> MatrixError {
    let status = status.as_u16();
    match serde_json::from_slice::<StandardError>(body) {
        Ok(said) => MatrixError::Refused {
            status,
            errcode: said.errcode,
            message: said.error,
            retry_after: said.retry_after_ms.map(Duration::from_millis),
        },
        Err(_) => MatrixError::Refused {
            status,
            errcode: String::from("(none)"),
            message: String::from("not in Matrix's error form"),
            retry_after: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> MatrixError {
        refusal(StatusCode::from_u16(status).expect("a status"), body.as_bytes())
    }

    #[test]
    fn what_may_be_tried_again() {
        let limited = refused(429, r#"{"errcode":"M_LIMIT_EXCEEDED","error":"slow","retry_after_ms":1500}"#);
        assert_eq!(limited.verdict(), Verdict::Later(Some(Duration::from_millis(1500))));
        assert_eq!(refused(502, "<html>bad gateway").verdict(), Verdict::Later(None));
        assert_eq!(refused(401, r#"{"errcode":"M_UNKNOWN_TOKEN"}"#).verdict(), Verdict::Later(None));
        assert_eq!(refused(403, r#"{"errcode":"M_FORBIDDEN"}"#).verdict(), Verdict::Never);
        assert_eq!(refused(413, r#"{"errcode":"M_TOO_LARGE"}"#).verdict(), Verdict::Never);
        assert!(refused(503, "").is_outage());
        assert!(!limited.is_outage());
    }
}

//! The keys with which a host application's tokens are checked: one secret, or a set of public keys in a file or at a URL.
use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::StreamExt;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use tokio::sync::Mutex;
use url::Url;

use crate::domain::Time;

/// How long a set of keys is good before it is read again.
const GOOD_FOR: chrono::Duration = chrono::Duration::minutes(10);
/// How soon it is read again for a key that is not in it: whoever invents keys does not make us ask the host each time.
const AGAIN_AFTER: chrono::Duration = chrono::Duration::seconds(30);
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of a set.
const LARGEST: usize = 256 * 1024;

/// Where the keys are.
#[derive(Clone, PartialEq)]
pub enum KeySource {
    /// Both sides know it.
    Secret(Vec<u8>),
    File(PathBuf),
    Url(Url),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(_) => f.write_str("a secret"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Url(url) => write!(f, "{url}"),
        }
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{0} cannot be read")]
    File(PathBuf, #[source] std::io::Error),
    #[error("{0} does not answer as it should")]
    Url(Url, #[source] reqwest::Error),
    #[error("the set of keys has more than {LARGEST} bytes")]
    TooLarge,
    #[error("it is no set of keys (RFC 7517, section 5)")]
    NoSet(#[source] serde_json::Error),
}

/// The keys of a host application, as they were last read.
#[derive(Debug)]
pub(super) struct Keys {
    source: KeySource,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    read_at: Option<Time>,
    tried_at: Option<Time>,
    set: Option<JwkSet>,
}

impl Keys {
    pub(super) fn new(source: KeySource) -> Self {
        Self { source, known: Mutex::default() }
    }

    /// The key of this id (with a single key in the set, tokens need not name one) for this algorithm.
    pub(super) async fn find(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
        now: Time,
    ) -> Result<Option<DecodingKey>, KeyError> {
        if let KeySource::Secret(secret) = &self.source {
            let is_shared = algorithm.family() == AlgorithmFamily::Hmac;
            return Ok(is_shared.then(|| DecodingKey::from_secret(secret)));
        }
        // Held while the set is read, so that many who come at once read it once.
        let mut known = self.known.lock().await;
        let has_key = known.set.as_ref().is_some_and(|set| pick(set, id, algorithm).is_some());
        let is_old = known.read_at.is_none_or(|at| now - at >= GOOD_FOR);
        let may_ask = known.tried_at.is_none_or(|at| now - at >= AGAIN_AFTER);
        if (is_old || !has_key) && may_ask {
            known.tried_at = Some(now);
            match self.read().await {
                Ok(set) => (known.set, known.read_at) = (Some(set), Some(now)),
                // What was known is good until the host answers again.
                Err(error) if has_key => tracing::warn!(%error, "the host application's keys cannot be read again"),
                Err(error) => return Err(error),
            }
        }
        Ok(known.set.as_ref().and_then(|set| pick(set, id, algorithm)))
    }

    async fn read(&self) -> Result<JwkSet, KeyError> {
        let bytes = match &self.source {
            KeySource::Secret(_) => return Ok(JwkSet { keys: Vec::new() }),
            KeySource::File(path) => {
                tokio::fs::read(path).await.map_err(|error| KeyError::File(path.clone(), error))?
            }
            KeySource::Url(url) => fetch(url).await?,
        };
        serde_json::from_slice(&bytes).map_err(KeyError::NoSet)
    }
}

async fn fetch(url: &Url) -> Result<Vec<u8>, KeyError> {
    let wrong = |error| KeyError::Url(url.clone(), error);
    let client = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
    let answer = client.build().map_err(wrong)?.get(url.clone()).send().await.map_err(wrong)?;
    let mut chunks = answer.error_for_status().map_err(wrong)?.bytes_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk.map_err(wrong)?);
        if bytes.len() > LARGEST {
            return Err(KeyError::TooLarge);
        }
    }
    Ok(bytes)
}

/// The key of the set that fits. What is in a public set is no secret: such keys sign nothing here.
fn pick(set: &JwkSet, id: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
    let fits: HashMap<Option<&str>, _> = set
        .keys
        .iter()
        .filter(|key| !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption)))
        .filter(|key| is_for(&key.algorithm, algorithm))
        .map(|key| (key.common.key_id.as_deref(), key))
        .collect();
    let key = match id {
        Some(id) => fits.get(&Some(id))?,
        None if fits.len() == 1 => fits.values().next()?,
        None => return None,
    };
    DecodingKey::from_jwk(key).ok()
}

fn is_for(key: &AlgorithmParameters, algorithm: Algorithm) -> bool {
    match (key, algorithm) {
        (AlgorithmParameters::RSA(_), algorithm) => algorithm.family() == AlgorithmFamily::Rsa,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES384) => key.curve == EllipticCurve::P384,
        (AlgorithmParameters::OctetKeyPair(_), Algorithm::EdDSA) => true,
        _ => false,
    }
}

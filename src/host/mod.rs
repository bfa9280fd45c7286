//! Tokens of a host application in which the desk is embedded (JWT, RFC 7519; keys as JWK sets, RFC 7517).
mod keys;

use chrono::Duration;
use jsonwebtoken::{Validation, decode, decode_header};
use serde_json::{Map, Value};

pub use jsonwebtoken::Algorithm;
pub use keys::KeySource;

use self::keys::Keys;
use crate::domain::Time;
use crate::domain::clock::from_millis;

/// How far the host's clock may be ahead of ours.
const LEEWAY: Duration = Duration::seconds(60);
/// For how long a token may be good: it cannot be called back.
const LONGEST: Duration = Duration::hours(24);
/// Longest subject, in bytes; OpenID Connect (Core, section 2) allows 255.
const LONGEST_SUBJECT: usize = 255;

/// What the operator says about the host application.
#[derive(Clone, Debug, PartialEq)]
pub struct HostSettings {
    pub issuer: String,
    pub audience: String,
    /// The only one that is taken.
    pub algorithm: Algorithm,
    pub keys: KeySource,
    pub claims: ClaimNames,
}

/// The names of the claims beyond those of the standard.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimNames {
    pub name: String,
    pub email: String,
    pub role: String,
    pub context: String,
}

/// What a token says, its signature and times checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub subject: String,
    pub name: Option<String>,
    pub email: Option<String>,
    /// The roles it names; none when it says nothing about roles.
    pub roles: Option<Vec<String>>,
    pub context: Option<String>,
    /// The token is good before it.
    pub until: Time,
}

/// Why a token is not taken.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// It is not one of the host's, was changed, or is over.
    #[error("the token is not valid: {0}")]
    Invalid(&'static str),
    /// The host's keys cannot be had.
    #[error("the keys of the host application cannot be had")]
    Away(#[source] keys::KeyError),
}

/// A host application whose tokens are taken.
#[derive(Debug)]
pub struct Host {
    settings: HostSettings,
    keys: Keys,
}

impl Host {
    pub fn new(settings: HostSettings) -> Self {
        let keys = Keys::new(settings.keys.clone());
        Self { settings, keys }
    }

    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// What a token of the host says at the time `now`.
    pub async fn read(&self, token: &str, now: Time) -> Result<Said, HostError> {
        let header = decode_header(token).map_err(|_| HostError::Invalid("it cannot be read"))?;
        if header.alg != self.settings.algorithm {
            return Err(HostError::Invalid("its algorithm is not the one that is agreed on"));
        }
        let key = self.keys.find(header.kid.as_deref(), self.settings.algorithm, now).await.map_err(HostError::Away)?;
        let key = key.ok_or(HostError::Invalid("its key is not known"))?;
        let mut validation = Validation::new(self.settings.algorithm);
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_audience(&[&self.settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Compared below with the desk's own clock.
        validation.validate_exp = false;
        let claims = decode::<Map<String, Value>>(token, &key, &validation);
        let claims = claims.map_err(|_| HostError::Invalid("its signature, issuer or audience is wrong"))?.claims;
        let until = self.until(&claims, now)?;
        self.said(&claims, until)
    }

    fn until(&self, claims: &Map<String, Value>, now: Time) -> Result<Time, HostError> {
        // NumericDate may have a fraction (RFC 7519, section 2).
        let at = |claim: &str| {
            let seconds = claims.get(claim)?.as_f64().filter(|seconds| seconds.abs() < 1e12)?;
            Some(from_millis((seconds * 1_000.0) as i64))
        };
        let until = at("exp").ok_or(HostError::Invalid("it does not say when it is over"))?;
        if until <= now {
            return Err(HostError::Invalid("it is over"));
        }
        if until > now + LONGEST {
            return Err(HostError::Invalid("it is good for more than 24 hours"));
        }
        for claim in ["nbf", "iat"] {
            if claims.contains_key(claim) && at(claim).is_none_or(|since| since > now + LEEWAY) {
                return Err(HostError::Invalid("it is not good yet"));
            }
        }
        Ok(until)
    }

    fn said(&self, claims: &Map<String, Value>, until: Time) -> Result<Said, HostError> {
        let text = |claim: &str| {
            let text = claims.get(claim)?.as_str()?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let names = &self.settings.claims;
        let subject = text("sub").filter(|subject| subject.len() <= LONGEST_SUBJECT);
        let subject = subject.ok_or(HostError::Invalid("it does not say whom it is about"))?;
        let roles = match claims.get(&names.role) {
            Some(Value::String(role)) => Some(vec![role.clone()]),
            Some(Value::Array(roles)) => {
                Some(roles.iter().filter_map(|role| Some(role.as_str()?.to_owned())).collect())
            }
            Some(_) | None => None,
        };
        let (name, email, context) = (text(&names.name), text(&names.email), text(&names.context));
        Ok(Said { subject, name, email, roles, context, until })
    }
}

#[cfg(test)]
mod tests;

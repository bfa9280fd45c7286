//! Access tokens: signed, short-lived proof of a sign-in (JWT, RFC 7519; HS256 alone).
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{PersonId, SessionId};

const ISSUER: &str = "roomdesk";

/// Whom a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub person: PersonId,
    pub session: SessionId,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    /// In seconds since 1970; the token is good before it.
    exp: i64,
    iat: i64,
}

/// A token for `subject`, good on the desk of `server` from `now` until `expires`.
pub fn issue(secret: &[u8], server: &str, subject: &Subject, now: Time, expires: Time) -> String {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: server.to_owned(),
        sub: subject.person.to_string(),
        sid: subject.session.to_string(),
        exp: expires.timestamp(),
        iat: now.timestamp(),
    };
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret))
        .expect("texts and numbers are always JSON, and HS256 takes any secret")
}

/// Whom the token speaks for and until when; nobody when it is not ours, was changed, or is over.
pub fn read(secret: &[u8], server: &str, token: &str, now: Time) -> Option<(Subject, Time)> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[server]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Compared below with the desk's own clock.
    validation.validate_exp = false;
    let claims = decode::<Claims>(token, &DecodingKey::from_secret(secret), &validation).ok()?.claims;
    if claims.exp <= now.timestamp() {
        return None;
    }
    let subject = Subject { person: claims.sub.parse().ok()?, session: claims.sid.parse().ok()? };
    Some((subject, from_millis(claims.exp.saturating_mul(1_000))))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use chrono::Duration;

    use super::*;
    use crate::domain::Clock;

    const SECRET: &[u8] = b"a secret of thirty-two bytes....";

    fn signed() -> (Subject, String, Time) {
        let clock = Clock::standing_at(from_millis(1_700_000_000_000));
        let subject = Subject { person: PersonId::fresh(&clock), session: SessionId::fresh(&clock) };
        let token = issue(SECRET, "desk.example", &subject, clock.now(), clock.now() + Duration::minutes(15));
        (subject, token, clock.now())
    }

    fn subject_of(token: &str, now: Time) -> Option<Subject> {
        read(SECRET, "desk.example", token, now).map(|(subject, _)| subject)
    }

    #[test]
    fn a_token_speaks_for_its_subject_until_it_expires() {
        let (subject, token, now) = signed();
        assert_eq!(subject_of(&token, now), Some(subject.clone()));
        assert_eq!(subject_of(&token, now + Duration::seconds(899)), Some(subject));
        assert_eq!(read(SECRET, "desk.example", &token, now + Duration::minutes(15)), None);
    }

    #[test]
    fn a_token_of_another_desk_or_another_secret_is_nobody_s() {
        let (_, token, now) = signed();
        assert_eq!(read(b"another secret", "desk.example", &token, now), None);
        assert_eq!(read(SECRET, "other.example", &token, now), None);
    }

    #[test]
    fn an_unsigned_or_changed_token_is_nobody_s() {
        let (_, token, now) = signed();
        let parts: Vec<&str> = token.split('.').collect();
        let none = BASE64_URL_SAFE_NO_PAD.encode(br#"{"alg":"none","typ":"JWT"}"#);
        let stronger = BASE64_URL_SAFE_NO_PAD.encode(br#"{"alg":"HS512","typ":"JWT"}"#);
        for forged in [
            format!("{none}.{}.", parts[1]),
            format!("{none}.{}.{}", parts[1], parts[2]),
            format!("{stronger}.{}.{}", parts[1], parts[2]),
            format!("{}.{}.{}", parts[0], parts[1], "AAAA"),
            format!("{}.{}", parts[0], parts[1]),
            String::new(),
        ] {
            assert_eq!(read(SECRET, "desk.example", &forged, now), None, "{forged}");
        }
    }
}

//! Signing in, staying signed in, signing out.
//!
//! A sign-in begins a session: a chain of refresh tokens, each good once. Whoever shows a used one has stolen it, or
//! it was stolen from them; both lose the session. Access tokens live for minutes and end with their session.
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::Duration;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::access_tokens::{self, Subject};
use super::{Desk, passwords};
use crate::domain::clock::Time;
use crate::domain::ids::{SessionId, secret_bytes};
use crate::domain::people::{self, Person};
use crate::domain::{Refusal, text};
use crate::store::sessions::{self, NewToken, Shown};
use crate::store::{self, Tx, password_tokens};

/// How many addresses may share one client (a school behind one router) before its limit binds.
const ADDRESSES_PER_CLIENT: i64 = 10;
/// Most characters of a program's name that are kept.
const USER_AGENT_LIMIT: usize = 120;
/// For how long the answer to a refresh token counts as lost while nobody shows what was in it.
const LOST: Duration = Duration::seconds(30);
const WRONG: Refusal = Refusal::Unauthenticated("the address or the password is wrong");
pub(super) const ENDED: Refusal = Refusal::Unauthenticated("the sign-in is not valid, or no longer; sign in again");
const DISABLED: Refusal = Refusal::Forbidden("this account is disabled");

/// How people sign in.
#[derive(Clone)]
pub struct AuthSettings {
    /// Signs access tokens and hides addresses in counters; 32 random bytes or more.
    pub jwt_secret: Vec<u8>,
    /// How long an access token is good.
    pub access_token: Duration,
    /// How long a refresh token is good.
    pub refresh_token: Duration,
    /// How long an invitation is good.
    pub invitation: Duration,
    /// How long a link for another password is good.
    pub password_reset: Duration,
    /// Failed attempts per e-mail address in a window; a client may make ten times as many.
    pub login_attempts: i64,
    pub login_window: Duration,
}

impl fmt::Debug for AuthSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthSettings")
            .field("access_token", &self.access_token)
            .field("refresh_token", &self.refresh_token)
            .field("login_attempts", &self.login_attempts)
            .field("login_window", &self.login_window)
            .finish_non_exhaustive()
    }
}

/// Where somebody signs in from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    pub address: IpAddr,
    /// What their program calls itself; shown in the list of their sessions.
    pub user_agent: Option<&'a str>,
}

/// The names of the counters of one attempt; always taken in this order, so that two cannot wait for each other.
pub(super) struct Counters {
    client: String,
    address: String,
}

/// What a sign-in or a refresh gives.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub person: Person,
    pub access_token: String,
    pub access_token_lasts: Duration,
    pub refresh_token: String,
    pub refresh_token_expires_at: Time,
}

impl Desk {
    /// Begins a session. Unknown addresses and people without a password are refused like a wrong password, after as
    /// long a time; attempts are counted per address and per client before the password is looked at.
    pub async fn sign_in(&self, email: &str, password: &str, from: Origin<'_>) -> Result<SignedIn, Refusal> {
        let email = people::email("email", email)?;
        if password.is_empty() {
            return Err(Refusal::field("password", "must not be empty"));
        }
        let keys = self.counters("", from.address, &email);
        self.count_attempt(&keys).await?;
        let mut tx = self.db().read().await?;
        let known = sessions::credentials(&mut tx, &email).await?;
        drop(tx);
        let hash = known.as_ref().and_then(|known| known.password_hash.as_deref());
        if !passwords::verify(password, hash).await? {
            return Err(WRONG);
        }
        let known = known.ok_or(WRONG)?;

        let mut tx = self.db().write().await?;
        let present = sessions::locked_password_hash(&mut tx, &known.person).await?;
        let person = store::people::by_id(&mut tx, &known.person).await?;
        let Some(person) = person.filter(|_| present == known.password_hash) else { return Err(WRONG) };
        if person.is_disabled() {
            return Err(DISABLED);
        }
        self.forgive(&mut tx, &keys).await?;
        let signed_in = self.give_tokens(&mut tx, person, SessionId::fresh(self.clock()), from.user_agent).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// New tokens for a refresh token that was not used yet, or whose answer got lost on its way. One that was used ends its
    /// whole session.
    pub async fn refresh(&self, refresh_token: &str, user_agent: Option<&str>) -> Result<SignedIn, Refusal> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let (session, person, expires_at) =
            match sessions::take(&mut tx, &token_hash(refresh_token), (now, now - LOST)).await? {
                Shown::Taken { session, person, expires_at } => (session, person, expires_at),
                Shown::UsedBefore(session) => {
                    self.end_session(&mut tx, &session).await?;
                    tx.commit().await?;
                    self.wake_watchers();
                    tracing::warn!(session.id = %session, "a used refresh token came back; ended its session");
                    return Err(ENDED);
                }
                Shown::Unknown => return Err(ENDED),
            };
        let person = store::people::by_id(&mut tx, &person).await?.ok_or(ENDED)?;
        if person.is_disabled() || expires_at <= now {
            return Err(ENDED);
        }
        let signed_in = self.give_tokens(&mut tx, person, session, user_agent).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Ends the session of a refresh token; a token that is unknown needs no ending.
    pub async fn sign_out(&self, refresh_token: &str) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        if let Some(session) = sessions::session_of(&mut tx, &token_hash(refresh_token)).await? {
            self.end_session(&mut tx, &session).await?;
        }
        tx.commit().await?;
        self.wake_watchers();
        Ok(())
    }

    /// Ends a session; whoever watches with it is cut off.
    pub(super) async fn end_session(&self, tx: &mut Tx, session: &SessionId) -> Result<(), Refusal> {
        let person = sessions::person_of(tx, session).await?;
        sessions::end(tx, session).await?;
        if let Some(person) = person {
            store::changes::note_access(tx, &person, self.clock().now()).await?;
        }
        Ok(())
    }

    /// Deletes what expired: refresh tokens, and counters of attempts whose window is over.
    pub async fn sweep_sign_ins(&self) -> Result<(), Refusal> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        sessions::sweep(&mut tx, now, now - self.settings().auth.login_window).await?;
        password_tokens::sweep(&mut tx, now).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn give_tokens(
        &self,
        tx: &mut Tx,
        person: Person,
        session: SessionId,
        user_agent: Option<&str>,
    ) -> Result<SignedIn, Refusal> {
        let (auth, now) = (&self.settings().auth, self.clock().now());
        let refresh_token = BASE64_URL_SAFE_NO_PAD.encode(secret_bytes::<32>());
        let token = NewToken {
            hash: token_hash(&refresh_token),
            session: session.clone(),
            person: person.id.clone(),
            created_at: now,
            expires_at: now + auth.refresh_token,
            user_agent: user_agent.map(|name| text::shortened(&text::storable(name), USER_AGENT_LIMIT)),
        };
        sessions::insert(tx, &token).await?;
        let subject = Subject { person: person.id.clone(), session };
        let server = self.names().server().as_str();
        Ok(SignedIn {
            access_token: access_tokens::issue(&auth.jwt_secret, server, &subject, now, now + auth.access_token),
            access_token_lasts: auth.access_token,
            refresh_token,
            refresh_token_expires_at: token.expires_at,
            person,
        })
    }

    /// The counters of an attempt at `what`: signing in when it is empty.
    pub(super) fn counters(&self, what: &str, client: IpAddr, email: &str) -> Counters {
        Counters {
            client: self.attempts_key(&format!("{what}client"), &network(client).to_string()),
            address: self.attempts_key(&format!("{what}address"), email),
        }
    }

    /// Counts the attempt for its client and for its address. A client beyond its limit is not counted against the
    /// address, so that one machine cannot lock everybody out.
    pub(super) async fn count_attempt(&self, keys: &Counters) -> Result<(), Refusal> {
        let limit = self.settings().auth.login_attempts;
        let mut tx = self.db().write().await?;
        let mut answer = self.count_one(&mut tx, &keys.client, limit.saturating_mul(ADDRESSES_PER_CLIENT)).await?;
        if answer.is_ok() {
            answer = self.count_one(&mut tx, &keys.address, limit).await?;
        }
        tx.commit().await?;
        answer
    }

    /// The attempt succeeded: it and the failures before it count no longer.
    pub(super) async fn forgive(&self, tx: &mut Tx, keys: &Counters) -> Result<(), Refusal> {
        sessions::give_attempt_back(tx, &keys.client).await?;
        Ok(sessions::clear_attempts(tx, &keys.address).await?)
    }

    async fn count_one(&self, tx: &mut Tx, key: &str, limit: i64) -> Result<Result<(), Refusal>, Refusal> {
        let (now, window) = (self.clock().now(), self.settings().auth.login_window);
        let attempts = sessions::count_attempt(tx, key, now, now - window).await?;
        if attempts.count <= limit {
            return Ok(Ok(()));
        }
        let millis = (attempts.window_start + window - now).num_milliseconds().max(0);
        let retry_after_seconds = u64::try_from(millis).unwrap_or(0).div_ceil(1_000).max(1);
        Ok(Err(Refusal::TooMany { retry_after_seconds }))
    }

    /// The name of a counter, from which nobody without the secret can tell the address.
    fn attempts_key(&self, kind: &str, name: &str) -> String {
        let secret = &self.settings().auth.jwt_secret;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
        mac.update(format!("sign-in attempts\n{kind}\n{name}").as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

/// The machine or, for IPv6, the network of 64 bits that a household or a server gets.
pub fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

/// SHA-256 is enough for 32 random bytes: there is nothing to guess.
pub(super) fn token_hash(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}

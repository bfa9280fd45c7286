//! Requests that their client gave a key: each is done once, and whoever asks again gets the same answer.
//!
//! The key is taken in a transaction of its own before anything is done, and the answer stored in another one after it.
//! A process that dies in between leaves a key that nobody answers for: when its lease is over it is done again, and meets
//! what the first time made by the client's id ([`super::once`]) or by its own rules.
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::Duration;

use super::{Desk, crash};
use crate::domain::Refusal;
use crate::domain::client_ids::RequestKey;
use crate::domain::ids::secret_bytes;
use crate::domain::people::Person;
use crate::store::idempotency::{self, Known};
use crate::store::{self, DbError};

pub use crate::store::idempotency::{Answer, Claim};

/// How long an answer is kept.
pub const KEPT: Duration = Duration::hours(24);
/// How long answering may take; a request waits for nothing but the database.
const LEASE_MILLIS: i64 = 60_000;

/// What is to be done about a request.
#[derive(Debug)]
pub enum Turn {
    /// It is new: do it, and then say what came of it.
    Mine(Claim),
    /// It was answered before.
    Answered(Answer),
    /// It is being answered.
    Running,
}

impl Desk {
    /// Takes the key of a request for whoever asks. A key that was given to something else is refused.
    pub async fn take_request(&self, by: &Person, key: RequestKey, digest: &str) -> Result<Turn, Refusal> {
        let now = self.clock().now();
        let turn = BASE64_URL_SAFE_NO_PAD.encode(secret_bytes::<12>());
        let claim = Claim { person: by.id.clone(), key, turn };
        let mut tx = self.db().write().await?;
        if idempotency::claim(&mut tx, &claim, digest, (LEASE_MILLIS, now, now - KEPT)).await? {
            tx.commit().await?;
            return Ok(Turn::Mine(claim));
        }
        match idempotency::known(&mut tx, &by.id, &claim.key).await? {
            Some(known) if known.digest != digest => Err(claim.key.given_before().into()),
            Some(Known { answer: Some(answer), .. }) => Ok(Turn::Answered(answer)),
            // What is there no longer was given back at this instant.
            Some(Known { answer: None, .. }) | None => Ok(Turn::Running),
        }
    }

    /// Keeps what a request was answered, for whoever asks again.
    pub async fn keep_answer(&self, claim: &Claim, answer: &Answer) -> Result<(), Refusal> {
        crash::point(crash::ANSWERING);
        let mut tx = self.db().write().await?;
        idempotency::answer(&mut tx, claim, answer).await?;
        Ok(tx.commit().await?)
    }

    /// Gives the key of a request back of which nothing came.
    pub async fn free_request(&self, claim: &Claim) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        idempotency::free(&mut tx, claim).await?;
        Ok(tx.commit().await?)
    }

    /// On SQLite no other process can be answering: what a killed one left behind is free at once.
    pub async fn free_requests(&self) -> Result<(), DbError> {
        let mut tx = self.db().write().await?;
        if tx.engine() == store::Engine::Sqlite {
            idempotency::clear_leases(&mut tx).await?;
        }
        tx.commit().await
    }

    /// Forgets old answers.
    pub async fn sweep_requests(&self) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        idempotency::forget_old(&mut tx, self.clock().now() - KEPT).await?;
        Ok(tx.commit().await?)
    }
}

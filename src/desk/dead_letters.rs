//! Events that could not be applied and were laid aside: looked at by admins, and put back once what was wrong is mended.
//!
//! What is put back is applied as any event: in its room's order among what waits, once, and laid aside again if it fails.
use serde_json::{Value, json};

use super::{Desk, audit};
use crate::domain::audit::Deed;
use crate::domain::people::Person;
use crate::domain::{Clock, Refusal};
use crate::matrix::events;
use crate::store::dead_letters::{self, DeadLetter};
use crate::store::{DbError, Tx, inbox};

/// How many one request puts back at most: each is applied in a moment, and their rooms wait for them.
pub const MOST: i64 = 500;
/// What the audit log calls all of them.
const ALL: &str = "dead-letters";

/// An event that was laid aside, with what it says of itself; never what somebody wrote.
#[derive(Debug)]
pub struct Known {
    pub letter: DeadLetter,
    pub kind: Option<String>,
    pub sender: Option<String>,
}

impl From<DeadLetter> for Known {
    fn from(letter: DeadLetter) -> Self {
        let outline = events::outline_of(&letter.event);
        Self { kind: outline.kind, sender: outline.sender, letter }
    }
}

/// What was put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    pub count: u64,
    /// How many are laid aside still.
    pub left: i64,
}

/// Puts at most `limit` back, the oldest, and writes that down; how many there were.
pub async fn replay_some(tx: &mut Tx, clock: &Clock, by: Option<&Person>, limit: i64) -> Result<u64, DbError> {
    let count = dead_letters::revive_some(tx, limit).await?;
    if count > 0 {
        note(tx, clock, by, (ALL, count)).await?;
    }
    Ok(count)
}

async fn note(tx: &mut Tx, clock: &Clock, by: Option<&Person>, (what, count): (&str, u64)) -> Result<(), DbError> {
    let details: Value = json!({"events": count});
    audit::note(tx, clock, by, (Deed::DeadLettersReplayed, what), details).await
}

impl Desk {
    /// At most `limit` events that are laid aside, oldest first, after `position`; for admins.
    pub async fn dead_letters(&self, by: &Person, position: i64, limit: i64) -> Result<Vec<Known>, Refusal> {
        by.manages_people()?;
        let mut tx = self.db().read().await?;
        let letters = dead_letters::after(&mut tx, position, limit, Some(&by.id)).await?;
        Ok(letters.into_iter().map(Known::from).collect())
    }

    /// Puts the one at `position` back to be applied; for admins.
    pub async fn replay_dead_letter(&self, by: &Person, position: i64) -> Result<Replayed, Refusal> {
        by.manages_people()?;
        let mut tx = self.db().write().await?;
        let Some(event) = dead_letters::revive(&mut tx, position).await? else {
            return Err(match dead_letters::has_failed(&mut tx, position).await? {
                true => Refusal::Conflict("it is not laid aside any longer: it was put back already".to_owned()),
                false => Refusal::NotFound("dead letter"),
            });
        };
        note(&mut tx, self.clock(), Some(by), (&event, 1)).await?;
        self.put_back_and_count(tx, 1).await
    }

    /// Puts the oldest of them back to be applied, at most [`MOST`]; for admins.
    pub async fn replay_dead_letters(&self, by: &Person) -> Result<Replayed, Refusal> {
        by.manages_people()?;
        let mut tx = self.db().write().await?;
        let count = replay_some(&mut tx, self.clock(), Some(by), MOST).await?;
        self.put_back_and_count(tx, count).await
    }

    async fn put_back_and_count(&self, mut tx: Tx, count: u64) -> Result<Replayed, Refusal> {
        let left = inbox::dead(&mut tx).await?;
        tx.commit().await?;
        self.wake_inbox();
        Ok(Replayed { count, left })
    }
}

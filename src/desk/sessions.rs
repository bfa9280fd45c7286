//! Somebody's own sessions: where they are signed in, and ending one from afar.
use super::Desk;
use crate::domain::Refusal;
use crate::domain::ids::SessionId;
use crate::domain::people::Person;
use crate::store::sessions::{self, Alive};

impl Desk {
    /// The sessions of a person, the latest renewed first.
    pub async fn sessions_of(&self, person: &Person) -> Result<Vec<Alive>, Refusal> {
        let mut tx = self.db().read().await?;
        Ok(sessions::alive(&mut tx, &person.id, self.clock().now()).await?)
    }

    /// Ends one of the person's own sessions; those that watch with it are cut off.
    pub async fn end_own_session(&self, person: &Person, id: &SessionId) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        if sessions::person_of(&mut tx, id).await?.as_ref() != Some(&person.id) {
            return Err(Refusal::NotFound("session"));
        }
        self.end_session(&mut tx, id).await?;
        tx.commit().await?;
        self.wake_watchers();
        Ok(())
    }
}

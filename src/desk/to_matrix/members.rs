//! Who is in the room, and under which name.
use super::super::bridge::{Attempt, Bridge, Speaker};
use super::room_of;
use crate::domain::ids::PersonId;
use crate::domain::tickets::Ticket;
use crate::store::lanes::Job;
use crate::store::{self, DbError, Tx};

impl Bridge {
    pub(super) async fn let_in(&self, job: &Job, ticket: &str, person: &str) -> Result<Option<Job>, Attempt> {
        let ticket = self.ticket(ticket).await?;
        let room = room_of(&ticket)?;
        let id: PersonId = person.parse().map_err(|_| Attempt::Senseless("not a person id".into()))?;
        let mut tx = self.desk().db().read().await?;
        let person = store::people::by_id(&mut tx, &id).await?;
        let is_wanted = belongs(&mut tx, &ticket, &id).await?;
        let person = person.ok_or_else(|| Attempt::Senseless("the person is gone".into()))?;
        drop(tx);
        if is_wanted {
            match &person.matrix_id {
                Some(user) => {
                    if person.role.is_staff() {
                        self.raise(room, user).await?;
                    }
                    self.invite_unless_there(room, user).await?;
                }
                None => {
                    self.ghost_of(&id).await?;
                    self.enter_as(&id, room, person.role.is_staff()).await?;
                }
            }
        }
        self.done(job).await
    }

    /// Gives a ghost its person's present name and picture. One that is not registered yet gets them when it is.
    pub(super) async fn show_person(&self, job: &Job, person: &str) -> Result<Option<Job>, Attempt> {
        let id: PersonId = person.parse().map_err(|_| Attempt::Senseless("not a person id".into()))?;
        let speaker = Speaker::read(&mut self.desk().db().read().await?, &id).await?;
        if speaker.is_registered() {
            self.ghost_of_speaker(&speaker).await?;
            self.show_avatar(&speaker).await?;
        }
        self.done(job).await
    }

    pub(super) async fn put_out(&self, job: &Job, ticket: &str, person: &str) -> Result<Option<Job>, Attempt> {
        let ticket = self.ticket(ticket).await?;
        let room = room_of(&ticket)?;
        let id: PersonId = person.parse().map_err(|_| Attempt::Senseless("not a person id".into()))?;
        let mut tx = self.desk().db().read().await?;
        let person = store::people::by_id(&mut tx, &id).await?;
        let person = person.ok_or_else(|| Attempt::Senseless("the person is gone".into()))?;
        let is_back = belongs(&mut tx, &ticket, &id).await?;
        drop(tx);
        if !is_back {
            for face in [Some(self.names().ghost(&id)), person.matrix_id].into_iter().flatten() {
                let kicked = self.homeserver().kick(self.names().bot(), room, &face, "removed from the ticket").await;
                // Who is not in the room cannot be put out of it.
                if let Err(error) = kicked
                    && !error.is("M_FORBIDDEN")
                {
                    return Err(error.into());
                }
            }
        }
        self.done(job).await
    }
}

/// Whether the room is to have this person in it: they were let in, or the ticket is theirs.
async fn belongs(tx: &mut Tx, ticket: &Ticket, person: &PersonId) -> Result<bool, DbError> {
    Ok(ticket.assigned_to.as_ref() == Some(person)
        || store::participants::is_participant(tx, &ticket.id, person).await?)
}

//! Letting people into a ticket besides the student it belongs to.
use ruma::OwnedUserId;

use super::outgoing::{self, Outgoing};
use super::{Desk, changes, locked_ticket, notes, notices, permitted_ticket, tickets};
use crate::domain::changes::What;
use crate::domain::ids::PersonId;
use crate::domain::people::{Person, Role};
use crate::domain::permissions::Action;
use crate::domain::tickets::Ticket;
use crate::domain::timeline::Happening;
use crate::domain::{Clock, Refusal};
use crate::store::people::NewPerson;
use crate::store::{self, DbError, Tx};

/// Whom to let in: somebody of the desk, or anybody on Matrix, also of another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guest {
    Person(PersonId),
    Matrix(OwnedUserId),
}

impl Desk {
    /// Lets somebody into a ticket; their invitation into the room follows from the outbox.
    pub async fn add_participant(&self, by: &Person, ticket: &str, guest: Guest) -> Result<Person, Refusal> {
        let mut tx = self.db().write().await?;
        let mut ticket = locked_ticket(&mut tx, by, ticket, Action::ManageParticipants).await?;
        let person = match guest {
            Guest::Person(id) => store::people::by_id(&mut tx, &id)
                .await?
                .filter(|person| !person.is_disabled())
                .ok_or_else(|| Refusal::field("userId", "is nobody who can be let in"))?,
            Guest::Matrix(id) if self.names().owns(&id) => {
                return Err(Refusal::field("matrixId", "belongs to the desk itself; give the userId instead"));
            }
            Guest::Matrix(id) => matrix_person(&mut tx, self.clock(), &id, None).await?,
        };
        let now = self.clock().now();
        if store::participants::insert(&mut tx, &ticket.id, &person.id, &by.id, now).await? {
            let by_whom = (Some(&by.id), now);
            changes::note(&mut tx, &ticket.id, What::UserJoined, Some(person.id.as_str()), by_whom).await?;
            let values = (None, Some(person.id.to_string()));
            tickets::note(&mut tx, self.clock(), &ticket, (Some(by), Happening::ParticipantAdded), values).await?;
            self.announce_ghost(&mut tx, &mut ticket, (&person, notices::Event::Joined)).await?;
        }
        // Also for somebody who is in already: they may have left the room and want to be asked again.
        outgoing::enqueue(&mut tx, self.clock(), &ticket.id, &Outgoing::let_in(&ticket.id, &person.id)).await?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(person)
    }

    /// Puts somebody out of a ticket and of its room.
    pub async fn remove_participant(&self, by: &Person, ticket: &str, guest: Guest) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        let mut ticket = locked_ticket(&mut tx, by, ticket, Action::ManageParticipants).await?;
        let person = match guest {
            Guest::Person(id) => store::people::by_id(&mut tx, &id).await?,
            Guest::Matrix(id) => store::people::by_matrix_id(&mut tx, &id).await?,
        };
        let person = person.ok_or(Refusal::NotFound("participant"))?;
        if person.id == ticket.created_by {
            return Err(Refusal::Conflict("the ticket belongs to this student; they cannot be put out".into()));
        }
        if !store::participants::delete(&mut tx, &ticket.id, &person.id).await? {
            return Err(Refusal::NotFound("participant"));
        }
        // The last that they are told.
        let by_whom = (Some(&by.id), self.clock().now());
        changes::note(&mut tx, &ticket.id, What::UserLeft, Some(person.id.as_str()), by_whom).await?;
        let values = (Some(person.id.to_string()), None);
        tickets::note(&mut tx, self.clock(), &ticket, (Some(by), Happening::ParticipantRemoved), values).await?;
        self.announce_ghost(&mut tx, &mut ticket, (&person, notices::Event::Left)).await?;
        outgoing::enqueue(&mut tx, self.clock(), &ticket.id, &Outgoing::put_out(&ticket.id, &person.id)).await?;
        if person.role.is_staff() {
            notes::members::look_through(&mut tx, self.clock(), &ticket.id).await?;
        }
        tx.commit().await?;
        self.wake_outbox();
        Ok(())
    }

    /// Says that somebody came or went, and stores the ticket. Whoever takes part from their own Matrix account has come
    /// or gone when their room says so, and not before.
    async fn announce_ghost(
        &self,
        tx: &mut Tx,
        ticket: &mut Ticket,
        told: (&Person, notices::Event<'_>),
    ) -> Result<(), DbError> {
        if told.0.matrix_id.is_some() {
            return Ok(());
        }
        notices::announce(tx, self.clock(), ticket, told, self.clock().now()).await?;
        store::tickets::update(tx, ticket).await
    }

    /// Everybody of a ticket besides staff, the student first.
    pub async fn participants(&self, by: &Person, ticket: &str) -> Result<Vec<Person>, Refusal> {
        let mut tx = self.db().read().await?;
        let ticket = permitted_ticket(&mut tx, by, ticket, Action::See).await?;
        let ids = store::participants::of_ticket(&mut tx, &ticket.id).await?;
        let mut people = store::people::by_ids(&mut tx, &ids).await?;
        Ok(ids.iter().filter_map(|id| people.remove(id)).collect())
    }
}

/// The person behind a Matrix id: a row of their own, as a student, on first sight.
pub(super) async fn matrix_person(
    tx: &mut Tx,
    clock: &Clock,
    id: &OwnedUserId,
    display_name: Option<&str>,
) -> Result<Person, DbError> {
    if let Some(known) = store::people::by_matrix_id(tx, id).await? {
        return Ok(known);
    }
    let new = NewPerson {
        id: PersonId::fresh(clock),
        email: None,
        display_name: display_name.unwrap_or(id.localpart()).to_owned(),
        role: Role::Student,
        password_hash: None,
        matrix_id: Some(id.clone()),
        created_at: clock.now(),
    };
    // Somebody else may have added them a moment ago: then theirs is the row.
    store::people::insert(tx, &new).await?;
    store::people::by_matrix_id(tx, id).await?.ok_or_else(|| DbError::BadRow("people", "matrix_id".into()))
}

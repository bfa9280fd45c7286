//! People: adding them, their role and password, putting them off the desk and back, and finding them for views.
use std::collections::HashMap;

use ruma::OwnedUserId;

use super::{Desk, notes, outgoing, passwords};
use crate::domain::clock::Time;
use crate::domain::ids::PersonId;
use crate::domain::people::{self, Person, Role};
use crate::domain::{Refusal, text};
use crate::store::people::NewPerson;
use crate::store::{self, DbError, Tx, sessions};

/// Somebody to add who signs in with an address.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub email: String,
    pub display_name: String,
    pub role: Role,
    /// Without one they cannot sign in until it is set.
    pub password: Option<String>,
    /// Their own Matrix account, if they are to take part from there instead of through a ghost.
    pub matrix_id: Option<OwnedUserId>,
}

impl Desk {
    /// Adds somebody; a conflict when the address or the Matrix account is taken.
    pub async fn add_person(&self, new: NewAccount) -> Result<Person, Refusal> {
        let (tx, person) = self.adding_person(new).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// As [`Desk::add_person`], in a transaction that is still open.
    pub(super) async fn adding_person(&self, new: NewAccount) -> Result<(Tx, Person), Refusal> {
        let email = people::email("email", &new.email)?;
        let display_name = text::line("displayName", &new.display_name, text::NAME_LIMIT)?;
        if new.matrix_id.as_ref().is_some_and(|id| self.names().owns(id)) {
            return Err(Refusal::field("matrixId", "belongs to the desk itself"));
        }
        let password_hash = match &new.password {
            None => None,
            Some(password) => Some(checked_hash("password", password).await?),
        };
        let (id, created_at) = (PersonId::fresh(self.clock()), self.clock().now());
        let row = NewPerson {
            id: id.clone(),
            email: Some(email.clone()),
            display_name: display_name.clone(),
            role: new.role,
            password_hash,
            matrix_id: new.matrix_id.clone(),
            created_at,
        };
        let mut tx = self.db().write().await?;
        if !store::people::insert(&mut tx, &row).await? {
            let taken = if new.matrix_id.is_some() { "e-mail address or Matrix account" } else { "e-mail address" };
            return Err(Refusal::Conflict(format!("somebody has this {taken} already")));
        }
        let email = Some(email);
        let (role, matrix_id) = (new.role, new.matrix_id);
        Ok((tx, Person { id, email, display_name, role, matrix_id, avatar: None, disabled_at: None, created_at }))
    }

    /// Gives somebody another display name; their ghost follows in every room.
    pub async fn rename(&self, person: &Person, name: &str) -> Result<Person, Refusal> {
        let name = text::line("displayName", name, text::NAME_LIMIT)?;
        let mut tx = self.db().write().await?;
        self.call(&mut tx, &person.id, &name).await?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(Person { display_name: name, ..person.clone() })
    }

    /// Writes another display name down, and the job with which the ghost follows, if there is one.
    pub(super) async fn call(&self, tx: &mut Tx, person: &PersonId, name: &str) -> Result<(), DbError> {
        if store::people::set_display_name(tx, person, name).await? {
            outgoing::enqueue_person(tx, self.clock(), person).await?;
        }
        Ok(())
    }

    /// Everybody, the longest known first.
    pub async fn list_people(&self) -> Result<Vec<Person>, Refusal> {
        let mut tx = self.db().read().await?;
        Ok(store::people::all(&mut tx).await?)
    }

    /// Gives somebody another role; it holds from their next request on.
    pub async fn set_role(&self, email: &str, role: Role) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        let person = holder(&mut tx, email).await?;
        store::people::set_role(&mut tx, &person.id, role).await?;
        self.commit_access(tx, &person).await
    }

    /// Gives somebody a password and ends their sessions.
    pub async fn set_password(&self, email: &str, password: &str) -> Result<(), Refusal> {
        let hash = checked_hash("password", password).await?;
        let mut tx = self.db().write().await?;
        let person = holder(&mut tx, email).await?;
        store::people::set_password_hash(&mut tx, &person.id, &hash).await?;
        sessions::end_all(&mut tx, &person.id).await?;
        self.commit_access(tx, &person).await
    }

    /// Puts somebody off the desk at once: their sessions end, and they cannot sign in.
    pub async fn disable(&self, email: &str) -> Result<(), Refusal> {
        self.set_disabled(email, Some(self.clock().now())).await
    }

    /// Lets somebody sign in again.
    pub async fn enable(&self, email: &str) -> Result<(), Refusal> {
        self.set_disabled(email, None).await
    }

    async fn set_disabled(&self, email: &str, at: Option<Time>) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        let person = holder(&mut tx, email).await?;
        store::people::set_disabled(&mut tx, &person.id, at).await?;
        sessions::end_all(&mut tx, &person.id).await?;
        self.commit_access(tx, &person).await
    }

    /// Commits that a person may do other things than before: those who watch as them are told at once.
    pub(super) async fn commit_access(&self, mut tx: Tx, person: &Person) -> Result<(), Refusal> {
        self.note_access(&mut tx, &person.id).await?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(())
    }

    /// Writes down that a person may do other things than before, and what follows: who is no staff is in no team and in
    /// no room of notes. The caller wakes the outbox.
    pub(super) async fn note_access(&self, tx: &mut Tx, person: &PersonId) -> Result<(), DbError> {
        store::changes::note_access(tx, person, self.clock().now()).await?;
        if store::people::by_id(tx, person).await?.is_some_and(|person| !person.role.is_staff()) {
            store::teams::leave_all(tx, person).await?;
        }
        notes::members::look_at(tx, self.clock(), person).await
    }

    /// The people with these ids, asked for at once.
    pub async fn people_named(&self, ids: &[PersonId]) -> Result<HashMap<PersonId, Person>, Refusal> {
        let mut tx = self.db().read().await?;
        Ok(store::people::by_ids(&mut tx, ids).await?)
    }
}

pub(super) async fn checked_hash(field: &str, password: &str) -> Result<String, Refusal> {
    passwords::check(field, password)?;
    passwords::hash(password).await
}

pub(super) async fn holder(tx: &mut Tx, email: &str) -> Result<Person, Refusal> {
    let email = people::email("email", email)?;
    store::people::by_email(tx, &email).await?.ok_or(Refusal::NotFound("person"))
}

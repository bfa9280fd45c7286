//! Who a token speaks for: a sign-in, a host application, or a key.
use super::Desk;
use super::access_tokens::{self, Subject};
use super::sign_in::{ENDED, token_hash};
use crate::domain::api_keys::{MARK, Scope};
use crate::domain::clock::Time;
use crate::domain::ids::{ApiKeyId, PersonId, SessionId};
use crate::domain::people::{self, Person, Role};
use crate::domain::{Refusal, text};
use crate::host::{HostError, Said};
use crate::store::api_keys::HostAccount;
use crate::store::people::NewPerson;
use crate::store::{self, Tx, api_keys, sessions};

/// How exactly the use of a key is noted: a write for every request would be many.
const NOTED: chrono::Duration = chrono::Duration::minutes(1);

/// What showed who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    Session(SessionId),
    /// A host application's word, with the context it gave.
    Host {
        context: Option<String>,
    },
    Key {
        id: ApiKeyId,
        scopes: Vec<Scope>,
    },
}

/// Somebody, as they are now.
#[derive(Clone, Debug)]
pub struct Identity {
    pub person: Person,
    /// The proof is good before it.
    pub until: Time,
    pub proof: Proof,
}

/// Which of the host's roles are roles of the desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostRoles {
    pub instructors: Vec<String>,
    pub admins: Vec<String>,
    /// Whether somebody with an account at the desk is the one of whom the host says that address.
    pub links_by_email: bool,
}

impl HostRoles {
    /// The highest role of the desk that is named; students otherwise.
    fn role_of(&self, said: &[String]) -> Role {
        let names =
            |known: &[String]| said.iter().any(|role| known.iter().any(|known| known.eq_ignore_ascii_case(role)));
        match () {
            () if names(&self.admins) => Role::Admin,
            () if names(&self.instructors) => Role::Instructor,
            () => Role::Student,
        }
    }
}

impl Desk {
    /// Whom the token speaks for: not disabled, and the token is not over.
    pub async fn identify(&self, token: &str) -> Result<Identity, Refusal> {
        if token.starts_with(MARK) {
            return self.holder_of_key(token).await;
        }
        let (secret, server) = (&self.settings().auth.jwt_secret, self.names().server().as_str());
        match access_tokens::read(secret, server, token, self.clock().now()) {
            Some((subject, until)) => self.in_session(subject, until).await,
            None => self.guest_of_host(token).await,
        }
    }

    /// Whom the token speaks for where somebody is there in person: keys are for requests alone.
    pub async fn identify_in_person(&self, token: &str) -> Result<Identity, Refusal> {
        let identity = self.identify(token).await?;
        match identity.proof {
            Proof::Key { .. } => Err(Refusal::Forbidden("a key cannot be used here: sign in")),
            Proof::Session(_) | Proof::Host { .. } => Ok(identity),
        }
    }

    async fn in_session(&self, Subject { person, session }: Subject, until: Time) -> Result<Identity, Refusal> {
        let mut tx = self.db().read().await?;
        if !sessions::is_alive(&mut tx, &session, &person).await? {
            return Err(ENDED);
        }
        Ok(Identity { person: enabled(&mut tx, &person).await?, until, proof: Proof::Session(session) })
    }

    async fn holder_of_key(&self, token: &str) -> Result<Identity, Refusal> {
        let now = self.clock().now();
        let mut tx = self.db().read().await?;
        let key = api_keys::by_hash(&mut tx, &token_hash(token)).await?;
        let key = key.filter(|key| key.revoked_at.is_none() && key.expires_at > now);
        let key = key.ok_or(Refusal::Unauthenticated("the key is not valid, or no longer"))?;
        let person = enabled(&mut tx, &key.person).await?;
        drop(tx);
        if key.last_used_at.is_none_or(|used| now - used >= NOTED) {
            let mut tx = self.db().write().await?;
            api_keys::used(&mut tx, &key.id, now).await?;
            tx.commit().await?;
        }
        Ok(Identity { person, until: key.expires_at, proof: Proof::Key { id: key.id, scopes: key.scopes } })
    }

    async fn guest_of_host(&self, token: &str) -> Result<Identity, Refusal> {
        let Some(host) = self.host() else { return Err(ENDED) };
        let said = host.read(token, self.clock().now()).await.map_err(|error| match error {
            HostError::Invalid(why) => {
                tracing::debug!(why, "a token was not taken");
                ENDED
            }
            HostError::Away(_) => Refusal::Unavailable(Box::new(error)),
        })?;
        let person = self.person_of_host(host.issuer(), &said).await?;
        if person.is_disabled() {
            return Err(ENDED);
        }
        Ok(Identity { person, until: said.until, proof: Proof::Host { context: said.context } })
    }

    /// The person of a subject: their row is made on first sight, and follows what the host says anew.
    async fn person_of_host(&self, issuer: &str, said: &Said) -> Result<Person, Refusal> {
        let of = (issuer, said.subject.as_str());
        let name = said.name.as_deref().map(|name| text::shortened(&text::storable(name), text::NAME_LIMIT));
        let name = name.filter(|name| !name.is_empty());
        let role = said.roles.as_ref().map(|roles| self.settings().host_roles.role_of(roles));
        let now_said = (name.clone(), role.map(|role| role.as_str().to_owned()));
        let mut tx = self.db().read().await?;
        if let Some(known) = api_keys::host_account(&mut tx, of).await? {
            let person = store::people::by_id(&mut tx, &known.person).await?.ok_or(ENDED)?;
            if (known.display_name, known.role) == now_said {
                return Ok(person);
            }
        }
        drop(tx);
        let mut tx = self.db().write().await?;
        let (display_name, role_name) = now_said;
        let Some(known) = api_keys::host_account(&mut tx, of).await? else {
            let person = self.newly_seen(&mut tx, said, name.as_deref()).await?;
            let account = HostAccount { person: person.clone(), display_name, role: role_name };
            if !api_keys::insert_host_account(&mut tx, of, &account).await? {
                // Somebody saw them first, at the same instant.
                drop(tx);
                return Box::pin(self.person_of_host(issuer, said)).await;
            }
            self.follow_host(&mut tx, &person, (None, role)).await?;
            let person = store::people::by_id(&mut tx, &person).await?.ok_or(ENDED)?;
            tx.commit().await?;
            tracing::info!(person.id = %person.id, "somebody of the host application came for the first time");
            return Ok(person);
        };
        let new_name = name.filter(|name| known.display_name.as_ref() != Some(name));
        let new_role = role.filter(|role| known.role.as_deref() != Some(role.as_str()));
        let account = HostAccount { person: known.person, display_name, role: role_name };
        api_keys::update_host_account(&mut tx, of, &account).await?;
        self.follow_host(&mut tx, &account.person, (new_name.as_deref(), new_role)).await?;
        let person = store::people::by_id(&mut tx, &account.person).await?.ok_or(ENDED)?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(person)
    }

    /// Somebody whom the host names for the first time: whoever has that address here, where the operator wants it, or a
    /// new student.
    async fn newly_seen(&self, tx: &mut Tx, said: &Said, name: Option<&str>) -> Result<PersonId, Refusal> {
        let email = said.email.as_deref().and_then(|email| people::email("email", email).ok());
        let holder = match &email {
            Some(email) => store::people::by_email(tx, email).await?,
            None => None,
        };
        match holder {
            Some(holder) if self.settings().host_roles.links_by_email => return Ok(holder.id),
            _ => {}
        }
        let id = PersonId::fresh(self.clock());
        let mut new = NewPerson {
            id: id.clone(),
            email,
            display_name: name.unwrap_or("Student").to_owned(),
            role: Role::Student,
            password_hash: None,
            matrix_id: None,
            created_at: self.clock().now(),
        };
        if !store::people::insert(tx, &new).await? {
            // The address is somebody else's.
            new.email = None;
            store::people::insert(tx, &new).await?;
        }
        Ok(id)
    }

    async fn follow_host(
        &self,
        tx: &mut Tx,
        person: &PersonId,
        (name, role): (Option<&str>, Option<Role>),
    ) -> Result<(), Refusal> {
        if let Some(name) = name {
            self.call(tx, person, name).await?;
        }
        if let Some(role) = role {
            store::people::set_role(tx, person, role).await?;
            self.note_access(tx, person).await?;
        }
        Ok(())
    }
}

async fn enabled(tx: &mut Tx, id: &PersonId) -> Result<Person, Refusal> {
    let person = store::people::by_id(tx, id).await?;
    person.filter(|person| !person.is_disabled()).ok_or(ENDED)
}

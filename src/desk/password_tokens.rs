//! Choosing a password: by an invitation, by a reset, or with the present one.
//!
//! Invitations and resets are tokens of 32 random bytes, good once and for a while; the database has their hashes.
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;
use url::Url;

use super::people::{checked_hash, holder};
use super::sign_in::{Origin, SignedIn, token_hash};
use super::{Desk, audit, passwords};
use crate::domain::audit::Deed;
use crate::domain::clock::Time;
use crate::domain::ids::{MailId, PersonId, SessionId, secret_bytes};
use crate::domain::mails::Pace;
use crate::domain::people::{self, Person};
use crate::domain::{Refusal, text};
use crate::store::mails::{self, NewMail};
use crate::store::password_tokens::{self, Purpose};
use crate::store::{self, DbError, Tx, sessions};

/// What lets somebody choose a password, for whoever hands it to them.
#[derive(Clone, Debug)]
pub struct PasswordLink {
    pub token: String,
    /// Opens the page for it; the token is in the fragment, which no server on the way gets to see.
    pub link: String,
    pub expires_at: Time,
}

fn no_such_token() -> Refusal {
    Refusal::field("token", "is not valid, or no longer; ask for another one")
}

impl Desk {
    /// A token for somebody; it takes the place of those they had.
    pub(super) async fn give_password_token(
        &self,
        tx: &mut Tx,
        person: &PersonId,
        purpose: Purpose,
    ) -> Result<PasswordLink, DbError> {
        let token = BASE64_URL_SAFE_NO_PAD.encode(secret_bytes::<32>());
        self.keep_password_token(tx, person, (purpose, token)).await
    }

    /// The same, and a mail that brings it to them.
    pub(super) async fn mail_password_token(
        &self,
        tx: &mut Tx,
        (person, by): (&PersonId, Option<&PersonId>),
        purpose: Purpose,
    ) -> Result<PasswordLink, DbError> {
        let id = MailId::fresh(self.clock());
        let link = self.keep_password_token(tx, person, (purpose, self.secret_of_mail(&id))).await?;
        let details = json!({"by": by, "until": link.expires_at.timestamp_millis()}).to_string();
        let now = self.clock().now();
        let mail = NewMail {
            id,
            person,
            occasion: purpose.as_str(),
            ticket: None,
            details: &details,
            pace: Pace::Now,
            due: now,
            created_at: now,
        };
        mails::insert(tx, &mail).await?;
        Ok(link)
    }

    /// What the link in this mail proves its holder by.
    pub(super) fn secret_of_mail(&self, id: &MailId) -> String {
        self.links().secret(id)
    }

    async fn keep_password_token(
        &self,
        tx: &mut Tx,
        person: &PersonId,
        (purpose, token): (Purpose, String),
    ) -> Result<PasswordLink, DbError> {
        let auth = &self.settings().auth;
        let lifetime = match purpose {
            Purpose::Invitation => auth.invitation,
            Purpose::Reset => auth.password_reset,
        };
        let expires_at = self.clock().now() + lifetime;
        password_tokens::replace(tx, person, (&token_hash(&token), purpose), expires_at).await?;
        Ok(PasswordLink { link: self.password_link(purpose, &token).into(), token, expires_at })
    }

    /// The page on which a password is chosen with this token.
    pub(super) fn password_link(&self, purpose: Purpose, token: &str) -> Url {
        let page = match purpose {
            Purpose::Invitation => "invitation",
            Purpose::Reset => "password-reset",
        };
        self.page(&format!("{page}#token={token}"))
    }

    /// Writes a mail down for each of those who asked for another password since the last time. That is not done where
    /// they ask, so that the answer takes as long for addresses that nobody has.
    pub(super) async fn answer_those_who_asked(&self) -> Result<(), DbError> {
        const AT_ONCE: i64 = 50;
        for person in password_tokens::asking(&mut self.db().read().await?, AT_ONCE).await? {
            let mut tx = self.db().write().await?;
            if password_tokens::set_mailed(&mut tx, &person).await? {
                self.mail_password_token(&mut tx, (&person, None), Purpose::Reset).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// A link with which the holder of this address may choose another password; for the command line.
    pub async fn reset_link(&self, email: &str) -> Result<PasswordLink, Refusal> {
        let mut tx = self.db().write().await?;
        let person = holder(&mut tx, email).await?;
        let given = self.give_password_token(&mut tx, &person.id, Purpose::Reset).await?;
        tx.commit().await?;
        Ok(given)
    }

    /// A token with which somebody may choose another password, for an admin to hand on.
    pub async fn reset_password_of(&self, by: &Person, id: &PersonId) -> Result<PasswordLink, Refusal> {
        by.manages_people()?;
        let mut tx = self.db().write().await?;
        let person = store::people::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound("person"))?;
        if person.email.is_none() {
            return Err(Refusal::Conflict("they have no e-mail address to sign in with".to_owned()));
        }
        let given = self.give_password_token(&mut tx, id, Purpose::Reset).await?;
        let deed = (Deed::PasswordResetGiven, id.as_str());
        audit::note(&mut tx, self.clock(), Some(by), deed, json!({})).await?;
        tx.commit().await?;
        Ok(given)
    }

    /// Notes that the holder of this address wants another password. Nothing tells whether there is one: the same is
    /// written and committed for addresses that nobody has, and beyond the limit of attempts nothing is said either.
    pub async fn ask_for_password(&self, email: &str, from: Origin<'_>) -> Result<(), Refusal> {
        let email = people::email("email", email)?;
        match self.count_attempt(&self.counters("reset ", from.address, &email)).await {
            Err(Refusal::TooMany { .. }) => return Ok(()),
            counted => counted?,
        }
        let mut tx = self.db().write().await?;
        password_tokens::note_asked(&mut tx, &email, self.clock().now()).await?;
        tx.commit().await?;
        self.wake_outbox();
        Ok(())
    }

    /// Gives the token's person a password; their sessions end.
    pub async fn choose_password(&self, token: &str, password: &str) -> Result<(), Refusal> {
        let (tx, person) = self.use_token((token, Purpose::Reset), password).await?;
        self.commit_access(tx, &person).await
    }

    /// Gives whoever was invited their password, and the name they want if they say one, and begins a session.
    pub async fn accept_invitation(
        &self,
        token: &str,
        password: &str,
        display_name: Option<&str>,
        from: Origin<'_>,
    ) -> Result<SignedIn, Refusal> {
        let name = display_name.map(|name| text::line("displayName", name, text::NAME_LIMIT)).transpose()?;
        let (mut tx, mut person) = self.use_token((token, Purpose::Invitation), password).await?;
        if let Some(name) = name {
            self.call(&mut tx, &person.id, &name).await?;
            person.display_name = name;
        }
        let session = SessionId::fresh(self.clock());
        let signed_in = self.give_tokens(&mut tx, person.clone(), session, from.user_agent).await?;
        self.commit_access(tx, &person).await?;
        self.wake_outbox();
        Ok(signed_in)
    }

    /// Uses a token up for a password; the transaction is the caller's to commit.
    async fn use_token(&self, (token, purpose): (&str, Purpose), password: &str) -> Result<(Tx, Person), Refusal> {
        let (hash, now) = (token_hash(token), self.clock().now());
        passwords::check("password", password)?;
        // Before a password is hashed for nobody, which is slow on purpose.
        let mut tx = self.db().read().await?;
        password_tokens::holder(&mut tx, (&hash, purpose), now).await?.ok_or_else(no_such_token)?;
        drop(tx);
        let password_hash = checked_hash("password", password).await?;
        let mut tx = self.db().write().await?;
        let id = password_tokens::take(&mut tx, (&hash, purpose), now).await?.ok_or_else(no_such_token)?;
        let person = store::people::by_id(&mut tx, &id).await?.ok_or_else(no_such_token)?;
        if person.is_disabled() {
            return Err(no_such_token());
        }
        store::people::set_password_hash(&mut tx, &id, &password_hash).await?;
        password_tokens::settle(&mut tx, &id).await?;
        sessions::end_all(&mut tx, &id).await?;
        Ok((tx, person))
    }

    /// Gives somebody who knows the present password another one; their other sessions end. Attempts are counted, so
    /// that whoever has found a signed-in browser cannot try passwords at will.
    pub async fn change_password(
        &self,
        (person, session): (&Person, &SessionId),
        (present, new): (&str, &str),
        from: Origin<'_>,
    ) -> Result<(), Refusal> {
        let wrong = || Refusal::field("currentPassword", "is not your present password");
        passwords::check("newPassword", new)?;
        let keys = self.counters("password ", from.address, person.id.as_str());
        self.count_attempt(&keys).await?;
        let mut tx = self.db().read().await?;
        let known = store::people::password_hash(&mut tx, &person.id).await?;
        drop(tx);
        if !passwords::verify(present, known.as_deref()).await? {
            return Err(wrong());
        }
        let hash = checked_hash("newPassword", new).await?;
        let mut tx = self.db().write().await?;
        if sessions::locked_password_hash(&mut tx, &person.id).await? != known {
            return Err(wrong());
        }
        self.forgive(&mut tx, &keys).await?;
        store::people::set_password_hash(&mut tx, &person.id, &hash).await?;
        password_tokens::settle(&mut tx, &person.id).await?;
        sessions::end_others(&mut tx, &person.id, session).await?;
        self.commit_access(tx, person).await
    }
}

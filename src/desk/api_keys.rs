//! Keys of programs: made and ended by admins.
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::Duration;
use serde_json::json;

use super::sign_in::token_hash;
use super::{Desk, audit};
use crate::domain::api_keys::{ApiKey, MARK, Scope};
use crate::domain::audit::Deed;
use crate::domain::ids::{ApiKeyId, PersonId, secret_bytes};
use crate::domain::people::Person;
use crate::domain::{Refusal, text};
use crate::store::{self, api_keys};

/// How much of a key is shown afterwards: its mark and six characters of chance.
const SHOWN: usize = MARK.len() + 6;
/// For how many days a key is good unless it is said, and at most.
pub const USUAL_DAYS: i64 = 365;
pub const MOST_DAYS: i64 = 3_650;
/// The most keys of a desk that are listed.
const MOST: i64 = 500;

/// A key to make.
#[derive(Clone, Debug, Default)]
pub struct NewKey {
    pub name: String,
    /// As whom it acts; whoever makes it, when nobody is said.
    pub person: Option<PersonId>,
    pub scopes: Vec<Scope>,
    pub days: Option<i64>,
}

impl Desk {
    /// Makes a key. Its text is given out here alone.
    pub async fn create_key(&self, by: &Person, new: NewKey) -> Result<(ApiKey, String), Refusal> {
        by.manages_people()?;
        let name = text::line("name", &new.name, text::NAME_LIMIT)?;
        let days = new.days.unwrap_or(USUAL_DAYS);
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(Refusal::field("days", format!("must be a number from 1 to {MOST_DAYS}")));
        }
        let mut scopes = new.scopes;
        scopes.sort();
        scopes.dedup();
        if scopes.is_empty() {
            return Err(Refusal::field("scopes", "must not be empty"));
        }
        let secret = format!("{MARK}{}", BASE64_URL_SAFE_NO_PAD.encode(secret_bytes::<32>()));
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let person = store::people::by_id(&mut tx, new.person.as_ref().unwrap_or(&by.id)).await?;
        let person = person.filter(|person| !person.is_disabled());
        let person = person.ok_or_else(|| Refusal::field("userId", "is nobody who can use the desk"))?;
        let key = ApiKey {
            id: ApiKeyId::fresh(self.clock()),
            prefix: secret[..SHOWN].to_owned(),
            name,
            person: person.id,
            scopes,
            created_by: by.id.clone(),
            created_at: now,
            expires_at: now + Duration::days(days),
            last_used_at: None,
            revoked_at: None,
        };
        api_keys::insert(&mut tx, &key, &token_hash(&secret)).await?;
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        let details = json!({"name": key.name, "prefix": key.prefix, "scopes": scopes, "person": key.person});
        let deed = (Deed::KeyCreated, key.id.as_str());
        audit::note(&mut tx, self.clock(), Some(by), deed, details).await?;
        tx.commit().await?;
        Ok((key, secret))
    }

    /// Every key, the latest first, also those that are over.
    pub async fn keys(&self, by: &Person) -> Result<Vec<ApiKey>, Refusal> {
        by.manages_people()?;
        Ok(api_keys::list(&mut self.db().read().await?, MOST).await?)
    }

    /// Ends a key at once.
    pub async fn revoke_key(&self, by: &Person, id: &ApiKeyId) -> Result<(), Refusal> {
        by.manages_people()?;
        let mut tx = self.db().write().await?;
        let person = api_keys::revoke(&mut tx, id, self.clock().now()).await?.ok_or(Refusal::NotFound("key"))?;
        let deed = (Deed::KeyRevoked, id.as_str());
        audit::note(&mut tx, self.clock(), Some(by), deed, json!({"person": person})).await?;
        Ok(tx.commit().await?)
    }
}

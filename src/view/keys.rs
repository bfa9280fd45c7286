//! Keys of programs.
use serde::Serialize;
use utoipa::ToSchema;

use super::people::{People, PersonRef};
use super::{Moment, time};
use crate::domain::api_keys::{ApiKey, Scope};
use crate::domain::ids::{ApiKeyId, PersonId};

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    pub id: ApiKeyId,
    /// How the key begins.
    pub prefix: String,
    pub name: String,
    /// As whom it acts.
    pub user: PersonRef,
    #[schema(value_type = Vec<Scope>)]
    pub scopes: Vec<&'static str>,
    pub created_by: PersonRef,
    pub created_at: Moment,
    pub expires_at: Moment,
    /// To the minute; `null` while it was not used.
    pub last_used_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
}

/// A key that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreatedApiKey)]
pub struct Created {
    #[serde(flatten)]
    pub key: Key,
    /// The key itself, which is told once.
    pub secret: String,
}

impl Key {
    /// `people` holds at least those of [`people_of`].
    pub fn new(key: &ApiKey, people: &People) -> Self {
        Self {
            id: key.id.clone(),
            prefix: key.prefix.clone(),
            name: key.name.clone(),
            user: people.get(&key.person),
            scopes: key.scopes.iter().map(|scope| scope.as_str()).collect(),
            created_by: people.get(&key.created_by),
            created_at: time(key.created_at),
            expires_at: time(key.expires_at),
            last_used_at: key.last_used_at.map(time),
            revoked_at: key.revoked_at.map(time),
        }
    }
}

/// Everybody whom these keys show.
pub fn people_of(keys: &[ApiKey]) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = keys.iter().flat_map(|key| [key.person.clone(), key.created_by.clone()]).collect();
    people.sort();
    people.dedup();
    people
}

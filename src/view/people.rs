//! People as others see them, and as they see themselves.
use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ids::PersonId;
use crate::domain::people::{Person, Role};

/// Somebody as everybody in a ticket may know them: no address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonRef {
    pub id: PersonId,
    pub display_name: String,
    #[schema(value_type = Role)]
    pub role: &'static str,
    /// Their picture, for whoever is told of it; `null` without one.
    pub avatar_url: Option<String>,
}

impl From<&Person> for PersonRef {
    fn from(person: &Person) -> Self {
        let (id, display_name) = (person.id.clone(), person.display_name.clone());
        Self { id, display_name, role: person.role.as_str(), avatar_url: avatar_url(person) }
    }
}

fn avatar_url(person: &Person) -> Option<String> {
    person.avatar.as_ref().map(|avatar| format!("/api/avatars/{}", avatar.as_str()))
}

/// The people whom a page of rows mentions.
#[derive(Clone, Debug, Default)]
pub struct People(HashMap<PersonId, Person>);

impl From<HashMap<PersonId, Person>> for People {
    fn from(people: HashMap<PersonId, Person>) -> Self {
        Self(people)
    }
}

impl People {
    /// The person, if the page asked for them.
    pub fn find(&self, id: &PersonId) -> Option<&Person> {
        self.0.get(id)
    }

    pub(super) fn get(&self, id: &PersonId) -> PersonRef {
        let person = self.0.get(id);
        person.expect("rows name people by foreign key, and a page asks for everybody it mentions").into()
    }
}

/// Somebody who belongs to a ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    #[serde(flatten)]
    pub person: PersonRef,
    /// Their own Matrix account; only staff learn it.
    pub matrix_id: Option<String>,
}

impl Participant {
    /// `person` as staff may know them.
    pub fn seen_by_staff(person: &Person) -> Self {
        Self { person: person.into(), matrix_id: person.matrix_id.as_ref().map(ToString::to_string) }
    }

    /// `person` as everybody in a ticket may know them.
    pub fn seen_by_others(person: &Person) -> Self {
        Self { person: person.into(), matrix_id: None }
    }

    /// `person` as `viewer` may know them.
    pub fn seen_by(viewer: &Person, person: &Person) -> Self {
        let known = viewer.role.is_staff() || viewer.id == person.id;
        let matrix_id = person.matrix_id.as_ref().filter(|_| known).map(ToString::to_string);
        Self { person: person.into(), matrix_id }
    }
}

/// Somebody as they see themselves.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    pub id: PersonId,
    pub email: Option<String>,
    pub display_name: String,
    #[schema(value_type = Role)]
    pub role: &'static str,
    pub matrix_id: Option<String>,
    pub avatar_url: Option<String>,
}

/// Somebody as they see themselves, with what they have set.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnSettings {
    #[serde(flatten)]
    pub me: Me,
    /// Whether others are not to know how far they have read.
    pub hide_read_receipts: bool,
}

impl From<&Person> for Me {
    fn from(person: &Person) -> Self {
        Self {
            id: person.id.clone(),
            email: person.email.clone(),
            display_name: person.display_name.clone(),
            role: person.role.as_str(),
            matrix_id: person.matrix_id.as_ref().map(ToString::to_string),
            avatar_url: avatar_url(person),
        }
    }
}

//! People as those who manage them see them.
use serde::Serialize;
use utoipa::ToSchema;

use super::lists::List;
use super::people::{Me, PersonRef};
use super::tickets::TeamRef;
use super::{Moment, cursor};
use crate::desk::password_tokens::PasswordLink;
use crate::store::roster;

/// Somebody as admins see them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    #[serde(flatten)]
    person: Me,
    created_at: Moment,
    /// `null` while they may sign in.
    disabled_at: Option<Moment>,
    has_password: bool,
    /// When they asked for another password, until they have one.
    password_reset_asked_at: Option<Moment>,
    teams: Vec<TeamRef>,
}

impl From<&roster::Listed> for User {
    fn from(listed: &roster::Listed) -> Self {
        Self {
            person: Me::from(&listed.person),
            created_at: super::time(listed.person.created_at),
            disabled_at: listed.person.disabled_at.map(super::time),
            has_password: listed.has_password,
            password_reset_asked_at: listed.reset_asked_at.map(super::time),
            teams: listed.teams.iter().map(|(id, name)| TeamRef { id: id.clone(), name: name.clone() }).collect(),
        }
    }
}

/// The first `limit` of these people; the list goes on when there are more.
pub fn list(people: &[roster::Listed], limit: i64) -> List<User> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let page = people.get(..limit).unwrap_or(people);
    let last = page.last().filter(|_| people.len() > limit);
    List {
        items: page.iter().map(User::from).collect(),
        next_cursor: last.map(|last| cursor::after_person(&last.person)),
    }
}

/// Somebody to whom a ticket can be given.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assignable {
    #[serde(flatten)]
    person: PersonRef,
    /// Tickets of theirs that are neither resolved nor closed.
    open_tickets: i64,
}

impl From<&roster::Assignable> for Assignable {
    fn from(one: &roster::Assignable) -> Self {
        Self { person: PersonRef::from(&one.person), open_tickets: one.open_tickets }
    }
}

/// What lets somebody choose a password, once.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PasswordLink)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    token: String,
    link: String,
    expires_at: Moment,
}

impl From<PasswordLink> for Link {
    fn from(given: PasswordLink) -> Self {
        Self { token: given.token, link: given.link, expires_at: super::time(given.expires_at) }
    }
}

/// Somebody who was added.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CreatedUser)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    #[serde(flatten)]
    pub user: User,
    /// To hand on; `null` when they were given a password.
    pub invitation: Option<Link>,
}

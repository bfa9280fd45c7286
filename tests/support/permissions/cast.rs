//! The people of the table, and the tokens they show.
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use roomdesk::domain::people;
use serde_json::{Value, json};

use super::table::{Role, Scope};
use crate::support::account::{Account, text};
use crate::support::form::png;
use crate::support::site::{PASSWORD, address};
use crate::support::{Socket, TestDesk};

const SCOPES: [(Scope, &str); 3] = [(Scope::Read, "read"), (Scope::Write, "write"), (Scope::Admin, "admin")];

/// Everybody, on a desk of their own.
pub struct Cast<'d> {
    pub desk: &'d TestDesk,
    /// Whose tickets are asked about.
    pub ann: Account,
    other: Account,
    pub pia: Account,
    /// Writes the notes, and begins jobs.
    pub ben: Account,
    /// Has the tickets that are confidential.
    pub rita: Account,
    unnamed: Account,
    pub eve: Account,
    disabled: Account,
    /// What the disabled one's sign-in gave.
    pub old_refresh_token: String,
    /// To be named in tickets, and to be given them.
    pub sam: Account,
    /// To be let into tickets.
    pub gus: Account,
    /// The keys that lack a scope, and those that have it alone.
    keys: HashMap<(Scope, Role), String>,
    /// The picture of somebody.
    pub avatar: String,
    counter: AtomicUsize,
}

impl<'d> Cast<'d> {
    pub async fn gathers(desk: &'d TestDesk) -> Self {
        let (admin, student) = (people::Role::Admin, people::Role::Student);
        let (ann, other, pia, gus) = (
            desk.account("Ann Lee", student).await,
            desk.account("Otto Poe", student).await,
            desk.account("Pia Lux", student).await,
            desk.account("Gus Day", student).await,
        );
        let (ben, rita, unnamed, sam) = (
            desk.instructor("Ben Ode").await,
            desk.instructor("Rita Roe").await,
            desk.instructor("Una May").await,
            desk.instructor("Sam Hill").await,
        );
        let (eve, disabled) = (desk.account("Eve Fox", admin).await, desk.account("Dan Orr", admin).await);
        let old_refresh_token = text(&signs_in(desk, &address("Dan Orr")).await["refreshToken"]);
        desk.disables("Dan Orr").await;
        let keys = keys(&eve).await;
        let picture = gus.request(Method::PUT, "/api/auth/me/avatar").bytes(png(64, 64));
        let avatar = text(&picture.send().await.expect(200)["avatarUrl"]);
        let counter = AtomicUsize::new(0);
        Self {
            desk,
            ann,
            other,
            pia,
            ben,
            rita,
            unnamed,
            eve,
            disabled,
            old_refresh_token,
            sam,
            gus,
            keys,
            avatar,
            counter,
        }
    }

    /// A number that nothing has yet.
    pub fn number(&self) -> usize {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// Who asks, if it is anybody.
    pub fn account(&self, role: Role) -> Option<&Account> {
        Some(match role {
            Role::Owner => &self.ann,
            Role::Other => &self.other,
            Role::Participant => &self.pia,
            Role::Instructor => &self.ben,
            Role::Assignee => &self.rita,
            Role::Unnamed => &self.unnamed,
            Role::Admin | Role::AdminUnnamed | Role::KeyWithout | Role::Key => &self.eve,
            Role::Disabled => &self.disabled,
            Role::Nobody => return None,
        })
    }

    /// The address with which they sign in.
    pub fn email(&self, role: Role) -> String {
        address(match role {
            Role::Owner => "Ann Lee",
            Role::Other => "Otto Poe",
            Role::Participant => "Pia Lux",
            Role::Instructor => "Ben Ode",
            Role::Assignee => "Rita Roe",
            Role::Unnamed => "Una May",
            Role::Admin | Role::AdminUnnamed | Role::KeyWithout | Role::Key => "Eve Fox",
            Role::Disabled => "Dan Orr",
            Role::Nobody => "Nobody Known",
        })
    }

    /// The role that somebody like them has at the desk.
    pub fn like(role: Role) -> people::Role {
        match role {
            Role::Owner | Role::Other | Role::Participant | Role::Nobody => people::Role::Student,
            Role::Instructor | Role::Assignee | Role::Unnamed => people::Role::Instructor,
            Role::Admin | Role::AdminUnnamed | Role::KeyWithout | Role::Key | Role::Disabled => people::Role::Admin,
        }
    }

    /// What is shown as `Authorization`.
    pub fn token(&self, role: Role, scope: Scope) -> Option<&str> {
        match role {
            Role::KeyWithout | Role::Key => Some(&self.keys[&(scope, role)]),
            _ => self.account(role).map(Account::token),
        }
    }

    /// The socket with which they come, or why they are not let in.
    pub async fn connects(&self, role: Role, scope: Scope) -> Result<Socket, String> {
        let auth = json!({"token": self.token(role, scope).unwrap_or("made up")});
        Socket::tries_with(&self.eve, auth).await
    }
}

/// A session of whoever has this address.
pub async fn signs_in(desk: &TestDesk, email: &str) -> Value {
    let body = json!({"email": email, "password": PASSWORD});
    desk.rest.post("/api/auth/login", &body).send().await.expect(200)
}

async fn keys(eve: &Account) -> HashMap<(Scope, Role), String> {
    let mut keys = HashMap::new();
    for (scope, name) in SCOPES {
        let others: Vec<&str> = SCOPES.iter().filter(|(other, _)| *other != scope).map(|(_, name)| *name).collect();
        for (role, scopes) in [(Role::KeyWithout, others), (Role::Key, vec![name])] {
            keys.insert((scope, role), makes_key(eve, &scopes).await);
        }
    }
    // Where no scope helps, or none is asked for, a key has them all.
    let all = makes_key(eve, &SCOPES.map(|(_, name)| name)).await;
    for scope in [Scope::None, Scope::Any] {
        keys.extend([Role::KeyWithout, Role::Key].map(|role| ((scope, role), all.clone())));
    }
    keys
}

async fn makes_key(eve: &Account, scopes: &[&str]) -> String {
    let made = eve.post("/api/keys", &json!({"name": "For a program", "scopes": scopes})).await.expect(201);
    text(&made["secret"])
}

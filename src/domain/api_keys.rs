//! Keys with which programs act as somebody, within bounds.
use super::clock::Time;
use super::ids::{ApiKeyId, PersonId};

/// What every key begins with, so that it is recognised where it does not belong.
pub const MARK: &str = "rdk_";

/// What a key is good for; what its person may not do, it may not either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Looking at tickets and conversations.
    Read,
    /// Opening, answering and changing tickets.
    Write,
    /// Managing people and teams, reading the audit log, and looking after the bridge.
    Admin,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// What a request needs; none for what no key may do: passwords, sessions, and keys themselves are people's own.
    pub fn needed(is_reading: bool, path: &str) -> Option<Self> {
        let is_below =
            |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if is_below("/api/keys") || is_below("/api/auth") {
            return (is_reading && path == "/api/auth/me").then_some(Self::Read);
        }
        let is_managing = is_below("/api/audit")
            || is_below("/api/bridge")
            || is_below("/api/users") && !(is_reading && path == "/api/users/assignable")
            || is_below("/api/teams") && !is_reading;
        Some(match is_reading {
            _ if is_managing => Self::Admin,
            true => Self::Read,
            false => Self::Write,
        })
    }
}

/// A key, without what it is checked against.
#[derive(Clone, Debug)]
pub struct ApiKey {
    pub id: ApiKeyId,
    /// The beginning of the key.
    pub prefix: String,
    pub name: String,
    /// As whom it acts.
    pub person: PersonId,
    pub scopes: Vec<Scope>,
    pub created_by: PersonId,
    pub created_at: Time,
    pub expires_at: Time,
    /// To the minute.
    pub last_used_at: Option<Time>,
    pub revoked_at: Option<Time>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_needs_the_scope_of_what_it_does() {
        for (is_reading, path, needed) in [
            (true, "/api/support/tickets", Some(Scope::Read)),
            (false, "/api/support/tickets", Some(Scope::Write)),
            (true, "/api/users/assignable", Some(Scope::Read)),
            (true, "/api/users", Some(Scope::Admin)),
            (false, "/api/users/usr_1", Some(Scope::Admin)),
            (true, "/api/teams", Some(Scope::Read)),
            (false, "/api/teams/tea_1", Some(Scope::Admin)),
            (true, "/api/audit", Some(Scope::Admin)),
            (true, "/api/bridge", Some(Scope::Admin)),
            (false, "/api/bridge/dead-letters/replay", Some(Scope::Admin)),
            (true, "/api/auth/me", Some(Scope::Read)),
            (false, "/api/auth/me", None),
            (false, "/api/auth/me/password", None),
            (true, "/api/auth/sessions", None),
            (true, "/api/keys", None),
            (false, "/api/keys", None),
        ] {
            assert_eq!(Scope::needed(is_reading, path), needed, "{path}");
        }
    }
}

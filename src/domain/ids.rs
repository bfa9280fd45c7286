//! Identifiers: a short prefix that names the kind, then a ULID in lower case, for example `tkt_01k…`.
//!
//! They sort by the time of their making. Lower case keeps them valid inside Matrix user ids and aliases
//! (Matrix specification, appendices, "User Identifiers").
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, de};
use ulid::Ulid;

use super::clock::{Clock, Time, from_millis};

/// The text is not an identifier of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {0}_…")]
pub struct NotAnId(pub &'static str);

/// Bytes that nobody can guess, for tokens and salts.
#[expect(clippy::disallowed_methods, reason = "this is the source of chance")]
pub fn secret_bytes<const N: usize>() -> [u8; N] {
    rand::random()
}

/// The millisecond of the last id that this process gave, and its random part.
static LAST: Mutex<(u64, u128)> = Mutex::new((0, 0));

fn fresh(prefix: &str, clock: &Clock) -> String {
    let millis = u64::try_from(clock.now().timestamp_millis()).unwrap_or(0);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    *last = (millis, random_after(*last, millis));
    let ulid = Ulid::from_parts(millis, last.1);
    drop(last);
    format!("{prefix}_{}", ulid.to_string().to_lowercase())
}

/// Ids that one process gives in one millisecond are in order as well, each a leap of chance behind the one before.
fn random_after((then, random): (u64, u128), millis: u64) -> u128 {
    if then == millis {
        return random + 1 + u128::from(u64::from_le_bytes(secret_bytes()) >> 4);
    }
    // 79 of the 80 bits, so that leaps of at most 60 stay within them.
    u128::from_le_bytes(secret_bytes()) & ((1 << 79) - 1)
}

/// A number from 0 up to, not including, 1.
#[expect(clippy::disallowed_methods, reason = "this is the source of chance")]
pub fn chance() -> f64 {
    rand::random()
}

fn checked(prefix: &'static str, text: &str) -> Result<String, NotAnId> {
    let rest = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or(NotAnId(prefix))?;
    if rest.len() != 26 || rest.chars().any(|c| c.is_ascii_uppercase()) {
        return Err(NotAnId(prefix));
    }
    Ulid::from_string(rest).map_err(|_| NotAnId(prefix))?;
    Ok(text.to_owned())
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new one, never given before.
            pub fn fresh(clock: &Clock) -> Self {
                Self(fresh($prefix, clock))
            }
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                checked($prefix, text).map(Self)
            }
        }
        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A person: student, instructor or admin.
    PersonId, "usr"
);
id!(
    /// A ticket; its Matrix alias is made from it, never from the number people see.
    TicketId, "tkt"
);
id!(
    /// A message in a ticket; its Matrix event carries it, so that the echo is recognised.
    MessageId, "msg"
);
id!(
    /// A file of a ticket; the name under which it is stored begins with it.
    FileId, "fil"
);
id!(
    /// A text that an edited message has or had; its replacement event carries it.
    RevisionId, "rev"
);
id!(
    /// Somebody's reaction to a message; its event carries it.
    ReactionId, "rct"
);
id!(
    /// A note that staff wrote about a ticket; its Matrix event carries it.
    NoteId, "nte"
);
id!(
    /// The room of a ticket's notes; its alias is made from it, and nobody is shown it.
    NotesRoomId, "nrm"
);
id!(
    /// A line of a ticket's timeline.
    TimelineId, "tln"
);
id!(
    /// A team of staff.
    TeamId, "tea"
);
id!(
    /// A line of the audit log.
    AuditId, "aud"
);
id!(
    /// A key of a program.
    ApiKeyId, "key"
);
id!(
    /// A job that leaves the process; it is the Matrix transaction id of what it sends.
    JobId, "job"
);
id!(
    /// Something that is done to many tickets.
    BulkId, "blk"
);
id!(
    /// A mail; its Message-ID is made of it.
    MailId, "mal"
);
id!(
    /// A chain of refresh tokens that began with one sign-in.
    SessionId, "ses"
);
id!(
    /// This run of the process, as the holder of leases.
    ProcessId, "prc"
);

impl SessionId {
    /// When the session began.
    pub fn began_at(&self) -> Time {
        let (_, ulid) = self.0.split_once('_').expect("every id has a prefix");
        let millis = Ulid::from_string(ulid).expect("an id was checked when it was made").timestamp_ms();
        from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_another_kind_is_refused() {
        let id = TicketId::fresh(&Clock::system());
        assert_eq!(id.as_str().parse::<TicketId>(), Ok(id.clone()));
        assert_eq!(id.as_str().parse::<PersonId>(), Err(NotAnId("usr")));
        assert!("tkt_".parse::<TicketId>().is_err());
        assert!(id.as_str().to_uppercase().parse::<TicketId>().is_err());
    }

    #[test]
    fn ids_of_one_millisecond_are_in_order() {
        let mut last = (7, random_after((6, u128::MAX >> 48), 7));
        for _ in 0..1_000 {
            let next = random_after(last, 7);
            assert!(next > last.1 && next < 1 << 80, "{next} behind {}", last.1);
            last.1 = next;
        }
    }
}

//! Ids that clients give to what they ask for, so that they may ask again when no answer came.
use std::fmt;

use serde::Serialize;

use super::ids::{MessageId, TicketId};
use super::refusal::FieldError;

/// The name of the field, wherever it is taken.
pub const FIELD: &str = "clientId";
/// Longest one, in characters.
pub const LIMIT: usize = 64;

/// What a client calls what it asked for: 1 to 64 letters, digits, `-`, `.`, `_` and `~` (the unreserved characters of
/// RFC 3986), so a UUID, a ULID or a counter. Each is one person's own, and means one thing for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// Reads what was given, if anything was.
    pub fn check(given: Option<&str>) -> Result<Option<Self>, FieldError> {
        let fits =
            |id: &str| id.len() <= LIMIT && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
        match given {
            None => Ok(None),
            Some(id) if !id.is_empty() && fits(id) => Ok(Some(Self(id.to_owned()))),
            Some(_) => {
                Err(FieldError::new(FIELD, format!("must be 1 to {LIMIT} characters of A-Z, a-z, 0-9, -, ., _ and ~")))
            }
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a client asked to be made: the same id may stand for one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Message,
    Ticket,
    Note,
}

impl Wanted {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Ticket => "ticket",
            Self::Note => "note",
        }
    }
}

/// What came of a request: messages, or whatever else has ids of this kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made<Id = MessageId> {
    /// The ticket that was opened, or written into.
    pub ticket: TicketId,
    /// The message of the text, if there was one.
    pub text: Option<Id>,
    /// Per file of the request its message, if it was taken.
    pub files: Vec<Option<Id>>,
}

/// Whether a request was the first of its kind, or an earlier one had made the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once<T> {
    First(T),
    Repeated(T),
}

impl<T> Once<T> {
    /// What there is now, whoever made it.
    pub fn made(self) -> T {
        match self {
            Self::First(made) | Self::Repeated(made) => made,
        }
    }

    pub fn is_repeated(&self) -> bool {
        matches!(self, Self::Repeated(_))
    }

    /// The same about a part of it.
    pub fn try_map<U, E>(self, part: impl FnOnce(T) -> Result<U, E>) -> Result<Once<U>, E> {
        Ok(match self {
            Self::First(made) => Once::First(part(made)?),
            Self::Repeated(made) => Once::Repeated(part(made)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_of_safe_characters() {
        let longest = "x".repeat(64);
        for good in ["1", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "tab3.Send_4~", &longest] {
            let read = ClientId::check(Some(good)).expect("fits").expect("was given");
            assert_eq!(read.as_str(), good);
        }
        for bad in ["", " ", "a b", "a/b", "a\0", "é", "a\n", &"x".repeat(65)] {
            assert_eq!(ClientId::check(Some(bad)).expect_err("does not fit").pointer, "/clientId", "{bad:?}");
        }
        assert_eq!(ClientId::check(None), Ok(None));
    }
}

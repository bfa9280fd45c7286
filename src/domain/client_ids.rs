//! Ids that clients give to what they ask for, so that they may ask again when no answer came.
use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};

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

/// The header in which a client names a request (draft-ietf-httpapi-idempotency-key-header-07, section 2.1).
pub const REQUEST_KEY: &str = "Idempotency-Key";
/// Longest key of a request, in characters.
pub const KEY_LIMIT: usize = 255;

/// What a client calls a request: 1 to 255 visible characters of ASCII. Each is one person's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey(String);

impl RequestKey {
    /// Reads the header: a string in quotes, as the draft has it (RFC 9651, section 3.3.3), or the bare key.
    pub fn read(given: &[u8]) -> Result<Self, FieldError> {
        let given = given.trim_ascii();
        let key = match given.strip_prefix(b"\"") {
            Some(rest) => rest.strip_suffix(b"\"").and_then(unquoted),
            None => Some(given.to_vec()).filter(|key| !key.contains(&b'"')),
        };
        let key = key.filter(|key| (1..=KEY_LIMIT).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic));
        let key = key.and_then(|key| String::from_utf8(key).ok());
        key.map(Self).ok_or_else(|| Self::wrong(&format!("must be 1 to {KEY_LIMIT} visible characters of ASCII")))
    }

    /// What is wrong with a key.
    pub fn wrong(why: &str) -> FieldError {
        FieldError::new(REQUEST_KEY, why)
    }

    /// The refusal of a key that stands for something else.
    pub fn given_before(&self) -> FieldError {
        Self::wrong("was given to another request before")
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same as the id of what is made: as it is when it fits, so that clients know it again.
    pub fn client_id(&self) -> ClientId {
        match ClientId::check(Some(&self.0)) {
            Ok(Some(id)) => id,
            Ok(None) | Err(_) => {
                let digest = Sha256::digest(&self.0);
                let digits: String = digest.iter().take(24).map(|byte| format!("{byte:02x}")).collect();
                ClientId(format!("key-{digits}"))
            }
        }
    }
}

/// What a request as a whole asks for, and under which id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub id: ClientId,
    /// Tells two requests under the same id apart.
    pub digest: String,
}

/// What stands between quotes, in which `\` comes before quotes and itself.
fn unquoted(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = text.iter();
    let mut key = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        key.push(match byte {
            b'"' => return None,
            b'\\' => *bytes.next().filter(|byte| b"\"\\".contains(byte))?,
            byte => *byte,
        });
    }
    Some(key)
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

    #[test]
    fn the_key_of_a_request_stands_bare_or_in_quotes() {
        let longest = "x".repeat(255);
        for (given, key) in [
            ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
            ("\"8e03978e\"", "8e03978e"),
            (" a/b;c=1 ", "a/b;c=1"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
            (&longest, &longest),
        ] {
            assert_eq!(RequestKey::read(given.as_bytes()).expect("fits").as_str(), key, "{given}");
        }
        for bad in ["", " ", "\"\"", "a b", "\"a b\"", "\"a", "a\"", "\"a\";b", "\"a\\b\"", "é", &"x".repeat(256)] {
            let wrong = RequestKey::read(bad.as_bytes()).expect_err("does not fit");
            assert_eq!(wrong.pointer, "/Idempotency-Key", "{bad:?}");
        }
    }

    #[test]
    fn a_key_is_the_id_of_what_is_made() {
        let id = |key: &str| RequestKey::read(key.as_bytes()).expect("fits").client_id();
        assert_eq!(id("\"tab3.Send_4~\"").as_str(), "tab3.Send_4~");
        let (one, other) = (id("a/1"), id(&"x".repeat(255)));
        assert_ne!(one, other);
        assert_eq!(one, id("\"a/1\""));
        for made in [one, other] {
            assert_eq!(ClientId::check(Some(made.as_str())), Ok(Some(made)));
        }
    }
}

//! Addresses that say which ticket an answer belongs to and whose it is: `support+<token>@example.org`.
//!
//! The token is 16 bytes of the ticket's id, 16 of the person's and 6 of an HMAC-SHA256 over both, in base64url: 51
//! characters, since there is little room before the `@`. Six bytes are enough: nobody
//! can try tokens but by sending mails, and the ids alone have 160 bits of chance.
use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use ulid::Ulid;

use crate::domain::ids::{PersonId, TicketId};

const PURPOSE: &[u8] = b"roomdesk: whose answer a mail is, 1";
/// The most characters before the `@` (RFC 5321, section 4.5.3.1.1).
const LONGEST_NAME: usize = 64;
const ID: usize = 16;
const PROOF: usize = 6;

/// Whose answer a mail would be, and to what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyTo {
    pub ticket: TicketId,
    pub person: PersonId,
}

/// What tokens are signed with.
#[derive(Clone)]
pub struct ReplyKey([u8; 32]);

impl fmt::Debug for ReplyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl ReplyKey {
    /// A key of its own, derived from a secret that the desk has anyway.
    pub fn derived_from(secret: &[u8]) -> Self {
        Self(hmac(secret, &[PURPOSE]))
    }

    /// `address` with a token; none when it would be too long, as with a name of more than 12 characters.
    pub fn address(&self, address: &str, reply: &ReplyTo) -> Option<String> {
        let (name, domain) = address.rsplit_once('@')?;
        let name = format!("{name}+{}", self.token(reply));
        (name.len() <= LONGEST_NAME).then(|| format!("{name}@{domain}"))
    }

    /// What an address that a mail came to says, if it bears a token of ours.
    pub fn read(&self, address: &str) -> Option<ReplyTo> {
        let (_, token) = address.rsplit_once('@')?.0.rsplit_once('+')?;
        let bytes: [u8; 2 * ID + PROOF] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (ids, proof) = bytes.split_at(2 * ID);
        let is_ours: bool = self.proof(ids).ct_eq(proof).into();
        let (ticket, person) = ids.split_at(ID);
        is_ours.then_some(ReplyTo { ticket: id("tkt", ticket)?, person: id("usr", person)? })
    }

    fn token(&self, reply: &ReplyTo) -> String {
        let mut bytes = [number(reply.ticket.as_str()), number(reply.person.as_str())].concat();
        bytes.extend(self.proof(&bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn proof(&self, ids: &[u8]) -> [u8; PROOF] {
        let whole = hmac(&self.0, &[ids]);
        whole[..PROOF].try_into().expect("a hash is longer")
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The number that an id is, without its prefix.
fn number(id: &str) -> [u8; ID] {
    let ulid = id.split_once('_').and_then(|(_, ulid)| Ulid::from_string(ulid).ok());
    ulid.expect("an id was checked when it was made").to_bytes()
}

fn id<T: FromStr>(prefix: &str, bytes: &[u8]) -> Option<T> {
    let ulid = Ulid::from_bytes(bytes.try_into().ok()?);
    format!("{prefix}_{}", ulid.to_string().to_lowercase()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Clock;

    fn reply() -> ReplyTo {
        let clock = Clock::system();
        ReplyTo { ticket: TicketId::fresh(&clock), person: PersonId::fresh(&clock) }
    }

    #[test]
    fn an_address_says_whose_answer_it_takes() {
        let (key, reply) = (ReplyKey::derived_from(b"secret"), reply());

        let made = key.address("support@example.org", &reply).expect("it is short enough");

        assert!(made.starts_with("support+") && made.ends_with("@example.org"), "{made}");
        assert_eq!(key.read(&made), Some(reply));
    }

    #[test]
    fn what_was_changed_or_made_by_others_says_nothing() {
        let (key, reply) = (ReplyKey::derived_from(b"secret"), reply());
        let made = key.address("a@example.org", &reply).expect("it is short enough");

        assert_eq!(ReplyKey::derived_from(b"other").read(&made), None);
        for at in 2..made.find('@').expect("it has one") {
            let other = if made.as_bytes()[at] == b'A' { 'B' } else { 'A' };
            let mut changed = made.clone();
            changed.replace_range(at..=at, &other.to_string());
            // The last character has bits that stand for nothing; then it is no base64.
            assert_eq!(key.read(&changed), None, "{changed}");
        }
        for other in ["a@example.org", "a+@example.org", "a+b@example.org"] {
            assert_eq!(key.read(other), None);
        }
    }

    #[test]
    fn a_long_name_has_no_room_for_a_token() {
        let key = ReplyKey::derived_from(b"secret");
        assert!(key.address("twelve.chars@example.org", &reply()).is_some());
        assert!(key.address("thirteen.char@example.org", &reply()).is_none());
    }
}

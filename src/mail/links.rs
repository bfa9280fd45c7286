//! Links in mails that are good without signing in: each says for whom it is and for what, and proves that the desk made it.
//!
//! A token is what it says, a dot, and 16 bytes of an HMAC-SHA256 over it in base64url.
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{FileId, MailId, PersonId};
use crate::domain::mails::Switch;

const PURPOSE: &[u8] = b"roomdesk: links in mails, 1";
const PROOF: usize = 16;

/// What links are signed with.
#[derive(Clone)]
pub struct LinkKey([u8; 32]);

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Whose mails are switched off, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsubscribing {
    pub person: PersonId,
    pub what: Switch,
}

/// Which file somebody may have, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileGrant {
    pub file: FileId,
    pub person: PersonId,
    pub until: Time,
}

impl LinkKey {
    /// A key of its own, derived from a secret that the desk has anyway.
    pub fn derived_from(secret: &[u8]) -> Self {
        Self(hmac(secret, PURPOSE))
    }

    /// What a link to switch mails off carries. It does not run out: whoever has the mail may always be left alone.
    pub fn unsubscribing(&self, what: &Unsubscribing) -> String {
        self.signed(&format!("off.{}.{}", what.person, what.what.as_str()))
    }

    /// What such a link says, if we made it.
    pub fn read_unsubscribing(&self, token: &str) -> Option<Unsubscribing> {
        let (person, what) = self.read(token, "off.")?.split_once('.')?;
        Some(Unsubscribing { person: person.parse().ok()?, what: Switch::parse(what)? })
    }

    /// What a link to a file carries.
    pub fn file(&self, grant: &FileGrant) -> String {
        self.signed(&format!("file.{}.{}.{}", grant.file, grant.person, grant.until.timestamp_millis()))
    }

    /// What such a link says, if we made it; whether its time is over is the caller's to see.
    pub fn read_file(&self, token: &str) -> Option<FileGrant> {
        let mut parts = self.read(token, "file.")?.splitn(3, '.');
        let file = parts.next()?.parse().ok()?;
        let person = parts.next()?.parse().ok()?;
        Some(FileGrant { file, person, until: from_millis(parts.next()?.parse().ok()?) })
    }

    /// The secret of a link that lets somebody choose a password: it follows from the mail's id, so that no row has it.
    pub fn secret(&self, mail: &MailId) -> String {
        URL_SAFE_NO_PAD.encode(hmac(&self.0, format!("secret.{mail}").as_bytes()))
    }

    fn signed(&self, said: &str) -> String {
        format!("{said}.{}", URL_SAFE_NO_PAD.encode(self.proof(said)))
    }

    fn read<'a>(&self, token: &'a str, kind: &str) -> Option<&'a str> {
        let (said, proof) = token.rsplit_once('.')?;
        let proof = URL_SAFE_NO_PAD.decode(proof).ok()?;
        let is_ours: bool = self.proof(said).as_slice().ct_eq(&proof).into();
        said.strip_prefix(kind).filter(|_| is_ours)
    }

    fn proof(&self, said: &str) -> [u8; PROOF] {
        let whole = hmac(&self.0, said.as_bytes());
        whole[..PROOF].try_into().expect("a hash is longer")
    }
}

fn hmac(key: &[u8], said: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(said);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Clock;
    use crate::domain::mails::Occasion;

    #[test]
    fn a_link_says_what_it_was_made_for_and_nothing_else() {
        let (clock, key) = (Clock::system(), LinkKey::derived_from(b"secret"));
        let person = PersonId::fresh(&clock);
        let off = Unsubscribing { person: person.clone(), what: Switch::Occasion(Occasion::NewMessage) };
        let grant = FileGrant { file: FileId::fresh(&clock), person, until: from_millis(1_795_448_640_000) };
        let (token, file) = (key.unsubscribing(&off), key.file(&grant));

        assert_eq!(key.read_unsubscribing(&token), Some(off));
        assert_eq!(key.read_file(&file), Some(grant));
        assert_eq!(key.read_file(&token), None);
        assert_eq!(key.read_unsubscribing(&file), None);
        assert_eq!(LinkKey::derived_from(b"other").read_unsubscribing(&token), None);
        let changed = token.replace("new-message", "mention");
        assert_eq!(key.read_unsubscribing(&changed), None);
        let later = file.replace("1795448640000", "1895448640000");
        assert_eq!(key.read_file(&later), None);
        for other in ["", ".", "off", "off.", "file..."] {
            assert_eq!(key.read_unsubscribing(other), None);
        }
    }
}

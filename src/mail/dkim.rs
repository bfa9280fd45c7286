//! Signatures of mails (DKIM, RFC 6376; Ed25519 by RFC 8463), in relaxed canonicalization of both head and body.
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::settings::DkimSettings;
use crate::domain::Time;

/// What is signed when it is there (RFC 6376, section 5.4.1; RFC 8058, section 4).
const SIGNED: [&str; 17] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "reply-to",
    "mime-version",
    "content-type",
    "auto-submitted",
    "precedence",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "x-roomdesk-notice",
    "x-roomdesk-ticket",
];
/// What nobody may add: named once more than it is there (section 8.15).
const ALONE: [&str; 4] = ["from", "to", "subject", "reply-to"];
/// How many characters of the signature stand in a line.
const WIDTH: usize = 70;

enum Key {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// Signs mails for one domain.
pub(super) struct Signer {
    key: Key,
    domain: String,
    selector: String,
}

impl Signer {
    /// Reads the key; otherwise what is wrong with it, as the end of a sentence.
    pub(super) fn new(settings: &DkimSettings) -> Result<Self, &'static str> {
        let key = key(&settings.key)?;
        Ok(Self { key, domain: settings.domain.clone(), selector: settings.selector.clone() })
    }

    /// The header that signs a mail, to be put before it; none when the key fails.
    pub(super) fn header(&self, mail: &[u8], at: Time) -> Option<Vec<u8>> {
        let (head, body) = split(mail)?;
        let fields = fields(head);
        let (names, mut text) = signed(&fields);
        let hash = STANDARD.encode(digest(&SHA256, &relaxed_body(body)));
        let algorithm = match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let unsigned = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed; d={};\r\n s={}; t={};\r\n h={};\r\n bh={hash};\r\n b=",
            self.domain,
            self.selector,
            at.timestamp(),
            names.chunks(6).map(|line| line.join(":")).collect::<Vec<_>>().join(":\r\n "),
        );
        text.push_str(&relaxed_field("DKIM-Signature", &unsigned));
        let signature = self.key.sign(text.as_bytes())?;
        Some(format!("DKIM-Signature: {unsigned}{}\r\n", folded(&signature)).into_bytes())
    }
}

impl Key {
    fn sign(&self, text: &[u8]) -> Option<String> {
        let signature = match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).ok()?;
                signature
            }
            // The hash is what is signed (RFC 8463, section 3).
            Self::Ed25519(key) => key.sign(digest(&SHA256, text).as_ref()).as_ref().to_vec(),
        };
        Some(STANDARD.encode(signature))
    }
}

/// Nothing when mails can be signed with a key; otherwise what is wrong with it, as the end of a sentence.
pub fn check_key(pem: &str) -> Result<(), &'static str> {
    key(pem).map(drop)
}

/// A private key in PEM: PKCS#8, or PKCS#1 of RSA.
fn key(pem: &str) -> Result<Key, &'static str> {
    let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).map_err(|_| "is not in PEM")?;
    let rsa = RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der)).map(Key::Rsa);
    let key = rsa.or_else(|_| Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map(Key::Ed25519));
    key.map_err(|_| "is neither an RSA key of 2048 bits or more nor an Ed25519 key")
}

fn split(mail: &[u8]) -> Option<(&str, &[u8])> {
    let end = mail.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((std::str::from_utf8(&mail[..end + 2]).ok()?, &mail[end + 4..]))
}

/// Each field with its name, and its value with the folding.
fn fields(head: &str) -> Vec<(&str, String)> {
    let mut fields: Vec<(&str, String)> = Vec::new();
    for line in head.split_inclusive("\r\n") {
        match (line.starts_with([' ', '\t']), fields.last_mut()) {
            (true, Some((_, value))) => value.push_str(line),
            _ => fields.extend(line.split_once(':').map(|(name, value)| (name, value.to_owned()))),
        }
    }
    fields
}

/// The names for `h=`, and the fields they stand for as they are hashed.
fn signed(fields: &[(&str, String)]) -> (Vec<&'static str>, String) {
    let (mut names, mut text) = (Vec::new(), String::new());
    for name in SIGNED {
        if let Some((_, value)) = fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)) {
            names.push(name);
            text.push_str(&relaxed_field(name, value));
            text.push_str("\r\n");
        }
    }
    names.extend(ALONE);
    (names, text)
}

/// Section 3.4.2.
fn relaxed_field(name: &str, value: &str) -> String {
    let value = value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    format!("{}:{value}", name.to_ascii_lowercase())
}

/// Section 3.4.4.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(body.len());
    let mut empty = 0;
    for line in body.split(|byte| *byte == b'\n') {
        let line = relaxed_line(line.strip_suffix(b"\r").unwrap_or(line));
        if line.is_empty() {
            empty += 1;
            continue;
        }
        whole.extend(std::iter::repeat_n(*b"\r\n", empty).flatten());
        empty = 0;
        whole.extend(line);
        whole.extend(b"\r\n");
    }
    whole
}

fn relaxed_line(line: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(line.len());
    let mut is_in_space = false;
    for byte in line {
        let is_space = matches!(byte, b' ' | b'\t');
        if !is_space {
            if is_in_space {
                relaxed.push(b' ');
            }
            relaxed.push(*byte);
        }
        is_in_space = is_space;
    }
    relaxed
}

fn folded(signature: &str) -> String {
    let lines = signature.as_bytes().chunks(WIDTH);
    lines.map(|line| format!("\r\n  {}", String::from_utf8_lossy(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_are_relaxed_as_it_says() {
        // RFC 6376, section 3.4.5.
        assert_eq!(relaxed_field("A", " X\r\n"), "a:X");
        assert_eq!(relaxed_field("B ".trim_end(), " Y\t\r\n\tZ  \r\n"), "b:Y Z");
        assert_eq!(relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
        assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
        assert_eq!(relaxed_body(b"a\r\n\r\nb"), b"a\r\n\r\nb\r\n");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for bad in ["", "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----", "AAAA"] {
            assert!(key(bad).is_err(), "{bad}");
        }
    }
}

//! From a raw value of the section `[mail]` to its type.
use std::path::Path;

use super::problem::Fault;
use super::value::{Raw, not, path};
use crate::domain::languages::Language;
use crate::domain::text;
use crate::mail::colour::Colour;
use crate::mail::logo::Logo;
use crate::mail::settings::{self, Sender};
use crate::mail::{self, Security};

/// Longest name of a desk, in characters.
const NAME_LIMIT: usize = 60;

/// Where mails go, by its name.
pub(super) fn transport(raw: &Raw) -> Result<&'static str, Fault> {
    const NAMES: [&str; 4] = ["off", "smtp", "file", "log"];
    const EXPECTED: &str = "\"off\", \"smtp\", \"file\" or \"log\"";
    let text = raw.text(EXPECTED)?;
    NAMES.into_iter().find(|name| *name == text).ok_or_else(|| not(text, "a way for mails", EXPECTED))
}

/// An address, with a name or without.
pub(super) fn sender(raw: &Raw) -> Result<Sender, Fault> {
    const EXPECTED: &str = "an address such as \"Support <support@example.org>\"";
    let text = raw.text(EXPECTED)?;
    Sender::parse(text).ok_or_else(|| not(text, "an address that every server takes", EXPECTED))
}

/// A name that fits into a line.
pub(super) fn short_line(raw: &Raw) -> Result<String, Fault> {
    let expected = format!("a name of at most {NAME_LIMIT} characters");
    let text = raw.text(&expected)?;
    text::line("", text, NAME_LIMIT).map_err(|error| Fault::new(format!("is {text:?}: it {}", error.detail), expected))
}

/// A picture in a file.
pub(super) fn logo(base: &Path) -> impl Fn(&Raw) -> Result<Logo, Fault> {
    const EXPECTED: &str = "the path of a PNG or JPEG of at most 200 KiB";
    move |raw| {
        let (name, bytes) = file(base, raw, EXPECTED)?;
        Logo::of(bytes).map_err(|wrong| Fault::new(format!("names {name}, which {wrong}"), EXPECTED))
    }
}

/// Certificates in a file.
pub(super) fn certificates(base: &Path) -> impl Fn(&Raw) -> Result<Vec<u8>, Fault> {
    const EXPECTED: &str = "the path of a file with certificates in PEM";
    move |raw| {
        let (name, bytes) = file(base, raw, EXPECTED)?;
        if settings::are_certificates(&bytes) {
            return Ok(bytes);
        }
        Err(Fault::new(format!("names {name}, in which there is no certificate"), EXPECTED))
    }
}

fn file(base: &Path, raw: &Raw, expected: &str) -> Result<(String, Vec<u8>), Fault> {
    let path = path(base)(raw)?;
    let name = path.display().to_string();
    let bytes = std::fs::read(&path)
        .map_err(|cause| Fault::new(format!("names {name}, which cannot be read: {cause}"), expected))?;
    Ok((name, bytes))
}

/// A colour.
pub(super) fn colour(raw: &Raw) -> Result<Colour, Fault> {
    const EXPECTED: &str = "a colour such as \"#0b6e6e\"";
    let text = raw.text(EXPECTED)?;
    Colour::parse(text).ok_or_else(|| not(text, "a colour", EXPECTED))
}

/// A language that the desk has.
pub(super) fn language(raw: &Raw) -> Result<Language, Fault> {
    const EXPECTED: &str = "\"en\" or \"de\"";
    let text = raw.text(EXPECTED)?;
    Language::parse(text).ok_or_else(|| not(text, "a language the desk has", EXPECTED))
}

/// How a connection is kept from being read.
pub(super) fn security(raw: &Raw) -> Result<Security, Fault> {
    const EXPECTED: &str = "\"starttls\", \"tls\" or \"none\"";
    match raw.text(EXPECTED)? {
        "starttls" => Ok(Security::StartTls),
        "tls" => Ok(Security::Tls),
        "none" => Ok(Security::None),
        text => Err(not(text, "a way of keeping a connection from being read", EXPECTED)),
    }
}

/// A port to connect to.
pub(super) fn port(raw: &Raw) -> Result<u16, Fault> {
    let number = super::value::whole(1..=65_535)(raw)?;
    Ok(u16::try_from(number).expect("it is within the range"))
}

/// A name of the domain name system, such as `example.org`; also a selector (RFC 6376, section 3.1).
pub(super) fn domain(raw: &Raw) -> Result<String, Fault> {
    const EXPECTED: &str = "a name such as \"example.org\" or \"roomdesk\"";
    let text = raw.text(EXPECTED)?;
    let is_label = |label: &str| {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len()) && label.bytes().all(is_inner)
    };
    let is_domain = text.len() <= 253 && text.split('.').all(is_label);
    if is_domain { Ok(text.to_lowercase()) } else { Err(not(text, "such a name", EXPECTED)) }
}

/// A secret, if there is one.
pub(super) fn some_secret(text: &str) -> Result<Option<String>, Fault> {
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A private key to sign mails with, if there is one.
pub(super) fn signing_key(text: &str) -> Result<Option<String>, Fault> {
    const EXPECTED: &str = "an RSA key of 2048 bits or more, or an Ed25519 key, in PEM";
    if !text.is_empty() {
        mail::check_key(text).map_err(|wrong| Fault::new(wrong, EXPECTED))?;
    }
    some_secret(text)
}

//! What the operator decides about mails.
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::client::Certificate;

use super::colour::Colour;
use super::logo::Logo;
use crate::domain::languages::Language;

/// How mails look, and how they leave.
#[derive(Clone, Debug, PartialEq)]
pub struct MailSettings {
    pub transport: Transport,
    pub composer: ComposerSettings,
    /// How long a message waits for being read before a mail tells of it.
    pub message_wait: Duration,
}

/// Where mails go.
#[derive(Clone, Debug, PartialEq)]
pub enum Transport {
    Smtp(SmtpSettings),
    /// Into this folder, each as a file.
    File(PathBuf),
    /// Nowhere; a line of the log tells of each.
    Log,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(SmtpSettings { host, port, .. }) => write!(f, "by {host}:{port}"),
            Self::File(folder) => write!(f, "into {}", folder.display()),
            Self::Log => f.write_str("into the log"),
        }
    }
}

/// The server that takes mails.
#[derive(Clone, Debug, PartialEq)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub credentials: Option<Credentials>,
    /// Certificates in PEM of those who are trusted beside the ones the system trusts.
    pub ca: Option<Vec<u8>>,
    /// How long an answer may take.
    pub timeout: Duration,
}

/// What keeps a connection from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS after a greeting; without it nothing is sent.
    StartTls,
    /// TLS from the first byte.
    Tls,
    None,
}

impl Security {
    /// Where servers listen for it (RFC 6409, RFC 8314).
    pub fn usual_port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

/// Who sends, as the server knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with a password", self.user)
    }
}

/// Whom a mail is from, such as `Support <support@example.org>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    pub name: Option<String>,
    /// In ASCII, since not every server takes others (RFC 6531).
    pub address: String,
}

impl Sender {
    /// Reads an address with a name or without.
    pub fn parse(text: &str) -> Option<Self> {
        let mailbox: Mailbox = text.parse().ok()?;
        let (name, address) = (mailbox.name, mailbox.email.to_string());
        (address.is_ascii() && !text.contains(char::is_control)).then_some(Self { name, address })
    }

    /// The part behind the `@`.
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// Whether there are certificates in PEM, and nothing broken.
pub fn are_certificates(pem: &[u8]) -> bool {
    const BEGINNING: &[u8] = b"-----BEGIN CERTIFICATE-----";
    Certificate::from_pem(pem).is_ok() && pem.windows(BEGINNING.len()).any(|part| part == BEGINNING)
}

/// How mails look, and whom they are from.
#[derive(Clone, Debug, PartialEq)]
pub struct ComposerSettings {
    pub from: Sender,
    /// Where answers go; to `from` when it is empty.
    pub reply_to: Option<Sender>,
    /// Whether what goes to `name+anything@…` arrives where answers go.
    pub plus_addresses: bool,
    /// What the desk is called.
    pub desk_name: String,
    pub logo: Option<Logo>,
    /// What buttons and the line at the top are painted with.
    pub colour: Colour,
    /// For people who chose none.
    pub language: Language,
    /// A folder of templates that replace ours.
    pub templates: Option<PathBuf>,
    /// The most bytes of files that go with a mail.
    pub attachment_limit: u64,
    pub dkim: Option<DkimSettings>,
}

/// With what mails are signed (RFC 6376).
#[derive(Clone, PartialEq, Eq)]
pub struct DkimSettings {
    pub domain: String,
    pub selector: String,
    /// A private key in PEM: RSA or Ed25519.
    pub key: String,
}

impl fmt::Debug for DkimSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a key for {}._domainkey.{}", self.selector, self.domain)
    }
}

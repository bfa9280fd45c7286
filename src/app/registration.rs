//! The application-service registration: the YAML file that the homeserver and Roomdesk both read.
//!
//! In goes a file, or a wish for a new one; out comes a [`Registration`] whose namespaces, switches and tokens are as
//! Roomdesk needs them. Format: Matrix application-service API, section "Registration".
use std::fmt;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ruma::{OwnedServerName, ServerName};
use serde::Deserialize;
use url::Url;

use super::config::{Matrix, Secret};
use crate::domain::ids::secret_bytes;

/// The id of a new registration.
const ID: &str = "roomdesk";

/// What Synapse tells the application service, and by which tokens the two know each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    /// The name of this registration, unique on the homeserver.
    pub id: String,
    /// Where the homeserver pushes to.
    pub url: Url,
    /// The token Roomdesk shows to the homeserver.
    pub as_token: Secret,
    /// The token the homeserver shows to Roomdesk.
    pub hs_token: Secret,
    /// A random name that nobody uses: Synapse answers 500 to `/sync` for it, so the bot is `<prefix>bot` instead.
    pub sender_localpart: String,
    /// What the localpart of every ghost begins with.
    pub prefix: Prefix,
    /// The homeserver on which the ghosts live.
    pub server_name: OwnedServerName,
}

/// Why there is no registration.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// The file cannot be read.
    #[error("cannot read {}: {cause} (`roomdesk registration generate` writes a new one)", file.display())]
    Unreadable {
        /// The registration file.
        file: PathBuf,
        /// The reason the system gives.
        cause: std::io::Error,
    },
    /// The file is not the YAML of a registration. The text of the file is not repeated, since it holds tokens.
    #[error("{} is not a registration: {cause}", file.display())]
    Malformed {
        /// The registration file.
        file: PathBuf,
        /// Line, column and the reason.
        cause: String,
    },
    /// The file is a registration, but not one that Roomdesk can work with.
    #[error("{} does not suit Roomdesk:\n{}", file.display(), problems.iter().map(|problem| format!("    {problem}")).collect::<Vec<_>>().join("\n"))]
    Unsuitable {
        /// The registration file.
        file: PathBuf,
        /// Every key that must change, with what is wrong and what is expected.
        problems: Vec<String>,
    },
    /// A new file would take the place of another.
    #[error("{} exists already and is left as it is; its tokens are in use. Move it away first, or choose another --output", file.display())]
    Exists {
        /// The file that is there.
        file: PathBuf,
    },
    /// A new file cannot be written.
    #[error("cannot write {}: {cause}", file.display())]
    Unwritable {
        /// The file that was to be written.
        file: PathBuf,
        /// The reason the system gives.
        cause: std::io::Error,
    },
}

/// What the localpart of every ghost begins with: 2 to 32 of `a-z 0-9 _ -`, none of which a regex treats specially.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a [`Prefix`].
#[derive(Debug, thiserror::Error)]
#[error("a prefix has 2 to 32 characters out of a-z, 0-9, _ and -, such as \"desk_\"")]
pub struct BadPrefix;

impl FromStr for Prefix {
    type Err = BadPrefix;

    fn from_str(text: &str) -> Result<Self, BadPrefix> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
        if (2..=32).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadPrefix)
        }
    }
}

impl Registration {
    /// A new registration with fresh tokens of 32 random bytes each.
    pub fn generate(server_name: &ServerName, prefix: Prefix, url: Url) -> Self {
        Self {
            id: ID.to_owned(),
            url,
            as_token: Secret::new(hex::<32>()),
            hs_token: Secret::new(hex::<32>()),
            sender_localpart: format!("roomdesk-unused-{}", hex::<8>()),
            prefix,
            server_name: server_name.to_owned(),
        }
    }

    /// The registration in `file`.
    pub fn load(file: &Path) -> Result<Self, RegistrationError> {
        let text = std::fs::read_to_string(file)
            .map_err(|cause| RegistrationError::Unreadable { file: file.to_owned(), cause })?;
        // A snippet of the file in an error message would show tokens.
        let options = serde_saphyr::options! { with_snippet: false };
        let yaml: Yaml = serde_saphyr::from_str_with_options(&text, options)
            .map_err(|cause| RegistrationError::Malformed { file: file.to_owned(), cause: cause.to_string() })?;
        yaml.check().map_err(|problems| RegistrationError::Unsuitable { file: file.to_owned(), problems })
    }

    /// The registration of the homeserver that the configuration names.
    pub fn load_for(matrix: &Matrix) -> Result<Self, RegistrationError> {
        let registration = Self::load(&matrix.registration_file)?;
        if registration.server_name != matrix.server_name {
            let (found, wanted) = (&registration.server_name, &matrix.server_name);
            let problem = format!("namespaces.users is for {found}; expected {wanted}, as in [matrix] server_name");
            return Err(RegistrationError::Unsuitable {
                file: matrix.registration_file.clone(),
                problems: vec![problem],
            });
        }
        Ok(registration)
    }

    /// Writes the registration to a file that does not exist yet, readable by its owner alone.
    pub fn write_new(&self, file: &Path) -> Result<(), RegistrationError> {
        let unwritable = |cause| RegistrationError::Unwritable { file: file.to_owned(), cause };
        let mut target = match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
            Ok(target) => target,
            Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(RegistrationError::Exists { file: file.to_owned() });
            }
            Err(cause) => return Err(unwritable(cause)),
        };
        target.write_all(self.to_yaml().as_bytes()).and_then(|()| target.sync_all()).map_err(|cause| {
            // Half a registration would stand in the way of the next attempt.
            std::fs::remove_file(file).err().map_or_else(|| unwritable(cause), unwritable)
        })
    }

    /// The file's text, with what an administrator of the homeserver may want to know.
    fn to_yaml(&self) -> String {
        let Self { id, url, as_token, hs_token, sender_localpart, prefix, server_name } = self;
        format!(
            "# Roomdesk's registration as an application service. The homeserver and Roomdesk both read it; it holds secrets.\n\
             id: {id}\n\
             # Where the homeserver pushes to: [matrix] appservice_listen, as seen from the homeserver.\n\
             url: {url}\n\
             as_token: {as_token}\n\
             hs_token: {hs_token}\n\
             # Random and never used: the bot is a user of the namespace below.\n\
             sender_localpart: {sender_localpart}\n\
             rate_limited: false\n\
             # Typing and read receipts.\n\
             receive_ephemeral: true\n\
             # Devices for the bot and the ghosts (MSC4190).\n\
             io.element.msc4190: true\n\
             namespaces:\n  \
               users:\n    \
                 - exclusive: true\n      \
                   regex: {users}\n  \
               aliases:\n    \
                 - exclusive: true\n      \
                   regex: {aliases}\n  \
               rooms: []\n",
            id = quoted(id),
            url = quoted(url.as_str().trim_end_matches('/')),
            as_token = quoted(as_token.expose()),
            hs_token = quoted(hs_token.expose()),
            sender_localpart = quoted(sender_localpart),
            users = quoted(&namespace('@', prefix, server_name)),
            aliases = quoted(&namespace('#', prefix, server_name)),
        )
    }
}

/// `N` random bytes in hexadecimal.
fn hex<const N: usize>() -> String {
    secret_bytes::<N>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A YAML scalar in single quotes, in which only the quote itself is special.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The regex of all ids that begin with `sigil` and `prefix` on the server.
fn namespace(sigil: char, prefix: &Prefix, server_name: &ServerName) -> String {
    // Of the characters of a server name, these are special in a regex.
    let escaped = server_name.as_str().replace('.', r"\.").replace('[', r"\[").replace(']', r"\]");
    format!("{sigil}{prefix}.*:{escaped}")
}

/// The parts of a regex that [`namespace`] made; `-` may be escaped as well.
fn parts(sigil: char, regex: &str) -> Option<(Prefix, OwnedServerName)> {
    let (prefix, server) = regex.strip_prefix(sigil)?.split_once(".*:")?;
    let server = server.replace(r"\-", "-");
    let (prefix, name): (Prefix, OwnedServerName) = (prefix.parse().ok()?, server.replace('\\', "").parse().ok()?);
    (namespace(sigil, &prefix, &name) == format!("{sigil}{prefix}.*:{server}")).then_some((prefix, name))
}

/// The file as it is written; Synapse's defaults where a key is missing, unknown keys ignored as Synapse does.
#[derive(Deserialize)]
struct Yaml {
    id: String,
    url: Option<String>,
    as_token: String,
    hs_token: String,
    sender_localpart: String,
    #[serde(default = "yes")]
    rate_limited: bool,
    #[serde(default)]
    receive_ephemeral: bool,
    #[serde(default, rename = "de.sorunome.msc2409.push_ephemeral")]
    push_ephemeral: bool,
    #[serde(default, rename = "io.element.msc4190")]
    msc4190: bool,
    namespaces: Namespaces,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Namespaces {
    #[serde(default)]
    users: Vec<Namespace>,
    #[serde(default)]
    aliases: Vec<Namespace>,
    #[serde(default)]
    rooms: Vec<Namespace>,
}

#[derive(Deserialize)]
struct Namespace {
    exclusive: bool,
    regex: String,
}

impl Yaml {
    /// The registration, or everything about it that Roomdesk cannot work with.
    fn check(self) -> Result<Registration, Vec<String>> {
        let mut problems = self.wrong_switches();
        let url = self.url.as_deref().and_then(|url| Url::parse(url).ok());
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        if url.is_none() {
            problems
                .push("url is not an http or https URL; expected the address of [matrix] appservice_listen".to_owned());
        }
        match (url, self.names(&mut problems)) {
            (Some(url), Some((prefix, server_name))) if problems.is_empty() => Ok(Registration {
                id: self.id,
                url,
                as_token: Secret::new(self.as_token),
                hs_token: Secret::new(self.hs_token),
                sender_localpart: self.sender_localpart,
                prefix,
                server_name,
            }),
            _ => Err(problems),
        }
    }

    /// What is wrong with single values, each looked at alone.
    fn wrong_switches(&self) -> Vec<String> {
        let demands = [
            (!self.id.is_empty(), "id is empty; expected a name such as roomdesk"),
            (is_token(&self.as_token), "as_token is empty or has spaces; expected 32 random bytes in hexadecimal"),
            (is_token(&self.hs_token), "hs_token is empty or has spaces; expected 32 random bytes in hexadecimal"),
            (self.as_token != self.hs_token, "as_token and hs_token are the same; expected two different tokens"),
            (!self.sender_localpart.is_empty(), "sender_localpart is empty; expected a name that nobody uses"),
            (!self.rate_limited, "rate_limited is true or missing; expected false, or busy tickets stand still"),
            (
                self.receive_ephemeral,
                "receive_ephemeral is false or missing; expected true, or there are no typing notices and receipts",
            ),
            (
                !self.push_ephemeral,
                "de.sorunome.msc2409.push_ephemeral is true; expected no such line, or typing notices and receipts come twice",
            ),
            (self.msc4190, "io.element.msc4190 is false or missing; expected true, or the bot can have no device"),
            (self.namespaces.rooms.is_empty(), "namespaces.rooms is not empty; expected rooms: []"),
        ];
        demands.into_iter().filter(|(holds, _)| !holds).map(|(_, problem)| problem.to_owned()).collect()
    }

    /// The prefix and the server that the namespaces agree on; adds to `problems` what stands against it.
    fn names(&self, problems: &mut Vec<String>) -> Option<(Prefix, OwnedServerName)> {
        let users = only('@', "namespaces.users", &self.namespaces.users);
        let aliases = only('#', "namespaces.aliases", &self.namespaces.aliases);
        let differ = matches!((&users, &aliases), (Ok(users), Ok(aliases)) if users != aliases);
        problems.extend([users.as_ref().err(), aliases.as_ref().err()].into_iter().flatten().cloned());
        if differ {
            let problem = "namespaces.users and namespaces.aliases differ; expected the same prefix and server in both";
            problems.push(problem.to_owned());
        }
        let (prefix, server_name) = users.ok()?;
        if self.sender_localpart == format!("{prefix}bot") {
            let problem = "sender_localpart is the bot's name; expected a name that nobody uses, since it cannot sync";
            problems.push(problem.to_owned());
        }
        Some((prefix, server_name))
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

/// The prefix and the server of the one exclusive namespace that is expected under `key`.
fn only(sigil: char, key: &str, namespaces: &[Namespace]) -> Result<(Prefix, OwnedServerName), String> {
    let expected = format!(r"expected one exclusive entry such as '{sigil}desk_.*:example\.org'");
    match namespaces {
        [one] if !one.exclusive => Err(format!("{key} is not exclusive; {expected}")),
        [one] => parts(sigil, &one.regex).ok_or_else(|| format!("{key} has the regex '{}'; {expected}", one.regex)),
        many => Err(format!("{key} has {} entries; {expected}", many.len())),
    }
}

#[cfg(test)]
mod tests;

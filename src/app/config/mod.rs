//! The configuration: one TOML file, environment variables laid over it, every value checked and typed.
//!
//! In goes `bridge-config/roomdesk.toml` (the example beside it explains each key) and variables named
//! `ROOMDESK__SECTION__KEY`; out comes a [`Config`], or all problems at once, each with its place, section and key.
mod check;
mod mail_value;
mod problem;
mod secret;
mod sections;
mod source;
#[cfg(test)]
mod tests;
mod value;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::FixedOffset;
use http::HeaderValue;
use ruma::{OwnedServerName, RoomVersionId};
use tracing_subscriber::filter::Targets;
use url::Url;

pub use check::check;
pub use problem::{ConfigError, Fault, Place, Problem};
pub use secret::Secret;

use source::Source;

use crate::desk::HostRoles;
use crate::domain::opening::StudentPriority;
use crate::files::clamd::{Clamd, Unscanned};
use crate::files::kinds::MediaTypes;
use crate::host::HostSettings;
use crate::mail::MailSettings;

/// The name under which [`Config::from_toml`] reports problems.
const FILE_NAME: &str = "roomdesk.toml";

/// Everything an operator can decide.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The section `[server]`.
    pub server: Server,
    /// The section `[database]`.
    pub database: Database,
    /// The section `[auth]`.
    pub auth: Auth,
    /// The section `[limits]`.
    pub limits: Limits,
    /// The section `[matrix]`.
    pub matrix: Matrix,
    /// The section `[tickets]`.
    pub tickets: Tickets,
    /// The section `[files]`.
    pub files: Files,
    /// The section `[host]`, when it names an issuer.
    pub host: Option<Host>,
    /// The section `[mail]`, unless mails are off.
    pub mail: Option<MailSettings>,
    /// The section `[log]`.
    pub log: Log,
}

/// The application in which the desk is embedded.
#[derive(Clone, Debug, PartialEq)]
pub struct Host {
    /// Whose tokens are taken, and how they are checked.
    pub settings: HostSettings,
    /// What its roles mean.
    pub roles: HostRoles,
}

/// Where browsers and API clients reach Roomdesk.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// The address the REST API listens on.
    pub listen: SocketAddr,
    /// The URL people open, as seen from outside.
    pub public_url: Url,
    /// Whether every request comes through a proxy that writes `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// The other origins whose pages may ask the REST API.
    pub cors_origins: Vec<HeaderValue>,
    /// The other origins whose pages may show `/embed` in a frame.
    pub embed_origins: Vec<String>,
    /// How long requests in flight may take after a shutdown began.
    pub shutdown_grace: Duration,
}

/// Where the rows are.
#[derive(Clone, Debug, PartialEq)]
pub struct Database {
    /// The database itself.
    pub url: DatabaseUrl,
    /// The most connections open at once.
    pub max_connections: u32,
}

/// A database of one of the two supported kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum DatabaseUrl {
    /// The path of an SQLite file, which may not exist yet.
    Sqlite(PathBuf),
    /// A whole `postgres://` URL; secret because it may hold a password.
    Postgres(Secret),
}

/// How people sign in.
#[derive(Clone, Debug, PartialEq)]
pub struct Auth {
    /// The key access tokens are signed with, at least 32 bytes.
    pub jwt_secret: Secret,
    /// How long an access token is valid.
    pub access_token_lifetime: Duration,
    /// How long a refresh token is valid.
    pub refresh_token_lifetime: Duration,
    /// How long an invitation is valid.
    pub invitation_lifetime: Duration,
    /// How long a link for another password is valid.
    pub password_reset_lifetime: Duration,
    /// How many failed sign-ins are allowed within the window.
    pub login_attempts: u32,
    /// The window in which failed sign-ins are counted.
    pub login_window: Duration,
}

/// How many requests a minute are answered by each process; 0 is no limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Those of one person, or of one key.
    pub requests_per_minute: u32,
    /// Those of one address without a good token.
    pub anonymous_requests_per_minute: u32,
}

/// The homeserver, and Roomdesk as its application service.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Where the homeserver's client API is reached.
    pub homeserver_url: Url,
    /// The homeserver's name, the part after the colon of Matrix ids.
    pub server_name: OwnedServerName,
    /// The application-service registration, which the homeserver reads too.
    pub registration_file: PathBuf,
    /// The address the homeserver pushes to.
    pub appservice_listen: SocketAddr,
    /// The version of new rooms; `None` leaves it to the homeserver.
    pub room_version: Option<RoomVersionId>,
    /// How many rooms are sent to at once, from 1 to 64.
    pub sends_in_flight: u32,
    /// The pause between two heartbeats.
    pub heartbeat: Duration,
    /// The time after which a request to the homeserver is given up; a long poll has its own.
    pub request_timeout: Duration,
}

/// How tickets are numbered, and how they live.
#[derive(Clone, Debug, PartialEq)]
pub struct Tickets {
    /// The time zone whose calendar day stands in a ticket's number.
    pub time_zone: FixedOffset,
    /// For how many days a ticket that is done can be reopened.
    pub reopen_days: u32,
    /// How students say how urgent their ticket is.
    pub student_priority: StudentPriority,
    /// After how many days without anything happening tickets that wait for their student, or are resolved, are closed.
    pub auto_close_days: Option<u32>,
    /// How many days before that their student is told.
    pub auto_close_warning_days: u32,
}

/// Which files people may send, and where they are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Files {
    /// The folder of the file store, made when it is missing.
    pub folder: PathBuf,
    /// The most bytes one may have.
    pub max_size: u64,
    /// The most bytes the picture of a person may have.
    pub avatar_max_size: u64,
    /// The media types that are taken.
    pub allowed_types: MediaTypes,
    /// Where clamd listens, which looks for viruses.
    pub clamd: Option<Clamd>,
    /// What becomes of a file that clamd could not look through.
    pub unscanned: Unscanned,
}

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// How a line looks.
    pub format: LogFormat,
    /// Which lines are written; it is a filter for a `tracing_subscriber` layer.
    pub filter: Targets,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// The configuration in `file` with the variables of `env` laid over it.
    ///
    /// Relative paths in it start from the file's folder. `env` is usually `std::env::vars_os()`.
    pub fn load<K, V>(file: &Path, env: impl IntoIterator<Item = (K, V)>) -> Result<Self, ConfigError>
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        Draft::load(file, env)?.finish()
    }

    /// The configuration in `text`, as if it were the file `roomdesk.toml` in `base_dir`.
    pub fn from_toml<K, V>(
        text: &str,
        base_dir: &Path,
        env: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, ConfigError>
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        Draft::read(text, &base_dir.join(FILE_NAME), base_dir, env).finish()
    }
}

/// A configuration that may have problems: the sections without one are there.
///
/// It serves commands that need only a part, such as `registration generate` before there is a database.
#[derive(Debug, Default)]
pub struct Draft {
    server: Option<Server>,
    database: Option<Database>,
    auth: Option<Auth>,
    limits: Option<Limits>,
    matrix: Option<Matrix>,
    tickets: Option<Tickets>,
    files: Option<Files>,
    host: Option<Option<Host>>,
    mail: Option<Option<MailSettings>>,
    log: Option<Log>,
    problems: Vec<Problem>,
}

impl Draft {
    /// What can be had from `file` and `env`; fails only when the file cannot be read.
    pub fn load<K, V>(file: &Path, env: impl IntoIterator<Item = (K, V)>) -> Result<Self, ConfigError>
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        let unreadable = |cause| ConfigError::Unreadable { file: file.to_owned(), cause };
        let text = std::fs::read_to_string(file).map_err(unreadable)?;
        let whole = std::path::absolute(file).map_err(unreadable)?;
        let base = whole.parent().unwrap_or(Path::new("/"));
        Ok(Self::read(&text, file, base, env))
    }

    fn read<K, V>(text: &str, file: &Path, base: &Path, env: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        match Source::new(text, file, base, env) {
            Ok(mut source) => {
                let draft = sections::read(&mut source);
                Self { problems: source.finish(), ..draft }
            }
            Err(problems) => Self { problems, ..Self::default() },
        }
    }

    /// The section `[matrix]`, or the problems of it and of the file as a whole.
    pub fn into_matrix(self) -> Result<Matrix, ConfigError> {
        let concerns_matrix = |problem: &Problem| problem.section.as_deref().is_none_or(|section| section == "matrix");
        let problems: Vec<_> = self.problems.into_iter().filter(concerns_matrix).collect();
        match self.matrix {
            Some(matrix) if problems.is_empty() => Ok(matrix),
            _ => Err(ConfigError::Refused(problems)),
        }
    }

    /// The whole configuration, or all problems.
    pub fn finish(self) -> Result<Config, ConfigError> {
        match self {
            Self {
                server: Some(server),
                database: Some(database),
                auth: Some(auth),
                limits: Some(limits),
                matrix: Some(matrix),
                tickets: Some(tickets),
                files: Some(files),
                host: Some(host),
                mail: Some(mail),
                log: Some(log),
                problems,
            } if problems.is_empty() => {
                Ok(Config { server, database, auth, limits, matrix, tickets, files, host, mail, log })
            }
            Self { problems, .. } => Err(ConfigError::Refused(problems)),
        }
    }
}

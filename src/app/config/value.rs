//! From a raw value to its type: each function says what it expected when it refuses.
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::FixedOffset;
use http::HeaderValue;
use ruma::{OwnedServerName, RoomVersionId};
use tracing_subscriber::filter::{LevelFilter, Targets};
use url::{Host, Url};

use super::problem::Fault;
use super::{DatabaseUrl, LogFormat, Secret};
use crate::domain::opening::StudentPriority;
use crate::files::clamd::{Clamd, Unscanned};
use crate::files::kinds::MediaTypes;
use crate::host::Algorithm;

/// The fewest bytes a key for HMAC-SHA256 may have (RFC 7518, section 3.2).
const JWT_SECRET_BYTES: usize = 32;

/// A value before its meaning is known.
#[derive(Clone, Debug)]
pub(super) enum Raw {
    /// A TOML string.
    Text(String),
    /// A TOML integer.
    Whole(i64),
    /// A TOML boolean.
    Truth(bool),
    /// The text of an environment variable, which may also spell a number.
    Variable(String),
    /// Any other TOML value, by the name of its type.
    Other(&'static str),
}

impl From<&str> for Raw {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Raw {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<bool> for Raw {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl Raw {
    /// The text, or the fault that says what stands there instead.
    pub(super) fn text(&self, expected: &str) -> Result<&str, Fault> {
        match self {
            Self::Text(text) | Self::Variable(text) => Ok(text),
            Self::Whole(_) => Err(Fault::new("is a number", expected)),
            Self::Truth(truth) => Err(Fault::new(format!("is {truth}"), expected)),
            Self::Other(kind) => Err(Fault::new(format!("is of the TOML type {kind}"), expected)),
        }
    }

    fn whole(&self, expected: &str) -> Result<i64, Fault> {
        match self {
            Self::Whole(number) => Ok(*number),
            Self::Variable(text) => text.parse().map_err(|_| not(text, "a whole number", expected)),
            Self::Text(_) => Err(Fault::new("is a text in quotes", expected)),
            Self::Truth(truth) => Err(Fault::new(format!("is {truth}"), expected)),
            Self::Other(kind) => Err(Fault::new(format!("is of the TOML type {kind}"), expected)),
        }
    }
}

pub(super) fn not(text: &str, what: &str, expected: &str) -> Fault {
    Fault::new(format!("is {text:?}, which is not {what}"), expected)
}

/// `true` or `false`.
pub(super) fn yes_or_no(raw: &Raw) -> Result<bool, Fault> {
    const EXPECTED: &str = "true or false";
    match raw {
        Raw::Truth(truth) => Ok(*truth),
        Raw::Variable(text) => text.parse().map_err(|_| not(text, "one of the two", EXPECTED)),
        Raw::Whole(_) => Err(Fault::new("is a number", EXPECTED)),
        Raw::Text(_) => Err(Fault::new("is a text in quotes", EXPECTED)),
        Raw::Other(kind) => Err(Fault::new(format!("is of the TOML type {kind}"), EXPECTED)),
    }
}

/// A whole number within `range`, whose bounds fit into `u32`.
pub(super) fn whole(range: RangeInclusive<u32>) -> impl Fn(&Raw) -> Result<u32, Fault> {
    move |raw| {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let number = raw.whole(&expected)?;
        let within = u32::try_from(number).ok().filter(|number| range.contains(number));
        within.ok_or_else(|| Fault::new(format!("is {number}"), expected))
    }
}

/// How many requests a minute are answered; fewer than one page needs would be a desk that nobody can use.
pub(super) fn per_minute(raw: &Raw) -> Result<u32, Fault> {
    const EXPECTED: &str = "0 for no limit, or a whole number from 10 to 1000000";
    let number = raw.whole(EXPECTED)?;
    let within = u32::try_from(number).ok().filter(|number| matches!(number, 0 | 10..=1_000_000));
    within.ok_or_else(|| Fault::new(format!("is {number}"), EXPECTED))
}

/// A number of units of `unit` seconds each, within `range`.
pub(super) fn span(unit: u64, range: RangeInclusive<u32>) -> impl Fn(&Raw) -> Result<Duration, Fault> {
    let whole = whole(range);
    move |raw| whole(raw).map(|number| Duration::from_secs(u64::from(number) * unit))
}

/// An IP address and a port to listen on; port 0 lets the system choose.
pub(super) fn address(raw: &Raw) -> Result<SocketAddr, Fault> {
    const EXPECTED: &str = "an IP address and a port, such as \"127.0.0.1:8470\"";
    let text = raw.text(EXPECTED)?;
    text.parse().map_err(|_| not(text, "an IP address and a port", EXPECTED))
}

/// An `http` or `https` URL with nothing that would be lost when paths are appended to it.
pub(super) fn web_url(raw: &Raw) -> Result<Url, Fault> {
    const EXPECTED: &str = "a URL such as \"https://desk.example.org\", without user, query and fragment";
    let text = raw.text(EXPECTED)?;
    let url = Url::parse(text).map_err(|cause| not(text, &format!("a URL ({cause})"), EXPECTED))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Fault::new("contains a user or a password", EXPECTED));
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Err(not(text, "an http or https URL", EXPECTED));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Fault::new(format!("is {text:?}, which has a query or a fragment"), EXPECTED));
    }
    Ok(url)
}

/// A Matrix server name, with its port where it has one (Matrix specification, appendix "Server Name").
pub(super) fn server_name(raw: &Raw) -> Result<OwnedServerName, Fault> {
    const EXPECTED: &str = "the part after the colon of your Matrix ids, such as \"example.org\"";
    let text = raw.text(EXPECTED)?;
    text.parse().map_err(|_| not(text, "a Matrix server name", EXPECTED))
}

/// A room version whose rules for creators and power levels Roomdesk knows.
pub(super) fn room_version(raw: &Raw) -> Result<RoomVersionId, Fault> {
    const EXPECTED: &str = "\"11\" or \"12\", or no such line for the homeserver's default";
    match raw.text(EXPECTED)? {
        "11" => Ok(RoomVersionId::V11),
        "12" => Ok(RoomVersionId::V12),
        text => Err(not(text, "a room version Roomdesk supports", EXPECTED)),
    }
}

/// A path; a relative one is taken from the folder `base`.
pub(super) fn path(base: &Path) -> impl Fn(&Raw) -> Result<PathBuf, Fault> {
    const EXPECTED: &str = "the path of a file";
    move |raw| match raw.text(EXPECTED)? {
        "" => Err(Fault::new("is empty", EXPECTED)),
        text => Ok(base.join(text)),
    }
}

/// A list of media types.
pub(super) fn media_types(raw: &Raw) -> Result<MediaTypes, Fault> {
    const EXPECTED: &str = "media types with commas between them, such as \"image/*, application/pdf\"";
    let text = raw.text(EXPECTED)?;
    MediaTypes::parse(text).map_err(|cause| not(&cause.0, "a media type", EXPECTED))
}

/// Where clamd listens: the path of a socket, which begins with `/` or `.`, or a host and a port.
pub(super) fn clamd(base: &Path) -> impl Fn(&Raw) -> Result<Clamd, Fault> {
    const EXPECTED: &str = "\"/run/clamav/clamd.ctl\" or \"127.0.0.1:3310\"";
    move |raw| {
        let text = raw.text(EXPECTED)?;
        if text.starts_with(['/', '.']) {
            return Ok(Clamd::Unix(base.join(text)));
        }
        let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty()).and_then(|(_, port)| port.parse().ok());
        match port {
            Some(1_u16..) => Ok(Clamd::Tcp(text.to_owned())),
            Some(0) | None => Err(not(text, "where clamd could listen", EXPECTED)),
        }
    }
}

/// What becomes of files that clamd could not look through.
pub(super) fn unscanned(raw: &Raw) -> Result<Unscanned, Fault> {
    const EXPECTED: &str = "\"refuse\" or \"take\"";
    match raw.text(EXPECTED)? {
        "refuse" => Ok(Unscanned::Refused),
        "take" => Ok(Unscanned::Taken),
        text => Err(not(text, "what can become of a file", EXPECTED)),
    }
}

/// A text that says something.
pub(super) fn some_text(raw: &Raw) -> Result<String, Fault> {
    const EXPECTED: &str = "a text";
    match raw.text(EXPECTED)?.trim() {
        "" => Err(Fault::new("is empty", EXPECTED)),
        text => Ok(text.to_owned()),
    }
}

/// Who signs the tokens of a host application.
pub(super) fn issuer(raw: &Raw) -> Result<String, Fault> {
    match some_text(raw)?.as_str() {
        "roomdesk" => Err(Fault::new("is the desk's own", "the name of the other application")),
        text => Ok(text.to_owned()),
    }
}

/// Names with commas between; none at all is fine.
pub(super) fn names(raw: &Raw) -> Result<Vec<String>, Fault> {
    let names = raw.text("names with commas between")?.split(',').map(str::trim);
    Ok(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// Origins of web pages (RFC 6454) with commas between; none at all is fine.
pub(super) fn origins(raw: &Raw) -> Result<Vec<HeaderValue>, Fault> {
    const EXPECTED: &str = "origins such as https://lms.example.org, with commas between";
    let origin = |name: String| {
        let url = Url::parse(&name).ok().filter(|url| url.origin().ascii_serialization() == name);
        let origin = url.and_then(|url| HeaderValue::from_str(&url.origin().ascii_serialization()).ok());
        origin.ok_or_else(|| not(&name, "an origin", EXPECTED))
    };
    names(raw)?.into_iter().map(origin).collect()
}

/// Origins of pages that may show the desk in a frame, which is as good as asking its people for what they type: by https
/// alone, but for this machine. Their names stand in a policy (CSP), where some characters of host names mean more.
pub(super) fn frame_origins(raw: &Raw) -> Result<Vec<String>, Fault> {
    const EXPECTED: &str = "origins that begin with https, such as https://lms.example.org, with commas between";
    let is_harmless = |byte: u8| byte.is_ascii_alphanumeric() || b":/.-_[]".contains(&byte);
    let origin = |name: HeaderValue| {
        let name = name.to_str().unwrap_or_default();
        let url = Url::parse(name).ok().filter(|_| name.bytes().all(is_harmless));
        let url = url.filter(|url| url.scheme() == "https" || url.scheme() == "http" && is_this_machine(url));
        url.map(|_| name.to_owned()).ok_or_else(|| not(name, "an origin that may show the desk", EXPECTED))
    };
    origins(raw)?.into_iter().map(origin).collect()
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// How tokens of a host application are signed.
pub(super) fn algorithm(raw: &Raw) -> Result<Algorithm, Fault> {
    const EXPECTED: &str = "HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or EdDSA";
    let text = raw.text(EXPECTED)?;
    text.parse().map_err(|_| not(text, "an algorithm", EXPECTED))
}

/// A secret shared with a host application, if there is one.
pub(super) fn shared_secret(text: &str) -> Result<Option<Secret>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    jwt_secret(text).map(Some)
}

/// How students say how urgent their ticket is.
pub(super) fn student_priority(raw: &Raw) -> Result<StudentPriority, Fault> {
    const EXPECTED: &str = "\"choose\" or \"impact\"";
    match raw.text(EXPECTED)? {
        "choose" => Ok(StudentPriority::Choose),
        "impact" => Ok(StudentPriority::Impact),
        text => Err(not(text, "a way of saying how urgent a ticket is", EXPECTED)),
    }
}

/// A fixed distance from UTC of at most 14 hours, in whole minutes.
pub(super) fn time_zone(raw: &Raw) -> Result<FixedOffset, Fault> {
    const EXPECTED: &str = "\"UTC\" or a fixed distance from it, such as \"+02:00\"";
    let text = raw.text(EXPECTED)?;
    let minutes = if text == "UTC" { Some(0) } else { offset_minutes(text) };
    minutes.and_then(|minutes| FixedOffset::east_opt(minutes * 60)).ok_or_else(|| not(text, "a time zone", EXPECTED))
}

fn offset_minutes(text: &str) -> Option<i32> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let two_digits =
        |part: &str| (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?;
    let (hours, minutes): (i32, i32) = (two_digits(hours)?, two_digits(minutes)?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 14 * 60).then_some(sign * total)
}

/// How log lines look.
pub(super) fn log_format(raw: &Raw) -> Result<LogFormat, Fault> {
    const EXPECTED: &str = "\"text\" or \"json\"";
    match raw.text(EXPECTED)? {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        text => Err(not(text, "a log format", EXPECTED)),
    }
}

/// Which log lines are written: a level, then levels for single targets.
pub(super) fn log_filter(raw: &Raw) -> Result<Targets, Fault> {
    const EXPECTED: &str = "levels (error, warn, info, debug, trace, off) separated by commas, such as \"info,sqlx=warn,roomdesk::matrix=debug\"";
    let text = raw.text(EXPECTED)?;
    // Targets would take a misspelt level for the name of a target and switch everything else off.
    let level_or_pair = |part: &str| part.contains('=') || part.parse::<LevelFilter>().is_ok();
    if text.is_empty() || !text.split(',').all(level_or_pair) {
        return Err(not(text, "a log filter", EXPECTED));
    }
    text.parse().map_err(|_| not(text, "a log filter", EXPECTED))
}

/// A key for signing tokens.
pub(super) fn jwt_secret(text: &str) -> Result<Secret, Fault> {
    if text.len() < JWT_SECRET_BYTES {
        let expected = format!("at least {JWT_SECRET_BYTES} bytes, made for example by `openssl rand -hex 32`");
        return Err(Fault::new(format!("has only {} bytes", text.len()), expected));
    }
    Ok(Secret::new(text))
}

/// A database; the text may hold a password and is therefore not repeated in the fault.
pub(super) fn database_url(base: &Path) -> impl Fn(&str) -> Result<DatabaseUrl, Fault> {
    const EXPECTED: &str = "\"sqlite:PATH\" or \"postgres://user:password@host/database\"";
    move |text| {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            return match path {
                "" | ":memory:" => Err(Fault::new("names no SQLite file", EXPECTED)),
                _ if path.contains('?') => Err(Fault::new("has options after the SQLite file", EXPECTED)),
                _ => Ok(DatabaseUrl::Sqlite(base.join(path))),
            };
        }
        let url = Url::parse(text).map_err(|_| Fault::new("is not a database URL", EXPECTED))?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(Fault::new("names neither SQLite nor PostgreSQL", EXPECTED));
        }
        if url.path().len() < 2 {
            return Err(Fault::new("names no PostgreSQL database", EXPECTED));
        }
        Ok(DatabaseUrl::Postgres(Secret::new(text)))
    }
}

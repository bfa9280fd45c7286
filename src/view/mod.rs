//! Domain values to the JSON shapes shared by REST, sockets and webhooks.
//!
//! Names are camelCase; times are RFC 3339 in UTC with milliseconds; what may be empty is `null`, never absent.
pub mod audit;
pub mod bridge;
pub mod bulk;
pub mod cursor;
pub mod export;
pub mod files;
pub mod finding;
pub mod import;
pub mod keys;
pub mod lists;
pub mod live;
pub mod mails;
pub mod messages;
pub mod notes;
pub mod people;
pub mod problem;
pub mod roster;
pub mod schemas;
pub mod session;
pub mod settings;
pub mod stats;
pub mod teams;
#[cfg(test)]
mod tests;
pub mod tickets;
pub mod timeline;

use std::fmt;

use chrono::SecondsFormat;
use serde::Serialize;

use crate::domain::Time;

/// A time as it is shown: `2026-03-09T10:00:00.000Z`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Moment(String);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `2026-03-09T10:00:00.000Z`.
pub fn time(time: Time) -> Moment {
    Moment(time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

//! The audit log: what admins and staff did besides what tickets tell themselves.
use serde_json::Value;

use super::clock::Time;
use super::ids::{AuditId, PersonId};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    UserCreated,
    UserChanged,
    PasswordResetGiven,
    TeamCreated,
    TeamChanged,
    TeamRetired,
    /// Somebody was named in a confidential ticket, or is no longer.
    StaffNamed,
    StaffUnnamed,
    ConfidentialityChanged,
    KeyCreated,
    KeyRevoked,
    BulkBegun,
    TicketsExported,
    /// Events that had been laid aside were put back to be applied.
    DeadLettersReplayed,
}

impl Deed {
    pub const ALL: [Self; 14] = [
        Self::UserCreated,
        Self::UserChanged,
        Self::PasswordResetGiven,
        Self::TeamCreated,
        Self::TeamChanged,
        Self::TeamRetired,
        Self::StaffNamed,
        Self::StaffUnnamed,
        Self::ConfidentialityChanged,
        Self::KeyCreated,
        Self::KeyRevoked,
        Self::BulkBegun,
        Self::TicketsExported,
        Self::DeadLettersReplayed,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserCreated => "user-created",
            Self::UserChanged => "user-changed",
            Self::PasswordResetGiven => "password-reset-given",
            Self::TeamCreated => "team-created",
            Self::TeamChanged => "team-changed",
            Self::TeamRetired => "team-retired",
            Self::StaffNamed => "staff-named",
            Self::StaffUnnamed => "staff-unnamed",
            Self::ConfidentialityChanged => "confidentiality-changed",
            Self::KeyCreated => "key-created",
            Self::KeyRevoked => "key-revoked",
            Self::BulkBegun => "bulk-begun",
            Self::TicketsExported => "tickets-exported",
            Self::DeadLettersReplayed => "dead-letters-replayed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.as_str() == text)
    }
}

/// A line of the log.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: AuditId,
    /// Absent for what was done on the command line.
    pub actor: Option<PersonId>,
    pub deed: Deed,
    /// The id of what it was done to.
    pub subject: Option<String>,
    /// What changed; no secrets.
    pub details: Value,
    pub at: Time,
}

/// Which lines are wanted: all of them, unless it says less.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub deed: Option<Deed>,
    pub actor: Option<PersonId>,
    pub subject: Option<String>,
}

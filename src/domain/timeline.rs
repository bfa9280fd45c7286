//! The timeline of a ticket: every change, who made it, from what to what.
use super::clock::Time;
use super::ids::{PersonId, TicketId, TimelineId};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    Created,
    StatusChanged,
    Assigned,
    ParticipantAdded,
    ParticipantRemoved,
    /// Their homeserver or ours refused to invite them.
    InvitationFailed,
    TitleChanged,
    CategoryChanged,
    PriorityChanged,
    /// Somebody said what came of it.
    ResolutionGiven,
    ContextChanged,
    TagsChanged,
    TeamChanged,
    ConfidentialityChanged,
    StaffNamed,
    StaffUnnamed,
    /// What was written after the time for reopening opened another ticket.
    FollowedUp,
    /// The student was told that it will be closed by itself.
    ClosingAnnounced,
    /// A mail to somebody could not be delivered, and is not tried again.
    MailFailed,
}

impl Happening {
    pub const ALL: [Self; 19] = [
        Self::Created,
        Self::StatusChanged,
        Self::Assigned,
        Self::ParticipantAdded,
        Self::ParticipantRemoved,
        Self::InvitationFailed,
        Self::TitleChanged,
        Self::CategoryChanged,
        Self::PriorityChanged,
        Self::ResolutionGiven,
        Self::ContextChanged,
        Self::TagsChanged,
        Self::TeamChanged,
        Self::ConfidentialityChanged,
        Self::StaffNamed,
        Self::StaffUnnamed,
        Self::FollowedUp,
        Self::ClosingAnnounced,
        Self::MailFailed,
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|happening| happening.as_str() == text)
    }

    /// Whether it is for staff alone.
    pub fn is_internal(self) -> bool {
        matches!(
            self,
            Self::InvitationFailed
                | Self::MailFailed
                | Self::TagsChanged
                | Self::TeamChanged
                | Self::StaffNamed
                | Self::StaffUnnamed
        )
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::StatusChanged => "status-changed",
            Self::Assigned => "assigned",
            Self::ParticipantAdded => "participant-added",
            Self::ParticipantRemoved => "participant-removed",
            Self::InvitationFailed => "invitation-failed",
            Self::TitleChanged => "title-changed",
            Self::CategoryChanged => "category-changed",
            Self::PriorityChanged => "priority-changed",
            Self::ResolutionGiven => "resolution-given",
            Self::ContextChanged => "context-changed",
            Self::TagsChanged => "tags-changed",
            Self::TeamChanged => "team-changed",
            Self::ConfidentialityChanged => "confidentiality-changed",
            Self::StaffNamed => "staff-named",
            Self::StaffUnnamed => "staff-unnamed",
            Self::FollowedUp => "followed-up",
            Self::ClosingAnnounced => "closing-announced",
            Self::MailFailed => "mail-failed",
        }
    }
}

/// A part of the timeline: after which line it begins, how many lines it has at most, and whether it has what is for
/// staff alone.
#[derive(Clone, Debug)]
pub struct Part {
    pub after: Option<(Time, TimelineId)>,
    pub limit: i64,
    pub with_internal: bool,
}

/// One line of the timeline.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: TimelineId,
    pub ticket: TicketId,
    /// Absent for what the desk did by itself.
    pub actor: Option<PersonId>,
    pub happening: Happening,
    pub from: Option<String>,
    pub to: Option<String>,
    pub at: Time,
}

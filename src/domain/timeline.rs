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
}

impl Happening {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::StatusChanged => "status-changed",
            Self::Assigned => "assigned",
            Self::ParticipantAdded => "participant-added",
            Self::ParticipantRemoved => "participant-removed",
            Self::InvitationFailed => "invitation-failed",
        }
    }
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

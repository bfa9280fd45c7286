//! Something to be done to many tickets: what was asked for, and how far it is.
use serde::{Deserialize, Deserializer, Serialize};

use super::clock::Time;
use super::ids::{BulkId, PersonId, TeamId};
use super::opening::one_of;
use super::refusal::{FieldError, Refusal};
use super::status::Status;
use super::tags::{self, Tag};
use super::text;

/// So many tickets are taken at once.
pub const MOST: usize = 10_000;

/// What is to be done, as it came in and as it is kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BulkDraft {
    pub action: String,
    /// Nobody, when it is `null`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<Option<String>>,
    /// No team, when it is `null`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub team_id: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remove: Option<Vec<String>>,
}

fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// What is to be done to each ticket, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkAction {
    /// What is not given stays.
    Assign {
        person: Option<Option<PersonId>>,
        team: Option<Option<TeamId>>,
    },
    Close {
        resolution: Option<String>,
    },
    Status {
        to: Status,
        resolution: Option<String>,
    },
    Tag {
        add: Vec<Tag>,
        remove: Vec<Tag>,
    },
}

/// What can be done.
pub const ACTIONS: [&str; 4] = ["assign", "close", "status", "tag"];

impl BulkDraft {
    /// What it asks for, or what does not fit.
    pub fn check(&self) -> Result<BulkAction, Refusal> {
        let allowed: &[&str] = match self.action.as_str() {
            "assign" => &["userId", "teamId"],
            "close" => &["resolution"],
            "status" => &["status", "resolution"],
            "tag" => &["add", "remove"],
            _ => return Err(one_of("action", ACTIONS).into()),
        };
        for (field, is_given) in self.given() {
            if is_given && !allowed.contains(&field) {
                return Err(Refusal::field(field, format!("does not go together with the action {}", self.action)));
            }
        }
        let resolution = self.resolution.as_deref();
        let resolution = resolution.map(|said| text::body("resolution", said, text::RESOLUTION_LIMIT)).transpose()?;
        match self.action.as_str() {
            "assign" => self.assignment(),
            "close" => Ok(BulkAction::Close { resolution }),
            "status" => {
                let to = self.status.as_deref().and_then(Status::parse);
                let to = to.ok_or_else(|| one_of("status", Status::ALL.map(Status::as_str)))?;
                Ok(BulkAction::Status { to, resolution })
            }
            _ => {
                let tags = |field, given: &Option<Vec<String>>| {
                    tags::check(field, given.as_deref().unwrap_or_default()).map_err(Refusal::Invalid)
                };
                let (add, remove) = (tags("add", &self.add)?, tags("remove", &self.remove)?);
                if add.is_empty() && remove.is_empty() {
                    return Err(Refusal::field("add", "must be given, or remove"));
                }
                Ok(BulkAction::Tag { add, remove })
            }
        }
    }

    fn given(&self) -> [(&'static str, bool); 6] {
        [
            ("userId", self.user_id.is_some()),
            ("teamId", self.team_id.is_some()),
            ("status", self.status.is_some()),
            ("resolution", self.resolution.is_some()),
            ("add", self.add.is_some()),
            ("remove", self.remove.is_some()),
        ]
    }

    fn assignment(&self) -> Result<BulkAction, Refusal> {
        if self.user_id.is_none() && self.team_id.is_none() {
            return Err(Refusal::field("userId", "must be given, or teamId; null takes it from whoever has it"));
        }
        let person = self.user_id.as_ref().map(|id| id.as_ref().map(|id| id.parse()).transpose()).transpose();
        let person = person.map_err(|_| FieldError::new("userId", "is not the id of a person"))?;
        let team = self.team_id.as_ref().map(|id| id.as_ref().map(|id| id.parse()).transpose()).transpose();
        let team = team.map_err(|_| FieldError::new("teamId", "is not the id of a team"))?;
        Ok(BulkAction::Assign { person, team })
    }
}

/// How far something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkState {
    Running,
    Done,
    /// Somebody stopped it; what was done by then stays.
    Cancelled,
}

impl BulkState {
    pub const ALL: [Self; 3] = [Self::Running, Self::Done, Self::Cancelled];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Something that is done to many tickets, as it stands.
#[derive(Clone, Debug)]
pub struct BulkJob {
    pub id: BulkId,
    /// In whose name.
    pub person: PersonId,
    pub draft: BulkDraft,
    pub state: BulkState,
    pub total: i64,
    /// With how many tickets it is through.
    pub done: i64,
    /// And how many refused.
    pub failed: i64,
    pub created_at: Time,
    pub ended_at: Option<Time>,
}

/// Why a ticket among many refused, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkReason {
    /// It does not exist, or may not be seen.
    NotFound,
    Forbidden,
    /// It stands where it cannot become what was asked for.
    Status,
    /// It needs a resolution.
    Resolution,
    /// It would have too many tags.
    Tags,
    /// Something went wrong on our side.
    Internal,
    Other,
}

impl BulkReason {
    pub const ALL: [Self; 7] =
        [Self::NotFound, Self::Forbidden, Self::Status, Self::Resolution, Self::Tags, Self::Internal, Self::Other];

    /// What kind of refusal it is, of one ticket among many.
    pub fn of(refusal: &Refusal) -> Self {
        let is_at = |field: &str| match refusal {
            Refusal::Invalid(errors) => errors.iter().any(|error| error.pointer.starts_with(field)),
            _ => false,
        };
        match refusal {
            Refusal::NotFound(_) => Self::NotFound,
            Refusal::Forbidden(_) | Refusal::Unauthenticated(_) => Self::Forbidden,
            Refusal::Conflict(_) => Self::Status,
            Refusal::Broken(_) => Self::Internal,
            _ if is_at("/resolution") => Self::Resolution,
            _ if is_at("/tags") => Self::Tags,
            _ => Self::Other,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Forbidden => "forbidden",
            Self::Status => "status",
            Self::Resolution => "resolution",
            Self::Tags => "tags",
            Self::Internal => "internal",
            Self::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// A ticket to which it could not be done, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkFailure {
    /// As it was given: an id or a number.
    pub ticket: String,
    pub reason: BulkReason,
    /// In words.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointer(json: &str) -> String {
        let draft: BulkDraft = serde_json::from_str(json).expect("JSON");
        let Err(Refusal::Invalid(errors)) = draft.check() else { panic!("{json} fits") };
        errors[0].pointer.clone()
    }

    #[test]
    fn an_action_reads_back_and_what_does_not_go_with_it_is_named() {
        let nobody: BulkDraft = serde_json::from_str(r#"{"action": "assign", "userId": null}"#).expect("JSON");
        let kept = serde_json::to_string(&nobody).expect("JSON");
        assert_eq!(kept, r#"{"action":"assign","userId":null}"#);
        assert_eq!(nobody.check().expect("fits"), BulkAction::Assign { person: Some(None), team: None });
        for (json, expected) in [
            (r#"{"action": "burn"}"#, "/action"),
            (r#"{"action": "assign"}"#, "/userId"),
            (r#"{"action": "assign", "userId": "me"}"#, "/userId"),
            (r#"{"action": "assign", "teamId": "lab"}"#, "/teamId"),
            (r#"{"action": "close", "status": "open"}"#, "/status"),
            (r#"{"action": "status", "status": "burning"}"#, "/status"),
            (r#"{"action": "close", "resolution": " "}"#, "/resolution"),
            (r#"{"action": "tag"}"#, "/add"),
            (r#"{"action": "tag", "remove": ["a,b"]}"#, "/remove/0"),
        ] {
            assert_eq!(pointer(json), expected, "{json}");
        }
    }
}

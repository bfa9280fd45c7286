//! What mails are about: for each template the data that it is drawn from.
//!
//! Words (of a status, a priority) stand here as the desk knows them; templates say them in the reader's language.
use serde::{Serialize, Serializer};
use url::Url;

use crate::domain::Time;
use crate::domain::markup;
use crate::domain::people::Role;
use crate::domain::status::Status;
use crate::domain::tickets::{Category, Priority};

/// Something that a person is told by mail.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Notice {
    NewTicket(NewTicket),
    TicketAssigned(TicketAssigned),
    TicketStatusChanged(TicketStatusChanged),
    TicketResolved(TicketResolved),
    NewMessage(NewMessage),
    TicketReceived(TicketReceived),
    Mention(Mention),
    Invitation(Invitation),
    PasswordReset(PasswordReset),
    Digest(Digest),
    Test(Test),
}

impl Notice {
    /// What its templates are called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NewTicket(_) => "newTicket",
            Self::TicketAssigned(_) => "ticketAssigned",
            Self::TicketStatusChanged(_) => "ticketStatusChanged",
            Self::TicketResolved(_) => "ticketResolved",
            Self::NewMessage(_) => "newMessage",
            Self::TicketReceived(_) => "ticketReceived",
            Self::Mention(_) => "mention",
            Self::Invitation(_) => "invitation",
            Self::PasswordReset(_) => "passwordReset",
            Self::Digest(_) => "digest",
            Self::Test(_) => "test",
        }
    }
}

/// To staff: somebody opened a ticket.
#[derive(Clone, Debug, Serialize)]
pub struct NewTicket {
    pub ticket: TicketFacts,
    pub description: Text,
    pub files: Vec<FileLine>,
}

/// To staff: a ticket is theirs now, or their team's.
#[derive(Clone, Debug, Serialize)]
pub struct TicketAssigned {
    pub ticket: TicketFacts,
    /// Who gave it; none when the desk did by itself.
    pub by: Option<String>,
    /// The team, when it was given to that and to nobody in it.
    pub team: Option<String>,
    /// What was said last.
    pub last: Option<Said>,
}

/// To whoever takes part: a ticket stands elsewhere.
#[derive(Clone, Debug, Serialize)]
pub struct TicketStatusChanged {
    pub ticket: TicketFacts,
    #[serde(serialize_with = "status")]
    pub from: Status,
    #[serde(serialize_with = "status")]
    pub to: Status,
    /// Who moved it; none when the desk did by itself.
    pub by: Option<String>,
    /// It stands where it stood, and is closed by itself in so many days unless somebody writes.
    pub closes_in: Option<i64>,
}

/// To whoever takes part: a ticket is resolved.
#[derive(Clone, Debug, Serialize)]
pub struct TicketResolved {
    pub ticket: TicketFacts,
    pub by: Option<String>,
    /// What came of it.
    pub resolution: Option<String>,
    /// For how many days an answer opens it again; none when it does not.
    pub reopen_days: Option<u32>,
}

/// To whoever takes part: what was said since they last looked.
#[derive(Clone, Debug, Serialize)]
pub struct NewMessage {
    pub ticket: TicketFacts,
    /// Oldest first; at least one.
    pub messages: Vec<Said>,
    /// How many more there are, older than those.
    pub earlier: u32,
}

/// To the student: the ticket has come in.
#[derive(Clone, Debug, Serialize)]
pub struct TicketReceived {
    pub ticket: TicketFacts,
    /// Who opened it on their behalf.
    pub opened_by: Option<String>,
    pub description: Text,
    pub files: Vec<FileLine>,
}

/// To staff: somebody named them.
#[derive(Clone, Debug, Serialize)]
pub struct Mention {
    pub ticket: TicketFacts,
    pub message: Said,
    /// Whether it is an internal note, which students do not see.
    pub is_note: bool,
}

/// To whoever is to have an account.
#[derive(Clone, Debug, Serialize)]
pub struct Invitation {
    pub by: Option<String>,
    #[serde(serialize_with = "role")]
    pub role: Role,
    /// It is good once; whoever has it is the person.
    pub link: Url,
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub until: Time,
}

/// To whoever forgot their password, or said so.
#[derive(Clone, Debug, Serialize)]
pub struct PasswordReset {
    /// It is good once; whoever has it is the person.
    pub link: Url,
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub until: Time,
}

/// Everything of an hour or a day.
#[derive(Clone, Debug, Serialize)]
pub struct Digest {
    pub period: Period,
    /// At least one.
    pub entries: Vec<DigestEntry>,
    /// How many more tickets something happened in.
    pub more: u32,
    /// Where they are all seen.
    pub link: Url,
}

/// What a digest gathers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    Hour,
    Day,
}

/// What happened in one ticket.
#[derive(Clone, Debug, Serialize)]
pub struct DigestEntry {
    pub ticket: TicketFacts,
    /// Oldest first.
    pub events: Vec<DigestEvent>,
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
pub struct DigestEvent {
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub at: Time,
    /// Who did it; none when the desk did by itself.
    pub by: Option<String>,
    #[serde(flatten)]
    pub what: Happening,
}

/// What a digest tells of.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Happening {
    Opened,
    /// The ticket is the reader's.
    AssignedToYou,
    AssignedToTeam {
        team: String,
    },
    StatusChanged {
        #[serde(serialize_with = "status")]
        to: Status,
    },
    /// It is closed by itself unless somebody writes.
    ClosesSoon,
    Resolved,
    /// What was said, by one person in a row.
    Said {
        count: u32,
        /// The beginning of the last of them.
        excerpt: String,
    },
    Mentioned {
        excerpt: String,
    },
}

/// To an operator: mails arrive.
#[derive(Clone, Debug, Serialize)]
pub struct Test {
    /// What it was handed to, such as `smtp.example.org:587`.
    pub transport: String,
}

/// What a ticket is.
#[derive(Clone, Debug, Serialize)]
pub struct TicketFacts {
    pub number: String,
    pub title: String,
    #[serde(serialize_with = "status")]
    pub status: Status,
    #[serde(serialize_with = "priority")]
    pub priority: Priority,
    #[serde(serialize_with = "category")]
    pub category: Category,
    /// The student's name.
    pub student: String,
    pub assignee: Option<String>,
    pub team: Option<String>,
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub opened_at: Time,
    pub link: Url,
}

/// A message, or a note.
#[derive(Clone, Debug, Serialize)]
pub struct Said {
    pub author: String,
    pub is_staff: bool,
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub at: Time,
    #[serde(flatten)]
    pub text: Text,
    pub files: Vec<FileLine>,
}

/// What somebody wrote.
#[derive(Clone, Debug, Serialize)]
pub struct Text {
    /// Without formatting; empty when there are only files.
    pub plain: String,
    /// Where formatting says more.
    pub html: Option<SafeHtml>,
}

/// HTML that has been through [`markup::sanitized`]; templates show it as it is.
#[derive(Clone, Debug)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// What is harmless of `html`; none when nothing is left.
    pub fn of(html: &str) -> Option<Self> {
        markup::sanitized(html).map(Self)
    }
}

impl Serialize for SafeHtml {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        minijinja::Value::from_safe_string(self.0.clone()).serialize(serializer)
    }
}

/// A file of a message.
#[derive(Clone, Debug, Serialize)]
pub struct FileLine {
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// Where it is had; none when it goes with the mail and nowhere else.
    pub link: Option<Url>,
    /// Whether it goes with the mail.
    pub is_attached: bool,
}

fn status<S: Serializer>(status: &Status, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(status.as_str())
}

fn priority<S: Serializer>(priority: &Priority, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(priority.as_str())
}

fn category<S: Serializer>(category: &Category, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(category.as_str())
}

fn role<S: Serializer>(role: &Role, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(role.as_str())
}

//! What the values within the shapes are, for the description of the API: ids, names, bounded texts.
//!
//! The bounds are the domain's own. The types without values stand for what is a plain text in Rust and more than that
//! for whoever writes a client.
use std::borrow::Cow;

use serde_json::json;
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::Moment;
use crate::desk::api_keys::{MOST_DAYS, USUAL_DAYS};
use crate::desk::passwords;
use crate::domain::api_keys::Scope;
use crate::domain::audit::Deed;
use crate::domain::bulk::{self, BulkReason, BulkState};
use crate::domain::client_ids::{self, ClientId};
use crate::domain::files::{self, FileState};
use crate::domain::ids::{
    ApiKeyId, AuditId, BulkId, FileId, MessageId, NoteId, PersonId, SessionId, TeamId, TicketId, TimelineId,
};
use crate::domain::languages::Language;
use crate::domain::mails::{Occasion, Pace, Switch};
use crate::domain::messages::{Delivery, Kind, MENTIONS_LIMIT, MessageType, REACTION_LIMIT};
use crate::domain::opening::{Impact, StudentPriority};
use crate::domain::people::Role;
use crate::domain::status::Status;
use crate::domain::tags::{self, Tag};
use crate::domain::text;
use crate::domain::tickets::{Category, Priority};
use crate::domain::timeline::Happening;

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

macro_rules! ids {
    ($($name:ident: $prefix:literal, $what:literal;)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                string()
                    .description(Some(concat!("The id of ", $what, ".")))
                    .pattern(Some(concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$")))
                    .examples([json!(concat!($prefix, "_01k0p7wrhzc3fa4m9e2t6v8qxy"))])
                    .into()
            }
        }
        impl ToSchema for $name {}
    )*};
}

ids! {
    PersonId: "usr", "a person";
    TicketId: "tkt", "a ticket";
    MessageId: "msg", "a message";
    FileId: "fil", "a file";
    NoteId: "nte", "a note";
    TimelineId: "tln", "a line of a timeline";
    TeamId: "tea", "a team";
    AuditId: "aud", "a line of the audit log";
    ApiKeyId: "key", "an API key";
    BulkId: "blk", "a bulk job";
    SessionId: "ses", "a session";
}

macro_rules! names {
    ($($(#[doc = $doc:literal])* $type:ident as $name:literal: $names:expr;)*) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                let words = concat!($($doc),*).trim();
                string().description(Some(words)).enum_values(Some($names)).into()
            }
        }
        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                $name.into()
            }
        }
    )*};
}

/// What of a ticket has the words that were looked for.
pub enum FoundIn {}
/// What came of a line of a roster.
pub enum ImportOutcome {}
/// What is done to many tickets.
pub enum BulkAction {}
/// How a token is shown.
pub enum TokenType {}
/// The answer to a question of yes or no in a query.
pub enum YesOrNo {}

names! {
    /// Where a ticket stands. `resolved` and `closed` are done; a reply of the student opens it again.
    Status as "TicketStatus": Status::ALL.map(Status::as_str);
    /// What a ticket is about.
    Category as "Category": Category::ALL.map(Category::as_str);
    /// How urgent a ticket is.
    Priority as "Priority": Priority::ALL.map(Priority::as_str);
    /// What a ticket keeps its student from: a priority follows from it.
    Impact as "Impact": Impact::ALL.map(Impact::as_str);
    /// How students say how urgent a ticket is: by a priority, or by an impact.
    StudentPriority as "StudentPriority": ["choose", "impact"];
    /// What somebody is at the desk. Instructors and admins are its staff.
    Role as "Role": Role::ALL.map(Role::as_str);
    /// What an API key is good for.
    Scope as "KeyScope": Scope::ALL.map(Scope::as_str);
    /// What a message is at its simplest.
    MessageType as "MessageType": [MessageType::Text, MessageType::File, MessageType::System].map(MessageType::as_str);
    /// What a message is, in the terms of the Matrix specification.
    Kind as "MessageKind": Kind::ALL.map(Kind::as_str);
    /// How far something said has come on its way into the Matrix room.
    Delivery as "DeliveryState": ["queued", "sent", "failed"];
    /// Whether a file can be had: `fetching` while it comes from another homeserver.
    FileState as "FileState": ["ready", "fetching", "refused"];
    /// Whether a bulk job goes on.
    BulkState as "BulkState": BulkState::ALL.map(BulkState::as_str);
    BulkReason as "BulkReason": BulkReason::ALL.map(BulkReason::as_str);
    /// What happened to a ticket.
    Happening as "TimelineEvent": Happening::ALL.map(Happening::as_str);
    /// What was done, as the audit log names it.
    Deed as "AuditAction": Deed::ALL.map(Deed::as_str);
    /// What of a ticket has the words that were looked for.
    FoundIn as "FoundIn": ["id", "number", "title", "description", "message", "note"];
    /// What came of a line of a roster.
    ImportOutcome as "ImportOutcome": ["created", "updated", "unchanged", "failed"];
    /// What is done to many tickets.
    BulkAction as "BulkAction": bulk::ACTIONS;
    /// How an access token is shown: `Authorization: Bearer …`.
    TokenType as "TokenType": ["Bearer"];
    /// What people are told of by mail.
    Occasion as "MailOccasion": Occasion::ALL.map(Occasion::as_str);
    /// How soon: at once, with everything else of the hour or of the day, or never.
    Pace as "MailPace": Pace::ALL.map(Pace::as_str);
    /// What a link to switch mails off is for: an occasion, or everything that comes together in one mail.
    Switch as "MailSwitch": Occasion::ALL.map(Switch::Occasion).into_iter().chain([Switch::Digests]).map(Switch::as_str);
    /// A language in which the desk writes (RFC 5646).
    Language as "Language": Language::ALL.map(Language::as_str);
    /// An answer to a question in a query.
    YesOrNo as "YesOrNo": ["yes", "no"];
}

macro_rules! texts {
    ($($(#[doc = $doc:literal])* $name:ident: $least:expr, $most:expr, $example:literal;)*) => {$(
        $(#[doc = $doc])*
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words = concat!($($doc),*).trim();
                let text = string().description(Some(words)).min_length(Some($least)).max_length(Some($most));
                text.examples([json!($example)]).into()
            }
        }
        impl ToSchema for $name {}
    )*};
}

texts! {
    /// One line.
    Title: 1, text::TITLE_LIMIT, "The printer on the second floor is on fire";
    /// Plain text or Markdown, of several lines.
    Body: 1, text::BODY_LIMIT, "It has been **smoking** since nine.";
    /// What came of a ticket.
    Resolution: 1, text::RESOLUTION_LIMIT, "The fuser was replaced.";
    /// What a ticket belongs to outside the desk, such as a course.
    Context: 1, text::CONTEXT_LIMIT, "Course 7";
    /// As [Context]; empty for none.
    ContextOrNone: 0, text::CONTEXT_LIMIT, "Course 7";
    /// A name that people see.
    Name: 1, text::NAME_LIMIT, "Ann Lee";
    /// What is looked for; empty for everything.
    SearchText: 0, text::NAME_LIMIT, "ann";
    /// The id (`tkt_…`) or the number (`TICK-…`) of a ticket.
    TicketKey: 1, text::TICKET_KEY_LIMIT, "TICK-20260301-0001";
    /// What somebody reacts with: an emoji, or a short text.
    Reaction: 1, REACTION_LIMIT, "👍";
    /// A password that somebody chooses.
    Password: passwords::SHORTEST, passwords::LONGEST, "correct horse battery staple";
    /// A Matrix user id.
    MatrixId: 4, text::MATRIX_ID_LIMIT, "@ann:example.org";
}

/// A time of day by somebody's clock.
pub enum TimeOfDay {}
/// A time zone.
pub enum ZoneName {}

impl PartialSchema for TimeOfDay {
    fn schema() -> RefOr<Schema> {
        let text = string().description(Some("A time of day by somebody's clock."));
        text.pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$")).examples([json!("22:00")]).into()
    }
}

impl ToSchema for TimeOfDay {}

impl PartialSchema for ZoneName {
    fn schema() -> RefOr<Schema> {
        let text = string().description(Some("A time zone of the IANA database, or `+05:30`."));
        text.examples([json!("Europe/Berlin")]).into()
    }
}

impl ToSchema for ZoneName {}

impl PartialSchema for Tag {
    fn schema() -> RefOr<Schema> {
        let words = "Letters and digits, and - _ . : / between them; kept in lower case.";
        let text = string().description(Some(words)).min_length(Some(1)).max_length(Some(tags::LIMIT));
        text.examples([json!("exam")]).into()
    }
}

impl ToSchema for Tag {}

impl PartialSchema for ClientId {
    fn schema() -> RefOr<Schema> {
        let words = "What the client calls what it asks for. Asked again with the same id, the desk answers with what \
                     the first request made (200 instead of 201).";
        let pattern = format!("^[A-Za-z0-9._~-]{{1,{}}}$", client_ids::LIMIT);
        let text = string().description(Some(words)).pattern(Some(pattern));
        text.examples([json!("4f7c1d7e-3f0b-4d0f-9a52-0c1f2b6a9e11")]).into()
    }
}

impl ToSchema for ClientId {}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        let text = string().description(Some("RFC 3339, in UTC, with milliseconds."));
        let text = text.format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
        text.examples([json!("2026-03-09T10:00:00.000Z")]).into()
    }
}

impl ToSchema for Moment {}

/// Tags of one ticket.
pub enum Tags {}
/// The people whom a text calls upon.
pub enum Mentions {}

fn list_of<T: ToSchema>(most: usize, words: &str) -> RefOr<Schema> {
    let item = RefOr::<Schema>::Ref(Ref::from_schema_name(T::name()));
    ArrayBuilder::new().items(item).max_items(Some(most)).description(Some(words)).into()
}

impl PartialSchema for Tags {
    fn schema() -> RefOr<Schema> {
        list_of::<Tag>(tags::MOST, "What staff group tickets by.")
    }
}

impl ToSchema for Tags {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Tag::name().into(), Tag::schema()));
    }
}

/// The tickets of a bulk job.
pub enum TicketKeys {}

impl PartialSchema for TicketKeys {
    fn schema() -> RefOr<Schema> {
        list_of::<TicketKey>(bulk::MOST, "Ids or numbers of tickets.")
    }
}

impl ToSchema for TicketKeys {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((TicketKey::name().into(), TicketKey::schema()));
    }
}

/// For how many days a key is good.
pub enum KeyDays {}

impl PartialSchema for KeyDays {
    fn schema() -> RefOr<Schema> {
        let days = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(MOST_DAYS));
        days.default(Some(json!(USUAL_DAYS))).description(Some("For how many days a key is good.")).into()
    }
}

impl ToSchema for KeyDays {}

impl PartialSchema for Mentions {
    fn schema() -> RefOr<Schema> {
        list_of::<PersonId>(MENTIONS_LIMIT, "The people whom the text calls upon.")
    }
}

impl ToSchema for Mentions {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((PersonId::name().into(), PersonId::schema()));
    }
}

/// Files of a form, each a part of its own.
pub enum Files {}

impl PartialSchema for Files {
    fn schema() -> RefOr<Schema> {
        let file = string().format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        let words = "Each a part of its own with a file name.";
        ArrayBuilder::new().items(file).max_items(Some(files::MOST)).description(Some(words)).into()
    }
}

impl ToSchema for Files {}

//! The fields of forms, which are read one by one and so have no type of their own.
#![expect(dead_code, reason = "they describe what is read; nothing makes one")]
use utoipa::ToSchema;

use crate::domain::client_ids::ClientId;
use crate::domain::ids::MessageId;
use crate::domain::opening::Impact;
use crate::domain::tickets::{Category, Priority};
use crate::view::schemas::{Body, ContextOrNone, Files, Mentions, Tags, TicketKey, Title};

/// A ticket with files: what is refused of them costs the ticket nothing.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct NewTicketForm {
    title: Title,
    description: Body,
    /// Usually `general`.
    #[schema(nullable = false)]
    category: Option<Category>,
    #[schema(nullable = false)]
    priority: Option<Priority>,
    #[schema(nullable = false)]
    impact: Option<Impact>,
    #[schema(nullable = false)]
    context: Option<ContextOrNone>,
    /// Each a field of its own.
    #[schema(nullable = false)]
    tags: Option<Tags>,
    #[schema(nullable = false)]
    confidential: Option<bool>,
    #[schema(nullable = false)]
    client_id: Option<ClientId>,
    /// The id, mail address or Matrix id of a student, for staff.
    #[schema(nullable = false)]
    created_for: Option<String>,
    /// The id or number of the ticket it goes on from.
    #[schema(nullable = false)]
    follows: Option<TicketKey>,
    #[schema(nullable = false)]
    files: Option<Files>,
}

/// A text, files, or both, and the ticket they go into.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct NewMessageForm {
    ticket: TicketKey,
    #[schema(nullable = false)]
    message: Option<Body>,
    /// The message that this one answers.
    #[schema(nullable = false)]
    reply_to: Option<MessageId>,
    /// The message in whose thread this one stands.
    #[schema(nullable = false)]
    thread: Option<MessageId>,
    /// Each a field of its own.
    #[schema(nullable = false)]
    mentions: Option<Mentions>,
    #[schema(nullable = false)]
    client_id: Option<ClientId>,
    #[schema(nullable = false)]
    files: Option<Files>,
}

/// A text, files, or both.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct UploadForm {
    #[schema(nullable = false)]
    message: Option<Body>,
    /// The message that this one answers.
    #[schema(nullable = false)]
    reply_to: Option<MessageId>,
    /// The message in whose thread this one stands.
    #[schema(nullable = false)]
    thread: Option<MessageId>,
    /// Each a field of its own.
    #[schema(nullable = false)]
    mentions: Option<Mentions>,
    #[schema(nullable = false)]
    client_id: Option<ClientId>,
    files: Files,
}

/// A note, files, or both.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct NewNoteForm {
    #[schema(nullable = false)]
    note: Option<Body>,
    /// Each a field of its own.
    #[schema(nullable = false)]
    mentions: Option<Mentions>,
    #[schema(nullable = false)]
    client_id: Option<ClientId>,
    #[schema(nullable = false)]
    files: Option<Files>,
}

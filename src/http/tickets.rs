//! Tickets: opening one, and one with its conversation.
use axum::Json as Answer;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use http::header::{HeaderName, LOCATION};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{HostContext, MessagePage, SignedIn, TicketKey};
use super::files::status_of;
use super::finding;
use super::forms::{Body, Form};
use super::lifecycle;
use super::messages::{self, shown};
use super::openapi::answers::OpenedTicket;
use super::openapi::forms::NewTicketForm;
use super::problem::Problem;
use super::repeats::Repeatable;
use crate::desk::Desk;
use crate::desk::tickets::Opened;
use crate::domain::Refusal;
use crate::domain::client_ids::ClientId;
use crate::domain::markup;
use crate::domain::opening::{Impact, TicketDraft};
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::domain::tickets::{Category, Priority, Ticket};
use crate::view;
use crate::view::files::Uploaded;
use crate::view::people::{Participant, People};
use crate::view::schemas::{self, Body as Text, ContextOrNone, Tags, Title};
use crate::view::tickets::{Linked, OwnTicket};

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(open, finding::mine).layer(DefaultBodyLimit::disable()))
        .routes(routes!(one, lifecycle::edit))
}

/// A ticket to open.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewTicket)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Draft {
    #[schema(value_type = Title)]
    title: Option<String>,
    #[schema(value_type = Text)]
    description: Option<String>,
    /// Usually `general`.
    #[schema(value_type = Option<Category>)]
    category: Option<String>,
    #[schema(value_type = Option<Priority>)]
    priority: Option<String>,
    #[schema(value_type = Option<Impact>)]
    impact: Option<String>,
    #[schema(value_type = Option<ContextOrNone>)]
    context: Option<String>,
    #[serde(default)]
    #[schema(value_type = Tags)]
    tags: Vec<String>,
    /// Of staff, only those who are named see it.
    #[serde(default)]
    confidential: bool,
    #[schema(value_type = Option<ClientId>)]
    client_id: Option<String>,
    /// The id, mail address or Matrix id of a student, for staff.
    created_for: Option<String>,
    /// The id or number of the ticket it goes on from.
    #[schema(value_type = Option<schemas::TicketKey>)]
    follows: Option<String>,
}

impl From<Draft> for TicketDraft {
    fn from(draft: Draft) -> Self {
        let Draft { title, description, category, priority, impact, context, .. } = draft;
        let Draft { tags, confidential, client_id, created_for, follows, .. } = draft;
        Self {
            title,
            description,
            category,
            priority,
            impact,
            context,
            tags,
            confidential,
            client_id,
            created_for,
            follows,
        }
    }
}

/// The fields of a form, which are those of the JSON.
const FIELDS: [&str; 11] = [
    "title",
    "description",
    "category",
    "priority",
    "impact",
    "context",
    "tags",
    "confidential",
    "clientId",
    "createdFor",
    "follows",
];

/// Opens a ticket; its Matrix room follows.
///
/// As a form, with files: the ticket is opened also when they are refused, and `files` says what came of each. Students are asked
/// for a `priority` or an `impact`, as `GET /api/support/settings` says.
#[utoipa::path(
    post, path = "/api/support/tickets", operation_id = "openTicket", tag = "Tickets",
    request_body(content((Draft = "application/json"), (NewTicketForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "The ticket; `messages` and `files` are there when it came as a form.", body = OpenedTicket,
            headers(("Location" = String, description = "Where the ticket is."))),
        (status = 200, description = "What an earlier request with this `clientId` made.", body = OpenedTicket,
            headers(("Location" = String, description = "Where the ticket is."))),
        (status = 409, description = "The `clientId` stands for something else."),
    ),
)]
async fn open(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    HostContext(context): HostContext,
    repeatable: Repeatable,
    body: Body<Draft>,
) -> Result<Response, Problem> {
    let draft = match body {
        Body::Json(draft) => Draft { client_id: repeatable.id_or(draft.client_id), ..draft },
        Body::Form(form) => return open_with_files(&desk, &person, (form, context)).await,
    };
    let draft = TicketDraft::from(draft);
    let draft = TicketDraft { context: draft.context.or(context), ..draft };
    let opened = desk.open_ticket(&person, draft, Vec::new()).await?;
    let status = status_of(&opened);
    let ticket = opened.made().ticket;
    Ok((status, location(&ticket), Answer(own(&desk, &person, &ticket).await?)).into_response())
}

/// A ticket that was opened with files, and what came of them.
#[derive(Serialize)]
struct WithFiles {
    #[serde(flatten)]
    ticket: OwnTicket,
    #[serde(flatten)]
    uploaded: Uploaded,
}

/// Opens a ticket with files: it is opened also when they are refused.
async fn open_with_files(
    desk: &Desk,
    person: &Person,
    (form, context): (Form, Option<String>),
) -> Result<Response, Problem> {
    let mut filled = form.read(desk, &FIELDS).await?;
    let confidential = match filled.field("confidential").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            filled.discard(desk).await;
            return Err(FieldError::new("confidential", "must be true or false").into());
        }
    };
    let draft = TicketDraft {
        title: filled.field("title"),
        description: filled.field("description"),
        category: filled.field("category"),
        priority: filled.field("priority"),
        impact: filled.field("impact"),
        context: filled.field("context").or(context),
        tags: filled.list("tags"),
        confidential,
        client_id: filled.field("clientId"),
        created_for: filled.field("createdFor"),
        follows: filled.field("follows"),
    };
    let (offered, verdicts) = filled.offer();
    let opened = desk.open_ticket(person, draft, offered).await?;
    let status = status_of(&opened);
    let Opened { ticket, files } = opened.made();
    let messages: Vec<_> = files.iter().flatten().cloned().collect();
    let uploaded = Uploaded { messages: shown(desk, &messages).await?, files: verdicts.outcomes(&files) };
    let (location, ticket) = (location(&ticket), own(desk, person, &ticket).await?);
    Ok((status, location, Answer(WithFiles { ticket, uploaded })).into_response())
}

fn location(ticket: &Ticket) -> [(HeaderName, String); 1] {
    [(LOCATION, format!("/api/support/tickets/{}", ticket.id))]
}

/// A ticket with what it has for `person`.
pub(super) async fn own(desk: &Desk, person: &Person, ticket: &Ticket) -> Result<OwnTicket, Refusal> {
    let tickets = std::slice::from_ref(ticket);
    let (people, unread) = (people(desk, tickets).await?, desk.unread_counts(person, tickets).await?);
    Ok(OwnTicket::new(view::tickets::Ticket::new(ticket, &people, desk.names(), person.into()), &unread))
}

/// Returns a ticket, with the latest of its conversation and who belongs to it.
#[utoipa::path(
    get, path = "/api/support/tickets/{id}", operation_id = "getTicket", tag = "Tickets",
    params(TicketKey),
    responses((status = 200, description = "The ticket.", body = view::tickets::FullTicket,
        headers(("ETag" = String, description = "Names the ticket's version: for `If-Match`.")))),
)]
async fn one(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    TicketKey(key): TicketKey,
) -> Result<Response, Problem> {
    let ticket = desk.ticket(&person, &key).await?;
    let messages = messages::conversation(&desk, &person, &key, MessagePage::default()).await?;
    let participants = desk.participants(&person, &key).await?;
    let linked = desk.linked_tickets(&person, &ticket).await?;
    let full = view::tickets::FullTicket {
        ticket: own(&desk, &person, &ticket).await?,
        description_html: markup::from_markdown(&ticket.description),
        note_count: desk.note_count(&person, &ticket).await?,
        messages,
        participants: participants.iter().map(|other| Participant::seen_by(&person, other)).collect(),
        goes_on_from: linked.before.as_ref().map(Linked::from),
        follow_ups: linked.after.iter().map(Linked::from).collect(),
    };
    Ok((lifecycle::tag(&ticket), Answer(full)).into_response())
}

pub(super) async fn people(desk: &Desk, tickets: &[Ticket]) -> Result<People, Refusal> {
    Ok(desk.people_named(&view::tickets::people_of(tickets)).await?.into())
}

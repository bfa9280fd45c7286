//! Links in mails, which are good without signing in: switching mails off (RFC 8058), and files.
use std::convert::Infallible;

use axum::Json as Answer;
use axum::extract::{FromRequestParts, Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, LOCATION};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::dashboard::reads_html;
use super::download::answer;
use super::openapi::answers::FileBytes;
use super::openapi::parameters::FileHeaders;
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::mail_links::Linked;
use crate::domain::Refusal;
use crate::files::Part;
use crate::view::mails::Unsubscribing;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(unsubscribe, opened))
        .routes(routes!(about))
        .routes(routes!(undo))
        .routes(routes!(file))
}

/// `?token=` of a link in a mail; empty when there is none. What else stands there is passed over: programs on a mail's way
/// add parameters of their own to links.
pub struct MailToken(String);

impl FromRequestParts<HttpState> for MailToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Infallible> {
        let mut query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Self(query.find(|(name, _)| name == "token").map(|(_, token)| token.into_owned()).unwrap_or_default()))
    }
}

/// What mail programs send (RFC 8058, section 3.1).
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "it is described, and not looked at")]
struct OneClickForm {
    #[serde(rename = "List-Unsubscribe")]
    #[schema(examples("One-Click"))]
    list_unsubscribe: Option<String>,
}

/// Switches off the mails that the link in one of them is for, as mail programs do by their button (RFC 8058).
///
/// The body is not looked at. Asked again, it changes nothing.
#[utoipa::path(
    post, path = "/api/mail/unsubscribe", operation_id = "unsubscribe", tag = "Mails", security(()),
    params(MailToken),
    request_body(content = Option<OneClickForm>, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "They are off.", body = Unsubscribing),
        (status = 422, description = "The link is not whole, or not of this desk."),
    ),
)]
async fn unsubscribe(State(desk): State<Desk>, MailToken(token): MailToken) -> Result<Answer<Unsubscribing>, Problem> {
    Ok(Answer(desk.unsubscribe(&token).await?.into()))
}

/// Leads whoever opens the same link in a browser to the page where they can switch the mails off.
///
/// Nothing is switched off by it: programs that look for harm open every link of a mail.
#[utoipa::path(
    get, path = "/api/mail/unsubscribe", operation_id = "openUnsubscribePage", tag = "Mails", security(()),
    params(MailToken),
    responses((status = 303, description = "The page.", headers(("Location" = String, description = "Where it is.")))),
)]
async fn opened(State(desk): State<Desk>, MailToken(token): MailToken) -> Response {
    // Only what is ours is repeated; the page knows what to say to whoever comes without.
    let token =
        desk.links().read_unsubscribing(&token).map(|said| format!("#token={}", desk.links().unsubscribing(&said)));
    see_other(&desk.page(&format!("unsubscribe{}", token.unwrap_or_default())))
}

/// Tells whose mails a link would switch off, which, and whether they are off.
#[utoipa::path(
    get, path = "/api/mail/unsubscribe/about", operation_id = "getUnsubscribing", tag = "Mails", security(()),
    params(MailToken),
    responses(
        (status = 200, description = "What it is for.", body = Unsubscribing),
        (status = 422, description = "The link is not whole, or not of this desk."),
    ),
)]
async fn about(State(desk): State<Desk>, MailToken(token): MailToken) -> Result<Answer<Unsubscribing>, Problem> {
    Ok(Answer(desk.unsubscribing(&token).await?.into()))
}

/// Switches the mails on again that the link has switched off, as they were before.
#[utoipa::path(
    post, path = "/api/mail/unsubscribe/undo", operation_id = "undoUnsubscribing", tag = "Mails", security(()),
    params(MailToken),
    responses(
        (status = 200, description = "They are on again.", body = Unsubscribing),
        (status = 422, description = "The link is not whole, or not of this desk."),
    ),
)]
async fn undo(State(desk): State<Desk>, MailToken(token): MailToken) -> Result<Answer<Unsubscribing>, Problem> {
    Ok(Answer(desk.undo_unsubscribing(&token).await?.into()))
}

/// Returns a file that was too large to go with a mail, by the link in it.
///
/// Once the link has run out, whoever opens it in a browser (`Accept: text/html`) is led to the ticket, which has the file.
///
/// The link is good for a while, and for as long as the person to whom the mail went may see the ticket.
#[utoipa::path(
    get, path = "/api/mail/files/{token}", operation_id = "getMailFile", tag = "Mails", security(()),
    params(("token" = String, Path, description = "That of the link."), FileHeaders),
    responses(
        FileBytes,
        (status = 303, description = "The ticket: the link has run out, and somebody opens it in a browser.",
            headers(("Location" = String, description = "The ticket's page."))),
        (status = 409, description = "The file is not here yet, or was not taken."),
        (status = 410, description = "The link has run out: the file is in the ticket, for those who sign in."),
    ),
)]
async fn file(State(desk): State<Desk>, Path(token): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let Linked { file, page, is_over } = desk.linked_file(&token).await?;
    if is_over {
        let over = Refusal::Gone("the link has run out: sign in to the desk, the file is in the ticket");
        return if reads_html(&headers) { Ok(see_other(&page)) } else { Err(over.into()) };
    }
    let bytes = desk.open_file(&file, Part::Whole).await?;
    let mut response = answer(&file, Part::Whole, bytes, &headers).await?;
    // Nobody is signed in by whom a browser would tell copies apart.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn see_other(page: &Url) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, page.as_str())]).into_response()
}

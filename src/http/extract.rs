//! What handlers are handed: the signed-in person, the ticket's key, the message, the part of a list, the client's address.
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::RequestPartsExt;
use axum::extract::{ConnectInfo, FromRequestParts, Path};
use http::header::USER_AGENT;
use http::request::Parts;
use http::{HeaderMap, Method};
use serde::Deserialize;

use super::gate::identity_of;
use super::json::escaped;
use super::problem::Problem;
use super::{ClientAddress, HttpState};
use crate::desk::Desk;
use crate::desk::chat::Part;
use crate::desk::identity::{Identity, Proof};
use crate::desk::sign_in::Origin;
use crate::domain::api_keys::Scope;
use crate::domain::audit::{self, Deed};
use crate::domain::ids::{AuditId, PersonId, SessionId};
use crate::domain::opening::one_of;
use crate::domain::people::{Person, Role};
use crate::domain::refusal::FieldError;
use crate::domain::{Refusal, text, timeline};
use crate::store::messages::Page;
use crate::store::roster::Wanted;
use crate::view::cursor;

pub const USUAL_LIMIT: i64 = 50;
pub const LARGEST_LIMIT: i64 = 100;

/// Whoever the request's access token speaks for. A handler that asks for it is for signed-in people only, and a
/// body after it is not read for anybody else.
#[derive(Debug)]
pub struct SignedIn(pub Person);

impl FromRequestParts<HttpState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        let identity = identity_of(parts)?;
        within_scope(&identity, parts)?;
        if let Proof::Host { context } = &identity.proof {
            parts.extensions.insert(HostContext(context.clone()));
        }
        Ok(Self(identity.person))
    }
}

/// Whether a key is good for the request; everybody else may ask for anything.
pub(super) fn within_scope(identity: &Identity, parts: &Parts) -> Result<(), Problem> {
    let Proof::Key { scopes, .. } = &identity.proof else { return Ok(()) };
    let is_reading = matches!(parts.method, Method::GET | Method::HEAD);
    match Scope::needed(is_reading, parts.uri.path()) {
        Some(scope) if scopes.contains(&scope) => Ok(()),
        Some(scope) => Err(Problem::not_in_scope(scope.as_str())),
        None => Err(Refusal::Forbidden("no key can do this: sign in").into()),
    }
}

/// What the host application said that the request is about, for handlers that come after [`SignedIn`].
#[derive(Clone, Debug, Default)]
pub struct HostContext(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for HostContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

/// The id or the number of a ticket in the path, as it was given.
#[derive(Debug)]
pub struct TicketKey(pub String);

impl FromRequestParts<HttpState> for TicketKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        let key = parts.extract::<Path<String>>().await.map(|Path(key)| key).unwrap_or_default();
        if key.is_empty() || key.len() > text::TICKET_KEY_LIMIT || key.contains(char::is_control) {
            return Err(Refusal::NotFound("ticket").into());
        }
        Ok(Self(key))
    }
}

/// The message in the path, and who asks something of it.
pub struct OnMessage {
    pub desk: Desk,
    pub by: Person,
    /// As it was given.
    pub id: String,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

impl FromRequestParts<HttpState> for OnMessage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let SignedIn(by) = SignedIn::from_request_parts(parts, state).await?;
        let named = parts.extract::<Path<Named>>().await;
        let Path(Named { id }) = named.map_err(|_| Refusal::NotFound("message"))?;
        Ok(Self { desk: state.desk.clone(), by, id })
    }
}

/// As [`SignedIn`], with the session that the token belongs to.
#[derive(Debug)]
pub struct InSession(pub Person, pub SessionId);

impl FromRequestParts<HttpState> for InSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        let identity = identity_of(parts)?;
        match identity.proof {
            Proof::Session(session) => Ok(Self(identity.person, session)),
            Proof::Host { .. } | Proof::Key { .. } => {
                Err(Refusal::Forbidden("this needs a sign-in at the desk itself").into())
            }
        }
    }
}

/// The address a request came from, and what the program that sent it calls itself.
#[derive(Debug)]
pub struct Caller {
    address: IpAddr,
    user_agent: Option<String>,
}

impl Caller {
    pub fn origin(&self) -> Origin<'_> {
        Origin { address: self.address, user_agent: self.user_agent.as_deref() }
    }
}

impl FromRequestParts<HttpState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let address = client_address(parts, state.client_address);
        let address = address.ok_or_else(|| Refusal::Broken("nobody said who connected".into()))?;
        let user_agent = parts.headers.get(USER_AGENT).and_then(|name| name.to_str().ok()).map(str::to_owned);
        Ok(Self { address, user_agent })
    }
}

/// Where a request came from.
pub(super) fn client_address(parts: &Parts, how: ClientAddress) -> Option<IpAddr> {
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    match how {
        ClientAddress::Peer => Some(peer.ip()),
        ClientAddress::Forwarded => Some(forwarded(&parts.headers).unwrap_or(peer.ip())),
    }
}

/// The last address: the one that the proxy in front wrote; those before it may be anybody's invention.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// `?cursor=&limit=` of a timeline.
#[derive(Debug)]
pub struct TimelinePage(pub timeline::Part);

impl FromRequestParts<HttpState> for TimelinePage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        let query = query(parts, &["cursor", "limit"])?;
        let after = query.get("cursor").map(|cursor| cursor::read_in_timeline("cursor", cursor)).transpose()?;
        Ok(Self(timeline::Part { after, limit: limit(&query)?, with_internal: true }))
    }
}

/// `?cursor=&limit=` of the notes about a ticket.
#[derive(Debug)]
pub struct NotesPage {
    pub before: Option<i64>,
    pub limit: i64,
}

impl FromRequestParts<HttpState> for NotesPage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        let query = query(parts, &["cursor", "limit"])?;
        let before = query.get("cursor").map(|cursor| cursor::read_in_notes("cursor", cursor)).transpose()?;
        Ok(Self { before, limit: limit(&query)? })
    }
}

/// `?search=&role=&cursor=&limit=` of a list of people.
#[derive(Debug)]
pub struct PeoplePage {
    pub wanted: Wanted,
    pub after: Option<PersonId>,
    pub limit: i64,
}

impl FromRequestParts<HttpState> for PeoplePage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        let query = query(parts, &["search", "role", "cursor", "limit"])?;
        let after = query.get("cursor").map(|cursor| cursor::read_in_people("cursor", cursor)).transpose()?;
        let role = query.get("role").map(|name| {
            let known = Role::ALL.map(Role::as_str).join(", ");
            Role::parse(name).ok_or_else(|| FieldError::new("role", format!("is not a role; expected one of: {known}")))
        });
        let wanted = Wanted { search: search(&query)?, role: role.transpose()? };
        Ok(Self { wanted, after, limit: limit(&query)? })
    }
}

/// `?action=&actor=&subject=&cursor=&limit=` of the audit log.
#[derive(Debug)]
pub struct AuditPage {
    pub wanted: audit::Wanted,
    pub before: Option<AuditId>,
    pub limit: i64,
}

impl FromRequestParts<HttpState> for AuditPage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        let query = query(parts, &["action", "actor", "subject", "cursor", "limit"])?;
        let before = query.get("cursor").map(|cursor| cursor::read_in_audit("cursor", cursor)).transpose()?;
        let deed = query
            .get("action")
            .map(|name| Deed::parse(name).ok_or_else(|| one_of("action", Deed::ALL.map(Deed::as_str))));
        let actor = query.get("actor").map(|id| id.parse());
        let actor = actor.transpose().map_err(|_| FieldError::new("actor", "is not the id of a person"))?;
        let subject = query.get("subject").map(|id| text::line("subject", id, text::NAME_LIMIT)).transpose()?;
        Ok(Self { wanted: audit::Wanted { deed: deed.transpose()?, actor, subject }, before, limit: limit(&query)? })
    }
}

/// `?cursor=&limit=` of what was laid aside.
#[derive(Debug)]
pub struct DeadLettersPage {
    /// The position after which it begins.
    pub after: i64,
    pub limit: i64,
}

impl FromRequestParts<HttpState> for DeadLettersPage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        let query = query(parts, &["cursor", "limit"])?;
        let after = query.get("cursor").map(|cursor| cursor::read_in_dead_letters("cursor", cursor)).transpose()?;
        Ok(Self { after: after.unwrap_or_default(), limit: limit(&query)? })
    }
}

/// `?dryRun=yes`.
#[derive(Debug)]
pub struct DryRun(pub bool);

impl FromRequestParts<HttpState> for DryRun {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        match query(parts, &["dryRun"])?.get("dryRun").map(String::as_str) {
            None | Some("no") => Ok(Self(false)),
            Some("yes") => Ok(Self(true)),
            Some(_) => Err(one_of("dryRun", ["yes", "no"]).into()),
        }
    }
}

/// `?search=` alone; empty when it is not given.
#[derive(Debug)]
pub struct Search(pub String);

impl FromRequestParts<HttpState> for Search {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        Ok(Self(search(&query(parts, &["search"])?)?))
    }
}

/// What is looked for; the text may be empty, and nothing in it is more than a text.
fn search(query: &HashMap<String, String>) -> Result<String, FieldError> {
    match query.get("search").map(|text| text.trim()) {
        None | Some("") => Ok(String::new()),
        Some(text) => text::line("search", text, text::NAME_LIMIT),
    }
}

/// `?before=&after=&around=&limit=` of a conversation; each names a cursor or the id of a message.
#[derive(Debug)]
pub struct MessagePage {
    pub part: Part,
    pub limit: i64,
}

impl Default for MessagePage {
    fn default() -> Self {
        Self { part: Part::Page(Page::Latest), limit: USUAL_LIMIT }
    }
}

impl FromRequestParts<HttpState> for MessagePage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        let query = query(parts, &["before", "after", "around", "limit"])?;
        let given: Vec<&str> =
            ["before", "after", "around"].into_iter().filter(|name| query.contains_key(*name)).collect();
        let part = match given.as_slice() {
            [] => Part::Page(Page::Latest),
            [name] => part(name, &query[*name])?,
            [first, second, ..] => {
                return Err(FieldError::new(first, format!("does not go together with {second}")).into());
            }
        };
        Ok(Self { part, limit: limit(&query)? })
    }
}

fn part(name: &str, from: &str) -> Result<Part, FieldError> {
    if let Ok(id) = from.parse() {
        return Ok(match name {
            "before" => Part::BeforeMessage(id),
            "after" => Part::AfterMessage(id),
            _ => Part::AroundMessage(id),
        });
    }
    let seq = cursor::read_in_messages(name, from)?;
    Ok(Part::Page(match name {
        "before" => Page::Before(seq),
        "after" => Page::After(seq),
        _ => Page::Around(seq),
    }))
}

pub(super) fn query(parts: &Parts, known: &[&str]) -> Result<HashMap<String, String>, Problem> {
    let mut query = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
        if !known.contains(&name.as_ref()) {
            let detail = format!("is not a parameter here; expected one of: {}", known.join(", "));
            return Err(FieldError { pointer: format!("/{}", escaped(&name)), detail }.into());
        }
        if query.insert(name.clone().into_owned(), value.into_owned()).is_some() {
            return Err(FieldError::new(&name, "is given more than once").into());
        }
    }
    Ok(query)
}

fn limit(query: &HashMap<String, String>) -> Result<i64, FieldError> {
    number_from_one("limit", query.get("limit").map(String::as_str), (USUAL_LIMIT, LARGEST_LIMIT))
}

/// A number from 1 to the largest; the usual one when none is given.
pub fn number_from_one(field: &str, given: Option<&str>, (usual, largest): (i64, i64)) -> Result<i64, FieldError> {
    let Some(given) = given else { return Ok(usual) };
    let number = given.parse().ok().filter(|number| (1..=largest).contains(number));
    number.ok_or_else(|| FieldError::new(field, format!("must be a number from 1 to {largest}")))
}

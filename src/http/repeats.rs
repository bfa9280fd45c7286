//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a `POST` that has one is done once, and whoever asks
//! again is answered as they were the first time.
use std::convert::Infallible;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION};
use http::request::Parts;
use http::{Method, StatusCode};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::extract::within_scope;
use super::forms::is_form;
use super::gate::identity_of;
use super::json::{LARGE, whole};
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::identity::Identity;
use crate::desk::repeats::{Answer, Claim, Turn};
use crate::domain::Refusal;
use crate::domain::client_ids::{Asked, RequestKey};

pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Tells an answer that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// What is kept of an answer besides its status and its body.
const KEPT: [HeaderName; 3] = [CONTENT_TYPE, LOCATION, ETAG];
/// The most bytes of an answer that are kept; those of tickets with all they have are smaller.
const MOST: u64 = 256 * 1024;
/// In seconds.
const ASK_AGAIN: u64 = 1;
/// Where answers hold secrets, which are kept nowhere.
const SECRET: [&str; 3] = ["/api/auth", "/api/keys", "/api/users"];

/// What stands for the id of what a request makes where its body has none.
#[derive(Clone, Debug, Default)]
pub struct Repeatable(pub Option<Asked>);

impl Repeatable {
    pub fn id_or(self, given: Option<String>) -> Option<String> {
        given.or_else(|| self.0.map(|asked| asked.id.to_string()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Repeatable {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().cloned()))
    }
}

/// Does a request once whose client gave it a key; others pass.
pub async fn once(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let has_key = request.headers().contains_key(IDEMPOTENCY_KEY);
    let is_ours = request.method() == Method::POST && request.extensions().get::<MatchedPath>().is_some();
    if !has_key || !is_ours {
        return next.run(request).await;
    }
    answered(desk, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

async fn answered(desk: Desk, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    if holds_secrets(parts.uri.path()) {
        let why = "is not taken here: the answer holds secrets, which are not kept; leave the header out";
        return Err(RequestKey::wrong(why).into());
    }
    // Whoever may not ask is refused by whoever asks for them.
    let identity = identity_of(&parts).ok().filter(|identity| within_scope(identity, &parts).is_ok());
    let Some(identity) = identity else { return Ok(next.run(Request::from_parts(parts, body)).await) };
    let key = key(&parts)?;
    if is_form(&parts.headers) {
        // It may be gigabytes: what it makes is made once by its id.
        parts.extensions.insert(Asked { id: key.client_id(), digest: String::new() });
        return Ok(next.run(Request::from_parts(parts, body)).await);
    }
    let body = whole(Request::from_parts(parts.clone(), body), LARGE).await?;
    let digest = digest(&identity, &parts, &body);
    parts.extensions.insert(Asked { id: key.client_id(), digest: digest.clone() });
    let request = Request::from_parts(parts, Body::from(body));
    // Taking the key as well: who goes away while that is committed has it, and would never give it back.
    Ok(to_the_end(async move {
        match desk.take_request(&identity.person, key, &digest).await {
            Ok(Turn::Mine(claim)) => settled(&desk, &claim, next.run(request).await).await,
            Ok(Turn::Answered(answer)) => replayed(answer),
            Ok(Turn::Running) => {
                let running = Refusal::Taken(RequestKey::wrong("is that of a request under way"));
                Problem::from(running).with_retry_after(ASK_AGAIN).into_response()
            }
            Err(refusal) => Problem::from(refusal).into_response(),
        }
    })
    .await)
}

/// Whether answers at a path hold secrets.
pub fn holds_secrets(path: &str) -> bool {
    let is_below = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    SECRET.into_iter().any(is_below)
}

fn key(parts: &Parts) -> Result<RequestKey, Problem> {
    let mut given = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
    match (given.next(), given.next()) {
        (Some(key), None) => Ok(RequestKey::read(key.as_bytes())?),
        _ => Err(RequestKey::wrong("is given more than once").into()),
    }
}

/// What tells two requests with the same key apart. Also the role: an answer to a member of staff is for staff.
fn digest(identity: &Identity, parts: &Parts, body: &[u8]) -> String {
    let mut digest = Sha256::new();
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let kind = parts.headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    for part in [identity.person.role.as_str().as_bytes(), parts.method.as_str().as_bytes(), path.as_bytes(), kind] {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    digest.update(body);
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Answers also when whoever asked has gone away: the key would be held until its lease is over.
async fn to_the_end(answer: impl Future<Output = Response> + Send + 'static) -> Response {
    #[expect(clippy::disallowed_methods, reason = "awaited here, unless the client goes away; its body has been read")]
    let answer = tokio::spawn(answer.in_current_span());
    match answer.await {
        Ok(response) => response,
        Err(error) => Problem::from(Refusal::Broken(error.into())).into_response(),
    }
}

/// Keeps the answer to what was done. What was refused, or failed, frees its key: nothing has happened, and the client
/// may mend it and ask again.
async fn settled(desk: &Desk, claim: &Claim, response: Response) -> Response {
    let (response, answer) = if response.status().is_success() { kept(response).await } else { (response, None) };
    let settled = match &answer {
        Some(answer) => desk.keep_answer(claim, answer).await,
        None => desk.free_request(claim).await,
    };
    if let Err(error) = settled {
        tracing::warn!(%error, "an answer could not be kept: its key is held until the lease is over");
    }
    response
}

#[derive(Deserialize)]
struct Made {
    id: Option<String>,
}

/// The response, and what is to be kept of it, if it can be.
async fn kept(response: Response) -> (Response, Option<Answer>) {
    if response.body().size_hint().upper().is_none_or(|most| most > MOST) {
        return (response, None);
    }
    let (parts, body) = response.into_parts();
    let bytes = match to_bytes(body, usize::MAX).await {
        Ok(bytes) => bytes,
        Err(error) => return (Problem::from(Refusal::Broken(error.into())).into_response(), None),
    };
    let answer = std::str::from_utf8(&bytes).ok().map(|body| Answer {
        status: parts.status.as_u16(),
        headers: KEPT.iter().filter_map(|name| Some((name.to_string(), text(parts.headers.get(name)?)?))).collect(),
        body: body.to_owned(),
        made: serde_json::from_str(body).ok().and_then(|Made { id }| id),
    });
    (Response::from_parts(parts, Body::from(bytes)), answer)
}

fn text(value: &HeaderValue) -> Option<String> {
    value.to_str().ok().map(str::to_owned)
}

fn replayed(Answer { status, headers, body, .. }: Answer) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

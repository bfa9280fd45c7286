//! Who asks, found out once for each request, and how many requests are left to them: per person or key, and per address
//! for everybody else. Counted in the memory of this process.
use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, HeaderName};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use super::HttpState;
use super::extract::client_address;
use super::problem::Problem;
use crate::desk::identity::{Identity, Proof};
use crate::desk::sign_in::network;
use crate::domain::Refusal;
use crate::domain::clock::Time;
use crate::domain::ids::{ApiKeyId, PersonId};
use crate::domain::quota::{Counters, Standing, WINDOW};

/// What is left (draft-ietf-httpapi-ratelimit-headers-10, section 4).
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// What there is in a window (the same, section 3).
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// How many are counted at once, of either kind.
const MOST: usize = 100_000;
const API: &str = "/api/";
/// Pages show dozens of pictures at once, without a token; who does not know their names gets nothing.
const PICTURES: &str = "/api/avatars/";

/// How many requests a minute are answered; 0 is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestLimits {
    /// Of one person, and apart from them of each key.
    pub signed_in: u32,
    /// Of one address that shows no token, or none that is good.
    pub anonymous: u32,
}

/// Whose requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Account {
    Person(PersonId),
    Key(ApiKeyId),
}

/// Counts requests. Strangers are counted apart, so that however many come, nobody known is forgotten for them.
pub struct Gate {
    limits: RequestLimits,
    known: Mutex<Counters<Account>>,
    strangers: Mutex<Counters<IpAddr>>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Gate {
    pub fn new(limits: RequestLimits) -> Self {
        let (known, strangers) = (Counters::of_at_most(MOST), Counters::of_at_most(MOST));
        Self { limits, known: Mutex::new(known), strangers: Mutex::new(strangers) }
    }

    /// Counts a request; none when there is no limit for it.
    fn count(&self, by: &Counted, now: Time) -> Option<Standing> {
        match by {
            Counted::Account(account) => counted(&self.known, account, self.limits.signed_in, now),
            Counted::Address(address) => counted(&self.strangers, &network(*address), self.limits.anonymous, now),
            Counted::Nobody => None,
        }
    }
}

fn counted<Who: Clone + Eq + Hash>(
    counters: &Mutex<Counters<Who>>,
    who: &Who,
    quota: u32,
    now: Time,
) -> Option<Standing> {
    let mut counters = counters.lock().unwrap_or_else(PoisonError::into_inner);
    (quota > 0).then(|| counters.count(who.clone(), quota, now))
}

/// Against whom a request counts.
enum Counted {
    Account(Account),
    Address(IpAddr),
    /// It cannot be found out at present who it is.
    Nobody,
}

impl Counted {
    fn by(identified: Option<&Identified>, address: Option<IpAddr>) -> Self {
        match identified {
            Some(Identified(Ok(Identity { proof: Proof::Key { id, .. }, .. }))) => {
                Self::Account(Account::Key(id.clone()))
            }
            Some(Identified(Ok(identity))) => Self::Account(Account::Person(identity.person.id.clone())),
            Some(Identified(Err(problem))) if problem.status() >= 500 => Self::Nobody,
            Some(Identified(Err(_))) | None => address.map_or(Self::Nobody, Self::Address),
        }
    }

    /// The policy's name.
    fn name(&self) -> &'static str {
        match self {
            Self::Account(Account::Person(_)) => "person",
            Self::Account(Account::Key(_)) => "key",
            Self::Address(_) | Self::Nobody => "address",
        }
    }
}

/// Whom the token of a request speaks for, or why for nobody.
#[derive(Clone, Debug)]
struct Identified(Result<Identity, Problem>);

/// Whom the request's token speaks for.
pub fn identity_of(parts: &Parts) -> Result<Identity, Problem> {
    let identified = parts.extensions.get::<Identified>().cloned();
    identified.map_or_else(|| Err(Refusal::Unauthenticated("sign in first").into()), |Identified(identity)| identity)
}

/// Whether requests at a path are counted.
pub fn is_counted(path: &str) -> bool {
    path.starts_with(API) && !path.starts_with(PICTURES)
}

/// Finds out who asks, and lets them in unless they came too often.
pub async fn admit(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    if !is_counted(request.uri().path()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let identified = match bearer(&parts.headers) {
        Some(token) => Some(Identified(state.desk.identify(token).await.map_err(Problem::from))),
        None => None,
    };
    let counted = Counted::by(identified.as_ref(), client_address(&parts, state.client_address));
    let standing = state.gate.count(&counted, state.desk.clock().now());
    let mut response = match standing {
        Some(Standing { is_within: false, resets_in, .. }) => Problem::too_many_requests(resets_in).into_response(),
        Some(_) | None => {
            identified.and_then(|identified| parts.extensions.insert(identified));
            next.run(Request::from_parts(parts, body)).await
        }
    };
    if let Some(standing) = standing {
        tell(response.headers_mut(), counted.name(), standing);
    }
    response
}

fn tell(headers: &mut HeaderMap, name: &str, Standing { quota, left, resets_in, .. }: Standing) {
    let told = [
        (RATE_LIMIT_POLICY, format!("\"{name}\";q={quota};w={}", WINDOW.num_seconds())),
        (RATE_LIMIT, format!("\"{name}\";r={left};t={resets_in}")),
    ];
    for (header, text) in told {
        headers.insert(header, HeaderValue::from_str(&text).expect("letters, digits, quotes, ; and ="));
    }
}

/// RFC 6750, section 2.1; the scheme's case does not matter.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

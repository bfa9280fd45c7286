//! The body of a request, JSON or a table, read only when everything before it in the handler's signature was fine.
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_path_to_error::Segment;

use super::problem::Problem;
use crate::domain::refusal::FieldError;
use crate::domain::text;

/// On routes of signed-in people: a text that is ten times too long is still answered by naming its field.
pub const LARGE: usize = 16 * 1024 * 1024;
/// On routes that anybody may call.
pub const SMALL: usize = 16 * 1024;
/// How long the whole body may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much of an unknown field's name is repeated.
const SHOWN: usize = 60;

/// A JSON object of at most `LIMIT` bytes. Unknown fields, wrong types and what is not JSON are problems that name
/// the field; nothing of the values is repeated.
#[derive(Debug)]
pub struct Json<T, const LIMIT: usize = LARGE>(pub T);

impl<T: DeserializeOwned, S: Sync, const LIMIT: usize> FromRequest<S> for Json<T, LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is(request.headers(), "application/json") {
            return Err(Problem::not_called("application/json"));
        }
        Ok(Self(parse(&whole(request, LIMIT).await?)?))
    }
}

/// A table as text (RFC 4180) of at most [`LARGE`] bytes; nothing of it is read yet.
#[derive(Debug)]
pub struct Table(pub Bytes);

impl<S: Sync> FromRequest<S> for Table {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is(request.headers(), "text/csv") {
            return Err(Problem::not_called("text/csv"));
        }
        Ok(Self(whole(request, LARGE).await?))
    }
}

/// The body, of at most `limit` bytes, in time.
pub(super) async fn whole(request: Request, limit: usize) -> Result<Bytes, Problem> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let body = tokio::time::timeout(PATIENCE, read(request.into_body(), announced.unwrap_or(0), limit));
    body.await.map_err(|_| Problem::too_slow())?
}

fn is(headers: &HeaderMap, kind: &str) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(kind)
}

/// The body, of at most `limit` bytes. What is beyond is thrown away, up to four times as much: a client that writes
/// everything before it reads would otherwise see a broken connection instead of the answer.
async fn read(body: Body, announced: u64, limit: usize) -> Result<Bytes, Problem> {
    let mut stream = body.into_data_stream();
    let (mut bytes, mut taken) = (BytesMut::new(), 0);
    let mut fits = announced <= limit as u64;
    while taken <= limit * 4
        && let Some(part) = stream.next().await
    {
        let part = part.map_err(|_| Problem::broken_off())?;
        taken += part.len();
        fits &= taken <= limit;
        if fits {
            bytes.extend_from_slice(&part);
        } else {
            bytes = BytesMut::new();
        }
    }
    if fits { Ok(bytes.freeze()) } else { Err(Problem::too_large(limit)) }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let Some(first) = bytes.iter().find(|byte| !b" \t\r\n".contains(byte)) else {
        return Err(Problem::not_json("is empty; expected a JSON object"));
    };
    if *first != b'{' {
        // Lists would be taken for structures, field by field.
        let any = serde_json::from_slice::<IgnoredAny>(bytes);
        return Err(any.map_or_else(|error| syntax(&error), |_| FieldError::new("", "must be a JSON object").into()));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| misfit(&error))?;
    json.end().map_err(|error| syntax(&error))?;
    Ok(value)
}

fn syntax(error: &serde_json::Error) -> Problem {
    let place = format!("(line {}, column {})", error.line(), error.column());
    if error.is_eof() {
        return Problem::not_json(format!("ends before its JSON does {place}"));
    }
    Problem::not_json(format!("is not JSON {place}"))
}

/// The problem of JSON that does not fit. The parser's own words quote the value, so only what it expected is used.
fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    if !inner.is_data() {
        return syntax(inner);
    }
    let words = inner.to_string();
    let words = words.rfind(" at line ").map_or(words.as_str(), |end| &words[..end]);
    let expected = words.rfind("expected ").map(|start| &words[start..]);
    let named = |prefix: &str, end: &str| words.strip_prefix(prefix).and_then(|rest| rest.rsplit_once(end));
    if let Some((name, known)) = named("unknown field `", "`, expected ") {
        let detail = format!("is not a field here; expected {known}");
        return FieldError { pointer: format!("/{}", escaped(name)), detail }.into();
    }
    if let Some((name, _)) = named("duplicate field `", "`") {
        return FieldError::new(name, "is given more than once").into();
    }
    let detail = expected.map_or("does not fit".to_owned(), |expected| format!("has the wrong type; {expected}"));
    FieldError { pointer: pointer(error.path()), detail }.into()
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } | Segment::Enum { variant: key } => format!("/{}", escaped(key)),
        Segment::Unknown => String::new(),
    };
    path.iter().map(segment).collect()
}

/// A name as a part of a JSON pointer (RFC 6901, section 3), shortened when it is long.
pub(super) fn escaped(name: &str) -> String {
    text::shortened(&text::storable(name), SHOWN).replace('~', "~0").replace('/', "~1")
}

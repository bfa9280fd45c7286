//! Bodies that may hold files (`multipart/form-data`, RFC 7578): texts as fields, files as parts, each streamed into the
//! file store as it comes. A file that is refused costs the others nothing.
use std::collections::HashMap;
use std::time::Duration;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use bytes::Bytes;
use futures_util::{Stream, stream};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use super::json::{Json, escaped};
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::files::{Offered, Taken};
use crate::domain::Refusal;
use crate::domain::client_ids::{self, Asked, ClientId};
use crate::domain::files::{self, shown_name};
use crate::domain::messages::{MENTIONS_LIMIT, Message};
use crate::domain::refusal::FieldError;
use crate::domain::tags;
use crate::view::files::Outcome;

/// How long the next bytes may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// The most bytes of a field; the longest text has fewer.
const FIELD: usize = 128 * 1024;

/// Fields that hold a list: each may be given several times, one value at a time, up to so many.
const LISTS: &[(&str, usize)] = &[("mentions", MENTIONS_LIMIT), ("tags", tags::MOST)];

/// A body in one of the two forms; of a form nothing is read yet.
pub enum Body<T> {
    Json(T),
    Form(Form),
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if is_form(request.headers()) {
            return Ok(Self::Form(Form::from_request(request, state).await?));
        }
        let Json(body) = Json::<T>::from_request(request, state).await?;
        Ok(Self::Json(body))
    }
}

/// Whether the body says that it is a form with files.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

/// A form of which nothing is read yet.
pub struct Form {
    parts: Multipart,
    /// The id of what it makes, unless it says one itself.
    id: Option<ClientId>,
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let id = request.extensions().get::<Asked>().map(|asked| asked.id.clone());
        let parts = Multipart::from_request(request, state).await;
        let parts = parts.map_err(|error| Problem::not_a_form(error.body_text()))?;
        Ok(Self { parts, id })
    }
}

/// A form that was read to its end.
pub struct Filled {
    /// Texts by their names, in their order.
    fields: HashMap<&'static str, Vec<String>>,
    files: Vec<(String, Result<Taken, Refusal>)>,
}

impl Form {
    /// Reads the form: the fields that are `known` (others are refused), and every file. When the form as a whole is
    /// refused, nothing of it stays.
    pub async fn read(self, desk: &Desk, known: &[&'static str]) -> Result<Filled, Problem> {
        let mut filled = Filled { fields: HashMap::new(), files: Vec::new() };
        match read(self.parts, desk, known, &mut filled).await {
            Ok(()) => {
                if let Some(id) = self.id {
                    filled.fields.entry(client_ids::FIELD).or_insert_with(|| vec![id.to_string()]);
                }
                Ok(filled)
            }
            Err(problem) => {
                filled.discard(desk).await;
                Err(problem)
            }
        }
    }
}

async fn read(mut parts: Multipart, desk: &Desk, known: &[&'static str], filled: &mut Filled) -> Result<(), Problem> {
    while let Some(mut part) = in_time(parts.next_field()).await? {
        let Some(name) = part.file_name().map(shown_name) else {
            let (name, text) = field(&mut part, known).await?;
            let texts = filled.fields.entry(name).or_default();
            match LISTS.iter().find(|(list, _)| *list == name) {
                Some((_, most)) if texts.len() == *most => {
                    return Err(FieldError::new(name, format!("are more than {most}")).into());
                }
                None if !texts.is_empty() => return Err(FieldError::new(name, "is given more than once").into()),
                Some(_) | None => texts.push(text),
            }
            continue;
        };
        if filled.files.len() == files::MOST {
            return Err(FieldError::new("files", format!("are more than {}", files::MOST)).into());
        }
        let mut broken = None;
        let taken = desk.take_file(&name, chunks(&mut part, &mut broken)).await;
        if let Some(problem) = broken {
            return Err(problem);
        }
        let refused = taken.is_err();
        filled.files.push((name, taken.map_err(Refusal::from)));
        // What follows is read only if what is refused is not endless.
        if refused && !drained(&mut part, desk.files().settings().limit.saturating_mul(4)).await? {
            break;
        }
    }
    Ok(())
}

/// A text, by one of the names that are known.
async fn field(part: &mut Field<'_>, known: &[&'static str]) -> Result<(&'static str, String), Problem> {
    let given = part.name().unwrap_or_default();
    let Some(name) = known.iter().find(|known| **known == given) else {
        let detail = format!("is not a field here; expected one of: {}, or files", known.join(", "));
        return Err(FieldError { pointer: format!("/{}", escaped(given)), detail }.into());
    };
    let mut bytes = Vec::new();
    while let Some(chunk) = in_time(part.chunk()).await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > FIELD {
            return Err(FieldError::new(name, format!("has more than {FIELD} bytes")).into());
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| FieldError::new(name, "is not UTF-8"))?;
    Ok((name, text))
}

/// The bytes of a part as they come. An error of the form as a whole is left in `broken`.
fn chunks<'p>(
    part: &'p mut Field<'_>,
    broken: &'p mut Option<Problem>,
) -> impl Stream<Item = Result<Bytes, &'static str>> + Send {
    stream::unfold((part, broken), async |(part, broken)| match in_time(part.chunk()).await {
        Ok(chunk) => chunk.map(|chunk| (Ok(chunk), (part, broken))),
        Err(problem) => {
            *broken = Some(problem);
            Some((Err("the form broke off"), (part, broken)))
        }
    })
}

/// Reads on to the end of a part that is refused: false when that is further away than `most` bytes.
async fn drained(part: &mut Field<'_>, most: u64) -> Result<bool, Problem> {
    let mut taken = 0;
    while let Some(chunk) = in_time(part.chunk()).await? {
        taken += chunk.len() as u64;
        if taken > most {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn in_time<T>(next: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Problem> {
    let next = tokio::time::timeout(PATIENCE, next).await.map_err(|_| Problem::too_slow())?;
    next.map_err(|error| Problem::not_a_form(error.body_text()))
}

impl Filled {
    pub fn field(&mut self, name: &'static str) -> Option<String> {
        self.list(name).pop()
    }

    pub fn list(&mut self, name: &'static str) -> Vec<String> {
        self.fields.remove(name).unwrap_or_default()
    }

    /// Throws the files away.
    pub async fn discard(self, desk: &Desk) {
        desk.discard(self.files.into_iter().filter_map(|(_, taken)| taken.ok())).await;
    }

    /// The files as the desk takes them, and what is wrong with each.
    pub fn offer(self) -> (Vec<Offered>, Verdicts) {
        let mut offered = Vec::new();
        let mut verdicts = Vec::new();
        for (name, file) in self.files {
            let (taken, refusal) = match file {
                Ok(taken) => (Some(taken), None),
                Err(refusal) => (None, Some(refusal)),
            };
            offered.push(Offered { name: name.clone(), taken });
            verdicts.push((name, refusal));
        }
        (offered, Verdicts(verdicts))
    }
}

/// What came of one file, as if it had come alone.
pub struct Verdict {
    pub status: u16,
    /// Why it was refused.
    pub detail: Option<String>,
}

/// Each file of a form by its name, and why it was refused if it was.
pub struct Verdicts(Vec<(String, Option<Refusal>)>);

impl Verdicts {
    /// The refusal of a form of which nothing can be taken: that of its first file, with what is wrong with each.
    pub fn refusal(self) -> Problem {
        let mut errors = Vec::new();
        let mut first = None;
        for (index, (name, refusal)) in self.0.into_iter().enumerate() {
            if let Some(refusal) = refusal {
                let detail = format!("{}: {refusal}", escaped(&name));
                errors.push(FieldError { pointer: format!("/files/{index}"), detail });
                first.get_or_insert(refusal);
            }
        }
        let nothing = || FieldError::new("files", "must not be empty").into();
        first.map_or_else(nothing, |refusal| Problem::from(refusal).with_errors(errors))
    }

    /// What came of each file, `said` being their messages.
    pub fn outcomes(self, said: &[Option<Message>]) -> Vec<Outcome> {
        let ids = said.iter().map(|message| message.as_ref().map(|message| message.id.clone()));
        let outcome = |(name, message, Verdict { status, detail })| Outcome { name, status, message, detail };
        self.on_each(ids).map(outcome).collect()
    }

    /// What came of each file by its name, `made` being what each became.
    pub fn on_each<Id>(
        self,
        made: impl Iterator<Item = Option<Id>>,
    ) -> impl Iterator<Item = (String, Option<Id>, Verdict)> {
        // A file that is fine now and became nothing is one that an earlier request with the same id had refused.
        let late =
            || Refusal::Conflict("it was refused when this clientId was first given: send it under another".into());
        self.0.into_iter().zip(made).map(move |((name, refusal), made)| match made {
            Some(_) => (name, made, Verdict { status: 201, detail: None }),
            None => {
                let refusal = refusal.unwrap_or_else(late);
                let detail = Some(refusal.to_string());
                (name, made, Verdict { status: Problem::from(refusal).status(), detail })
            }
        })
    }
}

//! From texts to a filter.
use chrono::{DateTime, Days, FixedOffset, NaiveDate, Utc};

use super::{Filter, Holder, InTeam, Span};
use crate::domain::clock::Time;
use crate::domain::ids::PersonId;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::status::Status;
use crate::domain::tags::Tag;
use crate::domain::tickets::{Category, Priority};
use crate::domain::words::Phrase;

/// What can be asked for by name, as a parameter or as `name:value` in a search box.
pub const FIELDS: [&str; 17] = [
    "status",
    "priority",
    "category",
    "assignee",
    "student",
    "created",
    "createdFrom",
    "createdTo",
    "updated",
    "updatedFrom",
    "updatedTo",
    "unread",
    "waiting",
    "context",
    "team",
    "tag",
    "confidential",
];
/// What students do not see of a ticket, and so cannot ask for.
const OF_STAFF: [&str; 3] = ["team", "tag", "confidential"];
/// The text of a search box.
const BOX: &str = "q";
/// Longest text of a search box, in characters.
pub const LONGEST_BOX: usize = 500;
/// Longest value, in characters.
const LONGEST_VALUE: usize = 200;
/// The most values of one field.
pub const MOST_VALUES: usize = 50;
const MOST_PHRASES: usize = 12;

/// Reads filters as one person means them.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// Who is "me".
    pub me: &'a PersonId,
    pub is_staff: bool,
    /// The zone whose days are meant.
    pub zone: FixedOffset,
}

impl Reader<'_> {
    /// The filter of these parameters, `q` being the text of a search box; or everything that does not fit.
    pub fn read<'t>(&self, parameters: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Filter, Refusal> {
        let mut filter = Filter::default();
        let mut errors = Vec::new();
        for (name, value) in parameters {
            let read =
                if name == BOX { self.take_box(&mut filter, value) } else { self.take(&mut filter, name, value) };
            errors.extend(read.err());
        }
        errors.extend(finish(&mut filter).err());
        if errors.is_empty() { Ok(filter) } else { Err(Refusal::Invalid(errors)) }
    }

    fn take_box(&self, filter: &mut Filter, text: &str) -> Result<(), FieldError> {
        let wrong = |detail: String| FieldError::new(BOX, detail);
        let length = text.chars().count();
        if length > LONGEST_BOX {
            return Err(wrong(format!("has {length} characters; at most {LONGEST_BOX} are allowed")));
        }
        let tokens = tokens(text);
        let last = tokens.len();
        for (index, token) in tokens.into_iter().enumerate() {
            match token.field() {
                Some((name, value)) => {
                    let known = FIELDS.into_iter().find(|field| field.eq_ignore_ascii_case(name));
                    let field = known.ok_or_else(|| {
                        wrong(format!(
                            "has {name}:, which is no field: {}; or put it in quotes",
                            self.fields().join(", ")
                        ))
                    })?;
                    let inside = |error: FieldError| {
                        wrong(format!("{} {}", error.pointer.trim_start_matches('/'), error.detail))
                    };
                    self.take(filter, field, value).map_err(inside)?;
                }
                None => filter.words.extend(Phrase::of(&token.text, index + 1 == last && !token.is_quoted)),
            }
        }
        if filter.words.len() > MOST_PHRASES {
            return Err(wrong(format!("has {} words; at most {MOST_PHRASES} are allowed", filter.words.len())));
        }
        Ok(())
    }

    fn fields(&self) -> Vec<&'static str> {
        FIELDS.into_iter().filter(|field| self.is_staff || !OF_STAFF.contains(field)).collect()
    }

    fn take(&self, filter: &mut Filter, field: &str, text: &str) -> Result<(), FieldError> {
        if !self.is_staff && OF_STAFF.contains(&field) {
            return Err(FieldError::new(field, "is for instructors and admins"));
        }
        if text.chars().count() > LONGEST_VALUE * MOST_VALUES || text.contains(char::is_control) {
            return Err(FieldError::new(field, "is too long, or has control characters"));
        }
        let values = Values { field, text };
        match field {
            "status" => values.one_of(&mut filter.statuses, Status::parse, Status::ALL.map(Status::as_str)),
            "priority" => values.one_of(&mut filter.priorities, Priority::parse, Priority::ALL.map(Priority::as_str)),
            "category" => values.one_of(&mut filter.categories, Category::parse, Category::ALL.map(Category::as_str)),
            "assignee" => values.each(&mut filter.assignees, |value| match value {
                "none" => Ok(Holder::Nobody),
                other => self.person(field, other, "me, none or the id of a person").map(Holder::Person),
            }),
            "student" => {
                values.each(&mut filter.students, |value| self.person(field, value, "me or the id of a person"))
            }
            "team" => values.each(&mut filter.teams, |value| match value {
                "none" => Ok(InTeam::None),
                name => Ok(InTeam::Called(name.to_lowercase())),
            }),
            "tag" => values.each(&mut filter.tags, |value| {
                Tag::parse(value).map_err(|detail| FieldError::new(field, detail)).map(|tag| tag.as_str().to_owned())
            }),
            "context" => values.each(&mut filter.contexts, |value| Ok(value.to_owned())),
            "created" => self.between(field, text).map(|span| narrow(&mut filter.created, span)),
            "createdFrom" => self.from(field, text).map(|span| narrow(&mut filter.created, span)),
            "createdTo" => self.to(field, text).map(|span| narrow(&mut filter.created, span)),
            "updated" => self.between(field, text).map(|span| narrow(&mut filter.updated, span)),
            "updatedFrom" => self.from(field, text).map(|span| narrow(&mut filter.updated, span)),
            "updatedTo" => self.to(field, text).map(|span| narrow(&mut filter.updated, span)),
            "unread" => values.yes_or_no(&mut filter.unread),
            "waiting" => values.yes_or_no(&mut filter.waiting),
            "confidential" => values.yes_or_no(&mut filter.confidential),
            _ => Err(FieldError::new(field, format!("is not a field; expected one of: {}", self.fields().join(", ")))),
        }
    }

    fn person(&self, field: &str, value: &str, expected: &str) -> Result<PersonId, FieldError> {
        if value == "me" {
            return Ok(self.me.clone());
        }
        value.parse().map_err(|_| FieldError::new(field, format!("must be {expected}")))
    }

    /// `2026-01-01..2026-02-01`, either end open, or one day.
    fn between(&self, field: &str, text: &str) -> Result<Span, FieldError> {
        let Some((from, to)) = text.split_once("..") else {
            let (from, to) = self.moment(field, text)?;
            return Ok(Span { from: Some(from), to: Some(to) });
        };
        if from.is_empty() && to.is_empty() {
            return Err(FieldError::new(field, "must have an end, as 2026-01-01..2026-02-01"));
        }
        let from = (!from.is_empty()).then(|| self.moment(field, from)).transpose()?;
        let to = (!to.is_empty()).then(|| self.moment(field, to)).transpose()?;
        Ok(Span { from: from.map(|(start, _)| start), to: to.map(|(_, end)| end) })
    }

    fn from(&self, field: &str, text: &str) -> Result<Span, FieldError> {
        Ok(Span { from: Some(self.moment(field, text)?.0), to: None })
    }

    fn to(&self, field: &str, text: &str) -> Result<Span, FieldError> {
        Ok(Span { from: None, to: Some(self.moment(field, text)?.1) })
    }

    /// When a day or an instant begins and ends; an instant ends where it begins.
    fn moment(&self, field: &str, text: &str) -> Result<(Time, Time), FieldError> {
        let wrong = || FieldError::new(field, "must be a day (2026-01-31) or a time (2026-01-31T12:00:00Z)");
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            let instant = instant.with_timezone(&Utc);
            return Ok((instant, instant));
        }
        let day: NaiveDate = text.parse().map_err(|_| wrong())?;
        let start = |day: NaiveDate| {
            let midnight = day.and_hms_opt(0, 0, 0)?.and_local_timezone(self.zone).single()?;
            Some(midnight.with_timezone(&Utc))
        };
        let next = day.checked_add_days(Days::new(1));
        start(day).zip(next.and_then(start)).ok_or_else(wrong)
    }
}

/// The values of one field, apart by commas.
struct Values<'a> {
    field: &'a str,
    text: &'a str,
}

impl Values<'_> {
    fn each<T>(&self, kept: &mut Vec<T>, read: impl Fn(&str) -> Result<T, FieldError>) -> Result<(), FieldError> {
        for value in self.text.split(',').map(str::trim) {
            if value.is_empty() {
                return Err(FieldError::new(self.field, "must not be empty"));
            }
            kept.push(read(value)?);
        }
        if kept.len() > MOST_VALUES {
            return Err(FieldError::new(self.field, format!("has more than {MOST_VALUES} values")));
        }
        Ok(())
    }

    fn one_of<T, const N: usize>(
        &self,
        kept: &mut Vec<T>,
        parse: fn(&str) -> Option<T>,
        known: [&str; N],
    ) -> Result<(), FieldError> {
        let wrong = || FieldError::new(self.field, format!("must be one of: {}", known.join(", ")));
        self.each(kept, |value| parse(value).ok_or_else(wrong))
    }

    fn yes_or_no(&self, kept: &mut Option<bool>) -> Result<(), FieldError> {
        let value = match self.text {
            "yes" | "true" => true,
            "no" | "false" => false,
            _ => return Err(FieldError::new(self.field, "must be one of: yes, no")),
        };
        if kept.is_some_and(|before| before != value) {
            return Err(FieldError::new(self.field, "is both yes and no"));
        }
        *kept = Some(value);
        Ok(())
    }
}

/// What is in both.
fn narrow(kept: &mut Span, other: Span) {
    let later = |one: Option<Time>, two: Option<Time>| one.into_iter().chain(two).max();
    let earlier = |one: Option<Time>, two: Option<Time>| one.into_iter().chain(two).min();
    *kept = Span { from: later(kept.from, other.from), to: earlier(kept.to, other.to) };
}

/// Puts what is listed in order, each once, so that the same list is the same filter however it was written.
fn finish(filter: &mut Filter) -> Result<(), FieldError> {
    filter.statuses.sort_by_key(|status| status.as_str());
    filter.statuses.dedup();
    filter.priorities.sort_by_key(|priority| priority.as_str());
    filter.priorities.dedup();
    filter.categories.sort_by_key(|category| category.as_str());
    filter.categories.dedup();
    filter.assignees.sort();
    filter.assignees.dedup();
    filter.teams.sort();
    filter.teams.dedup();
    filter.students.sort();
    filter.students.dedup();
    for texts in [&mut filter.tags, &mut filter.contexts] {
        texts.sort();
        texts.dedup();
    }
    for (field, span) in [("created", filter.created), ("updated", filter.updated)] {
        if let (Some(from), Some(to)) = (span.from, span.to)
            && from > to
        {
            return Err(FieldError::new(field, "ends before it begins"));
        }
    }
    Ok(())
}

/// A part of the text of a search box.
struct Token {
    /// Without its quotes.
    text: String,
    /// Where its first colon outside quotes stands, in bytes.
    colon: Option<usize>,
    is_quoted: bool,
}

impl Token {
    /// `name:value`; what has no letters before the colon, or nothing or a path behind it, is a word like any other.
    fn field(&self) -> Option<(&str, &str)> {
        let colon = self.colon?;
        let (name, value) = (&self.text[..colon], &self.text[colon + 1..]);
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        (is_name && !value.is_empty() && !value.starts_with("//")).then_some((name, value))
    }
}

/// The parts of a text, apart by spaces outside quotes; a quote that is not closed ends with the text.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut token, mut inside) = (None::<Token>, false);
    for c in text.chars() {
        if c.is_whitespace() && !inside {
            tokens.extend(token.take());
            continue;
        }
        let token = token.get_or_insert(Token { text: String::new(), colon: None, is_quoted: false });
        match c {
            '"' => {
                inside = !inside;
                token.is_quoted = true;
            }
            ':' if !inside && token.colon.is_none() => {
                token.colon = Some(token.text.len());
                token.text.push(c);
            }
            other => token.text.push(other),
        }
    }
    tokens.extend(token);
    tokens
}

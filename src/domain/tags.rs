//! Tags: words by which staff group tickets.
use std::fmt;

use serde::Serialize;

use super::refusal::FieldError;

/// Longest tag, in characters.
pub const LIMIT: usize = 40;
/// The most tags of one ticket.
pub const MOST: usize = 20;

/// A tag: lower case, letters, digits, and `-`, `_`, `.`, `:`, `/` between them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Tag(String);

impl Tag {
    /// Reads a tag in any case; blanks at its ends are dropped, those within become `-`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tag = text.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase();
        let is_mark = |c: char| matches!(c, '-' | '_' | '.' | ':' | '/');
        if tag.is_empty() {
            return Err("must not be empty".to_owned());
        }
        if tag.chars().count() > LIMIT {
            return Err(format!("has more than {LIMIT} characters"));
        }
        if tag.starts_with(is_mark) || !tag.chars().all(|c| c.is_alphanumeric() || is_mark(c)) {
            return Err("must be letters and digits, and - _ . : / between them".to_owned());
        }
        Ok(Self(tag))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The tags of the field `field`, sorted, each once.
pub fn check(field: &str, given: &[String]) -> Result<Vec<Tag>, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut tags = Vec::new();
    for (index, text) in given.iter().enumerate() {
        match Tag::parse(text) {
            Ok(tag) => tags.push(tag),
            Err(detail) => errors.push(FieldError { pointer: format!("/{field}/{index}"), detail }),
        }
    }
    tags.sort();
    tags.dedup();
    if tags.len() > MOST {
        errors.push(FieldError::new(field, format!("are {}; at most {MOST} are allowed", tags.len())));
    }
    if errors.is_empty() { Ok(tags) } else { Err(errors) }
}

/// For the timeline: the tags with commas between.
pub fn joined(tags: &[Tag]) -> String {
    tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_brought_into_one_form_and_nonsense_is_named() {
        let given = [" Exam  WS ", "lärm", "exam-ws", "a/b:c"].map(str::to_owned);
        let tags = check("tags", &given).expect("fits");
        assert_eq!(joined(&tags), "a/b:c, exam-ws, lärm");
        let wrong = ["", "-x", "a,b", &"x".repeat(41), "ok"].map(str::to_owned);
        let errors = check("tags", &wrong).expect_err("nonsense");
        let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/tags/0", "/tags/1", "/tags/2", "/tags/3"]);
        let many: Vec<String> = (0..21).map(|number| format!("t{number}")).collect();
        assert_eq!(check("tags", &many).expect_err("too many").len(), 1);
    }
}

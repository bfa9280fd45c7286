//! Rosters: lists of people as other systems write them (CSV, RFC 4180).
use std::collections::HashMap;

use super::people::{self, Role};
use super::refusal::{FieldError, Refusal};
use super::text;

/// The most people of one roster.
pub const MOST: usize = 2_000;
/// The columns there may be; the first must be there.
const COLUMNS: [&str; 4] = ["email", "name", "role", "teams"];

/// Somebody in a roster. What is not given stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub email: String,
    pub name: Option<String>,
    pub role: Option<Role>,
    /// The names of all their teams, in lower case.
    pub teams: Option<Vec<String>>,
}

/// A line of a roster, and what it says or why it cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: u64,
    /// As it stands there.
    pub email: String,
    pub row: Result<Row, String>,
}

/// Reads a roster: a line of headers, then a line for each person, with commas or semicolons between.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, Refusal> {
    let wrong = |detail: String| Refusal::Invalid(vec![FieldError::new("", detail)]);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // Lines are counted by their feeds.
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("is not UTF-8".to_owned()))?.replace("\r\n", "\n");
    let headers = text.lines().next().unwrap_or_default();
    let separator = if headers.contains(';') && !headers.contains(',') { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|_| wrong("is no table".to_owned()))?.clone();
    let mut columns = HashMap::new();
    for (place, header) in headers.iter().enumerate() {
        let known = COLUMNS.into_iter().find(|column| column.eq_ignore_ascii_case(header));
        let known = known.ok_or_else(|| {
            let shown = text::shortened(&text::storable(header), 40);
            wrong(format!("has the column \"{shown}\"; expected: {}", COLUMNS.join(", ")))
        })?;
        if columns.insert(known, place).is_some() {
            return Err(wrong(format!("has the column {known} twice")));
        }
    }
    if !columns.contains_key("email") {
        return Err(wrong(format!("has no column email in its first line; expected: {}", COLUMNS.join(", "))));
    }
    let mut lines = Vec::new();
    let mut seen = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(format!("cannot be read: {error}")))?;
        if lines.len() == MOST {
            return Err(wrong(format!("has more than {MOST} people; give the rest in another one")));
        }
        let number = record.position().map_or(0, csv::Position::line);
        let cell = |column| columns.get(column).and_then(|place| record.get(*place)).filter(|cell| !cell.is_empty());
        let email = cell("email").unwrap_or_default().to_owned();
        let row =
            row(cell, record.len() == headers.len()).and_then(|row| match seen.insert(row.email.clone(), number) {
                None => Ok(row),
                Some(before) => Err(format!("the address stands on line {before} already")),
            });
        lines.push(Line { number, email: text::shortened(&text::storable(&email), 254), row });
    }
    Ok(lines)
}

fn row<'a>(cell: impl Fn(&'static str) -> Option<&'a str>, is_whole: bool) -> Result<Row, String> {
    if !is_whole {
        return Err("the line has not as many cells as the first one".to_owned());
    }
    let said = |error: FieldError| format!("{} {}", error.pointer.trim_start_matches('/'), error.detail);
    let email = people::email("email", cell("email").unwrap_or_default()).map_err(said)?;
    let name = cell("name").map(|name| text::line("name", name, text::NAME_LIMIT)).transpose().map_err(said)?;
    let role = cell("role").map(|name| {
        let known = Role::ALL.map(Role::as_str).join(", ");
        Role::parse(&name.to_lowercase()).ok_or_else(|| format!("role must be one of: {known}"))
    });
    let teams = cell("teams").map(|names| {
        let names = names.split('|').map(|name| name.trim().to_lowercase());
        names.filter(|name| !name.is_empty()).collect()
    });
    Ok(Row { email, name, role: role.transpose()?, teams })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roster_is_read_line_by_line_and_what_is_wrong_is_told_by_its_line() {
        let text = "\u{feff}Email;Name;Role;Teams\r\nAnn@x.org;\"Lee; Ann\";student;\r\nnobody;;;\r\nben@x.org;Ben;Instructor;Maths | Help desk\r\nann@x.org;;;\r\nc@x.org;C;boss;\r\nd@x.org;D\r\n";
        let lines = read(text.as_bytes()).expect("a table");
        let wrong: Vec<_> =
            lines.iter().map(|line| (line.number, line.row.as_ref().err().map(String::as_str))).collect();
        assert_eq!(
            wrong,
            [
                (2, None),
                (3, Some("email is not an e-mail address")),
                (4, None),
                (5, Some("the address stands on line 2 already")),
                (6, Some("role must be one of: student, instructor, admin")),
                (7, Some("the line has not as many cells as the first one")),
            ]
        );
        let ann = lines[0].row.as_ref().expect("fits");
        assert_eq!(
            (ann.email.as_str(), ann.name.as_deref(), ann.role),
            ("ann@x.org", Some("Lee; Ann"), Some(Role::Student))
        );
        assert_eq!((&ann.teams, &lines[1].row.is_ok()), (&None, &false));
        let ben = lines[2].row.as_ref().expect("fits");
        assert_eq!(ben.teams, Some(vec!["maths".to_owned(), "help desk".to_owned()]));
    }

    #[test]
    fn what_is_no_roster_is_refused_as_a_whole() {
        let many = format!("email\n{}", "a@x.org\n".repeat(MOST + 1));
        for (text, why) in [
            ("name\nAnn\n", "no column email"),
            ("email,colour\n", "colour"),
            ("email,email\n", "twice"),
            ("", "no column email"),
            (many.as_str(), "more than 2000"),
        ] {
            let refusal = read(text.as_bytes()).expect_err("no roster").to_string();
            assert!(refusal.contains(why), "{refusal}");
        }
        assert!(read(b"email\n\xff@x.org\n").is_err());
    }
}

//! Text that people type, checked once at the border: what is inside afterwards is safe to store and to send.
use super::refusal::FieldError;

/// Longest title, in characters.
pub const TITLE_LIMIT: usize = 200;
/// Longest message or description, in characters: four bytes each still fit a Matrix event of 64 KiB.
pub const BODY_LIMIT: usize = 10_000;
/// Longest account of what came of a ticket, in characters.
pub const RESOLUTION_LIMIT: usize = 2_000;
/// Longest name of what a ticket belongs to outside the desk, in characters.
pub const CONTEXT_LIMIT: usize = 120;
/// Longest display name, in characters.
pub const NAME_LIMIT: usize = 100;
/// Longer than any id or number of a ticket.
pub const TICKET_KEY_LIMIT: usize = 64;
/// Longest Matrix id, in characters (Matrix specification, appendices, "User Identifiers").
pub const MATRIX_ID_LIMIT: usize = 255;

/// A single line: a title or a name, trimmed, not empty, without control characters.
pub fn line(field: &str, text: &str, limit: usize) -> Result<String, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldError::new(field, "must not be empty"));
    }
    within(field, text, limit)?;
    match text.chars().find(|c| c.is_control()) {
        Some(c) => Err(control(field, c)),
        None => Ok(text.to_owned()),
    }
}

/// A text of several lines: not blank, with line feeds and tabs but no other control characters.
/// Carriage returns become line feeds.
pub fn body(field: &str, text: &str, limit: usize) -> Result<String, FieldError> {
    if text.trim().is_empty() {
        return Err(FieldError::new(field, "must not be empty"));
    }
    within(field, text, limit)?;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        Some(c) => Err(control(field, c)),
        None => Ok(text),
    }
}

/// Text from another system, made storable instead of refused: control characters become U+FFFD.
/// PostgreSQL cannot store NUL.
pub fn storable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() && !matches!(c, '\n' | '\t' | '\r') { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}

/// The first line of a text, cut to `limit` characters with an ellipsis.
pub fn shortened(text: &str, limit: usize) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("").trim();
    if line.chars().count() <= limit {
        return line.to_owned();
    }
    line.chars().take(limit.saturating_sub(1)).chain(std::iter::once('…')).collect()
}

fn within(field: &str, text: &str, limit: usize) -> Result<(), FieldError> {
    let length = text.chars().count();
    if length > limit {
        return Err(FieldError::new(field, format!("has {length} characters; at most {limit} are allowed")));
    }
    Ok(())
}

fn control(field: &str, c: char) -> FieldError {
    FieldError::new(field, format!("contains the control character U+{:04X}", c as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_a_break_in_it_refused() {
        assert_eq!(line("title", "  Printer on fire ", 200).expect("fits"), "Printer on fire");
        assert!(line("title", "a\nb", 200).is_err());
        assert!(line("title", "   ", 200).is_err());
        assert!(line("title", "a\0b", 200).expect_err("NUL").detail.contains("U+0000"));
        assert!(line("title", &"x".repeat(201), 200).is_err());
    }

    #[test]
    fn a_body_keeps_lines_and_refuses_other_controls() {
        assert_eq!(body("message", "a\r\nb\tc", 10).expect("fits"), "a\nb\tc");
        assert!(body("message", "a\u{7}b", 10).is_err());
        assert_eq!(storable("a\0b"), "a\u{fffd}b");
        assert_eq!(shortened("\n hello there", 6), "hello…");
    }
}

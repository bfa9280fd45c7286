//! What a file is, by its bytes; what its sender says about it counts for little.
use std::fmt;

/// How many of a file's first bytes decide.
pub const HEAD: usize = 8 * 1024;

const UNKNOWN: &str = "application/octet-stream";

/// Texts by the ending of their name: all look alike from inside.
const TEXTS: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("md", "text/markdown"),
    ("json", "application/json"),
    ("ics", "text/calendar"),
    ("vcf", "text/vcard"),
    ("css", "text/css"),
    ("js", "text/javascript"),
    ("mjs", "text/javascript"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("xhtml", "application/xhtml+xml"),
    ("svg", "image/svg+xml"),
    ("xml", "text/xml"),
];

/// The media type of a file that begins with `head` and is called `name`: by its bytes, and among texts by its name.
pub fn of(head: &[u8], name: &str) -> String {
    let seems_text = is_text(head);
    let by_bytes = infer::get(head).map(|kind| kind.mime_type());
    match by_bytes {
        Some("text/html" | "text/xml") if mentions_svg(head) => String::from("image/svg+xml"),
        Some(kind) if !seems_text || may_be_text(kind) => kind.to_owned(),
        // "BM" is a bitmap's mark, and the beginning of many a text.
        Some(_) | None if seems_text => text_called(name, head).to_owned(),
        Some(_) | None => UNKNOWN.to_owned(),
    }
}

fn may_be_text(kind: &str) -> bool {
    kind.starts_with("text/") || matches!(kind, "application/pdf" | "application/rtf" | "application/postscript")
}

fn text_called(name: &str, head: &[u8]) -> &'static str {
    if mentions_svg(head) {
        return "image/svg+xml";
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    TEXTS.iter().find(|(known, _)| *known == ending).map_or("text/plain", |(_, kind)| kind)
}

/// A drawing that can hold scripts, wherever in the head it begins.
fn mentions_svg(head: &[u8]) -> bool {
    head.windows(4).any(|four| four.eq_ignore_ascii_case(b"<svg"))
}

/// Whether it is UTF-8 (that may be cut off) without control characters that texts do not have.
fn is_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => match std::str::from_utf8(&head[..error.valid_up_to()]) {
            Ok(text) => text,
            Err(_) => return false,
        },
        Err(_) => return false,
    };
    !valid.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{1b}'))
}

/// The ending that files of the type are stored with, so that an operator who looks sees what they are.
pub fn ending_of(head: &[u8], mime_type: &str, name: &str) -> String {
    let own = infer::get(head).filter(|kind| kind.mime_type() == mime_type).map(|kind| kind.extension().to_owned());
    let given = || name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let harmless =
        |ending: &String| (1..=10).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    own.or_else(given).filter(harmless).map_or_else(String::new, |ending| format!(".{ending}"))
}

/// A list of media types: `image/png`, `image/*`, `application/vnd.oasis.*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaTypes(Vec<String>);

/// The text is not a list of media types; this part of it is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no media type")]
pub struct NotMediaTypes(pub String);

impl MediaTypes {
    /// Reads types separated by commas; a `*` at the end stands for anything.
    pub fn parse(text: &str) -> Result<Self, NotMediaTypes> {
        let parts = text.split(',').map(|part| part.trim().to_ascii_lowercase());
        let letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b));
        let check = |part: String| {
            let (main, sub) = part.split_once('/').unwrap_or_default();
            let bare = sub.strip_suffix('*').unwrap_or(sub);
            let fits = !main.is_empty() && !sub.is_empty() && letters(main) && letters(bare);
            if fits || part == "*/*" { Ok(part) } else { Err(NotMediaTypes(part)) }
        };
        parts.map(check).collect::<Result<_, _>>().map(Self)
    }

    /// Whether files of the type are taken.
    pub fn allow(&self, mime_type: &str) -> bool {
        self.0.iter().any(|allowed| match allowed.strip_suffix('*') {
            Some("*/") => true,
            Some(start) => mime_type.starts_with(start),
            None => mime_type == allowed,
        })
    }
}

impl fmt::Display for MediaTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_decide_and_among_texts_the_name() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        for (head, name, kind) in [
            (&png[..], "harmless.txt", "image/png"),
            (b"%PDF-1.7\n%\xe2\xe3", "a.png", "application/pdf"),
            (b"MZ\x90\0\x03\0\0\0", "photo.jpg", "application/vnd.microsoft.portable-executable"),
            (b"hello", "a.png", "text/plain"),
            (b"BMW does not start", "note", "text/plain"),
            (b"a;b\n1;2\n", "Table.CSV", "text/csv"),
            (b"<!DOCTYPE html><script>", "a.txt", "text/html"),
            (b"<?xml version=\"1.0\"?>\n<!-- x --><SVG onload=\"x\">", "a.png", "image/svg+xml"),
            (b"  <svg xmlns=\"x\">", "a.png", "image/svg+xml"),
            (b"\0\x01\x02\xff", "a.txt", "application/octet-stream"),
            (b"", "empty", "text/plain"),
            ("Zürich 東".as_bytes().split_last().expect("bytes").1, "cut.txt", "text/plain"),
        ] {
            assert_eq!(of(head, name), kind, "{name}: {:?}", String::from_utf8_lossy(head));
        }
        assert_eq!(ending_of(png, "image/png", "x.txt"), ".png");
        assert_eq!(ending_of(b"x", "text/csv", "Table.CSV"), ".csv");
        assert_eq!(ending_of(b"x", "text/plain", "a./../b"), "");
    }

    #[test]
    fn a_list_of_types_has_wildcards_at_the_end() {
        let list = MediaTypes::parse("image/*, application/vnd.oasis.*,text/plain").expect("a list");
        assert!(list.allow("image/png") && list.allow("application/vnd.oasis.text") && list.allow("text/plain"));
        assert!(!list.allow("text/html") && !list.allow("application/x") && !list.allow("text/plain2"));
        assert!(MediaTypes::parse("*/*").expect("anything").allow("x/y"));
        for bad in ["", "image", "image/", "/png", "image/png,,", "im age/png", "*"] {
            assert!(MediaTypes::parse(bad).is_err(), "{bad:?}");
        }
    }
}

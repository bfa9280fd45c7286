//! The answer that is a file: parts of it (RFC 9110, section 14), known copies (section 13), and what a browser may do
//! with it (RFC 6266).
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::fs;
use tokio::io::{AsyncReadExt, AsyncSeekExt, SeekFrom};
use tokio_util::io::ReaderStream;

use super::problem::Problem;
use crate::domain::Refusal;
use crate::domain::files::{File, may_be_inline, percent_encoded};
use crate::files::Part;

/// How much is read from the disk at once.
const BUFFER: usize = 64 * 1024;
/// Whatever it is: no scripts, no forms, nothing of this site.
pub(super) const NOTHING_RUNS: &str = "sandbox; default-src 'none'";
/// What a browser would run if it were made to show it: handed out as bytes that mean nothing.
const ACTIVE: &[&str] =
    &["text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "text/javascript"];

/// The file, or the part of it that was asked for, or that the caller's copy is still good.
pub async fn answer(file: &File, part: Part, mut bytes: fs::File, asked: &HeaderMap) -> Result<Response, Problem> {
    let broken = |error: std::io::Error| Refusal::Broken(error.into());
    let length = bytes.metadata().await.map_err(broken)?.len();
    let tag = tag_of(file, part);
    let mut headers = describe(file, part, &tag);
    if asked.get_all(IF_NONE_MATCH).iter().any(|known| names(known, &tag)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let range = wanted(asked, &tag).unwrap_or(Range::All);
    let (status, first, count) = match range.within(length) {
        Some((first, last)) if matches!(range, Range::All) => (StatusCode::OK, first, last),
        Some((first, last)) => {
            headers.insert(CONTENT_RANGE, ascii(&format!("bytes {first}-{last}/{length}")));
            (StatusCode::PARTIAL_CONTENT, first, last - first + 1)
        }
        None => return Err(Problem::no_such_range(length)),
    };
    headers.insert(CONTENT_LENGTH, HeaderValue::from(count));
    bytes.seek(SeekFrom::Start(first)).await.map_err(broken)?;
    let body = Body::from_stream(ReaderStream::with_capacity(bytes.take(count), BUFFER));
    Ok((status, headers, body).into_response())
}

/// A part of a file that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    All,
    From(u64),
    Between(u64, u64),
    /// So many at the end.
    Last(u64),
}

impl Range {
    /// First and last byte in a file of so many, `(0, length)` for all of it; none when there is nothing of it.
    fn within(self, length: u64) -> Option<(u64, u64)> {
        let last = length.checked_sub(1);
        match self {
            Self::All => Some((0, length)),
            Self::From(first) => last.filter(|last| first <= *last).map(|last| (first, last)),
            Self::Between(first, to) => last.filter(|last| first <= *last).map(|last| (first, to.min(last))),
            Self::Last(0) => None,
            Self::Last(count) => last.map(|last| (length.saturating_sub(count), last)),
        }
    }
}

/// The one range that was asked for, unless it belongs to another version. What cannot be read and lists of several are
/// passed over, as RFC 9110 allows: then the whole file is the answer.
fn wanted(asked: &HeaderMap, tag: &str) -> Option<Range> {
    if asked.get(IF_RANGE).is_some_and(|version| version.as_bytes() != tag.as_bytes()) {
        return None;
    }
    let (first, last) = asked.get(RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.trim().split_once('-')?;
    let number = |text: &str| if text.starts_with('+') { None } else { text.parse::<u64>().ok() };
    match (first, last) {
        ("", last) => number(last).map(Range::Last),
        (first, "") => number(first).map(Range::From),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Range::Between(first, last))
        }
    }
}

/// The bytes' own name; a thumbnail is made from them and changes with them.
fn tag_of(file: &File, part: Part) -> String {
    let hash = file.contents.sha256.as_deref().unwrap_or(file.id.as_str());
    match part {
        Part::Whole => format!("\"{hash}\""),
        Part::Thumbnail => format!("\"{hash}-thumbnail\""),
    }
}

/// Whether a list of entity tags names this one; weak ones count (section 13.1.2).
pub(super) fn names(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    known.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

fn describe(file: &File, part: Part, tag: &str) -> HeaderMap {
    let small = file.contents.picture.as_ref().and_then(|picture| picture.thumbnail.as_ref());
    let mime_type = match (part, small) {
        (Part::Thumbnail, Some(small)) => small.mime_type.as_str(),
        (Part::Whole | Part::Thumbnail, _) => file.contents.mime_type.as_str(),
    };
    let shown = if ACTIVE.contains(&mime_type) { "application/octet-stream" } else { mime_type };
    let how = if may_be_inline(mime_type) { "inline" } else { "attachment" };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, ascii(shown));
    headers.insert(CONTENT_DISPOSITION, ascii(&disposition(how, &file.original_name)));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(NOTHING_RUNS));
    headers.insert(ETAG, ascii(tag));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // A copy may be kept, and is asked about each time: permission may have been taken away.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers
}

/// The name twice (RFC 6266, section 4.3): as far as it is ASCII for the old, and as it is (RFC 8187) for all others.
fn disposition(how: &str, name: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' };
    let plain: String = name.chars().map(plain).collect();
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{}", percent_encoded(name))
}

fn ascii(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Option<Range> {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_str(text).expect("a header"));
        wanted(&headers, "\"x\"")
    }

    #[test]
    fn one_range_is_read_and_everything_else_passed_over() {
        assert_eq!(range("bytes=0-4"), Some(Range::Between(0, 4)));
        assert_eq!(range("bytes=5-"), Some(Range::From(5)));
        assert_eq!(range("bytes=-5"), Some(Range::Last(5)));
        for odd in ["bytes=4-0", "bytes=0-1,3-4", "items=0-1", "bytes=a-b", "bytes=", "bytes=-", "bytes=+1-2"] {
            assert_eq!(range(odd), None, "{odd}");
        }
        assert_eq!(Range::Between(2, 900).within(10), Some((2, 9)));
        assert_eq!(Range::Last(900).within(10), Some((0, 9)));
        for nothing in [Range::From(10), Range::Between(10, 12), Range::Last(0)] {
            assert_eq!(nothing.within(10), None);
        }
        assert_eq!(Range::From(0).within(0), None);
    }

    #[test]
    fn a_name_cannot_break_its_header() {
        assert_eq!(
            disposition("attachment", "ä\"; x=\r\n%41.png"),
            "attachment; filename=\"__; x=___41.png\"; filename*=UTF-8''%C3%A4%22%3B%20x%3D%0D%0A%2541.png"
        );
        let known = HeaderValue::from_static("\"a\", W/\"b\"");
        assert!(names(&known, "\"b\"") && !names(&known, "\"c\""));
    }
}

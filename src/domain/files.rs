//! Files of a conversation: one row each, one message each.
use super::clock::Time;
use super::ids::{FileId, MessageId, PersonId, TicketId};
use super::messages::Kind;
use super::text;

/// Longest name of a file, in characters; file systems end at 255 bytes, but ours are stored under names of our own.
const NAME_LIMIT: usize = 200;
/// The most files of one form.
pub const MOST: usize = 20;

/// Whether the bytes are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// In the store.
    Ready,
    /// On a homeserver; a job fetches them.
    Fetching,
    /// Not taken into the store, for this reason.
    Refused(String),
}

impl FileState {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Fetching => "fetching",
            Self::Refused(_) => "refused",
        }
    }
}

/// What the bytes of a file are found to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    pub mime_type: String,
    /// In bytes.
    pub size: i64,
    /// In hexadecimal; absent while the bytes are not here.
    pub sha256: Option<String>,
    /// Absent for what is no picture.
    pub picture: Option<Picture>,
}

/// What is known of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// In pixels, as it is shown (turned as its camera says).
    pub width: i64,
    pub height: i64,
    /// A blurred impression (<https://blurha.sh>).
    pub blurhash: Option<String>,
    /// A smaller copy; absent when the picture is small itself, or too large to be opened.
    pub thumbnail: Option<Thumbnail>,
}

/// A smaller copy of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    pub mime_type: String,
    pub size: i64,
    pub width: i64,
    pub height: i64,
}

/// A file of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub id: FileId,
    pub ticket: TicketId,
    /// The message that it is.
    pub message: Option<MessageId>,
    pub uploader: PersonId,
    /// The name under which it is stored.
    pub filename: String,
    /// The name its sender gave it.
    pub original_name: String,
    pub contents: Contents,
    /// Where the homeserver has it.
    pub mxc: Option<String>,
    /// Where the homeserver has its thumbnail.
    pub thumbnail_mxc: Option<String>,
    pub created_at: Time,
    pub state: FileState,
}

/// A file as somebody else's event describes it, before anything of it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFile {
    /// `mxc://server/id`.
    pub mxc: String,
    pub name: String,
    pub mime_type: String,
    /// What the sender says; in bytes.
    pub size: i64,
}

/// What kind of message a file of this type is. Only what can harm nobody is shown as a picture: SVG is a document.
pub fn kind_of(mime_type: &str) -> Kind {
    match mime_type.split_once('/') {
        Some(("image", rest)) if !rest.starts_with("svg") => Kind::Image,
        Some(("video", _)) => Kind::Video,
        Some(("audio", _)) => Kind::Audio,
        Some(_) | None => Kind::File,
    }
}

/// Whether a browser may show the file in a page. Everything else is only offered for saving.
pub fn may_be_inline(mime_type: &str) -> bool {
    matches!(mime_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// A name for a file as people see it, made out of what a client said: the last part of a path, without control
/// characters and without those that turn the direction of reading (`fdp.exe` shown as `exe.pdf`).
pub fn shown_name(given: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() { '_' } else { c }).collect();
    let clean = text::storable(clean.trim());
    if matches!(clean.as_str(), "" | "." | "..") {
        return String::from("file");
    }
    if clean.chars().count() <= NAME_LIMIT {
        return clean;
    }
    let ending: String = clean
        .rsplit_once('.')
        .map(|(_, ending)| ending)
        .filter(|e| e.len() <= 10)
        .map_or_else(String::new, |e| format!(".{e}"));
    clean.chars().take(NAME_LIMIT - ending.len()).chain(ending.chars()).collect()
}

/// The name in letters that mean themselves in URLs and headers (RFC 3986, section 2.3), everything else as `%XX`.
pub fn percent_encoded(name: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_paths_and_tricks() {
        for (given, shown) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ann\\photo.png", "photo.png"),
            ("a\0b\n.txt", "a_b_.txt"),
            ("exe.\u{202e}fdp", "exe.fdp"),
            ("  ", "file"),
            ("..", "file"),
            ("Zürich 東京.png", "Zürich 東京.png"),
        ] {
            assert_eq!(shown_name(given), shown, "{given:?}");
        }
        let long = shown_name(&format!("{}.jpeg", "x".repeat(300)));
        assert_eq!((long.chars().count(), long.ends_with("x.jpeg")), (NAME_LIMIT, true));
        assert_eq!(percent_encoded("ä b\"/.png"), "%C3%A4%20b%22%2F.png");
    }

    #[test]
    fn an_svg_is_no_picture() {
        assert_eq!(kind_of("image/png"), Kind::Image);
        assert_eq!(kind_of("image/svg+xml"), Kind::File);
        assert_eq!(kind_of("audio/ogg"), Kind::Audio);
        assert_eq!(kind_of("application/pdf"), Kind::File);
        assert!(may_be_inline("image/webp") && !may_be_inline("image/svg+xml") && !may_be_inline("text/html"));
    }
}

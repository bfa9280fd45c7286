//! What stands in the head of a mail, and how text gets there without becoming more than text.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::message::Mailbox;
use lettre::message::header::{HeaderName, HeaderValue};

use super::cover::{Cover, Thread};
use super::notices::Notice;

/// How many mails before this one are named: programs need the first and the last few (RFC 5322, section 3.6.4).
const REFERENCES: usize = 12;
/// How many bytes an encoded word says: it has 75 characters at most (RFC 2047, section 2).
const WORD: usize = 45;

/// The Message-ID of a mail; none when its id has characters that may not stand there.
pub(super) fn message_id(id: &str, domain: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (!id.is_empty() && id.len() <= 128 && id.bytes().all(fits)).then(|| format!("<{id}@{domain}>"))
}

/// Everything but from whom, to whom, when and about what.
pub(super) fn of(notice: &Notice, cover: &Cover, domain: &str, desk_name: &str) -> Vec<HeaderValue> {
    let mut headers = Vec::new();
    let mut add = |name: &'static str, value: String| {
        headers.push(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    };
    if let Some(thread) = &cover.thread {
        let references = references(thread, domain);
        add("In-Reply-To", references.last().cloned().unwrap_or_default());
        add("References", references.join(" "));
    }
    // No answering machine may answer (RFC 3834); Exchange listens to its own header. Reports that a mail could not be
    // delivered are not asked to be kept back.
    add("Auto-Submitted", "auto-generated".to_owned());
    add("X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply".to_owned());
    if cover.thread.is_some() || cover.unsubscribe.is_some() {
        add("List-Id", format!("{} <desk.{domain}>", phrase(desk_name)));
    }
    if let Some(unsubscribe) = &cover.unsubscribe {
        add("Precedence", "bulk".to_owned());
        add("List-Unsubscribe", format!("<{}>", unsubscribe.one_click));
        add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned());
    }
    add("X-Roomdesk-Notice", notice.name().to_owned());
    if let Some(thread) = &cover.thread {
        add("X-Roomdesk-Ticket", cleaned(&thread.number, 64));
    }
    headers
}

/// The mails before this one: the ticket itself, to which no mail ever has the id, is the root of all.
fn references(thread: &Thread, domain: &str) -> Vec<String> {
    let root = message_id(thread.ticket.as_str(), domain);
    let recent = &thread.previous[thread.previous.len().saturating_sub(REFERENCES)..];
    root.into_iter().chain(recent.iter().filter_map(|id| message_id(id, domain))).collect()
}

/// Whom a mail is from or to. lettre leaves a name such as `Dr. Lee` bare, which no longer is a name (RFC 5322, section 4.1).
pub(super) fn correspondent(header: &'static str, mailbox: &Mailbox) -> HeaderValue {
    let address = mailbox.email.to_string();
    let encoded = match &mailbox.name {
        Some(name) => format!("{}\r\n <{address}>", displayed(&cleaned(name, usize::MAX))),
        None => address.clone(),
    };
    // What lettre reads of it is the address.
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(header), address, encoded)
}

/// A name in quotes, or as encoded words of whole characters (RFC 2047, section 5).
fn displayed(name: &str) -> String {
    if name.is_ascii() {
        return format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    }
    let mut words = vec![String::new()];
    for c in name.chars() {
        match words.last_mut().filter(|word| word.len() + c.len_utf8() <= WORD) {
            Some(word) => word.push(c),
            None => words.push(c.to_string()),
        }
    }
    let words: Vec<String> = words.iter().map(|word| format!("=?utf-8?b?{}?=", STANDARD.encode(word))).collect();
    words.join("\r\n ")
}

/// A text as one line: without control characters, line breaks of any kind, and what turns the direction of what follows.
pub(super) fn cleaned(text: &str, limit: usize) -> String {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let line: String = text.chars().filter(|c| !turns(*c)).map(|c| if is_break(c) { ' ' } else { c }).collect();
    // What looks like an encoded word would be decoded (RFC 2047, section 2).
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ").replace("=?", "= ?");
    if line.chars().count() <= limit {
        return line;
    }
    line.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}

/// A file's name: one line, and no path. A long one keeps its ending.
pub(super) fn file_name(name: &str, limit: usize) -> String {
    let name: String =
        cleaned(name, usize::MAX).chars().map(|c| if matches!(c, '/' | '\\') { '_' } else { c }).collect();
    if name.chars().count() <= limit {
        return if name.is_empty() { "file".to_owned() } else { name };
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.chars().count() <= 10);
    let ending = ending.map_or(String::new(), |ending| format!(".{ending}"));
    name.chars().take(limit - ending.chars().count() - 1).chain(['…']).chain(ending.chars()).collect()
}

/// A name without what would need quotes (RFC 5322, section 3.2.3).
fn phrase(name: &str) -> String {
    let special = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != ' ' && c != '-';
    cleaned(&name.replace(special, " "), 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one() {
        assert_eq!(cleaned("a\r\nBcc: x@y\u{2028}b\u{85}c\0d", 99), "a Bcc: x@y b c d");
        assert_eq!(cleaned("\u{202e}gpj.exe\u{202c} שלום", 99), "gpj.exe שלום");
        assert_eq!(cleaned(&"x".repeat(300), 10), "xxxxxxxxx…");
        assert_eq!(cleaned("=?utf-8?q?Boss?=", 99), "= ?utf-8?q?Boss?=");
    }

    #[test]
    fn a_name_is_quoted_or_encoded() {
        assert_eq!(displayed("Dr. \"Ann\" \\ Lee"), "\"Dr. \\\"Ann\\\" \\\\ Lee\"");
        assert_eq!(displayed("Zoë"), "=?utf-8?b?Wm/Dqw==?=");
        let long = displayed(&"日".repeat(120));
        assert!(long.lines().all(|word| word.trim().len() <= 75) && long.lines().count() == 8, "{long}");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        assert_eq!(file_name("../../etc/passwd", 99), ".._.._etc_passwd");
        let long = file_name(&format!("{}.pdf", "n".repeat(300)), 20);
        assert!(long.ends_with("n….pdf") && long.chars().count() == 20, "{long}");
        assert_eq!(file_name("\r\n", 20), "file");
    }

    #[test]
    fn what_would_break_out_of_a_message_id_has_none() {
        assert_eq!(message_id("mal_1", "example.org").as_deref(), Some("<mal_1@example.org>"));
        for bad in ["", "a b", "a>", "a@b", "a\r\nb", "ä"] {
            assert_eq!(message_id(bad, "example.org"), None, "{bad:?}");
        }
    }
}

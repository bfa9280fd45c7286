//! Events as they come from rooms, read into what the desk does with them.
use ruma::{EventId, OwnedEventId, OwnedMxcUri, OwnedUserId, UserId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::content::{HEARTBEAT, NOTES_STATE, OWN_ID, TICKET_STATE};
use crate::domain::clock::{Time, from_millis};
use crate::domain::files::{RemoteFile, shown_name};
use crate::domain::messages::{Kind, MENTIONS_LIMIT, REACTION_LIMIT};
use crate::domain::{markup, text};

/// Longest media type that is believed, in characters.
const TYPE_LIMIT: usize = 100;
/// Longest address of a picture that is believed, in bytes: two names of 255 each, and what is around them.
const ADDRESS_LIMIT: usize = 520;

/// The event is not what its type promises (client-server API, "Room events").
#[derive(Debug, thiserror::Error)]
#[error("malformed event: {0}")]
pub struct Malformed(String);

/// An event of a room.
#[derive(Debug)]
pub struct Event {
    pub id: OwnedEventId,
    pub sender: OwnedUserId,
    /// What the sender's server says; other servers may be wrong, so nothing is ordered by it.
    pub sent_at: Time,
    /// The desk's own id, when it (or somebody pretending) sent this.
    pub own_id: Option<String>,
    pub what: What,
}

/// What happened.
#[derive(Debug)]
pub enum What {
    /// Somebody wrote something.
    Said(Said),
    /// Somebody's place in the room changed.
    Member { user: OwnedUserId, membership: String, display_name: Option<String>, avatar: Option<OwnedMxcUri> },
    /// Somebody emptied another event (`m.room.redaction`).
    Redacted(OwnedEventId),
    /// Somebody annotated another event, mostly with an emoji (`m.reaction`).
    Reacted { event: OwnedEventId, label: String },
    /// The state event that names the room's ticket.
    Ticket(Value),
    /// The state event that names the ticket whose notes are in the room.
    Notes(Value),
    /// The bridge's own sign of life.
    Heartbeat(String),
    /// Nothing the desk acts on.
    Other,
}

/// A message as it was sent.
#[derive(Debug)]
pub struct Said {
    pub kind: Kind,
    pub body: String,
    /// The same with formatting, as it came.
    pub html: Option<String>,
    pub attachment: Option<RemoteFile>,
    /// What the kind needs besides a text, as the view shows it.
    pub details: Option<Value>,
    /// The message that this one replaces (`m.replace`).
    pub replaces: Option<OwnedEventId>,
    /// The message that this one answers (`m.in_reply_to`).
    pub reply_to: Option<OwnedEventId>,
    /// The message in whose thread this one stands (`m.thread`).
    pub thread: Option<OwnedEventId>,
    /// Whom it calls upon (`m.mentions`).
    pub mentions: Vec<OwnedUserId>,
}

#[derive(Deserialize)]
struct Envelope {
    event_id: String,
    sender: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    state_key: Option<String>,
    #[serde(default)]
    origin_server_ts: i64,
    /// Before room version 11 this stands beside the content.
    #[serde(default)]
    redacts: Option<String>,
    #[serde(default)]
    content: Value,
}

impl Event {
    /// Reads an event. Types that are not known are [`What::Other`]; an error means that it can never be applied.
    pub fn read(json: &str) -> Result<Self, Malformed> {
        let envelope: Envelope = serde_json::from_str(json).map_err(|error| Malformed(error.to_string()))?;
        let id = EventId::parse(envelope.event_id.as_str()).map_err(|error| Malformed(error.to_string()))?;
        let sender = UserId::parse(envelope.sender.as_str()).map_err(|error| Malformed(error.to_string()))?;
        let sent_at = from_millis(envelope.origin_server_ts);
        let own_id = envelope.content[OWN_ID].as_str().map(str::to_owned);
        let what = what(&envelope)?;
        Ok(Self { id, sender, sent_at, own_id, what })
    }
}

fn what(envelope: &Envelope) -> Result<What, Malformed> {
    let content = &envelope.content;
    // A redacted event keeps its type and loses its content.
    let redacted = content.as_object().is_some_and(serde_json::Map::is_empty);
    match (envelope.kind.as_str(), &envelope.state_key) {
        ("m.room.redaction", None) => Ok(redaction(envelope)),
        (_, None) if redacted => Ok(What::Other),
        ("m.room.message", None) => said(content).map(What::Said),
        ("m.reaction", None) => Ok(reaction(content)),
        ("m.sticker", None) => {
            let attachment = attachment(content);
            Ok(What::Said(Said { attachment, ..bare(Kind::Sticker, body_of(content)?, content) }))
        }
        ("m.room.encrypted", None) => {
            let body = "An encrypted message that the desk cannot read.".into();
            Ok(What::Said(bare(Kind::Unsupported, body, content)))
        }
        ("m.poll.start" | "org.matrix.msc3381.poll.start", None) => Ok(What::Said(poll(content))),
        ("m.room.member", Some(user)) => Ok(What::Member {
            user: UserId::parse(user.as_str()).map_err(|error| Malformed(error.to_string()))?,
            membership: content["membership"].as_str().ok_or_else(|| Malformed("no membership".into()))?.to_owned(),
            display_name: content["displayname"].as_str().map(str::to_owned),
            avatar: content["avatar_url"].as_str().and_then(media_address),
        }),
        (TICKET_STATE, Some(_)) => Ok(What::Ticket(content.clone())),
        (NOTES_STATE, Some(_)) => Ok(What::Notes(content.clone())),
        (HEARTBEAT, None) => Ok(What::Heartbeat(content["id"].as_str().unwrap_or_default().to_owned())),
        (kind, None) if !means_nothing(kind) => Ok(What::Said(unknown(kind, content))),
        _ => Ok(What::Other),
    }
}

/// An address under which a homeserver may have something.
fn media_address(url: &str) -> Option<OwnedMxcUri> {
    let mxc = OwnedMxcUri::from(url);
    (url.len() <= ADDRESS_LIMIT && mxc.is_valid()).then_some(mxc)
}

/// What follows from other events or only concerns clients among themselves.
fn means_nothing(kind: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "m.poll.",
        "org.matrix.msc3381.poll.",
        "m.call.",
        "org.matrix.msc3401.call.",
        "m.key.",
        "m.beacon",
        "org.roomdesk.",
    ];
    BEGINNINGS.iter().any(|beginning| kind.starts_with(beginning))
}

fn redaction(envelope: &Envelope) -> What {
    // Room version 11 moved it into the content.
    let redacts = envelope.content["redacts"].as_str().or(envelope.redacts.as_deref());
    redacts.and_then(|id| EventId::parse(id).ok()).map_or(What::Other, What::Redacted)
}

fn reaction(content: &Value) -> What {
    let relation = &content["m.relates_to"];
    let event = relation["event_id"].as_str().and_then(|id| EventId::parse(id).ok());
    let label = relation["key"].as_str().map(|key| text::shortened(&text::storable(key), REACTION_LIMIT));
    match (event, label.filter(|label| !label.is_empty())) {
        (Some(event), Some(label)) if relation["rel_type"] == "m.annotation" => What::Reacted { event, label },
        _ => What::Other,
    }
}

/// A message of this kind with nothing but a text, and what relates it to others.
fn bare(kind: Kind, body: String, content: &Value) -> Said {
    let event = |id: &Value| id.as_str().and_then(|id| EventId::parse(id).ok());
    let relation = &content["m.relates_to"];
    let of_type = |wanted: &str| (relation["rel_type"] == wanted).then(|| event(&relation["event_id"])).flatten();
    let thread = of_type("m.thread");
    // In a thread the reply is only a fallback for clients without threads, unless it says otherwise.
    let is_fallback = thread.is_some() && relation["is_falling_back"] == true;
    let reply_to = event(&relation["m.in_reply_to"]["event_id"]).filter(|_| !is_fallback);
    let mentions = content["m.mentions"]["user_ids"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mentions = mentions.iter().take(MENTIONS_LIMIT).filter_map(|id| UserId::parse(id.as_str()?).ok()).collect();
    let replaces = of_type("m.replace");
    Said { kind, body, html: None, attachment: None, details: None, replaces, reply_to, thread, mentions }
}

/// The question and the answers of a poll (MSC3381, stable and unstable names).
fn poll(content: &Value) -> Said {
    let words = |value: &Value| -> Option<String> {
        let text = value["m.text"][0]["body"].as_str().or_else(|| value["org.matrix.msc1767.text"].as_str());
        text.or_else(|| value["body"].as_str()).map(text::storable)
    };
    let start = content.get("m.poll").or_else(|| content.get("org.matrix.msc3381.poll.start")).unwrap_or(&Value::Null);
    let question = words(&start["question"]).unwrap_or_else(|| "A poll".to_owned());
    let answers: Vec<String> = start["answers"].as_array().into_iter().flatten().filter_map(words).collect();
    let lines = answers.iter().enumerate().map(|(index, answer)| format!("\n{}. {answer}", index + 1));
    let body = format!("{question}{}", lines.collect::<String>());
    let details = Some(json!({"question": question, "answers": answers}));
    Said { details, ..bare(Kind::Poll, body, content) }
}

/// Kept as it came, and shown as what it is.
fn unknown(kind: &str, content: &Value) -> Said {
    let kind = text::storable(kind);
    let body = format!("The desk cannot show this: {kind}");
    let raw = text::storable(&content.to_string());
    Said { details: Some(json!({"type": kind, "content": raw})), ..bare(Kind::Unsupported, body, content) }
}

fn said(content: &Value) -> Result<Said, Malformed> {
    let replaces = content["m.relates_to"]["rel_type"] == "m.replace";
    let shown = if replaces { &content["m.new_content"] } else { content };
    let is_voice = shown.get("org.matrix.msc3245.voice").is_some() || shown.get("m.voice").is_some();
    let kind = match shown["msgtype"].as_str() {
        Some("m.text") => Kind::Text,
        Some("m.emote") => Kind::Emote,
        Some("m.notice") => Kind::Notice,
        Some("m.image") => Kind::Image,
        Some("m.video") => Kind::Video,
        Some("m.audio") if is_voice => Kind::Voice,
        Some("m.audio") => Kind::Audio,
        Some("m.file") => Kind::File,
        Some("m.location") => Kind::Location,
        Some(_) => Kind::Unsupported,
        None => return Err(Malformed("a message without msgtype".into())),
    };
    let details = match kind {
        Kind::Location => shown["geo_uri"].as_str().map(|uri| json!({"geoUri": text::storable(uri)})),
        Kind::Unsupported => Some(json!({"type": shown["msgtype"], "content": text::storable(&shown.to_string())})),
        _ => None,
    };
    let body = body_of(shown)?;
    let body = markup::without_quotation(&body);
    let body = if body.trim().is_empty() { "(nothing)".to_owned() } else { body.to_owned() };
    let is_html = shown["format"] == "org.matrix.custom.html";
    let html = shown["formatted_body"].as_str().filter(|_| is_html).map(text::storable);
    Ok(Said { html, details, attachment: attachment(shown), ..bare(kind, body, content) })
}

fn body_of(content: &Value) -> Result<String, Malformed> {
    content["body"].as_str().map(text::storable).ok_or_else(|| Malformed("a message whose body is no text".into()))
}

/// The file of a media event; `filename` is its name and `body` a caption when both are there (specification 1.10).
fn attachment(content: &Value) -> Option<RemoteFile> {
    let mxc = text::storable(content["url"].as_str()?);
    let name = content["filename"].as_str().or_else(|| content["body"].as_str()).unwrap_or("file");
    let mime_type = content["info"]["mimetype"].as_str().unwrap_or("application/octet-stream");
    Some(RemoteFile {
        mxc,
        name: shown_name(name),
        mime_type: text::shortened(&text::storable(mime_type), TYPE_LIMIT),
        size: content["info"]["size"].as_i64().unwrap_or(0).max(0),
    })
}

/// The id of an event whose content nobody has read yet.
pub fn id_of(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct OnlyId {
        event_id: String,
    }
    serde_json::from_str::<OnlyId>(json).ok().map(|event| event.event_id)
}

/// What any event says of itself, as far as it can be read; nothing of its content.
#[derive(Debug, Default, Deserialize)]
pub struct Outline {
    #[serde(rename = "type", default, deserialize_with = "text_if_any")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "text_if_any")]
    pub sender: Option<String>,
}

fn text_if_any<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Ok(Value::deserialize(value)?.as_str().map(|said| text::shortened(said, text::MATRIX_ID_LIMIT)))
}

/// The outline of an event that need not be well formed.
pub fn outline_of(json: &str) -> Outline {
    serde_json::from_str(json).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, content: &Value) -> String {
        json!({"event_id": "$abc", "sender": "@ann:hs", "type": kind, "origin_server_ts": 5, "content": content})
            .to_string()
    }

    #[test]
    fn texts_files_and_edits_are_read() {
        let text = event("m.room.message", &json!({"msgtype": "m.text", "body": "a\u{0}b"}));
        let What::Said(said) = Event::read(&text).expect("well formed").what else { panic!("a message") };
        assert_eq!((said.kind, said.body.as_str()), (Kind::Text, "a\u{fffd}b"));

        let file = json!({"msgtype": "m.file", "body": "see", "filename": "a.pdf", "url": "mxc://hs/x",
            "info": {"size": 3, "mimetype": "application/pdf"}});
        let What::Said(said) = Event::read(&event("m.room.message", &file)).expect("well formed").what else {
            panic!("a message")
        };
        let attachment = said.attachment.expect("a file");
        assert_eq!((attachment.name.as_str(), attachment.size), ("a.pdf", 3));

        let edit = json!({"msgtype": "m.text", "body": "* new", "m.new_content": {"msgtype": "m.text", "body": "new"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$old"}});
        let What::Said(said) = Event::read(&event("m.room.message", &edit)).expect("well formed").what else {
            panic!("a message")
        };
        assert_eq!((said.body.as_str(), said.replaces.is_some()), ("new", true));
    }

    fn read(kind: &str, content: &Value) -> What {
        Event::read(&event(kind, content)).expect("well formed").what
    }

    #[test]
    fn relations_are_read() {
        let reply = json!({"msgtype": "m.text", "body": "> <@ann:hs> old\n\nnew", "m.mentions": {"user_ids": ["@bo:hs", 7]},
            "m.relates_to": {"rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {"event_id": "$old"}}});
        let What::Said(said) = read("m.room.message", &reply) else { panic!("a message") };
        assert_eq!((said.body.as_str(), said.mentions.len()), ("new", 1));
        let ids = [said.thread, said.reply_to].map(|id| id.expect("related").to_string());
        assert_eq!(ids, ["$root", "$old"]);

        let reacted = json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": "$old", "key": "👍"}});
        assert!(matches!(read("m.reaction", &reacted), What::Reacted { label, .. } if label == "👍"));
        assert!(matches!(read("m.room.redaction", &json!({"redacts": "$old"})), What::Redacted(id) if id == "$old"));
        let before_11 =
            event("m.room.redaction", &json!({})).replace("\"content\"", "\"redacts\":\"$old\",\"content\"");
        assert!(matches!(Event::read(&before_11).expect("fine").what, What::Redacted(id) if id == "$old"));
    }

    #[test]
    fn polls_places_and_voices_are_shown_as_what_they_are() {
        let start = json!({"org.matrix.msc3381.poll.start": {"question": {"org.matrix.msc1767.text": "Tea?"},
            "answers": [{"id": "1", "org.matrix.msc1767.text": "yes"}, {"id": "2", "org.matrix.msc1767.text": "no"}]}});
        let What::Said(said) = read("org.matrix.msc3381.poll.start", &start) else { panic!("a poll") };
        assert_eq!((said.kind, said.body.as_str()), (Kind::Poll, "Tea?\n1. yes\n2. no"));
        let place = json!({"msgtype": "m.location", "body": "here", "geo_uri": "geo:1,2"});
        let What::Said(said) = read("m.room.message", &place) else { panic!("a message") };
        assert_eq!(said.details, Some(json!({"geoUri": "geo:1,2"})));
        let voice = json!({"msgtype": "m.audio", "body": "", "url": "mxc://hs/x", "org.matrix.msc3245.voice": {}});
        let What::Said(said) = read("m.room.message", &voice) else { panic!("a message") };
        assert_eq!((said.kind, said.body.as_str()), (Kind::Voice, "(nothing)"));
    }

    #[test]
    fn a_malformed_message_is_refused_and_an_unknown_type_passed_over() {
        for bad in [json!({"msgtype": "m.text", "body": 7}), json!({"body": "x"}), json!([1])] {
            assert!(Event::read(&event("m.room.message", &bad)).is_err(), "{bad}");
        }
        assert!(matches!(Event::read(&event("m.call.candidates", &json!({"a": 1}))).expect("fine").what, What::Other));
        let What::Said(said) = Event::read(&event("org.example.new", &json!({"a": 1}))).expect("fine").what else {
            panic!("kept as it came")
        };
        assert_eq!((said.kind, said.body.as_str()), (Kind::Unsupported, "The desk cannot show this: org.example.new"));
        assert_eq!(said.details, Some(json!({"type": "org.example.new", "content": "{\"a\":1}"})));
        assert!(matches!(Event::read(&event("m.room.message", &json!({}))).expect("redacted").what, What::Other));
        assert!(Event::read("{}").is_err());
    }
}

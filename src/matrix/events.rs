//! Events as they come from rooms, read into what the desk does with them.
use ruma::{EventId, OwnedEventId, OwnedUserId, UserId};
use serde::Deserialize;
use serde_json::Value;

use super::content::{HEARTBEAT, OWN_ID, TICKET_STATE};
use crate::domain::clock::{Time, from_millis};
use crate::domain::files::{RemoteFile, shown_name};
use crate::domain::messages::Kind;
use crate::domain::text;

/// Longest media type that is believed, in characters.
const TYPE_LIMIT: usize = 100;

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
    Member { user: OwnedUserId, membership: String, display_name: Option<String> },
    /// The state event that names the room's ticket.
    Ticket(Value),
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
    pub attachment: Option<RemoteFile>,
    /// The message that this one replaces (`m.replace`).
    pub replaces: Option<OwnedEventId>,
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
        ("m.room.message" | "m.sticker" | "m.room.encrypted", None) if redacted => Ok(What::Other),
        ("m.room.message", None) => said(content).map(What::Said),
        ("m.sticker", None) => Ok(What::Said(Said {
            kind: Kind::Sticker,
            body: body_of(content)?,
            attachment: attachment(content),
            replaces: None,
        })),
        ("m.room.encrypted", None) => Ok(What::Said(Said {
            kind: Kind::Unsupported,
            body: "An encrypted message that the desk cannot read.".into(),
            attachment: None,
            replaces: None,
        })),
        ("m.room.member", Some(user)) => Ok(What::Member {
            user: UserId::parse(user.as_str()).map_err(|error| Malformed(error.to_string()))?,
            membership: content["membership"].as_str().ok_or_else(|| Malformed("no membership".into()))?.to_owned(),
            display_name: content["displayname"].as_str().map(str::to_owned),
        }),
        (TICKET_STATE, Some(_)) => Ok(What::Ticket(content.clone())),
        (HEARTBEAT, None) => Ok(What::Heartbeat(content["id"].as_str().unwrap_or_default().to_owned())),
        _ => Ok(What::Other),
    }
}

fn said(content: &Value) -> Result<Said, Malformed> {
    let relation = &content["m.relates_to"];
    let replaces = (relation["rel_type"] == "m.replace")
        .then(|| relation["event_id"].as_str().and_then(|id| EventId::parse(id).ok()))
        .flatten();
    let shown = if replaces.is_some() { &content["m.new_content"] } else { content };
    let kind = match shown["msgtype"].as_str() {
        Some("m.text") => Kind::Text,
        Some("m.emote") => Kind::Emote,
        Some("m.notice") => Kind::Notice,
        Some("m.image") => Kind::Image,
        Some("m.video") => Kind::Video,
        Some("m.audio") => Kind::Audio,
        Some("m.file") => Kind::File,
        Some("m.location") => Kind::Location,
        Some(_) => Kind::Unsupported,
        None => return Err(Malformed("a message without msgtype".into())),
    };
    Ok(Said { kind, body: body_of(shown)?, attachment: attachment(shown), replaces })
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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

    #[test]
    fn a_malformed_message_is_refused_and_an_unknown_type_passed_over() {
        for bad in [json!({"msgtype": "m.text", "body": 7}), json!({"body": "x"}), json!([1])] {
            assert!(Event::read(&event("m.room.message", &bad)).is_err(), "{bad}");
        }
        assert!(matches!(Event::read(&event("org.example.new", &json!({}))).expect("fine").what, What::Other));
        assert!(matches!(Event::read(&event("m.room.message", &json!({}))).expect("redacted").what, What::Other));
        assert!(Event::read("{}").is_err());
    }
}

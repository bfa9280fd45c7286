//! The content of the events the desk sends.
use ruma::room_version_rules::AuthorizationRules;
use ruma::{EventId, OwnedEventId, OwnedUserId, UserId};
use serde_json::{Map, Value, json};

use crate::domain::files::File;
use crate::domain::ids::TicketId;
use crate::domain::messages::Kind;
use crate::domain::text;
use crate::domain::tickets::Ticket;

/// The state event that ties a room to its ticket; holds what the student may see.
pub const TICKET_STATE: &str = "org.roomdesk.ticket";
/// The state event that ties the room of notes to its ticket.
pub const NOTES_STATE: &str = "org.roomdesk.notes";
/// The event whose return proves that the bridge is alive.
pub const HEARTBEAT: &str = "org.roomdesk.heartbeat";
/// Where an event carries the desk's own id of what it is, so that its echo is recognised.
pub const OWN_ID: &str = "org.roomdesk.id";

/// The power of a member of staff; everything that changes the room needs 100.
pub const STAFF_LEVEL: i64 = 50;

/// The most that a content may take: an event is limited to 64 KiB with everything around it.
const CONTENT_LIMIT: usize = 60_000;

/// A text to send, and what it relates to.
#[derive(Clone, Debug, Default)]
pub struct Words<'a> {
    pub body: &'a str,
    pub html: Option<&'a str>,
    pub mentions: Vec<OwnedUserId>,
    /// The event that it answers, and the root of its thread.
    pub reply_to: Option<OwnedEventId>,
    pub thread: Option<OwnedEventId>,
}

impl Words<'_> {
    fn content(&self, msgtype: &str, with_html: bool) -> Value {
        let mut content = json!({"msgtype": msgtype, "body": self.body, "m.mentions": self.called_upon()});
        if let Some(html) = self.html.filter(|_| with_html) {
            content["format"] = json!("org.matrix.custom.html");
            content["formatted_body"] = json!(html);
        }
        content
    }

    /// Without `m.mentions`, clients would guess from the text who is called upon.
    fn called_upon(&self) -> Value {
        if self.mentions.is_empty() { json!({}) } else { json!({"user_ids": self.mentions}) }
    }

    fn relation(&self) -> Option<Value> {
        let reply = |event: &OwnedEventId| json!({"event_id": event});
        match (&self.thread, &self.reply_to) {
            (Some(thread), Some(event)) => Some(
                json!({"rel_type": "m.thread", "event_id": thread, "is_falling_back": false, "m.in_reply_to": reply(event)}),
            ),
            (Some(thread), None) => Some(
                json!({"rel_type": "m.thread", "event_id": thread, "is_falling_back": true, "m.in_reply_to": reply(thread)}),
            ),
            (None, Some(event)) => Some(json!({"m.in_reply_to": reply(event)})),
            (None, None) => None,
        }
    }
}

/// A message that carries the desk's id (`m.room.message`); its formatting is left out when it would grow too large.
pub fn message(msgtype: &str, words: &Words<'_>, own_id: &str) -> Value {
    fitting(|with_html| {
        let mut content = words.content(msgtype, with_html);
        content[OWN_ID] = json!(own_id);
        if let Some(relation) = words.relation() {
            content["m.relates_to"] = relation;
        }
        content
    })
}

/// Another text for a message (`m.replace`); clients without edits see only the beginning of it.
pub fn replacement(of: &EventId, words: &Words<'_>, own_id: &str) -> Value {
    fitting(|with_html| {
        let fallback = format!("* {}", text::shortened(words.body, 200));
        json!({
            "msgtype": "m.text",
            "body": fallback,
            "m.mentions": {},
            "m.new_content": words.content("m.text", with_html),
            "m.relates_to": {"rel_type": "m.replace", "event_id": of},
            OWN_ID: own_id,
        })
    })
}

fn fitting(content: impl Fn(bool) -> Value) -> Value {
    let whole = content(true);
    if whole.to_string().len() <= CONTENT_LIMIT { whole } else { content(false) }
}

/// A reaction (`m.reaction`).
pub fn reaction(to: &EventId, label: &str, own_id: &str) -> Value {
    json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": to, "key": label}, OWN_ID: own_id})
}

/// A message that is a file (client-server API, "m.image" and its kin); nothing while the homeserver does not have it.
pub fn file_message(kind: Kind, file: &File, words: &Words<'_>, own_id: &str) -> Option<Value> {
    let msgtype = match kind {
        Kind::Image => "m.image",
        Kind::Video => "m.video",
        Kind::Audio => "m.audio",
        _ => "m.file",
    };
    let mxc = file.mxc.as_deref()?;
    let mut info = json!({"mimetype": file.contents.mime_type, "size": file.contents.size});
    if let Some(picture) = &file.contents.picture {
        info["w"] = json!(picture.width);
        info["h"] = json!(picture.height);
        if let Some(blurhash) = &picture.blurhash {
            // MSC2448
            info["xyz.amorgan.blurhash"] = json!(blurhash);
        }
        if let (Some(url), Some(small)) = (&file.thumbnail_mxc, &picture.thumbnail) {
            info["thumbnail_url"] = json!(url);
            info["thumbnail_info"] =
                json!({"mimetype": small.mime_type, "size": small.size, "w": small.width, "h": small.height});
        }
    }
    let (body, name) = (words.body, &file.original_name);
    let mut content = json!({
        "msgtype": msgtype,
        "body": body,
        "filename": name,
        "url": mxc,
        "info": info,
        "m.mentions": words.called_upon(),
        OWN_ID: own_id,
    });
    if let Some(relation) = words.relation() {
        content["m.relates_to"] = relation;
    }
    Some(content)
}

/// The ticket as its room shows it.
pub fn ticket_state(ticket: &Ticket) -> Value {
    json!({
        "id": ticket.id,
        "number": ticket.number.as_str(),
        "title": ticket.title,
        "category": ticket.category.as_str(),
        "priority": ticket.priority.as_str(),
        "status": ticket.status.as_str(),
    })
}

/// The ticket as the room of its notes names it.
pub fn notes_state(ticket: &TicketId) -> Value {
    json!({"id": ticket})
}

/// Which ticket a room's state event names.
pub fn ticket_of_state(content: &Value) -> Option<TicketId> {
    content["id"].as_str()?.parse().ok()
}

/// The name of a ticket's room: `[TICK-…] title`.
pub fn room_name(ticket: &Ticket) -> String {
    format!("[{}] {}", ticket.number.as_str(), ticket.title)
}

/// The topic of a ticket's room.
pub fn room_topic(ticket: &Ticket) -> String {
    let (category, priority) = (ticket.category.as_str(), ticket.priority.as_str());
    format!("Support ticket {} ({category}, priority {priority})", ticket.number.as_str())
}

/// The name of the room of a ticket's notes: `Notes: TICK-…`.
pub fn notes_room_name(ticket: &Ticket) -> String {
    format!("Notes: {}", ticket.number.as_str())
}

/// The topic of the room of a ticket's notes.
pub fn notes_room_topic(ticket: &Ticket) -> String {
    format!("Internal notes on {}, for staff alone: the student never sees this room", ticket.number.as_str())
}

/// Who may do what in a ticket's room: people write, only the bot changes the room.
///
/// From room version 12 on the creator has unlimited power and must not be listed (MSC4289); before, the bot is at 100.
pub fn power_levels(bot: &UserId, staff: &[&UserId], rules: &AuthorizationRules) -> Value {
    let mut users = Map::new();
    if !rules.explicitly_privilege_room_creators {
        users.insert(bot.to_string(), json!(100));
    }
    for user in staff {
        users.insert(user.to_string(), json!(STAFF_LEVEL));
    }
    let for_the_bot = [
        "m.room.avatar",
        "m.room.canonical_alias",
        "m.room.encryption",
        "m.room.guest_access",
        "m.room.history_visibility",
        "m.room.join_rules",
        "m.room.name",
        "m.room.pinned_events",
        "m.room.power_levels",
        "m.room.server_acl",
        "m.room.tombstone",
        "m.room.topic",
        TICKET_STATE,
    ];
    let events: Map<String, Value> = for_the_bot.iter().map(|kind| ((*kind).to_owned(), json!(100))).collect();
    json!({
        "users": users,
        "users_default": 0,
        "events": events,
        "events_default": 0,
        "state_default": 100,
        "invite": 100,
        "kick": 100,
        "ban": 100,
        "redact": 100,
        "notifications": {"room": STAFF_LEVEL},
    })
}

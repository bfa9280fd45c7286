//! The content of the events the desk sends.
use ruma::UserId;
use ruma::room_version_rules::AuthorizationRules;
use serde_json::{Map, Value, json};

use crate::domain::ids::TicketId;
use crate::domain::messages::{Kind, Message};
use crate::domain::tickets::Ticket;

/// The state event that ties a room to its ticket; holds what the student may see.
pub const TICKET_STATE: &str = "org.roomdesk.ticket";
/// The event whose return proves that the bridge is alive.
pub const HEARTBEAT: &str = "org.roomdesk.heartbeat";
/// Where an event carries the desk's own id of what it is, so that its echo is recognised.
pub const OWN_ID: &str = "org.roomdesk.id";

/// The power of a member of staff; everything that changes the room needs 100.
pub const STAFF_LEVEL: i64 = 50;

/// A plain text message that carries the desk's id (`m.room.message`).
pub fn text_message(body: &str, own_id: &str) -> Value {
    json!({"msgtype": "m.text", "body": body, OWN_ID: own_id})
}

/// A message that is a file, at this address (client-server API, "m.image" and its kin); `None` for other kinds.
pub fn file_message(message: &Message, mxc: &str, own_id: &str) -> Option<Value> {
    let msgtype = match message.kind {
        Kind::Image => "m.image",
        Kind::Video => "m.video",
        Kind::Audio => "m.audio",
        Kind::File => "m.file",
        _ => return None,
    };
    let file = message.attachment.as_ref()?;
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
    let (body, name) = (&message.body, &file.original_name);
    Some(json!({"msgtype": msgtype, "body": body, "filename": name, "url": mxc, "info": info, OWN_ID: own_id}))
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

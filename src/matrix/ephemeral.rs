//! What passes: who is typing, and how far people have read.
use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::client::{Homeserver, MatrixError};
use crate::domain::clock::from_millis;
use crate::domain::reading::Receipt;

/// A typing notice that comes too late is worth nothing.
const TYPING_TIMEOUT: Duration = Duration::from_secs(5);

impl Homeserver {
    /// `user` types in the room for up to `lasting`, or has stopped (client-server API, "Typing Notifications").
    pub async fn typing(&self, user: &UserId, room: &RoomId, lasting: Option<Duration>) -> Result<(), MatrixError> {
        let body = match lasting {
            Some(lasting) => json!({"typing": true, "timeout": lasting.as_millis()}),
            None => json!({"typing": false}),
        };
        self.request(Method::PUT, &["_matrix", "client", "v3", "rooms", room.as_str(), "typing", user.as_str()])
            .acting_as(user)
            .json(body)
            .timeout(TYPING_TIMEOUT)
            .send::<Value>()
            .await
            .map(drop)
    }

    /// `user` has read the room up to `event`; others do not learn of it when it is private (client-server API,
    /// "Receipts").
    pub async fn receipt(
        &self,
        user: &UserId,
        room: &RoomId,
        event: &EventId,
        is_private: bool,
    ) -> Result<(), MatrixError> {
        let kind = if is_private { "m.read.private" } else { "m.read" };
        self.request(
            Method::POST,
            &["_matrix", "client", "v3", "rooms", room.as_str(), "receipt", kind, event.as_str()],
        )
        .acting_as(user)
        .json(json!({}))
        .send::<Value>()
        .await
        .map(drop)
    }
}

/// Who is typing in a room: all of them.
#[derive(Debug)]
pub struct Typing {
    pub room: OwnedRoomId,
    pub users: Vec<OwnedUserId>,
}

/// A typing notice as push brings it; none for anything else.
pub fn typing(event: &RawValue) -> Option<Typing> {
    #[derive(Deserialize)]
    struct Notice {
        #[serde(rename = "type")]
        kind: String,
        room_id: OwnedRoomId,
        content: Content,
    }
    #[derive(Deserialize)]
    struct Content {
        user_ids: Vec<OwnedUserId>,
    }
    let notice: Notice = serde_json::from_str(event.get()).ok()?;
    (notice.kind == "m.typing").then_some(Typing { room: notice.room_id, users: notice.content.user_ids })
}

/// The public receipts of an `m.receipt` event; none for anything else.
pub fn receipts(event: &RawValue) -> Vec<Receipt> {
    #[derive(Deserialize)]
    struct Event {
        #[serde(rename = "type")]
        kind: String,
        content: BTreeMap<OwnedEventId, Kinds>,
    }
    #[derive(Deserialize)]
    struct Kinds {
        #[serde(rename = "m.read", default)]
        read: BTreeMap<OwnedUserId, At>,
    }
    #[derive(Deserialize)]
    struct At {
        #[serde(default)]
        ts: i64,
    }
    let Some(event) = serde_json::from_str::<Event>(event.get()).ok().filter(|event| event.kind == "m.receipt") else {
        return Vec::new();
    };
    let of_event = |(event, kinds): (OwnedEventId, Kinds)| {
        kinds.read.into_iter().map(move |(user, at)| Receipt { user, event: event.clone(), at: from_millis(at.ts) })
    };
    event.content.into_iter().flat_map(of_event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &Value) -> Box<RawValue> {
        serde_json::value::to_raw_value(json).expect("JSON")
    }

    #[test]
    fn receipts_are_read_and_private_ones_are_nobody_s_business() {
        let event = raw(&json!({"type": "m.receipt", "content": {
            "$a": {"m.read": {"@ann:hs": {"ts": 5, "thread_id": "main"}}, "m.read.private": {"@ben:hs": {"ts": 6}}},
            "$b": {"m.read.private": {"@cid:hs": {"ts": 7}}},
        }}));
        let read = receipts(&event);
        assert_eq!(read.len(), 1);
        assert_eq!((read[0].user.as_str(), read[0].event.as_str(), read[0].at), ("@ann:hs", "$a", from_millis(5)));
        assert!(receipts(&raw(&json!({"type": "m.receipt", "content": []}))).is_empty());
    }

    #[test]
    fn who_types_is_read_and_anything_else_is_not() {
        let notice = typing(&raw(&json!({"type": "m.typing", "room_id": "!r:hs", "content": {"user_ids": ["@a:hs"]}})));
        assert_eq!(notice.map(|notice| notice.users.len()), Some(1));
        assert!(typing(&raw(&json!({"type": "m.receipt", "room_id": "!r:hs", "content": {"user_ids": []}}))).is_none());
        assert!(typing(&raw(&json!({"type": "m.typing", "content": {"user_ids": "everybody"}}))).is_none());
    }
}

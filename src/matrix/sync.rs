//! Reading rooms: the bot's `/sync` and, for holes in it, `/messages`.
use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use ruma::{OwnedRoomId, RoomId, UserId};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::client::{Homeserver, MatrixError};
use super::ephemeral;
use crate::domain::reading::Receipt;

/// Synapse caps a timeline at this many events (`filter_timeline_limit`), and pages of `/messages` at 1,000.
const TIMELINE_LIMIT: u32 = 100;
const PAGE: u32 = 500;

/// An event as it came, unread.
pub type RawEvent = Box<RawValue>;

/// What a sync brought: per room the new events, in the room's order.
#[derive(Debug)]
pub struct Batch {
    /// Where the next sync goes on.
    pub next: String,
    pub rooms: Vec<RoomBatch>,
}

/// The new events of one room.
#[derive(Debug)]
pub struct RoomBatch {
    pub room: OwnedRoomId,
    pub events: Vec<RawEvent>,
    /// When there is a hole before `events`: where `/messages` begins to fill it, going back.
    pub gap: Option<String>,
    /// How far people have read by now.
    pub receipts: Vec<Receipt>,
}

impl RoomBatch {
    fn is_empty(&self) -> bool {
        self.events.is_empty() && self.gap.is_none() && self.receipts.is_empty()
    }
}

#[derive(Deserialize)]
struct SyncAnswer {
    next_batch: String,
    #[serde(default)]
    rooms: Rooms,
}

#[derive(Deserialize, Default)]
struct Rooms {
    #[serde(default)]
    join: BTreeMap<OwnedRoomId, JoinedRoom>,
    #[serde(default)]
    leave: BTreeMap<OwnedRoomId, JoinedRoom>,
}

#[derive(Deserialize)]
struct JoinedRoom {
    #[serde(default)]
    timeline: Timeline,
    #[serde(default)]
    ephemeral: Ephemeral,
}

#[derive(Deserialize, Default)]
struct Ephemeral {
    #[serde(default)]
    events: Vec<RawEvent>,
}

#[derive(Deserialize, Default)]
struct Timeline {
    #[serde(default)]
    events: Vec<RawEvent>,
    #[serde(default)]
    limited: bool,
    prev_batch: Option<String>,
}

/// A page of `/messages`, newest first.
#[derive(Debug, Deserialize)]
pub struct Page {
    pub chunk: Vec<RawEvent>,
    /// Where the next page begins; none at the room's beginning.
    pub end: Option<String>,
}

impl Homeserver {
    /// Waits up to `wait` for what is new since `since` (client-server API, "Syncing").
    /// Without `since`: the latest events of every room, each with a gap before them.
    pub async fn sync(&self, user: &UserId, since: Option<&str>, wait: Duration) -> Result<Batch, MatrixError> {
        let filter = json!({
            "presence": {"types": []},
            "account_data": {"types": []},
            "room": {
                "account_data": {"types": []},
                "ephemeral": {"types": ["m.receipt"]},
                "state": {"lazy_load_members": true, "types": []},
                "timeline": {"limit": TIMELINE_LIMIT, "lazy_load_members": true},
            },
        });
        let mut call = self
            .request(Method::GET, &["_matrix", "client", "v3", "sync"])
            .acting_as(user)
            .query("filter", &filter.to_string())
            .query("set_presence", "offline")
            .query("timeout", &wait.as_millis().to_string())
            .timeout(wait + Duration::from_secs(60));
        if let Some(since) = since {
            call = call.query("since", since);
        }
        let answer: SyncAnswer = call.send().await?;
        let rooms = answer.rooms.join.into_iter().chain(answer.rooms.leave);
        let rooms = rooms.map(|(room, joined)| {
            let gap = joined.timeline.prev_batch.filter(|_| joined.timeline.limited);
            let receipts = joined.ephemeral.events.iter().flat_map(|event| ephemeral::receipts(event)).collect();
            RoomBatch { room, events: joined.timeline.events, gap, receipts }
        });
        let rooms = rooms.filter(|batch| !batch.is_empty()).collect();
        Ok(Batch { next: answer.next_batch, rooms })
    }

    /// A page of a room's history from `from` back.
    pub async fn messages_before(&self, user: &UserId, room: &RoomId, from: &str) -> Result<Page, MatrixError> {
        self.request(Method::GET, &["_matrix", "client", "v3", "rooms", room.as_str(), "messages"])
            .acting_as(user)
            .query("dir", "b")
            .query("limit", &PAGE.to_string())
            .query("from", from)
            .send()
            .await
    }

    /// The newest page of what `sender` said in a room, or the page before `from`.
    pub async fn said_by(
        &self,
        user: &UserId,
        room: &RoomId,
        sender: &UserId,
        from: Option<&str>,
    ) -> Result<Page, MatrixError> {
        let filter = json!({"senders": [sender]});
        let mut call = self
            .request(Method::GET, &["_matrix", "client", "v3", "rooms", room.as_str(), "messages"])
            .acting_as(user)
            .query("dir", "b")
            .query("limit", &PAGE.to_string())
            .query("filter", &filter.to_string());
        if let Some(from) = from {
            call = call.query("from", from);
        }
        call.send().await
    }
}

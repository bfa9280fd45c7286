//! What a person's own `/sync` has brought, room by room, in order and without gaps.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use matrix_sdk::config::SyncSettings;
use matrix_sdk::deserialized_responses::TimelineEvent;
use matrix_sdk::room::MessagesOptions;
use matrix_sdk::sync::{SyncResponse, Timeline};
use matrix_sdk::{Client, Room};
use ruma::api::client::filter::FilterDefinition;
use ruma::api::client::sync::sync_events::v3::Filter;
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, uint};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::sleep;

const LONG_POLL: Duration = Duration::from_secs(30);
/// Between attempts while the homeserver is away.
const PAUSE: Duration = Duration::from_millis(50);

/// An event as a person sees it.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Value")]
pub struct Seen {
    pub sender: OwnedUserId,
    pub event_id: OwnedEventId,
    /// `content.body`; empty for everything that is not a message.
    pub body: String,
    pub raw: Value,
}

impl From<Value> for Seen {
    fn from(raw: Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            sender: OwnedUserId::try_from(text(&raw["sender"])).expect("Synapse names the sender of every event"),
            event_id: OwnedEventId::try_from(text(&raw["event_id"])).expect("Synapse names every event"),
            body: text(&raw["content"]["body"]),
            raw,
        }
    }
}

impl Seen {
    pub fn content(&self) -> &Value {
        &self.raw["content"]
    }

    pub fn is_edit(&self) -> bool {
        self.content()["m.relates_to"]["rel_type"] == "m.replace"
    }

    /// Something that a person wrote: neither an edit nor a line of the desk itself.
    pub fn is_message(&self) -> bool {
        self.raw["type"] == "m.room.message" && !self.is_edit() && !self.is_notice()
    }

    /// A line of the desk itself.
    pub fn is_notice(&self) -> bool {
        let content = self.content();
        content["msgtype"] == "m.notice" && content["org.roomdesk.id"].is_string()
    }
}

/// Filled by [`Journal::follow`], read by everybody else.
#[derive(Default)]
pub struct Journal {
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    timelines: BTreeMap<OwnedRoomId, Vec<Seen>>,
    invites: BTreeSet<OwnedRoomId>,
}

impl Journal {
    /// Every event of the room so far, oldest first.
    pub fn timeline(&self, room: &RoomId) -> Vec<Seen> {
        self.pages().timelines.get(room).cloned().unwrap_or_default()
    }

    pub fn is_invited_to(&self, room: &RoomId) -> bool {
        self.pages().invites.contains(room)
    }

    pub fn invites(&self) -> Vec<OwnedRoomId> {
        self.pages().invites.iter().cloned().collect()
    }

    /// Reads `/sync` for ever; a homeserver that is away is asked again, with the same token.
    pub async fn follow(&self, client: &Client) {
        loop {
            match client.sync_once(settings()).await {
                Ok(response) => self.write(client, response).await,
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    async fn write(&self, client: &Client, response: SyncResponse) {
        let joined = response.rooms.joined.into_iter().map(|(room, update)| (room, update.timeline));
        let left = response.rooms.left.into_iter().map(|(room, update)| (room, update.timeline));
        for (room_id, timeline) in joined.chain(left) {
            let before = match client.get_room(&room_id) {
                Some(room) if timeline.limited => self.gap(&room, &timeline).await,
                _ => Vec::new(),
            };
            let mut pages = self.pages();
            pages.invites.remove(&room_id);
            let written = pages.timelines.entry(room_id).or_default();
            // A room that was joined a moment ago can come with events that the page before them ends with.
            for seen in before.iter().chain(&timeline.events).map(seen) {
                if written.iter().all(|known| known.event_id != seen.event_id) {
                    written.push(seen);
                }
            }
        }
        self.pages().invites.extend(response.rooms.invited.into_keys());
    }

    /// What happened between the last known event and a limited timeline, oldest first (`/messages`, backwards).
    async fn gap(&self, room: &Room, timeline: &Timeline) -> Vec<TimelineEvent> {
        let known: BTreeSet<_> = self.timeline(room.room_id()).into_iter().map(|seen| seen.event_id).collect();
        let mut missed = Vec::new();
        let mut from = timeline.prev_batch.clone();
        while let Some(token) = from {
            let page = page_before(room, &token).await;
            let is_known = |event: &TimelineEvent| event.event_id().is_some_and(|id| known.contains(&id));
            let unknown = page.chunk.iter().take_while(|event| !is_known(event)).count();
            from = page.end.filter(|_| unknown == page.chunk.len());
            missed.extend(page.chunk.into_iter().take(unknown));
        }
        missed.reverse();
        missed
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        // A reader that panicked changed nothing.
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn settings() -> SyncSettings {
    let mut filter = FilterDefinition::default();
    // The most Synapse gives unless it is configured otherwise; what is beyond is fetched as a gap.
    filter.room.timeline.limit = Some(uint!(100));
    SyncSettings::new().timeout(LONG_POLL).filter(Filter::FilterDefinition(filter))
}

async fn page_before(room: &Room, token: &str) -> matrix_sdk::room::Messages {
    loop {
        let mut options = MessagesOptions::backward().from(token);
        options.limit = uint!(500);
        match room.messages(options).await {
            Ok(page) => return page,
            // The sync token has moved on already: giving up would leave a gap for good.
            Err(_) => sleep(PAUSE).await,
        }
    }
}

fn seen(event: &TimelineEvent) -> Seen {
    event.raw().deserialize_as_unchecked().expect("an event is a JSON object")
}

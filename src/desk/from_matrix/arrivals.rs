//! What the bot's sync brings is stored together with its token; holes are filled before.
use ruma::{OwnedRoomId, RoomId};

use super::super::bridge::{Attempt, Bridge};
use super::super::crash;
use crate::matrix::events::{self, Event, What};
use crate::matrix::sync::{Batch, RoomBatch};
use crate::store;
use crate::store::inbox::{self, Arrived};

impl Bridge {
    /// Stores what a sync brought, together with its token, in one commit; the rooms in which something is to be
    /// applied. Holes are filled first, back to the last event that is known.
    pub async fn take_in(&self, reader: &str, batch: Batch) -> Result<Vec<OwnedRoomId>, Attempt> {
        let mut arrived = Vec::new();
        let mut rooms = Vec::new();
        for batch in &batch.rooms {
            if self.is_heartbeat_room(&batch.room) {
                self.feel(batch);
                continue;
            }
            if let Some(from) = &batch.gap {
                arrived.extend(self.fill(&batch.room, from).await?);
            }
            arrived.extend(batch.events.iter().filter_map(|event| arrival(&batch.room, event.get())));
            rooms.push(batch.room.clone());
        }
        let now = self.desk().clock().now();
        let mut tx = self.desk().db().write().await?;
        inbox::insert(&mut tx, &arrived, now).await?;
        for batch in &batch.rooms {
            self.keep_receipts(&mut tx, batch).await?;
        }
        if !store::readers::set_token(&mut tx, reader, self.process(), Some(&batch.next)).await? {
            return Err(Attempt::NotYet("another process reads by now".into()));
        }
        tx.commit().await?;
        if !arrived.is_empty() {
            crash::point(crash::READER_COMMITTED);
        }
        Ok(rooms)
    }

    /// Heartbeats have done their work by arriving; they are not kept.
    fn feel(&self, batch: &RoomBatch) {
        for event in &batch.events {
            if let Ok(Event { what: What::Heartbeat(id), sender, .. }) = Event::read(event.get())
                && sender == *self.names().bot()
            {
                self.heart().seen_by_sync(&id);
            }
        }
    }

    /// What happened in the room between the last known event and `from`, oldest first. A room of which nothing is
    /// known is read back to its beginning. Needs memory for the whole hole, about 1 KB an event.
    async fn fill(&self, room: &RoomId, from: &str) -> Result<Vec<Arrived>, Attempt> {
        let mut missed = Vec::new();
        let mut from = Some(from.to_owned());
        'pages: while let Some(token) = from {
            let page = match self.homeserver().messages_before(self.names().bot(), room, &token).await {
                // Out of the room by now: what the sync brought is all that can be had.
                Err(error) if error.is("M_FORBIDDEN") => break,
                other => other?,
            };
            let mut tx = self.desk().db().read().await?;
            for event in &page.chunk {
                let Some(event) = arrival(room, event.get()) else { continue };
                if inbox::is_known(&mut tx, &event.event_id).await? {
                    break 'pages;
                }
                missed.push(event);
            }
            from = page.end.filter(|_| !page.chunk.is_empty());
        }
        missed.reverse();
        tracing::info!(room.id = %room, events = missed.len(), "filled a hole");
        Ok(missed)
    }
}

fn arrival(room: &RoomId, event: &str) -> Option<Arrived> {
    let event_id = events::id_of(event)?;
    // PostgreSQL keeps neither NUL nor the escape that stands for it.
    let event = event.replace("\\u0000", "\\ufffd");
    Some(Arrived { event_id, room_id: room.to_string(), event })
}

//! Rooms: making them, finding them by alias, their state and members, sending into them.
use reqwest::Method;
use ruma::{EventId, OwnedEventId, OwnedRoomId, RoomAliasId, RoomId, UserId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{Homeserver, MatrixError};

/// A state event as `GET /rooms/{id}/state` gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct StateEvent {
    #[serde(rename = "type")]
    pub kind: String,
    pub state_key: String,
    pub sender: String,
    pub content: Value,
}

#[derive(Deserialize)]
struct RoomAnswer {
    room_id: OwnedRoomId,
}

#[derive(Deserialize)]
struct EventAnswer {
    event_id: OwnedEventId,
}

impl Homeserver {
    /// Makes a room as `creator`. Not atomic: a failed call may leave a room that has the alias already.
    pub async fn create_room(&self, creator: &UserId, request: Value) -> Result<OwnedRoomId, MatrixError> {
        // It joins and invites.
        let _permit = self.memberships.acquire().await.expect("the semaphore is never closed");
        let answer: RoomAnswer = self
            .request(Method::POST, &["_matrix", "client", "v3", "createRoom"])
            .acting_as(creator)
            .json(request)
            .send()
            .await?;
        Ok(answer.room_id)
    }

    /// The room an alias names, if any.
    pub async fn resolve_alias(&self, alias: &RoomAliasId) -> Result<Option<OwnedRoomId>, MatrixError> {
        let answer = self
            .request(Method::GET, &["_matrix", "client", "v3", "directory", "room", alias.as_str()])
            .send::<RoomAnswer>()
            .await;
        match answer {
            Ok(answer) => Ok(Some(answer.room_id)),
            Err(error) if error.is("M_NOT_FOUND") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Lets an alias name `room`; its maker must be in the room.
    pub async fn set_alias(&self, user: &UserId, alias: &RoomAliasId, room: &RoomId) -> Result<(), MatrixError> {
        self.request(Method::PUT, &["_matrix", "client", "v3", "directory", "room", alias.as_str()])
            .acting_as(user)
            .json(json!({"room_id": room}))
            .send::<Value>()
            .await
            .map(drop)
    }

    /// Takes an alias away.
    pub async fn delete_alias(&self, user: &UserId, alias: &RoomAliasId) -> Result<(), MatrixError> {
        self.request(Method::DELETE, &["_matrix", "client", "v3", "directory", "room", alias.as_str()])
            .acting_as(user)
            .send::<Value>()
            .await
            .map(drop)
    }

    /// The whole present state of a room that `user` is in.
    pub async fn state(&self, user: &UserId, room: &RoomId) -> Result<Vec<StateEvent>, MatrixError> {
        self.request(Method::GET, &["_matrix", "client", "v3", "rooms", room.as_str(), "state"])
            .acting_as(user)
            .send()
            .await
    }

    /// Sets one piece of a room's state.
    pub async fn set_state(
        &self,
        user: &UserId,
        room: &RoomId,
        (kind, key): (&str, &str),
        content: Value,
    ) -> Result<(), MatrixError> {
        self.request(Method::PUT, &["_matrix", "client", "v3", "rooms", room.as_str(), "state", kind, key])
            .acting_as(user)
            .json(content)
            .send::<Value>()
            .await
            .map(drop)
    }

    /// `by` invites `whom`; nothing happens when they are in the room already.
    pub async fn invite(&self, by: &UserId, room: &RoomId, whom: &UserId) -> Result<(), MatrixError> {
        self.membership(by, room, "invite", json!({"user_id": whom})).await
    }

    /// `by` puts `whom` out, with a reason they can read.
    pub async fn kick(&self, by: &UserId, room: &RoomId, whom: &UserId, reason: &str) -> Result<(), MatrixError> {
        self.membership(by, room, "kick", json!({"user_id": whom, "reason": reason})).await
    }

    /// `user` joins a room it may join.
    pub async fn join(&self, user: &UserId, room: &RoomId) -> Result<(), MatrixError> {
        self.membership(user, room, "join", json!({})).await
    }

    async fn membership(&self, user: &UserId, room: &RoomId, what: &str, body: Value) -> Result<(), MatrixError> {
        let _permit = self.memberships.acquire().await.expect("the semaphore is never closed");
        self.request(Method::POST, &["_matrix", "client", "v3", "rooms", room.as_str(), what])
            .acting_as(user)
            .json(body)
            .send::<Value>()
            .await
            .map(drop)
    }

    /// Sends an event of type `kind`. `txn_id` must be unique over all ghosts: with it, a repetition is the same event.
    pub async fn send_event(
        &self,
        user: &UserId,
        room: &RoomId,
        (kind, txn_id): (&str, &str),
        content: Value,
    ) -> Result<OwnedEventId, MatrixError> {
        let path = ["_matrix", "client", "v3", "rooms", room.as_str(), "send", kind, txn_id];
        let answer: EventAnswer = self.request(Method::PUT, &path).acting_as(user).json(content).send().await?;
        Ok(answer.event_id)
    }

    /// Empties an event (client-server API, "Redactions"); the id of the redaction.
    pub async fn redact(
        &self,
        user: &UserId,
        room: &RoomId,
        (event, txn_id): (&EventId, &str),
    ) -> Result<OwnedEventId, MatrixError> {
        let path = ["_matrix", "client", "v3", "rooms", room.as_str(), "redact", event.as_str(), txn_id];
        let answer: EventAnswer = self.request(Method::PUT, &path).acting_as(user).json(json!({})).send().await?;
        Ok(answer.event_id)
    }
}

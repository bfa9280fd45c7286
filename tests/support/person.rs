//! An ordinary Matrix user with a password, on a real client that reads with its own `/sync`.
//!
//! The application service's token is never used here: what a person sees, anybody with that account would see.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use matrix_sdk::config::RequestConfig;
use matrix_sdk::{Client, Room};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder, StatusCode};
use roomdesk::app::local::synapse::{Synapse, UserRole};
use ruma::api::client::room::create_room::v3::Request as CreateRoom;
use ruma::events::room::message::RoomMessageEventContent;
use ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId, UserId};
use serde_json::{Value, json};
use tokio_util::task::AbortOnDropHandle;

use super::account::text;
use super::eventually::{SOON, eventually};
use super::journal::{Journal, Seen};

const PASSWORD: &str = "correct horse battery staple";
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// What passes in a room and stays in no timeline.
#[derive(Clone, Debug, Default)]
pub struct Passing {
    pub typing: Vec<String>,
    /// The event up to which each user has read.
    pub read: BTreeMap<String, String>,
}

/// A signed-in user; dropping it ends its client.
pub struct Person {
    client: Client,
    journal: Arc<Journal>,
    http: reqwest::Client,
    _reading: AbortOnDropHandle<()>,
}

impl Person {
    /// Registers a user of a name nobody had (`ann_17`), signs in with the password and starts to read.
    pub async fn arrive(synapse: &Synapse, nickname: &str) -> Self {
        static ARRIVED: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{nickname}_{}", ARRIVED.fetch_add(1, Ordering::Relaxed));
        synapse.register_user(&name, PASSWORD, UserRole::Ordinary).await.expect("a fresh name is free");
        let http = reqwest::Client::builder()
            .no_proxy()
            // A long poll answers after 30 s of silence.
            .timeout(2 * REQUEST_TIMEOUT)
            .build()
            .expect("a plain HTTP client can be built");
        let client = Client::builder()
            .homeserver_url(synapse.base_url())
            .http_client(http.clone())
            .request_config(RequestConfig::new().disable_retry().timeout(REQUEST_TIMEOUT))
            .build()
            .await
            .expect("the homeserver answers");
        client.matrix_auth().login_username(&name, PASSWORD).send().await.expect("the password is right");
        let journal = Arc::new(Journal::default());
        let reading = tokio::spawn({
            let (client, journal) = (client.clone(), Arc::clone(&journal));
            async move { journal.follow(&client).await }
        });
        Self { client, journal, http, _reading: AbortOnDropHandle::new(reading) }
    }

    pub fn id(&self) -> &UserId {
        self.client.user_id().expect("a person is signed in")
    }

    /// Takes a display name, in every room.
    pub async fn is_called(&self, name: &str) {
        self.client.account().set_display_name(Some(name)).await.expect("anybody may name themselves");
    }

    /// Takes a picture of themselves, in every room.
    pub async fn wears(&self, picture: Vec<u8>) {
        let kind = "image/png".parse().expect("a media type");
        self.client.account().upload_avatar(&kind, picture).await.expect("anybody may wear what they like");
    }

    pub async fn wears_nothing(&self) {
        self.client.account().set_avatar_url(None).await.expect("anybody may take their picture away");
    }

    /// Who is in the room, with the names they show there.
    pub async fn sees_members(&self, room: &RoomId) -> BTreeMap<String, String> {
        let (_, answer) = self.raw(Method::GET, &format!("/_matrix/client/v3/rooms/{room}/joined_members"), None).await;
        let joined = answer["joined"].as_object().unwrap_or_else(|| panic!("a member sees the members: {answer}"));
        let name = |member: &Value| member["display_name"].as_str().unwrap_or_default().to_owned();
        joined.iter().map(|(user, member)| (user.clone(), name(member))).collect()
    }

    /// Waits until somebody of this name is in the room; who it is.
    pub async fn eventually_sees_member(&self, room: &RoomId, name: &str) -> String {
        eventually(format!("a member called {name}"), SOON, async || {
            let members = self.sees_members(room).await;
            members.iter().find(|(_, shown)| *shown == name).map(|(user, _)| user.clone()).ok_or(members)
        })
        .await
    }

    /// Makes a private room with an invite for each of the others.
    pub async fn opens_room(&self, name: &str, others: &[&Person]) -> OwnedRoomId {
        let mut request = CreateRoom::new();
        request.name = Some(name.to_owned());
        request.invite = others.iter().map(|other| other.id().to_owned()).collect();
        self.client.create_room(request).await.expect("anybody may make a room").room_id().to_owned()
    }

    /// Waits for any invite that has not been accepted.
    pub async fn is_invited(&self) -> OwnedRoomId {
        eventually(format!("an invite of {}", self.id()), SOON, async || self.journal.invites().pop()).await
    }

    /// Waits for the invite to this room and accepts it.
    pub async fn joins(&self, room: &RoomId) {
        let what = format!("the invite of {} to {room}", self.id());
        eventually(
            what,
            SOON,
            async || {
                if self.journal.is_invited_to(room) { Ok(()) } else { Err(self.journal.invites()) }
            },
        )
        .await;
        self.client.join_room_by_id(room).await.expect("who is invited may join");
    }

    pub async fn leaves(&self, room: &RoomId) {
        self.room(room).leave().await.expect("anybody may leave");
    }

    /// Sends a text message and returns once the homeserver has it.
    pub async fn say(&self, room: &RoomId, text: &str) -> OwnedEventId {
        let sent = self.room(room).send(RoomMessageEventContent::text_plain(text)).await;
        sent.expect("a member may speak").response.event_id
    }

    /// Brings a file to the homeserver and says it in the room.
    pub async fn sends_file(&self, room: &RoomId, (name, mime_type): (&str, &str), bytes: Vec<u8>) -> OwnedEventId {
        let path = format!("/_matrix/media/v3/upload?filename={name}");
        let (size, request) = (bytes.len(), self.request(Method::POST, &path).header(CONTENT_TYPE, mime_type));
        let answer: Value =
            request.body(bytes).send().await.expect("Synapse answers").json().await.expect("Matrix answers in JSON");
        let kind = if mime_type.starts_with("image/") { "m.image" } else { "m.file" };
        let info = json!({"mimetype": mime_type, "size": size});
        let content = json!({"msgtype": kind, "body": name, "url": answer["content_uri"], "info": info});
        self.room(room).send_raw("m.room.message", content).await.expect("a member may speak").response.event_id
    }

    /// The bytes behind an `mxc:` address.
    pub async fn downloads(&self, mxc: &Value) -> Vec<u8> {
        let media = mxc.as_str().and_then(|mxc| mxc.strip_prefix("mxc://")).expect("an address");
        let answer = self.request(Method::GET, &format!("/_matrix/client/v1/media/download/{media}")).send().await;
        let answer = answer.expect("the homeserver answers");
        assert_eq!(answer.status(), StatusCode::OK);
        answer.bytes().await.expect("the file is whole").to_vec()
    }

    /// Everything this person's own `/sync` has brought of the room, oldest first, without gaps.
    pub fn timeline(&self, room: &RoomId) -> Vec<Seen> {
        self.journal.timeline(room)
    }

    /// The texts of the room's messages so far, oldest first.
    pub fn reads(&self, room: &RoomId) -> Vec<String> {
        self.timeline(room).into_iter().filter(Seen::is_message).map(|seen| seen.body).collect()
    }

    /// Waits for the first message with this text.
    pub async fn eventually_hears(&self, room: &RoomId, text: &str) -> Seen {
        self.eventually_reads(room, |seen| seen.is_message() && seen.body == text).await
    }

    /// Waits for the first event of the room that is as wanted.
    pub async fn eventually_reads(&self, room: &RoomId, wanted: impl Fn(&Seen) -> bool) -> Seen {
        eventually(format!("{} to read an event", self.id()), SOON, async || {
            let timeline = self.timeline(room);
            timeline.iter().find(|seen| wanted(seen)).cloned().ok_or(timeline)
        })
        .await
    }

    /// Waits until the texts of the room's messages are exactly these, in this order: none lost, none twice.
    pub async fn eventually_reads_exactly(&self, room: &RoomId, texts: &[&str]) {
        eventually(format!("{} to read exactly {texts:?}", self.id()), SOON, async || {
            let read = self.reads(room);
            if read == texts { Ok(()) } else { Err(read) }
        })
        .await;
    }

    /// Who is typing in the room now, and who has read it up to which event: what passes and is in no timeline.
    pub async fn sees_passing(&self, room: &RoomId) -> Passing {
        static LOOKS: AtomicUsize = AtomicUsize::new(0);
        // Synapse answers an initial sync that it has just answered from its cache: no two of these are the same.
        let look = format!("@look{}:nowhere", LOOKS.fetch_add(1, Ordering::Relaxed));
        let nothing = json!({"types": []});
        let filter = json!({
            "presence": nothing, "account_data": nothing,
            "room": {"rooms": [room], "timeline": {"limit": 1}, "state": nothing, "account_data": nothing,
                "ephemeral": {"not_senders": [look]}},
        });
        let filter: String = url::form_urlencoded::byte_serialize(filter.to_string().as_bytes()).collect();
        let (_, answer) =
            self.raw(Method::GET, &format!("/_matrix/client/v3/sync?timeout=0&filter={filter}"), None).await;
        let events = answer["rooms"]["join"][room.as_str()]["ephemeral"]["events"].as_array().cloned();
        let mut passing = Passing::default();
        for event in events.unwrap_or_default() {
            if event["type"] == "m.typing" {
                let users = event["content"]["user_ids"].as_array().cloned().unwrap_or_default();
                passing.typing = users.iter().filter_map(|user| Some(user.as_str()?.to_owned())).collect();
            } else if let (true, Some(receipts)) = (event["type"] == "m.receipt", event["content"].as_object()) {
                for (event, kinds) in receipts {
                    let users = kinds["m.read"].as_object().into_iter().flat_map(|users| users.keys().cloned());
                    passing.read.extend(users.map(|user| (user, event.clone())));
                }
            }
        }
        passing
    }

    /// Types in the room, or stops.
    pub async fn types(&self, room: &RoomId, typing: bool) {
        let path = format!("/_matrix/client/v3/rooms/{room}/typing/{}", self.id());
        let body = json!({"typing": typing, "timeout": 20_000});
        assert_eq!(self.raw(Method::PUT, &path, Some(&body)).await.0, StatusCode::OK);
    }

    /// Has read the room up to an event.
    pub async fn has_read(&self, room: &RoomId, event: &str) {
        let path = format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{event}");
        assert_eq!(self.raw(Method::POST, &path, Some(&json!({}))).await.0, StatusCode::OK);
    }

    /// Sends an event of this type, as a client would that knows more than the SDK of the stories.
    pub async fn sends(&self, room: &RoomId, kind: &str, content: &Value) -> String {
        let txn = format!("{:032x}", rand::random::<u128>());
        let path = format!("/_matrix/client/v3/rooms/{room}/send/{kind}/{txn}");
        let (status, answer) = self.raw(Method::PUT, &path, Some(content)).await;
        assert_eq!(status, 200, "{answer}");
        text(&answer["event_id"])
    }

    /// Empties an event, as far as the homeserver lets them; its answer.
    pub async fn redacts(&self, room: &RoomId, event: &str) -> (u16, Value) {
        let txn = format!("{:032x}", rand::random::<u128>());
        let path = format!("/_matrix/client/v3/rooms/{room}/redact/{event}/{txn}");
        let (status, answer) = self.raw(Method::PUT, &path, Some(&json!({}))).await;
        (status.as_u16(), answer)
    }

    /// An event of the room as it is by now.
    pub async fn event(&self, room: &RoomId, event: &EventId) -> Value {
        let path = format!("/_matrix/client/v3/rooms/{room}/event/{event}");
        self.raw(Method::GET, &path, None).await.1
    }

    /// A request as this person, for what a client would not let them try; `path` begins with `/_matrix`.
    pub async fn raw(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.expect("the homeserver answers");
        (answer.status(), answer.json().await.expect("Matrix answers in JSON"))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = self.client.homeserver().join(path).expect("a path");
        self.http.request(method, url).bearer_auth(self.client.access_token().expect("a person is signed in"))
    }

    fn room(&self, room: &RoomId) -> Room {
        self.client.get_room(room).expect("a room this person has been in")
    }
}

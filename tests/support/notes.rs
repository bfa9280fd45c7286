//! Notes: the verbs of staff, the room they are in, and what only somebody who holds the bot's token could do there.
use reqwest::Method;
use roomdesk::store::note_rooms;
use ruma::{OwnedRoomId, RoomId};
use serde_json::{Value, json};

use super::account::{Account, Ticket};
use super::eventually::{SOON, eventually};
use super::home::Home;
use super::person::Person;
use super::rest::Answer;
use super::site::Site;

/// The path of a ticket's notes.
pub fn path_of(ticket: &Ticket) -> String {
    format!("/api/support/tickets/{}/notes", ticket.id)
}

/// The path of a note.
pub fn path_of_note(note: &Value) -> String {
    let part = |name: &str| note[name].as_str().expect("a note has it").to_owned();
    format!("/api/support/tickets/{}/notes/{}", part("ticket"), part("id"))
}

impl Account {
    /// Writes a note; it as it was accepted.
    pub async fn notes(&self, ticket: &Ticket, note: &str) -> Value {
        self.post(&path_of(ticket), &json!({"note": note})).await.expect(201)
    }

    /// The latest 100 notes, oldest first.
    pub async fn reads_notes(&self, ticket: &Ticket) -> Vec<Value> {
        let page = self.get(&format!("{}?limit=100", path_of(ticket))).await.expect(200);
        page["items"].as_array().expect("a page has items").iter().rev().cloned().collect()
    }

    /// Waits for a note that is as wanted.
    pub async fn eventually_reads_note(&self, ticket: &Ticket, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(format!("a note about {}", ticket.number), SOON, async || {
            let read = self.reads_notes(ticket).await;
            read.iter().find(|note| wanted(note)).cloned().ok_or(read)
        })
        .await
    }

    /// Waits until the texts of the notes are exactly these.
    pub async fn eventually_reads_exactly_notes(&self, ticket: &Ticket, texts: &[&str]) {
        eventually(format!("the notes to read exactly {texts:?}"), SOON, async || {
            let read: Vec<_> = self.reads_notes(ticket).await.into_iter().map(|note| note["note"].clone()).collect();
            if read == texts { Ok(()) } else { Err(read) }
        })
        .await;
    }

    /// Gives a note another text.
    pub async fn edits_note(&self, note: &Value, new: &str) -> Answer {
        self.request(Method::PATCH, &path_of_note(note)).json(&json!({"note": new})).send().await
    }

    pub async fn deletes_note(&self, note: &Value) -> Answer {
        self.request(Method::DELETE, &path_of_note(note)).send().await
    }
}

impl<H: Home> Site<H> {
    /// Waits until the notes have a room; it and its alias.
    pub async fn notes_room(&self, ticket: &Ticket) -> (OwnedRoomId, String) {
        let id = ticket.id.parse().expect("an id");
        eventually(format!("the room of the notes about {}", ticket.number), SOON, async || {
            let mut tx = self.db().read().await.expect("the database is there");
            let known = note_rooms::of_ticket(&mut tx, &id).await.expect("a query of the desk's own");
            let found = known.and_then(|room| Some((room.room_id?, room.id)));
            let (room, alias) = found.ok_or("none")?;
            Ok::<_, &str>((room, format!("#{}{alias}:{}", self.home.prefix(), self.home.synapse().server_name())))
        })
        .await
    }

    /// A request as the desk's bot, which no program but the desk can make.
    pub async fn as_bot(&self, path: &str, body: &Value) -> Value {
        let (synapse, service) = (self.home.synapse(), self.home.service());
        let mut url: url::Url = format!("{}{path}", synapse.base_url()).parse().expect("a URL");
        let bot = format!("@{}bot:{}", self.home.prefix(), synapse.server_name());
        url.query_pairs_mut().append_pair("user_id", &bot);
        let http = reqwest::Client::builder().no_proxy().build().expect("a plain HTTP client can be built");
        let answer = http.post(url).bearer_auth(&service.as_token).json(body).send().await.expect("Synapse runs");
        answer.error_for_status().expect("the bot may").json().await.expect("Matrix answers in JSON")
    }

    /// Lets somebody into a room in the bot's name, as nobody should.
    pub async fn invites_by_mistake(&self, who: &Person, room: &RoomId) {
        self.as_bot(&format!("/_matrix/client/v3/rooms/{room}/invite"), &json!({"user_id": who.id()})).await;
    }
}

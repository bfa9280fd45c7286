//! Somebody who signed in over REST, with the verbs of the stories.
use reqwest::Method;
use ruma::{OwnedRoomId, RoomId, UserId};
use serde_json::{Value, json};

use super::eventually::{SOON, eventually};
use super::form::Form;
use super::person::Person;
use super::rest::{Answer, Request, Rest};

/// A signed-in person of the desk.
pub struct Account {
    pub id: String,
    pub email: String,
    rest: Rest,
    token: String,
}

/// A ticket as it was when it was opened.
#[derive(Clone, Debug)]
pub struct Ticket {
    pub id: String,
    /// `TICK-YYYYMMDD-XXXX`.
    pub number: String,
    pub opened: Value,
}

/// A message as the desk shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub by: String,
    pub text: String,
}

impl Ticket {
    /// The ticket that an answer of the desk shows.
    pub fn shown_as(opened: Value) -> Self {
        Self { id: text(&opened["id"]), number: text(&opened["ticketId"]), opened }
    }
}

impl Account {
    pub async fn signs_in(rest: &Rest, email: &str, password: &str) -> Self {
        let answer = rest.post("/api/auth/login", &json!({"email": email, "password": password})).send().await;
        let session = answer.expect(200);
        let id = text(&session["user"]["id"]);
        Self { id, email: email.to_owned(), rest: rest.clone(), token: text(&session["accessToken"]) }
    }

    pub async fn opens_ticket(&self, title: &str, description: &str) -> Ticket {
        let body = json!({"title": title, "description": description});
        let opened = self.post("/api/support/tickets", &body).await.expect(201);
        Ticket::shown_as(opened)
    }

    /// The ticket as it is now.
    pub async fn sees(&self, ticket: &Ticket) -> Value {
        self.get(&format!("/api/support/tickets/{}", ticket.id)).await.expect(200)
    }

    /// Waits until the ticket is as wanted.
    pub async fn eventually_sees(&self, ticket: &Ticket, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(format!("{} to be as wanted", ticket.number), SOON, async || {
            let seen = self.sees(ticket).await;
            if wanted(&seen) { Ok(seen) } else { Err(seen) }
        })
        .await
    }

    /// Waits until the ticket's room is there.
    pub async fn eventually_sees_room_of(&self, ticket: &Ticket) -> OwnedRoomId {
        let seen = self.eventually_sees(ticket, |ticket| ticket["room"].is_object()).await;
        text(&seen["room"]["roomId"]).try_into().expect("a room id")
    }

    /// Writes into the ticket; the message as it was accepted.
    pub async fn says(&self, ticket: &Ticket, message: &str) -> Value {
        self.post("/api/chat/messages", &json!({"ticket": ticket.id, "message": message})).await.expect(201)
    }

    /// Writes with more than a text; the message as it was accepted.
    pub async fn writes(&self, ticket: &Ticket, message: Value) -> Value {
        let mut message = message;
        message["ticket"] = json!(ticket.id);
        self.post("/api/chat/messages", &message).await.expect(201)
    }

    /// Gives an own message another text; it as it is then.
    pub async fn edits(&self, message: &Value, new: &str) -> Value {
        let path = format!("/api/chat/messages/{}", text(&message["id"]));
        self.request(Method::PATCH, &path).json(&json!({"message": new})).send().await.expect(200)
    }

    /// Empties an own message; it as it is then.
    pub async fn deletes(&self, message: &Value) -> Value {
        let path = format!("/api/chat/messages/{}", text(&message["id"]));
        self.request(Method::DELETE, &path).send().await.expect(200)
    }

    /// Waits until a message is as wanted.
    pub async fn eventually_has(&self, ticket: &Ticket, id: &Value, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(format!("message {id} of {}", ticket.number), SOON, async || {
            let read = self.messages(ticket).await;
            read.iter().find(|read| read["id"] == *id && wanted(read)).cloned().ok_or(read)
        })
        .await
    }

    /// Waits until a message is in the room; it as it is then.
    pub async fn is_sent(&self, ticket: &Ticket, message: &Value) -> Value {
        self.eventually_has(ticket, &message["id"], |message| message["status"] == "sent").await
    }

    /// The latest messages of the ticket, oldest first, at most 100; without system lines.
    pub async fn messages(&self, ticket: &Ticket) -> Vec<Value> {
        let page = self.get(&format!("/api/chat/messages/{}?limit=100", ticket.id)).await.expect(200);
        of_people(&page).cloned().collect()
    }

    /// The system lines among the latest 100 messages, oldest first.
    pub async fn notices(&self, ticket: &Ticket) -> Vec<Value> {
        let page = self.get(&format!("/api/chat/messages/{}?limit=100", ticket.id)).await.expect(200);
        let items = page["items"].as_array().expect("a page has items");
        items.iter().filter(|message| message["messageType"] == "system").cloned().collect()
    }

    /// The whole conversation without system lines, oldest first, page by page from its end.
    pub async fn conversation(&self, ticket: &Ticket) -> Vec<Said> {
        let mut path = format!("/api/chat/messages/{}?limit=100", ticket.id);
        let mut pages = Vec::new();
        loop {
            let page = self.get(&path).await.expect(200);
            pages.push(of_people(&page).map(said).collect::<Vec<_>>());
            let Some(before) = page["prevCursor"].as_str() else { break };
            path = format!("/api/chat/messages/{}?limit=100&before={before}", ticket.id);
        }
        pages.into_iter().rev().flatten().collect()
    }

    /// Waits until the whole conversation consists of these texts, in this order: none lost, none twice.
    pub async fn eventually_reads_exactly(&self, ticket: &Ticket, texts: &[&str]) {
        eventually(format!("{} to read exactly {texts:?}", ticket.number), SOON, async || {
            let read: Vec<_> = self.conversation(ticket).await.into_iter().map(|said| said.text).collect();
            if read == texts { Ok(()) } else { Err(read) }
        })
        .await;
    }

    /// Waits until the desk tells the whole conversation as the room does, in the room's order; the conversation.
    ///
    /// The first message of the room is the ticket's description, which is no part of the conversation. A message that
    /// was accepted stands where it was accepted until its event has come back: before that the orders may differ.
    pub async fn eventually_agrees_with(&self, member: &Person, room: &RoomId, ticket: &Ticket) -> Vec<Said> {
        eventually(format!("{} to say what its room says", ticket.number), SOON, async || {
            let said = self.conversation(ticket).await;
            let heard = member.reads(room);
            let agree = said.iter().map(|said| &said.text).eq(heard.iter().skip(1));
            if agree { Ok(said) } else { Err((said, heard)) }
        })
        .await
    }

    /// Waits for a message with this text that is as wanted.
    pub async fn eventually_reads(&self, ticket: &Ticket, message: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(format!("\"{message}\" in {}", ticket.number), SOON, async || {
            let read = self.messages(ticket).await;
            read.iter().find(|read| read["message"] == message && wanted(read)).cloned().ok_or(read)
        })
        .await
    }

    /// Lets a person of Matrix into the ticket and waits until they have joined its room.
    pub async fn brings(&self, guest: &Person, ticket: &Ticket) -> OwnedRoomId {
        self.lets_in(ticket, guest.id()).await;
        let room = self.eventually_sees_room_of(ticket).await;
        guest.joins(&room).await;
        room
    }

    /// Lets somebody of Matrix in as participant; they as the desk knows them.
    pub async fn lets_in(&self, ticket: &Ticket, user: &UserId) -> Value {
        let path = format!("/api/support/tickets/{}/participants", ticket.id);
        self.post(&path, &json!({"matrixId": user})).await.expect(201)
    }

    pub async fn puts_out(&self, ticket: &Ticket, user: &UserId) {
        let path = format!("/api/support/tickets/{}/participants", ticket.id);
        self.request(Method::DELETE, &path).json(&json!({"matrixId": user})).send().await.expect(204);
    }

    /// The access token, for the handshake of a socket.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Where the desk listens.
    pub fn desk_url(&self) -> &str {
        self.rest.base()
    }

    /// Sends files into the ticket; what came of them.
    pub async fn uploads(&self, ticket: &Ticket, form: Form) -> Answer {
        self.request(Method::POST, &format!("/api/support/tickets/{}/upload", ticket.id)).form(form).send().await
    }

    /// The bytes of a file behind its `url`.
    pub async fn downloads(&self, url: &Value) -> Vec<u8> {
        let download = self.request(Method::GET, url.as_str().expect("a url")).download().await;
        assert_eq!(download.status, 200, "{}", String::from_utf8_lossy(&download.bytes));
        download.bytes
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, path).json(body).send().await
    }

    pub fn request(&self, method: Method, path: &str) -> Request {
        self.rest.request(method, path).by(&self.token)
    }
}

/// The messages of a page that people wrote.
pub fn of_people(page: &Value) -> impl Iterator<Item = &Value> {
    let items = page["items"].as_array().expect("a page has items");
    items.iter().filter(|message| message["messageType"] != "system")
}

fn said(message: &Value) -> Said {
    Said { by: text(&message["sender"]["displayName"]), text: text(&message["message"]) }
}

/// A text of an answer, which must be there.
pub fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

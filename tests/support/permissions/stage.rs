//! What a request is about: a ticket with what belongs to it, people, teams, keys, tokens. Each is made when an operation
//! needs it, by those who may.
use std::collections::HashMap;

use reqwest::Method;
use roomdesk::domain::Clock;
use roomdesk::domain::mails::{Occasion, Switch};
use roomdesk::domain::status::Status;
use roomdesk::mail::links::{FileGrant, Unsubscribing};
use roomdesk::store::{inbox, messages, notes};
use serde_json::{Value, json};

use super::ask::job_is_over;
use super::cast::{Cast, signs_in};
use super::table::Role;
use crate::support::account::{Account, Ticket, text};
use crate::support::form::{Form, png};
use crate::support::notes::path_of;
use crate::support::site::{PASSWORD, address};

/// Something that a path or a body names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    Ticket,
    /// One that is closed.
    ClosedTicket,
    Message,
    /// One that did not come into the room.
    FailedMessage,
    /// One with an earlier text.
    EditedMessage,
    Note,
    /// One that did not come into the room.
    FailedNote,
    /// One with an earlier text.
    EditedNote,
    /// The URL of a picture in the ticket.
    File,
    /// The same in a note.
    NoteFile,
    /// A student who was let in besides.
    Guest,
    /// A member of staff who was named besides.
    Named,
    /// What Ben does to the ticket as to one of many.
    Job,
    Team,
    /// Somebody who was added, and has no password yet.
    User,
    /// The token with which they choose one.
    Invitation,
    /// A token with which they choose another.
    Reset,
    /// A key, by its id.
    Key,
    /// A session of whoever asks, and one of somebody else.
    Session,
    OthersSession,
    RefreshToken,
    /// Somebody like whoever asks, who asks in their place: what they do to themselves hurts nobody.
    Twin,
    /// The picture of somebody.
    Avatar,
    /// What a mail to Ann offers to switch off, as its link says it.
    MailSwitch,
    /// A file of Ann's that a mail to her leads to.
    MailFile,
    /// A reaction.
    Label,
    /// An event that was laid aside.
    DeadLetter,
    /// What the homeserver asks about.
    Anything,
}

/// The things that are there, by what paths call them.
pub struct Stage {
    /// Nothing else has it.
    pub number: usize,
    /// The address of whoever asks, and what they are called.
    pub email: String,
    pub ids: HashMap<&'static str, String>,
    things: HashMap<Thing, String>,
    pub ticket: Option<Ticket>,
    pub twin: Option<Account>,
}

impl Stage {
    /// Makes these things; `is_confidential` says what kind of ticket, `whose` who will ask.
    pub async fn set(cast: &Cast<'_>, things: &[Thing], is_confidential: bool, whose: Role) -> Self {
        let ids = HashMap::from([
            ("staff", cast.sam.id.clone()),
            ("guest", cast.gus.id.clone()),
            ("other", cast.account(Role::Other).map(|other| other.id.clone()).unwrap_or_default()),
        ]);
        let (number, email) = (cast.number(), cast.email(whose));
        let mut stage = Self { number, email, ids, things: HashMap::new(), ticket: None, twin: None };
        for thing in things {
            let value = stage.make(cast, *thing, (is_confidential, whose)).await;
            stage.things.insert(*thing, value);
        }
        stage
    }

    /// What a path calls the thing.
    pub fn the(&self, thing: Thing) -> &str {
        self.things.get(&thing).map_or_else(|| panic!("{thing:?} is not on stage"), String::as_str)
    }

    fn ticket(&self) -> &Ticket {
        self.ticket.as_ref().expect("a ticket is made before what belongs to it")
    }

    /// What no other ticket has in its fields.
    pub fn context(&self) -> String {
        format!("course-{}", self.number)
    }

    /// A word that stands in no other ticket.
    pub fn word(&self) -> String {
        format!("jabberwock{}", self.number)
    }

    /// A word that stands in no other note.
    pub fn noted(&self) -> String {
        format!("plumber{}", self.number)
    }

    async fn make(&mut self, cast: &Cast<'_>, thing: Thing, (is_confidential, whose): (bool, Role)) -> String {
        match thing {
            Thing::Ticket | Thing::ClosedTicket => {
                self.open(cast, is_confidential).await;
                if thing == Thing::ClosedTicket {
                    cast.desk.move_to(Status::Closed, self.ticket(), &cast.ben).await;
                }
                self.ticket().id.clone()
            }
            Thing::Message | Thing::FailedMessage | Thing::EditedMessage => self.say(cast, thing).await,
            Thing::Note | Thing::FailedNote | Thing::EditedNote => self.note(cast, thing).await,
            Thing::File => {
                let form = Form::default().file("a.png", png(900, 900));
                let uploaded = cast.ann.uploads(self.ticket(), form).await.expect(201);
                text(&uploaded["messages"][0]["attachment"]["url"])
            }
            Thing::NoteFile => {
                let form = Form::default().file("b.png", png(900, 900));
                let request = cast.ben.request(Method::POST, &path_of(self.ticket())).form(form);
                text(&request.send().await.expect(201)["notes"][0]["attachment"]["url"])
            }
            Thing::Guest => {
                let path = format!("/api/support/tickets/{}/participants", self.ticket().id);
                cast.ben.post(&path, &json!({"userId": cast.gus.id})).await.expect(201);
                cast.gus.id.clone()
            }
            Thing::Named => {
                let path = format!("/api/support/tickets/{}/staff", self.ticket().id);
                cast.ben.post(&path, &json!({"userId": cast.sam.id})).await.expect(201);
                cast.sam.id.clone()
            }
            Thing::Job => {
                let wish = json!({"action": "tag", "add": ["seen"], "ids": [self.ticket().id]});
                let id = text(&cast.ben.post("/api/support/tickets/bulk", &wish).await.expect(202)["id"]);
                job_is_over(cast, &id).await;
                id
            }
            Thing::Session | Thing::OthersSession | Thing::RefreshToken | Thing::Twin => {
                self.sign_in(cast, thing, whose).await
            }
            Thing::Avatar => cast.avatar.clone(),
            Thing::MailSwitch | Thing::MailFile => link(cast, thing).await,
            Thing::Label => "%F0%9F%91%8D".to_owned(),
            Thing::Anything => "1".to_owned(),
            Thing::DeadLetter => self.lay_aside(cast).await,
            Thing::Team | Thing::User | Thing::Invitation | Thing::Reset | Thing::Key => {
                self.manage(cast, thing, whose).await
            }
        }
    }

    /// A ticket of Ann's in which Pia takes part. One that is confidential names Ben, and Rita, who has it.
    async fn open(&mut self, cast: &Cast<'_>, is_confidential: bool) {
        let body = json!({"title": format!("Printer {}", self.word()), "description": "It is on fire",
            "context": self.context()});
        let ticket = Ticket::shown_as(cast.ann.post("/api/support/tickets", &body).await.expect(201));
        let path = format!("/api/support/tickets/{}", ticket.id);
        let guest = json!({"userId": cast.pia.id});
        cast.ben.post(&format!("{path}/participants"), &guest).await.expect(201);
        if is_confidential {
            let holder = json!({"userId": cast.rita.id});
            cast.ben.request(Method::PATCH, &format!("{path}/assign")).json(&holder).send().await.expect(200);
            let change = json!({"confidential": true});
            cast.ben.request(Method::PATCH, &path).json(&change).send().await.expect(200);
        }
        self.ticket = Some(ticket);
    }

    async fn say(&self, cast: &Cast<'_>, thing: Thing) -> String {
        let said = cast.ann.says(self.ticket(), "Still burning").await;
        let id = text(&said["id"]);
        if thing == Thing::EditedMessage {
            cast.ann.edits(&said, "Still burning badly").await;
        }
        if thing == Thing::FailedMessage {
            let mut tx = cast.desk.db().write().await.expect("the database is there");
            let known = id.parse().expect("an id");
            messages::set_failed(&mut tx, &known, "the room is gone", true).await.expect("it is queued");
            tx.commit().await.expect("nothing is in the way");
        }
        id
    }

    async fn note(&self, cast: &Cast<'_>, thing: Thing) -> String {
        let note = cast.ben.notes(self.ticket(), &format!("Call the {}", self.noted())).await;
        let id = text(&note["id"]);
        if thing == Thing::EditedNote {
            cast.ben.edits_note(&note, "Call two plumbers").await.expect(200);
        }
        if thing == Thing::FailedNote {
            let mut tx = cast.desk.db().write().await.expect("the database is there");
            let known = id.parse().expect("an id");
            notes::set_failed(&mut tx, &known, "the room is gone", true).await.expect("it is queued");
            tx.commit().await.expect("nothing is in the way");
        }
        id
    }

    /// An event that means nothing to anybody, laid aside; where it stands.
    async fn lay_aside(&self, cast: &Cast<'_>) -> String {
        let (event_id, room_id) = (format!("$dead{}:hs", cast.number()), format!("!dead{}:hs", cast.number()));
        let event = json!({"event_id": event_id, "sender": "@mia:hs", "type": "m.room.name", "state_key": "",
            "content": {"name": "Dead letters"}});
        let arrived = inbox::Arrived { event_id, room_id: room_id.clone(), event: event.to_string() };
        let mut tx = cast.desk.db().write().await.expect("the database is there");
        inbox::insert(&mut tx, &[arrived], Clock::system().now()).await.expect("it is new");
        let waiting = inbox::next_in_room(&mut tx, &room_id, 1).await.expect("it is there");
        inbox::mark_dead(&mut tx, waiting[0].position, "poison").await.expect("it waits");
        tx.commit().await.expect("nothing is in the way");
        waiting[0].position.to_string()
    }

    async fn sign_in(&mut self, cast: &Cast<'_>, thing: Thing, whose: Role) -> String {
        // Whoever cannot sign in names the session of somebody who can.
        let email = match whose {
            Role::Nobody | Role::Disabled => cast.email(Role::Owner),
            _ => self.email.clone(),
        };
        match (thing, whose) {
            (Thing::RefreshToken, Role::Nobody) => "made-up".to_owned(),
            (Thing::RefreshToken, Role::Disabled) => cast.old_refresh_token.clone(),
            (Thing::RefreshToken, _) => text(&signs_in(cast.desk, &email).await["refreshToken"]),
            (Thing::Twin, _) => {
                let twin = cast.desk.account(&format!("Twin {}", self.number), Cast::like(whose)).await;
                let id = twin.id.clone();
                self.twin = Some(twin);
                id
            }
            (Thing::OthersSession, _) => session(cast, &address("Gus Day")).await,
            _ => session(cast, &email).await,
        }
    }

    async fn manage(&self, cast: &Cast<'_>, thing: Thing, whose: Role) -> String {
        if thing == Thing::Team {
            let team = json!({"name": format!("Team {}", self.number)});
            return text(&cast.eve.post("/api/teams", &team).await.expect(201)["id"]);
        }
        if thing == Thing::Key {
            let key = json!({"name": "To be ended", "scopes": ["read"]});
            return text(&cast.eve.post("/api/keys", &key).await.expect(201)["id"]);
        }
        let email = format!("new{}@example.org", cast.number());
        let added = cast.eve.post("/api/users", &json!({"name": "Newt", "email": email})).await.expect(201);
        let path = format!("/api/users/{}", text(&added["id"]));
        let value = match thing {
            Thing::Invitation => text(&added["invitation"]["token"]),
            Thing::Reset => {
                text(&cast.eve.post(&format!("{path}/password-reset"), &json!({})).await.expect(201)["token"])
            }
            _ => text(&added["id"]),
        };
        if whose == Role::Disabled {
            let off = json!({"disabled": true});
            cast.eve.request(Method::PATCH, &path).json(&off).send().await.expect(200);
        }
        value
    }

    /// Everything that a refused request must have left as it was, by where it is seen.
    pub async fn looks(&self, cast: &Cast<'_>) -> Vec<(String, Value)> {
        let mut paths = Vec::new();
        if let Some(ticket) = &self.ticket {
            let path = format!("/api/support/tickets/{}", ticket.id);
            paths.extend(["/timeline", "/staff", "/notes", ""].map(|part| (&cast.ben, format!("{path}{part}"))));
        }
        for (thing, value) in &self.things {
            match thing {
                Thing::Team => paths.push((&cast.eve, format!("/api/teams/{value}"))),
                Thing::User => paths.push((&cast.eve, format!("/api/users/{value}"))),
                _ => {}
            }
        }
        paths.sort_by(|(_, one), (_, other)| one.cmp(other));
        let mut seen = Vec::new();
        for (by, path) in paths {
            let answer = by.get(&path).await;
            seen.push((path, json!([answer.status.as_u16(), answer.body])));
        }
        if let Some(id) = self.things.get(&Thing::Key) {
            let keys = cast.eve.get("/api/keys").await.expect(200);
            let keys = keys["items"].as_array().expect("a list");
            seen.extend(keys.iter().find(|key| key["id"] == id.as_str()).map(|key| ("a key".to_owned(), key.clone())));
        }
        if let Some(position) = self.things.get(&Thing::DeadLetter) {
            let letters = cast.eve.get("/api/bridge/dead-letters").await.expect(200);
            let letters = letters["items"].as_array().expect("a list");
            let letter = letters.iter().find(|letter| letter["position"].as_i64() == position.parse().ok());
            seen.extend(letter.map(|letter| ("a dead letter".to_owned(), letter.clone())));
        }
        seen
    }
}

/// What the link of a mail to Ann carries.
async fn link(cast: &Cast<'_>, thing: Thing) -> String {
    let person = cast.ann.id.parse().expect("an id");
    if thing == Thing::MailSwitch {
        let what = Switch::Occasion(Occasion::Mention);
        return cast.desk.links().unsubscribing(&Unsubscribing { person, what });
    }
    let ticket = cast.ann.opens_ticket("Scanner", "It smokes").await;
    let uploaded = cast.ann.uploads(&ticket, Form::default().file("a.txt", *b"grey")).await.expect(201);
    let file = text(&uploaded["messages"][0]["attachment"]["id"]).parse().expect("an id");
    let until = Clock::system().now() + chrono::Duration::days(1);
    cast.desk.links().file(&FileGrant { file, person, until })
}

/// The id of a session that whoever has this address has just begun.
async fn session(cast: &Cast<'_>, email: &str) -> String {
    let begun = signs_in(cast.desk, email).await;
    let request = cast.desk.rest.get("/api/auth/sessions").by(begun["accessToken"].as_str().expect("a token"));
    let sessions = request.send().await.expect(200);
    let sessions = sessions["items"].as_array().expect("a list");
    text(&sessions.iter().find(|session| session["current"] == true).expect("it is open")["id"])
}

/// The password that somebody chooses.
pub const CHOSEN: &str = "a password of my own";
/// The one they have.
pub const PRESENT: &str = PASSWORD;

//! What sockets ask and are told, as everybody.
use std::collections::HashMap;

use reqwest::Method;
use roomdesk::domain::Clock;
use roomdesk::domain::changes::{Change, What};
use roomdesk::store::changes;
use serde_json::{Value, json};

use super::cast::Cast;
use super::stage::{Stage, Thing};
use super::table::{Cell, Role, Row};
use crate::support::Socket;
use crate::support::account::{Account, Ticket, text};
use crate::support::notes::path_of;

/// The two kinds of tickets: one that is not confidential, and one that is.
pub struct Stages([Stage; 2]);

impl Stages {
    pub async fn set(cast: &Cast<'_>) -> Self {
        let things = [Thing::Ticket, Thing::Message];
        Self([Stage::set(cast, &things, false, Role::Owner).await, Stage::set(cast, &things, true, Role::Owner).await])
    }

    fn of(&self, role: Role) -> &Stage {
        &self.0[usize::from(role.asks_about_confidential())]
    }

    fn ticket_of(&self, role: Role) -> &Ticket {
        self.of(role).ticket.as_ref().expect("it is on stage")
    }

    fn tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.0.iter().filter_map(|stage| stage.ticket.as_ref())
    }
}

/// What an event carries, fine in every respect; none for an event that is unknown here.
fn data(cast: &Cast<'_>, event: &str, (stage, role): (&Stage, Role)) -> Option<Value> {
    let ticket = || json!({"ticket": stage.the(Thing::Ticket)});
    Some(match event {
        "authenticate" => json!({"token": cast.account(role).map(Account::token)}),
        "authenticate +another's" => json!({"token": cast.gus.token()}),
        "join-ticket" | "leave-ticket" | "typing-start" | "typing-stop" => ticket(),
        "join-ticket +after" => json!({"ticket": stage.the(Thing::Ticket), "after": 0}),
        "send-message" => json!({"ticket": stage.the(Thing::Ticket), "message": "It is out"}),
        "mark-read" => json!({"message": stage.the(Thing::Message)}),
        "subscribe-list" | "unsubscribe-list" => Value::Null,
        "watch-list" => json!({"q": ""}),
        "watch-list +all" => json!({"q": "", "scope": "all"}),
        "unwatch-list" => json!({"watch": 1}),
        _ => return None,
    })
}

/// Asks every event of the table as each role; every cell from which the desk differs.
pub async fn examine_asking(cast: &Cast<'_>, rows: &[Row]) -> Vec<String> {
    let stages = Stages::set(cast).await;
    let mut deviations = Vec::new();
    for role in Role::ALL {
        let socket = cast.connects(role, super::table::Scope::None).await.ok();
        for row in rows {
            let event = row.name.strip_prefix("ASK ").expect("an event that is asked");
            let got = match (&socket, data(cast, event, (stages.of(role), role))) {
                (_, None) => {
                    deviations.push(format!("{}: nobody knows how to ask it", row.name));
                    continue;
                }
                (None, _) => Cell::NotLetIn,
                (Some(socket), Some(data)) => {
                    let name = event.split(' ').next().unwrap_or_default();
                    let answer = socket.asks(name, &data).await;
                    let status = answer["problem"]["status"].as_u64().and_then(|status| u16::try_from(status).ok());
                    Cell::Status(status.unwrap_or(200), None)
                }
            };
            let expected = row.cell(role);
            if expected != Cell::NoCase && expected != got {
                deviations.push(format!("{}, {}: {expected:?} expected, {got:?} got", row.name, role.as_str()));
            }
        }
    }
    deviations
}

/// The sockets of those who are let in: one that is in the ticket, if it may be, and one that follows lists.
struct Watching {
    inside: Socket,
    beside: Socket,
}

/// Does all of which sockets are told; every cell from which the desk differs.
pub async fn examine_telling(cast: &Cast<'_>, rows: &[Row]) -> Vec<String> {
    let stages = Stages::set(cast).await;
    let mut watching: HashMap<Role, Watching> = HashMap::new();
    let mut deviations = Vec::new();
    for role in Role::ALL {
        if row_says_no(rows, role) {
            if cast.connects(role, super::table::Scope::None).await.is_ok() {
                deviations.push(format!("TOLD, {}: let in", role.as_str()));
            }
            continue;
        }
        let (inside, beside) = (watches(cast, role).await, watches(cast, role).await);
        // Whoever may not is refused, which is another row's claim.
        inside.asks("join-ticket", &json!({"ticket": stages.ticket_of(role).id})).await;
        beside.gets("subscribe-list", &Value::Null).await;
        beside.gets("watch-list", &json!({"q": ""})).await;
        watching.insert(role, Watching { inside, beside });
    }
    for stage in &stages.0 {
        happens(cast, stage).await;
    }
    all_is_told(cast, &stages, &watching).await;
    for row in rows.iter().filter(|row| row.operation != "TOLD reload") {
        for (role, Watching { inside, beside }) in &watching {
            let name = row.operation.strip_prefix("TOLD ").expect("an event that is told");
            let ticket = stages.ticket_of(*role).id.as_str();
            let (socket, by) = match row.name.split_once(" +") {
                Some((_, "list")) => (beside, None),
                Some((_, "hidden")) => (inside, Some(cast.sam.id.as_str())),
                Some((_, other)) => panic!("{other} is no way of being told"),
                None => (inside, None),
            };
            let is_it = |told: &Value| told["ticket"] == ticket && by.is_none_or(|by| told["user"]["id"] == by);
            let got = Cell::Told(socket.heard_of(name).iter().any(is_it));
            if row.cell(*role) != got {
                deviations.push(format!(
                    "{}, {}: {:?} expected, {got:?} got",
                    row.name,
                    role.as_str(),
                    row.cell(*role)
                ));
            }
        }
    }
    deviations
}

fn row_says_no(rows: &[Row], role: Role) -> bool {
    rows.iter().all(|row| matches!(row.cell(role), Cell::NotLetIn | Cell::NoCase))
}

async fn watches(cast: &Cast<'_>, role: Role) -> Socket {
    let let_in = cast.connects(role, super::table::Scope::None).await;
    let_in.unwrap_or_else(|error| panic!("{}: {error}", role.as_str()))
}

/// Everything that is told, in this ticket.
async fn happens(cast: &Cast<'_>, stage: &Stage) {
    let ticket = stage.ticket.as_ref().expect("it is on stage");
    let path = format!("/api/support/tickets/{}", ticket.id);
    let said = cast.ann.says(ticket, "Still burning").await;
    cast.ann.edits(&said, "Still burning badly").await;
    let reaction = format!("/api/chat/messages/{}/reactions/%F0%9F%91%8D", text(&said["id"]));
    cast.pia.request(Method::PUT, &reaction).send().await.expect(200);
    // Pia's reading is everybody's to know; Sam's, who may see every ticket here, is not.
    cast.ben.post(&format!("{path}/staff"), &json!({"userId": cast.sam.id})).await.expect(201);
    cast.sam.request(Method::PUT, "/api/auth/me").json(&json!({"hideReadReceipts": true})).send().await.expect(200);
    for reader in [&cast.pia, &cast.sam] {
        let read = format!("/api/chat/messages/{}/read", text(&said["id"]));
        reader.request(Method::PATCH, &read).send().await.expect(200);
    }
    cast.ann.deletes(&said).await;
    let guest = json!({"userId": cast.gus.id});
    cast.ben.post(&format!("{path}/participants"), &guest).await.expect(201);
    cast.ben.request(Method::DELETE, &format!("{path}/participants")).json(&guest).send().await.expect(204);
    let note = cast.ben.post(&path_of(ticket), &json!({"note": "Call the plumber"})).await.expect(201);
    cast.ben.edits_note(&note, "Call two plumbers").await.expect(200);
    // What becomes of a message and of a note in their rooms is noted so.
    notes_status(cast, ticket, What::MessageStatus, &text(&cast.ann.says(ticket, "Hello?").await["id"])).await;
    notes_status(cast, ticket, What::NoteStatus, &text(&note["id"])).await;
    cast.ben.deletes_note(&note).await.expect(200);
    let typing = Socket::connects(&cast.ann).await;
    typing.gets("typing-start", &json!({"ticket": ticket.id})).await;
}

async fn notes_status(cast: &Cast<'_>, ticket: &Ticket, what: What, subject: &str) {
    let ticket = ticket.id.parse().expect("an id");
    let change = Change { ticket, what, subject: Some(subject.to_owned()), actor: None, at: Clock::system().now() };
    let mut tx = cast.desk.db().write().await.expect("the database is there");
    changes::note(&mut tx, &change).await.expect("the log takes it");
    tx.commit().await.expect("nothing is in the way");
}

/// Waits until everything that happened was told to whoever is told of it: changes are handed on one after the other, each
/// to everybody, and an acknowledgement comes behind what was handed to its socket before.
async fn all_is_told(cast: &Cast<'_>, stages: &Stages, watching: &HashMap<Role, Watching>) {
    for (role, ticket) in [Role::Owner, Role::Assignee].into_iter().zip(stages.tickets()) {
        cast.ann.says(ticket, "That is all").await;
        let Watching { inside, .. } = &watching[&role];
        inside.eventually_hears("user-typing", |told| told["ticket"] == ticket.id.as_str()).await;
        inside.eventually_hears("new-message", |message| message["message"] == "That is all").await;
    }
    for Watching { inside, beside } in watching.values() {
        inside.gets("unsubscribe-list", &Value::Null).await;
        beside.gets("unsubscribe-list", &Value::Null).await;
    }
}

/// Comes back as each role after longer than changes are kept; every cell from which the desk differs.
pub async fn examine_coming_back(cast: &Cast<'_>, row: &Row) -> Vec<String> {
    let mut tx = cast.desk.db().write().await.expect("the database is there");
    changes::prune(&mut tx, Clock::system().now() + chrono::Duration::days(1)).await.expect("it is ours");
    tx.commit().await.expect("nobody else prunes");
    let mut deviations = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| matches!(row.cell(*role), Cell::Told(_))) {
        let account = cast.account(role).expect("whoever is let in is somebody");
        let socket = Socket::comes_back(account, 1).await;
        // What is told on coming in is told before anything that is asked is answered.
        socket.gets("unsubscribe-list", &Value::Null).await;
        let got = Cell::Told(!socket.heard_of("reload").is_empty());
        if row.cell(role) != got {
            deviations.push(format!("{}, {}: {:?} expected, {got:?} got", row.name, role.as_str(), row.cell(role)));
        }
    }
    deviations
}

//! Who is told by mail: exactly those of the table in `tests/mails.txt`, by their role, their part and what they chose.
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::PathBuf;

use chrono::Duration;
use reqwest::Method;
use roomdesk::domain::Clock;
use roomdesk::domain::mails::{Occasion, Pace};
use roomdesk::domain::people::Role;
use roomdesk::store::{mail_choices, mails};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::support::account::{Account, Ticket};
use crate::support::eventually::{SOON, eventually};
use crate::support::seed::run;
use crate::support::story::Fixture;
use crate::support::{DatabaseKind, TestDesk, folder, story};

const TABLE: &str = include_str!("../mails.txt");

/// A desk whose mails go into a folder, new messages without waiting for being read.
struct Filed {
    desk: TestDesk,
    folder: PathBuf,
    known: Mutex<HashSet<PathBuf>>,
}

impl Fixture for Filed {
    async fn start(kind: DatabaseKind) -> Self {
        let folder = folder::fresh("filed");
        let file_folder = format!("'{}'", folder.display());
        let settings = [
            ("mail.transport", "'file'"),
            ("mail.file_folder", file_folder.as_str()),
            ("mail.from", "'support@example.org'"),
            ("mail.message_wait_seconds", "0"),
        ];
        let desk = TestDesk::start_with(kind, &settings, Clock::system()).await;
        Self { desk, folder, known: Mutex::default() }
    }

    async fn finish(self) {
        self.desk.finish().await;
    }
}

impl Filed {
    /// Who has got which mail since this was asked last, once nothing is due any more.
    async fn told(&self) -> BTreeSet<String> {
        eventually("every due mail to have left", SOON, async || {
            let mut tx = self.desk.db().read().await.expect("the database is there");
            match mails::next_due_in(&mut tx).await.expect("a query of the desk's own") {
                Some(millis) if millis < 60_000 => Err(format!("one is due in {millis} ms")),
                _ => Ok(()),
            }
        })
        .await;
        let mut known = self.known.lock().await;
        let files = fs::read_dir(&self.folder).expect("an own folder").flatten().map(|entry| entry.path());
        let new: Vec<PathBuf> = files.filter(|file| !known.contains(file)).collect();
        known.extend(new.iter().cloned());
        let told: Vec<String> = new.iter().map(who_and_what).collect();
        let each: BTreeSet<String> = told.iter().cloned().collect();
        assert_eq!(each.len(), told.len(), "nobody is told twice of the same: {told:?}");
        each
    }

    /// Makes mails due that wait for a time of day.
    async fn hurries(&self, occasion: &str) {
        let hurry = format!("UPDATE mails SET due_at = 1 WHERE state = 'waiting' AND occasion = '{occasion}'");
        run(self.desk.db(), hurry).await;
    }

    async fn chooses(&self, who: &Account, occasion: Occasion, pace: Pace) {
        let mut tx = self.desk.db().write().await.expect("the database is there");
        let person = who.id.parse().expect("an id");
        mail_choices::choose(&mut tx, &person, occasion, pace).await.expect("a query of the desk's own");
        tx.commit().await.expect("the database is there");
    }
}

/// `ann newMessage` of a mail.
fn who_and_what(file: &PathBuf) -> String {
    let mail = fs::read_to_string(file).expect("a mail is text");
    let head = mail.replace("\r\n", "\n").replace("\n ", " ");
    let header =
        |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).expect("each has it").trim().to_owned();
    let to = header("To:");
    let address = to.split_once('<').and_then(|(_, rest)| rest.split_once('@')).expect("an address").0;
    let name = address.split(['.', '-', '+']).next().expect("a name");
    format!("{name} {}", header("X-Roomdesk-Notice:"))
}

struct Cast {
    ann: Account,
    zoe: Account,
    ben: Account,
    dan: Account,
    eve: Account,
    cay: Account,
    library: Value,
    /// None until it is opened.
    ticket: Option<Ticket>,
}

async fn patch(by: &Account, ticket: &Ticket, what: &str, body: Value) {
    let path = format!("/api/support/tickets/{}{what}", ticket.id);
    by.request(Method::PATCH, &path).json(&body).send().await.expect(200);
}

async fn opens(by: &Account, more: Value) -> Ticket {
    let mut body = json!({"title": "Printer", "description": "It is **on fire**", "category": "technical"});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    Ticket::shown_as(by.post("/api/support/tickets", &body).await.expect(201))
}

async fn team(by: &Account, name: &str, members: &[&Account], routes: Value) -> Value {
    let members: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
    let team = by.post("/api/teams", &json!({"name": name, "members": members, "routes": routes})).await.expect(201);
    team["id"].clone()
}

async fn chooses_quiet(who: &Account, hours: Value) {
    let preferences = who.request(Method::PUT, "/api/auth/me/mail-preferences");
    preferences.json(&json!({"timeZone": "UTC", "quietHours": hours})).send().await.expect(200);
}

async fn has_night_now(who: &Account) {
    let now = Clock::system().now();
    let hour = |hours: i64| (now + Duration::hours(hours)).format("%H:%M").to_string();
    chooses_quiet(who, json!({"from": hour(-1), "until": hour(2)})).await;
}

/// Makes what a line of the table says.
async fn happens(desk: &Filed, cast: &mut Cast, what: &str) {
    let Cast { ann, zoe, ben, dan, eve, cay, library, ticket } = cast;
    if what == "Ann opens it" {
        *ticket = Some(opens(ann, json!({})).await);
        return;
    }
    let ticket = ticket.as_ref().expect("it was opened first");
    let note = format!("/api/support/tickets/{}/notes", ticket.id);
    match what {
        "Dan lets Zoe in" => {
            let path = format!("/api/support/tickets/{}/participants", ticket.id);
            dan.post(&path, &json!({"userId": zoe.id})).await.expect(201);
        }
        "Cay gives it to Ben" | "Cay gives it back to Ben" => {
            patch(cay, ticket, "/assign", json!({"userId": ben.id})).await;
        }
        "Dan takes it" => patch(dan, ticket, "/assign", json!({"userId": dan.id})).await,
        "Ben answers" | "Ben answers again" => drop(ben.says(ticket, "Pull the plug").await),
        "Ann answers" => drop(ann.says(ticket, "Which one?").await),
        "Ann calls upon Dan" => {
            let body = json!({"ticket": ticket.id, "message": "Dan, look", "mentions": [dan.id]});
            ann.post("/api/chat/messages", &body).await.expect(201);
        }
        "Ben calls upon Dan in a note" => {
            ben.post(&note, &json!({"note": "What do you think?", "mentions": [dan.id]})).await.expect(201);
        }
        "Dan writes a note" => drop(dan.post(&note, &json!({"note": "Never seen"})).await.expect(201)),
        "Ben waits for the student" => patch(ben, ticket, "/status", json!({"status": "pending"})).await,
        "Zoe answers, which reopens it" => drop(zoe.says(ticket, "It spreads").await),
        "Zoe switches new messages off" => desk.chooses(zoe, Occasion::NewMessage, Pace::Off).await,
        "Ben switches status changes on" => desk.chooses(ben, Occasion::TicketStatusChanged, Pace::Now).await,
        "Cay begins it" => patch(cay, ticket, "/status", json!({"status": "in-progress"})).await,
        "Ben resolves it" => patch(ben, ticket, "/status", json!({"status": "resolved"})).await,
        "Ann opens it again" => {
            ann.post(&format!("/api/support/tickets/{}/reopen", ticket.id), &json!({})).await.expect(200);
        }
        "Cay takes it from Ben" => patch(cay, ticket, "/assign", json!({"userId": null})).await,
        "Eve answers, at night for Ann" => {
            has_night_now(ann).await;
            eve.says(ticket, "Is it still warm?").await;
        }
        "The night is over" => {
            chooses_quiet(ann, Value::Null).await;
            desk.hurries("new-message").await;
        }
        "It is eight o'clock for Lea" => desk.hurries("new-ticket").await,
        "Cay gives it to the Library" => {
            patch(cay, ticket, "/assign", json!({"userId": null, "teamId": library})).await;
        }
        "Cay opens another for Ann" => drop(opens(cay, json!({"createdFor": ann.id})).await),
        "Ann opens a confidential one" => {
            drop(opens(ann, json!({"category": "general", "confidential": true})).await);
        }
        "Dan leaves, and Ann opens a third" => {
            desk.desk.disables("Dan Fox").await;
            opens(ann, json!({})).await;
        }
        other => panic!("nobody knows how to do this: {other}"),
    }
}

story!(exactly_those_of_the_table_are_told, |desk: Filed| {
    let site = &desk.desk;
    let (ann, zoe) = tokio::join!(site.student("Ann Lee"), site.student("Zoe Kim"));
    let (ben, dan, lea, eve) = tokio::join!(
        site.instructor("Ben Ode"),
        site.instructor("Dan Fox"),
        site.instructor("Lea Roe"),
        site.instructor("Eve Day")
    );
    let (cay, kim) = tokio::join!(site.account("Cay Moe", Role::Admin), site.account("Kim Low", Role::Admin));
    site.student("Max Poe").await;
    team(&cay, "Laboratory", &[&ben, &dan, &lea], json!([{"category": "technical"}])).await;
    let library = team(&cay, "Library", &[&eve], json!([])).await;
    desk.chooses(&lea, Occasion::NewTicket, Pace::Daily).await;
    for occasion in Occasion::ALL {
        desk.chooses(&kim, occasion, Pace::Off).await;
    }
    let mut cast = Cast { ann, zoe, ben, dan, eve, cay, library, ticket: None };

    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let (what, told) = line.split_once('|').expect("two columns");
        happens(desk, &mut cast, what.trim()).await;

        let wanted: BTreeSet<String> =
            told.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
        assert_eq!(desk.told().await, wanted, "{}", what.trim());
    }
});

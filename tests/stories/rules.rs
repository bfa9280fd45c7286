//! What a desk decides by itself, on both databases and in the rooms: follow-ups, confidential tickets, teams, closing.
use std::fs;
use std::path::PathBuf;

use chrono::Duration;
use futures_util::future::join_all;
use reqwest::Method;
use roomdesk::domain::Clock;
use roomdesk::domain::clock::from_millis;
use roomdesk::domain::people::Role;
use serde_json::{Value, json};

use crate::support::account::{Account, Ticket};
use crate::support::eventually::{SOON, eventually};
use crate::support::scene::{Scene, scene};
use crate::support::socket::Socket;
use crate::support::story::Fixture;
use crate::support::{DatabaseKind, TestDesk, folder, story};

/// A desk on which nothing that is done is ever opened again by a reply.
struct Final(TestDesk);

impl Fixture for Final {
    async fn start(kind: DatabaseKind) -> Self {
        Self(TestDesk::start_with(kind, &[("tickets.reopen_days", "0")], Clock::system()).await)
    }

    async fn finish(self) {
        self.0.finish().await;
    }
}

/// A desk that closes tickets by itself, whose clock moves only by hand, and where its mails lie.
struct Closing(TestDesk, Clock, PathBuf);

impl Fixture for Closing {
    async fn start(kind: DatabaseKind) -> Self {
        let clock = Clock::standing_at(from_millis(1_772_000_000_000));
        let mails = folder::fresh("closing-mails");
        let file_folder = format!("'{}'", mails.display());
        let settings = [
            ("tickets.auto_close_days", "14"),
            ("auth.access_token_minutes", "1440"),
            ("mail.transport", "'file'"),
            ("mail.file_folder", file_folder.as_str()),
            ("mail.from", "'support@example.org'"),
        ];
        Self(TestDesk::start_with(kind, &settings, clock.clone()).await, clock, mails)
    }

    async fn finish(self) {
        self.0.finish().await;
    }
}

async fn change(by: &Account, ticket: &Ticket, what: &str, body: Value) -> Value {
    let path = format!("/api/support/tickets/{}{what}", ticket.id);
    by.request(Method::PATCH, &path).json(&body).send().await.expect(200)
}

story!(late_words_from_both_sides_stand_in_one_follow_up, |desk: Final| {
    let scene = scene(&desk.0).await;
    let close = json!({"resolution": "Pulled the plug"});
    scene.ben.post(&format!("/api/support/tickets/{}/close", scene.ticket.id), &close).await.expect(200);
    hears_notice(&scene, "Ben Ode changed the status from open to closed.\nPulled the plug").await;

    scene.mia.say(&scene.room, "It burns **again**").await;
    let old = scene.ann.eventually_sees(&scene.ticket, |ticket| ticket["followUps"][0]["id"].is_string()).await;
    let said = scene.ann.says(&scene.ticket, "Badly").await;
    let tail = format!("wrote again: this goes on in {}.", text(&old["followUps"][0]["ticketId"]));
    hears_notice(&scene, &tail).await;
    let next = scene.mia.is_invited().await;
    scene.mia.joins(&next).await;
    scene.mia.eventually_hears(&next, "It burns **again**").await;
    scene.mia.eventually_hears(&next, "Badly").await;
    scene.mia.say(&next, "Thank you").await;

    let next = scene.ann.get(&format!("/api/support/tickets/{}", text(&old["followUps"][0]["id"]))).await.expect(200);
    let next = Ticket::shown_as(next);
    scene.ann.eventually_reads_exactly(&next, &["It burns **again**", "Badly", "Thank you"]).await;
    assert_eq!(said["ticket"], next.id.as_str());
    let old = scene.ann.sees(&scene.ticket).await;
    assert_eq!((&old["status"], &old["waitingSince"]), (&json!("closed"), &Value::Null));
    assert_eq!(old["followUps"].as_array().expect("a list").len(), 1);
});

/// The bot has said something in the room that ends so.
async fn hears_notice(scene: &Scene, end: &str) {
    scene
        .mia
        .eventually_reads(&scene.room, |seen| {
            seen.raw["content"]["body"].as_str().is_some_and(|body| body.ends_with(end))
        })
        .await;
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

story!(nothing_of_a_confidential_ticket_reaches_staff_who_are_not_named, |desk| {
    let (ann, ben, dan) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"), desk.instructor("Dan Fox"));
    let cay = desk.account("Cay Moe", Role::Admin).await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let [of_ben, of_dan] = [Socket::connects(&ben).await, Socket::connects(&dan).await];
    for socket in [&of_ben, &of_dan] {
        socket.gets("subscribe-list", &json!({})).await;
        socket.joins(&ticket).await;
    }
    change(&cay, &ticket, "/assign", json!({"userId": ben.id})).await;
    of_dan.eventually_hears("ticket-updated", |told| told["assignedTo"]["id"] == ben.id.as_str()).await;

    change(&ann, &ticket, "", json!({"confidential": true, "title": "Bullying"})).await;
    ann.says(&ticket, "It was Zed").await;
    of_ben.eventually_hears("new-message", |told| told["message"] == "It was Zed").await;
    // What comes later is not told earlier: Dan hears of the other ticket, and of nothing before it.
    ann.opens_ticket("Scanner", "It is on ice").await;
    of_dan.eventually_hears("ticket-updated", |told| told["title"] == "Scanner").await;

    let leaked = of_dan.recalls(|heard| {
        heard.iter().any(|heard| {
            let told = heard.data.to_string();
            told.contains("Bullying") || told.contains("Zed")
        })
    });
    assert!(!leaked, "a socket of staff who are not named was told");
    assert_eq!(of_dan.is_refused("join-ticket", &json!({"ticket": ticket.id})).await, 404);
    for path in ["", "/timeline", "/staff"] {
        dan.get(&format!("/api/support/tickets/{}{path}", ticket.id)).await.problem(404);
    }
    dan.get(&format!("/api/chat/messages/{}", ticket.id)).await.problem(404);
    ann.post("/api/chat/messages", &json!({"ticket": ticket.id, "message": "x", "mentions": [dan.id]}))
        .await
        .problem(422);
    ann.post("/api/chat/messages", &json!({"ticket": ticket.id, "message": "x", "mentions": [ben.id]}))
        .await
        .expect(201);
});

story!(of_two_admins_who_demote_each_other_one_stays, |desk| {
    let (cay, dan) = tokio::join!(desk.account("Cay Moe", Role::Admin), desk.account("Dan Fox", Role::Admin));
    let demote = async |by: &Account, who: &Account| {
        by.request(Method::PATCH, &format!("/api/users/{}", who.id)).json(&json!({"role": "student"})).send().await
    };
    let (one, other) = tokio::join!(demote(&cay, &dan), demote(&dan, &cay));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort();
    // The second is refused because it would be the last, or because its caller is no admin any longer.
    assert_eq!(statuses[0], 200);
    assert!([403, 409].contains(&statuses[1]), "{statuses:?}");
});

story!(somebody_of_matrix_is_written_to_first, |desk| {
    let (ben, mia) = tokio::join!(desk.instructor("Ben Ode"), desk.person("mia"));
    let draft =
        json!({"title": "Your thesis", "description": "Please sign", "createdFor": mia.id(), "tags": ["thesis"]});
    let opened = ben.post("/api/support/tickets", &draft).await.expect(201);
    let ticket = Ticket::shown_as(opened);
    let room = mia.is_invited().await;
    mia.joins(&room).await;
    mia.eventually_hears(&room, "Please sign").await;
    mia.say(&room, "Where?").await;
    let seen = ben.eventually_sees(&ticket, |ticket| ticket["messageCount"] == 1).await;

    assert_eq!(seen["waitingSince"], seen["lastMessageAt"]);
    assert_eq!((&seen["tags"], &seen["openedBy"]["displayName"]), (&json!(["thesis"]), &json!("Ben Ode")));
});

story!(a_silent_ticket_is_closed_and_its_room_is_told, |desk: Closing| {
    let Closing(desk, clock, mails) = &desk;
    let scene = scene(desk).await;
    change(&scene.ben, &scene.ticket, "/status", json!({"status": "pending"})).await;
    let close_idle = || desk.closes_idle();
    clock.advance(Duration::days(11));
    join_all([close_idle(), close_idle(), close_idle()]).await;
    let warning = "This ticket will be closed in 3 days. Write a message to keep it open.";
    hears_notice(&scene, warning).await;
    eventually("the student to be told by mail", SOON, async || {
        let files = fs::read_dir(mails).expect("an own folder").flatten().map(|file| file.path());
        let texts = files.map(|file| fs::read_to_string(file).unwrap_or_default().replace("=\r\n", ""));
        match texts.filter(|mail| mail.contains("this ticket is closed in 3 days")).count() {
            1 => Ok(()),
            count => Err(count),
        }
    })
    .await;
    clock.advance(Duration::days(3));
    join_all([close_idle(), close_idle(), close_idle()]).await;
    hears_notice(&scene, "This ticket was closed because nothing happened in it.").await;

    let ann = desk.signs_in_again("Ann Lee").await;
    let timeline = ann.get(&format!("/api/support/tickets/{}/timeline", scene.ticket.id)).await.expect(200);
    let lines: Vec<&str> =
        timeline["items"].as_array().expect("a list").iter().filter_map(|line| line["what"].as_str()).collect();
    let happened = |what: &str| lines.iter().filter(|line| **line == what).count();
    assert_eq!(lines[lines.len() - 2..], ["closing-announced", "status-changed"]);
    assert_eq!((happened("closing-announced"), happened("status-changed")), (1, 2), "each once, however many look");
    assert_eq!(ann.sees(&scene.ticket).await["status"], "closed");
});

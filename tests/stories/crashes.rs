//! The process dies at every point where it would hurt, and at moments of chance: nothing is lost, nothing is doubled,
//! no ticket has a second room.
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use roomdesk::desk::crash;
use ruma::OwnedRoomId;
use serde_json::json;

use crate::support::account::{Account, Ticket};
use crate::support::rooms::rooms_named;
use crate::support::{ChildDesk, OwnSynapse, Person, eventually, story};

/// Lets `who` into the ticket and its room.
async fn joins(staff: &Account, ticket: &Ticket, who: &Person) -> OwnedRoomId {
    let room = staff.eventually_sees_room_of(ticket).await;
    staff.lets_in(ticket, who.id()).await;
    assert_eq!(who.is_invited().await, room);
    who.joins(&room).await;
    room
}

/// Opens a ticket with a desk that dies at `point`, starts it again, and has everybody say something.
async fn survives_opening(desk: &ChildDesk, point: &str) {
    let (ann, bob) = (desk.student("Ann Lee").await, desk.instructor("Bob Ray").await);
    let mia = desk.person("mia").await;
    let title = format!("Printer {}", mia.id().localpart());
    desk.terminate().await;
    desk.launch_to_crash_at(point).await;
    let ticket = ann.opens_ticket(&title, "It is on fire").await;

    desk.crashes().await;
    desk.launch().await;

    let room = joins(&bob, &ticket, &mia).await;
    ann.says(&ticket, "Still burning").await;
    mia.eventually_reads(&room, |seen| seen.body == "Still burning").await;
    mia.say(&room, "I smell it").await;
    ann.eventually_reads(&ticket, "I smell it", |_| true).await;
    bob.says(&ticket, "Water is coming").await;
    mia.eventually_reads_exactly(&room, &["It is on fire", "Still burning", "I smell it", "Water is coming"]).await;
    ann.eventually_reads_exactly(&ticket, &["Still burning", "I smell it", "Water is coming"]).await;
    assert_eq!(rooms_named(desk.home.synapse, &title).await, 1, "one ticket, one room");
}

story!(killed_after_the_reader_s_commit, |desk: ChildDesk| {
    survives_opening(desk, crash::READER_COMMITTED).await;
});

story!(killed_while_applying, |desk: ChildDesk| {
    survives_opening(desk, crash::APPLYING).await;
});

story!(killed_after_a_send, |desk: ChildDesk| {
    survives_opening(desk, crash::SENT).await;
});

story!(killed_after_the_room_is_made, |desk: ChildDesk| {
    survives_opening(desk, crash::ROOM_CREATED).await;
});

story!(killed_between_alias_and_invite, |desk: ChildDesk| {
    survives_opening(desk, crash::ROOM_FOUND).await;
});

story!(killed_between_invite_and_join, |desk: ChildDesk| {
    survives_opening(desk, crash::INVITED).await;
});

story!(killed_after_the_join, |desk: ChildDesk| {
    survives_opening(desk, crash::JOINED).await;
});

story!(killed_in_the_middle_of_a_queue, |desk: ChildDesk<OwnSynapse>| {
    let (ann, bob) = (desk.student("Ann Lee").await, desk.instructor("Bob Ray").await);
    let mia = desk.person("mia").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = joins(&bob, &ticket, &mia).await;
    desk.settles().await;
    desk.home.synapse.stop().await.expect("Synapse runs");
    let texts = ["one", "two", "three", "four", "five"];
    for text in texts {
        assert_eq!(ann.says(&ticket, text).await["status"], "queued");
    }
    desk.terminate().await;
    desk.home.synapse.launch().await.expect("Synapse was stopped");

    desk.launch_to_crash_at("sent:3").await;
    desk.crashes().await;
    desk.launch().await;

    mia.eventually_reads_exactly(&room, &["It is on fire", "one", "two", "three", "four", "five"]).await;
    ann.eventually_reads_exactly(&ticket, &texts).await;
});

story!(killed_in_the_middle_of_a_backlog, |desk: ChildDesk| {
    let (ann, bob) = (desk.student("Ann Lee").await, desk.instructor("Bob Ray").await);
    let mia = desk.person("mia").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = joins(&bob, &ticket, &mia).await;
    desk.settles().await;
    desk.terminate().await;
    let texts: Vec<String> = (0..70).map(|number| format!("puff {number}")).collect();
    for text in &texts {
        mia.say(&room, text).await;
    }

    // Fifty are applied at once: it dies inside the second transaction.
    desk.launch_to_crash_at("applying:2").await;
    desk.crashes().await;
    desk.launch().await;

    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    ann.eventually_reads_exactly(&ticket, &texts).await;
});

/// Says things until told to stop; what was accepted. What got no answer may have been accepted or not.
async fn keeps_talking(who: &Account, ticket: &Ticket, name: &str, enough: &AtomicBool) -> (Vec<String>, Vec<String>) {
    let (mut accepted, mut unknown) = (Vec::new(), Vec::new());
    for number in 0.. {
        if enough.load(Ordering::SeqCst) {
            break;
        }
        let text = format!("{name} {number}");
        let request = who.request(reqwest::Method::POST, "/api/chat/messages");
        match request.json(&json!({"ticket": ticket.id, "message": text})).attempt().await {
            Ok(answer) if answer.status == 201 => accepted.push(text),
            Ok(answer) => panic!("refused: {}", answer.text),
            Err(_) => {
                unknown.push(text);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    (accepted, unknown)
}

story!(killed_at_ten_moments_under_load, |desk: ChildDesk| {
    let (ann, bob) = (desk.student("Ann Lee").await, desk.instructor("Bob Ray").await);
    let mia = desk.person("mia").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = joins(&bob, &ticket, &mia).await;
    let enough = AtomicBool::new(false);
    let mias = async {
        let mut said = Vec::new();
        while !enough.load(Ordering::SeqCst) {
            said.push(format!("mia {}", said.len()));
            mia.say(&room, said.last().expect("just pushed")).await;
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        said
    };
    let killer = async {
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_millis(rand::random_range(50..600))).await;
            desk.kill().await;
            desk.launch().await;
        }
        enough.store(true, Ordering::SeqCst);
    };

    let (anns, bobs, mias, ()) = tokio::join!(
        keeps_talking(&ann, &ticket, "ann", &enough),
        keeps_talking(&bob, &ticket, "bob", &enough),
        mias,
        killer
    );

    desk.settles().await;
    let accepted: Vec<&String> = anns.0.iter().chain(&bobs.0).chain(&mias).collect();
    let last = mias.last().expect("mia said something");
    eventually("mia's last words", Duration::from_secs(120), async || {
        ann.conversation(&ticket).await.into_iter().find(|said| said.text == *last)
    })
    .await;
    desk.settles().await;
    let read: Vec<String> = ann.conversation(&ticket).await.into_iter().map(|said| said.text).collect();
    let distinct: HashSet<&String> = read.iter().collect();
    assert_eq!(distinct.len(), read.len(), "nothing is doubled");
    let lost: Vec<_> = accepted.iter().filter(|text| !distinct.contains(*text)).collect();
    assert!(lost.is_empty(), "nothing is lost: {lost:?}");
    let known: HashSet<&String> = accepted.into_iter().chain(&anns.1).chain(&bobs.1).collect();
    assert!(distinct.is_subset(&known), "nothing is invented");
    ann.eventually_agrees_with(&mia, &room, &ticket).await;
});

//! One side is away, forgets, or tells too much at once: what people wrote arrives all the same, once and in order.
use std::time::Duration;

use reqwest::Method;
use roomdesk::domain::Clock;
use roomdesk::domain::ids::ProcessId;
use roomdesk::jobs::room_reader::READER;
use roomdesk::store::readers;
use ruma::RoomId;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::support::eventually::SOON;
use crate::support::home::Home;
use crate::support::site::Site;
use crate::support::story::Fixture;
use crate::support::{ChildDesk, DatabaseKind, OwnSynapse, Person, Scene, eventually, scene, story, story_sqlite};

/// A scene in which Ann and Mia have talked.
async fn talk<H: Home>(desk: &Site<H>) -> Scene {
    let scene = scene(desk).await;
    let Scene { ann, mia, ticket, room, .. } = &scene;
    ann.says(ticket, "first").await;
    mia.eventually_hears(room, "first").await;
    mia.say(room, "second").await;
    ann.eventually_reads(ticket, "second", |_| true).await;
    desk.settles().await;
    scene
}

fn numbered(name: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{name} {number}")).collect()
}

fn all<'a>(parts: &[&'a [String]]) -> Vec<&'a str> {
    parts.iter().flat_map(|part| part.iter().map(String::as_str)).collect()
}

/// Gives the reader of a desk that does not run another token.
async fn set_token<H: Home>(desk: &Site<H>, token: Option<&str>) {
    let nobody = ProcessId::fresh(&Clock::system());
    let mut tx = desk.db().write().await.expect("the database is there");
    assert!(readers::lease(&mut tx, READER, &nobody, 0).await.expect("a lease"), "the desk has given its lease back");
    assert!(readers::set_token(&mut tx, READER, &nobody, token).await.expect("a token"));
    readers::release(&mut tx, &nobody).await.expect("a release");
    tx.commit().await.expect("a commit");
}

story!(with_synapse_away_tickets_and_messages_are_accepted, |desk: ChildDesk<OwnSynapse>| {
    let Scene { ann, mia, ticket, room, .. } = talk(desk).await;
    desk.home.synapse.stop().await.expect("Synapse runs");

    let texts = numbered("offline", 8);
    for text in &texts {
        assert_eq!(ann.says(&ticket, text).await["status"], "queued");
    }
    let other = ann.opens_ticket("Scanner", "It smokes").await;
    ann.says(&other, "Badly").await;
    eventually("the desk to say that Matrix is away", SOON, async || {
        let ready = desk.rest.get("/readyz").send().await.expect(200);
        if ready["degraded"] == json!(["matrix"]) { Ok(()) } else { Err(ready) }
    })
    .await;
    desk.home.synapse.launch().await.expect("Synapse was stopped");

    let first: Vec<String> = ["It is on fire", "first", "second"].map(String::from).into();
    mia.eventually_reads_exactly(&room, &all(&[&first, &texts])).await;
    ann.eventually_reads_exactly(&ticket, &all(&[&first[1..], &texts])).await;
    ann.eventually_sees_room_of(&other).await;
    ann.eventually_reads(&other, "Badly", |message| message["status"] == "sent").await;
});

story!(with_the_desk_away_what_people_typed_arrives, |desk: ChildDesk| {
    let Scene { ann, mia, ticket, room, .. } = talk(desk).await;
    desk.terminate().await;

    let texts = numbered("meanwhile", 8);
    for text in &texts {
        mia.say(&room, text).await;
    }
    desk.launch().await;

    let first: Vec<String> = ["first", "second"].map(String::from).into();
    ann.eventually_reads_exactly(&ticket, &all(&[&first, &texts])).await;
});

story!(told_to_stop_the_desk_loses_no_accepted_request, |desk: ChildDesk| {
    let Scene { ann, mia, ticket, room, .. } = talk(desk).await;

    let some = Notify::new();
    let talking = async {
        let mut accepted = Vec::new();
        // Far more than are accepted before the end.
        for text in numbered("late", 1000) {
            if accepted.len() == 20 {
                some.notify_one();
            }
            let request = ann.request(Method::POST, "/api/chat/messages");
            match request.json(&json!({"ticket": ticket.id, "message": text})).attempt().await {
                Ok(answer) if answer.status == 201 => accepted.push(text),
                Ok(_) | Err(_) => break,
            }
        }
        accepted
    };
    let stopping = async {
        some.notified().await;
        desk.terminate().await;
    };
    let (accepted, ()) = tokio::join!(talking, stopping);
    desk.launch().await;

    assert!(!accepted.is_empty());
    let first: Vec<String> = ["It is on fire", "first", "second"].map(String::from).into();
    mia.eventually_reads_exactly(&room, &all(&[&first, &accepted])).await;
    ann.eventually_reads_exactly(&ticket, &all(&[&first[1..], &accepted])).await;
});

/// Push is reported as silent after half a minute.
const SILENT: Duration = Duration::from_secs(60);

/// A desk whose homeserver pushes to a port where somebody listens and never answers.
struct DeafDesk(ChildDesk<OwnSynapse>);

impl Fixture for DeafDesk {
    async fn start(kind: DatabaseKind) -> Self {
        let settings = [("matrix.appservice_listen", "\"127.0.0.1:0\""), ("matrix.heartbeat_seconds", "1")];
        Self(ChildDesk::start_with(kind, &settings).await)
    }

    async fn finish(self) {
        self.0.finish().await;
    }
}

story!(synapse_restarts_while_its_push_hangs, |deaf: DeafDesk| {
    let desk = &deaf.0;
    desk.expects_error("does not push");
    let port = desk.home.service.push_port;
    let hanging = TcpListener::bind(("127.0.0.1", port)).await.expect("nobody listens there");
    let Scene { ann, mia, ticket, room, .. } = talk(desk).await;

    let texts = numbered("before", 20);
    for text in &texts {
        mia.say(&room, text).await;
    }
    desk.home.synapse.kill().await.expect("Synapse runs");
    desk.home.synapse.launch().await.expect("Synapse was killed");
    mia.say(&room, "after").await;

    let first: Vec<String> = ["first", "second"].map(String::from).into();
    ann.eventually_reads_exactly(&ticket, &all(&[&first, &texts, &[String::from("after")]])).await;
    eventually("push to be reported as silent", SILENT, async || {
        let metrics = desk.rest.get("/metrics").send().await.text;
        if metrics.contains("\nroomdesk_push_silent 1\n") { Ok(()) } else { Err(metrics) }
    })
    .await;
    let report = eventually("the doctor to name what is wrong", SOON, async || match desk.command(&["doctor"]).await {
        (false, report) if report.contains("FAIL heartbeat: push is silent") => Ok(report),
        (_, report) => Err(report),
    })
    .await;
    assert!(report.contains("ok   database") && report.contains("ok   whoami"), "the rest is well: {report}");
    drop(hanging);
});

story!(a_lost_token_repeats_nothing, |desk: ChildDesk| {
    let Scene { ann, mia, ticket, room, .. } = talk(desk).await;
    desk.terminate().await;
    mia.say(&room, "third").await;

    // Everything that was read before is read again.
    set_token(desk, None).await;
    desk.launch().await;

    ann.eventually_reads_exactly(&ticket, &["first", "second", "third"]).await;
    mia.say(&room, "fourth").await;
    ann.eventually_reads_exactly(&ticket, &["first", "second", "third", "fourth"]).await;
});

story!(a_token_nobody_can_read_is_replaced, |desk: ChildDesk| {
    let Scene { ann, mia, ticket, room, .. } = talk(desk).await;
    desk.terminate().await;
    mia.say(&room, "third").await;

    set_token(desk, Some("nonsense")).await;
    desk.launch().await;

    ann.eventually_reads_exactly(&ticket, &["first", "second", "third"]).await;
});

/// A desk that notices soon when nothing comes back.
struct QuickDesk(ChildDesk);

impl Fixture for QuickDesk {
    async fn start(kind: DatabaseKind) -> Self {
        Self(ChildDesk::start_with(kind, &[("matrix.heartbeat_seconds", "60")]).await)
    }

    async fn finish(self) {
        self.0.finish().await;
    }
}

story_sqlite!(a_token_of_another_homeserver_is_replaced, |desk: QuickDesk| {
    let desk = &desk.0;
    let Scene { ann, mia, ticket, room, .. } = talk(desk).await;
    desk.terminate().await;
    mia.say(&room, "third").await;

    // Far ahead of this homeserver, as after its database was restored: it is answered, and brings nothing.
    set_token(desk, Some("s999999999_1_1_1_1_1_1_1_1_1")).await;
    desk.launch().await;

    eventually("the desk to begin afresh", Duration::from_secs(90), async || {
        let read = ann.conversation(&ticket).await;
        if read.iter().any(|said| said.text == "third") { Ok(()) } else { Err(read) }
    })
    .await;
    ann.eventually_reads_exactly(&ticket, &["first", "second", "third"]).await;
});

/// Says `count` things, several at a time; the order is the homeserver's.
async fn chatters(mia: &Person, room: &RoomId, count: usize) {
    let texts = numbered("gap", count);
    for chunk in texts.chunks(16) {
        futures_util::future::join_all(chunk.iter().map(|text| mia.say(room, text))).await;
    }
}

async fn closes_a_gap(desk: &ChildDesk, count: usize) {
    let Scene { ann, mia, ticket, room, .. } = talk(desk).await;
    desk.terminate().await;
    chatters(&mia, &room, count).await;
    desk.launch().await;

    eventually(format!("{count} messages to arrive"), Duration::from_secs(90), async || {
        let seen = ann.sees(&ticket).await["messageCount"].as_u64();
        if seen == Some(count as u64 + 2) { Ok(()) } else { Err(seen) }
    })
    .await;
    ann.eventually_agrees_with(&mia, &room, &ticket).await;
}

story_sqlite!(a_gap_of_three_thousand_messages_is_closed, |desk: ChildDesk| {
    closes_a_gap(desk, 3_000).await;
});

story!(a_gap_longer_than_a_sync_is_closed, |desk: ChildDesk| {
    closes_a_gap(desk, 250).await;
});

story!(what_cannot_be_read_is_laid_aside_and_the_rest_goes_on, |desk: ChildDesk| {
    let Scene { ann, mia, ticket, room, .. } = talk(desk).await;
    desk.expects_dead_letters(1);
    desk.terminate().await;
    mia.say(&room, "before").await;
    mia.sends(&room, "org.example.strange", &json!({"anything": [1, 2, {"three": null}]})).await;
    // A sticker without the text that every sticker must have.
    mia.sends(&room, "m.sticker", &json!({"url": 7})).await;
    mia.say(&room, "after\u{0}wards").await;

    desk.launch().await;

    let strange = "The desk cannot show this: org.example.strange";
    ann.eventually_reads_exactly(&ticket, &["first", "second", "before", strange, "after\u{fffd}wards"]).await;
    let (listed, list) = desk.command(&["dead-letters", "list"]).await;
    assert!(listed && list.lines().count() == 1 && list.contains(room.as_str()), "{list}");
    let (retried, answer) = desk.command(&["dead-letters", "retry"]).await;
    assert!(retried && answer.starts_with("1 event is applied again"), "{answer}");
    eventually("the event to be laid aside again", Duration::from_secs(60), async || {
        let (_, again) = desk.command(&["dead-letters", "list"]).await;
        if again == list { Ok(()) } else { Err(again) }
    })
    .await;
});

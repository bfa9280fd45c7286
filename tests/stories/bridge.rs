//! The bridge as admins see it: how it is, what could not be applied, and another try for that.
use std::time::Duration;

use roomdesk::domain::Clock;
use roomdesk::domain::ids::ProcessId;
use roomdesk::domain::people::Role;
use roomdesk::store::lanes::{self, Queue};
use serde_json::{Value, json};

use super::lists::Alone;
use crate::support::account::{Account, text};
use crate::support::eventually::SOON;
use crate::support::{Scene, eventually, scene, seed, story};

/// What is laid aside, once there is something.
async fn eventually_lists(eve: &Account) -> Value {
    eventually("an event to be laid aside", SOON, async || {
        let answer = eve.get("/api/bridge/dead-letters").await;
        assert!(!answer.text.contains("Still burning"), "what somebody wrote is nobody's to read here");
        let listed = answer.expect(200);
        if listed["items"] == json!([]) { Err(listed) } else { Ok(listed["items"].clone()) }
    })
    .await
}

async fn replays(eve: &Account, which: &str) -> (u16, Value) {
    let answer = eve.post(&format!("/api/bridge/dead-letters{which}/replay"), &json!({})).await;
    (answer.status.as_u16(), answer.body)
}

story!(a_poisoned_event_is_replayed_once_its_cause_is_gone, |desk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    let eve = desk.account("Eve Poe", Role::Admin).await;
    desk.expects_error("laid an event aside");
    ann.says(&ticket, "Still burning").await;
    mia.eventually_hears(&room, "Still burning").await;
    let poison = "CREATE UNIQUE INDEX poison ON messages (body) WHERE body = 'Still burning'";
    seed::run(desk.db(), poison.to_owned()).await;
    let event = mia.say(&room, "Still burning").await;
    mia.say(&room, "Send help").await;
    ann.eventually_reads(&ticket, "Send help", |_| true).await;

    let listed = eventually_lists(&eve).await;
    let letter = &listed[0];
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "its room went on: {listed}");
    assert_eq!((&letter["eventId"], &letter["roomId"]), (&json!(event), &json!(room)));
    assert_eq!((&letter["type"], &letter["sender"]), (&json!("m.room.message"), &json!(mia.id())));
    assert_eq!(letter["ticket"], json!({"id": ticket.id, "ticketId": ticket.number}));
    assert_eq!((&letter["tries"], letter["reason"] == ""), (&json!(5), false));
    let position = format!("/{}", letter["position"]);
    assert_eq!(replays(&eve, &position).await, (200, json!({"replayed": 1, "left": 0})));
    assert_eq!(eventually_lists(&eve).await[0]["position"], letter["position"], "nothing was mended");

    seed::run(desk.db(), "DROP INDEX poison".to_owned()).await;
    assert_eq!(replays(&eve, &position).await.0, 200);
    ann.eventually_reads_exactly(&ticket, &["Still burning", "Send help", "Still burning"]).await;

    let (status, problem) = replays(&eve, &position).await;
    assert_eq!((status, problem["detail"].as_str().unwrap_or_default().contains("already")), (409, true), "{problem}");
    assert_eq!(replays(&eve, "/987654321").await.0, 404);
    assert_eq!(replays(&eve, "/first").await.0, 404);
    assert_eq!(replays(&eve, "").await, (200, json!({"replayed": 0, "left": 0})));
    desk.settles().await;
    ann.eventually_reads_exactly(&ticket, &["Still burning", "Send help", "Still burning"]).await;
    let log = eve.get("/api/audit?action=dead-letters-replayed").await.expect(200);
    let lines: Vec<&Value> = log["items"].as_array().expect("a list").iter().collect();
    assert_eq!(lines.len(), 2, "what changed nothing is not written down");
    assert!(lines.iter().all(|line| line["subject"] == json!(event) && line["details"] == json!({"events": 1})));
});

story!(a_bridge_that_is_well_says_so_to_admins_alone, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let eve = desk.account("Eve Poe", Role::Admin).await;

    let health = eventually("the bridge to be well", Duration::from_secs(60), async || {
        let health = eve.get("/api/bridge").await.expect(200);
        if health["well"] == true { Ok(health) } else { Err(health) }
    })
    .await;

    let homeserver = &health["homeserver"];
    let software = text(&homeserver["software"]);
    assert!(software.starts_with("Synapse/") && text(&homeserver["speaks"]).starts_with('v'), "{homeserver}");
    assert!(ben.id.len() > 4 && homeserver["up"] == true && homeserver["name"] != "", "{homeserver}");
    for way in ["sync", "push"] {
        let (heard, took) = (&health[way]["heardAt"], &health[way]["roundTripMs"]);
        assert!(heard.is_string() && took.is_u64() && health[way]["well"] == true, "{health}");
    }
    assert_eq!((&health["deadLetters"], &health["outbox"]["failing"]), (&json!(0), &json!(0)));
    for by in [&ann, &ben] {
        for path in ["/api/bridge", "/api/bridge/dead-letters"] {
            by.get(path).await.expect(403);
        }
        for which in ["", "/1"] {
            assert_eq!(replays(by, which).await.0, 403);
        }
    }
});

story!(what_cannot_leave_is_told_with_its_next_attempt, |desk: Alone| {
    let desk = &desk.0;
    let (ann, eve) = tokio::join!(desk.student("Ann Lee"), desk.account("Eve Poe", Role::Admin));
    ann.opens_ticket("Printer", "It is on fire").await;
    ann.opens_ticket("Scanner", "It smokes").await;
    let somebody = ProcessId::fresh(&Clock::system());
    let mut tx = desk.db().write().await.expect("the database is there");
    let lanes = lanes::claim(&mut tx, Queue::Rooms, (&somebody, 60_000), 1).await.expect("a lane");
    let job = lanes::head(&mut tx, &lanes[0]).await.expect("a lane").expect("it has a job");
    lanes::postpone(&mut tx, &job, &somebody, "the homeserver answered 502", 600_000).await.expect("it is ours");
    tx.commit().await.expect("nothing is in the way");

    let health = eve.get("/api/bridge").await.expect(200);

    assert_eq!((&health["well"], &health["homeserver"]["up"]), (&json!(false), &json!(false)));
    assert_eq!(health["sync"], json!({"well": false, "heardAt": null, "roundTripMs": null}));
    let outbox = &health["outbox"];
    assert_eq!((&outbox["lanes"], &outbox["failing"]), (&json!(2), &json!(1)), "{outbox}");
    assert!(outbox["jobs"].as_i64() >= Some(2) && outbox["oldestAt"].is_string(), "{outbox}");
    let failure = &outbox["failures"][0];
    assert_eq!((&failure["attempts"], &failure["error"]), (&json!(1), &json!("the homeserver answered 502")));
    assert_eq!((&failure["kind"], &failure["nextAttemptAt"]), (&json!("make-room"), &outbox["nextAttemptAt"]));
    assert!(failure["nextAttemptAt"].as_str() > failure["since"].as_str(), "{failure}");
    assert_eq!((&health["media"]["jobs"], &health["media"]["nextAttemptAt"]), (&json!(0), &Value::Null));
});

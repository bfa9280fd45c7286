//! What was said is changed or taken away on one side, and so it is on the other.
use reqwest::Method;
use ruma::EventId;
use serde_json::{Value, json};

use crate::support::account::text;
use crate::support::eventually::SOON;
use crate::support::journal::Seen;
use crate::support::{ChildDesk, OwnSynapse, Scene, eventually, scene, story};

story!(an_edit_at_the_desk_reaches_the_room, |desk| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    let said = ben.says(&ticket, "Use watr").await;
    // At once, so that it is still queued.
    let edited = ben.edits(&said, "Use **water**").await;
    assert_eq!((edited["isEdited"].as_bool(), &edited["message"]), (Some(true), &json!("Use **water**")));

    let sent = ben.is_sent(&ticket, &said).await;
    let edit = mia.eventually_reads(&room, Seen::is_edit).await;
    assert_eq!(edit.content()["m.relates_to"]["event_id"], sent["eventId"]);
    assert_eq!(edit.content()["m.new_content"]["formatted_body"], "Use <strong>water</strong>");
    let again = ben.edits(&said, "Use sand").await;
    mia.eventually_reads(&room, |seen| seen.is_edit() && seen.content()["m.new_content"]["body"] == "Use sand").await;

    let path = format!("/api/chat/messages/{}/revisions", text(&again["id"]));
    let texts = |revisions: Value| -> Vec<Value> {
        revisions.as_array().expect("a list").iter().map(|revision| revision["message"].clone()).collect()
    };
    assert_eq!(texts(ben.get(&path).await.expect(200)), ["Use watr", "Use **water**", "Use sand"]);
    ann.get(&path).await.expect(403);
    let refused = ann.request(Method::PATCH, &format!("/api/chat/messages/{}", text(&again["id"])));
    refused.json(&json!({"message": "mine"})).send().await.expect(403);
});

story!(an_edit_in_a_client_reaches_the_desk, |desk| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    let event = mia.say(&room, "Chekc the cable").await;
    let read = ann.eventually_reads(&ticket, "Chekc the cable", |_| true).await;
    let bens = ben.says(&ticket, "I shall").await;
    let bens = ben.is_sent(&ticket, &bens).await;

    let edit = |of: &str, new: &str| {
        json!({"msgtype": "m.text", "body": format!("* {new}"), "m.new_content": {"msgtype": "m.text", "body": new},
            "m.relates_to": {"rel_type": "m.replace", "event_id": of}})
    };
    // Somebody else's words are not hers to change.
    mia.sends(&room, "m.room.message", &edit(&text(&bens["eventId"]), "I shall not")).await;
    mia.sends(&room, "m.room.message", &edit(event.as_str(), "Check the cable")).await;

    let edited = ann.eventually_has(&ticket, &read["id"], |message| message["message"] == "Check the cable").await;
    assert_eq!(edited["isEdited"], true);
    assert!(ann.messages(&ticket).await.iter().any(|message| message["message"] == "I shall"));
    let revisions = ben.get(&format!("/api/chat/messages/{}/revisions", text(&read["id"]))).await.expect(200);
    assert_eq!(revisions[0]["message"], "Chekc the cable");
    assert_eq!(revisions[1]["isLate"], false);
});

story!(a_deletion_at_the_desk_empties_the_event, |desk| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    let said = ben.says(&ticket, "The password is secret").await;
    let sent = ben.is_sent(&ticket, &said).await;
    let event = EventId::parse(text(&sent["eventId"])).expect("an event id");
    ann.request(Method::DELETE, &format!("/api/chat/messages/{}", text(&said["id"]))).send().await.expect(403);

    let deleted = ben.deletes(&said).await;
    assert_eq!((&deleted["message"], &deleted["isDeleted"]), (&json!(""), &json!(true)));
    assert_eq!(deleted["deletedBy"]["displayName"], "Ben Ode");
    ben.deletes(&said).await;

    eventually("the event to be empty", SOON, async || {
        let event = mia.event(&room, &event).await;
        if event["content"] == json!({}) { Ok(()) } else { Err(event) }
    })
    .await;
    let refused = ben.request(Method::PATCH, &format!("/api/chat/messages/{}", text(&said["id"])));
    refused.json(&json!({"message": "again"})).send().await.expect(409);
});

story!(a_redaction_in_a_client_empties_the_message, |desk| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    let event = mia.say(&room, "My number is 123").await;
    let read = ann.eventually_reads(&ticket, "My number is 123", |_| true).await;
    let bens = ben.says(&ticket, "Thanks").await;
    let bens = ben.is_sent(&ticket, &bens).await;

    assert_eq!(mia.redacts(&room, &text(&bens["eventId"])).await.0, 403, "others' words are not hers to take away");
    assert_eq!(mia.redacts(&room, event.as_str()).await.0, 200);

    let empty = ann.eventually_has(&ticket, &read["id"], |message| message["isDeleted"] == true).await;
    assert_eq!((&empty["message"], &empty["deletedBy"]["id"]), (&json!(""), &read["sender"]["id"]));
    assert!(ann.messages(&ticket).await.iter().any(|message| message["message"] == "Thanks"));
});

story!(with_synapse_away_what_is_queued_can_be_changed, |desk: ChildDesk<OwnSynapse>| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    mia.eventually_reads(&room, |seen| seen.body == "It is on fire").await;
    desk.home.synapse.stop().await.expect("Synapse runs");
    let first = ann.says(&ticket, "first").await;
    let second = ann.says(&ticket, "second, to be deleted").await;
    let third = ann.says(&ticket, "thrid").await;
    ben.request(Method::PUT, &format!("/api/chat/messages/{}/reactions/👍", text(&first["id"])))
        .send()
        .await
        .expect(200);
    assert_eq!(ann.deletes(&second).await["isDeleted"], true);
    assert_eq!(ann.edits(&third, "third").await["status"], "queued");
    desk.home.synapse.launch().await.expect("Synapse was stopped");

    ann.is_sent(&ticket, &third).await;
    mia.eventually_reads(&room, |seen| seen.body == "third").await;
    desk.settles().await;
    mia.eventually_reads_exactly(&room, &["It is on fire", "first", "third"]).await;
    mia.eventually_reads(&room, |seen| seen.content()["m.relates_to"]["key"] == "👍").await;
});

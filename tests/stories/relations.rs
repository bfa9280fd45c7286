//! Messages that are about others: replies, threads, mentions and reactions, on both sides.
use reqwest::Method;
use serde_json::json;

use crate::support::account::text;
use crate::support::eventually::SOON;
use crate::support::{Scene, eventually, scene, story};

story!(replies_threads_and_mentions_hold_on_both_sides, |desk| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    let question = mia.say(&room, "Which cable?").await;
    let read = ann.eventually_reads(&ticket, "Which cable?", |_| true).await;
    let person = text(&read["sender"]["id"]);

    let answer = json!({"message": "The red one", "replyTo": read["id"], "mentions": [person]});
    let answer = ann.writes(&ticket, answer).await;
    assert_eq!((&answer["replyTo"], &answer["mentions"]), (&read["id"], &json!([person])));
    let heard = mia.eventually_reads(&room, |seen| seen.body == "The red one").await;
    assert_eq!(heard.content()["m.relates_to"]["m.in_reply_to"]["event_id"], question.as_str());
    assert_eq!(heard.content()["m.mentions"]["user_ids"], json!([mia.id()]));
    ben.writes(&ticket, json!({"message": "Aside", "thread": read["id"]})).await;
    let heard = mia.eventually_reads(&room, |seen| seen.body == "Aside").await;
    assert_eq!(heard.content()["m.relates_to"]["rel_type"], "m.thread");

    let answered = ann.is_sent(&ticket, &answer).await;
    let back = json!({"msgtype": "m.text", "body": "> <@x:y> The red one\n\nThank you",
        "m.mentions": {"user_ids": [heard.sender]},
        "m.relates_to": {"m.in_reply_to": {"event_id": answered["eventId"]}}});
    mia.sends(&room, "m.room.message", &back).await;
    let thanks = ann.eventually_reads(&ticket, "Thank you", |_| true).await;
    assert_eq!((&thanks["replyTo"], &thanks["mentions"]), (&answer["id"], &json!([ben.id])));

    let stranger = desk.student("Eve Low").await;
    for wrong in [json!({"message": "x", "replyTo": "msg_1"}), json!({"message": "x", "mentions": [stranger.id]})] {
        let mut wrong = wrong;
        wrong["ticket"] = json!(ticket.id);
        ann.post("/api/chat/messages", &wrong).await.expect(422);
    }
});

story!(reactions_come_and_go_on_both_sides, |desk| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    let event = mia.say(&room, "It works").await;
    let read = ann.eventually_reads(&ticket, "It works", |_| true).await;
    let path = format!("/api/chat/messages/{}/reactions/{}", text(&read["id"]), "🎉");

    for _ in 0..2 {
        let reacted = ben.request(Method::PUT, &path).send().await.expect(200);
        assert_eq!(reacted["reactions"], json!([{"reaction": "🎉", "users": [ben.id]}]));
    }
    let heard = mia.eventually_reads(&room, |seen| seen.content()["m.relates_to"]["key"] == "🎉").await;
    assert_eq!(heard.content()["m.relates_to"]["event_id"], event.as_str());
    let party = json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": "🎉"}});
    let hers = mia.sends(&room, "m.reaction", &party).await;
    let both = json!([{"reaction": "🎉", "users": [ben.id, read["sender"]["id"]]}]);
    ann.eventually_has(&ticket, &read["id"], |message| message["reactions"] == both).await;

    assert_eq!(mia.redacts(&room, &hers).await.0, 200);
    let only_ben = json!([{"reaction": "🎉", "users": [ben.id]}]);
    ann.eventually_has(&ticket, &read["id"], |message| message["reactions"] == only_ben).await;
    assert_eq!(ben.request(Method::DELETE, &path).send().await.expect(200)["reactions"], json!([]));
    eventually("the reaction to be empty", SOON, async || {
        let event = mia.event(&room, &heard.event_id).await;
        if event["content"] == json!({}) { Ok(()) } else { Err(event) }
    })
    .await;
});

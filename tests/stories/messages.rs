//! Everything that can be said and done to what was said, on both sides: done here, seen there.
use reqwest::Method;
use ruma::{EventId, OwnedRoomId, RoomId};
use serde_json::{Value, json};

use crate::support::account::{Account, Ticket, text};
use crate::support::eventually::SOON;
use crate::support::home::Home;
use crate::support::journal::Seen;
use crate::support::site::Site;
use crate::support::{ChildDesk, OwnSynapse, Person, eventually, story};

struct Scene {
    ann: Account,
    bob: Account,
    mia: Person,
    ticket: Ticket,
    room: OwnedRoomId,
}

/// A ticket of Ann's that Bob answers, with Mia in its room.
async fn scene<H: Home>(desk: &Site<H>) -> Scene {
    let (ann, bob) = (desk.student("Ann Lee").await, desk.instructor("Bob Ray").await);
    let mia = desk.person("mia").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = bob.brings(&mia, &ticket).await;
    Scene { ann, bob, mia, ticket, room }
}

impl Person {
    /// Sends an event of this type, as a client would that knows more than the SDK of the stories.
    async fn sends(&self, room: &RoomId, kind: &str, content: &Value) -> String {
        let txn = format!("{:032x}", rand::random::<u128>());
        let path = format!("/_matrix/client/v3/rooms/{room}/send/{kind}/{txn}");
        let (status, answer) = self.raw(Method::PUT, &path, Some(content)).await;
        assert_eq!(status, 200, "{answer}");
        text(&answer["event_id"])
    }

    async fn redacts(&self, room: &RoomId, event: &str) -> (u16, Value) {
        let txn = format!("{:032x}", rand::random::<u128>());
        let path = format!("/_matrix/client/v3/rooms/{room}/redact/{event}/{txn}");
        let (status, answer) = self.raw(Method::PUT, &path, Some(&json!({}))).await;
        (status.as_u16(), answer)
    }

    /// An event of the room as it is by now.
    async fn event(&self, room: &RoomId, event: &EventId) -> Value {
        let path = format!("/_matrix/client/v3/rooms/{room}/event/{event}");
        self.raw(Method::GET, &path, None).await.1
    }
}

impl Account {
    /// Writes with more than a text; the message as it was accepted.
    async fn writes(&self, ticket: &Ticket, message: Value) -> Value {
        let mut message = message;
        message["ticket"] = json!(ticket.id);
        self.post("/api/chat/messages", &message).await.expect(201)
    }

    async fn edits(&self, message: &Value, new: &str) -> Value {
        let path = format!("/api/chat/messages/{}", text(&message["id"]));
        self.request(Method::PATCH, &path).json(&json!({"message": new})).send().await.expect(200)
    }

    async fn deletes(&self, message: &Value) -> Value {
        let path = format!("/api/chat/messages/{}", text(&message["id"]));
        self.request(Method::DELETE, &path).send().await.expect(200)
    }

    /// Waits until a message is as wanted.
    async fn eventually_has(&self, ticket: &Ticket, id: &Value, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(format!("message {id} of {}", ticket.number), SOON, async || {
            let read = self.messages(ticket).await;
            read.iter().find(|read| read["id"] == *id && wanted(read)).cloned().ok_or(read)
        })
        .await
    }

    async fn is_sent(&self, ticket: &Ticket, message: &Value) -> Value {
        self.eventually_has(ticket, &message["id"], |message| message["status"] == "sent").await
    }
}

fn content(seen: &Seen) -> &Value {
    &seen.raw["content"]
}

fn is_edit(seen: &Seen) -> bool {
    content(seen)["m.relates_to"]["rel_type"] == "m.replace"
}

story!(markdown_is_formatted_on_both_sides, |desk| {
    let Scene { ann, bob, mia, ticket, room } = scene(desk).await;

    let said = bob.writes(&ticket, json!({"message": "Use **water**\n- now\n<script>x</script>"})).await;
    let heard = mia.eventually_reads(&room, |seen| seen.body.starts_with("Use")).await;
    assert_eq!(content(&heard)["format"], "org.matrix.custom.html");
    assert_eq!(content(&heard)["formatted_body"], said["html"]);
    let html = text(&said["html"]);
    assert!(html.contains("<strong>water</strong>") && html.contains("<li>now") && !html.contains("script"), "{html}");
    assert_eq!(content(&heard)["body"], said["message"]);

    let rich = json!({"msgtype": "m.text", "body": "so", "format": "org.matrix.custom.html",
        "formatted_body": "<b onclick=\"x()\">so</b><img src=\"https://tracker.example/a.png\"><script>alert(1)</script>"});
    mia.sends(&room, "m.room.message", &rich).await;
    let read = ann.eventually_reads(&ticket, "so", |_| true).await;
    assert_eq!(read["html"], "<b>so</b>");
    let plain = bob.says(&ticket, "nothing special").await;
    assert_eq!(plain["html"], Value::Null);
});

story!(an_edit_at_the_desk_reaches_the_room, |desk| {
    let Scene { ann, bob, mia, ticket, room } = scene(desk).await;
    let said = bob.says(&ticket, "Use watr").await;
    // At once, so that it is still queued.
    let edited = bob.edits(&said, "Use **water**").await;
    assert_eq!((edited["isEdited"].as_bool(), &edited["message"]), (Some(true), &json!("Use **water**")));

    let sent = bob.is_sent(&ticket, &said).await;
    let edit = mia.eventually_reads(&room, is_edit).await;
    assert_eq!(content(&edit)["m.relates_to"]["event_id"], sent["eventId"]);
    assert_eq!(content(&edit)["m.new_content"]["formatted_body"], "Use <strong>water</strong>");
    let again = bob.edits(&said, "Use sand").await;
    mia.eventually_reads(&room, |seen| is_edit(seen) && content(seen)["m.new_content"]["body"] == "Use sand").await;

    let path = format!("/api/chat/messages/{}/revisions", text(&again["id"]));
    let texts = |revisions: Value| -> Vec<Value> {
        revisions.as_array().expect("a list").iter().map(|revision| revision["message"].clone()).collect()
    };
    assert_eq!(texts(bob.get(&path).await.expect(200)), ["Use watr", "Use **water**", "Use sand"]);
    ann.get(&path).await.expect(403);
    let refused = ann.request(Method::PATCH, &format!("/api/chat/messages/{}", text(&again["id"])));
    refused.json(&json!({"message": "mine"})).send().await.expect(403);
});

story!(an_edit_in_a_client_reaches_the_desk, |desk| {
    let Scene { ann, bob, mia, ticket, room } = scene(desk).await;
    let event = mia.say(&room, "Chekc the cable").await;
    let read = ann.eventually_reads(&ticket, "Chekc the cable", |_| true).await;
    let bobs = bob.says(&ticket, "I shall").await;
    let bobs = bob.is_sent(&ticket, &bobs).await;

    let edit = |of: &str, new: &str| {
        json!({"msgtype": "m.text", "body": format!("* {new}"), "m.new_content": {"msgtype": "m.text", "body": new},
            "m.relates_to": {"rel_type": "m.replace", "event_id": of}})
    };
    // Somebody else's words are not hers to change.
    mia.sends(&room, "m.room.message", &edit(&text(&bobs["eventId"]), "I shall not")).await;
    mia.sends(&room, "m.room.message", &edit(event.as_str(), "Check the cable")).await;

    let edited = ann.eventually_has(&ticket, &read["id"], |message| message["message"] == "Check the cable").await;
    assert_eq!(edited["isEdited"], true);
    assert!(ann.messages(&ticket).await.iter().any(|message| message["message"] == "I shall"));
    let revisions = bob.get(&format!("/api/chat/messages/{}/revisions", text(&read["id"]))).await.expect(200);
    assert_eq!(revisions[0]["message"], "Chekc the cable");
    assert_eq!(revisions[1]["isLate"], false);
});

story!(a_deletion_at_the_desk_empties_the_event, |desk| {
    let Scene { ann, bob, mia, ticket, room } = scene(desk).await;
    let said = bob.says(&ticket, "The password is secret").await;
    let sent = bob.is_sent(&ticket, &said).await;
    let event = EventId::parse(text(&sent["eventId"])).expect("an event id");
    ann.request(Method::DELETE, &format!("/api/chat/messages/{}", text(&said["id"]))).send().await.expect(403);

    let deleted = bob.deletes(&said).await;
    assert_eq!((&deleted["message"], &deleted["isDeleted"]), (&json!(""), &json!(true)));
    assert_eq!(deleted["deletedBy"]["displayName"], "Bob Ray");
    bob.deletes(&said).await;

    eventually("the event to be empty", SOON, async || {
        let event = mia.event(&room, &event).await;
        if event["content"] == json!({}) { Ok(()) } else { Err(event) }
    })
    .await;
    let refused = bob.request(Method::PATCH, &format!("/api/chat/messages/{}", text(&said["id"])));
    refused.json(&json!({"message": "again"})).send().await.expect(409);
});

story!(a_redaction_in_a_client_empties_the_message, |desk| {
    let Scene { ann, bob, mia, ticket, room } = scene(desk).await;
    let event = mia.say(&room, "My number is 123").await;
    let read = ann.eventually_reads(&ticket, "My number is 123", |_| true).await;
    let bobs = bob.says(&ticket, "Thanks").await;
    let bobs = bob.is_sent(&ticket, &bobs).await;

    assert_eq!(mia.redacts(&room, &text(&bobs["eventId"])).await.0, 403, "others' words are not hers to take away");
    assert_eq!(mia.redacts(&room, event.as_str()).await.0, 200);

    let empty = ann.eventually_has(&ticket, &read["id"], |message| message["isDeleted"] == true).await;
    assert_eq!((&empty["message"], &empty["deletedBy"]["id"]), (&json!(""), &read["sender"]["id"]));
    assert!(ann.messages(&ticket).await.iter().any(|message| message["message"] == "Thanks"));
});

story!(with_synapse_away_what_is_queued_can_be_changed, |desk: ChildDesk<OwnSynapse>| {
    let Scene { ann, bob, mia, ticket, room } = scene(desk).await;
    mia.eventually_reads(&room, |seen| seen.body == "It is on fire").await;
    desk.home.synapse.stop().await.expect("Synapse runs");
    let first = ann.says(&ticket, "first").await;
    let second = ann.says(&ticket, "second, to be deleted").await;
    let third = ann.says(&ticket, "thrid").await;
    bob.request(Method::PUT, &format!("/api/chat/messages/{}/reactions/👍", text(&first["id"])))
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
    mia.eventually_reads(&room, |seen| content(seen)["m.relates_to"]["key"] == "👍").await;
});

story!(replies_threads_and_mentions_hold_on_both_sides, |desk| {
    let Scene { ann, bob, mia, ticket, room } = scene(desk).await;
    let question = mia.say(&room, "Which cable?").await;
    let read = ann.eventually_reads(&ticket, "Which cable?", |_| true).await;
    let person = text(&read["sender"]["id"]);

    let answer = json!({"message": "The red one", "replyTo": read["id"], "mentions": [person]});
    let answer = ann.writes(&ticket, answer).await;
    assert_eq!((&answer["replyTo"], &answer["mentions"]), (&read["id"], &json!([person])));
    let heard = mia.eventually_reads(&room, |seen| seen.body == "The red one").await;
    assert_eq!(content(&heard)["m.relates_to"]["m.in_reply_to"]["event_id"], question.as_str());
    assert_eq!(content(&heard)["m.mentions"]["user_ids"], json!([mia.id()]));
    bob.writes(&ticket, json!({"message": "Aside", "thread": read["id"]})).await;
    let heard = mia.eventually_reads(&room, |seen| seen.body == "Aside").await;
    assert_eq!(content(&heard)["m.relates_to"]["rel_type"], "m.thread");

    let answered = ann.is_sent(&ticket, &answer).await;
    let back = json!({"msgtype": "m.text", "body": "> <@x:y> The red one\n\nThank you",
        "m.mentions": {"user_ids": [heard.sender]},
        "m.relates_to": {"m.in_reply_to": {"event_id": answered["eventId"]}}});
    mia.sends(&room, "m.room.message", &back).await;
    let thanks = ann.eventually_reads(&ticket, "Thank you", |_| true).await;
    assert_eq!((&thanks["replyTo"], &thanks["mentions"]), (&answer["id"], &json!([bob.id])));

    let stranger = desk.student("Eve Low").await;
    for wrong in [json!({"message": "x", "replyTo": "msg_1"}), json!({"message": "x", "mentions": [stranger.id]})] {
        let mut wrong = wrong;
        wrong["ticket"] = json!(ticket.id);
        ann.post("/api/chat/messages", &wrong).await.expect(422);
    }
});

story!(reactions_come_and_go_on_both_sides, |desk| {
    let Scene { ann, bob, mia, ticket, room } = scene(desk).await;
    let event = mia.say(&room, "It works").await;
    let read = ann.eventually_reads(&ticket, "It works", |_| true).await;
    let path = format!("/api/chat/messages/{}/reactions/{}", text(&read["id"]), "🎉");

    for _ in 0..2 {
        let reacted = bob.request(Method::PUT, &path).send().await.expect(200);
        assert_eq!(reacted["reactions"], json!([{"reaction": "🎉", "users": [bob.id]}]));
    }
    let heard = mia.eventually_reads(&room, |seen| content(seen)["m.relates_to"]["key"] == "🎉").await;
    assert_eq!(content(&heard)["m.relates_to"]["event_id"], event.as_str());
    let party = json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": "🎉"}});
    let hers = mia.sends(&room, "m.reaction", &party).await;
    let both = json!([{"reaction": "🎉", "users": [bob.id, read["sender"]["id"]]}]);
    ann.eventually_has(&ticket, &read["id"], |message| message["reactions"] == both).await;

    assert_eq!(mia.redacts(&room, &hers).await.0, 200);
    let only_bob = json!([{"reaction": "🎉", "users": [bob.id]}]);
    ann.eventually_has(&ticket, &read["id"], |message| message["reactions"] == only_bob).await;
    assert_eq!(bob.request(Method::DELETE, &path).send().await.expect(200)["reactions"], json!([]));
    eventually("the reaction to be empty", SOON, async || {
        let event = mia.event(&room, &heard.event_id).await;
        if event["content"] == json!({}) { Ok(()) } else { Err(event) }
    })
    .await;
});

story!(what_a_client_can_send_is_shown_as_what_it_is, |desk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    let sent = [
        ("m.room.message", json!({"msgtype": "m.emote", "body": "waves"}), "emote", "waves"),
        ("m.room.message", json!({"msgtype": "m.notice", "body": "beep"}), "notice", "beep"),
        (
            "m.room.message",
            json!({"msgtype": "m.location", "body": "Room 7", "geo_uri": "geo:1,2"}),
            "location",
            "Room 7",
        ),
        (
            "org.matrix.msc3381.poll.start",
            json!({"org.matrix.msc3381.poll.start": {"question": {"org.matrix.msc1767.text": "Tea?"},
                "answers": [{"id": "1", "org.matrix.msc1767.text": "yes"}]}}),
            "poll",
            "Tea?\n1. yes",
        ),
        ("org.example.dance", json!({"steps": 3}), "unsupported", "The desk cannot show this: org.example.dance"),
        ("m.room.message", json!({"msgtype": "org.example.smell", "body": "roses"}), "unsupported", "roses"),
    ];
    for (kind, content, ..) in &sent {
        mia.sends(&room, kind, content).await;
    }
    for (.., kind, body) in &sent {
        let read = ann.eventually_reads(&ticket, body, |_| true).await;
        assert_eq!(read["kind"], *kind);
    }
    let unknown = ann.eventually_reads(&ticket, sent[4].3, |_| true).await;
    assert_eq!(unknown["details"], json!({"type": "org.example.dance", "content": "{\"steps\":3}"}));
});

story!(what_happens_to_a_ticket_is_said_once, |desk| {
    let Scene { ann, bob, mia, ticket, room } = scene(desk).await;
    let other = desk.student("Cleo Fox").await;
    let path = format!("/api/support/tickets/{}/participants", ticket.id);
    bob.post(&path, &json!({"userId": other.id})).await.expect(201);
    bob.puts_out(&ticket, mia.id()).await;

    let expected = [
        "Ann Lee opened this ticket.",
        "Cleo Fox joined.",
        &format!("{} joined.", mia.id().localpart()),
        &format!("{} left.", mia.id().localpart()),
    ]
    .map(str::to_owned);
    let mut expected: Vec<String> = expected.into();
    expected.sort();
    eventually("every system line", SOON, async || {
        let notices = ann.notices(&ticket).await;
        let mut texts: Vec<String> = notices.iter().map(|notice| text(&notice["message"])).collect();
        texts.sort();
        let all_sent = notices.iter().all(|notice| notice["status"] == "sent");
        if texts == expected && all_sent { Ok(()) } else { Err(notices) }
    })
    .await;
    let heard: Vec<Seen> = mia.timeline(&room).into_iter().filter(Seen::is_notice).collect();
    assert!(heard.iter().all(|seen| content(seen)["m.mentions"] == json!({})), "they call upon nobody: {heard:?}");
    assert!(heard.iter().any(|seen| seen.body == "Cleo Fox joined."), "{heard:?}");
    assert_eq!(ann.sees(&ticket).await["messageCount"], 0, "people wrote nothing");
});

story!(a_conversation_is_read_around_a_message, |desk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let mut ids = Vec::new();
    for number in 0..9 {
        ids.push(text(&ann.says(&ticket, &format!("message {number}")).await["id"]));
    }
    let texts = |page: Value| -> Vec<String> {
        page["items"].as_array().expect("items").iter().map(|message| text(&message["message"])).collect()
    };
    let path = format!("/api/chat/messages/{}?limit=3", ticket.id);
    let around = ann.get(&format!("{path}&around={}", ids[4])).await.expect(200);
    assert_eq!(texts(around), ["message 3", "message 4", "message 5"]);
    let before = ann.get(&format!("{path}&before={}", ids[4])).await.expect(200);
    assert_eq!(texts(before), ["message 1", "message 2", "message 3"]);
    let after = ann.get(&format!("{path}&after={}", ids[4])).await.expect(200);
    assert_eq!(texts(after), ["message 5", "message 6", "message 7"]);
    ann.get(&format!("{path}&around=msg_01k00000000000000000000000")).await.expect(422);
});

story!(a_new_name_reaches_the_ghost_and_the_desk, |desk| {
    let Scene { ann, bob, mia, ticket, room } = scene(desk).await;
    let said = bob.says(&ticket, "Hello").await;
    bob.is_sent(&ticket, &said).await;

    let renamed = bob.request(Method::PUT, "/api/auth/me").json(&json!({"displayName": " Bob the Builder "}));
    assert_eq!(renamed.send().await.expect(200)["displayName"], "Bob the Builder");
    let nameless = bob.request(Method::PUT, "/api/auth/me").json(&json!({"displayName": "\n"}));
    nameless.send().await.expect(422);

    mia.eventually_reads(&room, |seen| {
        seen.raw["type"] == "m.room.member" && content(seen)["displayname"] == "Bob the Builder"
    })
    .await;
    assert!(ann.messages(&ticket).await.iter().any(|read| read["sender"]["displayName"] == "Bob the Builder"));
});

//! What can be said, on both sides: said here, shown there as what it is.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::account::text;
use crate::support::eventually::SOON;
use crate::support::journal::Seen;
use crate::support::{Scene, eventually, scene, story};

story!(markdown_is_formatted_on_both_sides, |desk| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;

    let said = ben.writes(&ticket, json!({"message": "Use **water**\n- now\n<script>x</script>"})).await;
    let heard = mia.eventually_reads(&room, |seen| seen.body.starts_with("Use")).await;
    assert_eq!(heard.content()["format"], "org.matrix.custom.html");
    assert_eq!(heard.content()["formatted_body"], said["html"]);
    let html = text(&said["html"]);
    assert!(html.contains("<strong>water</strong>") && html.contains("<li>now") && !html.contains("script"), "{html}");
    assert_eq!(heard.content()["body"], said["message"]);

    let rich = json!({"msgtype": "m.text", "body": "so", "format": "org.matrix.custom.html",
        "formatted_body": "<b onclick=\"x()\">so</b><img src=\"https://tracker.example/a.png\"><script>alert(1)</script>"});
    mia.sends(&room, "m.room.message", &rich).await;
    let read = ann.eventually_reads(&ticket, "so", |_| true).await;
    assert_eq!(read["html"], "<b>so</b>");
    let plain = ben.says(&ticket, "nothing special").await;
    assert_eq!(plain["html"], Value::Null);
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
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    let other = desk.student("Cleo Fox").await;
    let path = format!("/api/support/tickets/{}/participants", ticket.id);
    ben.post(&path, &json!({"userId": other.id})).await.expect(201);
    ben.puts_out(&ticket, mia.id()).await;

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
    assert!(heard.iter().all(|seen| seen.content()["m.mentions"] == json!({})), "they call upon nobody: {heard:?}");
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
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    let said = ben.says(&ticket, "Hello").await;
    ben.is_sent(&ticket, &said).await;

    let renamed = ben.request(Method::PUT, "/api/auth/me").json(&json!({"displayName": " Bob the Builder "}));
    assert_eq!(renamed.send().await.expect(200)["displayName"], "Bob the Builder");
    let nameless = ben.request(Method::PUT, "/api/auth/me").json(&json!({"displayName": "\n"}));
    nameless.send().await.expect(422);

    mia.eventually_reads(&room, |seen| {
        seen.raw["type"] == "m.room.member" && seen.content()["displayname"] == "Bob the Builder"
    })
    .await;
    assert!(ann.messages(&ticket).await.iter().any(|read| read["sender"]["displayName"] == "Bob the Builder"));
});

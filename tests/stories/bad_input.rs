//! Whatever comes in, over REST or from a room, is refused or made harmless, and what is good beside it goes through.
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::story;

/// Ten megabytes.
const HUGE: usize = 10 * 1024 * 1024;

story!(bad_requests_are_named_and_store_nothing, |desk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = |title: &str, description: &str| json!({"title": title, "description": description}).to_string();
    let table: Vec<(u16, &[&str], String)> = vec![
        (400, &[""], "title=Printer".to_owned()),
        (400, &[""], r#"{"title": "Printer""#.to_owned()),
        (422, &["/title", "/description"], "{}".to_owned()),
        (422, &["/title"], ticket("Prin\0ter", "It is on fire")),
        (422, &["/title"], ticket("Printer\u{1b}[2J", "It is on fire")),
        (422, &["/title"], ticket(&"x".repeat(HUGE), "It is on fire")),
        (422, &["/description"], ticket("Printer", "It is on\0fire")),
        (422, &["/description"], ticket("Printer", &"x".repeat(10_001))),
        (422, &["/title"], r#"{"title": ["Printer"], "description": "It is on fire"}"#.to_owned()),
        (422, &["/room"], r#"{"title": "Printer", "description": "It is on fire", "room": "!a:b"}"#.to_owned()),
        (413, &[], ticket(&"x".repeat(2 * HUGE), "It is on fire")),
    ];

    for (status, pointers, body) in table {
        let start: String = body.chars().take(60).collect();
        let refused = ann.request(Method::POST, "/api/support/tickets").raw(body).send().await;
        assert!(refused.text.len() < 2_000, "{start}: nothing large is repeated");
        assert_eq!(refused.problem(status), pointers, "{start}");
    }

    assert_eq!(ann.get("/api/support/tickets").await.expect(200)["items"], json!([]));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    assert!(ticket.number.ends_with("-0001"), "{} counts what was refused", ticket.number);
});

story!(bytes_that_are_no_request_harm_nobody, |desk| {
    let port = desk.config.server.listen.port();
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/support/tickets HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"BREW /api/support/tickets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ] {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).await.expect("the desk listens");
        socket.write_all(bytes).await.expect("the desk takes bytes");
        socket.shutdown().await.expect("our half can be closed");
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.expect("the desk answers or closes");
        let answer = String::from_utf8_lossy(&answer);
        let is_refusal = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
        assert!(is_refusal, "{:?}: {answer}", String::from_utf8_lossy(bytes));
    }

    desk.rest.get("/readyz").send().await.expect(200);
});

story!(what_a_room_brings_is_made_harmless, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&guest, &ticket).await;
    let first = guest.say(&room, "first").await;

    let sends = async |number: usize, kind: &str, content: Value| {
        let path = format!("/_matrix/client/v3/rooms/{room}/send/{kind}/odd-{number}");
        let (status, answer) = guest.raw(Method::PUT, &path, Some(&content)).await;
        assert_eq!(status, StatusCode::OK, "{kind} {content}: {answer}");
    };
    let silent = [
        ("org.example.unheard_of", json!({"body": "unheard of"})),
        ("m.reaction", json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": first, "key": "a"}})),
        ("org.roomdesk.heartbeat", json!({"id": "job_made_up"})),
    ];
    for (number, (kind, content)) in silent.into_iter().enumerate() {
        sends(number, kind, content).await;
    }
    sends(10, "m.room.message", json!({"msgtype": "m.text", "body": "a\u{0}b\u{1b}c"})).await;
    sends(11, "m.room.message", json!({"msgtype": "org.example.odd", "body": "odd"})).await;
    sends(12, "m.room.message", json!({"msgtype": "m.text", "body": "x".repeat(30_000)})).await;
    sends(13, "m.room.message", json!({"msgtype": "m.text", "body": "mine", "org.roomdesk.id": ticket.id})).await;
    guest.is_called("Gwen\u{7}\u{1b}[31m").await;
    guest.say(&room, "last").await;

    let last = ben.eventually_reads(&ticket, "last", |_| true).await;
    let said: Vec<_> = ben.conversation(&ticket).await.into_iter().map(|said| said.text).collect();
    assert_eq!((said.len(), said[0].as_str(), said[2].as_str()), (7, "first", "a\u{fffd}b\u{fffd}c"));
    assert_eq!((said[3].as_str(), said[5].as_str(), said[6].as_str()), ("odd", "mine", "last"));
    assert_eq!(said[1], "The desk cannot show this: org.example.unheard_of");
    let name = last["sender"]["displayName"].as_str().expect("a name");
    assert!(!name.contains(char::is_control), "{name:?}");
});

//! Whatever comes in, a problem document names what is wrong, and nothing is stored.
use std::net::SocketAddr;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::http_story;
use crate::domain::people::Role;

http_story!(a_bad_ticket_names_its_fields_and_leaves_nothing, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let good = json!({"title": "Printer", "description": "It burns"});
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body.to_string()
    };
    let table: Vec<(u16, &[&str], String)> = vec![
        (400, &[""], String::new()),
        (400, &[""], "  \n".to_owned()),
        (400, &[""], "title=Printer".to_owned()),
        (400, &[""], r#"{"title": "Printer""#.to_owned()),
        (400, &[""], r#"{"title": "Printer", "description": "It burns"} trailing"#.to_owned()),
        (400, &[""], r#"{"title": "\ud800", "description": "It burns"}"#.to_owned()),
        (400, &[""], "[".repeat(100_000)),
        (422, &[""], r#"["Printer", "It burns", null, null]"#.to_owned()),
        (422, &[""], "null".to_owned()),
        (422, &[""], "\"Printer\"".to_owned()),
        (422, &["/title", "/description"], "{}".to_owned()),
        (422, &["/title"], with("title", json!(5))),
        (422, &["/title"], with("title", json!({"a": [1]}))),
        (422, &["/title"], with("title", Value::Null)),
        (422, &["/title"], with("title", json!("   "))),
        (422, &["/title"], with("title", json!("a\0b"))),
        (422, &["/title"], with("title", json!("a\nb"))),
        (422, &["/title"], with("title", json!("x".repeat(10 * 1024 * 1024)))),
        (422, &["/description"], with("description", json!("a\u{7}b"))),
        (422, &["/description"], with("description", json!("x".repeat(10_001)))),
        (422, &["/category"], with("category", json!("food"))),
        (422, &["/priority"], with("priority", json!("URGENT"))),
        (422, &["/status"], with("status", json!("closed"))),
        (422, &["/createdBy"], with("createdBy", json!("usr_1"))),
        (422, &["/a~1b"], with("a/b", json!(1))),
        (422, &["/title"], r#"{"title": "a", "title": "b", "description": "c"}"#.to_owned()),
        (413, &[], with("title", json!("x".repeat(20 * 1024 * 1024)))),
    ];
    for (status, expected, body) in table {
        let start: String = body.chars().take(60).collect();
        let answer = app.post("/api/support/tickets").by(&ann).raw(body).send().await;
        assert!(answer.text.len() < 2_000, "nothing large is repeated: {start}");
        let (_, pointers) = answer.problem(status);
        assert_eq!(pointers, expected, "{start}");
    }
    let not_utf8 = app.post("/api/support/tickets").by(&ann).raw(&b"{\"title\": \"\xff\"}"[..]).send().await;
    not_utf8.problem(400);
    assert_eq!(app.get("/api/support/tickets").by(&ann).send().await.expect(200)["items"], json!([]));
});

http_story!(a_bad_message_names_its_field, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let ticket = app.ticket(&ann, "Printer").await;
    for (expected, body) in [
        ("/ticket", json!({"message": "hello"})),
        ("/message", json!({"ticket": ticket["id"]})),
        ("/message", json!({"ticket": ticket["id"], "message": " \n"})),
        ("/message", json!({"ticket": ticket["id"], "message": "a\0b"})),
        ("/message", json!({"ticket": ticket["id"], "message": 7})),
        ("/ticket", json!({"ticket": ticket["id"], "ticketId": ticket["id"], "message": "twice"})),
        ("/sender", json!({"ticket": ticket["id"], "message": "hello", "sender": "usr_1"})),
    ] {
        let (_, pointers) = app.post("/api/chat/messages").by(&ann).json(&body).send().await.problem(422);
        assert_eq!(pointers, [expected], "{body}");
    }
    let path = format!("/api/chat/messages/{}", ticket["id"].as_str().expect("an id"));
    let items = app.get(&path).by(&ann).send().await.expect(200)["items"].clone();
    assert_eq!(items.as_array().map(Vec::len), Some(1), "nothing but the line that the ticket was opened: {items}");
});

http_story!(a_bad_participant_names_its_field, |app| {
    let ben = app.signed_in("ben", Role::Instructor).await;
    let ticket = app.ticket(&ben, "Printer").await;
    let path = format!("/api/support/tickets/{}/participants", ticket["id"].as_str().expect("an id"));
    for (expected, body) in [
        ("/userId", json!({})),
        ("/userId", json!({"userId": "ann"})),
        ("/userId", json!({"userId": "usr_00000000000000000000000000"})),
        ("/matrixId", json!({"matrixId": "ann"})),
        ("/matrixId", json!({"matrixId": "@a\0b:home.example"})),
        ("/matrixId", json!({"matrixId": "@desk_bot:desk.example"})),
        ("/matrixId", json!({"userId": "usr_00000000000000000000000000", "matrixId": "@ann:home.example"})),
    ] {
        let (_, pointers) = app.post(&path).by(&ben).json(&body).send().await.problem(422);
        assert_eq!(pointers, [expected], "{body}");
    }
});

http_story!(only_json_is_read, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let tickets = || app.post("/api/support/tickets").by(&ann);
    tickets().send().await.problem(415);
    tickets().header("content-type", "text/plain").send().await.problem(415);
    let mut call = tickets().header("content-type", "application/json; charset=utf-8");
    call.body = json!({"title": "Printer", "description": "It burns"}).to_string().into();
    call.send().await.expect(201);
});

http_story!(sign_in_bodies_are_small, |app| {
    let large = json!({"email": "ann@example.org", "password": "x".repeat(20_000)});
    let (problem, _) = app.post("/api/auth/login").json(&large).send().await.problem(413);
    assert!(problem["detail"].as_str().expect("a detail").contains("16384"), "{problem}");
    let (_, pointers) = app.post("/api/auth/login").raw("{}").send().await.problem(422);
    assert_eq!(pointers, ["/email"]);
    let (_, pointers) = app.post("/api/auth/refresh").raw("{}").send().await.problem(422);
    assert_eq!(pointers, ["/refreshToken"]);
});

http_story!(a_body_without_end_is_cut_off, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let part = Bytes::from(vec![b' '; 1024 * 1024]);
    let endless = Body::from_stream(stream::repeat_with(move || Ok::<_, std::io::Error>(part.clone())));
    app.post("/api/support/tickets").by(&ann).raw(endless).send().await.problem(413);
});

http_story!(nothing_of_a_body_is_read_for_nobody, |app| {
    let unread = Body::from_stream(stream::poll_fn(|_| -> std::task::Poll<Option<Result<Bytes, std::io::Error>>> {
        panic!("the body was read")
    }));
    app.post("/api/support/tickets").raw(unread).send().await.problem(401);
});

http_story!(strange_paths_are_not_found_and_never_fail, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let long = "x".repeat(10_000);
    for key in ["%00", "a%00b", "%0a", "%ff", "..%2f..", "tkt_", "TICK-1", "TICK-20260225-9999", "'%20OR%201=1", &long]
    {
        for path in [format!("/api/support/tickets/{key}"), format!("/api/chat/messages/{key}")] {
            app.get(&path).by(&ann).send().await.problem(404);
        }
        app.call("DELETE", &format!("/api/chat/messages/{key}")).by(&ann).send().await.problem(404);
        app.call("PUT", &format!("/api/chat/messages/{key}/reactions/a")).by(&ann).send().await.problem(404);
    }
});

http_story!(bad_queries_name_their_parameter, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let ticket = app.ticket(&ann, "Printer").await;
    let messages = format!("/api/chat/messages/{}", ticket["id"].as_str().expect("an id"));
    for (expected, path) in [
        ("/cursor", "/api/support/tickets?cursor=nonsense".to_owned()),
        ("/cursor", "/api/support/tickets?cursor=".to_owned()),
        ("/limit", "/api/support/tickets?limit=0".to_owned()),
        ("/limit", "/api/support/tickets?limit=101".to_owned()),
        ("/limit", "/api/support/tickets?limit=%00".to_owned()),
        ("/limit", "/api/support/tickets?limit=5&limit=6".to_owned()),
        ("/status", "/api/support/tickets?status=burning".to_owned()),
        ("/colour", "/api/support/tickets?colour=red".to_owned()),
        ("/before", format!("{messages}?before=x")),
        ("/after", format!("{messages}?after=%00")),
        ("/before", format!("{messages}?before=a&after=b")),
    ] {
        let (_, pointers) = app.get(&path).by(&ann).send().await.problem(422);
        assert_eq!(pointers, [expected], "{path}");
    }
});

http_story!(whoever_sends_too_much_before_listening_still_reads_why, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let service = app.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    let body = vec![b'x'; 20 * 1024 * 1024];
    let head = format!(
        "POST /api/support/tickets HTTP/1.1\r\nhost: desk\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        ann.token,
        body.len(),
    );
    let talk = async {
        let mut connection = TcpStream::connect(address).await.expect("connects");
        connection.write_all(head.as_bytes()).await.expect("the head is taken");
        connection.write_all(&body).await.expect("the body is taken");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.expect("an answer instead of a broken connection");
        answer
    };
    tokio::select! {
        answer = talk => assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}"),
        stopped = axum::serve(listener, service).into_future() => stopped.expect("serves until the test ends"),
    }
});

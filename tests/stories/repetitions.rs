//! A client that does not know whether it was heard says the same again, and nothing is doubled.
use std::path::Path;

use futures_util::future::join_all;
use reqwest::Method;
use roomdesk::desk::crash;
use serde_json::{Value, json};

use crate::support::account::{Account, Ticket, text};
use crate::support::eventually::SOON;
use crate::support::form::{Form, png};
use crate::support::rest::{Answer, Request};
use crate::support::{ChildDesk, Scene, Socket, eventually, scene, story};

const TICKETS: &str = "/api/support/tickets";
const MESSAGES: &str = "/api/chat/messages";

fn said(ticket: &Ticket, id: &str, message: &str) -> Value {
    json!({"ticket": ticket.id, "clientId": id, "message": message})
}

fn opened(id: &str) -> Value {
    json!({"title": "Scanner", "description": "It smokes", "clientId": id})
}

/// A text and two files under one id.
fn filled(id: &str) -> Form {
    Form::default().text("message", "Look").file("photo.png", png(700, 700)).text("clientId", id).file("log.txt", *b"1")
}

fn upload(by: &Account, ticket: &Ticket, form: Form) -> Request {
    by.request(Method::POST, &format!("{TICKETS}/{}/upload", ticket.id)).form(form)
}

fn status(answer: &Answer) -> u16 {
    answer.status.as_u16()
}

/// The ids of the messages of an answer to a form.
fn ids(answer: &Value) -> Vec<String> {
    answer["messages"].as_array().expect("messages").iter().map(|message| text(&message["id"])).collect()
}

/// How many of the answers made something; the rest found it made, each with the same `key` of its body.
fn makers(answers: &[Answer], key: impl Fn(&Value) -> Value) -> usize {
    for answer in answers {
        assert!([200, 201].contains(&status(answer)), "{}", answer.text);
        assert_eq!(key(&answer.body), key(&answers[0].body));
    }
    answers.iter().filter(|answer| status(answer) == 201).count()
}

/// How many files lie in the store, thumbnails included.
fn stored(folder: &Path) -> usize {
    let shelves = std::fs::read_dir(folder.join("stored")).expect("something was stored");
    let files = |shelf: std::io::Result<std::fs::DirEntry>| {
        std::fs::read_dir(shelf.expect("it can be read").path()).expect("a shelf is a folder").count()
    };
    shelves.map(files).sum()
}

story!(what_is_said_again_is_answered_and_not_done, |desk| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    let desktop = Socket::connects(&ben).await;
    desktop.joins(&ticket).await;

    let first = ann.post(MESSAGES, &said(&ticket, "m-1", "Still burning")).await.expect(201);
    assert_eq!(first["clientId"], "m-1");
    mia.eventually_hears(&room, "Still burning").await;
    let sent = ann.eventually_reads(&ticket, "Still burning", |said| said["status"] == "sent").await;
    desk.settles().await;
    let before = ann.sees(&ticket).await;
    let again = ann.post(MESSAGES, &said(&ticket, "m-1", "Still burning")).await.expect(200);
    let form = Form::default().text("ticket", &ticket.number).text("clientId", "m-1").text("message", "Still burning");
    let by_form = ann.request(Method::POST, MESSAGES).form(form).send().await.expect(200);
    let screen = Socket::connects(&ann).await;
    let by_socket = screen.gets("send-message", &said(&ticket, "m-1", "Still burning")).await;
    assert_eq!((&again, &by_socket, &by_form["messages"][0]), (&sent, &sent, &sent));
    assert_eq!(ann.sees(&ticket).await, before, "no counter and no version has moved");
    let second = ann.post(TICKETS, &opened("t-1")).await.expect(201);
    assert_eq!(ann.post(TICKETS, &opened("t-1")).await.expect(200)["id"], second["id"]);
    assert!(text(&ann.opens_ticket("Lamp", "It flickers").await.opened["ticketId"]).ends_with("-0003"));

    ann.says(&ticket, "last").await;
    let heard = desktop.eventually_hears("new-message", |message| message["message"] == "last").await;
    let told = desktop.heard_of("new-message");
    assert_eq!((told.len(), &told[0]["clientId"], &heard["clientId"]), (2, &json!("m-1"), &Value::Null));
    mia.eventually_reads_exactly(&room, &["It is on fire", "Still burning", "last"]).await;
});

story!(what_was_cut_off_is_said_again, |desk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    let texts: Vec<String> = (0..5).map(|number| format!("message {number}")).collect();

    for text in &texts {
        let screen = Socket::connects(&ann).await;
        let message = said(&ticket, &text.replace(' ', "-"), text);
        // Whether it was heard before the end is chance.
        let (answered, ()) = tokio::join!(screen.tries("send-message", &message), screen.is_cut());
        let back = Socket::connects(&ann).await;
        let again = back.gets("send-message", &message).await;
        assert_eq!((&again["message"], &again["clientId"]), (&json!(text), &message["clientId"]));
        if let Ok(answer) = answered {
            assert_eq!(answer["result"]["id"], again["id"]);
        }
    }

    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    ann.eventually_reads_exactly(&ticket, &texts).await;
    mia.eventually_reads_exactly(&room, &[&["It is on fire"], &texts[..]].concat()).await;
});

story!(of_ten_that_race_one_is_made, |desk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    let other = ann.opens_ticket("Lamp", "It flickers").await;

    let (message, new) = (said(&ticket, "m-1", "Still burning"), opened("t-1"));
    let messages = join_all((0..10).map(|_| ann.post(MESSAGES, &message))).await;
    assert_eq!(makers(&messages, |message| message["id"].clone()), 1);
    let tickets = join_all((0..10).map(|_| ann.post(TICKETS, &new))).await;
    assert_eq!(makers(&tickets, |ticket| ticket["ticketId"].clone()), 1);
    let uploads = join_all((0..10).map(|_| upload(&ann, &ticket, filled("f-1")).send())).await;
    assert_eq!(makers(&uploads, |answer| json!([ids(answer), answer["files"]])), 1);
    assert_eq!(stored(&desk.config.files.folder), 3, "the picture, its thumbnail, and the other file");

    let screen = Socket::connects(&ann).await;
    let message = said(&ticket, "m-2", "Anybody?");
    let acks = join_all((0..10).map(|_| screen.gets("send-message", &message))).await;
    assert!(acks.iter().all(|ack| ack["id"] == acks[0]["id"]), "{acks:?}");
    // In two tickets at once: it stands for a message of one of them.
    let messages = [said(&ticket, "m-3", "Here"), said(&other, "m-3", "Here")];
    let answers = join_all((0..10).map(|number| ann.post(MESSAGES, &messages[number % 2]))).await;
    let mut statuses: Vec<u16> = answers.iter().map(status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 201, 409, 409, 409, 409, 409]);

    let here = ann.conversation(&ticket).await.iter().filter(|said| said.text == "Here").count();
    let mut texts = vec!["It is on fire", "Still burning", "Look", "photo.png", "log.txt", "Anybody?"];
    texts.extend(std::iter::repeat_n("Here", here));
    let told = |texts: &[String]| -> Vec<String> { sorted(texts.iter().cloned()) };
    eventually("Mia to have heard each once", SOON, async || {
        let heard = told(&mia.reads(&room));
        if heard == sorted(texts.iter().map(ToString::to_string)) { Ok(()) } else { Err(heard) }
    })
    .await;
    let count = i64::try_from(texts.len()).expect("a few") - 1;
    assert_eq!(ann.sees(&ticket).await["messageCount"], count);
    let own = ann.get(TICKETS).await.expect(200);
    assert_eq!(own["items"].as_array().map(Vec::len), Some(3));
});

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts
}

story!(what_was_asked_of_a_killed_desk_is_asked_again, |desk: ChildDesk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    desk.settles().await;
    let message = said(&ticket, "m-1", "Still burning");
    let opening = || Form::default().text("title", "Scanner").text("description", "It smokes").text("clientId", "t-1");
    let requests = || {
        let message = ann.request(Method::POST, MESSAGES).json(&message);
        let opening = ann.request(Method::POST, TICKETS).form(opening().file("smoke.txt", *b"grey"));
        [message, opening, upload(&ann, &ticket, filled("f-1"))]
    };

    // It dies when each is true, and nobody was told.
    for request in requests() {
        desk.terminate().await;
        desk.launch_to_crash_at(crash::ACCEPTED).await;
        assert!(request.attempt().await.is_err(), "there is nobody to answer");
        desk.crashes().await;
        desk.launch().await;
    }
    let [message, opening, upload] = requests();
    assert_eq!(message.send().await.expect(200)["clientId"], "m-1");
    let scanner = opening.send().await.expect(200);
    assert_eq!((ids(&scanner).len(), scanner["attachments"].as_array().map(Vec::len)), (1, Some(1)));
    assert_eq!(ids(&upload.send().await.expect(200)).len(), 3);
    ann.eventually_reads(&ticket, "log.txt", |said| said["status"] == "sent").await;
    desk.settles().await;
    let expected = ["It is on fire", "Still burning", "Look", "photo.png", "log.txt"].map(str::to_owned);
    assert_eq!(sorted(mia.reads(&room).into_iter()), sorted(expected.into_iter()));
    assert_eq!(ann.get(TICKETS).await.expect(200)["items"].as_array().map(Vec::len), Some(2));
});

story!(an_id_means_one_thing_of_one_person, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let (ticket, other) =
        (ann.opens_ticket("Printer", "It burns").await, ann.opens_ticket("Lamp", "It flickers").await);
    let first = ann.post(MESSAGES, &said(&ticket, "1", "Still burning")).await.expect(201);
    ann.post(TICKETS, &opened("1")).await.expect(201);
    let form = || Form::default().text("clientId", "2");
    upload(&ann, &ticket, form().file("a.txt", *b"a")).send().await.expect(201);

    let mut reply = said(&ticket, "1", "Still burning");
    reply["replyTo"] = first["id"].clone();
    let other_title = json!({"title": "Mouse", "description": "It smokes", "clientId": "1"});
    for (path, body) in [
        (MESSAGES, said(&ticket, "1", "Burning again")),
        (MESSAGES, said(&other, "1", "Still burning")),
        (MESSAGES, reply),
        (TICKETS, other_title),
    ] {
        let refused = ann.post(path, &body).await;
        assert!(refused.text.contains("clientId was given to a "), "{}", refused.text);
        assert_eq!(refused.problem(409), ["/clientId"], "{body}");
    }
    assert_eq!(upload(&ann, &ticket, form().file("b.txt", *b"a")).send().await.problem(409), ["/clientId"]);
    let screen = Socket::connects(&ann).await;
    let answer = screen.asks("send-message", &said(&ticket, "1", "Burning again")).await;
    assert_eq!(
        (&answer["problem"]["status"], &answer["problem"]["errors"][0]["pointer"]),
        (&json!(409), &json!("/clientId"))
    );
    for bad in ["", "a b", &"x".repeat(65)] {
        assert_eq!(ann.post(MESSAGES, &said(&ticket, bad, "Hm")).await.problem(422), ["/clientId"]);
        assert_eq!(ann.post(TICKETS, &opened(bad)).await.problem(422), ["/clientId"]);
    }
    ben.post(MESSAGES, &said(&ticket, "1", "Coming")).await.expect(201);
    assert_eq!(stored(&desk.config.files.folder), 1, "nothing is left of what was refused");

    // Of a message that was emptied not even the digest of its text is kept.
    let path = format!("{MESSAGES}/{}", text(&first["id"]));
    ann.request(Method::DELETE, &path).send().await.expect(200);
    let again = ann.post(MESSAGES, &said(&ticket, "1", "Whatever it was")).await.expect(200);
    assert_eq!((&again["id"], &again["message"]), (&first["id"], &json!("")));
    let read = ann.conversation(&ticket).await.into_iter().map(|said| said.text).collect::<Vec<_>>();
    assert_eq!(read, ["", "a.txt", "Coming"]);
});

story!(what_came_of_each_file_stays_as_it_was, |desk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It burns").await;
    let form =
        |program: &[u8]| Form::default().text("clientId", "1").file("a.txt", *b"a").file("b.bin", program.to_vec());
    let nothing = upload(&ann, &ticket, Form::default().text("clientId", "2").file("b.bin", *b"MZ\x90\0")).send().await;
    assert_eq!(nothing.problem(415), ["/files/0"]);

    let first = upload(&ann, &ticket, form(b"MZ\x90\0")).send().await.expect(201);
    let again = upload(&ann, &ticket, form(b"MZ\x90\0")).send().await.expect(200);
    let mended = upload(&ann, &ticket, form(b"harmless now")).send().await.expect(200);
    let alone = Form::default().text("clientId", "2").file("b.bin", *b"harmless now");
    upload(&ann, &ticket, alone).send().await.expect(201);

    assert_eq!((&first["files"], ids(&first)), (&again["files"], ids(&again)));
    assert_eq!((&first["files"][0]["status"], &first["files"][1]["status"]), (&json!(201), &json!(415)));
    assert_eq!((&mended["files"][0], &mended["files"][1]["status"]), (&first["files"][0], &json!(409)));
    assert_eq!(stored(&desk.config.files.folder), 2);
    assert_eq!(ann.conversation(&ticket).await.len(), 2);
});

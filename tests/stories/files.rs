//! Files: what a person sends on one side, others have on the other, byte for byte, and nobody else has it.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::account::{Account, Ticket, text};
use crate::support::form::{Form, png};
use crate::support::{Scene, scene, story};

/// The ticket's file of this name, once it is here.
async fn eventually_has(account: &Account, ticket: &Ticket, name: &str) -> Value {
    let is_ready =
        |message: &Value| message["attachment"]["originalName"] == name && message["attachment"]["state"] == "ready";
    account.eventually_reads(ticket, name, is_ready).await["attachment"].clone()
}

story!(files_of_the_desk_are_the_same_in_the_room, |desk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    let (photo, notes) = (png(1300, 650), b"a;b\n1;2\n".to_vec());

    let form = Form::default().text("message", "Look at this").file("Zürich.png", photo.clone());
    let uploaded = ann.uploads(&ticket, form.file("table.csv", notes.clone())).await.expect(201);

    let kinds: Vec<_> = uploaded["messages"].as_array().expect("messages").iter().map(|said| &said["kind"]).collect();
    assert_eq!(kinds, ["text", "image", "file"]);
    assert_eq!(uploaded["files"][1]["message"], uploaded["messages"][2]["id"]);
    let image = mia.eventually_hears(&room, "Zürich.png").await.raw["content"].clone();
    let file = mia.eventually_hears(&room, "table.csv").await.raw["content"].clone();
    assert_eq!((&image["msgtype"], &file["msgtype"]), (&json!("m.image"), &json!("m.file")));
    assert_eq!(mia.downloads(&image["url"]).await, photo);
    assert_eq!(mia.downloads(&file["url"]).await, notes);
    assert_eq!((&image["info"]["w"], &image["info"]["h"]), (&json!(1300), &json!(650)));
    assert_eq!((&image["info"]["size"], &file["info"]["mimetype"]), (&json!(photo.len()), &json!("text/csv")));
    assert_eq!(image["info"]["xyz.amorgan.blurhash"].as_str().map(str::len), Some(28));
    let small = mia.downloads(&image["info"]["thumbnail_url"]).await;
    assert_eq!(image["info"]["thumbnail_info"]["size"], small.len());
    mia.eventually_reads_exactly(&room, &["It is on fire", "Look at this", "Zürich.png", "table.csv"]).await;

    let shown =
        ann.eventually_reads(&ticket, "Zürich.png", |said| said["status"] == "sent").await["attachment"].clone();
    assert_eq!(ann.downloads(&shown["url"]).await, photo);
    assert_eq!(ann.downloads(&shown["thumbnailUrl"]).await, small);
    assert_eq!((&shown["mimeType"], &shown["size"]), (&json!("image/png"), &json!(photo.len())));
    let attachments = ann.sees(&ticket).await["attachments"].clone();
    assert_eq!((&attachments[0], attachments.as_array().map(Vec::len)), (&shown, Some(2)));
});

story!(files_of_the_room_are_the_same_in_the_desk, |desk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    let (photo, notes) = (png(900, 700), vec![b'x'; 300_000]);

    mia.sends_file(&room, ("photo.png", "image/png"), photo.clone()).await;
    mia.sends_file(&room, ("notes.txt", "application/x-nonsense"), notes.clone()).await;

    let image = eventually_has(&ann, &ticket, "photo.png").await;
    let file = eventually_has(&ann, &ticket, "notes.txt").await;
    assert_eq!(ann.downloads(&image["url"]).await, photo);
    assert_eq!(ann.downloads(&file["url"]).await, notes);
    assert_eq!((&image["width"], &image["height"]), (&json!(900), &json!(700)));
    assert!(image["blurhash"].is_string() && image["thumbnailUrl"].is_string(), "{image}");
    assert_eq!((&file["mimeType"], &file["size"]), (&json!("text/plain"), &json!(notes.len())));
});

story!(a_form_answers_and_calls_upon_people, |desk| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    let question = mia.say(&room, "Which cable?").await;
    let asked = ann.eventually_reads(&ticket, "Which cable?", |_| true).await;
    let (id, person) = (text(&asked["id"]), text(&asked["sender"]["id"]));
    let answer = || Form::default().text("replyTo", &id).text("mentions", &person).text("mentions", &ben.id);

    let with_text = answer().text("message", "This one").file("cable.png", png(20, 20));
    let with_text = ann.uploads(&ticket, with_text).await.expect(201)["messages"].clone();
    let alone = answer().text("ticket", &ticket.id).file("red.txt", *b"red").file("blue.txt", *b"blue");
    let alone = ann.request(Method::POST, "/api/chat/messages").form(alone).send().await.expect(201);
    let aside = Form::default().text("thread", &id).file("aside.txt", *b"aside");
    let aside = ann.uploads(&ticket, aside).await.expect(201)["messages"].clone();

    for (first, second, name, other) in [
        (&with_text[0], &with_text[1], "This one", "cable.png"),
        (&alone["messages"][0], &alone["messages"][1], "red.txt", "blue.txt"),
    ] {
        assert_eq!((&first["replyTo"], &first["mentions"]), (&asked["id"], &json!([person, ben.id])));
        assert_eq!((&second["replyTo"], &second["mentions"]), (&Value::Null, &json!([])));
        let heard = mia.eventually_hears(&room, name).await.raw["content"].clone();
        let users = heard["m.mentions"]["user_ids"].as_array().expect("she is called upon");
        assert_eq!(heard["m.relates_to"]["m.in_reply_to"]["event_id"], question.as_str());
        assert!(users.len() == 2 && users.contains(&json!(mia.id())), "{users:?}");
        let heard = mia.eventually_hears(&room, other).await.raw["content"].clone();
        assert_eq!((&heard["m.relates_to"], &heard["m.mentions"]), (&Value::Null, &json!({})));
    }
    assert_eq!(aside[0]["thread"], asked["id"]);
    let heard = mia.eventually_hears(&room, "aside.txt").await.raw["content"]["m.relates_to"].clone();
    assert_eq!((&heard["rel_type"], &heard["event_id"]), (&json!("m.thread"), &json!(question)));

    let stranger = desk.student("Eve Low").await;
    let file = || Form::default().file("a.txt", *b"a");
    for (wrong, pointer) in [
        (file().text("replyTo", "msg_1"), "/replyTo"),
        (file().text("thread", &id).text("thread", &id), "/thread"),
        (file().text("mentions", &person).text("mentions", &stranger.id), "/mentions/1"),
        ((0..51).fold(file(), |form, _| form.text("mentions", &person)), "/mentions"),
    ] {
        assert_eq!(ann.uploads(&ticket, wrong).await.problem(422), [pointer]);
    }
});

story!(only_who_sees_a_ticket_has_its_files, |desk| {
    let ann = desk.student("Ann Lee").await;
    let (zoe, ben) = (desk.student("Zoe Fox").await, desk.instructor("Ben Ode").await);
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let form = Form::default().text("ticket", &ticket.id).file("photo.png", png(700, 700));
    let sent = ann.request(Method::POST, "/api/chat/messages").form(form).send().await.expect(201);
    let file = &sent["messages"][0]["attachment"];

    for url in [&file["url"], &file["thumbnailUrl"]] {
        let url = url.as_str().expect("a url");
        zoe.get(url).await.problem(404);
        desk.rest.get(url).send().await.problem(401);
        assert!(!ben.downloads(&json!(url)).await.is_empty());
    }
    ann.get("/api/files/fil_00000000000000000000000000/a.txt").await.problem(404);
    ann.get("/api/files/..%2f..%2fetc/passwd").await.problem(404);
    zoe.uploads(&ticket, Form::default().file("a.txt", *b"a")).await.problem(404);
    let form = Form::default().text("ticket", &ticket.id).text("message", "Hello?").file("a.txt", *b"a");
    zoe.request(Method::POST, "/api/chat/messages").form(form).send().await.problem(404);
    assert_eq!(ann.conversation(&ticket).await.len(), 1);
});

story!(a_deleted_message_takes_its_file_with_it, |desk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    let sent = ann.uploads(&ticket, Form::default().file("oops.txt", *b"secret")).await.expect(201);
    let heard = mia.eventually_hears(&room, "oops.txt").await;
    let (message, url) = (&sent["messages"][0]["id"], &sent["messages"][0]["attachment"]["url"]);
    assert_eq!(ann.downloads(url).await, b"secret");

    let path = format!("/api/chat/messages/{}", message.as_str().expect("an id"));
    let deleted = ann.request(Method::DELETE, &path).send().await.expect(200);

    assert_eq!(deleted["attachment"], Value::Null);
    ann.get(url.as_str().expect("a url")).await.problem(404);
    assert_eq!(ann.sees(&ticket).await["attachments"], json!([]));
    mia.eventually_reads(&room, |seen| seen.raw["type"] == "m.room.redaction").await;
    assert!(!heard.raw["content"]["url"].is_null());
});

story!(a_list_shows_the_first_files_of_a_ticket_and_their_number, |desk| {
    let ann = desk.student("Ann Lee").await;
    let (ticket, other) =
        (ann.opens_ticket("Printer", "It is on fire").await, ann.opens_ticket("Mouse", "It bites").await);
    let form = (0..12).fold(Form::default(), |form, index| form.file(&format!("{index}.txt"), *b"x"));
    let sent = ann.uploads(&ticket, form).await.expect(201);
    ann.uploads(&other, Form::default().file("one.txt", *b"x")).await.expect(201);
    let first = format!("/api/chat/messages/{}", sent["messages"][0]["id"].as_str().expect("an id"));
    ann.request(Method::DELETE, &first).send().await.expect(200);

    let one = ann.sees(&ticket).await;
    let listed = ann.get("/api/support/tickets").await.expect(200)["items"].clone();

    let names = |ticket: &Value| -> Vec<String> {
        let files = ticket["attachments"].as_array().expect("a list").iter();
        files.map(|file| file["originalName"].as_str().expect("a name").to_owned()).collect()
    };
    let expected: Vec<String> = (1..12).map(|index| format!("{index}.txt")).collect();
    let row = |id: &str| listed.as_array().and_then(|rows| rows.iter().find(|row| row["id"] == id)).expect("listed");
    assert_eq!((names(&one), &one["attachmentCount"]), (expected.clone(), &json!(11)));
    assert_eq!((names(row(&ticket.id)), &row(&ticket.id)["attachmentCount"]), (expected[..10].to_vec(), &json!(11)));
    assert_eq!((names(row(&other.id)), &row(&other.id)["attachmentCount"]), (vec!["one.txt".into()], &json!(1)));
});

story!(a_file_is_had_in_parts_and_asked_about, |desk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let form = Form::default().file("report \"1\".txt", *b"0123456789").file("a.svg", *b"<svg onload='x'/>");
    let form = form.file("page.txt", *b"<!DOCTYPE html><script>x</script>").file("b.png", png(10, 10));
    let sent = ann.uploads(&ticket, form).await.expect(201)["messages"].clone();
    let get = |index: usize| ann.request(Method::GET, sent[index]["attachment"]["url"].as_str().expect("a url"));

    let whole = get(0).download().await;
    let part = get(0).header("range", "bytes=2-4").download().await;
    let last = get(0).header("range", "bytes=-3").header("if-range", whole.header("etag")).download().await;
    let other = get(0).header("range", "bytes=-3").header("if-range", "\"other\"").download().await;
    let beyond = get(0).header("range", "bytes=10-").download().await;
    let known = get(0).header("if-none-match", whole.header("etag")).download().await;

    assert_eq!((whole.status, whole.header("accept-ranges"), &whole.bytes[..]), (200, "bytes", &b"0123456789"[..]));
    assert_eq!((part.status, part.header("content-range"), &part.bytes[..]), (206, "bytes 2-4/10", &b"234"[..]));
    assert_eq!((last.status, last.header("content-range"), &last.bytes[..]), (206, "bytes 7-9/10", &b"789"[..]));
    assert_eq!((other.status, other.bytes.len()), (200, 10));
    assert_eq!((beyond.status, beyond.header("content-range")), (416, "bytes */10"));
    assert_eq!((known.status, known.bytes.len(), known.header("etag")), (304, 0, whole.header("etag")));
    for (index, how, kind) in [
        (0, "attachment", "text/plain"),
        (1, "attachment", "application/octet-stream"),
        (2, "attachment", "application/octet-stream"),
        (3, "inline", "image/png"),
    ] {
        let file = get(index).download().await;
        assert!(file.header("content-disposition").starts_with(&format!("{how}; filename=")), "{index}");
        assert_eq!((file.header("content-type"), file.header("x-content-type-options")), (kind, "nosniff"));
        assert!(file.header("content-security-policy").starts_with("sandbox"), "{index}");
    }
    assert_eq!(sent[1]["kind"], "file");
});

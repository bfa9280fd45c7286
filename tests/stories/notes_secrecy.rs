//! No path shows a note to a student: a secret word is noted in every way there is, and students look for it in
//! everything that the desk and the homeserver answer them.
use std::collections::BTreeMap;

use reqwest::Method;
use roomdesk::http::openapi;
use ruma::RoomId;
use serde_json::{Value, json};

use crate::support::account::{Account, Ticket, text};
use crate::support::form::Form;
use crate::support::notes::{path_of, path_of_note};
use crate::support::{Person, Socket, TestDesk, eventually, story};

/// Stands in every note, and nowhere else.
const SECRET: &str = "Zanzibar";

/// What was noted, for those who try to guess it.
struct Noted {
    /// Of notes, of their files, of revisions' notes.
    ids: Vec<String>,
    /// The addresses of files.
    urls: Vec<String>,
    /// Their events.
    events: Vec<String>,
}

/// A student who owns a ticket and one who takes part, both with Matrix accounts of their own, and two of staff.
struct Cast {
    ann: Account,
    pia: Account,
    ben: Account,
    rita: Account,
    ann_on_matrix: Person,
    pia_on_matrix: Person,
    rita_on_matrix: Person,
    ticket: Ticket,
    /// What everybody of the ticket may read.
    message: Value,
}

async fn cast(desk: &TestDesk) -> Cast {
    let (ann_on_matrix, pia_on_matrix, rita_on_matrix) =
        tokio::join!(desk.person("ann"), desk.person("pia"), desk.person("rita"));
    let ann = desk.student_on_matrix("Ann Lee", &ann_on_matrix).await;
    let pia = desk.student_on_matrix("Pia Lux", &pia_on_matrix).await;
    let ben = desk.instructor("Ben Ode").await;
    let rita = desk.instructor_on_matrix("Rita Roe", &rita_on_matrix).await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&pia_on_matrix, &ticket).await;
    ann_on_matrix.joins(&room).await;
    let message = ben.says(&ticket, "We look into it").await;
    ann.uploads(&ticket, Form::default().file("smoke.txt", "grey")).await.expect(201);
    ann_on_matrix.eventually_hears(&room, "We look into it").await;
    desk.settles().await;
    Cast { ann, pia, ben, rita, ann_on_matrix, pia_on_matrix, rita_on_matrix, ticket, message }
}

/// Notes the secret as a text, a formatted one, a file's name and content, with a mention, an edit and a deletion, at
/// the desk and from Element.
async fn notes_the_secret(desk: &TestDesk, cast: &Cast) -> Noted {
    let Cast { ben, rita, rita_on_matrix, ticket, .. } = cast;
    let note = json!({"note": format!("The **{SECRET}** case"), "mentions": [rita.id], "clientId": SECRET});
    let first = ben.post(&path_of(ticket), &note).await.expect(201);
    let (room, _) = desk.notes_room(ticket).await;
    rita_on_matrix.joins(&room).await;
    ben.edits_note(&first, &format!("{SECRET}, edited")).await.expect(200);
    let gone = ben.notes(ticket, &format!("{SECRET}, deleted")).await;
    ben.deletes_note(&gone).await.expect(200);
    let form = Form::default().text("note", SECRET).file(&format!("{SECRET}.txt"), SECRET);
    ben.request(Method::POST, &path_of(ticket)).form(form).send().await.expect(201);
    rita_on_matrix.say(&room, &format!("{SECRET} from Element")).await;
    rita_on_matrix.sends_file(&room, (&format!("{SECRET}2.txt"), "text/plain"), SECRET.into()).await;
    ben.eventually_reads_note(ticket, |note| {
        note["attachment"]["originalName"] == format!("{SECRET}2.txt") && note["attachment"]["state"] == "ready"
    })
    .await;
    desk.settles().await;
    let notes = ben.reads_notes(ticket).await;
    assert_eq!(notes.len(), 6, "{notes:?}");
    let files = || notes.iter().map(|note| &note["attachment"]).filter(|file| file.is_object());
    Noted {
        ids: notes.iter().chain(files()).map(|what| text(&what["id"])).collect(),
        urls: files().map(|file| text(&file["url"])).collect(),
        events: notes.iter().filter_map(|note| Some(note["eventId"].as_str()?.to_owned())).collect(),
    }
}

/// Every path below /api; that none is missing is tested where the description is made.
fn routes() -> Vec<String> {
    let description: Value = serde_json::from_str(openapi::text()).expect("the description is JSON");
    let paths = description["paths"].as_object().expect("there are paths").keys();
    // The description itself is the same for everybody, and names what there is for staff.
    let is_asked = |path: &&String| path.starts_with("/api/") && *path != "/api/openapi.json";
    let routes: Vec<String> = paths.filter(is_asked).cloned().collect();
    assert!(routes.iter().any(|route| route.ends_with("/notes/{note}")), "{routes:?}");
    routes
}

/// The routes with each of the ids put where they have a variable.
fn filled(routes: &[String], ids: &[String]) -> Vec<String> {
    let mut paths = Vec::new();
    let mut waiting = routes.to_vec();
    while let Some(path) = waiting.pop() {
        match (path.find('{'), path.find('}')) {
            (Some(from), Some(to)) => {
                waiting.extend(ids.iter().map(|id| format!("{}{id}{}", &path[..from], &path[to + 1..])));
            }
            _ => paths.push(path),
        }
    }
    paths
}

fn has_secret(text: &str) -> bool {
    text.to_lowercase().contains(&SECRET.to_lowercase())
}

/// Everything that a student is answered at these paths, which must not contain the secret.
async fn reads(student: &Account, paths: &[String]) -> BTreeMap<String, (u16, Value)> {
    let mut answers = BTreeMap::new();
    for path in paths {
        let answer = student.get(path).await;
        assert!(!has_secret(&answer.text) && !answer.text.contains("noteCount"), "{path}: {}", answer.text);
        let mut body = answer.body;
        if let Some(problem) = body.as_object_mut() {
            problem.remove("requestId");
        }
        answers.insert(path.clone(), (answer.status.as_u16(), body));
    }
    answers
}

/// The ids that a student knows by right.
fn known(cast: &Cast) -> Vec<String> {
    let Cast { ann, ben, ticket, message, .. } = cast;
    [&ticket.id, &ticket.number, &ann.id, &ben.id, &text(&message["id"])].map(String::clone).into()
}

story!(no_answer_shows_a_note_to_a_student, |desk| {
    let cast = cast(desk).await;
    let Cast { ann, pia, ben, ticket, .. } = &cast;
    let routes = routes();
    let mut paths = filled(&routes, &known(&cast));
    paths.extend(["/metrics".to_owned(), "/readyz".to_owned()]);
    let (before, before_pia) = (reads(ann, &paths).await, reads(pia, &paths).await);

    let noted = notes_the_secret(desk, &cast).await;

    let (after, after_pia) = (reads(ann, &paths).await, reads(pia, &paths).await);
    let is_api = |(path, _): &(&String, &(u16, Value))| path.starts_with("/api/");
    assert!(before.iter().filter(is_api).eq(after.iter().filter(is_api)), "a note changes nothing for the owner");
    assert!(before_pia.iter().filter(is_api).eq(after_pia.iter().filter(is_api)), "nor for others of the ticket");
    assert_eq!(after[&format!("/api/support/tickets/{}", ticket.id)].0, 200, "they see what is theirs");
    assert_eq!(after[&path_of(ticket)].0, 404);
    assert_eq!(ben.sees(ticket).await["noteCount"], 5);
    for student in [ann, pia] {
        guesses(student, (&routes, ticket), &noted).await;
    }
    let reread = ben.reads_notes(ticket).await;
    assert_eq!(reread.iter().filter(|note| note["isDeleted"] == true).count(), 1, "and they changed nothing");
});

/// Tries what names a note or its file with every method, and hears that there is no such thing.
async fn guesses(student: &Account, (routes, ticket): (&[String], &Ticket), noted: &Noted) {
    // The first note, that from Element, and the files: more of them would be the same once more.
    let (first, [.., element, _, here, there]) = (&noted.ids[0], noted.ids.as_slice()) else { panic!("eight ids") };
    let ids = [&ticket.id, first, element, here, there].map(String::clone);
    let about_notes = |path: &String| noted.ids.iter().any(|id| path.contains(id)) || path.contains("/notes");
    let paths: Vec<String> = filled(routes, &ids).into_iter().filter(about_notes).chain(noted.urls.clone()).collect();
    for path in &paths {
        let answer = student.get(path).await;
        assert!(matches!(answer.status.as_u16(), 403..=405), "{path}: {}", answer.text);
        assert!(!has_secret(&answer.text.replace(path, "")), "{path}: {}", answer.text);
        let is_of_notes = path.contains("/notes") || path.starts_with("/api/files/");
        assert!(answer.status != 403 || !is_of_notes, "not even a refusal of its own: {path}");
    }
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        for path in &paths {
            let body = json!({"note": "mine", "message": "mine"});
            let answer = student.request(method.clone(), path).json(&body).send().await;
            assert!((400..=422).contains(&answer.status.as_u16()), "{method} {path}: {}", answer.text);
            assert!(!has_secret(&answer.text.replace(path, "")), "{method} {path}: {}", answer.text);
        }
    }
    let note = path_of_note(&json!({"ticket": ticket.id, "id": noted.ids[0]}));
    student.request(Method::PATCH, &note).json(&json!({"note": "mine"})).send().await.expect(404);
    student.request(Method::DELETE, &note).send().await.expect(404);
    student.post(&path_of(ticket), &json!({"note": "mine"})).await.expect(404);
    let form = Form::default().text("note", "mine").file("mine.txt", "mine");
    student.request(Method::POST, &path_of(ticket)).form(form).send().await.expect(404);
    for id in &noted.ids {
        for field in ["replyTo", "thread"] {
            let message = json!({"ticket": ticket.id, "message": "And this?", field: id});
            assert_eq!(student.post("/api/chat/messages", &message).await.problem(422), [format!("/{field}")]);
        }
        for page in ["before", "after", "around"] {
            let answer = student.get(&format!("/api/chat/messages/{}?{page}={id}", ticket.id)).await;
            assert_eq!(answer.status, 422, "{}", answer.text);
        }
        let unread = format!("/api/support/tickets/{}/unread", ticket.id);
        student.post(&unread, &json!({"message": id})).await.expect(404);
    }
}

story!(no_socket_of_a_student_hears_of_a_note, |desk| {
    let cast = cast(desk).await;
    let Cast { ann, pia, ben, rita, ticket, .. } = &cast;
    let (screen, phone, desktop) = tokio::join!(Socket::connects(ann), Socket::connects(pia), Socket::connects(ben));
    let seen = screen.joins(ticket).await["change"].as_i64().expect("a number");
    for socket in [&screen, &phone] {
        socket.joins(ticket).await;
        socket.gets("subscribe-list", &Value::Null).await;
    }
    desktop.joins(ticket).await;

    let noted = notes_the_secret(desk, &cast).await;
    let last = ben.says(ticket, "Fixed").await;
    let last = ben.is_sent(ticket, &last).await;

    let heard = desktop.eventually_hears("new-note", |note| note["note"] == format!("{SECRET} from Element")).await;
    assert_eq!((&heard["author"]["id"], &heard["ticket"]), (&json!(rita.id), &json!(ticket.id)));
    desktop.eventually_hears("note-edited", |note| note["isEdited"] == true).await;
    desktop.eventually_hears("note-deleted", |note| note["isDeleted"] == true).await;
    // Those who come back are told what they missed; so is staff.
    let (back, staff) = tokio::join!(Socket::comes_back(ann, seen), Socket::comes_back(rita, seen));
    let (replayed, all) = tokio::join!(back.joins(ticket), staff.rejoins(ticket, seen));
    assert!(staff.heard_of("new-note").len() == 6 && replayed["reload"] == false, "{replayed}");
    assert!(replayed["replayed"].as_u64() < all["replayed"].as_u64(), "{replayed} {all}");
    for socket in [&screen, &phone, &back] {
        socket.eventually_hears("message-status", |status| status["id"] == last["id"]).await;
        for id in &noted.ids {
            assert_eq!(socket.is_refused("mark-read", &json!({"message": id})).await, 404);
            assert_eq!(socket.is_refused("join-ticket", &json!({"ticket": id})).await, 404);
            let reply = json!({"ticket": ticket.id, "message": "And this?", "replyTo": id});
            assert_eq!(socket.is_refused("send-message", &reply).await, 422);
        }
        let all = socket.recalls(|heard| format!("{heard:?}"));
        assert!(!has_secret(&all) && !all.contains("note"), "{all}");
    }
});

story!(no_plain_matrix_request_shows_a_note_to_a_student, |desk| {
    let cast = cast(desk).await;
    let noted = notes_the_secret(desk, &cast).await;
    let (room, alias) = desk.notes_room(&cast.ticket).await;

    for student in [&cast.ann_on_matrix, &cast.pia_on_matrix] {
        is_shut_out(student, (&room, &alias), &noted).await;
        lists_nothing(student, &room).await;
    }
    // The ticket's own alias leads to its own room alone, and what is guessed from it nowhere.
    let guessed = format!("#{}{}_notes:{}", desk.home.prefix, cast.ticket.id, desk.home.synapse.server_name());
    let path = format!("/_matrix/client/v3/directory/room/{}", guessed.replace('#', "%23"));
    assert_eq!(cast.ann_on_matrix.raw(Method::GET, &path, None).await.0, 404);
    let members = cast.rita_on_matrix.sees_members(&room).await;
    assert_eq!(members.values().filter(|name| *name != "Roomdesk").count(), 2, "Ben and Rita: {members:?}");
});

/// Asks for everything in the room, by its id and its alias, as somebody who knows them.
async fn is_shut_out(student: &Person, (room, alias): (&RoomId, &str), noted: &Noted) {
    let alias = alias.replace('#', "%23");
    let of_room = |rest: &str| format!("/_matrix/client/v3/rooms/{room}/{rest}");
    let mut asked: Vec<String> =
        ["state", "messages?dir=b&limit=100", "members", "joined_members", "initialSync", "aliases"]
            .into_iter()
            .map(of_room)
            .collect();
    asked.extend(["m.room.name", "m.room.topic", "org.roomdesk.notes"].map(|kind| of_room(&format!("state/{kind}"))));
    for event in &noted.events {
        asked.extend([of_room(&format!("event/{event}")), of_room(&format!("context/{event}"))]);
        asked.push(format!("/_matrix/client/v1/rooms/{room}/relations/{event}"));
    }
    asked.push(format!("/_matrix/client/v1/rooms/{room}/hierarchy"));
    asked.push(format!("/_matrix/client/v1/rooms/{room}/threads"));
    asked.push(format!("/_matrix/client/unstable/im.nheko.summary/summary/{room}"));
    for path in &asked {
        let (status, answer) = student.raw(Method::GET, path, None).await;
        assert!(matches!(status.as_u16(), 403 | 404), "{path}: {status} {answer}");
        assert!(!has_secret(&answer.to_string()) && !answer.to_string().contains("Notes:"), "{path}: {answer}");
    }
    let own = student.id();
    for (method, path, body) in [
        (Method::POST, of_room("join"), json!({})),
        (Method::POST, format!("/_matrix/client/v3/join/{room}"), json!({})),
        (Method::POST, format!("/_matrix/client/v3/join/{alias}"), json!({})),
        (Method::POST, format!("/_matrix/client/v3/knock/{room}"), json!({})),
        (Method::POST, of_room("invite"), json!({"user_id": own})),
        (Method::PUT, of_room("send/m.room.message/one"), json!({"msgtype": "m.text", "body": "mine"})),
        (Method::PUT, of_room(&format!("redact/{}/one", noted.events[0])), json!({})),
        (Method::PUT, of_room("state/m.room.join_rules"), json!({"join_rule": "public"})),
        (Method::POST, of_room(&format!("receipt/m.read/{}", noted.events[0])), json!({})),
    ] {
        let (status, answer) = student.raw(method, &path, Some(&body)).await;
        assert!(matches!(status.as_u16(), 400 | 403 | 404), "{path}: {status} {answer}");
        assert!(!has_secret(&answer.to_string()) && !answer.to_string().contains("Notes:"), "{path}: {answer}");
    }
    // Whoever learns the alias learns where it leads, and nothing else.
    let (_, directory) = student.raw(Method::GET, &format!("/_matrix/client/v3/directory/room/{alias}"), None).await;
    let fields: Vec<&String> = directory.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["room_id", "servers"], "{directory}");
}

/// Looks through what the homeserver lists and finds.
async fn lists_nothing(student: &Person, room: &RoomId) {
    let search = json!({"search_categories": {"room_events": {"search_term": SECRET}}});
    let public = json!({"filter": {"generic_search_term": "Notes"}});
    for (method, path, body) in [
        (Method::GET, "/_matrix/client/v3/publicRooms", None),
        (Method::POST, "/_matrix/client/v3/publicRooms", Some(&public)),
        (Method::POST, "/_matrix/client/v3/search", Some(&search)),
        (Method::GET, "/_matrix/client/v3/joined_rooms", None),
        (Method::GET, "/_matrix/client/v3/sync?timeout=0&full_state=true", None),
        (Method::GET, "/_matrix/client/v3/notifications", None),
    ] {
        let (status, answer) = student.raw(method, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        let told = answer.to_string();
        let echoed = path.ends_with("/search") && answer["search_categories"]["room_events"]["count"] == 0;
        assert!((echoed || !has_secret(&told)) && !told.contains(room.as_str()), "{path}: {told}");
    }
    eventually("the student's own client to be up to date", crate::support::eventually::SOON, async || {
        let timeline = student.timeline(room);
        if timeline.is_empty() { Ok(()) } else { Err(timeline) }
    })
    .await;
}

//! Notes: written on either side, read by staff on both, in a room that is made once and holds nobody else.
use reqwest::Method;
use roomdesk::desk::crash;
use roomdesk::domain::people::Role;
use ruma::{EventId, OwnedRoomId, RoomId};
use serde_json::{Value, json};

use crate::support::account::{Account, Ticket, text};
use crate::support::eventually::SOON;
use crate::support::form::{Form, png};
use crate::support::home::Home;
use crate::support::journal::Seen;
use crate::support::notes::{path_of, path_of_note};
use crate::support::rooms::rooms_named;
use crate::support::seed::run;
use crate::support::site::Site;
use crate::support::{ChildDesk, OwnSynapse, Person, Socket, eventually, story};

/// A ticket of Ann's, with Ben, who lives on the desk, and Rita, who lives in Element too.
struct Office {
    ann: Account,
    ben: Account,
    rita: Account,
    element: Person,
    ticket: Ticket,
}

async fn office<H: Home>(desk: &Site<H>) -> Office {
    let element = desk.person("rita").await;
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let rita = desk.instructor_on_matrix("Rita Roe", &element).await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    ann.eventually_sees_room_of(&ticket).await;
    Office { ann, ben, rita, element, ticket }
}

/// Rita is called upon, and comes into the notes' room.
async fn calls_rita<H: Home>(desk: &Site<H>, office: &Office) -> OwnedRoomId {
    let Office { ben, rita, element, ticket, .. } = office;
    let note = json!({"note": "Ask **Rita**", "mentions": [rita.id]});
    ben.post(&path_of(ticket), &note).await.expect(201);
    let (room, _) = desk.notes_room(ticket).await;
    element.joins(&room).await;
    element.eventually_hears(&room, "Ask **Rita**").await;
    room
}

/// The state of this type in a room.
async fn state(who: &Person, room: &RoomId, kind: &str) -> Value {
    who.raw(Method::GET, &format!("/_matrix/client/v3/rooms/{room}/state/{kind}"), None).await.1
}

story!(notes_are_told_on_both_sides, |desk| {
    let office = office(desk).await;
    let room = calls_rita(desk, &office).await;
    let Office { ben, rita, element, ticket, .. } = &office;
    let said = element.eventually_hears(&room, "Ask **Rita**").await;
    assert_eq!(said.content()["m.mentions"]["user_ids"], json!([element.id()]));
    assert_eq!(said.content()["formatted_body"], "Ask <strong>Rita</strong>");
    element.eventually_sees_member(&room, "Ben Ode").await;
    assert_eq!(state(element, &room, "m.room.name").await["name"], format!("Notes: {}", ticket.number));
    assert!(text(&state(element, &room, "m.room.topic").await["topic"]).contains("the student never sees"));
    assert_eq!(state(element, &room, "m.room.join_rules").await["join_rule"], "invite");
    assert_eq!(state(element, &room, "m.room.guest_access").await["guest_access"], "forbidden");
    assert_eq!(state(element, &room, "m.room.history_visibility").await["history_visibility"], "shared");

    let event = element.say(&room, "I am on it").await;
    let noted = ben.eventually_reads_note(ticket, |note| note["note"] == "I am on it").await;
    assert_eq!((&noted["author"]["id"], &noted["status"]), (&json!(rita.id), &json!("sent")));
    rita.edits_note(&noted, "mine").await.expect(409);
    let edit = json!({"msgtype": "m.text", "body": "* Done", "m.new_content": {"msgtype": "m.text", "body": "Done"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event}});
    element.sends(&room, "m.room.message", &edit).await;
    ben.eventually_reads_note(ticket, |note| note["note"] == "Done" && note["isEdited"] == true).await;
    let revisions = ben.get(&format!("{}/revisions", path_of_note(&noted))).await.expect(200);
    assert_eq!((&revisions[0]["note"], &revisions[1]["note"]), (&json!("I am on it"), &json!("Done")));
    assert_eq!(element.redacts(&room, event.as_str()).await.0, 200);
    let empty = ben.eventually_reads_note(ticket, |note| note["id"] == noted["id"] && note["isDeleted"] == true).await;
    assert_eq!((&empty["note"], &empty["deletedBy"]["id"]), (&json!(""), &json!(rita.id)));
    assert_eq!(ben.sees(ticket).await["noteCount"], 1);
});

story!(a_failed_note_is_sent_again_as_it_says_by_then, |desk| {
    let office = office(desk).await;
    let room = calls_rita(desk, &office).await;
    let Office { ann, ben, rita, element, ticket } = &office;
    desk.expects_error("given up");
    let retries =
        async |by: &Account, note: &Value| by.post(&format!("{}/retry", path_of_note(note)), &json!({})).await;
    let ghost = json!({"user_id": element.eventually_sees_member(&room, "Ben Ode").await});
    desk.as_bot(&format!("/_matrix/client/v3/rooms/{room}/ban"), &ghost).await;
    let note = ben.notes(ticket, "Fier").await;
    let id = &note["id"];
    let is = |status: &'static str| move |read: &Value| read["id"] == *id && read["status"] == status;
    let failed = ben.eventually_reads_note(ticket, is("failed")).await;
    assert_eq!(failed["failure"]["isCertain"], true, "{failed}");
    desk.as_bot(&format!("/_matrix/client/v3/rooms/{room}/unban"), &ghost).await;
    let watching = Socket::connects(rita).await;
    watching.joins(ticket).await;

    ben.edits_note(&failed, "Fire").await.expect(200);
    retries(ann, &failed).await.problem(404);
    let queued = retries(rita, &failed).await.expect(200);

    assert_eq!((&queued["status"], &queued["failure"]), (&json!("queued"), &Value::Null));
    watching.eventually_hears("note-status", is("queued")).await;
    watching.eventually_hears("note-status", is("sent")).await;
    element.eventually_hears(&room, "Fire").await;
    retries(rita, &failed).await.problem(409);
    // What got there though its answer was lost is not said twice; a file that is not there is brought there.
    let form = Form::default().file("smoke.txt", "grey");
    let file = ben.request(Method::POST, &path_of(ticket)).form(form).send().await.expect(201)["notes"][0].clone();
    element.eventually_hears(&room, "smoke.txt").await;
    // Once this is here, so are the echoes of what came before it.
    element.say(&room, "Anything else?").await;
    ben.eventually_reads_note(ticket, |read| read["note"] == "Anything else?").await;
    desk.settles().await;
    let lost = "UPDATE notes SET delivery = 'failed', event_id = NULL; UPDATE note_files SET mxc = NULL";
    run(desk.db(), lost.to_owned()).await;
    for note in [&failed, &file] {
        retries(ben, note).await.expect(200);
    }
    ben.eventually_reads_note(ticket, |read| read["id"] == file["id"] && read["status"] == "sent").await;
    ben.eventually_reads_note(ticket, is("sent")).await;
    element
        .eventually_reads_exactly(&room, &["Ask **Rita**", "Fire", "smoke.txt", "Anything else?", "smoke.txt"])
        .await;
    ben.deletes_note(&failed).await.expect(200);
    retries(ben, &failed).await.problem(409);
});

story!(what_is_changed_at_the_desk_changes_in_the_room, |desk| {
    let office = office(desk).await;
    let room = calls_rita(desk, &office).await;
    let Office { ben, rita, element, ticket, .. } = &office;
    let ada = desk.account("Ada Sen", Role::Admin).await;
    let note = ben.notes(ticket, "Cables are **cutt**").await;
    assert_eq!((&note["status"], &note["html"]), (&json!("queued"), &json!("Cables are <strong>cutt</strong>")));

    // At once, so that it may still be queued.
    let edited = ben.edits_note(&note, "Cables are cut").await.expect(200);
    assert_eq!((&edited["note"], &edited["isEdited"]), (&json!("Cables are cut"), &json!(true)));
    element.eventually_reads(&room, |seen| seen.content()["m.new_content"]["body"] == "Cables are cut").await;
    assert!(!element.timeline(&room).iter().any(|seen| Seen::is_edit(seen) && seen.sender == element.id()));
    rita.edits_note(&note, "mine").await.expect(403);
    rita.deletes_note(&note).await.expect(403);
    let sent = ben.eventually_reads_note(ticket, |read| read["id"] == note["id"] && read["status"] == "sent").await;
    let deleted = ada.deletes_note(&note).await.expect(200);
    assert_eq!((&deleted["note"], &deleted["deletedBy"]["id"]), (&json!(""), &json!(ada.id)));
    ben.edits_note(&note, "again").await.expect(409);

    let event = EventId::parse(text(&sent["eventId"])).expect("an event id");
    eventually("the event to be empty", SOON, async || {
        let event = element.event(&room, &event).await;
        if event["content"] == json!({}) { Ok(()) } else { Err(event) }
    })
    .await;
    assert_eq!(ben.get(&format!("{}/revisions", path_of_note(&note))).await.expect(200), json!([]));
});

story!(files_are_notes_of_their_own, |desk| {
    let office = office(desk).await;
    let room = calls_rita(desk, &office).await;
    let Office { ben, element, ticket, .. } = &office;

    let form = Form::default().text("note", "See").file("plan.txt", "to the left").file("map.png", png(600, 400));
    let answer = ben.request(Method::POST, &path_of(ticket)).form(form).send().await.expect(201);
    assert_eq!(answer["notes"].as_array().map(Vec::len), Some(3));
    assert_eq!((&answer["files"][0]["status"], &answer["files"][1]["note"]), (&json!(201), &answer["notes"][2]["id"]));
    let seen = element.eventually_reads(&room, |seen| seen.content()["filename"] == "plan.txt").await;
    assert_eq!(element.downloads(&seen.content()["url"]).await, b"to the left");
    element.sends_file(&room, ("photo.png", "image/png"), png(32, 32)).await;

    let is_ready =
        |note: &Value| note["attachment"]["originalName"] == "photo.png" && note["attachment"]["state"] == "ready";
    let photo = ben.eventually_reads_note(ticket, is_ready).await;
    assert_eq!(ben.downloads(&photo["attachment"]["url"]).await, png(32, 32));
    let plan = ben.eventually_reads_note(ticket, |note| note["attachment"]["originalName"] == "plan.txt").await;
    assert_eq!(ben.downloads(&plan["attachment"]["url"]).await, b"to the left");
    assert_eq!(ben.sees(ticket).await["attachmentCount"], 0);
    ben.deletes_note(&plan).await.expect(200);
    ben.request(Method::GET, &text(&plan["attachment"]["url"])).send().await.expect(404);
});

story!(whoever_holds_the_ticket_comes_into_its_notes, |desk| {
    let Office { ben, rita, element, ticket, .. } = office(desk).await;
    desk.gives(&ticket, &rita, &ben).await;
    ben.notes(&ticket, "Over to Rita").await;
    let (room, _) = desk.notes_room(&ticket).await;
    element.joins(&room).await;
    element.eventually_hears(&room, "Over to Rita").await;

    let cid = desk.person("cid").await;
    let holder = desk.instructor_on_matrix("Cid Ray", &cid).await;
    desk.gives(&ticket, &holder, &ben).await;

    cid.joins(&room).await;
    cid.eventually_hears(&room, "Over to Rita").await;
});

story!(whoever_is_called_upon_in_element_comes_in, |desk| {
    let office = office(desk).await;
    let room = calls_rita(desk, &office).await;
    let Office { ann, ben, element, ticket, .. } = &office;
    let (cid, mia) = (desk.person("cid").await, desk.person("mia").await);
    let holder = desk.instructor_on_matrix("Cid Ray", &cid).await;
    ben.brings(&mia, ticket).await;

    let mentions = json!({"user_ids": [cid.id(), mia.id()]});
    element.sends(&room, "m.room.message", &json!({"msgtype": "m.text", "body": "Cid?", "m.mentions": mentions})).await;

    cid.joins(&room).await;
    cid.eventually_hears(&room, "Cid?").await;
    let noted = ben.eventually_reads_note(ticket, |note| note["note"] == "Cid?").await;
    assert_eq!(noted["mentions"], json!([holder.id]), "a student is not called upon");
    eventually_is_out(desk, &mia, &room).await;
    assert!(ann.messages(ticket).await.is_empty());
});

story!(a_note_asked_for_twice_is_one, |desk| {
    let Office { ann, ben, rita, ticket, .. } = office(desk).await;
    let other = ann.opens_ticket("Scanner", "It smokes").await;
    let ask = |note: &str| json!({"note": note, "clientId": "one"});

    let first = ben.post(&path_of(&ticket), &ask("Look here")).await.expect(201);
    let again = ben.post(&path_of(&ticket), &ask("Look here")).await.expect(200);

    assert_eq!((&first["id"], &first["clientId"]), (&again["id"], &json!("one")));
    assert_eq!(ben.post(&path_of(&ticket), &ask("Look there")).await.problem(409), ["/clientId"]);
    assert_eq!(ben.post(&path_of(&other), &ask("Look here")).await.problem(409), ["/clientId"]);
    rita.post(&path_of(&ticket), &ask("Look here")).await.expect(201);
    // A message of the same name is another thing.
    ben.writes(&ticket, json!({"message": "Look here", "clientId": "one"})).await;
    assert_eq!(ben.reads_notes(&ticket).await.len(), 2);
    let page = ben.get(&format!("{}?limit=1", path_of(&ticket))).await.expect(200);
    assert_eq!(page["items"][0]["author"]["id"], rita.id.as_str(), "the latest first");
    let next = text(&page["nextCursor"]);
    let page = ben.get(&format!("{}?limit=1&cursor={next}", path_of(&ticket))).await.expect(200);
    assert_eq!((&page["items"][0]["id"], &page["nextCursor"]), (&first["id"], &Value::Null));
    let mentions = json!({"note": "Look", "mentions": [ben.id, ann.id]});
    assert_eq!(ben.post(&path_of(&ticket), &mentions).await.problem(422), ["/mentions/1"]);
    assert_eq!(ben.post(&path_of(&ticket), &json!({"note": " "})).await.problem(422), ["/note"]);
});

story!(of_a_confidential_ticket_only_named_staff_read_notes, |desk| {
    let office = office(desk).await;
    let room = calls_rita(desk, &office).await;
    let Office { ben, rita, element, ticket, .. } = &office;
    let one = format!("/api/support/tickets/{}", ticket.id);

    ben.request(Method::PATCH, &one).json(&json!({"confidential": true})).send().await.expect(200);

    eventually_is_out(desk, element, &room).await;
    rita.get(&path_of(ticket)).await.expect(404);
    rita.post(&path_of(ticket), &json!({"note": "Let me in"})).await.expect(404);
    let mentions = json!({"note": "Look", "mentions": [rita.id]});
    assert_eq!(ben.post(&path_of(ticket), &mentions).await.problem(422), ["/mentions/0"]);
    ben.notes(ticket, "Between us").await;
    // Whoever is named reads again, and is out when they are named no longer.
    desk.gives(ticket, rita, ben).await;
    element.joins(&room).await;
    element.eventually_hears(&room, "Between us").await;
    assert_eq!(rita.reads_notes(ticket).await.len(), 2);
    desk.gives(ticket, ben, ben).await;
    ben.request(Method::DELETE, &format!("{one}/staff/{}", rita.id)).send().await.expect(204);
    eventually_is_out(desk, element, &room).await;
    rita.get(&path_of(ticket)).await.expect(404);
});

/// Waits until somebody is neither in the room nor invited.
async fn eventually_is_out<H: Home>(desk: &Site<H>, who: &Person, room: &RoomId) {
    desk.settles().await;
    let path = format!("/_matrix/client/v3/rooms/{room}/join");
    eventually(format!("{} to be out of {room}", who.id()), SOON, async || {
        let (status, answer) = who.raw(Method::POST, &path, Some(&json!({}))).await;
        if status == 403 { Ok(()) } else { Err((status, answer)) }
    })
    .await;
}

story!(who_is_no_longer_staff_is_out_of_the_room, |desk| {
    let office = office(desk).await;
    let room = calls_rita(desk, &office).await;
    let Office { ben, element, ticket, .. } = &office;
    let cid = desk.instructor("Cid Ray").await;
    cid.notes(ticket, "I look into it").await;
    element.eventually_sees_member(&room, "Cid Ray").await;
    desk.settles().await;

    desk.disables("Cid Ray").await;
    eventually("Cid's ghost to be put out", SOON, async || {
        let members = element.sees_members(&room).await;
        if members.values().any(|name| name == "Cid Ray") { Err(members) } else { Ok(()) }
    })
    .await;
    desk.makes("Rita Roe", Role::Student).await;

    element
        .eventually_reads(&room, |seen| {
            seen.raw["content"]["membership"] == "leave" && seen.raw["state_key"] == element.id().as_str()
        })
        .await;
    eventually_is_out(desk, element, &room).await;
    desk.makes("Rita Roe", Role::Instructor).await;
    ben.notes(ticket, "Without her").await;
    assert_eq!(ben.reads_notes(ticket).await.len(), 3);
});

story!(who_gets_in_by_mistake_is_put_out_and_writes_nothing, |desk: ChildDesk| {
    let office = office(desk).await;
    let room = calls_rita(desk, &office).await;
    let Office { ann, ben, element, ticket, .. } = &office;
    let mia = desk.person("mia").await;
    ben.brings(&mia, ticket).await;
    desk.settles().await;
    desk.terminate().await;
    desk.invites_by_mistake(&mia, &room).await;
    mia.joins(&room).await;
    let event = mia.say(&room, "What is this?").await;
    let edit = json!({"msgtype": "m.text", "body": "* Oh", "m.new_content": {"msgtype": "m.text", "body": "Oh"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event}});
    mia.sends(&room, "m.room.message", &edit).await;

    desk.launch().await;

    eventually_is_out(desk, &mia, &room).await;
    element.say(&room, "Sorry about that").await;
    ben.eventually_reads_exactly_notes(ticket, &["Ask **Rita**", "Sorry about that"]).await;
    assert!(ann.messages(ticket).await.is_empty(), "and it is no message");
    assert!(!element.sees_members(&room).await.contains_key(mia.id().as_str()));
});

story!(with_synapse_away_notes_are_accepted, |desk: ChildDesk<OwnSynapse>| {
    let office = office(desk).await;
    let Office { ann, ben, rita, element, ticket } = &office;
    desk.settles().await;
    desk.home.synapse.stop().await.expect("Synapse runs");

    assert_eq!(ben.notes(ticket, "one").await["status"], "queued");
    let two = ben.notes(ticket, "two").await;
    let three = ben.notes(ticket, "thre").await;
    ben.deletes_note(&two).await.expect(200);
    ben.edits_note(&three, "three").await.expect(200);
    ben.post(&path_of(ticket), &json!({"note": "Rita?", "mentions": [rita.id]})).await.expect(201);
    ann.says(ticket, "Still burning").await;
    desk.home.synapse.launch().await.expect("Synapse was stopped");

    let (room, _) = desk.notes_room(ticket).await;
    element.joins(&room).await;
    element.eventually_reads_exactly(&room, &["one", "three", "Rita?"]).await;
    ben.eventually_reads_exactly_notes(ticket, &["one", "", "three", "Rita?"]).await;
    ann.eventually_reads(ticket, "Still burning", |message| message["status"] == "sent").await;
});

/// Writes the first note with a desk that dies at `point`, starts it again, and has everybody note something.
async fn survives_noting(desk: &ChildDesk, point: &str) {
    let Office { ann, ben, rita, element, ticket } = office(desk).await;
    desk.settles().await;
    desk.terminate().await;
    desk.launch_to_crash_at(point).await;
    let note = json!({"note": "first", "mentions": [rita.id], "clientId": "first"});
    let asked = ben.request(Method::POST, &path_of(&ticket)).json(&note).attempt().await;

    desk.crashes().await;
    desk.launch().await;
    if asked.is_err() {
        ben.post(&path_of(&ticket), &note).await.expect(200);
    }

    let (room, _) = desk.notes_room(&ticket).await;
    element.joins(&room).await;
    element.eventually_hears(&room, "first").await;
    element.say(&room, "second").await;
    ben.eventually_reads_note(&ticket, |note| note["note"] == "second").await;
    ben.notes(&ticket, "third").await;
    element.eventually_reads_exactly(&room, &["first", "second", "third"]).await;
    ben.eventually_reads_exactly_notes(&ticket, &["first", "second", "third"]).await;
    assert_eq!(rooms_named(desk.home.synapse, &format!("{}nrm_", desk.home.prefix)).await, 1, "one room of notes");
    assert!(ann.messages(&ticket).await.is_empty());
}

story!(killed_before_a_note_is_answered, |desk: ChildDesk| {
    survives_noting(desk, crash::ACCEPTED).await;
});

story!(killed_after_the_notes_room_is_made, |desk: ChildDesk| {
    survives_noting(desk, crash::ROOM_CREATED).await;
});

story!(killed_before_the_notes_room_is_known, |desk: ChildDesk| {
    survives_noting(desk, crash::ROOM_FOUND).await;
});

story!(killed_while_applying_the_notes_room, |desk: ChildDesk| {
    survives_noting(desk, crash::APPLYING).await;
});

story!(killed_after_a_note_is_sent, |desk: ChildDesk| {
    survives_noting(desk, crash::SENT).await;
});

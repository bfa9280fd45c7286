//! Somebody whose account is on another homeserver takes part in a ticket.
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::federation::Federation;
use crate::support::form::{Form, png};
use crate::support::journal::Seen;
use crate::support::{Person, TestDesk, story};

story!(a_person_of_another_server_takes_part, |desk: TestDesk<Federation>| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = Person::arrive(&desk.home.abroad, "guest").await;
    guest.is_called("Gwen from Abroad").await;
    guest.wears(png(60, 60)).await;
    let witness = desk.person("witness").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    // What is said at the very moment of a join over federation reaches the joining server only with the next event
    // (Synapse 1.163: a fork of the room that a dummy event does not quite mend).
    let room = ben.brings(&witness, &ticket).await;
    witness.eventually_hears(&room, "It is on fire").await;

    ben.brings(&guest, &ticket).await;
    guest.eventually_hears(&room, "It is on fire").await;
    guest.say(&room, "Ours burns too").await;
    let heard = ann.eventually_reads(&ticket, "Ours burns too", |_| true).await;
    ben.says(&ticket, "Pull the plug").await;
    guest.eventually_hears(&room, "Pull the plug").await;

    assert_eq!(heard["sender"]["displayName"], "Gwen from Abroad");
    let wears = |said: &Value| said["sender"]["avatarUrl"].is_string();
    let worn = ann.eventually_reads(&ticket, "Ours burns too", wears).await["sender"]["avatarUrl"].clone();
    assert_eq!(image::load_from_memory(&ann.downloads(&worn).await).expect("a picture").width(), 60);
    let (theirs, ours) = (b"from abroad ".repeat(5_000), b"from the desk".to_vec());
    guest.sends_file(&room, ("theirs.txt", "text/plain"), theirs.clone()).await;
    let is_here = |said: &Value| said["attachment"]["state"] == "ready";
    let file = ann.eventually_reads(&ticket, "theirs.txt", is_here).await["attachment"].clone();
    assert_eq!(ann.downloads(&file["url"]).await, theirs);
    ann.uploads(&ticket, Form::default().file("ours.txt", ours.clone())).await.expect(201);
    let file = guest.eventually_hears(&room, "ours.txt").await;
    assert_eq!(guest.downloads(&file.raw["content"]["url"]).await, ours);
    ben.puts_out(&ticket, guest.id()).await;
    let kicked =
        |seen: &Seen| seen.raw["state_key"] == guest.id().as_str() && seen.raw["content"]["membership"] == "leave";
    guest.eventually_reads(&room, kicked).await;
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/late");
    let (status, _) = guest.raw(Method::PUT, &path, Some(&json!({"msgtype": "m.text", "body": "Hello?"}))).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
});

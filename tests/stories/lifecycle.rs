//! A ticket's life over REST and in its room: moved, renamed, claimed, given back.
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::eventually::SOON;
use crate::support::scene::scene;
use crate::support::{eventually, story};

story!(of_ten_who_claim_at_once_one_wins_and_the_others_learn_who, |desk| {
    let ann = desk.student("Ann Lee").await;
    let names: Vec<String> = (0..10).map(|number| format!("Staff {number}")).collect();
    let staff = join_all(names.iter().map(|name| desk.instructor(name))).await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let path = format!("/api/support/tickets/{}/claim", ticket.id);

    let answers = join_all(staff.iter().map(|one| one.request(Method::POST, &path).send())).await;

    let winner = ann.sees(&ticket).await["assignedTo"]["id"].clone();
    let winner = winner.as_str().expect("somebody has it");
    for (one, answer) in staff.iter().zip(answers) {
        if one.id == winner {
            answer.expect(200);
        } else {
            let detail = answer.body["detail"].as_str().unwrap_or_default().to_owned();
            answer.problem(409);
            assert!(detail.contains(winner), "{detail}");
        }
    }
    let timeline = ann.get(&format!("/api/support/tickets/{}/timeline", ticket.id)).await.expect(200);
    let lines = timeline["items"].as_array().expect("a list");
    assert_eq!(lines.iter().filter(|line| line["what"] == "assigned").count(), 1);
});

story!(staff_are_in_the_room_while_the_ticket_is_theirs, |desk| {
    let scene = scene(desk).await;
    let path = format!("/api/support/tickets/{}/assign", scene.ticket.id);
    let give =
        async |to: Value| scene.ben.request(Method::PATCH, &path).json(&json!({"userId": to})).send().await.expect(200);

    give(json!(scene.ben.id)).await;
    scene.mia.eventually_sees_member(&scene.room, "Ben Ode").await;
    give(Value::Null).await;

    eventually("Ben's ghost to be gone", SOON, async || {
        let members = scene.mia.sees_members(&scene.room).await;
        if members.values().any(|name| name == "Ben Ode") { Err(members) } else { Ok(()) }
    })
    .await;
});

story!(a_room_is_called_as_its_ticket_and_hears_what_came_of_it, |desk| {
    let scene = scene(desk).await;
    let path = format!("/api/support/tickets/{}", scene.ticket.id);

    scene.ann.request(Method::PATCH, &path).json(&json!({"title": "Smoke"})).send().await.expect(200);
    scene.ben.post(&format!("{path}/close"), &json!({"resolution": "Pulled the plug"})).await.expect(200);

    let name = format!("[{}] Smoke", scene.ticket.number);
    scene
        .mia
        .eventually_reads(&scene.room, |seen| seen.raw["type"] == "m.room.name" && seen.raw["content"]["name"] == name)
        .await;
    let said = "Ben Ode changed the status from open to closed.\nPulled the plug";
    scene.mia.eventually_reads(&scene.room, |seen| seen.raw["content"]["body"] == said).await;
});

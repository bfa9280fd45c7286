//! Who belongs to a ticket, who may see it, and what its existence is to everybody else.
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::eventually::SOON;
use crate::support::{eventually, story};

story!(who_is_let_in_takes_part_until_put_out, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;

    let known = ben.lets_in(&ticket, guest.id()).await;
    let room = ann.eventually_sees_room_of(&ticket).await;
    guest.joins(&room).await;
    let with = ben.sees(&ticket).await;
    ben.puts_out(&ticket, guest.id()).await;

    assert_eq!((&known["role"], &known["matrixId"]), (&json!("student"), &json!(guest.id())));
    assert_eq!(with["participants"][1], known);
    let kicked = guest.eventually_reads(&room, |seen| {
        seen.raw["state_key"] == guest.id().as_str() && seen.raw["content"]["membership"] == "leave"
    });
    assert_eq!(kicked.await.sender.localpart(), format!("{}bot", desk.home.prefix));
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/late");
    let (status, _) = guest.raw(Method::PUT, &path, Some(&json!({"msgtype": "m.text", "body": "Hello?"}))).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(ben.sees(&ticket).await["participants"].as_array().map(Vec::len), Some(1));
});

story!(who_was_put_out_can_be_let_in_again, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&guest, &ticket).await;
    ben.puts_out(&ticket, guest.id()).await;

    ben.brings(&guest, &ticket).await;
    guest.say(&room, "Back again").await;

    let heard = ben.eventually_reads(&ticket, "Back again", |_| true).await;
    assert_eq!(heard["sender"]["displayName"], guest.id().localpart());
    let participants = ben.sees(&ticket).await["participants"].clone();
    assert_eq!(participants[1]["id"], heard["sender"]["id"], "the same row as before");
});

story!(another_person_of_the_desk_is_let_in_as_a_ghost, |desk| {
    let (ann, cid, ben) = tokio::join!(desk.student("Ann Lee"), desk.student("Cid Roe"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&guest, &ticket).await;
    let path = format!("/api/support/tickets/{}/participants", ticket.id);

    ben.post(&path, &json!({"userId": cid.id})).await.expect(201);

    guest.eventually_sees_member(&room, "Cid Roe").await;
    cid.says(&ticket, "Mine burns too").await;
    guest.eventually_hears(&room, "Mine burns too").await;
    ben.request(Method::DELETE, &path).json(&json!({"userId": cid.id})).send().await.expect(204);
    eventually("Cid's ghost to be gone", SOON, async || {
        let members = guest.sees_members(&room).await;
        if members.values().any(|name| name == "Cid Roe") { Err(members) } else { Ok(()) }
    })
    .await;
    cid.get(&format!("/api/support/tickets/{}", ticket.id)).await.problem(404);
});

story!(a_ticket_does_not_exist_for_others, |desk| {
    let (ann, eve, ben) = tokio::join!(desk.student("Ann Lee"), desk.student("Eve Poe"), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    ann.says(&ticket, "Still burning").await;

    for key in [&ticket.id, &ticket.number] {
        let there = format!("/api/support/tickets/{key}");
        for (method, path, body) in [
            (Method::GET, there.clone(), None),
            (Method::GET, format!("/api/chat/messages/{key}"), None),
            (Method::POST, "/api/chat/messages".to_owned(), Some(json!({"ticket": key, "message": "Hello?"}))),
            (Method::POST, format!("{there}/participants"), Some(json!({"userId": eve.id}))),
            (Method::DELETE, format!("{there}/participants"), Some(json!({"userId": ann.id}))),
        ] {
            let ask = async |path: &str| {
                let request = eve.request(method.clone(), path);
                let request = if let Some(body) = &body { request.json(body) } else { request };
                request.send().await
            };
            let refused = ask(&path).await;
            // The very answer that a ticket gets which nobody ever opened.
            let detail = refused.body["detail"].clone();
            assert_eq!(
                (refused.problem(404), detail),
                (Vec::new(), json!("there is no such ticket, or you may not see it")),
                "{method} {path}"
            );
        }
    }

    assert_eq!(eve.get("/api/support/tickets").await.expect(200)["items"], json!([]));
    eve.get("/api/support/tickets/all").await.problem(403);
    assert_eq!(ben.conversation(&ticket).await.len(), 1);
    assert_eq!(ben.sees(&ticket).await["participants"].as_array().map(Vec::len), Some(1));
});

story!(only_staff_decide_who_takes_part, |desk| {
    let (ann, cid) = tokio::join!(desk.student("Ann Lee"), desk.student("Cid Roe"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let path = format!("/api/support/tickets/{}/participants", ticket.id);

    ann.post(&path, &json!({"userId": cid.id})).await.problem(403);
    ann.request(Method::DELETE, &path).json(&json!({"userId": ann.id})).send().await.problem(403);

    cid.get(&format!("/api/support/tickets/{}", ticket.id)).await.problem(404);
});

story!(nobody_sees_anything_without_signing_in, |desk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;

    for path in ["/api/support/tickets".to_owned(), format!("/api/support/tickets/{}", ticket.id)] {
        desk.rest.get(&path).send().await.problem(401);
        desk.rest.get(&path).by("made up").send().await.problem(401);
    }

    assert_eq!(desk.rest.get("/healthz").send().await.expect(200)["status"], Value::from("ok"));
});

//! People as admins manage them: invitations, resets, roles, and whom a ticket can be given to.
use reqwest::Method;
use roomdesk::domain::people::Role;
use roomdesk::domain::status::Status;
use serde_json::{Value, json};

use crate::support::account::Account;
use crate::support::{Socket, story};

const CHOSEN: &str = "a password of my own";

async fn change(by: &Account, id: &str, body: &Value) -> Value {
    by.request(Method::PATCH, &format!("/api/users/{id}")).json(body).send().await.expect(200)
}

story!(an_invited_instructor_comes_in_and_a_disabled_one_is_cut_off, |desk| {
    let eve = desk.account("Eve Fox", Role::Admin).await;
    let new = json!({"name": "Ben Ode", "email": "ben@new.example", "role": "instructor"});
    let created = eve.post("/api/users", &new).await.expect(201);
    let body = json!({"token": created["invitation"]["token"], "password": CHOSEN});
    desk.rest.post("/api/auth/invitations/accept", &body).send().await.expect(200);
    desk.rest.post("/api/auth/invitations/accept", &body).send().await.problem(422);
    let ben = Account::signs_in(&desk.rest, "ben@new.example", CHOSEN).await;
    let screen = Socket::connects(&ben).await;

    change(&eve, &ben.id, &json!({"disabled": true})).await;

    assert_eq!(screen.eventually_ends().await, "io server disconnect");
    desk.rest.get("/api/auth/me").by(ben.token()).send().await.problem(401);
    let found = eve.get("/api/users?search=BEN%40new&role=instructor").await.expect(200);
    assert!(found["items"][0]["disabledAt"].is_string(), "{found}");
});

story!(a_reset_ends_every_session_and_is_good_once, |desk| {
    let (eve, ann) = (desk.account("Eve Fox", Role::Admin).await, desk.student("Ann Lee").await);
    let wish = json!({"email": "nobody@new.example"});
    desk.rest.post("/api/auth/password-reset", &wish).send().await.expect(202);
    let given = eve.post(&format!("/api/users/{}/password-reset", ann.id), &json!({})).await.expect(201);
    let body = json!({"token": given["token"], "password": CHOSEN});

    desk.rest.post("/api/auth/password-reset/confirm", &body).send().await.expect(204);

    desk.rest.post("/api/auth/password-reset/confirm", &body).send().await.problem(422);
    desk.rest.get("/api/auth/sessions").by(ann.token()).send().await.problem(401);
});

story!(whom_to_give_a_ticket_to_is_told_with_what_they_have_open, |desk| {
    let (eve, ann) = (desk.account("Eve Fox", Role::Admin).await, desk.student("Ann Lee").await);
    let ben = desk.instructor("Ben Ode").await;
    for (title, status) in [("Printer", Status::InProgress), ("Screen", Status::Resolved)] {
        let ticket = ann.opens_ticket(title, "It is on fire").await;
        desk.gives(&ticket, &ben, &eve).await;
        desk.move_to(status, &ticket, &ben).await;
    }

    let offered = ben.get("/api/users/assignable?search=o").await.expect(200);

    let items = offered["items"].as_array().expect("a list");
    let shown = items.iter().map(|one| json!([one["displayName"], one["role"], one["openTickets"]]));
    assert_eq!(shown.collect::<Vec<_>>(), [json!(["Ben Ode", "instructor", 1]), json!(["Eve Fox", "admin", 0])]);
    desk.rest.get("/api/users/assignable").by(ann.token()).send().await.problem(403);
    for account in [&ann, &ben] {
        desk.rest.get("/api/users").by(account.token()).send().await.problem(403);
    }
    assert_eq!(eve.get("/api/users?limit=2").await.expect(200)["items"].as_array().map(Vec::len), Some(2));
});

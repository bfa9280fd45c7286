//! Tickets and their conversations as their people see them.
use chrono::Duration;
use serde_json::{Value, json};

use super::{Caller, TestApp, http_story};
use crate::domain::people::Role;

fn path(ticket: &Value) -> String {
    format!("/api/support/tickets/{}", ticket["id"].as_str().expect("an id"))
}

fn chat(ticket: &Value) -> String {
    format!("/api/chat/messages/{}", ticket["id"].as_str().expect("an id"))
}

fn texts(list: &Value, field: &str) -> Vec<String> {
    let items = list["items"].as_array().expect("a list");
    items.iter().map(|item| item[field].as_str().expect("a text").to_owned()).collect()
}

/// Every page of a list of tickets, `limit` at a time.
async fn pages(app: &TestApp, caller: &Caller, list: &str, limit: usize) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = format!("{list}?limit={limit}");
    loop {
        let page = app.get(&next).by(caller).send().await.expect(200);
        pages.push(texts(&page, "title"));
        let Some(cursor) = page["nextCursor"].as_str() else { return pages };
        next = format!("{list}?limit={limit}&cursor={cursor}");
    }
}

http_story!(an_opened_ticket_is_found_by_id_and_by_number, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let body = json!({"title": " Printer on fire ", "description": "It *burns*", "category": "technical"});

    let answer = app.post("/api/support/tickets").by(&ann).json(&body).send().await;

    let location = answer.header("location").to_owned();
    let ticket = answer.expect(201);
    assert_eq!(location, path(&ticket));
    assert_eq!(ticket["ticketId"], "TICK-20260225-0001");
    assert_eq!((&ticket["title"], &ticket["priority"]), (&json!("Printer on fire"), &json!("medium")));
    assert_eq!((&ticket["createdBy"]["displayName"], &ticket["room"]), (&json!("ann"), &Value::Null));
    for key in [path(&ticket), "/api/support/tickets/tick-20260225-0001".to_owned()] {
        let found = app.get(&key).by(&ann).send().await.expect(200);
        assert_eq!(found["id"], ticket["id"]);
        assert_eq!(
            (&found["description"], &found["descriptionHtml"]),
            (&json!("It *burns*"), &json!("It <em>burns</em>"))
        );
        assert_eq!(texts(&found["messages"], "message"), ["ann opened this ticket."]);
        assert_eq!(found["participants"][0]["displayName"], "ann");
    }
});

http_story!(other_people_s_tickets_do_not_exist, |app| {
    let (ann, bob) = (app.signed_in("ann", Role::Student).await, app.signed_in("bob", Role::Student).await);
    let ticket = app.ticket(&ann, "Printer").await;
    let somebody = json!({"userId": bob.person.id});

    app.get(&path(&ticket)).by(&bob).send().await.problem(404);
    app.get(&format!("/api/support/tickets/{}", ticket["ticketId"].as_str().expect("a number")))
        .by(&bob)
        .send()
        .await
        .problem(404);
    app.get(&chat(&ticket)).by(&bob).send().await.problem(404);
    app.say(&bob, &ticket, "hello").send().await.problem(404);
    let participants = format!("{}/participants", path(&ticket));
    app.post(&participants).by(&bob).json(&somebody).send().await.problem(404);
    app.post(&participants).by(&ann).json(&somebody).send().await.problem(403);
    app.get("/api/support/tickets/all").by(&ann).send().await.problem(403);
    assert_eq!(app.get("/api/support/tickets").by(&bob).send().await.expect(200)["items"], json!([]));
    let conversation = app.get(&chat(&ticket)).by(&ann).send().await.expect(200);
    assert_eq!(texts(&conversation, "message"), ["ann opened this ticket."], "nothing was written");
});

http_story!(lists_go_on_by_cursor_without_gap_or_double, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    for title in ["one", "two", "three", "four"] {
        app.ticket(&ann, title).await;
        app.desk.clock().advance(Duration::seconds(1));
    }
    app.ticket(&ben, "five").await;

    let mine = pages(&app, &ann, "/api/support/tickets", 2).await;
    let all = pages(&app, &ben, "/api/support/tickets/all", 2).await;

    assert_eq!(mine, [["four", "three"], ["two", "one"]]);
    assert_eq!(all.concat(), ["five", "four", "three", "two", "one"]);
});

http_story!(a_conversation_is_read_backwards_and_onwards, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let ticket = app.ticket(&ann, "Printer").await;
    let first = app.say(&ann, &ticket, "1").send().await.expect(201);
    assert_eq!((&first["status"], &first["ticket"]), (&json!("queued"), &ticket["id"]));
    for text in ["2", "3", "4", "5"] {
        app.say(&ben, &ticket, text).send().await.expect(201);
    }
    let read = async |query: String| app.get(&format!("{}?{query}", chat(&ticket))).by(&ann).send().await.expect(200);
    let cursor = |page: &Value, name: &str| page[name].as_str().expect("a cursor").to_owned();

    let latest = read("limit=2".to_owned()).await;
    let middle = read(format!("limit=2&before={}", cursor(&latest, "prevCursor"))).await;
    let oldest = read(format!("limit=2&before={}", cursor(&middle, "prevCursor"))).await;

    assert_eq!(texts(&latest, "message"), ["4", "5"]);
    assert_eq!(texts(&middle, "message"), ["2", "3"]);
    assert_eq!(
        (texts(&oldest, "message"), &oldest["prevCursor"]),
        (vec!["ann opened this ticket.".to_owned(), "1".to_owned()], &Value::Null)
    );
    let onwards = read(format!("after={}", cursor(&oldest, "nextCursor"))).await;
    assert_eq!(texts(&onwards, "message"), ["2", "3", "4", "5"]);
    let nothing_new = read(format!("after={}", cursor(&onwards, "nextCursor"))).await;
    assert_eq!(texts(&nothing_new, "message"), Vec::<String>::new());
    app.say(&ann, &ticket, "6").send().await.expect(201);
    let new = read(format!("after={}", cursor(&nothing_new, "nextCursor"))).await;
    assert_eq!(texts(&new, "message"), ["6"]);
});

http_story!(staff_let_people_in_and_put_them_out, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let bob = app.signed_in("bob", Role::Student).await;
    let ticket = app.ticket(&ann, "Printer").await;
    let participants = format!("{}/participants", path(&ticket));
    let (somebody, matrix) = (json!({"userId": bob.person.id}), json!({"matrixId": "@eve:home.example"}));

    app.post(&participants).by(&ben).json(&somebody).send().await.expect(201);
    let guest = app.post(&participants).by(&ben).json(&matrix).send().await.expect(201);

    assert_eq!((&guest["matrixId"], &guest["role"]), (&json!("@eve:home.example"), &json!("student")));
    let seen = app.get(&path(&ticket)).by(&bob).send().await.expect(200);
    assert_eq!(seen["participants"].as_array().map(Vec::len), Some(3));
    assert_eq!(seen["participants"][2]["matrixId"], Value::Null, "students do not learn it");
    app.say(&bob, &ticket, "me too").send().await.expect(201);
    for body in [&somebody, &matrix] {
        assert_eq!(app.call("DELETE", &participants).by(&ben).json(body).send().await.status, 204);
    }
    app.call("DELETE", &participants).by(&ben).json(&somebody).send().await.problem(404);
    app.get(&path(&ticket)).by(&bob).send().await.problem(404);
});

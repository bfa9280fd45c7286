//! Requests with an `Idempotency-Key`: done once, and answered the same however often they are asked.
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use roomdesk::desk::crash;
use roomdesk::domain::people::Role;
use roomdesk::store::{Db, Engine};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use tokio::time::timeout;

use super::lists::Alone;
use crate::support::account::{Account, Ticket, text};
use crate::support::eventually::SOON;
use crate::support::form::Form;
use crate::support::rest::{Answer, Request};
use crate::support::{ChildDesk, eventually, story};

const TICKETS: &str = "/api/support/tickets";
const MESSAGES: &str = "/api/chat/messages";
const BULK: &str = "/api/support/tickets/bulk";

fn opening() -> Value {
    json!({"title": "Scanner", "description": "It smokes"})
}

fn keyed(by: &Account, path: &str, key: &str, body: &Value) -> Request {
    by.request(Method::POST, path).header("idempotency-key", key).json(body)
}

/// What an answer is besides what names the request.
fn told(answer: &Answer) -> (u16, &str, &str, &str) {
    (answer.status.as_u16(), answer.header("location"), answer.header("etag"), &answer.text)
}

async fn count(db: &Db, table: &str) -> i64 {
    let text = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    match db {
        Db::Sqlite { readers, .. } => sqlx::query_scalar(text).fetch_one(readers).await,
        Db::Postgres(pool) => sqlx::query_scalar(text).fetch_one(pool).await,
    }
    .expect("a table of the desk")
}

async fn does(db: &Db, text: &'static str) {
    match db {
        Db::Sqlite { writer, .. } => drop(sqlx::query(text).execute(writer).await.expect("it fits")),
        Db::Postgres(pool) => drop(sqlx::query(text).execute(pool).await.expect("it fits")),
    }
}

story!(what_has_a_key_is_done_once_and_answered_the_same, |desk: Alone| {
    let (ann, ben) = (desk.0.student("Ann Lee").await, desk.0.instructor("Ben Ode").await);

    let first = keyed(&ann, TICKETS, "\"t-1\"", &opening()).send().await;
    let again = keyed(&ann, TICKETS, "t-1", &opening()).send().await;
    assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (201, ""));
    assert_eq!((told(&again), again.header("idempotency-replayed")), (told(&first), "true"));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    let ticket = Ticket::shown_as(first.expect(201));
    let close = format!("{TICKETS}/{}/close", ticket.id);
    let closed = keyed(&ben, &close, "c-1", &json!({"resolution": "Mended"})).send().await;
    let closed_again = keyed(&ben, &close, "c-1", &json!({"resolution": "Mended"})).send().await;
    assert_eq!(told(&closed_again), told(&closed));
    assert!(closed.header("etag").starts_with('"'), "{}", closed.text);

    // Something else under the same key, on another route too; and the same of somebody else.
    for (path, body) in [
        (TICKETS, json!({"title": "Mouse", "description": "It smokes"})),
        (MESSAGES, json!({"ticket": ticket.id, "message": "It smokes"})),
    ] {
        let refused = keyed(&ann, path, "t-1", &body).send().await;
        assert!(refused.text.contains("was given to another request before"), "{}", refused.text);
        assert_eq!(refused.problem(422), ["/Idempotency-Key"]);
    }
    let others = keyed(&ben, TICKETS, "t-1", &opening()).send().await.expect(201);
    assert_ne!(others["id"], json!(ticket.id));
    assert_eq!(count(desk.0.db(), "tickets").await, 2);
});

story!(of_ten_at_once_one_is_done, |desk: Alone| {
    let ben = desk.0.instructor("Ben Ode").await;
    let team = json!({"name": "Network"});

    let answers = join_all((0..10).map(|_| keyed(&ben, "/api/support/tickets", "k", &opening()).send())).await;
    let admin = desk.0.account("Cay Fox", Role::Admin).await;
    let teams = join_all((0..10).map(|_| keyed(&admin, "/api/teams", "k", &team).send())).await;

    for answers in [&answers, &teams] {
        for answer in answers {
            match answer.status.as_u16() {
                201 => {}
                409 => assert_eq!(answer.header("retry-after"), "1"),
                other => panic!("{other}: {}", answer.text),
            }
        }
        let done = answers.iter().filter(|answer| answer.status == 201);
        assert_eq!(done.filter(|answer| answer.header("idempotency-replayed").is_empty()).count(), 1);
    }
    assert_eq!((count(desk.0.db(), "tickets").await, count(desk.0.db(), "teams").await), (1, 1));
    assert_eq!(keyed(&admin, "/api/teams", "k", &team).send().await.header("idempotency-replayed"), "true");
});

story!(a_refusal_frees_the_key_and_so_does_a_day, |desk: Alone| {
    let (ann, ben) = (desk.0.student("Ann Lee").await, desk.0.instructor("Ben Ode").await);
    let cay = desk.0.account("Cay Fox", Role::Admin).await;
    let mistaken = keyed(&ann, TICKETS, "1", &json!({"title": "", "description": "It smokes"})).send().await;
    assert_eq!(mistaken.problem(422), ["/title"]);
    let ticket = Ticket::shown_as(keyed(&ann, TICKETS, "1", &opening()).send().await.expect(201));
    let claim = format!("{TICKETS}/{}/claim", ticket.id);
    cay.post(&claim, &Value::Null).await.expect(200);
    keyed(&ben, &claim, "2", &Value::Null).send().await.problem(409);
    let body = json!({"userId": null});
    ben.request(Method::PATCH, &format!("{TICKETS}/{}/assign", ticket.id)).json(&body).send().await.expect(200);
    let claimed = keyed(&ben, &claim, "2", &Value::Null).send().await.expect(200);
    assert_eq!(claimed["assignedTo"]["id"], json!(ben.id));

    // A day is over: the close is a new one, which its own rules refuse.
    let close = format!("{TICKETS}/{}/close", ticket.id);
    let done = json!({"resolution": "Mended"});
    keyed(&ben, &close, "3", &done).send().await.expect(200);
    does(desk.0.db(), "UPDATE idempotency_keys SET created_at = created_at - 86399000").await;
    assert_eq!(keyed(&ben, &close, "3", &done).send().await.header("idempotency-replayed"), "true");
    does(desk.0.db(), "UPDATE idempotency_keys SET created_at = created_at - 1000").await;
    keyed(&ben, &close, "3", &done).send().await.problem(409);
    // What made something stands under its id for ever.
    let later = keyed(&ann, TICKETS, "1", &opening()).send().await;
    assert_eq!((later.status.as_u16(), &later.body["id"]), (200, &json!(ticket.id)));
    assert_eq!(count(desk.0.db(), "tickets").await, 1);

    let kept = count(desk.0.db(), "idempotency_keys").await;
    desk.0.forgets_answers().await;
    assert_eq!((count(desk.0.db(), "idempotency_keys").await, kept), (1, 2), "what is old goes");
});

story!(an_emptied_message_is_in_no_answer, |desk: Alone| {
    let ann = desk.0.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It burns").await;
    let said = json!({"ticket": ticket.id, "message": "my password is swordfish"});
    let first = keyed(&ann, MESSAGES, "m-1", &said).send().await.expect(201);
    assert_eq!(first["clientId"], "m-1");
    assert_eq!(count(desk.0.db(), "idempotency_keys WHERE body LIKE '%swordfish%'").await, 1);

    ann.deletes(&first).await;

    let again = keyed(&ann, MESSAGES, "m-1", &said).send().await;
    assert_eq!((again.status.as_u16(), &again.body["id"], &again.body["message"]), (200, &first["id"], &json!("")));
    assert_eq!(count(desk.0.db(), "idempotency_keys WHERE body LIKE '%swordfish%'").await, 0);
});

/// The desk dies when each of these is done and nobody was told; then each is asked again.
async fn dies_at(desk: &ChildDesk, requests: &dyn Fn() -> Vec<Request>, point: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for index in 0..requests().len() {
        desk.terminate().await;
        desk.launch_to_crash_at(point).await;
        assert!(requests().remove(index).attempt().await.is_err(), "there is nobody to answer");
        desk.crashes().await;
        desk.launch().await;
        if desk.db().engine() == Engine::Postgres {
            // Another process could still be at it: nothing happens until the lease is over.
            let held = requests().remove(index).send().await;
            assert_eq!(held.header("retry-after"), "1");
            assert_eq!(held.problem(409), ["/Idempotency-Key"]);
            does(desk.db(), "UPDATE idempotency_keys SET leased_until = 0").await;
        }
        answers.push(requests().remove(index).send().await);
    }
    answers
}

story!(killed_before_the_answer_was_kept_it_is_done_once, |desk: ChildDesk| {
    let (ann, ben) = (desk.student("Ann Lee").await, desk.instructor("Ben Ode").await);
    let ticket = ann.opens_ticket("Printer", "It burns").await;
    desk.settles().await;
    let said = json!({"ticket": ticket.id, "message": "Still burning"});
    let noted = format!("{TICKETS}/{}/notes", ticket.id);
    let tagging = json!({"action": "tag", "add": ["exam"], "ids": [ticket.id]});
    let claim = format!("{TICKETS}/{}/claim", ticket.id);
    let requests = || {
        vec![
            keyed(&ann, TICKETS, "key/1", &opening()),
            keyed(&ann, MESSAGES, "key/2", &said),
            keyed(&ben, &noted, "key/3", &json!({"note": "He smokes"})),
            keyed(&ben, BULK, "key/4", &tagging),
            keyed(&ben, &claim, "key/5", &Value::Null),
        ]
    };

    let answers = dies_at(desk, &requests, crash::ANSWERING).await;

    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [200, 200, 200, 202, 200]);
    for (request, answer) in requests().into_iter().zip(&answers) {
        let again = request.send().await;
        assert_eq!((told(&again), again.header("idempotency-replayed")), (told(answer), "true"));
    }
    let counts = [("tickets", 2), ("messages WHERE kind <> 'system'", 1), ("notes", 1), ("bulk_jobs", 1)];
    for (table, expected) in counts {
        assert_eq!(count(desk.db(), table).await, expected, "{table}");
    }
});

story!(killed_with_a_form_it_is_done_once, |desk: ChildDesk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It burns").await;
    desk.settles().await;
    let upload = || {
        let form = Form::default().text("message", "Look").file("log.txt", *b"1");
        let path = format!("{TICKETS}/{}/upload", ticket.id);
        ann.request(Method::POST, &path).header("idempotency-key", "form/1").form(form)
    };
    desk.terminate().await;
    desk.launch_to_crash_at(crash::ACCEPTED).await;
    assert!(upload().attempt().await.is_err(), "there is nobody to answer");
    desk.crashes().await;
    desk.launch().await;

    let again = upload().send().await.expect(200);

    assert_eq!(again["messages"].as_array().map(Vec::len), Some(2));
    assert_eq!(count(desk.db(), "messages WHERE kind <> 'system'").await, 2);
    assert_eq!(count(desk.db(), "idempotency_keys").await, 0, "bytes are not read for a digest");
});

story!(a_request_whose_client_goes_away_is_done_and_answered, |desk: Alone| {
    let ann = desk.0.student("Ann Lee").await;
    let answers = join_all((0..20).map(|number| {
        let request = keyed(&ann, TICKETS, &format!("k-{number}"), &opening());
        // Some are cut off before they are read, some while they are done, some after it.
        timeout(Duration::from_millis(number * 10), request.attempt())
    }))
    .await;
    drop(answers);

    for number in 0..20 {
        let request = || keyed(&ann, TICKETS, &format!("k-{number}"), &opening());
        eventually("an answer", SOON, async || {
            let answer = request().send().await;
            match answer.status.as_u16() {
                201 => Ok(text(&answer.body["id"])),
                409 => Err(answer.text),
                other => panic!("{other}: {}", answer.text),
            }
        })
        .await;
    }
    assert_eq!(count(desk.0.db(), "tickets").await, 20);
});

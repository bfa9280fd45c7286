//! What is taken as the key of a request, and where none is.
use serde_json::json;

use super::http_story;
use crate::domain::people::Role;

const TICKETS: &str = "/api/support/tickets";

http_story!(a_key_that_is_none_is_refused_by_its_name, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let body = json!({"title": "Printer", "description": "It burns"});
    for bad in ["", "a b", "\"open", &"x".repeat(256)] {
        let refused = app.post(TICKETS).by(&ann).header("idempotency-key", bad).json(&body).send().await;
        assert_eq!(refused.problem(422).1, ["/Idempotency-Key"], "{bad:?}");
    }
    let twice = app.post(TICKETS).by(&ann).header("idempotency-key", "1").header("idempotency-key", "1");
    assert_eq!(twice.json(&body).send().await.problem(422).1, ["/Idempotency-Key"]);
    // Whoever is nobody is told that first, and what is no request to be done is no matter of keys.
    app.post(TICKETS).header("idempotency-key", "a b").json(&body).send().await.problem(401);
    app.get(TICKETS).by(&ann).header("idempotency-key", "a b").send().await.expect(200);
    app.post("/api/nothing").by(&ann).header("idempotency-key", "a b").send().await.problem(404);
    let listed = app.get(TICKETS).by(&ann).send().await.expect(200);
    assert_eq!(listed["items"], json!([]));
});

http_story!(where_answers_hold_secrets_no_key_is_taken, |app| {
    let cay = app.signed_in("cay", Role::Admin).await;
    let key = json!({"name": "Exports", "scopes": ["read"]});
    for (path, body) in [
        ("/api/keys", key),
        ("/api/users", json!({"name": "Ann", "email": "ann@example.org"})),
        ("/api/auth/login", json!({"email": "cay@example.org", "password": super::PASSWORD})),
        ("/api/auth/refresh", json!({"refreshToken": cay.refresh_token})),
    ] {
        let (problem, pointers) =
            app.post(path).by(&cay).header("idempotency-key", "1").json(&body).send().await.problem(422);
        assert!(problem["errors"][0]["detail"].as_str().expect("why").contains("secrets"), "{problem}");
        assert_eq!(pointers, ["/Idempotency-Key"]);
    }
    assert_eq!(app.get("/api/keys").by(&cay).send().await.expect(200)["items"], json!([]));
});

http_story!(a_key_of_a_program_that_may_not_ask_is_told_nothing, |app| {
    let cay = app.signed_in("cay", Role::Admin).await;
    let made = app.post("/api/keys").by(&cay).json(&json!({"name": "x", "scopes": ["read"]})).send().await.expect(201);
    let narrow = made["secret"].as_str().expect("a key");
    let body = json!({"title": "Printer", "description": "It burns"});
    app.post(TICKETS).by(&cay).header("idempotency-key", "1").json(&body).send().await.expect(201);

    app.post(TICKETS).token(narrow).header("idempotency-key", "1").json(&body).send().await.problem(403);

    let again = app.post(TICKETS).by(&cay).header("idempotency-key", "1").json(&body).send().await;
    assert_eq!(again.header("idempotency-replayed"), "true");
});

http_story!(an_answer_for_staff_is_none_for_whoever_is_staff_no_longer, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let ticket = app.ticket(&ann, "Printer").await;
    let path = format!("{TICKETS}/{}/notes", ticket["id"].as_str().expect("an id"));
    let note = || {
        let call = app.post(&path).by(&ben).header("idempotency-key", "1");
        call.json(&json!({"note": "She smokes"})).send()
    };
    note().await.expect(201);
    assert_eq!(note().await.header("idempotency-replayed"), "true");

    app.desk.set_role("ben@example.org", Role::Student).await.expect("he is there");

    let refused = note().await;
    assert!(!refused.text.contains("smokes"), "{}", refused.text);
    refused.problem(422);
});

http_story!(a_failure_of_ours_frees_the_key, |app| {
    use axum::Router;
    use axum::routing::post;

    use crate::http::extract::SignedIn;
    use crate::http::{HttpState, surrounded};

    let ann = app.signed_in("ann", Role::Student).await;
    let panics = |_: SignedIn| async {
        if true {
            panic!("on our side")
        }
    };
    let state = HttpState::new(app.desk.clone(), crate::desk::metrics::Metrics::default(), app.health.clone());
    let broken = super::TestApp {
        router: surrounded(Router::new().route("/api/broken", post(panics)), state),
        desk: app.desk.clone(),
        health: app.health.clone(),
    };
    for _ in 0..2 {
        broken.post("/api/broken").by(&ann).header("idempotency-key", "1").send().await.problem(500);
    }
    let body = json!({"title": "Printer", "description": "It burns"});
    app.post(TICKETS).by(&ann).header("idempotency-key", "1").json(&body).send().await.expect(201);
});

//! What surrounds every request: ids, unknown paths, panics, health, numbers.
use axum::Router;
use axum::routing::get;
use serde_json::json;
use url::Url;

use super::{TestApp, http_story};
use crate::desk::metrics::Metrics;
use crate::desk::{Desk, Settings};
use crate::domain::Refusal;
use crate::domain::people::Role;
use crate::http::problem::Problem;
use crate::http::{HttpState, surrounded};

http_story!(unknown_paths_and_methods_are_problems, |app| {
    let (problem, _) = app.get("/api/nothing?secret=1").send().await.problem(404);
    assert_eq!(
        (&problem["instance"], &problem["type"]),
        (&json!("/api/nothing"), &json!("urn:roomdesk:problem:not-found"))
    );
    let answer = app.call("PUT", "/api/support/tickets").send().await;
    assert_eq!(answer.header("allow"), "POST,GET,HEAD");
    answer.problem(405);
});

http_story!(a_request_keeps_its_id_when_that_is_harmless, |app| {
    let given = app.get("/healthz").header("x-request-id", "trace-1.2_3").send().await;
    assert_eq!(given.header("x-request-id"), "trace-1.2_3");
    for bad in ["", "a b", "a\"b", &"x".repeat(65)] {
        let answer = app.get("/healthz").header("x-request-id", bad).send().await;
        assert_eq!(answer.header("x-request-id").len(), 16, "{bad:?} is replaced");
    }
});

http_story!(nothing_is_kept_in_caches_shown_in_frames_or_told_to_other_sites, |app| {
    let answer = app.get("/healthz").header("origin", "https://lms.example").send().await;
    assert_eq!((answer.header("cache-control"), answer.header("x-content-type-options")), ("no-store", "nosniff"));
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("access-control-allow-origin"), "");
});

http_story!(a_desk_that_people_open_by_https_is_opened_by_nothing_else, |app| {
    for path in ["/", "/healthz", "/api/nothing"] {
        assert_eq!(app.get(path).send().await.header("strict-transport-security"), "max-age=31536000", "{path}");
    }
    let settings =
        Settings { public_url: Url::parse("http://desk.example").expect("a URL"), ..app.desk.settings().clone() };
    let (db, clock, names) = (app.desk.db().clone(), app.desk.clock().clone(), app.desk.names().clone());
    let plain = TestApp::over(Desk::new(db, clock, names, settings));
    assert_eq!(plain.get("/").send().await.header("strict-transport-security"), "");
});

http_story!(pages_of_the_origins_that_are_named_may_ask, |app| {
    let origin = |name: &'static str| http::HeaderValue::from_static(name);
    let state = HttpState::new(app.desk.clone(), Metrics::default(), app.health.clone());
    let router = crate::http::router(state.with_cors_origins([origin("https://lms.example")]));
    let app = TestApp { router, ..app };

    let asked = |from: &'static str| app.get("/api/auth/me").header("origin", from).send();
    let preflight = app
        .call("OPTIONS", "/api/support/tickets/x")
        .header("origin", "https://lms.example")
        .header("access-control-request-method", "PATCH")
        .header("access-control-request-headers", "authorization,if-match")
        .send()
        .await;

    assert_eq!(preflight.header("access-control-allow-origin"), "https://lms.example");
    assert!(preflight.header("access-control-allow-methods").contains("PATCH"));
    assert!(preflight.header("access-control-allow-headers").contains("if-match"));
    let known = asked("https://lms.example").await;
    assert_eq!(known.header("access-control-allow-origin"), "https://lms.example");
    assert_eq!(known.header("access-control-allow-credentials"), "");
    known.problem(401);
    assert_eq!(asked("https://evil.example").await.header("access-control-allow-origin"), "");
});

http_story!(anybody_learns_who_may_embed_the_desk, |app| {
    assert_eq!(app.get("/api/embedding").send().await.expect(200), json!({"origins": []}));
    let state = HttpState::new(app.desk.clone(), Metrics::default(), app.health.clone());
    let router = crate::http::router(state.with_embed_origins(["https://lms.example".to_owned()]));
    let app = TestApp { router, ..app };

    let answer = app.get("/api/embedding").send().await.expect(200);

    assert_eq!(answer, json!({"origins": ["https://lms.example"]}));
});

http_story!(a_panic_or_a_defect_is_a_problem_that_says_nothing_of_its_cause, |app| {
    let broken = || async { Problem::from(Refusal::Broken("the secret cause".into())) };
    let away = || async { Problem::from(Refusal::Unavailable("the secret cause".into())) };
    let panics = || async {
        if true {
            panic!("the secret cause")
        }
    };
    let routes = Router::new().route("/broken", get(broken)).route("/away", get(away)).route("/panics", get(panics));
    let state = HttpState::new(app.desk.clone(), Metrics::default(), app.health.clone());
    let app = TestApp { router: surrounded(routes, state), ..app };

    for (path, status) in [("/broken", 500), ("/panics", 500), ("/away", 503)] {
        let answer = app.get(path).send().await;
        assert!(!answer.text.contains("secret"), "{}", answer.text);
        assert_eq!(answer.header("retry-after").is_empty(), status == 500);
        answer.problem(status);
    }
});

http_story!(readiness_is_about_this_process_alone, |app| {
    assert_eq!(app.get("/healthz").send().await.expect(200), json!({"status": "ok"}));
    app.health.set_degraded("matrix", true);
    let ready = app.get("/readyz").send().await.expect(200);
    assert_eq!(ready, json!({"status": "ready", "reason": null, "degraded": ["matrix"]}));

    app.health.set_degraded("matrix", false);
    app.health.shut_down();

    let stopping = app.get("/readyz").send().await.expect(503);
    assert_eq!(stopping, json!({"status": "not-ready", "reason": "shutting-down", "degraded": []}));
});

http_story!(without_its_database_the_desk_is_alive_and_not_ready, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    app.desk.db().close().await;

    app.get("/healthz").send().await.expect(200);
    assert_eq!(app.get("/readyz").send().await.expect(503)["reason"], "database");
    let answer = app.get("/api/support/tickets").by(&ann).send().await;
    assert_eq!(answer.header("retry-after"), "5");
    answer.problem(503);
});

http_story!(numbers_know_routes_and_never_paths, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    app.get("/api/support/tickets/TICK-20260225-9999").by(&ann).send().await.problem(404);
    app.get("/made/up/path").send().await.problem(404);

    let answer = app.get("/metrics").send().await;

    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let text = answer.text;
    let counted = r#"answer_seconds_count{route="/api/support/tickets/{id}",method="GET",status="4xx"} 1"#;
    assert!(text.contains(counted), "{text}");
    assert!(text.contains(r#"route="none""#) && !text.contains("made") && !text.contains("9999"), "{text}");
});

//! How many requests a minute are answered, and what is told about it.
use axum::Router;
use chrono::Duration;
use http::HeaderValue;
use serde_json::json;

use super::{Answer, Caller, TestApp, desk_in};
use crate::desk::metrics::Metrics;
use crate::domain::people::Role;
use crate::http::{ClientAddress, HttpState, RequestLimits, router};

const FEW: RequestLimits = RequestLimits { signed_in: 3, anonymous: 2 };

impl TestApp {
    /// The same desk behind a router of its own.
    fn served(&self, as_wanted: impl FnOnce(HttpState) -> HttpState) -> Self {
        let state = HttpState::new(self.desk.clone(), Metrics::default(), self.health.clone());
        let router: Router = router(as_wanted(state));
        Self { desk: self.desk.clone(), health: self.health.clone(), router }
    }

    async fn asks(&self, by: &Caller) -> Answer {
        self.get("/api/auth/me").by(by).send().await
    }

    async fn asks_from(&self, address: &str) -> Answer {
        self.get("/api/auth/me").header("x-forwarded-for", address).send().await
    }
}

/// An empty desk without limits, and the same with few requests; its folder goes with it.
async fn limited() -> (tempfile::TempDir, TestApp, TestApp) {
    let folder = tempfile::TempDir::new().expect("a folder for the test");
    let free = TestApp::over(desk_in(&folder).await);
    let limited = free.served(|state| state.with_limits(FEW).with_client_address(ClientAddress::Forwarded));
    (folder, free, limited)
}

fn told(answer: &Answer) -> (&str, &str) {
    (answer.header("ratelimit-policy"), answer.header("ratelimit"))
}

#[tokio::test]
async fn everybody_has_a_number_of_requests_and_is_told_what_is_left() {
    let (_folder, free, app) = limited().await;
    let (ann, ben) = (free.signed_in("ann", Role::Student).await, free.signed_in("ben", Role::Admin).await);
    let key = json!({"name": "Exports", "scopes": ["read"]});
    let key = free.post("/api/keys").by(&ben).json(&key).send().await.expect(201);
    let key = key["secret"].as_str().expect("a key");

    let first = app.asks(&ann).await;
    assert_eq!(told(&first), ("\"person\";q=3;w=60", "\"person\";r=2;t=60"));
    first.expect(200);
    app.desk.clock().advance(Duration::milliseconds(20_500));
    let missing = app.get("/api/support/tickets/none").by(&ann).send().await;
    assert_eq!(told(&missing).1, "\"person\";r=1;t=40");
    missing.problem(404);
    assert_eq!(told(&app.post("/api/support/tickets").by(&ann).raw("{").send().await).1, "\"person\";r=0;t=40");
    let refused = app.asks(&ann).await;
    assert_eq!((told(&refused).1, refused.header("retry-after")), ("\"person\";r=0;t=40", "40"));
    let (problem, _) = refused.problem(429);
    assert_eq!(problem["type"], "urn:roomdesk:problem:too-many");

    for _ in 0..3 {
        app.asks(&ben).await.expect(200);
        let by_key = app.get("/api/auth/me").token(key).send().await;
        assert_eq!(told(&by_key).0, "\"key\";q=3;w=60");
        by_key.expect(200);
    }
    app.get("/api/auth/me").token(key).send().await.problem(429);
    app.asks(&ben).await.problem(429);
    app.desk.clock().advance(Duration::milliseconds(39_499));
    app.asks(&ann).await.problem(429);
    app.desk.clock().advance(Duration::milliseconds(1));
    assert_eq!(told(&app.asks(&ann).await).1, "\"person\";r=2;t=60");
}

#[tokio::test]
async fn strangers_are_counted_by_their_addresses() {
    let (_folder, free, app) = limited().await;
    let ann = free.signed_in("ann", Role::Student).await;

    let first = app.asks_from("2001:db8:1:2:3::4").await;
    assert_eq!(told(&first), ("\"address\";q=2;w=60", "\"address\";r=1;t=60"));
    first.problem(401);
    let wrong = app.get("/api/auth/me").header("x-forwarded-for", "9.9.9.9, 2001:db8:1:2::1").token("nonsense");
    wrong.send().await.problem(401);
    app.asks_from("2001:db8:1:2:ffff::1").await.problem(429);
    app.asks_from("2001:db8:1:3::1").await.problem(401);
    // Signing in is no exception, and being signed in is one.
    let login = app.login("ann", super::PASSWORD).header("x-forwarded-for", "2001:db8:1:2::7");
    login.send().await.problem(429);
    app.get("/api/auth/me").by(&ann).header("x-forwarded-for", "2001:db8:1:2::7").send().await.expect(200);

    let direct = free.served(|state| state.with_limits(FEW));
    for (address, status) in [(1, 401), (1, 401), (1, 429), (2, 401)] {
        let answer = direct.get("/api/auth/me").from(address).header("x-forwarded-for", "192.0.2.77").send().await;
        answer.problem(status);
    }
}

#[tokio::test]
async fn health_numbers_pictures_and_questions_of_browsers_are_free() {
    let (_folder, _free, app) = limited().await;
    let app = app.served(|state| state.with_limits(FEW).with_cors_origins([HeaderValue::from_static("https://a.b")]));

    for path in ["/", "/healthz", "/readyz", "/metrics", "/api/avatars/nobody"] {
        for _ in 0..5 {
            let answer = app.get(path).send().await;
            assert!(answer.status != 429 && told(&answer) == ("", ""), "{path}: {}", answer.status);
        }
    }
    let preflight = || {
        let ask = app.call("OPTIONS", "/api/support/tickets").header("origin", "https://a.b");
        ask.header("access-control-request-method", "POST").send()
    };
    for _ in 0..5 {
        preflight().await.expect(200);
    }
    let mut last = app.get("/api/nothing").header("origin", "https://a.b").send().await;
    assert_eq!(last.status, 404);
    for _ in 0..2 {
        last = app.get("/api/nothing").header("origin", "https://a.b").send().await;
    }
    let exposed = last.header("access-control-expose-headers").to_owned();
    assert!(["ratelimit", "ratelimit-policy", "retry-after"].iter().all(|name| exposed.contains(name)), "{exposed}");
    assert_eq!(last.header("access-control-allow-origin"), "https://a.b");
    last.problem(429);
}

#[tokio::test]
async fn without_limits_nothing_is_told_of_them() {
    let (_folder, free, _) = limited().await;
    let half = free.served(|state| state.with_limits(RequestLimits { signed_in: 0, anonymous: 1 }));
    let ann = free.signed_in("ann", Role::Student).await;

    assert_eq!(told(&free.asks(&ann).await), ("", ""));
    for _ in 0..5 {
        let answer = half.asks(&ann).await;
        assert_eq!(told(&answer), ("", ""));
        answer.expect(200);
    }
}

#[tokio::test]
async fn whom_nobody_can_name_at_present_is_not_counted() {
    let (_folder, free, app) = limited().await;
    let ann = free.signed_in("ann", Role::Student).await;
    app.desk.db().close().await;
    for _ in 0..5 {
        let answer = app.asks(&ann).await;
        assert_eq!(told(&answer), ("", ""));
        answer.problem(503);
    }
}

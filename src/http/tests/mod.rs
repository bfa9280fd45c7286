//! The REST API over a desk on an empty database, one file per story.
mod auth;
mod avatars;
mod bad_input;
mod dashboard;
mod identity;
mod lifecycle;
mod limits;
mod openapi;
mod people;
mod repeats;
mod rules;
mod sessions;
mod stats;
mod surroundings;
mod tickets;

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use chrono::{Duration, FixedOffset};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use url::Url;

use super::{HttpState, router};
use crate::desk::health::Health;
use crate::desk::metrics::Metrics;
use crate::desk::people::NewAccount;
use crate::desk::{AuthSettings, Desk, HostRoles, Settings, TicketSettings};
use crate::domain::Clock;
use crate::domain::clock::from_millis;
use crate::domain::matrix_ids::Namespace;
use crate::domain::people::{Person, Role};
use crate::files::FileSettings;
use crate::files::clamd::Unscanned;
use crate::files::kinds::MediaTypes;
use crate::host::HostSettings;
use crate::store::Db;

const PASSWORD: &str = "correct horse battery";
const ATTEMPTS: i64 = 3;

/// A desk and its REST API.
struct TestApp {
    desk: Desk,
    health: Health,
    router: Router,
}

/// Somebody who is signed in.
struct Caller {
    person: Person,
    token: String,
    refresh_token: String,
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.text))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The JSON of an answer with this status.
    #[track_caller]
    fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem document of this status, and the pointers of its errors.
    #[track_caller]
    fn problem(self, status: u16) -> (Value, Vec<String>) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["requestId"], self.header("x-request-id"));
        let pointer = |error: &Value| error["pointer"].as_str().expect("a pointer").to_owned();
        let pointers = problem["errors"].as_array().expect("a list").iter().map(pointer).collect();
        (problem, pointers)
    }
}

/// A request being put together.
struct Call<'a> {
    app: &'a TestApp,
    request: http::request::Builder,
    body: Body,
    peer: Ipv4Addr,
}

impl Call<'_> {
    fn by(self, caller: &Caller) -> Self {
        self.token(&caller.token)
    }

    fn token(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    fn from(mut self, last: u8) -> Self {
        self.peer = Ipv4Addr::new(192, 0, 2, last);
        self
    }

    fn json(self, body: &Value) -> Self {
        self.raw(body.to_string())
    }

    /// A body that says it is JSON.
    fn raw(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.header(CONTENT_TYPE.as_str(), "application/json")
    }

    async fn send(self) -> Answer {
        let peer = ConnectInfo(SocketAddr::from((self.peer, 40_000)));
        let request: Request<Body> = self.request.extension(peer).body(self.body).expect("a valid request");
        let response = self.app.router.clone().oneshot(request).await.expect("routers do not fail");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 * 1024 * 1024).await.expect("a body from memory");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }
}

impl TestApp {
    fn over(desk: Desk) -> Self {
        let health = Health::default();
        let router = router(HttpState::new(desk.clone(), Metrics::default(), health.clone()));
        Self { desk, health, router }
    }

    fn call(&self, method: &str, path: &str) -> Call<'_> {
        let request = Request::builder().method(method).uri(path);
        Call { app: self, request, body: Body::empty(), peer: Ipv4Addr::new(192, 0, 2, 1) }
    }

    fn get(&self, path: &str) -> Call<'_> {
        self.call("GET", path)
    }

    fn post(&self, path: &str) -> Call<'_> {
        self.call("POST", path)
    }

    async fn account(&self, name: &str, role: Role) -> Person {
        let account = NewAccount {
            email: format!("{name}@example.org"),
            display_name: name.to_owned(),
            role,
            password: Some(PASSWORD.to_owned()),
            matrix_id: None,
        };
        self.desk.add_person(account).await.expect("a fresh address")
    }

    async fn signed_in(&self, name: &str, role: Role) -> Caller {
        let person = self.account(name, role).await;
        let session = self.login(name, PASSWORD).send().await.expect(200);
        let text = |field: &str| session[field].as_str().expect("a token").to_owned();
        Caller { person, token: text("accessToken"), refresh_token: text("refreshToken") }
    }

    /// Somebody whose token has run out, signed in again.
    async fn again(&self, caller: &mut Caller) {
        let session = self.login(&caller.person.display_name, PASSWORD).send().await.expect(200);
        session["accessToken"].as_str().expect("a token").clone_into(&mut caller.token);
    }

    fn login(&self, name: &str, password: &str) -> Call<'_> {
        let body = json!({"email": format!("{name}@example.org"), "password": password});
        self.post("/api/auth/login").json(&body)
    }

    fn refresh(&self, token: &str) -> Call<'_> {
        self.post("/api/auth/refresh").json(&json!({"refreshToken": token}))
    }

    /// A ticket of the caller: its JSON.
    async fn ticket(&self, caller: &Caller, title: &str) -> Value {
        let body = json!({"title": title, "description": "It burns"});
        self.post("/api/support/tickets").by(caller).json(&body).send().await.expect(201)
    }

    fn say(&self, caller: &Caller, ticket: &Value, message: &str) -> Call<'_> {
        let body = json!({"ticket": ticket["id"], "message": message});
        self.post("/api/chat/messages").by(caller).json(&body)
    }
}

/// A desk on SQLite in a folder of its own, whose clock moves only by hand.
async fn desk_in(folder: &TempDir) -> Desk {
    desk_with(folder, TicketSettings::default()).await
}

async fn desk_with(folder: &TempDir, tickets: TicketSettings) -> Desk {
    desk_of(folder, tickets, None).await
}

async fn desk_of(folder: &TempDir, tickets: TicketSettings, host: Option<(HostSettings, HostRoles)>) -> Desk {
    let db = Db::open_sqlite(&folder.path().join("desk.db"), 4).await.expect("a fresh file opens");
    db.migrate().await.expect("a fresh file migrates");
    let auth = AuthSettings {
        jwt_secret: b"a secret of thirty-two bytes....".to_vec(),
        access_token: Duration::minutes(15),
        refresh_token: Duration::days(30),
        invitation: Duration::days(7),
        password_reset: Duration::minutes(60),
        login_attempts: ATTEMPTS,
        login_window: Duration::minutes(15),
    };
    let names = Namespace::new("desk_", "desk.example".try_into().expect("a server")).expect("fits");
    let zone = FixedOffset::east_opt(0).expect("zero fits");
    let public_url = Url::parse("https://desk.example/").expect("a URL");
    let clock = Clock::standing_at(from_millis(1_772_000_000_000));
    let files = FileSettings {
        folder: folder.path().join("files"),
        limit: 1024 * 1024,
        avatar_limit: 256 * 1024,
        allowed: MediaTypes::parse("image/*, text/*, application/pdf").expect("a list"),
        clamd: None,
        unscanned: Unscanned::Refused,
    };
    let (host, host_roles) = host.map_or((None, HostRoles::default()), |(host, roles)| (Some(host), roles));
    Desk::new(db, clock, names, Settings { zone, public_url, auth, files, tickets, mail: None, host, host_roles })
}

/// Names a test that is handed a [`TestApp`] on an empty database.
macro_rules! http_story {
    ($name:ident, |$app:ident| $body:block) => {
        #[tokio::test]
        async fn $name() {
            let folder = tempfile::TempDir::new().expect("a folder for the test");
            let $app = $crate::http::tests::TestApp::over($crate::http::tests::desk_in(&folder).await);
            $body
        }
    };
}
use http_story;

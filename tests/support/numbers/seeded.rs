//! A desk with some thousand made-up tickets, asked over REST, whose statements are overheard.
use std::net::SocketAddr;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use roomdesk::app::cli::Seed;
use roomdesk::app::dev;
use roomdesk::desk::health::Health;
use roomdesk::desk::metrics::Metrics;
use roomdesk::desk::people::NewAccount;
use roomdesk::domain::clock::from_millis;
use roomdesk::domain::people::{Person, Role};
use roomdesk::domain::{Clock, Time};
use roomdesk::http::{HttpState, router};
use roomdesk::store::Db;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::office::Office;
use super::statements::{overheard, plan_of, run_by};
use crate::support::story::Fixture;
use crate::support::{DatabaseKind, TestDatabase};

const TICKETS: u32 = 4_000;
/// Some messages get a file.
const FILES: &str = "INSERT INTO files (id, ticket, message, uploader, filename, original_name, mime_type, size, state, \
                     created_at) SELECT 'fil_' || substr(id, 5), ticket, id, sender, id, 'a.png', 'image/png', 1, 'ready', \
                     created_at FROM messages WHERE seq = 3";
const PEOPLE: &str = "INSERT INTO people (id, display_name, role, created_at) SELECT p.id || '-' || t.id, p.display_name, \
                      'student', 0 FROM people p JOIN tickets t ON t.assigned_to = p.id";
const NAMED: &str = "INSERT INTO ticket_staff (ticket, person) SELECT id, assigned_to FROM tickets \
                     WHERE assigned_to IS NOT NULL ON CONFLICT DO NOTHING";
const READERS: &str = "INSERT INTO read_markers (ticket, person, seq, read_at) SELECT t.id, p.id, 1, 0 FROM tickets t \
                       CROSS JOIN (SELECT id FROM people WHERE role <> 'student' LIMIT 15) p WHERE TRUE \
                       ON CONFLICT DO NOTHING";
const PASSWORD: &str = "correct horse battery";

pub struct Seeded {
    pub office: Office,
}

fn now() -> Time {
    from_millis(1_790_000_000_000)
}

/// Fills a database with as many tickets, four messages each.
pub async fn fill(db: &Db, tickets: u32, force: bool) -> dev::Filled {
    let wish = Seed { tickets, messages: None, seed: if force { 2 } else { 1 }, force };
    let zone = chrono::FixedOffset::east_opt(7_200).expect("two hours fit");
    let filled = dev::fill(db, &wish, (now(), zone), (&|_| {}, &CancellationToken::new())).await;
    filled.expect("an empty database takes them")
}

impl Fixture for Seeded {
    async fn start(kind: DatabaseKind) -> Self {
        let database = TestDatabase::fresh(kind).await;
        let db = database.open(2).await;
        fill(&db, TICKETS, false).await;
        db.close().await;
        let seeded = Self { office: Office::over(overheard(&database).await, Clock::standing_at(now())) };
        // A small table is gone through whatever indexes there are.
        for more in [FILES, PEOPLE, READERS, NAMED, "ANALYZE"] {
            seeded.does(more).await;
        }
        seeded
    }

    async fn finish(self) {
        self.office.finish().await;
    }
}

impl Seeded {
    /// Somebody who signs in.
    pub async fn signed_in(&self, name: &str, role: Role) -> (Person, String) {
        let account = NewAccount {
            email: format!("{name}@office.test"),
            display_name: name.to_owned(),
            role,
            password: Some(PASSWORD.to_owned()),
            matrix_id: None,
        };
        let person = self.office.desk.add_person(account).await.expect("a fresh address");
        let body = json!({"email": format!("{name}@office.test"), "password": PASSWORD});
        let session = self.ask("POST", "/api/auth/login", (None, &body)).await;
        (person, session["accessToken"].as_str().expect("a token").to_owned())
    }

    /// A request that succeeds.
    pub async fn ask(&self, method: &str, path: &str, (token, body): (Option<&str>, &Value)) -> Value {
        let state = HttpState::new(self.office.desk.clone(), Metrics::default(), Health::default());
        let peer = ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 40_000)));
        let mut request = Request::builder().method(method).uri(path).extension(peer);
        request = request.header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body.to_string())).expect("a request");
        let answer = router(state).oneshot(request).await.expect("routers do not fail");
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.expect("a body from memory");
        assert!(status.is_success(), "{method} {path}: {status} {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap_or(Value::Null)
    }

    /// Each statement that these paths run, with the database's plan for it.
    pub async fn plans(&self, token: &str, paths: &[String]) -> Vec<(String, Vec<String>)> {
        let engine = self.office.desk.db().engine();
        let asking = async {
            for path in paths {
                self.ask("GET", path, (Some(token), &Value::Null)).await;
            }
        };
        let mut plans = Vec::new();
        for statement in run_by(engine, asking).await {
            let plan = plan_of(self.office.desk.db(), &statement).await;
            plans.push((statement, plan));
        }
        plans
    }

    /// Does something to the rows or the schema.
    pub async fn does(&self, text: &str) {
        let text = AssertSqlSafe(text.to_owned());
        match self.office.desk.db() {
            Db::Sqlite { writer, .. } => drop(sqlx::query(text).execute(writer).await.expect("it fits")),
            Db::Postgres(pool) => drop(sqlx::query(text).execute(pool).await.expect("it fits")),
        }
    }
}

/// Three databases without a row, the last without a schema.
pub struct Bare {
    pub first: Db,
    pub second: Db,
    pub empty: Db,
}

impl Fixture for Bare {
    async fn start(kind: DatabaseKind) -> Self {
        let (first, second) = (TestDatabase::fresh(kind).await, TestDatabase::fresh(kind).await);
        let empty = TestDatabase::fresh(kind).await.open_empty(2).await;
        Self { first: first.open(2).await, second: second.open(2).await, empty }
    }

    async fn finish(self) {
        for db in [self.first, self.second, self.empty] {
            db.close().await;
        }
    }
}

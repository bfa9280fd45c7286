//! A second application service, which only notes when the homeserver's push brings an event.
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::extract::{DefaultBodyLimit, State};
use axum::{Json, Router};
use ruma::{EventId, OwnedEventId};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::ground::SERVER_NAME;

type Noted = Arc<Mutex<HashMap<OwnedEventId, Instant>>>;

/// When each event arrived.
pub struct Arrivals {
    noted: Noted,
    server: JoinSet<()>,
}

#[derive(Deserialize)]
struct Transaction {
    events: Vec<Pushed>,
}

#[derive(Deserialize)]
struct Pushed {
    event_id: OwnedEventId,
}

impl Arrivals {
    /// Listens on `port` of loopback; the registration to give to the homeserver.
    pub async fn listen(folder: &Path, port: u16) -> anyhow::Result<(Self, PathBuf)> {
        let noted = Noted::default();
        let router = Router::new().fallback(note).layer(DefaultBodyLimit::disable()).with_state(noted.clone());
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let mut server = JoinSet::new();
        server.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the benchmark's own listener broke off");
            }
        });
        let talkers = format!("@talker_.*:{}", SERVER_NAME.replace('.', r"\."));
        let registration = json!({
            "id": "bench-arrivals",
            "url": format!("http://127.0.0.1:{port}"),
            "as_token": "arrivals-as-token",
            "hs_token": "arrivals-hs-token",
            "sender_localpart": "bench_arrivals",
            "rate_limited": false,
            "namespaces": {"users": [{"exclusive": false, "regex": talkers}], "aliases": [], "rooms": []},
        });
        let file = folder.join("arrivals.yaml");
        fs::write(&file, registration.to_string())?;
        Ok((Self { noted, server }, file))
    }

    /// When the event arrived, if it has.
    pub fn of(&self, event: &EventId) -> Option<Instant> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).get(event).copied()
    }

    pub fn stop(mut self) {
        self.server.abort_all();
    }
}

async fn note(State(noted): State<Noted>, body: String) -> Json<Value> {
    let now = Instant::now();
    if let Ok(transaction) = serde_json::from_str::<Transaction>(&body) {
        let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
        for event in transaction.events {
            noted.entry(event.event_id).or_insert(now);
        }
    }
    Json(json!({}))
}

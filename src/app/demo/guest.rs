//! Somebody who only uses Matrix, by the plain client API, as any client would (client-server API).
use anyhow::{Context, bail};
use reqwest::{Method, Response, StatusCode};
use ruma::RoomId;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

/// A Matrix user who is signed in.
pub struct Guest {
    http: reqwest::Client,
    base: Url,
    session: Session,
}

#[derive(Deserialize)]
struct Session {
    user_id: String,
    access_token: String,
}

/// Whether somebody is in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    Yes,
    /// The invitation has not come yet.
    NotInvited,
}

impl Guest {
    /// Signs in with a password. The device has a name of its own, so that what was sent once is not sent again.
    pub async fn sign_in(base: Url, name: &str, password: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let body = json!({
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": name},
            "password": password,
            "device_id": "DEMO",
        });
        let answer = http.post(url(&base, &["login"])).json(&body).send().await?;
        let session = well(answer).await.context("the Matrix user cannot sign in")?.json().await?;
        Ok(Self { http, base, session })
    }

    pub async fn is_called(&self, display_name: &str) -> anyhow::Result<()> {
        let path = ["profile", &self.session.user_id, "displayname"];
        self.ask(Method::PUT, &path, &json!({"displayname": display_name})).await.map(drop)
    }

    /// Joins a room, once an invitation is there.
    pub async fn join(&self, room: &RoomId) -> anyhow::Result<Joined> {
        let request = self.http.post(url(&self.base, &["rooms", room.as_str(), "join"]));
        let answer = request.bearer_auth(&self.session.access_token).json(&json!({})).send().await?;
        if answer.status() == StatusCode::FORBIDDEN {
            return Ok(Joined::NotInvited);
        }
        well(answer).await?;
        Ok(Joined::Yes)
    }

    /// Says something in a room; the same `txn_id` is the same message.
    pub async fn say(&self, room: &RoomId, txn_id: &str, text: &str) -> anyhow::Result<()> {
        let path = ["rooms", room.as_str(), "send", "m.room.message", txn_id];
        self.ask(Method::PUT, &path, &json!({"msgtype": "m.text", "body": text})).await.map(drop)
    }

    async fn ask(&self, method: Method, path: &[&str], body: &Value) -> anyhow::Result<Response> {
        let request = self.http.request(method, url(&self.base, path));
        well(request.bearer_auth(&self.session.access_token).json(body).send().await?).await
    }
}

fn url(base: &Url, path: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(["_matrix", "client", "v3"]).extend(path);
    }
    url
}

/// The answer, unless it is a refusal.
async fn well(answer: Response) -> anyhow::Result<Response> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    bail!("the homeserver answered {status}: {}", answer.text().await?)
}

//! What the sections stand on: a real Synapse, a desk in this process, people, and clients for both.
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::{Method, StatusCode};
use roomdesk::app::config::Config;
use roomdesk::app::local::synapse::{Synapse, SynapseSpec, UserRole};
use roomdesk::app::registration::Registration;
use roomdesk::app::serve::{self, Serving};
use roomdesk::desk::Desk;
use roomdesk::desk::chat::Part;
use roomdesk::desk::people::NewAccount;
use roomdesk::domain::Clock;
use roomdesk::domain::ids::TicketId;
use roomdesk::domain::matrix_ids::DEVICE;
use roomdesk::domain::messages::Message;
use roomdesk::domain::people::{Person, Role};
use roomdesk::domain::tickets::Ticket;
use roomdesk::store::messages::Page;
use roomdesk::store::{inbox, lanes};
use ruma::{OwnedEventId, OwnedUserId, RoomId, UserId, server_name};
use serde_json::{Value, json};
use url::Url;

use crate::arrivals::Arrivals;
use crate::support::{eventually, folder, free_port};

pub const SERVER_NAME: &str = "roomdesk.bench";
const PASSWORD: &str = "correct horse battery staple";
/// Thirty-two rooms take ten seconds and more.
const REST_DEADLINE: Duration = Duration::from_secs(240);

/// A homeserver and a desk that know each other.
pub struct Ground {
    pub synapse: Synapse,
    pub serving: Serving,
    /// When the homeserver's push brought events of the people named `talker_…`.
    pub arrivals: Arrivals,
    as_token: String,
    http: reqwest::Client,
}

/// Somebody of the desk, signed in.
pub struct Member {
    pub person: Person,
    token: String,
}

impl Member {
    pub fn token(&self) -> &str {
        &self.token
    }
}

/// Somebody of the homeserver, signed in.
pub struct Talker {
    pub id: OwnedUserId,
    token: String,
}

impl Ground {
    /// Starts both; the desk on the empty database at `url`.
    pub async fn start(url: &str) -> anyhow::Result<Self> {
        let folder = folder::fresh("ground");
        let push = free_port();
        let (config, registration) = configure(&folder, url, (free_port(), push))?;
        let (arrivals, ear) = Arrivals::listen(&folder, free_port()).await?;
        let port = config.matrix.homeserver_url.port().context("the URL has a port")?;
        let registrations = vec![config.matrix.registration_file.clone(), ear];
        let spec = SynapseSpec { registrations, ..SynapseSpec::new(folder.join("synapse"), SERVER_NAME, port) };
        let synapse = Synapse::start(spec).await?;
        let serving = serve::start(&config, Clock::system()).await?;
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build()?;
        let ground = Self { synapse, serving, arrivals, as_token: registration.as_token.expose().into(), http };
        eventually("the bridge to be ready", REST_DEADLINE, async || {
            ground.serving.bridge.heart().pulse().bridge_is_ready.then_some(())
        })
        .await;
        Ok(ground)
    }

    pub async fn stop(self) -> anyhow::Result<()> {
        self.serving.stop().await;
        self.arrivals.stop();
        Ok(self.synapse.stop().await?)
    }

    pub fn desk(&self) -> &Desk {
        &self.serving.desk
    }

    /// Where the desk listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.serving.address)
    }

    /// Adds somebody and signs them in by REST.
    pub async fn member(&self, name: &str, role: Role) -> anyhow::Result<Member> {
        let email = format!("{name}@roomdesk.bench");
        let account = NewAccount {
            email: email.clone(),
            display_name: name.into(),
            role,
            password: Some(PASSWORD.into()),
            matrix_id: None,
        };
        let person = self.desk().add_person(account).await.map_err(refused)?;
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self.rest(Method::POST, "/api/auth/login", None, Some(&body)).await?;
        Ok(Member { person, token: text(&answer, "accessToken")? })
    }

    /// Opens a ticket by REST.
    pub async fn open(&self, by: &Member, title: &str) -> anyhow::Result<TicketId> {
        let body = json!({"title": title, "description": format!("{title}, and nothing else")});
        let answer = self.rest(Method::POST, "/api/support/tickets", Some(by), Some(&body)).await?;
        Ok(text(&answer, "id")?.parse()?)
    }

    /// Writes into a ticket by REST; the message's id.
    pub async fn write(&self, by: &Member, ticket: &TicketId, message: &str) -> anyhow::Result<String> {
        let body = json!({"ticket": ticket, "message": message});
        text(&self.rest(Method::POST, "/api/chat/messages", Some(by), Some(&body)).await?, "id")
    }

    /// The ticket with its room.
    pub async fn with_room(&self, by: &Member, ticket: &TicketId) -> anyhow::Result<Ticket> {
        let ticket = self.desk().ticket(&by.person, ticket.as_str()).await.map_err(refused)?;
        ensure!(ticket.room_id.is_some(), "{} has no room, though nothing is left to do", ticket.id);
        Ok(ticket)
    }

    /// A request to the desk; anything but success is an error.
    pub async fn rest(
        &self,
        method: Method,
        path: &str,
        by: Option<&Member>,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.url()));
        if let Some(by) = by {
            request = request.bearer_auth(&by.token);
        }
        answer(request, body).await.with_context(|| path.to_owned())
    }

    /// Registers somebody of the homeserver and signs them in with their password.
    pub async fn talker(&self, name: &str) -> anyhow::Result<Talker> {
        let id = self.synapse.register_user(name, PASSWORD, UserRole::Ordinary).await?;
        let identifier = json!({"type": "m.id.user", "user": name});
        let body = json!({"type": "m.login.password", "identifier": identifier, "password": PASSWORD});
        let request = self.http.post(self.matrix(&["login"])?);
        Ok(Talker { id, token: text(&answer(request, Some(&body)).await?, "access_token")? })
    }

    /// Takes the invitation into the room, as soon as it is there.
    pub async fn join(&self, talker: &Talker, room: &RoomId) -> anyhow::Result<()> {
        let url = self.matrix(&["rooms", room.as_str(), "join"])?;
        eventually(format!("the invitation of {}", talker.id), REST_DEADLINE, async || {
            answer(self.http.post(url.clone()).bearer_auth(&talker.token), Some(&json!({}))).await
        })
        .await;
        Ok(())
    }

    /// Says something as an ordinary client does; the event's id.
    pub async fn say(&self, talker: &Talker, room: &RoomId, words: &str) -> anyhow::Result<OwnedEventId> {
        let url = self.matrix(&["rooms", room.as_str(), "send", "m.room.message", words])?;
        let content = json!({"msgtype": "m.text", "body": words});
        event_id(&answer(self.http.put(url).bearer_auth(&talker.token), Some(&content)).await?)
    }

    /// Says something as a ghost, past the desk: one request of the application service and nothing else.
    pub async fn say_as_ghost(&self, ghost: &UserId, room: &RoomId, words: &str) -> anyhow::Result<OwnedEventId> {
        let mut url = self.matrix(&["rooms", room.as_str(), "send", "m.room.message", words])?;
        url.query_pairs_mut().append_pair("user_id", ghost.as_str()).append_pair("device_id", DEVICE);
        // What the desk sends, as large; Synapse takes 4 ms to look through `m.mentions`, even when it is empty.
        let marker = "of_nobody_but_the_benchmark_";
        let content = json!({"msgtype": "m.text", "body": words, "m.mentions": {}, "org.roomdesk.bench": marker});
        event_id(&answer(self.http.put(url).bearer_auth(&self.as_token), Some(&content)).await?)
    }

    fn matrix(&self, path: &[&str]) -> anyhow::Result<Url> {
        let mut url = Url::parse(&self.synapse.base_url())?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(["_matrix", "client", "v3"]).extend(path);
        }
        Ok(url)
    }

    /// Waits until nothing is left to send and nothing to apply.
    pub async fn at_rest(&self) {
        eventually("the desk to come to rest", REST_DEADLINE, async || {
            let mut tx = self.desk().db().read().await.map_err(|error| error.to_string())?;
            let (jobs, _) = lanes::backlog(&mut tx).await.map_err(|error| error.to_string())?;
            let (events, _) = inbox::backlog(&mut tx).await.map_err(|error| error.to_string())?;
            if (jobs, events) == (0, 0) { Ok(()) } else { Err(format!("{jobs} jobs and {events} events")) }
        })
        .await;
    }

    /// Nothing was laid aside.
    pub async fn nothing_failed(&self) -> anyhow::Result<()> {
        let dead = inbox::dead(&mut self.desk().db().read().await?).await?;
        ensure!(dead == 0, "{dead} events were laid aside");
        Ok(())
    }
}

/// A configuration and a fresh registration in `folder`, for a homeserver on the first port that pushes to the second.
pub fn configure(folder: &Path, url: &str, (port, push): (u16, u16)) -> anyhow::Result<(Config, Registration)> {
    let file: PathBuf = folder.join("registration.yaml");
    let pushed_to = Url::parse(&format!("http://127.0.0.1:{push}"))?;
    let prefix = "desk_".parse()?;
    let registration = Registration::generate(server_name!("roomdesk.bench"), prefix, pushed_to);
    registration.write_new(&file)?;
    let text = format!(
        "[server]\nlisten = '127.0.0.1:0'\n[database]\nurl = '{url}'\n\
         [auth]\njwt_secret = '{secret}'\nlogin_attempts = 1000\n\
         [limits]\nrequests_per_minute = 0\nanonymous_requests_per_minute = 0\n[log]\nfilter = 'warn'\n\
         [matrix]\nserver_name = '{SERVER_NAME}'\nhomeserver_url = 'http://127.0.0.1:{port}'\n\
         registration_file = '{file}'\nappservice_listen = '127.0.0.1:{push}'\n",
        secret = "0".repeat(64),
        file = file.display(),
    );
    // So that other settings can be tried: ROOMDESK__MATRIX__SENDS_IN_FLIGHT=16 make bench.
    Ok((Config::from_toml(&text, folder, std::env::vars_os())?, registration))
}

/// A refusal as an error of the benchmark.
pub fn refused(refusal: impl std::fmt::Debug) -> anyhow::Error {
    anyhow::anyhow!("the desk refused: {refusal:?}")
}

async fn answer(request: reqwest::RequestBuilder, body: Option<&Value>) -> anyhow::Result<Value> {
    let request = match body {
        Some(body) => request.json(body),
        None => request,
    };
    let response = request.send().await?;
    let status: StatusCode = response.status();
    let text = response.text().await?;
    ensure!(status.is_success(), "{status}: {text}");
    Ok(serde_json::from_str(&text)?)
}

fn text(answer: &Value, key: &str) -> anyhow::Result<String> {
    answer[key].as_str().map(str::to_owned).with_context(|| format!("no {key} in {answer}"))
}

fn event_id(answer: &Value) -> anyhow::Result<OwnedEventId> {
    Ok(OwnedEventId::try_from(text(answer, "event_id")?)?)
}

/// What people wrote in a ticket, all of it, oldest first.
pub async fn conversation(desk: &Desk, by: &Person, ticket: &str) -> anyhow::Result<Vec<Message>> {
    let all = desk.conversation(by, ticket, &Part::Page(Page::After(0)), 100_000).await;
    Ok(all.map_err(refused)?.1.into_iter().filter(|message| message.kind.is_of_people()).collect())
}

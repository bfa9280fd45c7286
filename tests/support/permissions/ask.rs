//! Asking for an operation as everybody, and saying where the desk differs from the table.
use reqwest::Method;
use serde_json::{Value, json};

use super::cast::Cast;
use super::operations::Operation;
use super::stage::{Stage, Thing};
use super::table::{Cell, Role, Row};
use crate::support::account::{Account, text};
use crate::support::eventually;
use crate::support::eventually::SOON;
use crate::support::home::Home;
use crate::support::rest::{Answer, Rest};

/// A stage that the refused share, and what was there before they came.
struct Shared {
    stage: Stage,
    before: Vec<(String, Value)>,
}

/// Asks for the operation as each role; every cell of the row from which the desk differs.
pub async fn examine(cast: &Cast<'_>, operation: &Operation, row: &Row) -> Vec<String> {
    let mut shared: [Option<Shared>; 2] = [None, None];
    let mut deviations = Vec::new();
    for role in Role::ALL {
        let Cell::Status(expected, shows) = row.cell(role) else { continue };
        let is_confidential = role.asks_about_confidential();
        let is_done = expected < 400 && !operation.is_reading();
        let things = operation.things();
        let answer = if operation.is_own || is_done {
            let stage = Stage::set(cast, &things, is_confidential, role).await;
            ask(cast, operation, (&stage, row, role)).await
        } else {
            let shared = &mut shared[usize::from(is_confidential)];
            if shared.is_none() {
                let stage = Stage::set(cast, &things, is_confidential, Role::Owner).await;
                *shared = Some(Shared { before: stage.looks(cast).await, stage });
            }
            let stage = &shared.as_ref().expect("it was set above").stage;
            ask(cast, operation, (stage, row, role)).await
        };
        let got = (answer.status, answer.shows.filter(|_| shows.is_some()));
        if got != (expected, shows) {
            let told = |(status, shows): (u16, Option<bool>)| {
                format!("{status}{}", shows.map_or("", |shows| if shows { "+" } else { "-" }))
            };
            let (expected, got) = (told((expected, shows)), told(got));
            deviations.push(format!(
                "{}, {}: {expected} expected, {got} got {}",
                row.name,
                role.as_str(),
                answer.detail
            ));
        }
    }
    for Shared { stage, before } in shared.into_iter().flatten().filter(|_| !operation.is_reading()) {
        for (after, before) in stage.looks(cast).await.iter().zip(&before).filter(|(after, before)| after != before) {
            deviations.push(format!("{}: what was refused changed {}; {}", row.name, before.0, after.1));
        }
    }
    deviations
}

/// What came of a request.
struct Outcome {
    status: u16,
    /// Whether the ticket is in the answer, or was changed by a job; where there is one.
    shows: Option<bool>,
    /// Why it was refused.
    detail: String,
}

async fn ask(cast: &Cast<'_>, operation: &Operation, (stage, row, role): (&Stage, &Row, Role)) -> Outcome {
    let (method, _) = operation.name.split_once(' ').expect("a method and a path");
    let method: Method = method.parse().expect("a method");
    let path = format!("{}{}", path_of(operation, stage), (operation.query)(stage));
    let rest = match path.starts_with("/_matrix/") {
        true => Rest::at(cast.desk.home.service().push_port),
        false => cast.desk.rest.clone(),
    };
    let request = (operation.body)(stage).of(rest.request(method, &path));
    let twin = stage.twin.as_ref().filter(|_| !matches!(role, Role::KeyWithout | Role::Nobody | Role::Disabled));
    let token = twin.map(Account::token).or(cast.token(role, row.scope));
    let answer = match token {
        Some(token) => request.by(token).send().await,
        None => request.send().await,
    };
    let detail = answer.body["detail"].as_str().unwrap_or_default().to_owned();
    let status = answer.status.as_u16();
    let is_about_ticket = stage.ticket.is_some() && status < 300;
    let shows = match operation.is_job && status == 202 {
        true => Some((operation.shows)(stage, &job_is_over(cast, &text(&answer.body["id"])).await)),
        false => is_about_ticket.then(|| (operation.shows)(stage, &answer)),
    };
    Outcome { status, shows, detail }
}

/// Waits until a job is over.
pub async fn job_is_over(cast: &Cast<'_>, id: &str) -> Answer {
    eventually(format!("job {id} to be over"), SOON, async || {
        let job = cast.eve.get(&format!("/api/jobs/{id}")).await;
        if job.body["state"] == json!("running") { Err(job) } else { Ok(job) }
    })
    .await
}

/// The path, its variables replaced by what is on stage.
fn path_of(operation: &Operation, stage: &Stage) -> String {
    let mut path = operation.name.split(' ').nth(1).expect("a path").to_owned();
    // These are known by their whole URL.
    if let [thing @ (Thing::File | Thing::NoteFile | Thing::Avatar)] = operation.path {
        let rest = path.rsplit_once('}').map_or("", |(_, rest)| rest);
        return format!("{}{rest}", stage.the(*thing));
    }
    for thing in operation.path {
        let (from, to) = (path.find('{').expect("a variable"), path.find('}').expect("a variable ends"));
        path.replace_range(from..=to, stage.the(*thing));
    }
    assert!(!path.contains('{'), "{}: every variable has a thing", operation.name);
    path
}

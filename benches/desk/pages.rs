//! The dashboard in Chromium, on a desk with many tickets: what Lighthouse says of its pages, how much they load, and how
//! long a ticket takes from the press on its row until it is painted. The homeserver is away.
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, ensure};
use roomdesk::app::local::child::{self, DeathSignal};
use roomdesk::app::serve;
use roomdesk::domain::Clock;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use crate::figures::{Table, Times, millis};
use crate::ground::refused;
use crate::support::folder;
use crate::volume::{PASSWORD, Volume, filled};

/// For everything that is asked of the browser.
const PATIENCE: Duration = Duration::from_secs(900);
const AIM_OF_OPENING: f64 = 100.0;
/// What the list may load at first, in KiB, and what it is to.
const MOST_OF_LIST: f64 = 250.0;
const AIM_OF_LIST: f64 = 200.0;

/// What Lighthouse is asked about: a name, whose page, and the aims on a desktop and on a phone.
const LOOKS: [(&str, &str, [u32; 2]); 5] = [
    ("a student's tickets", "student", [95, 85]),
    ("a student's ticket", "student", [95, 85]),
    ("staff's tickets", "staff", [95, 85]),
    ("staff's ticket", "staff", [95, 85]),
    ("admins' dashboard", "admin", [90, 75]),
];
const PEOPLE: [(&str, &str); 3] =
    [("student", "student3.1@seed.example"), ("staff", "staff1.1@seed.example"), ("admin", "staff0.1@seed.example")];

#[derive(Deserialize)]
struct Seen {
    scores: Vec<Score>,
    /// For each way of opening a ticket, milliseconds.
    opened: Vec<(String, Vec<f64>)>,
}

#[derive(Deserialize)]
struct Score {
    name: String,
    device: String,
    /// Of 100.
    performance: f64,
    accessibility: f64,
    /// The audits of accessibility that failed.
    failed: Vec<String>,
    /// Milliseconds until the largest thing was painted, and in which the page could not answer.
    paint: f64,
    blocked: f64,
    /// Where the browser ended.
    landed: String,
    path: String,
    /// Of files of the dashboard, as they were transferred.
    bytes: f64,
}

pub async fn run(volume: &Volume<'_>) -> anyhow::Result<()> {
    println!("\npages: {} tickets, Chromium beside the desk (aim of a ticket: {AIM_OF_OPENING} ms)", volume.tickets);
    let serving = serve::start(&filled(volume).await?, Clock::system()).await?;
    for (_, email) in PEOPLE {
        serving.desk.set_password(email, PASSWORD).await.map_err(refused)?;
    }
    let url = format!("http://{}", serving.address);
    let seen = look(&wish(&url, volume.quick).await?).await?;
    serving.stop().await;
    print(&seen)
}

/// What the browser is to do.
async fn wish(url: &str, is_quick: bool) -> anyhow::Result<Value> {
    let mut looks = Vec::new();
    for (name, who, _) in LOOKS {
        let path = match (name, who) {
            ("a student's ticket", _) => {
                format!("/tickets/{}", first_ticket(url, "student", "/api/support/tickets").await?)
            }
            ("staff's ticket", _) => {
                format!("/support/{}?view=all", first_ticket(url, "staff", "/api/support/tickets/all").await?)
            }
            (_, "student") => "/tickets".to_owned(),
            (_, "staff") => "/support?view=all".to_owned(),
            _ => "/admin".to_owned(),
        };
        looks.push(json!({"name": name, "as": who, "path": path}));
    }
    let people: serde_json::Map<String, Value> = PEOPLE
        .into_iter()
        .map(|(name, email)| (name.to_owned(), json!({"email": email, "password": PASSWORD})))
        .collect();
    Ok(json!({
        "url": url, "folder": folder::fresh("browser"), "times": if is_quick { 5 } else { 40 },
        "people": people, "looks": looks, "list": {"as": "staff", "path": "/support?view=all"},
    }))
}

/// The number of the first ticket of a list, as somebody sees it.
async fn first_ticket(url: &str, who: &str, list: &str) -> anyhow::Result<String> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let email = PEOPLE.into_iter().find_map(|(name, email)| (name == who).then_some(email));
    let login = http.post(format!("{url}/api/auth/login")).json(&json!({"email": email, "password": PASSWORD}));
    let session: Value = serde_json::from_slice(&login.send().await?.error_for_status()?.bytes().await?)?;
    let token = session["accessToken"].as_str().context("a token")?;
    let answer = http.get(format!("{url}{list}")).bearer_auth(token).send().await?.error_for_status()?;
    let list: Value = serde_json::from_slice(&answer.bytes().await?)?;
    list["items"][0]["ticketId"].as_str().map(str::to_owned).context("a ticket in the list")
}

async fn look(wish: &Value) -> anyhow::Result<Seen> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/node");
    ensure!(folder.join("node_modules/lighthouse").exists(), "run `scripts/setup bench` first");
    let mut command = child::bound("node", DeathSignal::Kill);
    command.arg("pages.js").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = child::spawn(command).await.context("Node is installed by `scripts/setup bench`")?;
    let mut input = process.stdin.take().context("its input is piped")?;
    input.write_all(wish.to_string().as_bytes()).await?;
    drop(input);
    let output = timeout(PATIENCE, process.wait_with_output()).await.context("the browser is at it for too long")??;
    ensure!(output.status.success(), "the browser failed: {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn print(seen: &Seen) -> anyhow::Result<()> {
    let mut table =
        Table::new(&["page", "device", "Lighthouse", "aim", "accessibility", "painted ms", "blocked ms", "files KiB"]);
    for score in &seen.scores {
        ensure!(score.path.starts_with(&score.landed), "{} ended at {}", score.path, score.landed);
        ensure!(score.failed.is_empty() == (score.accessibility >= 100.0), "{}: {:?}", score.name, score.failed);
        let look = LOOKS.iter().find(|(name, ..)| *name == score.name);
        let aims = look.map(|(_, _, aims)| aims).context("it was asked for")?;
        let aim = if score.device == "desktop" { aims[0] } else { aims[1] };
        table.row([
            score.name.clone(),
            score.device.clone(),
            format!("{:.0}", score.performance),
            aim.to_string(),
            format!("{:.0} {}", score.accessibility, score.failed.join(" ")),
            format!("{:.0}", score.paint),
            format!("{:.0}", score.blocked),
            format!("{:.0}", score.bytes / 1024.0),
        ]);
    }
    ensure!(seen.scores.len() == 2 * LOOKS.len(), "{} pages were looked at", seen.scores.len());
    table.print();
    let list = seen.scores.iter().find(|score| score.name == LOOKS[0].0).map_or(0.0, |score| score.bytes / 1024.0);
    println!("  first load of a student's list: {list:.0} KiB (at most {MOST_OF_LIST}, aim {AIM_OF_LIST})");

    let mut table = Table::new(&["a ticket opened", "times", "p50 ms", "p95 ms", "aim"]);
    for (way, took) in &seen.opened {
        let mut times = Times::default();
        times.append(took.iter().map(|&millis| Duration::from_secs_f64(millis / 1_000.0)).collect());
        ensure!(times.len() > 0, "no ticket was opened {way}");
        let [half, most] = [50, 95].map(|percent| millis(times.percentile(percent)));
        table.row([way.clone(), times.len().to_string(), half, most, AIM_OF_OPENING.to_string()]);
    }
    table.print();
    Ok(())
}

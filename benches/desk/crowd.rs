//! Sockets as browsers have them: socket.io-client in Node, many in one process beside the desk.
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail, ensure};
use roomdesk::app::local::child::{self, DeathSignal};
use roomdesk::domain::ids::TicketId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

use crate::ground::{Ground, Member};

/// For any answer: a thousand sockets connect in some seconds.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Crowd {
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    process: Child,
}

/// When a message was heard, since 1970, and how often by all sockets together.
pub struct Heard {
    pub first: Duration,
    pub last: Duration,
    pub times: usize,
}

/// What a crowd says of itself when it leaves.
#[derive(Deserialize)]
struct Left {
    /// How many were still connected.
    alive: usize,
    /// For each message, how often it was heard.
    often: Vec<usize>,
}

impl Crowd {
    pub async fn gather() -> anyhow::Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node");
        let mut command = child::bound("node", DeathSignal::Kill);
        command.arg("crowd.js").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = child::spawn(command).await.context("Node is installed by `scripts/setup test`")?;
        let (input, output) = (process.stdin.take(), process.stdout.take());
        let answers = BufReader::new(output.context("its output is piped")?).lines();
        Ok(Self { commands: input.context("its input is piped")?, answers, process })
    }

    /// Connects until there are `count` sockets, of these people in turn; in the ticket, if one is named.
    pub async fn open(
        &mut self,
        ground: &Ground,
        people: &[Member],
        count: usize,
        ticket: Option<&TicketId>,
    ) -> anyhow::Result<()> {
        let tokens: Vec<&str> = people.iter().map(Member::token).collect();
        let open = json!({"do": "open", "url": ground.url(), "tokens": tokens, "count": count, "ticket": ticket});
        let opened: usize = self.ask(&open).await?;
        ensure!(opened == count, "{opened} sockets instead of {count}");
        Ok(())
    }

    /// Waits until every socket has heard a message.
    pub async fn hears(&mut self, text: &str) -> anyhow::Result<Heard> {
        let answer: Value = self.ask(&json!({"do": "hear", "text": text})).await?;
        let at = |field: &str| answer[field].as_f64().map(|millis| Duration::from_secs_f64(millis / 1_000.0));
        let times = answer["count"].as_u64().and_then(|count| usize::try_from(count).ok());
        match (at("first"), at("last"), times) {
            (Some(first), Some(last), Some(times)) => Ok(Heard { first, last, times }),
            _ => bail!("Node answered {answer}"),
        }
    }

    /// Disconnects; fails unless each of the `count` sockets was still there and had heard each message once.
    pub async fn close(&mut self, count: usize) -> anyhow::Result<()> {
        let left: Left = self.ask(&json!({"do": "close"})).await?;
        ensure!(left.alive == count, "{} of {count} sockets were still connected", left.alive);
        let wrong = left.often.iter().find(|&&often| often != count);
        ensure!(wrong.is_none(), "{count} sockets heard a message {wrong:?} times");
        Ok(())
    }

    pub async fn leave(mut self) -> anyhow::Result<()> {
        Ok(self.process.kill().await?)
    }

    async fn ask<T: DeserializeOwned>(&mut self, command: &Value) -> anyhow::Result<T> {
        self.commands.write_all(format!("{command}\n").as_bytes()).await?;
        let line = tokio::time::timeout(PATIENCE, self.answers.next_line()).await.context("Node does not answer")??;
        let mut answer: Value = serde_json::from_str(&line.context("Node has ended")?)?;
        if let Some(error) = answer["error"].as_str() {
            bail!("Node: {error}");
        }
        Ok(serde_json::from_value(answer["result"].take())?)
    }
}

/// The present, as Node tells the time.
#[expect(clippy::disallowed_methods, reason = "it is compared with another process's; nothing depends on it")]
pub fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

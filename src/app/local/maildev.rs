//! maildev as a child process: an SMTP server on loopback that shows in a browser what it was given, and passes nothing on.
use std::env;
use std::fs::OpenOptions;
use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::time::{self, Instant};

use super::child::{self, DeathSignal};

/// The environment variable that names the program.
pub const PROGRAM_VARIABLE: &str = "ROOMDESK_MAILDEV";

/// A start takes a second on a quiet machine.
const START_DEADLINE: Duration = Duration::from_secs(60);
const STOP_DEADLINE: Duration = Duration::from_secs(5);
const START_POLL: Duration = Duration::from_millis(50);
/// The oldest go first.
const MAILS_KEPT: u32 = 1_000;

/// What it is started from.
#[derive(Clone, Debug)]
pub struct MaildevSpec {
    /// Where mails are kept, to be there again at the next start.
    pub folder: PathBuf,
    /// What it prints.
    pub log: PathBuf,
    /// The port on 127.0.0.1 that takes mails.
    pub port: u16,
    /// The port on 127.0.0.1 that shows them.
    pub web_port: u16,
}

/// Why it is not there.
#[derive(Debug, thiserror::Error)]
pub enum MaildevError {
    #[error("{path}: {source}", path = .path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("maildev could not be started: {0}")]
    Spawn(io::Error),
    #[error("maildev ended while it started ({status}); see {log}", log = .log.display())]
    Died { status: ExitStatus, log: PathBuf },
    #[error("maildev did not answer within {START_DEADLINE:?}; see {log}", log = .log.display())]
    Slow { log: PathBuf },
}

/// The program that `ROOMDESK_MAILDEV` names, or `.maildev`, where `scripts/setup` puts it; none when it is not there.
pub fn program() -> Option<PathBuf> {
    let named = env::var_os(PROGRAM_VARIABLE).unwrap_or_else(|| ".maildev".into());
    std::path::absolute(named).ok().filter(|program| program.exists())
}

/// A mailbox of this process; dropping it kills it.
pub struct Maildev {
    process: Child,
}

impl Maildev {
    /// Starts the program and waits until it takes mails and shows them.
    pub async fn start(program: PathBuf, spec: &MaildevSpec) -> Result<Self, MaildevError> {
        let log = &spec.log;
        let file = |source| MaildevError::File { path: log.clone(), source };
        let opened = OpenOptions::new().create(true).append(true).open(log).map_err(file)?;
        let mut command = child::bound(program, DeathSignal::Kill);
        let loopback = Ipv4Addr::LOCALHOST.to_string();
        command
            .args(["--ip", &loopback, "--smtp", &spec.port.to_string()])
            .args(["--web-ip", &loopback, "--web", &spec.web_port.to_string()])
            .args(["--max-emails", &MAILS_KEPT.to_string(), "--mail-directory"])
            .arg(&spec.folder)
            .stdin(Stdio::null())
            .stdout(opened.try_clone().map_err(file)?)
            .stderr(opened);
        let mut maildev = Self { process: child::spawn(command).await.map_err(MaildevError::Spawn)? };
        maildev.wait_until_ready(spec).await?;
        Ok(maildev)
    }

    /// Asks it to end (SIGTERM), and ends it when it does not.
    pub async fn stop(mut self) -> io::Result<()> {
        child::signal(&self.process, Signal::TERM)?;
        match time::timeout(STOP_DEADLINE, self.process.wait()).await {
            Ok(ended) => ended.map(drop),
            Err(_) => self.process.kill().await,
        }
    }

    async fn wait_until_ready(&mut self, spec: &MaildevSpec) -> Result<(), MaildevError> {
        let deadline = Instant::now() + START_DEADLINE;
        for port in [spec.port, spec.web_port] {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
                if let Some(status) = self.process.try_wait().map_err(MaildevError::Spawn)? {
                    return Err(MaildevError::Died { status, log: spec.log.clone() });
                }
                if Instant::now() > deadline {
                    return Err(MaildevError::Slow { log: spec.log.clone() });
                }
                time::sleep(START_POLL).await;
            }
        }
        Ok(())
    }
}

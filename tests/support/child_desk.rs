//! The desk under test as the built program: to be killed, told to stop, and started again on the same database.
use std::fs::OpenOptions;
use std::ops::Deref;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use reqwest::StatusCode;
use roomdesk::app::local::child::{self, DeathSignal};
use roomdesk::domain::Clock;
use rustix::process::Signal;
use tokio::process::Child;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::database::DatabaseKind;
use super::eventually::{SOON, eventually};
use super::home::Home;
use super::site::{self, Site};
use super::story::Fixture;
use super::synapse::Slot;

/// A desk told to stop must have ended after this long.
const STOP_DEADLINE: Duration = Duration::from_secs(10);

/// The program `roomdesk serve` as a child process; dropping it kills it.
///
/// `ChildDesk` alone lives on the shared homeserver, `ChildDesk<OwnSynapse>` on one that may be stopped.
pub struct ChildDesk<H: Home = Slot> {
    process: Mutex<Option<Child>>,
    site: Site<H>,
}

impl<H: Home> Deref for ChildDesk<H> {
    type Target = Site<H>;

    fn deref(&self) -> &Site<H> {
        &self.site
    }
}

impl<H: Home> Fixture for ChildDesk<H> {
    async fn start(kind: DatabaseKind) -> Self {
        Self::start_with(kind, &[]).await
    }

    /// The desk must be running and come to rest.
    async fn finish(self) {
        self.settles().await;
        self.terminate().await;
        self.is_well().await;
    }
}

impl<H: Home> ChildDesk<H> {
    /// A running desk with keys of the configuration set; see [`Site::found`].
    pub async fn start_with(kind: DatabaseKind, settings: &[(&str, &str)]) -> Self {
        let site = Site::<H>::found(kind, settings, Clock::system()).await;
        let desk = Self { process: Mutex::new(None), site };
        desk.launch().await;
        desk
    }

    /// Starts the desk, which must not be running, and waits until it accepts requests.
    pub async fn launch(&self) {
        self.launch_with(None).await;
    }

    /// As [`launch`](Self::launch), with a desk that dies at a crash point: `"sent"`, or `"sent:3"` for the third time
    /// it is passed (see `roomdesk::desk::crash`).
    pub async fn launch_to_crash_at(&self, point: &str) {
        can_crash();
        self.launch_with(Some(point)).await;
    }

    /// Starts the desk, which dies at a crash point by itself, be it before it accepts requests.
    pub async fn launch_and_crash_at(&self, point: &str) {
        can_crash();
        site::is_free(self.home.service().push_port).await;
        let child = self.spawn(Some(point)).await;
        assert!(self.process.lock().await.replace(child).is_none(), "the desk runs already");
        self.crashes().await;
    }

    /// Waits until the desk has died at its crash point.
    pub async fn crashes(&self) {
        let status = self.ends_within(SOON).await;
        assert_eq!(
            status.signal(),
            Some(Signal::ABORT.as_raw()),
            "it ended otherwise: {status}; {}",
            self.last_words()
        );
    }

    /// Ends the desk at once (SIGKILL), as a power cut would.
    pub async fn kill(&self) {
        let mut child = self.process.lock().await.take().expect("the desk runs");
        child.kill().await.expect("an own child can be killed");
    }

    /// Tells the desk to stop (SIGTERM) and waits until it has, which must be soon and in good order.
    pub async fn terminate(&self) {
        self.signal(Signal::TERM).await;
        let status = self.ends_within(STOP_DEADLINE).await;
        assert!(status.success(), "it ended badly: {status}; {}", self.last_words());
    }

    /// Sends a signal to the running desk.
    pub async fn signal(&self, signal: Signal) {
        let process = self.process.lock().await;
        child::signal(process.as_ref().expect("the desk runs"), signal).expect("an own child can be signalled");
    }

    /// The running desk's process id.
    pub async fn process_id(&self) -> u32 {
        self.process.lock().await.as_ref().and_then(Child::id).expect("the desk runs")
    }

    /// What `roomdesk ARGS...` says beside the desk, and whether it succeeded.
    pub async fn command(&self, args: &[&str]) -> (bool, String) {
        let mut command = child::bound(env!("CARGO_BIN_EXE_roomdesk"), DeathSignal::Kill);
        command.args(args).arg("--config").arg(self.folder.join("roomdesk.toml")).stdin(Stdio::null());
        command.stdout(Stdio::piped());
        let child = child::spawn(command).await.expect("the built program can be run");
        let ended = timeout(SOON, child.wait_with_output()).await.expect("a command ends soon");
        let ended = ended.expect("an own child can be waited for");
        (ended.status.success(), String::from_utf8(ended.stdout).expect("commands speak UTF-8"))
    }

    async fn ends_within(&self, deadline: Duration) -> ExitStatus {
        let mut child = self.process.lock().await.take().expect("the desk runs");
        let ended = timeout(deadline, child.wait()).await;
        let ended = ended.unwrap_or_else(|_| panic!("it still runs after {deadline:?}; {}", self.last_words()));
        ended.expect("an own child can be waited for")
    }

    async fn launch_with(&self, crash_point: Option<&str>) {
        let mut process = self.process.lock().await;
        assert!(process.is_none(), "the desk runs already");
        site::is_free(self.home.service().push_port).await;
        let mut child = self.spawn(crash_point).await;
        let what = format!("the desk to be ready, see {}", self.log().display());
        eventually(what, SOON, async || {
            if let Some(status) = child.try_wait().expect("an own child can be looked at") {
                panic!("the desk ended while it started: {status}; {}", self.last_words());
            }
            match self.rest.get("/readyz").attempt().await {
                Ok(answer) if answer.status == StatusCode::OK => Ok(()),
                Ok(answer) => Err(answer.text),
                Err(error) => Err(error.to_string()),
            }
        })
        .await;
        *process = Some(child);
    }

    async fn spawn(&self, crash_point: Option<&str>) -> Child {
        let log =
            OpenOptions::new().create(true).append(true).open(self.log()).expect("an own folder can be written to");
        let mut command = child::bound(env!("CARGO_BIN_EXE_roomdesk"), DeathSignal::Kill);
        command.arg("serve").arg("--config").arg(self.folder.join("roomdesk.toml")).stdin(Stdio::null());
        command.stdout(log.try_clone().expect("an open file can be duplicated")).stderr(log);
        if let Some(point) = crash_point {
            command.env("ROOMDESK_CRASH_AT", point);
        }
        child::spawn(command).await.expect("the built program can be run")
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(10)..].join("\n")
    }
}

fn can_crash() {
    if !cfg!(feature = "crash-points") {
        panic!("use `make test`: without --features crash-points nothing crashes");
    }
}

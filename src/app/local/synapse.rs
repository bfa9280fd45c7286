//! A real Synapse as a child process: no container, no root, one folder, one port on loopback.
//!
//! In: a [`SynapseSpec`]. Out: a homeserver that answers, can be stopped, killed, paused and started again, and that ends
//! with this process (see [`super::child`]).
use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use ruma::OwnedUserId;
use rustix::process::Signal;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha1::Sha1;
use tokio::process::Child;
use tokio::sync::Mutex;
use tokio::time::{self, Instant};

use super::child::{self, DeathSignal};
use super::synapse_files::{self, Secrets};

/// The environment variable that names the Python interpreter which has `matrix-synapse`.
pub const PYTHON_VARIABLE: &str = "ROOMDESK_PYTHON";

/// A start takes 3 to 5 seconds on a quiet machine; a cold disk and a compiler beside it make it many more.
const START_DEADLINE: Duration = Duration::from_secs(120);
const STOP_DEADLINE: Duration = Duration::from_secs(30);
const START_POLL: Duration = Duration::from_millis(50);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How much of the end of the log goes into an error.
const LAST_WORDS: u64 = 3_000;

/// What a Synapse is started from; its folder holds everything it writes and can be started again.
#[derive(Clone, Debug)]
pub struct SynapseSpec {
    pub folder: PathBuf,
    /// The interpreter of the virtual environment that has `matrix-synapse`.
    pub python: PathBuf,
    pub server_name: String,
    /// The port of the client API on 127.0.0.1.
    pub port: u16,
    /// Registration files of application services; Synapse reads them at its start only.
    pub registrations: Vec<PathBuf>,
    pub log_level: LogLevel,
    /// Keys of `homeserver.yaml` that replace what would be written otherwise.
    pub settings: Map<String, Value>,
}

impl SynapseSpec {
    /// A quiet Synapse without application services, on the Python that `ROOMDESK_PYTHON` names (`.venv/bin/python`).
    pub fn new(folder: impl Into<PathBuf>, server_name: impl Into<String>, port: u16) -> Self {
        let python = env::var_os(PYTHON_VARIABLE).unwrap_or_else(|| ".venv/bin/python".into());
        Self {
            folder: folder.into(),
            python: python.into(),
            server_name: server_name.into(),
            port,
            registrations: Vec::new(),
            log_level: LogLevel::Warning,
            settings: Map::new(),
        }
    }
}

/// How much Synapse writes into its log; `Info` costs it real speed.
#[derive(Clone, Copy, Debug)]
pub enum LogLevel {
    Warning,
    Info,
    Debug,
}

impl LogLevel {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Warning => "WARNING",
            Self::Info => "INFO",
            Self::Debug => "DEBUG",
        }
    }
}

/// Why a Synapse of this machine does not do what it is told.
#[derive(Debug, thiserror::Error)]
pub enum SynapseError {
    #[error(
        "no Python at {0}: `make demo` and `make test` make one there, or {PYTHON_VARIABLE} names another that has matrix-synapse"
    )]
    NoPython(PathBuf),
    #[error("port {port} on 127.0.0.1 cannot be used for Synapse: {source}")]
    PortTaken { port: u16, source: io::Error },
    #[error("{path}: {source}", path = .path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("`setpriv` (Debian package util-linux) could not be started: {0}")]
    Spawn(io::Error),
    #[error("Synapse ended while it started ({status}); the end of {log}:\n{tail}", log = .log.display())]
    Died { status: ExitStatus, log: PathBuf, tail: String },
    #[error("Synapse did not answer within {START_DEADLINE:?}; the end of {log}:\n{tail}", log = .log.display())]
    Slow { log: PathBuf, tail: String },
    #[error("Synapse did not end within {STOP_DEADLINE:?} and was killed")]
    SlowStop,
    #[error("Synapse is not running")]
    NotRunning,
    #[error("Synapse could not be signalled: {0}")]
    Signal(io::Error),
    #[error("Synapse could not be asked: {0}")]
    Request(#[from] reqwest::Error),
    #[error("there is a user {0} already")]
    UserTaken(String),
    #[error("Synapse refused to register {name}: {answer}")]
    Refused { name: String, answer: String },
}

/// A homeserver of this process; dropping it kills it.
pub struct Synapse {
    spec: SynapseSpec,
    secrets: Secrets,
    http: reqwest::Client,
    process: Mutex<Option<Child>>,
}

impl Synapse {
    /// Starts the spec's server and waits until it answers; makes its folder, key and secrets when they are missing.
    pub async fn start(spec: SynapseSpec) -> Result<Self, SynapseError> {
        synapse_files::make_folder(&spec.folder)?;
        let secrets = Secrets::of(&spec.folder)?;
        let http = reqwest::Client::builder().no_proxy().timeout(REQUEST_TIMEOUT).build()?;
        let synapse = Self { spec, secrets, http, process: Mutex::new(None) };
        synapse.launch().await?;
        Ok(synapse)
    }

    /// Starts the server again after [`stop`](Self::stop) or [`kill`](Self::kill), on the same port and folder.
    pub async fn launch(&self) -> Result<(), SynapseError> {
        let mut process = self.process.lock().await;
        if !self.spec.python.exists() {
            return Err(SynapseError::NoPython(self.spec.python.clone()));
        }
        let port = self.spec.port;
        // Whoever has the port would answer in Synapse's place.
        TcpListener::bind(("127.0.0.1", port)).map_err(|source| SynapseError::PortTaken { port, source })?;
        let mut child = self.spawn().await?;
        self.wait_until_ready(&mut child).await?;
        *process = Some(child);
        Ok(())
    }

    /// Asks the server to end (SIGTERM) and waits until it has.
    pub async fn stop(&self) -> Result<(), SynapseError> {
        let mut child = self.process.lock().await.take().ok_or(SynapseError::NotRunning)?;
        child::signal(&child, Signal::TERM).map_err(SynapseError::Signal)?;
        // A paused process takes the signal only when it continues.
        child::signal(&child, Signal::CONT).map_err(SynapseError::Signal)?;
        if let Ok(ended) = time::timeout(STOP_DEADLINE, child.wait()).await {
            return ended.map(drop).map_err(SynapseError::Signal);
        }
        child.kill().await.map_err(SynapseError::Signal)?;
        Err(SynapseError::SlowStop)
    }

    /// Ends the server at once (SIGKILL), as a power cut would.
    pub async fn kill(&self) -> Result<(), SynapseError> {
        let mut child = self.process.lock().await.take().ok_or(SynapseError::NotRunning)?;
        child.kill().await.map_err(SynapseError::Signal)
    }

    /// Stops the server in order and starts it again.
    pub async fn restart(&self) -> Result<(), SynapseError> {
        self.stop().await?;
        self.launch().await
    }

    /// Freezes the server (SIGSTOP): connections stay open and nothing answers.
    pub async fn pause(&self) -> Result<(), SynapseError> {
        self.signal(Signal::STOP).await
    }

    /// Lets a paused server go on (SIGCONT).
    pub async fn unpause(&self) -> Result<(), SynapseError> {
        self.signal(Signal::CONT).await
    }

    /// `http://127.0.0.1:<port>`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.spec.port)
    }

    pub fn server_name(&self) -> &str {
        &self.spec.server_name
    }

    /// Makes a person with a password through the shared secret (`/_synapse/admin/v1/register`).
    ///
    /// A name that is in use is [`SynapseError::UserTaken`], whatever its password is.
    pub async fn register_user(&self, name: &str, password: &str, role: UserRole) -> Result<OwnedUserId, SynapseError> {
        let url = format!("{}/_synapse/admin/v1/register", self.base_url());
        let Nonce { nonce } = self.http.get(&url).send().await?.error_for_status()?.json().await?;
        let mac = registration_mac(&self.secrets.registration_shared_secret, [&nonce, name, password, role.word()]);
        let request = json!({
            "nonce": nonce, "username": name, "password": password, "admin": role == UserRole::Admin, "mac": mac,
        });
        let answer = self.http.post(&url).json(&request).send().await?;
        if answer.status().is_success() {
            return Ok(answer.json::<Registered>().await?.user_id);
        }
        let answer = answer.text().await?;
        if answer.contains("M_USER_IN_USE") {
            return Err(SynapseError::UserTaken(name.to_owned()));
        }
        Err(SynapseError::Refused { name: name.to_owned(), answer })
    }

    async fn signal(&self, signal: Signal) -> Result<(), SynapseError> {
        let process = self.process.lock().await;
        let child = process.as_ref().ok_or(SynapseError::NotRunning)?;
        child::signal(child, signal).map_err(SynapseError::Signal)
    }

    async fn spawn(&self) -> Result<Child, SynapseError> {
        let config = synapse_files::write(&self.spec, &self.secrets)?;
        let log = self.open_log()?;
        let mut command = child::bound(&self.spec.python, DeathSignal::Kill);
        command.args(["-m", "synapse.app.homeserver", "--config-path"]).arg(config).stdin(Stdio::null());
        for variable in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            // Application services listen on loopback, where no proxy reaches.
            command.env_remove(variable);
        }
        command.stdout(log.try_clone().map_err(SynapseError::Spawn)?).stderr(log);
        child::spawn(command).await.map_err(SynapseError::Spawn)
    }

    async fn wait_until_ready(&self, child: &mut Child) -> Result<(), SynapseError> {
        let deadline = Instant::now() + START_DEADLINE;
        let versions = format!("{}/_matrix/client/versions", self.base_url());
        loop {
            if let Some(status) = child.try_wait().map_err(SynapseError::Spawn)? {
                return Err(SynapseError::Died { status, log: self.log(), tail: self.last_words() });
            }
            if self.http.get(&versions).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(SynapseError::Slow { log: self.log(), tail: self.last_words() });
            }
            time::sleep(START_POLL).await;
        }
    }

    fn log(&self) -> PathBuf {
        synapse_files::log_path(&self.spec.folder)
    }

    fn open_log(&self) -> Result<File, SynapseError> {
        let path = self.log();
        OpenOptions::new().create(true).append(true).open(&path).map_err(|source| SynapseError::File { path, source })
    }

    fn last_words(&self) -> String {
        end_of(&self.log()).unwrap_or_else(|error| format!("(the log cannot be read: {error})"))
    }
}

/// What a registered person may do on the homeserver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserRole {
    Ordinary,
    /// May use Synapse's admin API.
    Admin,
}

impl UserRole {
    fn word(self) -> &'static str {
        match self {
            Self::Ordinary => "notadmin",
            Self::Admin => "admin",
        }
    }
}

#[derive(Deserialize)]
struct Nonce {
    nonce: String,
}

#[derive(Deserialize)]
struct Registered {
    user_id: OwnedUserId,
}

/// HMAC-SHA1 over the parts joined by NUL, in lower-case hex, as Synapse's shared-secret registration wants it.
fn registration_mac(secret: &str, parts: [&str; 4]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(parts.join("\0").as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn end_of(log: &Path) -> io::Result<String> {
    let mut file = File::open(log)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LAST_WORDS)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

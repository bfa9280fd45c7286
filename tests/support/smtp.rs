//! A real mail server (aiosmtpd) that demands STARTTLS and a password, and does with mails what a test says.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use roomdesk::app::local::child::{self, DeathSignal};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::time::timeout;

use super::eventually::SOON;
use super::folder;
use super::ports::free_port;

pub const USER: &str = "roomdesk";
pub const PASSWORD: &str = "correct horse";

/// The server; it ends with its value.
pub struct MailServer {
    pub port: u16,
    /// The certificate of the authority that vouches for `localhost`.
    pub ca: PathBuf,
    folder: PathBuf,
    _process: Child,
}

impl MailServer {
    pub async fn start() -> Self {
        let (home, folder) = (Path::new(env!("CARGO_MANIFEST_DIR")), folder::fresh("smtp"));
        let python = home.join(".smtp/bin/python");
        assert!(python.exists(), "run `scripts/setup test` first");
        let (port, ca) = (free_port(), folder.join("ca.pem"));
        let mut command = child::bound(python, DeathSignal::Kill);
        command.arg(home.join("tests/smtp/server.py")).arg(&folder).arg(port.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = child::spawn(command).await.expect("Python is installed by `scripts/setup test`");
        let mut said = BufReader::new(process.stdout.take().expect("its output is piped")).lines();
        let line = timeout(SOON, said.next_line()).await.expect("it starts soon").expect("its output is text");
        assert_eq!(line.as_deref(), Some("ready"), "it says that it listens");
        Self { port, ca, folder, _process: process }
    }

    /// What it does with mails from now on; `tests/smtp/server.py` says what there is.
    pub fn rules(&self, rules: &Value) {
        let (new, file) = (self.folder.join("rules.new"), self.folder.join("rules.json"));
        fs::write(&new, rules.to_string()).expect("the test's folder takes files");
        fs::rename(new, file).expect("the test's folder takes files");
    }

    /// The mails that it has taken, in their order, as they came.
    pub fn mails(&self) -> Vec<String> {
        let file = |number: usize| fs::read(self.folder.join(format!("{number}.eml"))).ok();
        (1..).map_while(file).map(|bytes| String::from_utf8(bytes).expect("mails are in ASCII")).collect()
    }
}

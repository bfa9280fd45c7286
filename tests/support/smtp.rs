//! A real mail server (aiosmtpd) that demands STARTTLS and a password, and does with mails what a test says.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use roomdesk::app::local::child::{self, DeathSignal};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::sync::Mutex;
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
    process: Mutex<Option<Child>>,
}

impl MailServer {
    pub async fn start() -> Self {
        let folder = folder::fresh("smtp");
        let port = free_port();
        let process = Mutex::new(Some(Self::launched(&folder, port).await));
        Self { port, ca: folder.join("ca.pem"), folder, process }
    }

    async fn launched(folder: &Path, port: u16) -> Child {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = home.join(".smtp/bin/python");
        assert!(python.exists(), "run `scripts/setup test` first");
        let mut command = child::bound(python, DeathSignal::Kill);
        command.arg(home.join("tests/smtp/server.py")).arg(folder).arg(port.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = child::spawn(command).await.expect("Python is installed by `scripts/setup test`");
        let mut said = BufReader::new(process.stdout.take().expect("its output is piped")).lines();
        let line = timeout(SOON, said.next_line()).await.expect("it starts soon").expect("its output is text");
        assert_eq!(line.as_deref(), Some("ready"), "it says that it listens");
        process
    }

    /// It is away from now on; nothing of what it has is lost.
    pub async fn stop(&self) {
        let mut process = self.process.lock().await.take().expect("it runs");
        process.kill().await.expect("an own child can be killed");
    }

    /// It is back, at the same place.
    pub async fn launch(&self) {
        *self.process.lock().await = Some(Self::launched(&self.folder, self.port).await);
    }

    /// What it does with mails from now on; `tests/smtp/server.py` says what there is.
    pub fn rules(&self, rules: &Value) {
        let (new, file) = (self.folder.join("rules.new"), self.folder.join("rules.json"));
        fs::write(&new, rules.to_string()).expect("the test's folder takes files");
        fs::rename(new, file).expect("the test's folder takes files");
    }

    /// Keys of the configuration of a desk that sends by it.
    pub fn keys(&self) -> Vec<(&'static str, String)> {
        let text = |value: &str| format!("'{value}'");
        vec![
            ("mail.transport", text("smtp")),
            ("mail.from", text("Support <support@example.org>")),
            ("mail.smtp_host", text("localhost")),
            ("mail.smtp_port", self.port.to_string()),
            ("mail.smtp_user", text(USER)),
            ("mail.smtp_password", text(PASSWORD)),
            ("mail.smtp_ca_file", text(&self.ca.display().to_string())),
        ]
    }

    /// Whether it was ever handed what a mail says.
    pub fn is_taking(&self) -> bool {
        self.folder.join("taking").exists()
    }

    /// The mails that it has taken, in their order, as they came.
    pub fn mails(&self) -> Vec<String> {
        let file = |number: usize| fs::read(self.folder.join(format!("{number}.eml"))).ok();
        (1..).map_while(file).map(|bytes| String::from_utf8(bytes).expect("mails are in ASCII")).collect()
    }
}

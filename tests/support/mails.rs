//! Mails, made by the composer and read by Python.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use roomdesk::app::local::child::{self, DeathSignal};
use roomdesk::app::local::synapse::SynapseSpec;
use roomdesk::domain::languages::Language;
use roomdesk::mail::colour::Colour;
use roomdesk::mail::{Composer, ComposerSettings, ReplyKey, Sender};
use serde::Deserialize;

use super::folder;

/// What another program reads in a mail.
#[derive(Clone, Debug, Deserialize)]
pub struct Said {
    pub names: Vec<String>,
    pub headers: BTreeMap<String, String>,
    /// Names and addresses.
    pub from: Vec<(String, String)>,
    pub to: Vec<(String, String)>,
    pub reply_to: Vec<(String, String)>,
    pub structure: Vec<String>,
    pub files: Vec<String>,
    pub text: String,
    pub html: String,
    pub defects: Vec<String>,
    /// Of its lines, in bytes.
    pub longest: usize,
    /// Only ASCII, and every line ends with CRLF.
    pub is_plain: bool,
    /// None when it is not signed.
    pub signature: Option<bool>,
}

/// Mails that wait for being read.
pub struct Mails(PathBuf);

impl Mails {
    pub fn none() -> Self {
        Self(folder::fresh("mails"))
    }

    pub fn add(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.join(format!("{name}.eml")), bytes).expect("a file can be written to a fresh folder");
    }

    /// Makes keys; whoever signs with one calls its public half by its name.
    pub async fn make_keys(&self) {
        self.run("keys").await;
    }

    pub fn key(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(format!("{name}.pem"))).expect("it was made")
    }

    pub async fn read(&self) -> BTreeMap<String, Said> {
        serde_json::from_slice(&self.run("read").await).expect("Python prints what we expect")
    }

    async fn run(&self, what: &str) -> Vec<u8> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/mails.py");
        let python = SynapseSpec::new(&self.0, "", 0).python;
        let mut command = child::bound(python, DeathSignal::Kill);
        command.arg(script).arg(what).arg(&self.0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = child::spawn(command).await.expect("Python can be run").wait_with_output().await;
        let output = output.expect("an own child can be waited for");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

/// What an operator has to say, and nothing more.
pub fn settings() -> ComposerSettings {
    ComposerSettings {
        from: Sender::parse("Support <support@example.org>").expect("it is an address"),
        reply_to: None,
        plus_addresses: false,
        desk_name: "Support".to_owned(),
        logo: None,
        colour: Colour(0x0b, 0x6e, 0x6e),
        language: Language::English,
        templates: None,
        attachment_limit: 1 << 20,
        dkim: None,
    }
}

pub fn composer(settings: ComposerSettings) -> Composer {
    Composer::new(settings, ReplyKey::derived_from(b"secret")).expect("the settings are right")
}

//! The demonstration's folder: registration, configuration, secrets, logs. Secrets are made once and kept.
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use url::Url;

use super::cast::{GUEST, PARTS};
use super::{Demo, SERVER_NAME};
use crate::app::config::Config;
use crate::app::registration::Registration;
use crate::domain::ids::secret_bytes;

/// Letters and digits that are hard to mistake for one another; 32, so that a byte's remainder is fair.
const LEGIBLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Passwords by the key of their person.
pub type Passwords = BTreeMap<String, String>;

/// Where the demonstration's mails go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mail {
    /// To maildev, which shows them in a browser.
    Mailbox,
    /// Into files, as there is no maildev.
    Files,
}

impl Mail {
    fn keys(self, wish: &Demo) -> String {
        match self {
            Self::Mailbox => {
                let port = wish.mail_port;
                format!(
                    "transport = \"smtp\"\nsmtp_host = \"127.0.0.1\"\nsmtp_port = {port}\nsmtp_security = \"none\"\n"
                )
            }
            Self::Files => String::from("transport = \"file\"\nfile_folder = \"mails\"\n"),
        }
    }
}

/// The folder, which belongs to this process until it ends.
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder when it is missing, for its owner alone, and takes it.
    pub fn take(path: &Path) -> anyhow::Result<Self> {
        let path = std::path::absolute(path)?;
        let named = || format!("cannot use the folder {}", path.display());
        DirBuilder::new().recursive(true).mode(0o700).create(&path).with_context(named)?;
        fs::set_permissions(&path, Permissions::from_mode(0o700)).with_context(named)?;
        let lock = File::create(path.join("lock")).with_context(named)?;
        if lock.try_lock().is_err() {
            bail!("another demo runs in {}: stop it, or choose another folder with --folder", path.display());
        }
        Ok(Self { path, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where Synapse keeps its files.
    pub fn synapse(&self) -> PathBuf {
        self.path.join("synapse")
    }

    /// Where the desk's log lines go.
    pub fn log(&self) -> PathBuf {
        self.path.join("roomdesk.log")
    }

    /// Where mails are kept.
    pub fn mails(&self) -> PathBuf {
        self.path.join("mails")
    }

    /// Where the mailbox's log lines go.
    pub fn mailbox_log(&self) -> PathBuf {
        self.path.join("maildev.log")
    }

    /// Opens the log to go on at its end.
    pub fn open_log(&self) -> anyhow::Result<File> {
        let log = self.log();
        let opened = OpenOptions::new().create(true).append(true).open(&log);
        opened.with_context(|| format!("cannot write {}", log.display()))
    }

    /// The file of the configuration, which every other command of Roomdesk can be given.
    pub fn config_file(&self) -> PathBuf {
        self.path.join("roomdesk.toml")
    }

    /// Writes the configuration for the ports of this start and reads it back.
    pub fn configure(&self, wish: &Demo, mail: Mail) -> anyhow::Result<Config> {
        self.register(wish.appservice_port)?;
        self.kept("jwt-secret", || secret_bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect())?;
        let Demo { port, homeserver_port, appservice_port, .. } = wish;
        let text = format!(
            "# Written by `roomdesk demo` at each start: changes are lost.\n\
             [server]\n\
             listen = \"127.0.0.1:{port}\"\n\
             public_url = \"http://127.0.0.1:{port}\"\n\n\
             [database]\n\
             url = \"sqlite:roomdesk.db\"\n\n\
             [auth]\n\
             jwt_secret_file = \"jwt-secret\"\n\
             # So that the printed lines work all day.\n\
             access_token_minutes = 1440\n\n\
             [matrix]\n\
             homeserver_url = \"http://127.0.0.1:{homeserver_port}\"\n\
             server_name = \"{SERVER_NAME}\"\n\
             registration_file = \"registration.yaml\"\n\
             appservice_listen = \"127.0.0.1:{appservice_port}\"\n\n\
             [files]\n\
             folder = \"files\"\n\n\
             [mail]\n\
             from = \"Roomdesk <support@roomdesk.example>\"\n\
             # Shorter than the usual two minutes, so that one need not wait to see them.\n\
             message_wait_seconds = 10\n\
             {}",
            mail.keys(wish)
        );
        let file = self.config_file();
        write_private(&file, &text)?;
        let no_variables: [(&str, &str); 0] = [];
        Ok(Config::load(&file, no_variables)?)
    }

    /// Makes the registration, or leads it to the port of this start; its tokens stay.
    fn register(&self, appservice_port: u16) -> anyhow::Result<()> {
        let file = self.path.join("registration.yaml");
        let url = Url::parse(&format!("http://127.0.0.1:{appservice_port}"))?;
        if !file.exists() {
            let prefix = "desk_".parse()?;
            let server = SERVER_NAME.try_into()?;
            return Ok(Registration::generate(server, prefix, url).write_new(&file)?);
        }
        let known = Registration::load(&file)?;
        if known.url == url {
            return Ok(());
        }
        let fresh = self.path.join("registration.yaml.new");
        // An earlier start may have been cut off before the last step.
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        Registration { url, ..known }.write_new(&fresh)?;
        Ok(fs::rename(&fresh, &file)?)
    }

    /// Everybody's password.
    pub fn passwords(&self) -> anyhow::Result<Passwords> {
        let keys = PARTS.iter().map(|part| part.key).chain([GUEST]);
        let make = || {
            let fresh: Passwords = keys.map(|key| (key.to_owned(), legible_password())).collect();
            serde_json::to_string_pretty(&fresh).expect("texts are always JSON")
        };
        let text = self.kept("passwords.json", make)?;
        serde_json::from_str(&text).with_context(|| format!("{}/passwords.json", self.path.display()))
    }

    /// Writes a file of request headers for `curl -H @file`: somebody's access token, and that bodies are JSON.
    pub fn headers(&self, key: &str, access_token: &str) -> anyhow::Result<PathBuf> {
        let file = self.path.join(format!("{key}.headers"));
        write_private(&file, &format!("Authorization: Bearer {access_token}\nContent-Type: application/json\n"))?;
        Ok(file)
    }

    /// The text of a file, made when it is missing.
    fn kept(&self, name: &str, make: impl FnOnce() -> String) -> anyhow::Result<String> {
        let file = self.path.join(name);
        match fs::read_to_string(&file) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let text = make();
                write_private(&file, &text)?;
                Ok(text)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }
}

/// 60 random bits as `k7qm-2xhd-9tfw`.
fn legible_password() -> String {
    let letters: Vec<char> =
        secret_bytes::<12>().iter().map(|byte| char::from(LEGIBLE[usize::from(*byte) % LEGIBLE.len()])).collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

fn write_private(file: &Path, text: &str) -> anyhow::Result<()> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
        .and_then(|mut target| target.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Transport;

    fn wish(folder: &Path, appservice_port: u16) -> Demo {
        let folder = folder.to_owned();
        Demo { folder, port: 1, homeserver_port: 2, appservice_port, mail_port: 4, mailbox_port: 5, unattended: true }
    }

    #[test]
    fn secrets_stay_and_ports_change() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::take(&home.path().join("demo")).expect("it is nobody's");
        let read = |config: &Config| Registration::load_for(&config.matrix).expect("as it was written");

        let first = folder.configure(&wish(home.path(), 3), Mail::Mailbox).expect("writable");
        let (passwords, registration) = (folder.passwords().expect("writable"), read(&first));
        let second = folder.configure(&wish(home.path(), 4), Mail::Files).expect("writable");

        assert_eq!(folder.passwords().expect("readable"), passwords);
        assert_eq!(second.auth, first.auth);
        let transport = |config: &Config| config.mail.as_ref().expect("they are on").transport.clone();
        assert_eq!(transport(&first).to_string(), "by 127.0.0.1:4");
        assert_eq!(transport(&second), Transport::File(folder.mails()));
        assert_eq!(second.matrix.appservice_listen.port(), 4);
        assert_eq!(read(&second), Registration { url: "http://127.0.0.1:4".parse().expect("a URL"), ..registration });
    }

    #[test]
    fn a_folder_belongs_to_one_demo() {
        let home = tempfile::tempdir().expect("a folder");
        let _first = Folder::take(home.path()).expect("it is nobody's");

        let second = Folder::take(home.path()).err().expect("it is taken").to_string();

        assert!(second.contains("another demo runs in"), "{second}");
    }

    #[test]
    fn passwords_are_legible_and_differ() {
        let (one, other) = (legible_password(), legible_password());
        assert_ne!(one, other);
        assert_eq!((one.len(), one.matches('-').count()), (14, 2));
    }
}

//! `roomdesk mail test`: one mail leaves by a real server that demands STARTTLS and a password, or it is said what is wrong.
use std::fmt::Write;
use std::fs;
use std::process::Stdio;

use roomdesk::app::local::child::{self, DeathSignal};
use serde_json::json;
use tokio::time::timeout;

use crate::support::eventually::SOON;
use crate::support::ports::free_port;
use crate::support::smtp::{MailServer, PASSWORD, USER};
use crate::support::{check, folder};

const ANN: &str = "ann@example.org";

/// Keys of the section [mail] for this server, of which a test changes some.
fn keys(server: &MailServer) -> Vec<(&'static str, String)> {
    let text = |value: &str| format!("'{value}'");
    vec![
        ("transport", text("smtp")),
        ("from", text("Support <support@example.org>")),
        ("smtp_host", text("localhost")),
        ("smtp_port", server.port.to_string()),
        ("smtp_user", text(USER)),
        ("smtp_password", text(PASSWORD)),
        ("smtp_ca_file", text(&server.ca.display().to_string())),
        ("smtp_timeout_seconds", "10".to_owned()),
    ]
}

fn with(mut keys: Vec<(&'static str, String)>, key: &'static str, value: &str) -> Vec<(&'static str, String)> {
    keys.retain(|(name, _)| *name != key);
    keys.push((key, value.to_owned()));
    keys
}

/// Whether `roomdesk mail test` to this address succeeds, and everything that it says.
async fn test(keys: &[(&str, String)], address: &str) -> (bool, String) {
    run(keys, &["mail", "test", address]).await
}

/// Whether a command succeeds with these keys, and everything that it says.
async fn run(keys: &[(&str, String)], arguments: &[&str]) -> (bool, String) {
    let folder = folder::fresh("mail-test");
    let mut text =
        format!("[auth]\njwt_secret = '{}'\n[matrix]\nserver_name = 'roomdesk.test'\n[mail]\n", "0".repeat(64));
    for (key, value) in keys {
        writeln!(text, "{key} = {value}").expect("a text takes lines");
    }
    let file = folder.join("roomdesk.toml");
    fs::write(&file, text).expect("the test's folder takes files");
    let mut command = child::bound(env!("CARGO_BIN_EXE_roomdesk"), DeathSignal::Kill);
    command.arg("--config").arg(file).args(arguments).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = child::spawn(command).await.expect("the built program can be run");
    let ended = timeout(SOON, child.wait_with_output()).await.expect("a command ends soon").expect("an own child");
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.success(), String::from_utf8(said).expect("commands speak UTF-8"))
}

check!(a_mail_leaves_encrypted_and_signed_in, async {
    let server = MailServer::start().await;

    let (is_fine, said) = test(&keys(&server), ANN).await;

    assert!(is_fine && said.contains("The server has taken it"), "{said}");
    let [mail] = &server.mails()[..] else { panic!("one mail: {:?}", server.mails()) };
    let id = mail.lines().find_map(|line| line.strip_prefix("Message-ID: ")).expect("mails have an id");
    assert!(said.contains(id.trim()), "{said}");
    assert!(mail.contains("<ann@example.org>") && mail.contains(&format!("localhost:{}", server.port)), "{mail}");
});

check!(what_keeps_a_mail_from_leaving_is_explained, async {
    let server = MailServer::start().await;
    server.rules(&json!({"refuse": ["nobody@example.org"]}));
    let keys = keys(&server);
    let other_ca = {
        let other = MailServer::start().await;
        format!("'{}'", other.ca.display())
    };
    let cases = [
        (with(keys.clone(), "smtp_password", "'wrong battery'"), ANN, "does not let us sign in", "smtp_password"),
        (with(keys.clone(), "smtp_ca_file", &other_ca), ANN, "cannot be encrypted", "smtp_ca_file"),
        (with(keys.clone(), "smtp_security", "'tls'"), ANN, "cannot be encrypted", "smtp_security"),
        (with(keys.clone(), "smtp_host", "'mail.invalid'"), ANN, "cannot be found", "smtp_host"),
        (with(keys.clone(), "smtp_port", &free_port().to_string()), ANN, "cannot be reached", "smtp_port"),
        (keys.clone(), "nobody@example.org", "does not take the recipient", "550"),
        (keys.clone(), "nobody", "is not an e-mail address", "address"),
        (with(keys.clone(), "transport", "'off'"), ANN, "mails are off", "transport"),
    ];

    for (keys, address, what, advice) in cases {
        let (is_fine, said) = test(&keys, address).await;

        assert!(!is_fine && said.contains(what) && said.contains(advice), "{what}: {said}");
        assert!(!said.contains(PASSWORD) && !said.contains("battery"), "passwords are not shown: {said}");
    }
    assert_eq!(server.mails(), Vec::<String>::new());
});

check!(a_mail_becomes_a_file_of_its_name, async {
    let server = MailServer::start().await;
    let folder = folder::fresh("mails");
    let keys = with(keys(&server), "transport", "'file'");
    let keys = with(keys, "file_folder", &format!("'{}'", folder.display()));

    let (is_fine, said) = test(&keys, ANN).await;

    assert!(is_fine, "{said}");
    let files: Vec<_> = fs::read_dir(&folder).expect("it was made").flatten().map(|file| file.path()).collect();
    let [file] = &files[..] else { panic!("one file: {files:?}") };
    assert!(fs::read_to_string(file).expect("it can be read").contains("ann@example.org"));
    assert_eq!(server.mails(), Vec::<String>::new());
});

/// The line that `roomdesk doctor` says of mails.
async fn doctor(keys: &[(&str, String)]) -> String {
    let (_, said) = run(keys, &["doctor"]).await;
    let line = said.lines().find(|line| line[5..].starts_with("mail: "));
    line.unwrap_or_else(|| panic!("a line on mails: {said}")).to_owned()
}

check!(the_doctor_reaches_for_the_server_and_sends_nothing, async {
    let server = MailServer::start().await;
    let keys = keys(&server);
    let folder = folder::fresh("mails");
    let files = with(keys.clone(), "transport", "'file'");
    let in_a_file = format!("'{}'", server.ca.display());

    assert_eq!(doctor(&keys).await, format!("ok   mail: leaves by localhost:{}", server.port));
    for (keys, starts, advice) in [
        (with(keys.clone(), "smtp_password", "'wrong battery'"), "FAIL mail: the server does not let us", "smtp_user"),
        (with(keys.clone(), "smtp_port", &free_port().to_string()), "FAIL mail: the server cannot be", "smtp_port"),
        (with(files.clone(), "file_folder", &format!("'{}'", folder.display())), "ok   mail: leaves into", ""),
        (with(files, "file_folder", &in_a_file), "FAIL mail: the mail cannot be written", "file_folder"),
        (with(keys, "transport", "'log'"), "ok   mail: only a line", ""),
    ] {
        let line = doctor(&keys).await;
        assert!(line.starts_with(starts) && line.contains(advice) && !line.contains("battery"), "{line}");
    }

    assert_eq!(server.mails(), Vec::<String>::new());
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 0, "nothing is left of trying");
});

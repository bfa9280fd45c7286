//! What doctor says of a desk whose homeserver is away; with a homeserver, the demo's folder is the place to try it.
use std::net::TcpListener;

use tempfile::TempDir;

use super::*;
use crate::store::{self, inbox};

const NO_VARIABLES: [(&str, &str); 0] = [];

/// A folder with a configuration, a registration and a free port each for homeserver and desk.
struct Home {
    folder: TempDir,
    desk: TcpListener,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = || TcpListener::bind("127.0.0.1:0").expect("a free port");
        let (desk, homeserver) = (port(), port());
        let address = |listener: &TcpListener| listener.local_addr().expect("it listens");
        let text = format!(
            "[server]\nlisten = \"{}\"\n[auth]\njwt_secret = \"{}\"\n[matrix]\nserver_name = \"example.org\"\n\
             homeserver_url = \"http://{}\"\n",
            address(&desk),
            "k".repeat(32),
            address(&homeserver),
        );
        std::fs::write(folder.path().join("roomdesk.toml"), text).expect("writable");
        let url = "http://127.0.0.1:1".parse().expect("a URL");
        let prefix = "desk_".parse().expect("a prefix");
        Registration::generate("example.org".try_into().expect("a name"), prefix, url)
            .write_new(&folder.path().join("roomdesk-registration.yaml"))
            .expect("writable");
        Self { folder, desk }
    }

    async fn database(&self) -> Db {
        let db = Db::open_sqlite(&self.folder.path().join("roomdesk.db"), 1).await.expect("writable");
        db.migrate().await.expect("empty");
        db
    }

    /// Every line, and whether all is well.
    async fn doctor(&self) -> (Vec<String>, bool) {
        let mut out = Vec::new();
        let is_well =
            examine(&self.folder.path().join("roomdesk.toml"), NO_VARIABLES, &mut out).await.expect("an answer");
        (String::from_utf8(out).expect("text").lines().map(str::to_owned).collect(), is_well)
    }
}

fn begins(lines: &[String], expected: &[&str]) {
    let fits = lines.len() == expected.len() && lines.iter().zip(expected).all(|(line, start)| line.starts_with(start));
    assert!(fits, "expected lines that begin with {expected:#?}, found {lines:#?}");
}

#[tokio::test]
async fn before_the_first_start_each_line_says_what_to_do() {
    let Home { folder, desk } = Home::new();
    drop(desk);
    let file = folder.path().join("roomdesk.toml");
    let mut out = Vec::new();

    let is_well = examine(&file, NO_VARIABLES, &mut out).await.expect("an answer");

    let lines: Vec<_> = String::from_utf8(out).expect("text").lines().map(str::to_owned).collect();
    begins(
        &lines,
        &[
            "ok   configuration: ",
            "ok   registration: ",
            "FAIL database: there is no file",
            "FAIL files: there is no folder",
            "ok   mail: off",
            "FAIL homeserver: ",
        ],
    );
    assert!(!is_well && lines[2].contains(" -> `roomdesk migrate`"), "{lines:#?}");
}

#[tokio::test]
async fn a_silent_push_and_dead_letters_are_reported() {
    let home = Home::new();
    let db = home.database().await;
    let kept = Kept {
        homeserver_is_up: true,
        by_sync_ms: Some(20),
        by_push_ms: Some(30),
        sync_heard_at: None,
        push_heard_at: None,
        sync_is_overdue: false,
        push_is_silent: true,
    };
    let mut tx = db.write().await.expect("open");
    condition::keep(&mut tx, &kept, Clock::system().now()).await.expect("stored");
    let arrived = inbox::Arrived { event_id: "$a".into(), room_id: "!a".into(), event: "{}".into() };
    inbox::insert(&mut tx, &[arrived], Clock::system().now()).await.expect("stored");
    let waiting = store::inbox::next_in_room(&mut tx, "!a", 1).await.expect("readable");
    inbox::mark_dead(&mut tx, waiting[0].position, "poison").await.expect("stored");
    tx.commit().await.expect("stored");

    let (lines, is_well) = home.doctor().await;

    let expected = [
        "ok   configuration: ",
        "ok   registration: ",
        "ok   database: SQLite in ",
        "FAIL files: there is no folder",
        "ok   mail: off",
        "FAIL homeserver: ",
        "FAIL heartbeat: push is silent",
        "FAIL dead letters: 1 ",
    ];
    begins(&lines, &expected);
    assert!(!is_well && lines.iter().filter(|line| line.starts_with("FAIL")).all(|line| line.contains(" -> ")));
    db.close().await;
}

#[tokio::test]
async fn a_bad_configuration_is_named_line_by_line() {
    let home = Home::new();
    let file = home.folder.path().join("roomdesk.toml");
    std::fs::write(&file, "[auth]\njwt_secret = \"short\"\n[matrix]\nserver = 1\n").expect("writable");

    let (lines, is_well) = home.doctor().await;

    assert!(!is_well && lines.len() >= 3, "{lines:#?}");
    assert!(lines.iter().all(|line| line.starts_with("FAIL configuration: ") && line.contains(" -> ")), "{lines:#?}");
}

impl Home {
    /// What doctor says of files and clamd with these lines in the configuration.
    async fn doctor_with(&self, files: &str) -> Vec<String> {
        let file = self.folder.path().join("roomdesk.toml");
        let text = std::fs::read_to_string(&file).expect("a configuration");
        let text = text.split("[files]").next().unwrap_or_default();
        std::fs::write(&file, format!("{text}[files]\n{files}\n")).expect("writable");
        let (lines, _) = self.doctor().await;
        let is_about_files = |line: &String| line[5..].starts_with("files: ") || line[5..].starts_with("clamd: ");
        lines.into_iter().filter(is_about_files).collect()
    }
}

#[tokio::test]
async fn the_folder_of_files_is_written_to_and_left_as_it_was() {
    let home = Home::new();
    let folder = home.folder.path().join("roomdesk-files");
    std::fs::create_dir(&folder).expect("writable");
    std::fs::write(home.folder.path().join("a-file"), "").expect("writable");

    begins(&home.doctor_with("").await, &[&format!("ok   files: {}, ", folder.display())]);
    let left: Vec<_> = std::fs::read_dir(folder.join("incoming")).expect("a folder").collect();
    assert!(left.is_empty(), "{left:?}");
    std::fs::write(folder.join("incoming/half"), "").expect("writable");
    let lines = home.doctor_with("").await;
    assert!(
        lines[0].ends_with(" free, 1 left by uploads that were cut off, which a running desk sweeps away"),
        "{lines:?}"
    );
    begins(&home.doctor_with("folder = \"a-file\"").await, &["FAIL files: cannot write to "]);
}

#[tokio::test]
async fn a_clamd_that_is_away_or_none_is_named_with_what_becomes_of_files() {
    let home = Home::new();
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("it listens");
    let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = other.local_addr().expect("it listens");
    let answering = std::thread::spawn(move || {
        let (mut line, _) = other.accept().expect("a question");
        line.write_all(b"220 mail.example ESMTP\r\n").expect("it listens");
    });

    let away = home.doctor_with(&format!("clamd = \"{nobody}\"")).await;
    let mail = home.doctor_with(&format!("clamd = \"{address}\"\nunscanned = \"take\"")).await;

    answering.join().expect("it was asked");
    assert!(away[1].starts_with(&format!("FAIL clamd: no answer at {nobody}: Connection refused")), "{away:?}");
    assert!(away[1].contains("; files are refused meanwhile -> start it"), "{away:?}");
    assert!(mail[1].contains("it is not clamd") && mail[1].contains("taken unscanned"), "{mail:?}");
}

//! That the example file shows every key, with its default.
use std::path::Path;

use ruma::RoomVersionId;

use super::{KEY, NO_VARIABLES};
use crate::app::config::source::Source;
use crate::app::config::{Config, DatabaseUrl, sections};
use crate::files::clamd::Clamd;

const EXAMPLE: &str = include_str!("../../../../bridge-config/roomdesk.example.toml");

/// The lines of the example that set something: line number, key, whether it is commented out, the text without `# `.
fn settings() -> Vec<(usize, &'static str, bool, &'static str)> {
    let setting = |(number, line): (usize, &'static str)| {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        let (key, _) = bare.split_once(" = ")?;
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        is_key.then_some((number, key, bare != line, bare))
    };
    EXAMPLE.lines().enumerate().filter_map(setting).collect()
}

/// The example with the commented-out keys for which `choose` is true switched on.
fn example(choose: impl Fn(&str) -> bool) -> String {
    let settings = settings();
    let line = |(number, line)| match settings.iter().find(|setting| setting.0 == number) {
        Some((_, key, true, bare)) if choose(key) => *bare,
        _ => line,
    };
    EXAMPLE.lines().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

fn is_default(key: &str) -> bool {
    // The first three are the other name of a secret, the others have no default.
    !["url_file", "jwt_secret", "jwt_secret_file", "room_version", "clamd", "auto_close_days"].contains(&key)
        && !["issuer", "audience", "secret", "secret_file", "jwks_file", "jwks_url"].contains(&key)
        && !["from", "reply_to", "smtp_host", "smtp_port", "smtp_user", "smtp_password"].contains(&key)
        && !["smtp_password_file", "dkim_key"].contains(&key)
        && !["smtp_ca_file", "file_folder", "logo", "templates"].contains(&key)
        && !["dkim_domain", "dkim_selector", "dkim_key_file"].contains(&key)
}

#[test]
fn the_example_shows_every_key_once_with_a_comment() {
    let mut source = Source::new("", Path::new(""), Path::new(""), NO_VARIABLES).expect("an empty text is TOML");
    sections::read(&mut source);
    let mut known: Vec<_> = source.known().into_iter().map(|(section, key)| format!("{section}.{key}")).collect();

    let lines: Vec<_> = EXAMPLE.lines().collect();
    let section_of =
        |number: usize| lines[..number].iter().rev().find_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
    let mut shown = Vec::new();
    for (number, key, ..) in settings() {
        let before = lines[number - 1];
        assert!(
            before.starts_with("# ") && !settings().iter().any(|other| other.0 == number - 1),
            "{key} has no comment"
        );
        shown.push(format!("{}.{key}", section_of(number).expect("a section above each key")));
    }

    known.sort();
    shown.sort();
    assert_eq!(shown, known);
}

#[test]
fn the_example_shows_the_defaults() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("jwt-secret"), KEY).expect("a file in it");
    let parse = |text: &str| Config::from_toml(text, folder.path(), NO_VARIABLES).expect("the example is right");

    let as_it_is = parse(EXAMPLE);

    assert_eq!(parse(&example(is_default)), as_it_is);
    for (_, key, commented, bare) in settings() {
        let removed = EXAMPLE.replace(&format!("\n{bare}\n"), "\n");
        assert!(
            commented || Config::from_toml(&removed, folder.path(), NO_VARIABLES).is_err(),
            "{key} has a default: comment it out"
        );
    }
}

#[test]
fn the_examples_without_a_default_are_right_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("jwt-secret"), KEY).expect("a file in it");
    std::fs::write(folder.path().join("database-url"), "sqlite:other.db").expect("a file in it");
    let parse = |text: &str| Config::from_toml(text, folder.path(), NO_VARIABLES).expect("the example is right");

    assert_eq!(parse(&example(|key| key == "room_version")).matrix.room_version, Some(RoomVersionId::V12));
    let clamd = Some(Clamd::Unix("/run/clamav/clamd.ctl".into()));
    assert_eq!(parse(&example(|key| key == "clamd")).files.clamd, clamd);
    assert_eq!(
        parse(&example(|key| key == "url_file")).database.url,
        DatabaseUrl::Sqlite(folder.path().join("other.db"))
    );
    parse(&example(|key| key == "jwt_secret").replace("\njwt_secret_file", "\n# jwt_secret_file"));
}

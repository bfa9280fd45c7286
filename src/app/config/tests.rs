//! What a configuration accepts and refuses.
mod example;
mod limits;
mod mail;
mod origins;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::FixedOffset;
use ruma::RoomVersionId;
use tempfile::TempDir;

use crate::files::clamd::{Clamd, Unscanned};

use super::{Config, ConfigError, DatabaseUrl, LogFormat, Place, Problem, Secret, check};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const NO_VARIABLES: [(&str, &str); 0] = [];

/// The least a configuration must say, with `more` below it.
fn minimal(more: &str) -> String {
    format!("auth.jwt_secret = \"{KEY}\"\nmatrix.server_name = \"example.org\"\n{more}")
}

fn config(text: &str) -> Config {
    Config::from_toml(text, Path::new("/etc/roomdesk"), NO_VARIABLES).expect("the text is right")
}

fn problems_with(text: &str, variables: &[(&str, &str)]) -> Vec<Problem> {
    match Config::from_toml(text, Path::new("/etc/roomdesk"), variables.iter().copied()) {
        Err(ConfigError::Refused(problems)) => problems,
        other => panic!("expected problems, found {other:?}"),
    }
}

/// The one problem, as it is printed.
fn refusal(text: &str, variables: &[(&str, &str)]) -> String {
    match problems_with(text, variables).as_slice() {
        [problem] => problem.to_string(),
        many => panic!("expected one problem, found {many:#?}"),
    }
}

#[test]
fn the_defaults_are_those_of_the_manual() {
    let config = config(&minimal(""));

    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8470");
    assert_eq!(config.server.public_url.as_str(), "http://127.0.0.1:8470/");
    assert_eq!(config.server.shutdown_grace, Duration::from_secs(8));
    assert_eq!(config.database.url, DatabaseUrl::Sqlite(PathBuf::from("/etc/roomdesk/roomdesk.db")));
    assert_eq!(config.database.max_connections, 10);
    assert_eq!(config.auth.access_token_lifetime, Duration::from_mins(15));
    assert_eq!(config.auth.refresh_token_lifetime, Duration::from_hours(30 * 24));
    assert_eq!((config.auth.login_attempts, config.auth.login_window), (10, Duration::from_mins(15)));
    let limits = &config.limits;
    assert_eq!((limits.requests_per_minute, limits.anonymous_requests_per_minute), (1200, 300));
    assert_eq!(config.matrix.homeserver_url.as_str(), "http://127.0.0.1:8008/");
    assert_eq!(config.matrix.registration_file, Path::new("/etc/roomdesk/roomdesk-registration.yaml"));
    assert_eq!(config.matrix.appservice_listen.to_string(), "127.0.0.1:29400");
    assert_eq!((config.matrix.room_version, config.matrix.sends_in_flight), (None, 32));
    assert_eq!(
        (config.matrix.heartbeat, config.matrix.request_timeout),
        (Duration::from_mins(1), Duration::from_mins(1))
    );
    assert_eq!(config.files.folder, Path::new("/etc/roomdesk/roomdesk-files"));
    assert_eq!((config.files.max_size, config.files.avatar_max_size), (100 * 1024 * 1024, 8 * 1024 * 1024));
    assert_eq!((config.files.clamd, config.files.unscanned), (None, Unscanned::Refused));
    assert!(config.files.allowed_types.allow("image/png") && !config.files.allowed_types.allow("application/java"));
    assert_eq!(config.tickets.time_zone, FixedOffset::east_opt(0).expect("no distance"));
    assert_eq!((config.log.format, config.log.filter.to_string().as_str()), (LogFormat::Text, "sqlx=warn,info"));
}

#[test]
fn every_value_can_be_set() {
    let config = config(&minimal(
        r#"
        server = { listen = "[::1]:80", public_url = "https://desk.example.org/x", behind_proxy = true, shutdown_grace_seconds = 3 }
        database = { url = "postgres://desk:pw@db/desk?sslmode=require", max_connections = 0x20 }
        log = { format = "json", filter = "debug,roomdesk::matrix=trace" }
        tickets.time_zone = "-09:30"
        limits = { requests_per_minute = 0, anonymous_requests_per_minute = 10 }
        matrix.room_version = "11"
        matrix.registration_file = "/run/registration.yaml"
        files = { folder = "/srv/files", max_size_mib = 2, allowed_types = "image/png", clamd = "av.example:3310", unscanned = "take" }
        "#,
    ));

    assert_eq!(config.server.listen.to_string(), "[::1]:80");
    assert!(config.server.behind_proxy);
    assert_eq!(config.database.url, DatabaseUrl::Postgres(Secret::new("postgres://desk:pw@db/desk?sslmode=require")));
    assert_eq!(config.database.max_connections, 32);
    assert_eq!((config.limits.requests_per_minute, config.limits.anonymous_requests_per_minute), (0, 10));
    assert_eq!(config.log.format, LogFormat::Json);
    assert_eq!(config.tickets.time_zone.local_minus_utc(), -(9 * 60 + 30) * 60);
    assert_eq!(config.matrix.room_version, Some(RoomVersionId::V11));
    assert_eq!(config.matrix.registration_file, Path::new("/run/registration.yaml"));
    assert_eq!((config.files.folder.as_path(), config.files.max_size), (Path::new("/srv/files"), 2 * 1024 * 1024));
    assert_eq!(config.files.allowed_types.to_string(), "image/png");
    assert_eq!(config.files.clamd, Some(Clamd::Tcp("av.example:3310".into())));
    assert_eq!(config.files.unscanned, Unscanned::Taken);
}

#[test]
fn a_bad_value_is_refused_with_file_line_section_and_key() {
    assert_eq!(
        refusal(&minimal("[server]\nlisten = \"here\""), &[]),
        "/etc/roomdesk/roomdesk.toml:4: [server] listen is \"here\", which is not an IP address and a port; \
         expected an IP address and a port, such as \"127.0.0.1:8470\""
    );
}

#[test]
fn each_bad_value_is_refused_by_its_key() {
    let cases = [
        ("server.listen = \"127.0.0.1\"", "[server] listen"),
        ("server.listen = 8470", "[server] listen is a number"),
        ("files.max_size_mib = 0", "[files] max_size_mib is 0"),
        ("files.avatar_max_size_mib = 65", "[files] avatar_max_size_mib is 65"),
        ("files.unscanned = \"guess\"", "[files] unscanned is \"guess\""),
        ("files.allowed_types = \"image\"", "[files] allowed_types is \"image\""),
        ("files.clamd = \"av.example\"", "[files] clamd is \"av.example\""),
        ("server.public_url = \"desk.example.org\"", "[server] public_url"),
        ("server.public_url = \"ftp://desk.example.org\"", "[server] public_url"),
        ("server.public_url = \"https://desk.example.org?a=b\"", "[server] public_url"),
        ("server.public_url = \"https://ann:pw@desk.example.org\"", "[server] public_url contains a user"),
        (
            "server.shutdown_grace_seconds = 0",
            "[server] shutdown_grace_seconds is 0; expected a whole number from 1 to 600",
        ),
        ("server.behind_proxy = \"true\"", "[server] behind_proxy is a text in quotes; expected true or false"),
        ("server.behind_proxy = 1", "[server] behind_proxy is a number; expected true or false"),
        ("server.shutdown_grace_seconds = true", "[server] shutdown_grace_seconds is true"),
        ("server.shutdown_grace_seconds = \"8\"", "[server] shutdown_grace_seconds is a text"),
        ("server.shutdown_grace_seconds = 1.5", "[server] shutdown_grace_seconds is of the TOML type float"),
        ("server.shutdown_grace_seconds = 99999999999999999999", "[server] shutdown_grace_seconds"),
        ("database.url = \"mysql://desk@db/desk\"", "[database] url names neither"),
        ("database.url = \"postgres://db\"", "[database] url names no PostgreSQL database"),
        ("database.url = \"sqlite:\"", "[database] url names no SQLite file"),
        ("database.url = \"sqlite::memory:\"", "[database] url names no SQLite file"),
        ("database.url = \"sqlite:a.db?mode=ro\"", "[database] url has options"),
        ("database.url = \" \"", "[database] url is empty"),
        ("database.max_connections = 0", "[database] max_connections"),
        ("auth.access_token_minutes = -1", "[auth] access_token_minutes is -1"),
        ("auth.refresh_token_days = 366", "[auth] refresh_token_days is 366"),
        ("auth.login_attempts = true", "[auth] login_attempts"),
        ("auth.login_window_minutes = 1441", "[auth] login_window_minutes"),
        ("matrix.homeserver_url = \"//x\"", "[matrix] homeserver_url"),
        ("matrix.registration_file = \"\"", "[matrix] registration_file is empty"),
        ("matrix.appservice_listen = \"\"", "[matrix] appservice_listen"),
        (
            "matrix.appservice_listen = \"127.0.0.1:8470\"",
            "[matrix] appservice_listen is 127.0.0.1:8470, which [server] listen has",
        ),
        ("matrix.room_version = \"10\"", "[matrix] room_version"),
        ("matrix.sends_in_flight = 65", "[matrix] sends_in_flight is 65; expected a whole number from 1 to 64"),
        ("matrix.heartbeat_seconds = []", "[matrix] heartbeat_seconds"),
        ("matrix.request_timeout_seconds = 601", "[matrix] request_timeout_seconds"),
        ("tickets.time_zone = \"Europe/Berlin\"", "[tickets] time_zone"),
        ("tickets.time_zone = \"+2:00\"", "[tickets] time_zone"),
        ("tickets.time_zone = \"+15:00\"", "[tickets] time_zone"),
        ("tickets.time_zone = \"+01:60\"", "[tickets] time_zone"),
        ("log.format = \"xml\"", "[log] format"),
        ("log.filter = \"inof\"", "[log] filter"),
        ("log.filter = \"info,sqlx=loud\"", "[log] filter"),
        ("log.filter = \"\"", "[log] filter"),
    ];
    for (line, beginning) in cases {
        let place = "/etc/roomdesk/roomdesk.toml:3: ";
        let refusal = refusal(&minimal(line), &[]);
        assert!(refusal.starts_with(&format!("{place}{beginning}")), "{line} gives {refusal}");
        assert!(refusal.contains("; expected "), "{line} gives {refusal}");
    }
}

#[test]
fn what_is_unknown_is_refused_by_name() {
    let key = refusal(&minimal("[server]\nlissten = \"x\""), &[]);
    assert_eq!(
        key,
        "/etc/roomdesk/roomdesk.toml:4: [server] lissten is not a key; expected one of behind_proxy, cors_origins, embed_origins, listen, public_url, shutdown_grace_seconds"
    );

    let section = refusal(&minimal("[sever]\nlisten = \"127.0.0.1:1\""), &[]);
    assert!(
        section.starts_with("/etc/roomdesk/roomdesk.toml:3: [sever] is not a section; expected one of [auth], "),
        "{section}"
    );

    let bare = refusal(&format!("listen = \"x\"\n{}", minimal("")), &[]);
    assert!(bare.starts_with("/etc/roomdesk/roomdesk.toml:1: listen stands outside of any section"), "{bare}");
}

#[test]
fn a_variable_overrides_a_line() {
    let text = minimal("[server]\nlisten = \"127.0.0.1:1\"\n[log]\nfilter = \"warn\"");
    let variables = [
        ("ROOMDESK__SERVER__LISTEN", "127.0.0.1:2"),
        ("ROOMDESK__MATRIX__SENDS_IN_FLIGHT", "16"),
        ("HOME", "x"),
        ("ROOMDESK_CONFIG", "x"),
    ];

    let config = Config::from_toml(&text, Path::new("/"), variables).expect("the variables are right");

    assert_eq!(config.server.listen.port(), 2);
    assert_eq!(config.matrix.sends_in_flight, 16);
    assert_eq!(config.log.filter.to_string(), "warn");
}

#[test]
fn a_bad_variable_is_refused_by_its_name() {
    let cases = [
        ("ROOMDESK__SERVER__LISTEN", "here", "[server] listen is \"here\""),
        (
            "ROOMDESK__DATABASE__MAX_CONNECTIONS",
            "many",
            "[database] max_connections is \"many\", which is not a whole number",
        ),
        ("ROOMDESK__SERVER__BEHIND_PROXY", "yes", "[server] behind_proxy is \"yes\", which is not one of the two"),
        ("ROOMDESK__SERVER__LISSTEN", "x", "[server] lissten is not a key"),
        ("ROOMDESK__SEVER__LISTEN", "x", "[sever] listen is in no section"),
        ("ROOMDESK__LISTEN", "x", "is not a configuration variable"),
        ("ROOMDESK__SERVER__listen", "x", "is not a configuration variable"),
    ];
    for (name, value, beginning) in cases {
        let refusal = refusal(&minimal(""), &[(name, value)]);
        assert!(refusal.starts_with(&format!("{name}: {beginning}")), "{name} gives {refusal}");
    }
}

#[test]
fn a_variable_that_is_not_utf8_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let variable = (std::ffi::OsString::from("ROOMDESK__LOG__FORMAT"), std::ffi::OsString::from_vec(vec![0xff]));

    let Err(error) = Config::from_toml(&minimal(""), Path::new("/"), [variable]) else { panic!("expected a refusal") };

    assert!(error.to_string().contains("ROOMDESK__LOG__FORMAT: [log] format is not UTF-8"), "{error}");
}

#[test]
fn all_problems_are_reported_at_once() {
    let text =
        "[server]\nlisten = 1\npublic_url = 2\n[log]\nformat = \"xml\"\n[matrix]\nserver_name = \"a b\"\nfoo = 1";

    let found: Vec<_> = problems_with(text, &[("ROOMDESK__X__Y", "")])
        .into_iter()
        .map(|problem| format!("{}.{}", problem.section.unwrap_or_default(), problem.key.unwrap_or_default()))
        .collect();

    let expected = [
        "server.listen",
        "server.public_url",
        "auth.jwt_secret",
        "matrix.server_name",
        "log.format",
        "matrix.foo",
        "x.y",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_is_missing_is_named() {
    let refusal = refusal(&format!("auth.jwt_secret = \"{KEY}\""), &[]);

    assert_eq!(
        refusal,
        "/etc/roomdesk/roomdesk.toml: [matrix] server_name is missing; expected a line such as `server_name = \"example.org\"`"
    );
}

#[test]
fn a_text_that_is_not_toml_is_refused_with_its_lines_alone() {
    let problems = problems_with("[server]\nlisten = \n[log]\nformat = \"x\"\n[log]\n", &[]);

    let lines: Vec<_> = problems.iter().map(|problem| problem.place.clone()).collect();
    assert_eq!(lines[0], Place::Line("/etc/roomdesk/roomdesk.toml".into(), 2));
    assert!(problems.iter().all(|problem| problem.fault.wrong.starts_with("is not TOML: ")), "{problems:#?}");
}

/// A folder with a file `secret` that holds `text`.
fn folder_with_secret(text: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("secret"), text).expect("a file in it");
    folder
}

fn with_secret_file(folder: &TempDir, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let text = "auth.jwt_secret_file = \"secret\"\nmatrix.server_name = \"example.org\"";
    Config::from_toml(text, folder.path(), variables.iter().copied())
}

#[test]
fn a_secret_can_stand_in_a_file() {
    let folder = folder_with_secret(&format!("{KEY} \n"));

    let config = with_secret_file(&folder, &[]).expect("the file is there");

    assert_eq!(config.auth.jwt_secret, Secret::new(format!("{KEY} ")));
}

#[test]
fn a_missing_empty_or_short_secret_is_refused_by_its_key() {
    let cases = [
        ("", "names", ", which is empty"),
        ("\n", "names", ", which is empty"),
        ("short\n", "has only 5 bytes", "at least 32"),
    ];
    for (text, wrong, detail) in cases {
        let folder = folder_with_secret(text);
        let error = with_secret_file(&folder, &[]).expect_err("the secret is bad").to_string();
        assert!(
            error.contains(&format!("roomdesk.toml:1: [auth] jwt_secret_file {wrong}")) && error.contains(detail),
            "{error}"
        );
    }

    let missing = refusal(&minimal("database.url_file = \"no-such-file\""), &[]);
    assert!(
        missing.contains(":3: [database] url_file names /etc/roomdesk/no-such-file, which cannot be read"),
        "{missing}"
    );
    let nothing = refusal("matrix.server_name = \"example.org\"", &[]);
    assert!(
        nothing.contains("roomdesk.toml: [auth] jwt_secret is missing; expected jwt_secret, or jwt_secret_file"),
        "{nothing}"
    );
}

#[test]
fn a_secret_given_twice_is_refused() {
    let in_file = refusal(&minimal("auth.jwt_secret_file = \"secret\""), &[]);
    assert!(
        in_file.contains(":3: [auth] jwt_secret_file is given together with jwt_secret; expected either"),
        "{in_file}"
    );

    let variables = [("ROOMDESK__DATABASE__URL", "sqlite:a.db"), ("ROOMDESK__DATABASE__URL_FILE", "secret")];
    let in_variables = refusal(&minimal(""), &variables);
    assert!(
        in_variables.starts_with("ROOMDESK__DATABASE__URL_FILE: [database] url_file is given together"),
        "{in_variables}"
    );
}

#[test]
fn a_variable_of_either_name_replaces_a_secret_of_the_file() {
    let folder = folder_with_secret(&"f".repeat(40));
    let own = with_secret_file(&folder, &[("ROOMDESK__AUTH__JWT_SECRET", KEY)]).expect("the variable is right");
    assert_eq!(own.auth.jwt_secret, Secret::new(KEY));

    let file = Config::from_toml(&minimal(""), folder.path(), [("ROOMDESK__AUTH__JWT_SECRET_FILE", "secret")]);
    assert_eq!(file.expect("the variable is right").auth.jwt_secret, Secret::new("f".repeat(40)));
}

#[test]
fn no_secret_is_printed() {
    let secrets = "database.url = \"postgres://desk:hunter2@db/desk\"";
    assert!(!format!("{:?}", config(&minimal(secrets))).contains("hunter2"));
    assert!(!format!("{:?}", config(&minimal(secrets))).contains(KEY));

    for bad in ["hunter2", "mysql://desk:hunter2@db/desk", "postgres://desk:hunter2@db", "sqlite:hunter2?x=y"] {
        let refusal = refusal(&minimal(&format!("database.url = {bad:?}")), &[]);
        assert!(!refusal.contains("hunter2"), "{refusal}");
    }
    let short = refusal("auth.jwt_secret = \"hunter2\"\nmatrix.server_name = \"example.org\"", &[]);
    assert!(!short.contains("hunter2"), "{short}");
}

#[test]
fn check_names_each_section_and_every_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("roomdesk.toml");
    std::fs::write(&file, minimal("log.format = \"xml\"\nsever.listen = \"x\"")).expect("a file in it");
    let mut out = Vec::new();

    let is_fine = check(&file, NO_VARIABLES, &mut out).expect("a vector takes everything");

    let out = String::from_utf8(out).expect("UTF-8");
    assert!(!is_fine);
    for expected in [
        "server        ok (listens on 127.0.0.1:8470)",
        "log           1 problem",
        ":3: [log] format is \"xml\"",
        ":4: [sever]",
    ] {
        assert!(out.contains(expected), "{expected:?} is not in:\n{out}");
    }
    assert!(out.contains("registration  cannot read") && out.contains("registration generate"), "{out}");
}

#[test]
fn check_names_a_missing_file() {
    let mut out = Vec::new();

    let is_fine =
        check(Path::new("/no/such/roomdesk.toml"), NO_VARIABLES, &mut out).expect("a vector takes everything");

    let out = String::from_utf8(out).expect("UTF-8");
    assert!(
        !is_fine && out.contains("cannot read the configuration file /no/such/roomdesk.toml: No such file"),
        "{out}"
    );
}

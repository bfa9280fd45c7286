//! What a registration must say, and that a new one says it.
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use ruma::server_name;
use tempfile::TempDir;

use super::*;

fn fresh() -> Registration {
    let url = "http://127.0.0.1:29400".parse().expect("a URL");
    Registration::generate(server_name!("example.org"), "desk_".parse().expect("a prefix"), url)
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("registration.yaml");
    (folder, file)
}

/// Everything wrong with a fresh registration in which `old` was replaced by `new`.
fn refusal(old: &str, new: &str) -> String {
    let (_folder, file) = folder();
    let text = fresh().to_yaml();
    assert!(text.contains(old), "{old:?} is not in:\n{text}");
    std::fs::write(&file, text.replace(old, new)).expect("a file in it");
    Registration::load(&file).expect_err("the registration is bad").to_string()
}

#[test]
fn a_registration_is_read_as_it_was_written() {
    let (_folder, file) = folder();
    for server in ["example.org", "localhost:9448", "my-school.example.org:8448", "[2001:db8::1]:8448", "10.0.0.1"] {
        let url = "https://desk.example.org/it's".parse().expect("a URL");
        let server: OwnedServerName = server.parse().expect("a server name");
        let written = Registration::generate(&server, "a-1_".parse().expect("a prefix"), url);
        written.write_new(&file).expect("the file is new");

        assert_eq!(Registration::load(&file).expect("the registration is right"), written);

        std::fs::remove_file(&file).expect("the file is there");
    }
}

#[test]
fn a_new_registration_says_what_synapse_needs() {
    let text = fresh().to_yaml();

    for line in [
        "id: 'roomdesk'",
        "url: 'http://127.0.0.1:29400'",
        "rate_limited: false",
        "receive_ephemeral: true",
        "io.element.msc4190: true",
        r"      regex: '@desk_.*:example\.org'",
        r"      regex: '#desk_.*:example\.org'",
        "  rooms: []",
    ] {
        assert!(text.lines().any(|found| found == line), "{line:?} is not in:\n{text}");
    }
}

#[test]
fn tokens_are_fresh_and_long() {
    let (one, other) = (fresh(), fresh());

    for token in [&one.as_token, &one.hs_token, &other.as_token, &other.hs_token] {
        assert_eq!(token.expose().len(), 64);
        assert!(token.expose().bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    assert_ne!(one.as_token, one.hs_token);
    assert_ne!(one.as_token, other.as_token);
    assert_ne!(one.hs_token, other.hs_token);
    assert_ne!(one.sender_localpart, other.sender_localpart);
    assert!(!format!("{one:?}").contains(one.as_token.expose()));
}

#[test]
fn a_new_file_is_for_its_owner_alone() {
    let (_folder, file) = folder();

    fresh().write_new(&file).expect("the file is new");

    let mode = std::fs::metadata(&file).expect("the file is there").permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
}

#[test]
fn a_file_is_never_overwritten() {
    let (folder, file) = folder();
    std::fs::write(&file, "precious").expect("a file in it");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(folder.path().join("nowhere"), &link).expect("a link in it");

    for taken in [&file, &link] {
        let error = fresh().write_new(taken).expect_err("the name is taken");
        assert!(matches!(error, RegistrationError::Exists { .. }), "{error}");
    }

    assert_eq!(std::fs::read_to_string(&file).expect("the file is there"), "precious");
    assert!(!folder.path().join("nowhere").exists());
}

#[test]
fn a_folder_that_is_missing_is_named() {
    let (folder, _) = folder();

    let error = fresh().write_new(&folder.path().join("no/file")).expect_err("there is no such folder").to_string();

    assert!(error.starts_with("cannot write ") && error.contains("no/file: No such file"), "{error}");
}

#[test]
fn a_registration_that_does_not_suit_is_refused_by_its_key() {
    let cases = [
        ("id: 'roomdesk'", "id: ''", "id is empty"),
        ("url: 'http://127.0.0.1:29400'", "url: null", "url is not an http or https URL"),
        ("url: 'http://127.0.0.1:29400'", "url: 'unix:///run/desk'", "url is not an http or https URL"),
        ("rate_limited: false", "rate_limited: true", "rate_limited is true"),
        ("rate_limited: false", "", "rate_limited is true or missing"),
        ("receive_ephemeral: true", "receive_ephemeral: false", "receive_ephemeral is false"),
        ("receive_ephemeral: true", "", "receive_ephemeral is false or missing"),
        ("rooms: []", "rooms: []\nde.sorunome.msc2409.push_ephemeral: true", "push_ephemeral is true"),
        ("io.element.msc4190: true", "", "io.element.msc4190 is false or missing"),
        ("rooms: []", "rooms: [{exclusive: false, regex: '!.*'}]", "namespaces.rooms is not empty"),
        (r"'@desk_.*:example\.org'", r"'@.*:example\.org'", "namespaces.users has the regex"),
        (
            r"'@desk_.*:example\.org'",
            r"'@desk_.*:example.org'",
            r"expected one exclusive entry such as '@desk_.*:example\.org'",
        ),
        (r"'@desk_.*:example\.org'", r"'@Desk.*:example\.org'", "namespaces.users has the regex"),
        (r"'@desk_.*:example\.org'", r"'@desk_.*'", "namespaces.users has the regex"),
        (r"'@desk_.*:example\.org'", r"'@help_.*:example\.org'", "namespaces.users and namespaces.aliases differ"),
        (r"'#desk_.*:example\.org'", r"'@desk_.*:example\.org'", "namespaces.aliases has the regex"),
        ("users:\n    - exclusive: true", "users:\n    - exclusive: false", "namespaces.users is not exclusive"),
        ("aliases:\n", "aliases: []\n  strangers:\n", "namespaces.aliases has 0 entries"),
    ];
    for (old, new, problem) in cases {
        let refusal = refusal(old, new);
        assert!(
            refusal.contains(" does not suit Roomdesk:\n    ") && refusal.contains(problem),
            "{new:?} gives {refusal}"
        );
        assert_eq!(refusal.lines().count(), 2, "{new:?} gives {refusal}");
    }
}

#[test]
fn tokens_must_be_there_and_differ() {
    let (_folder, file) = folder();
    let fresh = fresh();
    for (token, problem) in [
        ("", "hs_token is empty"),
        ("a b", "hs_token is empty or has spaces"),
        (fresh.as_token.expose(), "are the same"),
    ] {
        std::fs::write(&file, fresh.to_yaml().replace(fresh.hs_token.expose(), token)).expect("a file in it");
        let error = Registration::load(&file).expect_err("the token is bad").to_string();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn the_bot_is_not_the_sender() {
    let (_folder, file) = folder();
    std::fs::write(&file, Registration { sender_localpart: "desk_bot".to_owned(), ..fresh() }.to_yaml())
        .expect("a file in it");

    let error = Registration::load(&file).expect_err("the bot cannot be the sender").to_string();

    assert!(error.contains("sender_localpart is the bot's name"), "{error}");
}

#[test]
fn all_problems_of_a_registration_are_reported_at_once() {
    let error = refusal("true", "false");

    for problem in ["receive_ephemeral", "io.element.msc4190", "namespaces.users", "namespaces.aliases"] {
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn a_malformed_file_is_refused_without_repeating_its_tokens() {
    let (_folder, file) = folder();
    let fresh = fresh();
    let text = fresh.to_yaml();
    let bad = [
        text.replace("as_token: '", "as_token: ['"),
        text.replace("rate_limited: false", "rate_limited: 'perhaps"),
        text.replace("hs_token: ", "rate_limited: "),
        text.replace("namespaces:", "names:"),
        "just a text".to_owned(),
        String::new(),
    ];
    for text in bad {
        std::fs::write(&file, &text).expect("a file in it");
        let error = Registration::load(&file).expect_err("the file is malformed").to_string();
        assert!(error.contains("registration.yaml is not a registration: "), "{error}");
        assert!(!error.contains(fresh.as_token.expose()) && !error.contains(fresh.hs_token.expose()), "{error}");
    }
}

#[test]
fn a_prefix_is_short_and_plain() {
    for good in ["desk_", "_desk_", "d1", "a-b"] {
        assert_eq!(good.parse::<Prefix>().expect("a prefix").as_str(), good);
    }
    for bad in ["", "d", "Desk_", "desk.", "desk*", "dé_", &"d".repeat(33)] {
        assert!(bad.parse::<Prefix>().is_err(), "{bad:?} is no prefix");
    }
}

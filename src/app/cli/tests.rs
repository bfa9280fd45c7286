//! What can be typed, and what `registration generate` and `config check` do with it.
use clap::CommandFactory;

use super::*;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(["roomdesk"].into_iter().chain(line.split_whitespace()))
}

fn matrix(more: &str) -> Matrix {
    let text = format!("auth.jwt_secret = \"{}\"\nmatrix.server_name = \"example.org\"\n{more}", "k".repeat(32));
    let none: [(&str, &str); 0] = [];
    config::Config::from_toml(&text, Path::new("/etc/roomdesk"), none).expect("the text is right").matrix
}

fn wish(line: &str) -> Generate {
    match parse(&format!("registration generate {line}")).expect("the line is right").command {
        Command::Registration(RegistrationCommand::Generate(wish)) => wish,
        other => panic!("expected a registration, found {other:?}"),
    }
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_can_be_typed() {
    for line in [
        "serve",
        "--config x.toml serve",
        "serve -c x.toml",
        "demo",
        "demo --folder d --port 1 --homeserver-port 2 --appservice-port 3 --mail-port 4 --mailbox-port 5 --unattended",
        "config check",
        "registration generate",
        "registration generate --output r.yaml --url https://desk.example.org --prefix help_",
        "migrate",
        "user add --email ann@example.org --name Ann --role student --matrix-id @ann:example.org --password-stdin",
        "user list",
        "user set-role --email ann@example.org --role admin",
        "user set-password --email ann@example.org --password-stdin",
        "user disable --email ann@example.org",
        "user enable --email ann@example.org",
        "doctor",
        "dev seed",
        "dev seed --tickets 100000 --messages 400000 --seed 7 --force",
        "dev check",
    ] {
        parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for line in [
        "",
        "config",
        "demo --port 0",
        "demo --port 70000",
        "registration generate --url desk",
        "registration generate --prefix Desk",
        "registration generate --force",
        "user add --email ann@example.org --name Ann --role boss",
        "user add --email ann@example.org --name Ann --role student --matrix-id ann",
        "user add --email ann@example.org --name Ann --role student --password secret",
        "user set-password --email ann@example.org secret",
    ] {
        assert!(parse(line).is_err(), "{line:?} was accepted");
    }
}

#[test]
fn every_command_and_argument_has_a_help_text() {
    fn look(command: &clap::Command) {
        let name = command.get_name();
        assert!(command.get_about().is_some(), "{name} has no help");
        for argument in
            command.get_arguments().filter(|argument| !["help", "version"].contains(&argument.get_id().as_str()))
        {
            assert!(argument.get_help().is_some(), "{name} {} has no help", argument.get_id());
        }
        command.get_subcommands().for_each(look);
    }
    look(&Cli::command());
}

#[test]
fn a_registration_follows_the_configuration() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("registration.yaml");
    let matrix = matrix(&format!(
        "matrix.registration_file = {:?}\nmatrix.appservice_listen = \"127.0.0.1:9\"",
        file.display().to_string()
    ));
    let mut out = Vec::new();

    generate(&matrix, wish(""), &mut out).expect("the file is new");

    let registration = Registration::load_for(&matrix).expect("the registration is right");
    assert_eq!((registration.url.as_str(), registration.prefix.as_str()), ("http://127.0.0.1:9/", "desk_"));
    let out = String::from_utf8(out).expect("UTF-8");
    assert!(out.contains(&format!("app_service_config_files:\n    - {}\n", file.display())), "{out}");
    assert!(!out.contains("[matrix]") && !out.contains(registration.as_token.expose()), "{out}");
}

#[test]
fn a_registration_follows_the_options() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("other.yaml");
    let mut out = Vec::new();

    let line = format!("--output {} --url https://desk.example.org/push --prefix help_", file.display());
    generate(&matrix(""), wish(&line), &mut out).expect("the file is new");

    let registration = Registration::load(&file).expect("the registration is right");
    assert_eq!((registration.url.as_str(), registration.prefix.as_str()), ("https://desk.example.org/push", "help_"));
    assert!(String::from_utf8(out).expect("UTF-8").contains("[matrix]\n  registration_file = "));
}

#[test]
fn a_registration_of_another_server_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("registration.yaml");
    generate(&matrix(""), wish(&format!("--output {}", file.display())), &mut Vec::new()).expect("the file is new");

    let mut other = matrix("");
    other.registration_file = file;
    other.server_name = "other.org".parse().expect("a server name");
    let error = Registration::load_for(&other).expect_err("it is for another server").to_string();

    assert!(error.contains("namespaces.users is for example.org; expected other.org"), "{error}");
}

#[test]
fn an_address_nobody_can_connect_to_needs_a_url() {
    for listen in ["0.0.0.0:29400", "[::]:29400", "127.0.0.1:0"] {
        let matrix = matrix(&format!("matrix.appservice_listen = {listen:?}"));
        let error =
            generate(&matrix, wish("--output /nowhere/at/all"), &mut Vec::new()).expect_err("there is no address");
        assert!(error.to_string().contains("--url"), "{error}");
    }
}

#[tokio::test]
async fn check_answers_by_its_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("roomdesk.toml");
    let text = format!("auth.jwt_secret = \"{}\"\nmatrix.server_name = \"example.org\"", "k".repeat(32));
    std::fs::write(&file, text).expect("a file in it");
    let line = |rest: &str| parse(&format!("--config {} {rest}", file.display())).expect("the line is right");

    let before = run(line("config check")).await.expect("check never fails");
    run(line("registration generate")).await.expect("the file is new");
    let after = run(line("config check")).await.expect("check never fails");

    assert_eq!((before, after), (ExitCode::FAILURE, ExitCode::SUCCESS));
    let again = run(line("registration generate")).await.expect_err("the file is there");
    assert!(again.to_string().contains("exists already"), "{again}");
}

//! The section `[mail]`.
use std::path::Path;
use std::time::Duration;

use super::{NO_VARIABLES, config, minimal, refusal};
use crate::app::config::{Config, check};
use crate::domain::languages::Language;
use crate::mail::{Credentials, Security, SmtpSettings, Transport};

/// A section that is right, with `more` in it.
fn mail(more: &str) -> String {
    minimal(&format!(
        "[mail]\ntransport = \"smtp\"\nfrom = \"Support <support@example.org>\"\nsmtp_host = \"smtp.example.org\"\n{more}"
    ))
}

#[test]
fn mails_are_off_until_somebody_wants_them() {
    assert_eq!(config(&minimal("")).mail, None);
    assert_eq!(config(&minimal("mail.from = \"support@example.org\"")).mail, None);
}

#[test]
fn mails_have_defaults() {
    let mail = config(&mail("")).mail.expect("they are on");

    let smtp = SmtpSettings {
        host: "smtp.example.org".to_owned(),
        port: 587,
        security: Security::StartTls,
        credentials: None,
        ca: None,
        timeout: Duration::from_secs(30),
    };
    assert_eq!(mail.transport, Transport::Smtp(smtp));
    let composer = &mail.composer;
    assert_eq!(
        (composer.from.name.as_deref(), composer.from.address.as_str()),
        (Some("Support"), "support@example.org")
    );
    assert_eq!((composer.desk_name.as_str(), composer.colour.to_string()), ("Support", "#0b6e6e".to_owned()));
    assert_eq!((composer.language, composer.attachment_limit), (Language::English, 10 << 20));
    assert_eq!((&composer.reply_to, composer.plus_addresses, &composer.dkim), (&None, false, &None));
}

#[test]
fn mails_can_be_had_otherwise() {
    let more = "smtp_security = \"tls\"\nsmtp_user = \"desk\"\nsmtp_password = \"hunter2\"\nlanguage = \"de\"\ncolour = \"#FFcc00\"";
    let settings = config(&mail(more));
    assert!(!format!("{settings:?}").contains("hunter2"));
    let settings = settings.mail.expect("they are on");
    let Transport::Smtp(smtp) = settings.transport else { panic!("they go by SMTP") };
    let credentials = Credentials { user: "desk".to_owned(), password: "hunter2".to_owned() };
    assert_eq!((smtp.port, smtp.credentials), (465, Some(credentials)));
    assert_eq!(
        (settings.composer.language, settings.composer.colour.to_string()),
        (Language::German, "#ffcc00".to_owned())
    );

    let file = minimal("mail = { transport = \"file\", from = \"a@example.org\", file_folder = \"mails\" }");
    let file = config(&file).mail.expect("they are on");
    assert_eq!(file.transport, Transport::File("/etc/roomdesk/mails".into()));
}

#[test]
fn what_would_not_work_is_refused_by_its_key() {
    let cases = [
        (
            "smtp_security = \"none\"\nsmtp_user = \"a\"\nsmtp_password = \"b\"",
            "smtp_security is \"none\", and there is a password",
        ),
        ("smtp_security = \"ssl\"", "smtp_security is \"ssl\""),
        ("smtp_user = \"a\"", "smtp_user is given without a password"),
        ("smtp_password = \"b\"", "smtp_user is missing"),
        ("smtp_port = 0", "smtp_port is 0"),
        ("smtp_timeout_seconds = 0", "smtp_timeout_seconds is 0"),
        ("smtp_ca_file = \"/dev/null\"", "smtp_ca_file names /dev/null, in which there is no certificate"),
        ("reply_to = \"Support\"", "reply_to is \"Support\""),
        ("reply_to = \"zoë@example.org\"", "reply_to is \"zoë@example.org\""),
        ("colour = \"red\"", "colour is \"red\""),
        ("language = \"fr\"", "language is \"fr\""),
        ("desk_name = \"\"", "desk_name is \"\""),
        ("logo = \"/dev/null\"", "logo names /dev/null, which"),
        ("templates = \"/no/such/folder\"", "templates cannot be used: /no/such/folder: cannot be read"),
        ("attachment_limit_mib = 101", "attachment_limit_mib is 101"),
        ("dkim_domain = \"example.org\"", "dkim_domain is not all that signing needs"),
        ("dkim_selector = \"a b\"", "dkim_selector is \"a b\""),
        ("dkim_key = \"x\"", "dkim_key is not in PEM"),
    ];
    for (line, wrong) in cases {
        let refusal = refusal(&mail(line), &[]);
        assert!(
            refusal.contains(&format!("[mail] {wrong}")) && refusal.contains("; expected "),
            "{line} gives {refusal}"
        );
    }
    let text = |section: &str| minimal(&format!("mail = {{ {section} }}"));
    for (section, wrong) in [
        ("transport = \"pigeon\"", "transport is \"pigeon\""),
        ("transport = \"log\"", "from is missing"),
        ("transport = \"log\", from = \"nobody\"", "from is \"nobody\""),
        ("transport = \"smtp\", from = \"a@example.org\"", "smtp_host is missing"),
        ("transport = \"file\", from = \"a@example.org\"", "file_folder is missing"),
    ] {
        let refusal = refusal(&text(section), &[]);
        assert!(refusal.contains(&format!("[mail] {wrong}")), "{section} gives {refusal}");
    }
}

#[test]
fn a_broken_template_is_named_by_check_and_keeps_the_desk_from_starting() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file in it");
    std::fs::create_dir(folder.path().join("templates")).expect("a folder in it");
    write("templates/newTicket.txt", "Hello\n\n{{ tickt.title }}\n");
    write("templates/newTicket.md", "Hello");
    write("roomdesk.toml", &mail("templates = \"templates\""));
    let mut out = Vec::new();

    check(&folder.path().join("roomdesk.toml"), NO_VARIABLES, &mut out).expect("a vector takes everything");
    let unknown = String::from_utf8(std::mem::take(&mut out)).expect("UTF-8");
    std::fs::remove_file(folder.path().join("templates/newTicket.md")).expect("it is there");
    check(&folder.path().join("roomdesk.toml"), NO_VARIABLES, &mut out).expect("a vector takes everything");
    let undefined = String::from_utf8(out).expect("UTF-8");

    assert!(unknown.contains("[mail] templates cannot be used: newTicket.md: replaces nothing"), "{unknown}");
    let expected = "mail          1 problem\n";
    assert!(undefined.contains(expected), "{undefined}");
    assert!(undefined.contains("[mail] templates cannot be used: newTicket.txt:3: undefined value"), "{undefined}");
    let text = std::fs::read_to_string(folder.path().join("roomdesk.toml")).expect("it is there");
    let refused = Config::from_toml(&text, Path::new(folder.path()), NO_VARIABLES).expect_err("it is broken");
    assert!(refused.to_string().contains("newTicket.txt:3"), "{refused}");
}

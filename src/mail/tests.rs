//! Every template in every language, and what must hold for every mail.
use std::collections::BTreeSet;
use std::path::Path;

use super::colour::Colour;
use super::*;
use crate::domain::languages::Language;

fn settings() -> ComposerSettings {
    ComposerSettings {
        from: Sender::parse("Support <support@example.org>").expect("an address"),
        reply_to: None,
        plus_addresses: false,
        desk_name: "Support".to_owned(),
        logo: None,
        colour: Colour(0x0b, 0x6e, 0x6e),
        language: Language::English,
        templates: None,
        attachment_limit: 1_000,
        dkim: None,
    }
}

fn composer(settings: ComposerSettings) -> Composer {
    Composer::new(settings, ReplyKey::derived_from(b"secret")).expect("our templates are right")
}

fn with_templates(folder: &Path) -> Result<Composer, SetupError> {
    let settings = ComposerSettings { templates: Some(folder.to_owned()), ..settings() };
    Composer::new(settings, ReplyKey::derived_from(b"secret"))
}

#[test]
fn every_sample_of_every_template_is_drawn_in_every_language() {
    let composer = composer(settings());
    let mut drawn = BTreeSet::new();
    for notice in Notice::samples().iter().chain(&Notice::bare_samples()) {
        for language in Language::ALL {
            for side in [Side::Student, Side::Staff] {
                for cover in [Cover::sample(side), Cover::bare_sample(side)] {
                    let Drawn { subject, text, html } =
                        composer.draw(notice, language, &cover).unwrap_or_else(|fault| panic!("{fault}"));
                    for (kind, part) in [("subject", &subject), ("text", &text), ("html", &html)] {
                        let who = format!("{} {} {side:?} {kind}:\n{part}", notice.name(), language.as_str());
                        for left in ["{{", "{%", "}}", "%}", "undefined", "none", "[object", "&amp;amp;", "&lt;br"] {
                            let part = part.replace("text-decoration:none", "").replace("display:none", "");
                            assert!(!part.contains(left), "{left:?} is left in {who}");
                        }
                        assert!(!part.trim().is_empty(), "{who}");
                    }
                    assert!(!text.contains("\n\n\n") && !text.contains('<') || text.contains("<2 m>"), "{text}");
                    assert!(html.contains("</html>") && !subject.contains('\n'));
                }
            }
        }
        drawn.insert(notice.name());
    }
    assert_eq!(drawn.len(), 11, "{drawn:?}");
}

fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file in it");
    }
    folder
}

fn faults_of(files: &[(&str, &str)]) -> Vec<String> {
    match with_templates(folder_with(files).path()) {
        Err(SetupError::Templates(faults)) => faults.iter().map(ToString::to_string).collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    }
}

#[test]
fn a_template_or_a_text_of_an_operator_replaces_ours() {
    let folder = folder_with(&[
        ("test.txt", "Hi {{ reader.name }} of {{ desk.name }}\n"),
        ("de.toml", "[test]\nheading = \"Läuft, {{geschweift}}\"\n"),
        ("assigned.words", "{{ t(\"ticketAssigned.intro\") }} {{ \"<3\" }}"),
        (".gitkeep", "{{"),
    ]);
    let composer = with_templates(folder.path()).err().as_ref().map(ToString::to_string);
    assert_eq!(composer.as_deref(), Some("test.html:3: invalid operation: \"test.heading\" needs \"{geschweift\""));

    std::fs::write(folder.path().join("de.toml"), "[test]\nheading = \"Läuft\"\n").expect("a file in it");
    let composer = with_templates(folder.path()).expect("they are right");
    let samples = Notice::samples();
    let [assigned, test] = [&samples[1], &samples[10]]
        .map(|notice| composer.draw(notice, Language::German, &Cover::sample(Side::Staff)).expect("it was tried out"));
    assert_eq!(test.text, "Hi Cleo Vance of Support\n");
    assert!(test.html.contains(">Läuft</h1>"), "{}", test.html);
    assert!(assigned.text.contains("gehört jetzt Ihnen. <3") && assigned.html.contains("Ihnen. &lt;3"));
}

#[test]
fn a_broken_template_is_refused_with_its_file_and_line() {
    for (name, text, expected) in [
        ("newTickets.html", "", "newTickets.html: replaces nothing"),
        ("en.toml", "[test]\nheadline = \"x\"", "en.toml: test.headline replaces nothing"),
        ("en.toml", "[test", "en.toml: is not TOML"),
        ("test.txt", "a\n{% if %}", "test.txt:2: syntax error"),
        ("test.txt", "a\nb {{ reader.nmae }}", "test.txt:2: undefined value"),
        ("test.txt", "{{ nobody }}", "test.txt:1: undefined value"),
        ("test.html", "\n\n{{ t(\"test.headline\") }}", "test.html:3: invalid operation: there is no text"),
        ("test.html", "{{ t(\"test.why\") }}", "test.html:1: invalid operation: \"test.why\" needs \"desk\""),
        ("said.txt", "{{ message.author }}\n{{ message.autor }}", "said.txt:2: undefined value"),
        (
            "happening.words",
            "{% if event.kind == \"said\" %}{{ event.cuont }}{% endif %}",
            "happening.words:1: undefined value",
        ),
        ("digest.html", "{% extends \"lay.html\" %}", "digest.html:1: template not found"),
    ] {
        let faults = faults_of(&[(name, text)]);
        assert!(!faults.is_empty() && faults.iter().all(|fault| fault.starts_with(expected)), "{name}: {faults:?}");
    }
    assert!(with_templates(Path::new("/no/such/folder")).is_err());
}

#[test]
fn what_people_write_stays_text() {
    let composer = composer(settings());
    let mut cover = Cover::sample(Side::Staff);
    cover.to.name = "<script>alert(1)</script>".to_owned();
    let mut samples = Notice::samples();
    for notice in &mut samples {
        if let Notice::NewTicket(notices::NewTicket { ticket, description, files }) = notice {
            ticket.title = "<img src=x onerror=alert(1)> & {{ 7 * 7 }}".to_owned();
            description.html = SafeHtml::of("<b>bold</b><script>alert(1)</script><img src=x>");
            files[0].name = "\"><script>".to_owned();
            let drawn = composer.draw(notice, Language::English, &cover).expect("it is drawn");
            for banned in ["<script", "<img src=x", "\"><script"] {
                assert!(!drawn.html.contains(banned), "{}", drawn.html);
            }
            assert!(drawn.html.contains("<b>bold</b>") && drawn.html.contains("{{ 7 * 7 }}"));
            assert!(drawn.subject.starts_with("<img src=x onerror=alert(1)> & {{ 7 * 7 }} ["));
            return;
        }
    }
    panic!("there is a new ticket among the samples");
}

#[test]
fn files_beyond_the_limit_stay_behind() {
    let composer = composer(settings());
    assert_eq!(composer.fitting(&[400, 600, 1]), 2);
    assert_eq!((composer.fitting(&[1_001]), composer.fitting(&[u64::MAX, u64::MAX]), composer.fitting(&[])), (0, 0, 0));
    let mut cover = Cover::sample(Side::Staff);
    let file = Attachment { name: "a".to_owned(), mime_type: "text/plain".to_owned(), bytes: vec![0; 501] };
    cover.attachments = vec![file.clone(), file];
    let refused = composer.compose(&Notice::samples()[0], Language::English, &cover);
    assert!(matches!(refused, Err(ComposeError::TooLarge(1_002))));
}

#[test]
fn addresses_are_written_as_every_server_takes_them_or_refused() {
    let composer = composer(settings());
    let to = |address: &str| {
        let mut cover = Cover::sample(Side::Staff);
        cover.to.address = address.to_owned();
        composer.compose(&Notice::samples()[0], Language::English, &cover)
    };
    let idn = to("ann@müller.example").expect("the DNS knows it otherwise");
    assert_eq!(idn.envelope.to()[0].to_string(), "ann@xn--mller-kva.example");
    for bad in [
        "ann",
        "",
        "@example.org",
        "ann@",
        "änn@example.org",
        "a b@example.org",
        "a@b@example.org",
        "a\r\nb@example.org",
    ] {
        assert!(matches!(to(bad), Err(ComposeError::Address)), "{bad:?}");
    }
    let mut cover = Cover::sample(Side::Staff);
    cover.id = "a>\r\nBcc: x".to_owned();
    let refused = composer.compose(&Notice::samples()[0], Language::English, &cover);
    assert!(matches!(refused, Err(ComposeError::Id)));
}

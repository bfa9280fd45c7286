//! What other programs read in mails: nobody gets anything into a head but text, and mails of a ticket hang together.
use std::collections::BTreeSet;

use roomdesk::domain::Clock;
use roomdesk::domain::ids::{PersonId, TicketId};
use roomdesk::domain::languages::Language;
use roomdesk::mail::logo::Logo;
use roomdesk::mail::{
    Attachment, Composed, ComposerSettings, Cover, DkimSettings, Notice, ReplyKey, ReplyTo, Side, Thread,
};

use crate::support::check;
use crate::support::mails::{Mails, Said, composer, settings};

/// What people call themselves and their tickets, with its meaning as a line.
fn nasty() -> Vec<(String, String)> {
    let same = |text: &str| (text.to_owned(), text.to_owned());
    vec![
        ("Ann\r\nBcc: eve@example.com".to_owned(), "Ann Bcc: eve@example.com".to_owned()),
        ("Ann\nSubject: x\r\n\r\n<b>body".to_owned(), "Ann Subject: x <b>body".to_owned()),
        ("a\rb\u{2028}c\u{85}d\0e\u{b}f".to_owned(), "a b c d e f".to_owned()),
        same("Zoë Müller-Lüdenscheidt, Prüfungsamt (Österreich)"),
        same("🔥🖨️ on fire 👩‍💻🇩🇪"),
        same("שלום עולם مرحبا بالعالم"),
        ("\u{202e}gpj.exe\u{202c}".to_owned(), "gpj.exe".to_owned()),
        same("\"Ann\" <eve@example.com>, \\ Lee; (x) @ [y]:"),
        ("=?utf-8?q?Boss?= =?utf-8?b?Ym9zcw==?=".to_owned(), "= ?utf-8?q?Boss?= = ?utf-8?b?Ym9zcw== ?=".to_owned()),
        ("x".repeat(300), "x".repeat(300)),
        ("ü".repeat(300), "ü".repeat(300)),
        ("word ".repeat(60), "word ".repeat(60).trim_end().to_owned()),
        ("日本語のとても長い件名".repeat(28), "日本語のとても長い件名".repeat(28)),
        same("'"),
    ]
}

fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit - 1).chain(['…']).collect()
}

fn named(name: &str, number: usize) -> (Notice, Cover) {
    let mut cover = Cover::sample(Side::Staff);
    cover.id = format!("mal_{number}");
    name.clone_into(&mut cover.to.name);
    let file = Attachment { name: name.to_owned(), mime_type: format!("text/{name}"), bytes: b"bytes".to_vec() };
    cover.attachments = vec![file];
    let Some(Notice::NewTicket(mut notice)) = Notice::samples().into_iter().next() else { panic!("it is the first") };
    name.clone_into(&mut notice.ticket.title);
    name.clone_into(&mut notice.ticket.student);
    name.clone_into(&mut notice.description.plain);
    notice.description.html = None;
    (Notice::NewTicket(notice), cover)
}

fn made(settings: ComposerSettings, notice: &Notice, cover: &Cover) -> Composed {
    composer(settings).compose(notice, Language::English, cover).expect("it becomes a mail")
}

check!(whatever_people_are_called_heads_of_mails_hold_text_alone, async {
    let mails = Mails::none();
    let names = nasty();
    for (number, (name, _)) in names.iter().enumerate() {
        let (notice, cover) = named(name, number);
        let desk_name = name.clone();
        mails.add(&number.to_string(), &made(ComposerSettings { desk_name, ..settings() }, &notice, &cover).bytes);
    }

    let read = mails.read().await;

    let allowed: BTreeSet<&str> = HEADERS.into_iter().collect();
    for (number, (name, meant)) in names.iter().enumerate() {
        let said = &read[&number.to_string()];
        let names: BTreeSet<&str> = said.names.iter().map(String::as_str).collect();
        assert!(names.is_subset(&allowed) && names.len() == said.names.len(), "{name:?}: {:?}", said.names);
        assert_eq!(said.to, [(cut(meant, 120), "reader@example.org".to_owned())], "{name:?}");
        assert_eq!(said.from, [("Support".to_owned(), "support@example.org".to_owned())]);
        let subject = cut(&format!("{meant} [TICK-20261123-0042]"), 250);
        assert_eq!(said.headers["Subject"], subject, "{name:?}");
        assert_eq!(said.files.len(), 1, "{name:?}");
        assert!(said.is_plain && said.longest <= 998, "{name:?}: {} bytes", said.longest);
        assert_eq!(said.defects, Vec::<String>::new(), "{name:?}");
        assert!(!said.html.contains("<b>body") && !said.html.contains("<eve@"), "{name:?}: {}", said.html);
    }
});

/// All there are.
const HEADERS: [&str; 18] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "List-Id",
    "Precedence",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "X-Roomdesk-Notice",
    "X-Roomdesk-Ticket",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

check!(names_of_files_arrive_as_they_are, async {
    let mails = Mails::none();
    let names = ["flames.jpg", "Prüfung Übersicht.pdf", "שלום.txt", "a\"b;c=d.txt", "🔥.png", "x'%20*.csv"];
    let mut cover = Cover::sample(Side::Staff);
    let file =
        |name: &&str| Attachment { name: (*name).to_owned(), mime_type: "image/png".into(), bytes: vec![0, 255] };
    cover.attachments = names.iter().map(file).collect();
    mails.add("files", &made(settings(), &Notice::samples()[0], &cover).bytes);

    let read = mails.read().await;

    assert_eq!(read["files"].files, names);
    let pictures = ["image/png"; 6];
    let around = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html"];
    assert_eq!(read["files"].structure, [around.as_slice(), pictures.as_slice()].concat());
});

check!(mails_of_a_ticket_hang_together_and_ask_no_machine_to_answer, async {
    let mails = Mails::none();
    let cover = Cover::sample(Side::Staff);
    let many = (0..40).map(|number| format!("mal_{number}")).collect();
    let thread = cover.thread.clone().expect("the sample has one");
    let long = Cover { thread: Some(Thread { previous: many, ..thread.clone() }), ..cover.clone() };
    let first = Cover { thread: Some(Thread { previous: Vec::new(), ..thread.clone() }), ..cover.clone() };
    let notices = Notice::samples();
    mails.add("later", &made(settings(), &notices[4], &cover).bytes);
    mails.add("first", &made(settings(), &notices[0], &first).bytes);
    mails.add("long", &made(settings(), &notices[4], &long).bytes);
    mails.add("own", &made(settings(), &notices[8], &Cover::bare_sample(Side::Student)).bytes);

    let read = mails.read().await;

    let id = |id: &str| format!("<{id}@example.org>");
    let root = id(thread.ticket.as_str());
    let [one, two] = [&thread.previous[0], &thread.previous[1]].map(|previous| id(previous));
    let head = |name: &str, header: &str| read[name].headers.get(header).cloned().unwrap_or_default();
    assert_eq!(head("later", "Message-ID"), id(&cover.id));
    assert_eq!(head("later", "References"), format!("{root} {one} {two}"));
    assert_eq!(head("later", "In-Reply-To"), two);
    assert_eq!((head("first", "References"), head("first", "In-Reply-To")), (root.clone(), root.clone()));
    assert_eq!(head("first", "Subject"), head("later", "Subject"), "Gmail parts what is not called the same");
    assert!(head("long", "References").starts_with(&format!("{root} {}", id("mal_28"))));
    for (header, value) in [
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply"),
        ("Precedence", "bulk"),
        ("List-Id", "Support <desk.example.org>"),
        ("List-Unsubscribe", "<https://desk.example.org/api/mail/unsubscribe?token=abc>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("X-Roomdesk-Notice", "newMessage"),
        ("X-Roomdesk-Ticket", "TICK-20261123-0042"),
        ("Date", "Mon, 23 Nov 2026 15:44:00 +0000"),
    ] {
        assert_eq!(head("later", header), value);
    }
    for header in ["References", "List-Id", "Precedence", "List-Unsubscribe", "X-Roomdesk-Ticket"] {
        assert_eq!(head("own", header), "", "a link of one's own is no list");
    }
    assert_eq!(head("own", "Auto-Submitted"), "auto-generated");
});

check!(an_answer_goes_where_the_operator_wants_it, async {
    let mails = Mails::none();
    let clock = Clock::system();
    let reply = ReplyTo { ticket: TicketId::fresh(&clock), person: PersonId::fresh(&clock) };
    let cover = Cover { reply: Some(reply.clone()), ..Cover::sample(Side::Staff) };
    let notice = &Notice::samples()[4];
    let reply_to = roomdesk::mail::Sender::parse("Help <help@example.net>");
    let elsewhere = ComposerSettings { reply_to: reply_to.clone(), ..settings() };
    let plus = ComposerSettings { plus_addresses: true, ..settings() };
    let both = ComposerSettings { plus_addresses: true, reply_to, ..settings() };
    for (name, settings) in [("none", settings()), ("elsewhere", elsewhere), ("plus", plus), ("both", both)] {
        mails.add(name, &made(settings, notice, &cover).bytes);
    }

    let read = mails.read().await;

    assert_eq!(read["none"].reply_to, []);
    assert!(read["none"].text.contains("reach nobody") && read["none"].html.contains("reach nobody"));
    assert_eq!(read["elsewhere"].reply_to, [("Help".to_owned(), "help@example.net".to_owned())]);
    let key = ReplyKey::derived_from(b"secret");
    for (name, start, end) in [("plus", "support+", "@example.org"), ("both", "help+", "@example.net")] {
        let [(_, address)] = read[name].reply_to.as_slice() else { panic!("{:?}", read[name].reply_to) };
        assert!(address.starts_with(start) && address.ends_with(end), "{address}");
        assert_eq!(key.read(address).as_ref(), Some(&reply));
        assert!(!read[name].text.contains("reach nobody"));
    }
});

check!(a_signature_is_right_until_somebody_changes_the_mail, async {
    let mails = Mails::none();
    mails.make_keys().await;
    let notices = Notice::samples();
    let (nasty, cover) = named("Zoë\r\nBcc: x 🔥  ", 7);
    let logo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/screenshots/sign-in-dark.png"));
    let logo = Logo::of(logo.expect("it is there")).expect("it is a picture");
    for (file, selector) in [("rsa", "rsa"), ("rsa-old", "rsa"), ("ed25519", "ed25519")] {
        let key = mails.key(file);
        let dkim = Some(DkimSettings { domain: "example.org".into(), selector: selector.into(), key });
        let signing = ComposerSettings { dkim, logo: Some(logo.clone()), ..settings() };
        for (number, notice) in notices.iter().enumerate() {
            mails.add(&format!("{file}-{number}"), &made(signing.clone(), notice, &Cover::sample(Side::Student)).bytes);
        }
        let mail = made(signing, &nasty, &cover).bytes;
        mails.add(&format!("{file}-nasty"), &mail);
        let text = String::from_utf8(mail).expect("it is ASCII");
        for (what, from, to) in [
            ("subject", "\r\nSubject: ", "\r\nSubject: Re: "),
            ("body", "Hello", "Hallo"),
            ("unsubscribe", "unsubscribe?token=abc>", "unsubscribe?token=abd>"),
            ("added", "\r\nFrom: ", "\r\nFrom: eve@example.com\r\nFrom: "),
            ("date", "\r\nDate: Mon", "\r\nDate: Tue"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{what}");
            mails.add(&format!("changed-{file}-{what}"), changed.as_bytes());
        }
    }

    let read = mails.read().await;

    assert_eq!(read.len(), 3 * (notices.len() + 1 + 5));
    for (name, Said { signature, defects, longest, is_plain, .. }) in &read {
        assert_eq!(*signature, Some(!name.starts_with("changed-")), "{name}");
        assert!(*is_plain && *longest <= 998 && (name.ends_with("added") || defects.is_empty()), "{name}: {defects:?}");
    }
});

check!(the_same_notice_makes_the_same_mail, async {
    let settings = ComposerSettings { plus_addresses: true, ..settings() };
    for notice in Notice::samples() {
        let [one, two] = [(), ()].map(|()| made(settings.clone(), &notice, &Cover::sample(Side::Student)));
        assert_eq!((one.message_id, one.bytes), (two.message_id, two.bytes));
    }
});

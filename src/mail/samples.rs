//! Notices to look at: of each kind one with everything and one with as little as there can be.
use std::fmt::Display;

use url::Url;

use super::cover::{Cover, Recipient, Side, Thread, Unsubscribe};
use super::notices::{
    Digest, DigestEntry, DigestEvent, FileLine, Happening, Invitation, Mention, NewMessage, NewTicket, Notice,
    PasswordReset, Period, SafeHtml, Said, Test, Text, TicketAssigned, TicketFacts, TicketReceived, TicketResolved,
    TicketStatusChanged,
};
use crate::domain::Time;
use crate::domain::clock::from_millis;
use crate::domain::markup;
use crate::domain::people::Role;
use crate::domain::status::Status;
use crate::domain::tickets::{Category, Priority};
use crate::domain::zones::Zone;

/// 23 November 2026, 15:44 in UTC.
const NOW: i64 = 1_795_448_640_000;
const MINUTE: i64 = 60_000;
const TICKET: &str = "tkt_01kb0m9rg8n3v5x7z9b1d3f5h7";

fn ago(minutes: i64) -> Time {
    from_millis(NOW - minutes * MINUTE)
}

fn url(path: impl Display) -> Url {
    Url::parse(&format!("https://desk.example.org{path}")).expect("the paths below are right")
}

fn ticket(status: Status) -> TicketFacts {
    TicketFacts {
        number: "TICK-20261123-0042".to_owned(),
        title: "Printer in room 12 prints nothing but flames, third time this month".to_owned(),
        status,
        priority: Priority::High,
        category: Category::Technical,
        student: "Ann Lee".to_owned(),
        assignee: Some("Ben Ode".to_owned()),
        team: Some("Laboratory".to_owned()),
        opened_at: ago(95),
        link: url("/tickets/TICK-20261123-0042"),
    }
}

fn bare_ticket() -> TicketFacts {
    let mut ticket = ticket(Status::Open);
    (ticket.assignee, ticket.team, ticket.title) = (None, None, "Scanner".to_owned());
    ticket
}

fn text(markdown: &str) -> Text {
    let html = markup::from_markdown(markdown);
    Text { plain: markdown.to_owned(), html: html.as_deref().and_then(SafeHtml::of) }
}

fn files() -> Vec<FileLine> {
    let file = |name: &str, size, is_attached| FileLine {
        name: name.to_owned(),
        size,
        link: Some(url("/files/fil_01kb0m9rg8n3v5x7z9b1d3f5h8")),
        is_attached,
    };
    vec![file("flames.jpg", 248_113, true), file("recording of the whole afternoon in room 12.mp4", 187_200_000, false)]
}

fn said(author: &str, is_staff: bool, minutes: i64, markdown: &str) -> Said {
    Said { author: author.to_owned(), is_staff, at: ago(minutes), text: text(markdown), files: Vec::new() }
}

const STEPS: &str = "Take the **extinguisher**:\n\n1. pull\n2. aim at the *base*\n3. squeeze, see [the manual](https://example.org/manual)\n\n> It smokes\n\nThen run `lpadmin -x room12`.";

fn messages() -> Vec<Said> {
    let mut last = said(
        "Ben Ode",
        true,
        4,
        "And here is what it should look like. Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    );
    last.files = files();
    vec![
        said("Ben Ode", true, 9, "Please switch it off at once & step back <2 m>.\nIs anybody hurt?"),
        said("Ben Ode", true, 7, STEPS),
        last,
    ]
}

impl Notice {
    /// Of each kind one with everything, in the order of the variants; these are the ones to look at.
    pub fn samples() -> Vec<Self> {
        let by = Some("Ben Ode".to_owned());
        let description = text("It is **on fire** again.\n\nSteps:\n\n- print a page\n- watch");
        vec![
            Self::NewTicket(NewTicket {
                ticket: ticket(Status::Open),
                description: description.clone(),
                files: files(),
            }),
            Self::TicketAssigned(TicketAssigned {
                ticket: ticket(Status::Open),
                by: by.clone(),
                team: None,
                last: Some(said("Ann Lee", false, 20, "It still burns.")),
            }),
            Self::TicketStatusChanged(TicketStatusChanged {
                ticket: ticket(Status::Pending),
                from: Status::Open,
                to: Status::Pending,
                by: by.clone(),
                closes_in: None,
            }),
            Self::TicketResolved(TicketResolved {
                ticket: ticket(Status::Resolved),
                by: by.clone(),
                resolution: Some("The printer was replaced.\nThe old one is with the fire brigade.".to_owned()),
                reopen_days: Some(28),
            }),
            Self::NewMessage(NewMessage { ticket: ticket(Status::Pending), messages: messages(), earlier: 2 }),
            Self::TicketReceived(TicketReceived {
                ticket: ticket(Status::Open),
                opened_by: None,
                description,
                files: files(),
            }),
            Self::Mention(Mention {
                ticket: ticket(Status::InProgress),
                message: said("Ben Ode", true, 3, "@Cleo, do we have a *second* printer?"),
                is_note: true,
            }),
            Self::Invitation(Invitation {
                by: by.clone(),
                role: Role::Instructor,
                link: url("/invitation#token=0b1c2d3e4f5061728394a5b6c7d8e9f00b1c2d3e4f5061728394a5b6c7d8e9f0"),
                until: ago(-7 * 24 * 60),
            }),
            Self::PasswordReset(PasswordReset {
                link: url("/password-reset#token=0b1c2d3e4f5061728394a5b6c7d8e9f00b1c2d3e4f5061728394a5b6c7d8e9f0"),
                until: ago(-60),
            }),
            Self::Digest(Digest { period: Period::Day, entries: entries(), more: 3, link: url("/support") }),
            Self::Test(Test { transport: "smtp.example.org:587".to_owned() }),
        ]
    }

    /// The other branches of templates: nobody did it, nothing is known, there is only one.
    pub fn bare_samples() -> Vec<Self> {
        let ticket = bare_ticket;
        let nothing = || Text { plain: String::new(), html: None };
        let changed = |(from, to), closes_in| {
            Self::TicketStatusChanged(TicketStatusChanged { ticket: ticket(), from, to, by: None, closes_in })
        };
        let assigned = |by: Option<&str>, team: Option<&str>| {
            let (by, team) = (by.map(str::to_owned), team.map(str::to_owned));
            Self::TicketAssigned(TicketAssigned { ticket: ticket(), by, team, last: None })
        };
        let mut samples = vec![
            Self::NewTicket(NewTicket { ticket: ticket(), description: nothing(), files: Vec::new() }),
            assigned(None, None),
            assigned(None, Some("Laboratory")),
            assigned(Some("Ben Ode"), Some("Laboratory")),
            Self::TicketResolved(TicketResolved { ticket: ticket(), by: None, resolution: None, reopen_days: None }),
            Self::NewMessage(NewMessage {
                ticket: ticket(),
                messages: vec![said("Ann Lee", false, 1, "Thanks")],
                earlier: 0,
            }),
            Self::TicketReceived(TicketReceived {
                ticket: ticket(),
                opened_by: Some("Ben Ode".to_owned()),
                description: nothing(),
                files: Vec::new(),
            }),
            Self::TicketReceived(TicketReceived {
                ticket: ticket(),
                opened_by: Some("Ben Ode".to_owned()),
                description: text("plain"),
                files: Vec::new(),
            }),
            Self::Mention(Mention { ticket: ticket(), message: said("Ann Lee", false, 1, "@Ben"), is_note: false }),
            Self::Invitation(Invitation { by: None, role: Role::Student, link: url("/i"), until: ago(-60) }),
            Self::Digest(Digest { period: Period::Hour, entries: bare_entries(), more: 0, link: url("/tickets") }),
        ];
        samples.extend(Status::ALL.map(|to| changed((Status::Open, to), None)));
        samples.extend([1, 3].map(|days| changed((Status::Pending, Status::Pending), Some(days))));
        samples
    }
}

fn event(minutes: i64, by: Option<&str>, what: Happening) -> DigestEvent {
    DigestEvent { at: ago(minutes), by: by.map(str::to_owned), what }
}

fn happenings() -> [Happening; 8] {
    let excerpt = || "It is out. Thank you all!".to_owned();
    [
        Happening::Opened,
        Happening::AssignedToTeam { team: "Laboratory".to_owned() },
        Happening::AssignedToYou,
        Happening::StatusChanged { to: Status::InProgress },
        Happening::ClosesSoon,
        Happening::Said { count: 3, excerpt: excerpt() },
        Happening::Mentioned { excerpt: excerpt() },
        Happening::Resolved,
    ]
}

fn entries() -> Vec<DigestEntry> {
    let events = happenings().into_iter().zip(0..).map(|(what, number)| event(90 - 10 * number, Some("Ben Ode"), what));
    let one = Happening::Said { count: 1, excerpt: "Which scanner is it?".to_owned() };
    vec![
        DigestEntry { ticket: ticket(Status::Resolved), events: events.collect() },
        DigestEntry { ticket: bare_ticket(), events: vec![event(12, Some("Cleo Vance"), one)] },
    ]
}

fn bare_entries() -> Vec<DigestEntry> {
    let events = happenings().into_iter().map(|what| event(5, None, what));
    let nothing = Happening::Said { count: 1, excerpt: String::new() };
    vec![DigestEntry { ticket: bare_ticket(), events: events.chain([event(1, None, nothing)]).collect() }]
}

impl Cover {
    /// One with everything.
    pub fn sample(side: Side) -> Self {
        let name = if side == Side::Student { "Ann Lee" } else { "Cleo Vance" };
        let zone = Zone::parse("Europe/Berlin").expect("it is one");
        let to = Recipient { name: name.to_owned(), address: "reader@example.org".to_owned(), zone, side };
        Self {
            thread: Some(Thread {
                ticket: TICKET.parse().expect("it is an id"),
                number: "TICK-20261123-0042".to_owned(),
                previous: vec![
                    "mal_01kb0m9rg8n3v5x7z9b1d3f5h1".to_owned(),
                    "mal_01kb0m9rg8n3v5x7z9b1d3f5h2".to_owned(),
                ],
            }),
            preferences: Some(url("/profile#mail")),
            unsubscribe: Some(Unsubscribe {
                one_click: url("/api/mail/unsubscribe?token=abc"),
                page: url("/unsubscribe#token=abc"),
            }),
            ..Self::new("mal_01kb0m9rg8n3v5x7z9b1d3f5h9", to, from_millis(NOW))
        }
    }

    /// One with nothing that need not be.
    pub fn bare_sample(side: Side) -> Self {
        let Self { id, to, date, .. } = Self::sample(side);
        Self::new(id, to, date)
    }
}

//! Ten thousand notifications on their way into a folder: how long it takes until the last of them lies there, and whether
//! the memory stays as it is. The homeserver is away.
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use roomdesk::app::config::Config;
use roomdesk::app::serve;
use roomdesk::desk::Desk;
use roomdesk::desk::people::NewAccount;
use roomdesk::domain::Clock;
use roomdesk::domain::languages::Language;
use roomdesk::domain::opening::TicketDraft;
use roomdesk::domain::people::{Person, Role};
use roomdesk::mail::colour::Colour;
use roomdesk::mail::{ComposerSettings, MailSettings, Sender, Transport};

use crate::figures::Table;
use crate::ground::{configure, refused};
use crate::processor::{Spent, resident_bytes};
use crate::support::{folder, free_port};

/// Every admin is told of every ticket.
const ADMINS: usize = 100;
const TICKETS: usize = 100;
const TICKETS_QUICK: usize = 10;
const AIM: Duration = Duration::from_secs(60);
const PATIENCE: Duration = Duration::from_secs(600);
const MIB: u64 = 1024 * 1024;

pub async fn run(url: &str, is_quick: bool) -> anyhow::Result<()> {
    let tickets = if is_quick { TICKETS_QUICK } else { TICKETS };
    // Its student is told of each as well.
    let (notifications, mails) = (tickets * ADMINS, tickets * (ADMINS + 1));
    println!("\nmails: {notifications} notifications into a folder (aim: {} s)", AIM.as_secs());
    let (home, sink) = (folder::fresh("mails"), folder::fresh("mail-sink"));
    let (config, _) = configure(&home, url, (free_port(), free_port()))?;
    let config = Config { mail: Some(into(&sink)?), ..config };
    let serving = serve::start(&config, Clock::system()).await?;
    let student = people(&serving.desk).await?;

    let (began, before) = (Instant::now(), Spent::so_far());
    for number in 0..tickets {
        let draft = TicketDraft {
            title: Some(format!("Printer {number}")),
            description: Some("It is **on fire** again.\n\n1. print\n2. watch".to_owned()),
            ..TicketDraft::default()
        };
        serving.desk.open_ticket(&student, draft, Vec::new()).await.map_err(refused)?;
    }
    let written = began.elapsed();
    let (mut early, mut late) = (None, None);
    loop {
        let there = finished(&sink)?;
        if there >= mails / 10 && early.is_none() {
            early = resident_bytes();
        }
        late = resident_bytes().max(late);
        if there >= mails {
            break;
        }
        ensure!(began.elapsed() < PATIENCE, "{there} of {mails} mails after {} s", PATIENCE.as_secs());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (took, spent) = (began.elapsed(), Spent::so_far() - before);
    serving.stop().await;
    check(&sink, mails)?;

    let mut table = Table::new(&[
        "mails",
        "seconds",
        "aim",
        "written down after",
        "a second",
        "processor ms each",
        "MiB at a tenth",
        "at most",
    ]);
    let mib = |bytes: Option<u64>| bytes.map_or_else(|| "?".to_owned(), |bytes| (bytes / MIB).to_string());
    table.row([
        mails.to_string(),
        format!("{:.1}", took.as_secs_f64()),
        AIM.as_secs().to_string(),
        format!("{:.1}", written.as_secs_f64()),
        format!("{:.0}", mails as f64 / took.as_secs_f64()),
        format!("{:.2}", spent.desk.as_secs_f64() * 1_000.0 / mails as f64),
        mib(early),
        mib(late),
    ]);
    table.print();
    Ok(())
}

fn into(sink: &Path) -> anyhow::Result<MailSettings> {
    Ok(MailSettings {
        transport: Transport::File(sink.to_owned()),
        composer: ComposerSettings {
            from: Sender::parse("Support <support@roomdesk.bench>").context("an address")?,
            reply_to: None,
            plus_addresses: true,
            desk_name: "Support".to_owned(),
            logo: None,
            colour: Colour(0x0b, 0x6e, 0x6e),
            language: Language::English,
            templates: None,
            attachment_limit: MIB,
            dkim: None,
        },
        message_wait: Duration::from_secs(120),
    })
}

/// Makes the admins; the student who opens tickets.
async fn people(desk: &Desk) -> anyhow::Result<Person> {
    let account = |name: String, role| NewAccount {
        email: format!("{name}@roomdesk.bench"),
        display_name: name,
        role,
        password: None,
        matrix_id: None,
    };
    for number in 0..ADMINS {
        desk.add_person(account(format!("admin{number}"), Role::Admin)).await.map_err(refused)?;
    }
    desk.add_person(account("student".to_owned(), Role::Student)).await.map_err(refused)
}

fn finished(sink: &Path) -> anyhow::Result<usize> {
    let files = fs::read_dir(sink)?.flatten();
    Ok(files.filter(|file| file.path().extension().is_some_and(|ending| ending == "eml")).count())
}

/// Each ticket has told each admin and its student, once.
fn check(sink: &Path, mails: usize) -> anyhow::Result<()> {
    let mut told = HashSet::new();
    for file in fs::read_dir(sink)?.flatten() {
        let mail = fs::read_to_string(file.path())?.replace("\r\n ", " ");
        let header = |name: &str| mail.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        let (to, ticket) = (header("To: ").context("To")?, header("X-Roomdesk-Ticket: ").context("a ticket")?);
        ensure!(told.insert((to.clone(), ticket)), "{to} was told twice");
    }
    ensure!(told.len() == mails, "{} mails instead of {mails}", told.len());
    Ok(())
}

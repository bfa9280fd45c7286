//! `make bench`: how quick the desk is on this machine, against the homeserver it stands on.
//!
//! Each section first checks that its results are right (counts, order, nothing failed, nothing doubled), then prints its
//! figures; anything wrong ends the program with a failure. A missed aim is no failure: it depends on the machine.
#![expect(clippy::print_stdout, reason = "the report of a benchmark is what it prints")]

mod arrivals;
mod backlog;
mod crowd;
mod figures;
mod ground;
mod idle;
mod inbound;
mod live;
mod mails;
mod opening;
mod outbound;
mod pages;
mod processor;
mod support;
mod volume;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;
use std::{env, fs, thread};

use clap::{Parser, ValueEnum};
use roomdesk::app::config::{Log, LogFormat};
use roomdesk::app::telemetry;
use tokio::runtime::Builder;

use ground::Ground;
use support::folder;
use support::postgres::Postgres;
use volume::Volume;

/// What to measure; without arguments everything, in about eight minutes.
#[derive(Parser)]
struct Wish {
    /// Only these sections.
    #[arg(value_enum)]
    sections: Vec<Section>,
    /// Only this database.
    #[arg(long, value_enum)]
    database: Option<Database>,
    /// Fewer of everything: a look, not a measurement.
    #[arg(long)]
    quick: bool,
    /// How many tickets there are where many are looked at.
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    tickets: u32,
    /// Looks at nothing but lists, views and changes with these many tickets, and compares; takes two hours and 20 GB.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1000000")]
    large: Option<u32>,
    /// Compares two PostgreSQL databases that `roomdesk dev seed` filled with so many tickets, instead of new ones; it
    /// writes into them.
    #[arg(long, value_names = ["SMALL URL", "LARGE URL"], num_args = 2, requires = "large")]
    at: Option<Vec<String>>,
    /// Which log lines are written.
    #[arg(long, default_value = "error", value_name = "FILTER")]
    log: tracing_subscriber::filter::Targets,
    /// Cargo says this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    Idle,
    Outbound,
    Inbound,
    Live,
    Backlog,
    Opening,
    Volume,
    Mails,
    Pages,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

impl Wish {
    fn wants(&self, section: Section) -> bool {
        self.sections.is_empty() || self.sections.contains(&section)
    }
}

fn main() -> ExitCode {
    let wish = Wish::parse();
    telemetry::start(&Log { format: LogFormat::Text, filter: wish.log.clone() });
    let began = Instant::now();
    println!("{}", headline());
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a tokio runtime can be built");
    let done = runtime.block_on(measure(&wish));
    folder::remove_this_run();
    match done {
        Ok(()) => {
            println!("\neverything was right; {:.0} s, load {}", began.elapsed().as_secs_f64(), load());
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("\nWRONG: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(wish: &Wish) -> anyhow::Result<()> {
    if let Some([small, large]) = wish.at.as_deref() {
        return sections(wish, ["", small, large, "", ""]).await;
    }
    if wish.database != Some(Database::Postgres) {
        println!("\n== SQLite");
        let file = |name: &str| format!("sqlite:{}", folder::fresh(name).join("roomdesk.db").display());
        if wish.wants(Section::Idle) && wish.large.is_none() {
            idle::run(&file("idle")).await?;
        }
        sections(wish, [&file("sqlite"), &file("sqlite"), &file("volume"), &file("pages"), &file("mails")]).await?;
    }
    if wish.database != Some(Database::Sqlite) {
        println!("\n== PostgreSQL");
        // As it comes: a commit waits for the disk.
        let server = Postgres::start(&["max_connections=100"]).await.map_err(anyhow::Error::msg)?;
        let urls = [
            server.fresh_schema().await,
            server.fresh_schema().await,
            server.fresh_schema().await,
            server.fresh_schema().await,
            server.fresh_schema().await,
        ];
        let done = sections(wish, urls.each_ref().map(String::as_str)).await;
        server.stop().await;
        done?;
    }
    Ok(())
}

/// The sections on one database, given as five empty ones.
async fn sections(wish: &Wish, [url, other, third, fourth, fifth]: [&str; 5]) -> anyhow::Result<()> {
    let volume = |url, tickets| Volume { url, tickets, quick: wish.quick, exports: wish.large.is_none() };
    if let Some(large) = wish.large {
        return volume::compare(&volume(other, wish.tickets), &volume(third, large)).await;
    }
    if [Section::Outbound, Section::Inbound, Section::Live, Section::Opening]
        .into_iter()
        .any(|section| wish.wants(section))
    {
        let ground = Ground::start(url).await?;
        if wish.wants(Section::Outbound) {
            outbound::run(&ground, wish.quick).await?;
        }
        if wish.wants(Section::Inbound) {
            inbound::run(&ground, wish.quick).await?;
        }
        if wish.wants(Section::Live) {
            live::run(&ground, wish.quick).await?;
        }
        if wish.wants(Section::Opening) {
            opening::run(&ground, wish.quick).await?;
        }
        ground.stop().await?;
    }
    if wish.wants(Section::Backlog) {
        backlog::run(other, wish.quick).await?;
    }
    if wish.wants(Section::Volume) {
        volume::run(&volume(third, wish.tickets)).await?;
    }
    if wish.wants(Section::Mails) {
        mails::run(fifth, wish.quick).await?;
    }
    if wish.wants(Section::Pages) {
        pages::run(&volume(fourth, wish.tickets)).await?;
    }
    Ok(())
}

fn headline() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    format!(
        "Roomdesk's benchmark: profile {}, commit {}, {cores} cores, load {}, data {}",
        profile(),
        commit(),
        load(),
        folder::place()
    )
}

/// The profile, by the folder of `target` in which this program lies.
fn profile() -> String {
    let program = env::current_exe().unwrap_or_default();
    let folder = program.parent().and_then(Path::parent).and_then(Path::file_name);
    match folder.and_then(|name| name.to_str()) {
        Some("debug") => "dev".to_owned(),
        Some(name) => name.to_owned(),
        None => "unknown".to_owned(),
    }
}

fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    match (git(&["rev-parse", "--short", "HEAD"]), git(&["status", "--porcelain"])) {
        (Some(commit), Some(changes)) if changes.is_empty() => commit,
        (Some(commit), _) => format!("{commit} with changes"),
        (None, _) => "unknown".to_owned(),
    }
}

fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

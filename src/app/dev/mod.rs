//! `roomdesk dev`: made-up data, and a look whether what is kept for quickness is right.
mod cast;
pub(super) mod chance;
mod life;
mod seeding;
mod tables;
pub mod words;

use std::io::Write;
use std::pin::pin;

use anyhow::bail;
use tokio_util::sync::CancellationToken;

pub(super) use self::cast::Known;
pub use self::seeding::{Filled, fill};
pub(super) use self::seeding::{Past, fill_past};
use super::cli::{DevCommand, Seed};
use super::config::Config;
use super::demo::progress::Progress;
use super::serve::{self, StopSignals};
use crate::domain::Clock;
use crate::store::{Db, bulk, consistency};

/// Does what was asked and says so; false when something is not as it should be.
pub async fn run(config: &Config, command: DevCommand, out: &mut impl Write) -> anyhow::Result<bool> {
    match command {
        DevCommand::Seed(wish) => {
            let (db, _lock) = serve::open_database(config).await?;
            let done = seed(config, &db, &wish, out).await;
            db.close().await;
            done.map(|()| true)
        }
        DevCommand::Check => {
            let db = serve::open_migrated_beside(config).await?;
            let wrong = consistency::examine(&mut db.read_at_once().await?).await;
            db.close().await;
            let wrong = wrong?;
            for line in &wrong {
                writeln!(out, "{line}")?;
            }
            if wrong.is_empty() {
                writeln!(out, "Everything is as it comes to.")?;
            }
            Ok(wrong.is_empty())
        }
    }
}

async fn seed(config: &Config, db: &Db, wish: &Seed, out: &mut impl Write) -> anyhow::Result<()> {
    if !wish.force && bulk::has_tickets(&mut db.read().await?).await? {
        bail!("this database has tickets: choose an empty one, or add to it with --force");
    }
    let mut signals = StopSignals::listen()?;
    let stop = CancellationToken::new();
    let step = Progress::new(false).step("Making up tickets");
    let all = usize::try_from(wish.tickets)?;
    let frame = (Clock::system().now(), config.tickets.time_zone);
    let filled = {
        let progress = |done| step.at(done, all);
        let mut filling = pin!(fill(db, wish, frame, (&progress, &stop)));
        loop {
            tokio::select! {
                filled = &mut filling => break filled?,
                () = signals.wait(), if !stop.is_cancelled() => stop.cancel(),
            }
        }
    };
    step.done();
    let Filled { tickets, messages, people } = filled;
    writeln!(out, "Made up {tickets} tickets with {messages} messages by {people} people. None of them has a room.")?;
    Ok(())
}

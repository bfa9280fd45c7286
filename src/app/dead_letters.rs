//! `roomdesk dead-letters`: events that could not be applied and were laid aside, also while the desk runs.
use std::io::Write;

use super::cli::DeadLettersCommand;
use super::config::Config;
use super::serve;
use crate::desk::dead_letters::replay_some;
use crate::domain::Clock;
use crate::store::{Db, dead_letters};

/// How many are read at once.
const AT_ONCE: i64 = 100;

/// Does what was asked and says so.
pub async fn run(config: &Config, command: DeadLettersCommand, out: &mut impl Write) -> anyhow::Result<()> {
    let db = serve::open_migrated_beside(config).await?;
    let done = match command {
        DeadLettersCommand::List => list(&db, out).await,
        DeadLettersCommand::Retry => retry(&db, out).await,
    };
    db.close().await;
    done
}

async fn list(db: &Db, out: &mut impl Write) -> anyhow::Result<()> {
    let mut tx = db.read().await?;
    let mut after = 0;
    loop {
        let part = dead_letters::after(&mut tx, after, AT_ONCE, None).await?;
        let Some(last) = part.last() else { break };
        after = last.position;
        for event in &part {
            writeln!(out, "{} in {}: {}", event.event_id, event.room_id, event.error)?;
        }
    }
    if after == 0 {
        writeln!(out, "Nothing was laid aside.")?;
    }
    Ok(())
}

async fn retry(db: &Db, out: &mut impl Write) -> anyhow::Result<()> {
    let mut tx = db.write().await?;
    let count = replay_some(&mut tx, &Clock::system(), None, i64::MAX).await?;
    tx.commit().await?;
    match count {
        0 => writeln!(out, "Nothing was laid aside.")?,
        1 => writeln!(out, "1 event is applied again within a minute, or when the desk starts.")?,
        count => writeln!(out, "{count} events are applied again within a minute, or when the desk starts.")?,
    }
    Ok(())
}

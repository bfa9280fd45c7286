//! Idle sockets: what a thousand weigh, in a desk that has done nothing else. It comes before the other sections:
//! memory that was in use once is not given back at once.
use std::time::Instant;

use anyhow::Context;
use roomdesk::domain::people::Role;

use crate::crowd::Crowd;
use crate::figures::millis;
use crate::ground::Ground;
use crate::processor::resident_bytes;

/// So many first, so that what is set up once does not count.
const FEW: usize = 10;
const MANY: usize = 1_000;

pub async fn run(url: &str) -> anyhow::Result<()> {
    let ground = Ground::start(url).await?;
    let mut crowd = Crowd::gather().await?;
    let student = [ground.member("idle", Role::Student).await?];
    crowd.open(&ground, &student, FEW, None).await?;
    let before = resident_bytes().context("/proc tells it")?;
    let began = Instant::now();
    crowd.open(&ground, &student, FEW + MANY, None).await?;
    let took = began.elapsed();
    let after = resident_bytes().context("/proc tells it")?;
    crowd.close(FEW + MANY).await?;
    crowd.leave().await?;
    ground.stop().await?;
    let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let each = after.saturating_sub(before) as f64 / 1024.0 / MANY as f64;
    println!("\nidle: {MANY} sockets more, connected in {} ms", millis(took));
    println!(
        "  resident {:.1} MiB before, {:.1} MiB with them: {each:.1} KiB a socket",
        mebibytes(before),
        mebibytes(after)
    );
    Ok(())
}

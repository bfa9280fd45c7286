//! Inbound at rest: from a person's send until it is applied and committed, against the arrival of Synapse's own push.
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::Method;
use roomdesk::domain::ids::TicketId;
use roomdesk::domain::people::Role;
use roomdesk::store::messages::{self, Page};
use serde_json::json;
use tokio::time::sleep;

use crate::figures::{Table, Times};
use crate::ground::{Ground, conversation};
use crate::support::eventually;

/// Between two messages, so that each finds everything at rest.
const PAUSE: Duration = Duration::from_millis(40);
const SOON: Duration = Duration::from_secs(30);

pub async fn run(ground: &Ground, quick: bool) -> anyhow::Result<()> {
    println!("\ninbound at rest: from a person's send until applied and committed, against the homeserver's own push");
    let count = if quick { 60 } else { 250 };
    let student = ground.member("asking", Role::Student).await?;
    let admin = ground.member("admin", Role::Admin).await?;
    let ticket = ground.open(&student, "Inbound").await?;
    let talker = ground.talker("talker_ann").await?;
    let path = format!("/api/support/tickets/{ticket}/participants");
    ground.rest(Method::POST, &path, Some(&admin), Some(&json!({"matrixId": talker.id}))).await?;
    ground.at_rest().await;
    let room = ground.with_room(&student, &ticket).await?.room_id.context("it has a room")?;
    ground.join(&talker, &room).await?;

    let (mut applied, mut pushed, mut answered) = (Times::default(), Times::default(), Times::default());
    let (mut seq, mut said) = (0, Vec::new());
    for number in 0..count {
        sleep(PAUSE).await;
        let words = format!("inbound-{number}");
        let began = Instant::now();
        let sending = async {
            let event = ground.say(&talker, &room, &words).await?;
            answered.push(began.elapsed());
            anyhow::Ok(event)
        };
        let (event, (at, committed)) = tokio::try_join!(sending, committed(ground, &ticket, seq))?;
        let arrived = eventually("the push", SOON, async || ground.arrivals.of(&event)).await;
        applied.push(committed - began);
        pushed.push(arrived - began);
        seq = at;
        said.push(words);
    }
    ground.at_rest().await;
    let kept = conversation(ground.desk(), &student.person, ticket.as_str()).await?;
    let kept: Vec<String> = kept.into_iter().map(|message| message.body).collect();
    ensure!(kept == said, "what was said and what the desk has are not the same: {kept:?}");
    ground.nothing_failed().await?;

    let mut table = Table::new(&["messages", "applied p50/p99 ms", "push p50/p99 ms", "send answered p50/p99 ms"]);
    table.row([applied.len().to_string(), applied.told(), pushed.told(), answered.told()]);
    table.print();
    Ok(())
}

/// Waits for a message behind `seq` that another connection can see; its place, and when it was there.
async fn committed(ground: &Ground, ticket: &TicketId, seq: i64) -> anyhow::Result<(i64, Instant)> {
    let deadline = Instant::now() + SOON;
    loop {
        let mut tx = ground.desk().db().read().await?;
        if let Some(message) = messages::list(&mut tx, ticket, Page::After(seq), 10)
            .await?
            .iter()
            .find(|message| message.kind.is_of_people())
        {
            return Ok((message.seq, Instant::now()));
        }
        drop(tx);
        ensure!(Instant::now() < deadline, "a message did not arrive within {SOON:?}");
        sleep(Duration::from_millis(1)).await;
    }
}

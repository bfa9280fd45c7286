//! Live: how soon browsers have what was said.
use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::Method;
use roomdesk::domain::ids::TicketId;
use roomdesk::domain::people::Role;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::crowd::{self, Crowd};
use crate::figures::{Table, Times};
use crate::ground::{Ground, Member, Talker};
use crate::support::eventually;

/// Between two messages, so that each finds everything at rest.
const PAUSE: Duration = Duration::from_millis(40);
const SOON: Duration = Duration::from_secs(30);
const STAFF: usize = 8;

pub async fn run(ground: &Ground, quick: bool) -> anyhow::Result<()> {
    println!("\nlive: socket.io-client in Node, all sockets of one process there");
    let student = ground.member("live", Role::Student).await?;
    let mut staff = Vec::new();
    for number in 0..STAFF {
        staff.push(ground.member(&format!("live_staff{number}"), Role::Admin).await?);
    }
    let staff: Vec<&Member> = staff.iter().collect();
    let ticket = ground.open(&student, "Live").await?;
    let talker = ground.talker("talker_live").await?;
    let path = format!("/api/support/tickets/{ticket}/participants");
    ground.rest(Method::POST, &path, Some(staff[0]), Some(&json!({"matrixId": talker.id}))).await?;
    ground.at_rest().await;

    let mut crowd = Crowd::gather().await?;
    from_matrix(ground, &mut crowd, &staff, &student, &ticket, &talker, if quick { 60 } else { 250 }).await?;
    fan_out(ground, &mut crowd, &staff, &student, &ticket, if quick { 10 } else { 40 }).await?;
    crowd.leave().await?;
    ground.nothing_failed().await
}

/// From a person's send in Matrix until a browser has it, against the homeserver's own push.
async fn from_matrix(
    ground: &Ground,
    crowd: &mut Crowd,
    staff: &[&Member],
    student: &Member,
    ticket: &TicketId,
    talker: &Talker,
    count: usize,
) -> anyhow::Result<()> {
    let room = ground.with_room(student, ticket).await?.room_id.context("it has a room")?;
    ground.join(talker, &room).await?;
    crowd.open(ground, staff, 1, Some(ticket)).await?;
    let (mut shown, mut pushed) = (Times::default(), Times::default());
    for number in 0..count {
        sleep(PAUSE).await;
        let words = format!("from-matrix-{number}");
        let (began, clock) = (Instant::now(), crowd::now());
        let (event, heard) = tokio::try_join!(ground.say(talker, &room, &words), crowd.hears(&words))?;
        let arrived = eventually("the push", SOON, async || ground.arrivals.of(&event)).await;
        shown.push(heard.last.saturating_sub(clock));
        pushed.push(arrived.saturating_duration_since(began.into_std()));
    }
    crowd.close(1).await?;
    let mut table = Table::new(&["messages from Matrix", "in the browser p50/p99 ms", "push p50/p99 ms"]);
    table.row([shown.len().to_string(), shown.told(), pushed.told()]);
    table.print();
    Ok(())
}

/// From a request by REST until every socket in the ticket has it.
async fn fan_out(
    ground: &Ground,
    crowd: &mut Crowd,
    staff: &[&Member],
    student: &Member,
    ticket: &TicketId,
    count: usize,
) -> anyhow::Result<()> {
    let mut table = Table::new(&["sockets", "messages", "first has it p50/p99 ms", "last has it p50/p99 ms"]);
    for sockets in [1, 100, 1_000] {
        crowd.open(ground, staff, sockets, Some(ticket)).await?;
        let (mut first, mut last) = (Times::default(), Times::default());
        for number in 0..count {
            // The message's way to the homeserver and back is another benchmark's.
            ground.at_rest().await;
            sleep(PAUSE).await;
            let words = format!("to-{sockets}-{number}");
            let began = crowd::now();
            let (_, heard) = tokio::try_join!(ground.write(student, ticket, &words), crowd.hears(&words))?;
            ensure!(heard.times == sockets, "{sockets} sockets heard a message {} times", heard.times);
            first.push(heard.first.saturating_sub(began));
            last.push(heard.last.saturating_sub(began));
        }
        crowd.close(sockets).await?;
        table.row([sockets.to_string(), count.to_string(), first.told(), last.told()]);
    }
    table.print();
    Ok(())
}

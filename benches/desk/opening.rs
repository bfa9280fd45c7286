//! How long `POST /api/support/tickets` takes, with the homeserver up and with it down.
use std::collections::HashSet;
use std::time::Instant;

use anyhow::ensure;
use roomdesk::domain::ids::TicketId;
use roomdesk::domain::people::Role;

use crate::figures::{Table, Times};
use crate::ground::{Ground, Member};

/// Milliseconds to stay within.
const AIM: f64 = 15.0;

pub async fn run(ground: &Ground, quick: bool) -> anyhow::Result<()> {
    println!("\nopening: POST of a ticket until its answer (aim: {AIM} ms, with the homeserver up and down alike)");
    let count = if quick { 20 } else { 100 };
    let student = ground.member("opening", Role::Student).await?;
    ground.at_rest().await;

    let (up, mut tickets) = open(ground, &student, count).await?;
    ground.at_rest().await;
    ground.synapse.stop().await?;
    let (down, more) = open(ground, &student, count).await?;
    ground.synapse.launch().await?;
    ground.at_rest().await;

    tickets.extend(more);
    check(ground, &student, &tickets).await?;
    ground.nothing_failed().await?;
    let mut table = Table::new(&["homeserver", "tickets", "p50/p99 ms"]);
    table.row(["up".into(), up.len().to_string(), up.told()]);
    table.row(["down".into(), down.len().to_string(), down.told()]);
    table.print();
    Ok(())
}

/// One after the other; while the homeserver is up, rooms are made beside it.
async fn open(ground: &Ground, by: &Member, count: usize) -> anyhow::Result<(Times, Vec<TicketId>)> {
    let (mut times, mut tickets) = (Times::default(), Vec::new());
    for number in 0..count {
        let began = Instant::now();
        let ticket = ground.open(by, &format!("Opening {number}")).await?;
        times.push(began.elapsed());
        tickets.push(ticket);
    }
    Ok((times, tickets))
}

/// Every ticket has a number and a room of its own.
async fn check(ground: &Ground, by: &Member, ids: &[TicketId]) -> anyhow::Result<()> {
    let (mut numbers, mut rooms) = (HashSet::new(), HashSet::new());
    for id in ids {
        let ticket = ground.with_room(by, id).await?;
        numbers.insert(ticket.number.as_str().to_owned());
        rooms.extend(ticket.room_id);
    }
    ensure!(numbers.len() == ids.len(), "{} numbers for {} tickets", numbers.len(), ids.len());
    ensure!(rooms.len() == ids.len(), "{} rooms for {} tickets", rooms.len(), ids.len());
    Ok(())
}

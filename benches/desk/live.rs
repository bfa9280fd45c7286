//! Live: how soon browsers have what was said.
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::Method;
use roomdesk::domain::ids::TicketId;
use roomdesk::domain::people::Role;
use serde_json::json;
use tokio::time::sleep;

use crate::crowd::{self, Crowd};
use crate::figures::{Table, Times};
use crate::ground::{Ground, Member, Talker};
use crate::support::eventually;

/// Between two messages, so that each finds everything at rest.
const PAUSE: Duration = Duration::from_millis(40);
const SOON: Duration = Duration::from_secs(30);
const STAFF: usize = 8;

/// A ticket, who asks in it, who answers, and who takes part from Matrix.
struct Booth<'a> {
    ground: &'a Ground,
    student: Member,
    staff: Vec<Member>,
    talker: Talker,
    ticket: TicketId,
}

pub async fn run(ground: &Ground, quick: bool) -> anyhow::Result<()> {
    println!("\nlive: socket.io-client in Node, all sockets of one process there");
    let booth = Booth::open(ground).await?;
    let mut crowd = Crowd::gather().await?;
    booth.heard_from_matrix(&mut crowd, if quick { 60 } else { 250 }).await?;
    booth.fan_out(&mut crowd, if quick { 10 } else { 40 }).await?;
    crowd.leave().await?;
    ground.nothing_failed().await
}

impl<'a> Booth<'a> {
    async fn open(ground: &'a Ground) -> anyhow::Result<Self> {
        let student = ground.member("live", Role::Student).await?;
        let mut staff = Vec::new();
        for number in 0..STAFF {
            staff.push(ground.member(&format!("live_staff{number}"), Role::Admin).await?);
        }
        let ticket = ground.open(&student, "Live").await?;
        let talker = ground.talker("talker_live").await?;
        let path = format!("/api/support/tickets/{ticket}/participants");
        ground.rest(Method::POST, &path, staff.first(), Some(&json!({"matrixId": talker.id}))).await?;
        ground.at_rest().await;
        let room = ground.with_room(&student, &ticket).await?.room_id.context("it has a room")?;
        ground.join(&talker, &room).await?;
        Ok(Self { ground, student, staff, talker, ticket })
    }

    /// From a person's send in Matrix until a browser has it, against the homeserver's own push.
    async fn heard_from_matrix(&self, crowd: &mut Crowd, count: usize) -> anyhow::Result<()> {
        let room = self.ground.with_room(&self.student, &self.ticket).await?.room_id.context("it has a room")?;
        crowd.open(self.ground, &self.staff, 1, Some(&self.ticket)).await?;
        let (mut shown, mut pushed) = (Times::default(), Times::default());
        for number in 0..count {
            sleep(PAUSE).await;
            let words = format!("from-matrix-{number}");
            let (began, clock) = (Instant::now(), crowd::now());
            let (event, heard) = tokio::try_join!(self.ground.say(&self.talker, &room, &words), crowd.hears(&words))?;
            let arrived = eventually("the push", SOON, async || self.ground.arrivals.of(&event)).await;
            shown.push(heard.last.saturating_sub(clock));
            pushed.push(arrived.saturating_duration_since(began));
        }
        crowd.close(1).await?;
        let mut table = Table::new(&["messages from Matrix", "in the browser p50/p99 ms", "push p50/p99 ms"]);
        table.row([shown.len().to_string(), shown.told(), pushed.told()]);
        table.print();
        Ok(())
    }

    /// From a request by REST until every socket in the ticket has it.
    async fn fan_out(&self, crowd: &mut Crowd, count: usize) -> anyhow::Result<()> {
        let mut table = Table::new(&["sockets", "messages", "first has it p50/p99 ms", "last has it p50/p99 ms"]);
        for sockets in [1, 100, 1_000] {
            crowd.open(self.ground, &self.staff, sockets, Some(&self.ticket)).await?;
            let (mut first, mut last) = (Times::default(), Times::default());
            for number in 0..count {
                // The message's way to the homeserver and back is another section's.
                self.ground.at_rest().await;
                sleep(PAUSE).await;
                let words = format!("to-{sockets}-{number}");
                let began = crowd::now();
                let writing = self.ground.write(&self.student, &self.ticket, &words);
                let (_, heard) = tokio::try_join!(writing, crowd.hears(&words))?;
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
}

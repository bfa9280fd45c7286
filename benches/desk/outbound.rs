//! Outbound: messages by REST until their event id is known, against raw sends by the same ghosts into the same rooms of
//! the same Synapse, in alternating rounds.
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use futures_util::future::try_join_all;
use roomdesk::domain::ids::TicketId;
use roomdesk::domain::messages::Delivery;
use roomdesk::domain::people::Role;
use roomdesk::matrix::events::{Event, What};
use roomdesk::store::Db;
use ruma::{OwnedRoomId, OwnedUserId};
use sqlx::QueryBuilder;
use tokio::sync::oneshot;

use crate::figures::{Table, Times};
use crate::ground::{Ground, Member, conversation};
use crate::processor::Spent;

/// The ratio of throughputs to reach.
const AIM: f64 = 0.9;
const STUDENTS: usize = 8;

/// How many are in flight, and how many each room gets in a round.
struct Load {
    in_flight: usize,
    each: usize,
}

struct Line {
    student: usize,
    ticket: TicketId,
    room: OwnedRoomId,
    ghost: OwnedUserId,
    /// What was said by each of the two ways, in order.
    by_desk: Vec<String>,
    by_hand: Vec<String>,
}

#[derive(Default)]
struct Way {
    messages: usize,
    seconds: f64,
    times: Times,
    spent: Spent,
}

/// One round of one way.
struct Round {
    took: Duration,
    times: Vec<Duration>,
    spent: Spent,
}

impl Way {
    fn per_second(&self) -> f64 {
        self.messages as f64 / self.seconds
    }

    fn add(&mut self, round: Round) -> f64 {
        let rate = round.times.len() as f64 / round.took.as_secs_f64();
        self.messages += round.times.len();
        self.seconds += round.took.as_secs_f64();
        self.times.append(round.times);
        self.spent.desk += round.spent.desk;
        self.spent.homeserver += round.spent.homeserver;
        rate
    }

    /// Milliseconds of the processor per message: the homeserver's, and this process's.
    fn effort(&self) -> String {
        let each = |spent: Duration| spent.as_secs_f64() * 1_000.0 / self.messages as f64;
        format!("{:.1} + {:.1}", each(self.spent.homeserver), each(self.spent.desk))
    }
}

pub async fn run(ground: &Ground, quick: bool) -> anyhow::Result<()> {
    println!("\noutbound: messages by REST until their event id is known, against raw sends (aim: ratio {AIM})");
    let (rounds, loads) = if quick { (3, [(1, 15), (8, 8), (32, 4)]) } else { (4, [(1, 40), (8, 25), (32, 8)]) };
    let mut students = Vec::new();
    for number in 0..STUDENTS {
        students.push(ground.member(&format!("student{number}"), Role::Student).await?);
    }
    let mut lines = open(ground, &students).await?;
    let watch = Watch { db: ground.desk().db(), waiting: Mutex::default() };
    let mut table = Table::new(&[
        "in flight",
        "desk/s",
        "raw/s",
        "ratio",
        "(per pair)",
        "desk p50/p99 ms",
        "raw p50/p99 ms",
        "processor",
    ]);
    for (in_flight, each) in loads {
        let load = Load { in_flight, each };
        let (mut desk, mut raw, mut pairs) = (Way::default(), Way::default(), Vec::new());
        for _ in 0..rounds {
            ground.at_rest().await;
            let ours = desk.add(by_desk(ground, &students, &watch, &mut lines, &load).await?);
            ground.at_rest().await;
            pairs.push(ours / raw.add(by_hand(ground, &mut lines, &load).await?));
        }
        pairs.sort_by(f64::total_cmp);
        let (least, most) = (pairs.first().copied().unwrap_or_default(), pairs.last().copied().unwrap_or_default());
        table.row([
            in_flight.to_string(),
            format!("{:.1}", desk.per_second()),
            format!("{:.1}", raw.per_second()),
            format!("{:.2}", desk.per_second() / raw.per_second()),
            format!("{least:.2} to {most:.2}"),
            desk.times.told(),
            raw.times.told(),
            format!("{} | {}", desk.effort(), raw.effort()),
        ]);
    }
    ground.at_rest().await;
    for line in &lines {
        check(ground, &students[line.student], line).await?;
    }
    ground.nothing_failed().await?;
    table.print();
    println!("  processor: ms per message, homeserver + this process, by the desk | raw");
    Ok(())
}

async fn open(ground: &Ground, students: &[Member]) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for number in 0..32 {
        let student = number % students.len();
        let by = &students[student];
        lines.push((student, ground.open(by, &format!("Outbound {number}")).await?));
    }
    ground.at_rest().await;
    try_join_all(lines.into_iter().map(|(student, ticket)| async move {
        let by = &students[student];
        let room = ground.with_room(by, &ticket).await?.room_id.context("it has a room")?;
        let ghost = ground.desk().names().ghost(&by.person.id);
        Ok(Line { student, ticket, room, ghost, by_desk: Vec::new(), by_hand: Vec::new() })
    }))
    .await
}

/// One round by the desk; how long it took, and each message.
async fn by_desk(
    ground: &Ground,
    students: &[Member],
    watch: &Watch<'_>,
    lines: &mut [Line],
    load: &Load,
) -> anyhow::Result<Round> {
    let (began, before) = (Instant::now(), Spent::so_far());
    let sending = try_join_all(lines[..load.in_flight].iter_mut().map(|line| async move {
        let mut times = Vec::new();
        for _ in 0..load.each {
            let words = format!("desk-{}-{}", line.ticket, line.by_desk.len());
            let at = Instant::now();
            let id = ground.write(&students[line.student], &line.ticket, &words).await?;
            watch.has_event(id).await?;
            times.push(at.elapsed());
            line.by_desk.push(words);
        }
        anyhow::Ok(times)
    }));
    let times = tokio::select! {
        times = sending => times?,
        error = watch.look() => return Err(error),
    };
    let (took, times) = (began.elapsed(), times.into_iter().flatten().collect());
    Ok(Round { took, times, spent: Spent::so_far() - before })
}

async fn by_hand(ground: &Ground, lines: &mut [Line], load: &Load) -> anyhow::Result<Round> {
    let (began, before) = (Instant::now(), Spent::so_far());
    let sending = lines[..load.in_flight].iter_mut().map(|line| async move {
        let mut times = Vec::new();
        for _ in 0..load.each {
            let words = format!("hand-{}-{}", line.ticket, line.by_hand.len());
            let at = Instant::now();
            ground.say_as_ghost(&line.ghost, &line.room, &words).await?;
            times.push(at.elapsed());
            line.by_hand.push(words);
        }
        anyhow::Ok(times)
    });
    let times = try_join_all(sending).await?;
    let (took, times) = (began.elapsed(), times.into_iter().flatten().collect());
    Ok(Round { took, times, spent: Spent::so_far() - before })
}

/// Tells when messages have got their event id.
struct Watch<'a> {
    db: &'a Db,
    waiting: Mutex<HashMap<String, oneshot::Sender<()>>>,
}

impl Watch<'_> {
    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<String, oneshot::Sender<()>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn has_event(&self, message: String) -> anyhow::Result<()> {
        let (found, finding) = oneshot::channel();
        self.waiting().insert(message, found);
        tokio::time::timeout(Duration::from_secs(60), finding)
            .await
            .context("a message was not sent within a minute")??;
        Ok(())
    }

    /// Looks until it fails; seldom enough to leave the processor to those who are measured.
    async fn look(&self) -> anyhow::Error {
        loop {
            let waiting: Vec<String> = self.waiting().keys().cloned().collect();
            let pause = if waiting.len() < 4 { 1 } else { 4 };
            tokio::time::sleep(Duration::from_millis(pause)).await;
            if waiting.is_empty() {
                continue;
            }
            match with_event(self.db, &waiting).await {
                Ok(ids) => ids.iter().filter_map(|id| self.waiting().remove(id)).for_each(|found| {
                    // Nobody waits any more when the round broke off.
                    found.send(()).ok();
                }),
                Err(error) => return error.into(),
            }
        }
    }
}

/// Those of the messages whose event is known, in one query.
async fn with_event(db: &Db, ids: &[String]) -> Result<Vec<String>, sqlx::Error> {
    macro_rules! ask {
        ($pool:expr) => {{
            let mut select = QueryBuilder::new("SELECT id FROM messages WHERE event_id IS NOT NULL AND id IN (");
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(id);
            }
            select.push(")");
            select.build_query_scalar().fetch_all($pool).await
        }};
    }
    match db {
        Db::Sqlite { readers, .. } => ask!(readers),
        Db::Postgres(pool) => ask!(pool),
    }
}

/// Everything is in the room and in the desk: once, in order, under the same event id.
async fn check(ground: &Ground, by: &Member, line: &Line) -> anyhow::Result<()> {
    let mut said: Vec<(String, String)> = Vec::new();
    let (homeserver, names) = (ground.serving.bridge.homeserver(), ground.desk().names());
    let mut from: Option<String> = None;
    loop {
        let page = homeserver.said_by(names.bot(), &line.room, &line.ghost, from.as_deref()).await?;
        for event in &page.chunk {
            if let Event { what: What::Said(words), id, .. } = Event::read(event.get())? {
                said.push((words.body, id.to_string()));
            }
        }
        match page.end {
            Some(end) if !page.chunk.is_empty() => from = Some(end),
            _ => break,
        }
    }
    said.reverse();
    let begins = |start: &str| said.iter().filter(|(body, _)| body.starts_with(start)).cloned().collect::<Vec<_>>();
    let by_hand: Vec<String> = begins("hand-").into_iter().map(|(body, _)| body).collect();
    ensure!(by_hand == line.by_hand, "{}: the raw sends are not in the room as they were sent", line.room);
    let in_room = begins("desk-");
    let bodies: Vec<&String> = in_room.iter().map(|(body, _)| body).collect();
    ensure!(bodies == line.by_desk.iter().collect::<Vec<_>>(), "{}: messages lost, doubled or out of order", line.room);

    let messages = conversation(ground.desk(), &by.person, line.ticket.as_str()).await?;
    ensure!(messages.iter().all(|message| message.delivery == Delivery::Sent), "{}: not all were sent", line.ticket);
    let kept: Vec<(String, String)> = messages
        .into_iter()
        .map(|message| (message.body, message.event_id.map(|id| id.to_string()).unwrap_or_default()))
        .collect();
    ensure!(kept == in_room, "{}: the desk and the room disagree", line.ticket);
    let ticket = ground.with_room(by, &line.ticket).await?;
    ensure!(usize::try_from(ticket.message_count).ok() == Some(kept.len()), "{}: miscounted", line.ticket);
    Ok(())
}

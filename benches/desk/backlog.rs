//! Events applied per second from a backlog of 10,000 that the reader has stored: what follows after a long absence.
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use roomdesk::app::serve;
use roomdesk::desk::people::NewAccount;
use roomdesk::desk::{Bridge, Desk};
use roomdesk::domain::Clock;
use roomdesk::domain::ids::TicketId;
use roomdesk::domain::opening::TicketDraft;
use roomdesk::domain::people::{Person, Role};
use roomdesk::jobs::{appliers, room_reader};
use roomdesk::matrix::sync::{Batch, RawEvent, RoomBatch};
use roomdesk::store::{inbox, readers, tickets};
use ruma::{OwnedRoomId, RoomId};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::figures::Table;
use crate::ground::{SERVER_NAME, configure, conversation, refused};
use crate::support::{eventually, folder, free_port};

/// The events per second to reach.
const AIM: f64 = 1_000.0;
const ROOMS: usize = 20;
/// How many events of each room a batch of the reader brings.
const AT_ONCE: usize = 50;

struct Room {
    ticket: TicketId,
    id: OwnedRoomId,
    /// What the conversation must be.
    expected: Vec<String>,
}

pub async fn run(url: &str, quick: bool) -> anyhow::Result<()> {
    println!("\nbacklog: events applied per second, stored before (aim: {AIM})");
    let each: usize = if quick { 100 } else { 500 };
    let (bridge, student) = prepare(&folder::fresh("backlog"), url).await?;
    let mut rooms = Vec::new();
    for number in 0..ROOMS {
        rooms.push(open(bridge.desk(), &student, number).await?);
    }
    let storing = Instant::now();
    let mut batches = Vec::new();
    for first in (0..each).step_by(AT_ONCE) {
        let batch = batch(&mut rooms, first..(first + AT_ONCE).min(each))?;
        batches.push(batch.1);
        bridge.take_in(room_reader::READER, batch.0).await?;
    }
    let stored = storing.elapsed();

    let applying = Instant::now();
    apply(&bridge).await;
    let applied = applying.elapsed();
    check(bridge.desk(), &student, &rooms).await?;

    // The same once more: nothing may happen.
    for batch in batches {
        bridge.take_in(room_reader::READER, batch).await?;
    }
    apply(&bridge).await;
    check(bridge.desk(), &student, &rooms).await?;
    bridge.desk().db().close().await;

    let events = (ROOMS * each) as f64;
    let mut table = Table::new(&["events", "rooms", "stored/s", "applied/s", "seconds"]);
    table.row([
        events.to_string(),
        ROOMS.to_string(),
        format!("{:.0}", events / stored.as_secs_f64()),
        format!("{:.0}", events / applied.as_secs_f64()),
        format!("{:.1}", applied.as_secs_f64()),
    ]);
    table.print();
    Ok(())
}

/// A desk without a homeserver that holds the right to read, and a student.
async fn prepare(folder: &Path, url: &str) -> anyhow::Result<(Bridge, Person)> {
    let (config, registration) = configure(folder, url, (free_port(), free_port()))?;
    let (db, _lock) = serve::open_database(&config).await?;
    let desk = serve::desk(&config, &registration, db, Clock::system())?;
    let bridge = serve::bridge(&config, &registration, &desk)?;
    let mut tx = desk.db().write().await?;
    let hour = 3_600_000;
    ensure!(readers::lease(&mut tx, room_reader::READER, bridge.process(), hour).await?, "somebody else reads");
    tx.commit().await?;
    let account = NewAccount {
        email: "student@roomdesk.bench".into(),
        display_name: "student".into(),
        role: Role::Student,
        password: None,
        matrix_id: None,
    };
    let student = desk.add_person(account).await.map_err(refused)?;
    Ok((bridge, student))
}

async fn open(desk: &Desk, student: &Person, number: usize) -> anyhow::Result<Room> {
    let (title, description) = (Some(format!("Backlog {number}")), Some("A lot was said.".to_owned()));
    let draft = TicketDraft { title, description, ..TicketDraft::default() };
    let ticket = desk.open_ticket(student, draft, Vec::new()).await.map_err(refused)?.made().ticket.id;
    let id = RoomId::parse(format!("!backlog{number}:{SERVER_NAME}"))?;
    let mut tx = desk.db().write().await?;
    ensure!(tickets::set_room(&mut tx, &ticket, &id).await?, "a new ticket has no room");
    tx.commit().await?;
    Ok(Room { ticket, id, expected: Vec::new() })
}

/// The same numbers of events of every room, twice: taking them in uses one up.
fn batch(rooms: &mut [Room], numbers: std::ops::Range<usize>) -> anyhow::Result<(Batch, Batch)> {
    let mut twice = [Vec::new(), Vec::new()];
    for room in rooms {
        let events: Vec<String> = numbers.clone().map(|number| event(room, number).to_string()).collect();
        for rooms in &mut twice {
            let events: Result<Vec<RawEvent>, _> = events.iter().cloned().map(RawValue::from_string).collect();
            rooms.push(RoomBatch { room: room.id.clone(), events: events?, gap: None, receipts: Vec::new() });
        }
    }
    let next = format!("s{}", numbers.end);
    let [first, second] = twice.map(|rooms| Batch { next: next.clone(), rooms });
    Ok((first, second))
}

/// The room's event with this number: two people talk in turn; one in twenty corrects what they said ten events before,
/// one in twenty reacts to something.
fn event(room: &mut Room, number: usize) -> Value {
    let id = |number: usize| format!("${}-{number}", room.id.strip_sigil());
    let (kind, content) = match number % 20 {
        18 => {
            let body = format!("corrected {number}");
            let relation = json!({"rel_type": "m.replace", "event_id": id(number - 10)});
            let new = json!({"msgtype": "m.text", "body": body});
            let content = json!({"msgtype": "m.text", "body": format!("* {body}"), "m.new_content": new, "m.relates_to": relation});
            // The last twenty messages hold it: eighteen of twenty events are some.
            let place = room.expected.len() - 10;
            room.expected[place] = body;
            ("m.room.message", content)
        }
        19 => {
            let relation = json!({"rel_type": "m.annotation", "event_id": id(number - 10), "key": "+1"});
            ("m.reaction", json!({"m.relates_to": relation}))
        }
        _ => {
            let body = format!("said {number}");
            room.expected.push(body.clone());
            ("m.room.message", json!({"msgtype": "m.text", "body": body}))
        }
    };
    json!({
        "type": kind,
        "event_id": id(number),
        "sender": format!("@talker{}_{}:{SERVER_NAME}", number % 2, room.ticket),
        "origin_server_ts": 1_700_000_000_000_i64 + i64::try_from(number).unwrap_or_default(),
        "content": content,
        "unsigned": {"age": 1234},
    })
}

/// The product's own loop, until nothing waits.
async fn apply(bridge: &Bridge) {
    let stop = CancellationToken::new();
    // Held while it runs: the queue must not end.
    let (_waiting, rooms) = appliers::queue();
    let done = async {
        eventually("the backlog to be applied", Duration::from_secs(300), async || {
            let mut tx = bridge.desk().db().read().await.map_err(|error| error.to_string())?;
            match inbox::backlog(&mut tx).await.map_err(|error| error.to_string())? {
                (0, _) => Ok(()),
                (left, _) => Err(format!("{left} events left")),
            }
        })
        .await;
        stop.cancel();
    };
    tokio::join!(appliers::run(bridge.clone(), rooms, stop.clone()), done);
}

/// Every conversation is what was said, in order, once, and counted so.
async fn check(desk: &Desk, student: &Person, rooms: &[Room]) -> anyhow::Result<()> {
    for room in rooms {
        let key = room.ticket.as_str();
        let kept = conversation(desk, student, key).await?;
        let kept: Vec<String> = kept.into_iter().map(|message| message.body).collect();
        let wrong = kept.iter().zip(&room.expected).position(|(kept, expected)| kept != expected);
        ensure!(
            kept == room.expected,
            "{}: {} messages instead of {}, the first difference at {wrong:?}",
            room.id,
            kept.len(),
            room.expected.len()
        );
        let ticket = desk.ticket(student, key).await.map_err(refused)?;
        let count = usize::try_from(ticket.message_count).context("a count is not negative")?;
        ensure!(count == kept.len(), "{}: counted {count} of {}", room.id, kept.len());
    }
    let dead = inbox::dead(&mut desk.db().read().await?).await?;
    ensure!(dead == 0, "{dead} events were laid aside");
    Ok(())
}

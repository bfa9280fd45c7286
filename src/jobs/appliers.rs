//! Applying what the reader stored: rooms side by side, each room one event after the other.
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use ruma::{OwnedRoomId, RoomId};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::rest;
use crate::desk::Bridge;
use crate::store::inbox;

/// How many rooms are applied at once.
const AT_ONCE: usize = 4;

/// How often rooms are looked for that nobody named: when dead letters were put back by the command line.
const LOOK_AROUND: Duration = Duration::from_secs(30);

/// Where the reader says in which rooms something waits.
#[derive(Clone)]
pub struct Waiting(mpsc::Sender<OwnedRoomId>);

impl Waiting {
    /// Waits while the queue is full: then the reader reads slower.
    pub async fn push(&self, room: OwnedRoomId) {
        // The receiver only goes when the process stops; the rows are there at the next start.
        if self.0.send(room).await.is_err() {
            tracing::debug!("stopping; the room is applied at the next start");
        }
    }
}

/// The queue between the reader and the appliers.
pub fn queue() -> (Waiting, mpsc::Receiver<OwnedRoomId>) {
    let (sender, receiver) = mpsc::channel(1024);
    (Waiting(sender), receiver)
}

/// Applies until `stop`; begins with what an earlier run left.
pub async fn run(bridge: Bridge, mut rooms: mpsc::Receiver<OwnedRoomId>, stop: CancellationToken) {
    let mut running = JoinSet::new();
    // Rooms at work, and whether more has come meanwhile.
    let mut at_work: HashMap<OwnedRoomId, bool> = HashMap::new();
    let mut waiting: HashSet<OwnedRoomId> = left_over(&bridge, &stop).await;
    let mut look_around = tokio::time::interval(LOOK_AROUND);
    look_around.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        while running.len() < AT_ONCE
            && let Some(room) = waiting.iter().next().cloned()
        {
            waiting.remove(&room);
            at_work.insert(room.clone(), false);
            spawn(&mut running, apply(bridge.clone(), room, stop.clone()));
        }
        tokio::select! {
            () = stop.cancelled() => break,
            Some(room) = rooms.recv() => match at_work.get_mut(&room) {
                Some(again) => *again = true,
                None => drop(waiting.insert(room)),
            },
            () = bridge.desk().put_back() => look_around.reset_immediately(),
            _ = look_around.tick() => {
                let rooms = left_over(&bridge, &stop).await;
                waiting.extend(rooms.into_iter().filter(|room| !at_work.contains_key(room)));
            }
            Some(done) = running.join_next() => match done {
                Ok(room) => if at_work.remove(&room) == Some(true) {
                    waiting.insert(room);
                },
                Err(error) => {
                    tracing::error!(%error, "applying a room broke off; all rooms are looked at again");
                    at_work.clear();
                    waiting = left_over(&bridge, &stop).await;
                }
            },
        }
    }
    while running.join_next().await.is_some() {}
}

fn spawn(running: &mut JoinSet<OwnedRoomId>, task: impl Future<Output = OwnedRoomId> + Send + 'static) {
    running.spawn(task);
}

async fn left_over(bridge: &Bridge, stop: &CancellationToken) -> HashSet<OwnedRoomId> {
    loop {
        let found = async { inbox::rooms_waiting(&mut bridge.desk().db().read().await?).await };
        match found.await {
            Ok(rooms) => return rooms.into_iter().filter_map(|room| RoomId::parse(room).ok()).collect(),
            Err(error) if !stop.is_cancelled() => {
                tracing::error!(%error, "cannot see what waits to be applied; trying again");
                rest(stop, Duration::from_secs(1)).await;
            }
            Err(_) => return HashSet::new(),
        }
    }
}

/// Applies everything that waits in the room.
async fn apply(bridge: Bridge, room: OwnedRoomId, stop: CancellationToken) -> OwnedRoomId {
    let mut pause = Duration::from_millis(100);
    while !stop.is_cancelled() {
        match bridge.desk().apply_room(&room).await {
            Ok(true) => pause = Duration::from_millis(100),
            Ok(false) => break,
            // The grace period may be over, and the database closed.
            Err(error) if stop.is_cancelled() => {
                tracing::warn!(room.id = %room, %error, "events were not applied; they are at the next start");
                break;
            }
            Err(error) => {
                tracing::error!(room.id = %room, %error, "cannot apply events; trying again");
                rest(&stop, pause).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
        }
    }
    room
}

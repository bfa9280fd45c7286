//! Typing on its way to Matrix: what ghosts show is brought into step with who is typing, as well as it can be.
use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::desk::Bridge;
use crate::desk::typing::LASTS_AS_GHOST;
use crate::domain::ids::{PersonId, TicketId};

/// How many ghosts are told at once: typing must not take the homeserver from messages.
const AT_ONCE: usize = 4;
/// When a ghost that still types is told again, before the homeserver forgets it.
const RENEWAL: Duration = Duration::from_secs(20);
/// How often those are looked for who have not said anything for a while.
const LOOK: Duration = Duration::from_secs(1);

type Typist = (TicketId, PersonId);

/// Keeps ghosts in step until `stop`. A notice that gets lost is tried again while it is true.
pub async fn run(bridge: Bridge, stop: CancellationToken) {
    let mut shown: HashMap<Typist, Instant> = HashMap::new();
    let mut is_behind = false;
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => break,
            () = bridge.desk().typing().changed_here() => {}
            () = tokio::time::sleep(LOOK), if is_behind || !shown.is_empty() => {}
        }
        let step = step(&bridge, &mut shown);
        tokio::select! {
            () = stop.cancelled() => break,
            all_went = step => is_behind = !all_went,
        }
    }
}

/// Tells the room of everybody who has started, still types or has stopped; false when some of it got lost.
async fn step(bridge: &Bridge, shown: &mut HashMap<Typist, Instant>) -> bool {
    let typing = bridge.desk().typing().here();
    // The homeserver forgets by itself whom it is not told of again.
    shown.retain(|typist, at| typing.contains(typist) || at.elapsed() < LASTS_AS_GHOST);
    let stopped = shown.keys().filter(|typist| !typing.contains(*typist)).cloned();
    let mut steps: Vec<(Typist, bool)> = stopped.map(|typist| (typist, false)).collect();
    let is_due = |typist: &Typist| shown.get(typist).is_none_or(|at| at.elapsed() >= RENEWAL);
    steps.extend(typing.into_iter().filter(is_due).map(|typist| (typist, true)));
    let mut told = stream::iter(steps).map(|step| show(bridge, step)).buffer_unordered(AT_ONCE);
    let mut all_went = true;
    while let Some((typist, types, went)) = told.next().await {
        match (types, went) {
            (true, true) => drop(shown.insert(typist, Instant::now())),
            (false, true) => drop(shown.remove(&typist)),
            (_, false) => all_went = false,
        }
    }
    all_went
}

async fn show(bridge: &Bridge, ((ticket, person), types): (Typist, bool)) -> (Typist, bool, bool) {
    let told = bridge.show_typing(&ticket, &person, types).await;
    if let Err(error) = &told {
        tracing::debug!(ticket.id = %ticket, %error, "a typing notice got lost");
    }
    ((ticket, person), types, told.is_ok())
}

//! Typing on its way to Matrix: what ghosts show is brought into step with who is typing, as well as it can be.
use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::desk::Bridge;
use crate::domain::ids::{PersonId, TicketId};

/// How many ghosts are told at once: typing must not take the homeserver from messages.
const AT_ONCE: usize = 4;
/// When a ghost that still types is told again, before the homeserver forgets it.
const RENEWAL: Duration = Duration::from_secs(20);
/// How often those are looked for who have not said anything for a while.
const LOOK: Duration = Duration::from_secs(1);

type Typist = (TicketId, PersonId);

/// Keeps ghosts in step until `stop`. Nothing is kept and nothing repeated: the next step makes up for a lost one.
pub async fn run(bridge: Bridge, stop: CancellationToken) {
    let mut shown: HashMap<Typist, Instant> = HashMap::new();
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => break,
            () = bridge.desk().typing().changed_here() => {}
            () = tokio::time::sleep(LOOK), if !shown.is_empty() => {}
        }
        let typing = bridge.desk().typing().here();
        let stopped: Vec<Typist> = shown.keys().filter(|typist| !typing.contains(*typist)).cloned().collect();
        let is_due = |typist: &Typist| shown.get(typist).is_none_or(|at| at.elapsed() >= RENEWAL);
        let due: Vec<Typist> = typing.into_iter().filter(is_due).collect();
        for typist in &stopped {
            shown.remove(typist);
        }
        shown.extend(due.iter().map(|typist| (typist.clone(), Instant::now())));
        let steps =
            stopped.into_iter().map(|typist| (typist, false)).chain(due.into_iter().map(|typist| (typist, true)));
        let all = stream::iter(steps).for_each_concurrent(AT_ONCE, |(typist, types)| show(&bridge, typist, types));
        tokio::select! {
            () = stop.cancelled() => break,
            () = all => {}
        }
    }
}

async fn show(bridge: &Bridge, (ticket, person): Typist, types: bool) {
    if let Err(error) = bridge.show_typing(&ticket, &person, types).await {
        tracing::debug!(ticket.id = %ticket, %error, "a typing notice got lost");
    }
}

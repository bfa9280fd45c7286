//! Being in a ticket: what was missed is told first, in order, then what happens.
//!
//! From the moment a socket asks, what happens in the ticket waits for it in the hub; then the log is read up to its
//! end. What the log has and what waits overlap, and the numbers tell the overlap apart.
use std::time::Duration;

use socketioxide::extract::SocketRef;
use tokio::time::{Instant, sleep};

use super::hub::{Frame, Sent, send};
use super::{Live, render};
use crate::domain::Refusal;
use crate::domain::changes::{Change, Visible};
use crate::domain::ids::TicketId;
use crate::domain::people::Person;
use crate::view::live::Joined;

/// How many changes are told again at most; whoever missed more reads everything again.
const MOST: i64 = 1_000;
/// How long a socket may take to make room for one of them.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

const NOT_THERE: Refusal = Refusal::NotFound("ticket");

/// Puts the socket into the ticket with this id or number, and tells it what happened after the change `after`.
pub async fn join(
    live: &Live,
    socket: &SocketRef,
    (person, key): (&Person, &str),
    after: Option<i64>,
) -> Result<Joined, Refusal> {
    let ticket = live.desk.ticket(person, key).await?.id;
    live.hub.wait_in(socket.id, &ticket);
    let joined = tell_missed(live, socket, (person, &ticket), after).await;
    if joined.is_err() {
        live.hub.leave_ticket(socket.id, &ticket);
    }
    joined
}

async fn tell_missed(
    live: &Live,
    socket: &SocketRef,
    (person, ticket): (&Person, &TicketId),
    after: Option<i64>,
) -> Result<Joined, Refusal> {
    // Asked again now that the hub knows: who is put out from here on is put out of the hub as well.
    live.desk.ticket(person, ticket.as_str()).await?;
    let (missed, change) = match after {
        Some(after) => live.desk.missed_changes(person, ticket, after, MOST).await?,
        None => (Some(Vec::new()), live.desk.last_change().await?),
    };
    let reload = missed.is_none();
    let missed = missed.unwrap_or_default();
    let told = render::render(&live.desk, &in_tickets(&missed), false).await?;
    let frames: Vec<&Frame> = told.iter().filter_map(|told| told.for_person(person)).collect();
    for frame in &frames {
        patiently(live, socket, ticket, frame).await?;
    }
    loop {
        let waited = live.hub.catch_up(socket.id, ticket, change).ok_or(NOT_THERE)?;
        if waited.is_empty() {
            break;
        }
        for frame in &waited {
            patiently(live, socket, ticket, frame).await?;
        }
    }
    Ok(Joined { ticket: Some(ticket.clone()), change, replayed: frames.len(), reload })
}

/// Sends a frame when the socket has room for it; one that makes none is cut off, one that was put out is told nothing.
async fn patiently(live: &Live, socket: &SocketRef, ticket: &TicketId, frame: &Frame) -> Result<(), Refusal> {
    let end = Instant::now() + PATIENCE;
    while live.hub.is_in(socket.id, ticket) {
        match send(socket, frame) {
            Sent::Taken => return Ok(()),
            Sent::Gone => return Err(NOT_THERE),
            Sent::Full if Instant::now() > end => {
                live.hub.give_up(socket.id);
                return Err(NOT_THERE);
            }
            Sent::Full => sleep(PAUSE).await,
        }
    }
    Err(NOT_THERE)
}

/// Those of the changes that are about tickets, with their numbers.
pub fn in_tickets(changes: &[Visible]) -> Vec<(i64, &Change)> {
    changes.iter().filter_map(|visible| visible.in_ticket().map(|change| (visible.seq, change))).collect()
}

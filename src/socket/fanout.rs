//! Telling: one task reads the log of changes in order and hands each on to whoever watches.
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::catch_up::in_tickets;
use super::{Live, connect, events, render};
use crate::domain::Refusal;
use crate::domain::changes::{Noted, Visible};
use crate::domain::ids::PersonId;

/// How many changes are read at once.
const AT_ONCE: i64 = 200;
/// How often tokens that are over and typing that has run out are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// Tells until `stop`.
pub async fn run(live: &Live, stop: &CancellationToken) {
    let mut newest = live.desk.newest_change();
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Nobody is here yet: what happened so far is nothing to tell.
    let mut position = None;
    loop {
        if let Err(error) = tell_news(live, &mut position).await {
            tracing::warn!(%error, "sockets cannot be told of changes; trying again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            // The sender lives as long as the desk.
            _ = newest.changed() => {}
            () = live.desk.typing().changed() => {}
            _ = look.tick() => put_off_expired(live),
        }
        if let Err(error) = show_typing(live).await {
            tracing::debug!(%error, "typing cannot be shown");
        }
        live.hub.see_off();
    }
}

/// Tells everything after `position`, and moves it.
async fn tell_news(live: &Live, position: &mut Option<i64>) -> Result<(), Refusal> {
    let Some(mut at) = *position else {
        *position = Some(live.desk.last_change().await?);
        return Ok(());
    };
    if *live.desk.newest_change().borrow() <= at {
        return Ok(());
    }
    loop {
        let stretch = live.desk.changes_after(at, AT_ONCE).await?;
        let Some(last) = stretch.last else { return Ok(()) };
        if !live.hub.is_empty() {
            tell(live, &stretch.changes, position).await?;
        }
        at = last;
        *position = Some(at);
        if !stretch.is_full {
            return Ok(());
        }
    }
}

/// Tells of some changes in order, moving `position` with each, so that none is told twice when the next one fails. What
/// nobody watches is not rendered: whoever comes meanwhile reads it in the log.
async fn tell(live: &Live, changes: &[Visible], position: &mut Option<i64>) -> Result<(), Refusal> {
    let watched: Vec<_> =
        in_tickets(changes).into_iter().filter(|(_, change)| live.hub.is_watched(&change.ticket)).collect();
    let mut told = render::render(&live.desk, &watched).await?.into_iter().peekable();
    for change in changes {
        match &change.noted {
            Noted::Access(person) => look_at_access(live, person).await?,
            Noted::InTicket(_) => {
                if let Some(told) = told.next_if(|told| told.seq == change.seq) {
                    live.hub.tell(&told);
                }
            }
        }
        *position = Some(change.seq);
    }
    Ok(())
}

/// What a person may do has changed: their sockets go unless they may do what they did.
async fn look_at_access(live: &Live, person: &PersonId) -> Result<(), Refusal> {
    for (socket, known) in live.hub.seats_of(person) {
        match connect::grant(&live.desk, &known.token).await {
            Ok(granted) if granted.person.role == known.person.role => {}
            Err(error @ (Refusal::Unavailable(_) | Refusal::Broken(_))) => return Err(error),
            Ok(_) | Err(_) => live.hub.put_off(socket),
        }
    }
    Ok(())
}

fn put_off_expired(live: &Live) {
    for socket in live.hub.expired(live.desk.clock().now()) {
        live.hub.put_off(socket);
    }
}

async fn show_typing(live: &Live) -> Result<(), Refusal> {
    for (ticket, typing) in live.desk.typing().news() {
        if live.hub.is_watched(&ticket) {
            events::show_typing(live, &ticket, &typing).await?;
        }
    }
    Ok(())
}

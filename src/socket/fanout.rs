//! Telling: one task reads the log of changes in order and hands each on to whoever watches.
use std::collections::HashSet;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::catch_up::in_tickets;
use super::hub::{Fitting, Told};
use super::{Live, connect, events, render};
use crate::domain::Refusal;
use crate::domain::changes::{Change, Noted, Visible};
use crate::domain::filter::Query;
use crate::domain::ids::{PersonId, TicketId};

/// How many changes are read at once.
const AT_ONCE: i64 = 200;
/// How often it is looked at most until what is told belongs together.
const LOOKS: usize = 5;
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
    let (told, fitting) = looked_at(live, &watched).await?;
    let mut told = told.into_iter().peekable();
    for change in changes {
        match &change.noted {
            Noted::Access(person) => look_at_access(live, person).await?,
            Noted::InTicket(_) => {
                if let Some(told) = told.next_if(|told| told.seq == change.seq) {
                    live.hub.tell(&told);
                    live.hub.tell_lists(&told, &fitting);
                }
            }
        }
        *position = Some(change.seq);
    }
    Ok(())
}

/// What watchers are told of these changes, and which lists their tickets are in. It is looked again when a ticket has
/// changed between the two: it would be told that it is in a list with what does not belong there.
async fn looked_at(live: &Live, watched: &[(i64, &Change)]) -> Result<(Vec<Told>, Fitting), Refusal> {
    let mut looks = 0;
    loop {
        let told = render::render(&live.desk, watched, live.hub.has_watches()).await?;
        let fitting = fitting(live, &told).await?;
        looks += 1;
        if looks == LOOKS || fitting.agrees_with(&told) {
            return Ok((told, fitting));
        }
    }
}

/// Which of the tickets that changed are in which watched list: a query per list, however many watch it.
async fn fitting(live: &Live, told: &[Told]) -> Result<Fitting, Refusal> {
    let changed: HashSet<&TicketId> = told.iter().filter(|told| told.rows.is_some()).map(|told| &told.ticket).collect();
    let lists = live.hub.watched_lists();
    if changed.is_empty() || lists.is_empty() {
        return Ok(Fitting::default());
    }
    let changed: Vec<TicketId> = changed.into_iter().cloned().collect();
    let queries: Vec<&Query> = lists.iter().map(|list| &list.query).collect();
    Ok(Fitting::new(&lists, live.desk.those_of(&queries, &changed).await?))
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

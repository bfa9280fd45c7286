//! Measuring: what a message or a move means for the numbers, in its transaction; and folding, which counts it later.
use std::collections::BTreeMap;

use super::{Desk, crash};
use crate::domain::clock::{Time, from_millis};
use crate::domain::numbers::{self, Answered, Bins, Measure, Stay};
use crate::domain::people::Person;
use crate::domain::rollup::Cell;
use crate::domain::status::Status;
use crate::domain::tickets::Ticket;
use crate::domain::timeline::{Entry, Happening};
use crate::store::{self, DbError, Tx, measurements};

/// How many measurements one transaction folds: on SQLite others wait for it.
const AT_ONCE: i64 = 400;

impl Desk {
    /// Counts some of what was measured since the last time. What is counted and the mark that it is are one commit.
    /// Returns whether there may be more.
    pub async fn fold_numbers(&self) -> Result<bool, DbError> {
        if !measurements::has_new(&mut self.db().read().await?).await? {
            return Ok(false);
        }
        let mut tx = self.db().write().await?;
        measurements::lock_folding(&mut tx, self.clock().now()).await?;
        let new = measurements::take_new(&mut tx, AT_ONCE).await?;
        // In the order of their keys, as everybody locks them.
        let mut tallies: BTreeMap<Cell, Bins> = BTreeMap::new();
        for measured in &new {
            for (cell, bin) in measured.cells() {
                tallies.entry(cell).or_default().add(bin, measured.weight);
            }
        }
        for (cell, tally) in tallies {
            measurements::add_to_cell(&mut tx, &cell, tally).await?;
            crash::point(crash::FOLDING);
        }
        let changes = measurements::fold_census(&mut tx, AT_ONCE).await?;
        crash::point(crash::FOLDED);
        tx.commit().await?;
        let is_full = |count: usize| i64::try_from(count).is_ok_and(|count| count == AT_ONCE);
        Ok(is_full(new.len()) || is_full(changes))
    }
}

/// Measures a message of `author` that is about to be counted in its locked ticket.
pub(super) async fn answered(tx: &mut Tx, ticket: &Ticket, author: &Person, at: Time) -> Result<(), DbError> {
    match numbers::answered(ticket, &author.id, author.role.is_staff()) {
        None => Ok(()),
        Some(Answered::First) => measurements::insert_first_response(tx, &ticket.id, (&author.id, at)).await,
        Some(Answered::Next { since }) => {
            let measured = (Measure::NextResponse, numbers::millis_between(since, at));
            measurements::insert(tx, &ticket.id, measured, (Some(&author.id), at)).await
        }
    }
}

/// Measures what a line of the timeline tells of a ticket, which stands as it is since then. Resolving counts for whoever
/// has the ticket, else for whoever of staff did it.
pub(super) async fn moved(tx: &mut Tx, ticket: &Ticket, by: Option<&Person>, line: &Entry) -> Result<(), DbError> {
    if line.happening == Happening::Created {
        return measurements::insert(tx, &ticket.id, (Measure::Created, 0), (None, line.at)).await;
    }
    let Some(from) = line.from.as_deref().and_then(Status::parse) else { return Ok(()) };
    let mover = by.filter(|by| by.role.is_staff() && by.id != ticket.created_by).map(|by| &by.id);
    let agent = ticket.assigned_to.as_ref().or(mover);
    let stays = stays(&store::timeline::intervals(tx, &ticket.id).await?);
    for measured in numbers::moved(ticket.created_at, &stays, (from, ticket.status), line.at) {
        if measured.0 == Measure::Reopened {
            measurements::take_back_resolution(tx, &ticket.id).await?;
        }
        measurements::insert(tx, &ticket.id, measured, (agent, line.at)).await?;
    }
    Ok(())
}

/// The stretches that a ticket has left behind.
fn stays(intervals: &[(String, i64, Option<i64>)]) -> Vec<Stay> {
    let left = |(status, from, to): &(String, i64, Option<i64>)| {
        Some(Stay { status: Status::parse(status)?, from: from_millis(*from), to: from_millis((*to)?) })
    };
    intervals.iter().filter_map(left).collect()
}

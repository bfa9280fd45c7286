//! Filling a database with made-up tickets, some hundred at once.
use std::collections::{BTreeMap, HashMap};

use chrono::FixedOffset;
use tokio_util::sync::CancellationToken;

use super::cast::Cast;
use super::chance::Chance;
use super::life::World;
use super::tables::{Tables, store_counts};
use super::words::Words;
use crate::app::cli::Seed;
use crate::domain::clock::{Clock, Time, from_millis};
use crate::domain::numbers::{Bins, DAY};
use crate::domain::rollup::{Cell, SPANS};
use crate::domain::tickets::counting_day;
use crate::store::{Db, DbError, bulk, measurements};

/// How far back it goes.
const SPAN: i64 = 730 * DAY;
const USUAL_MESSAGES: usize = 4;
/// Tickets of one transaction.
const AT_ONCE: usize = 400;
/// Changes of the census folded in one transaction.
const FOLDED: i64 = 20_000;

/// What was made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    pub tickets: usize,
    pub messages: usize,
    pub people: usize,
}

/// Makes up what is wished for, up to `now` on the calendar of `zone`; less when it is told to stop, and then what is there
/// belongs together as well. `progress` hears how many tickets are stored.
pub async fn fill(
    db: &Db,
    wish: &Seed,
    (now, zone): (Time, FixedOffset),
    (progress, stop): (&dyn Fn(usize), &CancellationToken),
) -> Result<Filled, DbError> {
    // Of one day, so that the same seed makes the same all day long.
    let now = now.timestamp_millis().div_euclid(DAY) * DAY;
    let tickets = usize::try_from(wish.tickets).unwrap_or(usize::MAX);
    let messages = wish.messages.map_or(tickets * USUAL_MESSAGES, |count| usize::try_from(count).unwrap_or(usize::MAX));
    let mut chance = Chance::of(u64::from(wish.seed));
    let cast = Cast::gather(u64::from(wish.seed), &mut chance, (tickets, now - SPAN));
    let openings = openings(&mut chance, tickets, now);
    let mut tx = db.write().await?;
    let mut days: HashMap<String, i64> = bulk::numbered(&mut tx).await?.into_iter().collect();
    let is_fresh = !bulk::has_tickets(&mut tx).await?;
    cast.store(&mut tx, now - SPAN).await?;
    bulk::lay_words_by(&mut tx).await?;
    tx.commit().await?;

    let (mut words, clock) = (Words::new(), Clock::standing_at(from_millis(now)));
    let mut world = World { cast: &cast, words: &mut words, chance: &mut chance, now, zone, clock };
    let (mut tallies, mut done, mut said) = (BTreeMap::new(), 0, 0);
    for part in openings.chunks(AT_ONCE) {
        let mut tables = Tables::new();
        let mut touched = BTreeMap::new();
        for at in part {
            let day = counting_day(from_millis(*at), zone).to_string();
            let count = days.entry(day.clone()).or_default();
            *count += 1;
            touched.insert(day, *count);
            let left = (messages.saturating_sub(said) as f64) / (tickets - done - tables.len()) as f64;
            let budget = budget(world.chance, left);
            let life = world.live(*at, *count, budget);
            said += life.said();
            for measured in &life.measured {
                for (cell, bin) in measured.days() {
                    tallies.entry(cell).or_insert_with(Bins::default).add(bin, measured.weight);
                }
            }
            tables.add(&life, &cast);
        }
        let mut tx = db.write().await?;
        done += tables.len();
        tables.store(&mut tx).await?;
        for (day, last) in touched {
            bulk::set_numbered(&mut tx, &day, last).await?;
        }
        tx.commit().await?;
        progress(done);
        if stop.is_cancelled() {
            break;
        }
    }
    count(db, widened(&tallies), is_fresh).await?;
    Ok(Filled { tickets: done, messages: said, people: cast.count() })
}

/// When tickets were opened: more of them lately, in working hours, and on working days.
fn openings(chance: &mut Chance, count: usize, now: i64) -> Vec<i64> {
    let mut times = Vec::with_capacity(count);
    while times.len() < count {
        // Half as many again at the end as at the beginning.
        let part = chance.part();
        if !chance.happens(0.67 + 0.33 * part) {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, reason = "within two years")]
        let day = (now - SPAN + (part * SPAN as f64) as i64).div_euclid(DAY);
        // The first of January 1970 was a Thursday.
        let is_weekend = matches!((day + 3).rem_euclid(7), 5 | 6);
        if is_weekend && !chance.happens(0.25) {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, reason = "within a day")]
        let of_day =
            ((chance.part() + chance.part() + chance.part()) / 3.0 * 18.0 * 3_600_000.0) as i64 + 5 * 3_600_000;
        times.push((day * DAY + of_day % DAY).min(now - 1));
    }
    times.sort_unstable();
    times
}

/// How many messages a ticket has when it should be `mean`: mostly few, now and then many.
fn budget(chance: &mut Chance, mean: f64) -> usize {
    let more = -(1.0 - chance.part()).ln() * (mean - 0.5).max(0.1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    let more = more.min(150.0) as usize;
    1 + more
}

/// What is counted by days, by blocks of days as well.
fn widened(days: &BTreeMap<Cell, Bins>) -> BTreeMap<Cell, Bins> {
    let mut all: BTreeMap<Cell, Bins> = BTreeMap::new();
    for (cell, tally) in days {
        for span in SPANS {
            let wider = all.entry(cell.over(span)).or_default();
            for (bin, times) in tally.hits() {
                wider.add(cell.bin_over(span, bin), times);
            }
        }
    }
    all
}

/// Stores what was counted, and what the census has not folded yet.
async fn count(db: &Db, tallies: BTreeMap<Cell, Bins>, is_fresh: bool) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    if is_fresh {
        store_counts(&mut tx, &tallies).await?;
    } else {
        for (cell, tally) in tallies {
            measurements::add_to_cell(&mut tx, &cell, tally).await?;
        }
    }
    tx.commit().await?;
    loop {
        let mut tx = db.write().await?;
        let folded = measurements::fold_census(&mut tx, FOLDED).await?;
        tx.commit().await?;
        if folded == 0 {
            break;
        }
    }
    let mut tx = db.write().await?;
    bulk::sort_words(&mut tx).await?;
    bulk::analyse(&mut tx).await?;
    tx.commit().await
}

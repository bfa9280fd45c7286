//! Filling a database with made-up tickets, some hundred at once.
use std::collections::{BTreeMap, HashMap};

use chrono::FixedOffset;
use tokio_util::sync::CancellationToken;

use super::cast::{Cast, Known};
use super::chance::Chance;
use super::life::World;
use super::tables::{Tables, store_counts};
use super::words::{Speech, Words};
use crate::app::cli::Seed;
use crate::domain::clock::{Clock, Time, from_millis};
use crate::domain::numbers::{Bins, DAY};
use crate::domain::rollup::{Cell, SPANS};
use crate::domain::tickets::counting_day;
use crate::store::{Db, DbError, Tx, bulk, measurements, teams};

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
    let openings = openings(&mut chance, tickets, (now, SPAN));
    let mut tx = db.write().await?;
    let days = bulk::numbered(&mut tx).await?.into_iter().collect();
    let is_fresh = !bulk::has_tickets(&mut tx).await?;
    cast.store(&mut tx, now - SPAN).await?;
    tx.commit().await?;
    bulk::lay_words_by(db).await?;

    let (mut words, clock) = (Words::new(), Clock::standing_at(from_millis(now)));
    let world = World { cast: &cast, words: &mut words, chance: &mut chance, now, zone, pace: 1.0, clock };
    let mut making = Making { world, days, left: (tickets, messages), tallies: BTreeMap::new(), said: 0 };
    let mut done = 0;
    for part in openings.chunks(AT_ONCE) {
        let mut made = making.part(part, Tables::new(true));
        let mut tx = db.write().await?;
        done += made.0.len();
        store(&mut tx, &mut made).await?;
        tx.commit().await?;
        progress(done);
        if stop.is_cancelled() {
            break;
        }
    }
    let Making { tallies, said, .. } = making;
    count(db, widened(&tallies), is_fresh).await?;
    Ok(Filled { tickets: done, messages: said, people: cast.count() })
}

/// Made-up tickets among people who are there.
pub struct Past<'a> {
    pub people: Known,
    pub words: &'a mut dyn Speech,
    pub tickets: usize,
    /// How far back they go, in milliseconds.
    pub span: i64,
    /// How many times longer things take than where people are quick.
    pub pace: f64,
}

/// Makes up `past`, up to `now` on the calendar of `zone`, all in this transaction; what is measured the desk counts later.
pub async fn fill_past(
    tx: &mut Tx,
    past: Past<'_>,
    (now, zone): (Time, FixedOffset),
    progress: &dyn Fn(usize),
) -> Result<(), DbError> {
    let (now, tickets) = (now.timestamp_millis(), past.tickets);
    let from = now - past.span;
    let mut chance = Chance::of(u64::try_from(past.span).unwrap_or(1));
    let mut cast = Cast::around(past.people, &mut chance, (tickets, from));
    let taken: Vec<String> = teams::list(tx).await?.into_iter().map(|team| team.name.to_lowercase()).collect();
    cast.without_names(&taken);
    cast.store(tx, from).await?;
    let openings = openings(&mut chance, tickets, (now, past.span));
    let days = bulk::numbered(tx).await?.into_iter().collect();
    let clock = Clock::standing_at(from_millis(now));
    let world = World { cast: &cast, words: past.words, chance: &mut chance, now, zone, pace: past.pace, clock };
    let left = (tickets, tickets * USUAL_MESSAGES);
    let mut making = Making { world, days, left, tallies: BTreeMap::new(), said: 0 };
    let mut done = 0;
    for part in openings.chunks(AT_ONCE) {
        let mut made = making.part(part, Tables::new(false));
        done += made.0.len();
        store(tx, &mut made).await?;
        progress(done);
    }
    bulk::analyse(tx).await
}

/// Tickets on their way, one after the other.
struct Making<'a> {
    world: World<'a>,
    /// How many tickets each day has.
    days: HashMap<String, i64>,
    /// How many tickets and messages are still to be made.
    left: (usize, usize),
    tallies: BTreeMap<Cell, Bins>,
    said: usize,
}

/// Rows, and how many tickets the days they touch have with them.
type Made = (Tables, BTreeMap<String, i64>);

impl Making<'_> {
    /// The tickets that were opened at these times.
    fn part(&mut self, openings: &[i64], mut tables: Tables) -> Made {
        let mut touched = BTreeMap::new();
        for at in openings {
            let day = counting_day(from_millis(*at), self.world.zone).to_string();
            let count = self.days.entry(day.clone()).or_default();
            *count += 1;
            touched.insert(day, *count);
            let (tickets, messages) = self.left;
            let budget = budget(self.world.chance, messages as f64 / tickets as f64);
            let life = self.world.live(*at, *count, budget);
            self.left = (tickets - 1, messages.saturating_sub(life.said()));
            self.said += life.said();
            for measured in &life.measured {
                for (cell, bin) in measured.days() {
                    self.tallies.entry(cell).or_default().add(bin, measured.weight);
                }
            }
            tables.add(&life, self.world.cast);
        }
        (tables, touched)
    }
}

async fn store(tx: &mut Tx, (tables, touched): &mut Made) -> Result<(), DbError> {
    tables.store(tx).await?;
    for (day, last) in touched {
        bulk::set_numbered(tx, day, *last).await?;
    }
    Ok(())
}

/// When tickets were opened: more of them lately, in working hours, and on working days.
fn openings(chance: &mut Chance, count: usize, (now, span): (i64, i64)) -> Vec<i64> {
    let mut times = Vec::with_capacity(count);
    while times.len() < count {
        // Half as many again at the end as at the beginning.
        let part = chance.part();
        if !chance.happens(0.67 + 0.33 * part) {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, reason = "within two years")]
        let day = (now - span + (part * span as f64) as i64).div_euclid(DAY);
        // The first of January 1970 was a Thursday.
        let is_weekend = matches!((day + 3).rem_euclid(7), 5 | 6);
        if is_weekend && !chance.happens(0.25) {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, reason = "within a day")]
        let of_day =
            ((chance.part() + chance.part() + chance.part()) / 3.0 * 18.0 * 3_600_000.0) as i64 + 5 * 3_600_000;
        let at = day * DAY + of_day % DAY;
        if at < now {
            times.push(at);
        }
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
    bulk::sort_words(db).await?;
    bulk::settle(db).await
}

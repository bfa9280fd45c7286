//! Where a measurement is counted, and of which counts a stretch of time is the sum.
//!
//! Days, blocks of 8 and blocks of 64 days are counted in UTC, for all tickets and for each category, priority, team and
//! agent. A stretch that begins and ends anywhere is the sum of whole days and of single measurements at its two ends,
//! which are added or taken away, whichever are fewer.
use super::numbers::{DAY, Measure, QUARTER, bin_of};

/// A measurement as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    pub measure: Measure,
    /// In milliseconds since 1970.
    pub at: i64,
    /// In milliseconds; 0 for what is only counted.
    pub value: i64,
    /// 1, or -1 where it takes back what was measured before.
    pub weight: i64,
    pub category: String,
    pub priority: String,
    /// Empty for none.
    pub team: String,
    /// The member of staff whose it is; empty for nobody's.
    pub agent: String,
}

/// By what tickets are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// By nothing: all of them.
    All,
    Category,
    Priority,
    Team,
    Agent,
}

impl Part {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Category => "category",
            Self::Priority => "priority",
            Self::Team => "team",
            Self::Agent => "agent",
        }
    }
}

/// How many days are counted together, fewest first; each divides the next.
pub const SPANS: [i64; 3] = [1, 8, 64];

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    pub part: Part,
    pub span: i64,
    /// Since 1970, in UTC.
    pub first_day: i64,
    /// Of the category, priority, team or agent.
    pub name: String,
    pub measure: Measure,
}

impl Measured {
    /// Everything in which it is counted, with the bin that it hits there.
    pub fn cells(&self) -> Vec<(Cell, i64)> {
        let wider = |(cell, bin): &(Cell, i64)| SPANS.map(|span| (cell.over(span), cell.bin_over(span, *bin)));
        self.days().iter().flat_map(wider).collect()
    }

    /// The single days in which it is counted, with the bin that it hits there.
    pub fn days(&self) -> Vec<(Cell, i64)> {
        let (day, quarter) = (self.at.div_euclid(DAY), self.at.rem_euclid(DAY) / QUARTER);
        let parts = [
            (Part::All, ""),
            (Part::Category, self.category.as_str()),
            (Part::Priority, self.priority.as_str()),
            (Part::Team, self.team.as_str()),
            (Part::Agent, self.agent.as_str()),
        ];
        let parts = parts.into_iter().filter(|(part, name)| *part == Part::All || !name.is_empty());
        // What is only counted is kept by the quarters of its day.
        let bin = if self.measure.is_duration() { bin_of(self.value) } else { quarter };
        let cell =
            |part, name: &str| Cell { part, span: 1, first_day: day, name: name.to_owned(), measure: self.measure };
        parts.map(|(part, name)| (cell(part, name), bin)).collect()
    }
}

impl Cell {
    /// The same over so many days.
    pub fn over(&self, span: i64) -> Self {
        Self { span, first_day: self.first_day.div_euclid(span) * span, ..self.clone() }
    }

    /// What a bin of one day is over so many: the quarters of a day matter within it alone.
    pub fn bin_over(&self, span: i64, bin: i64) -> i64 {
        if span == 1 || self.measure.is_duration() { bin } else { 0 }
    }
}

/// A stretch of time as whole days and what they are wrong by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The whole days, in UTC, the last one not included.
    pub days: (i64, i64),
    /// From when to when single measurements are to be counted, and with which sign.
    pub edges: Vec<(i64, i64, i64)>,
}

impl Stretch {
    /// From `start` to before `end`, in milliseconds.
    pub fn new(start: i64, end: i64) -> Self {
        let nearest = |at: i64| (at + DAY / 2).div_euclid(DAY);
        let (first, last) = (nearest(start), nearest(end));
        let (from, to) = (first * DAY, last * DAY);
        let edge = |low: i64, high: i64, sign: i64| if low <= high { (low, high, sign) } else { (high, low, -sign) };
        let mut edges = vec![edge(start, from, 1), edge(to, end, 1)];
        edges.retain(|(low, high, _)| low < high);
        Self { days: (first, last), edges }
    }

    /// Its whole days as the fewest blocks: how long they are, where they begin and before where they end.
    pub fn blocks(&self) -> Vec<(i64, i64, i64)> {
        let (mut from, mut to) = self.days;
        let (mut blocks, mut is_empty) = (Vec::new(), from >= to);
        for (place, span) in SPANS.into_iter().enumerate() {
            let next = SPANS.get(place + 1).copied();
            let inner = next.map(|next| (up(from, next), to.div_euclid(next) * next)).filter(|(low, high)| low < high);
            match inner {
                _ if is_empty => {}
                Some((low, high)) => {
                    blocks.extend([(span, from, low), (span, high, to)]);
                    (from, to) = (low, high);
                }
                None => {
                    blocks.push((span, from, to));
                    is_empty = true;
                }
            }
        }
        blocks.retain(|(_, low, high)| low < high);
        blocks
    }
}

fn up(day: i64, span: i64) -> i64 {
    (day + span - 1).div_euclid(span) * span
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_the_sum_of_its_blocks_and_edges() {
        let hour = DAY / 24;
        for (start, hours) in [(0, 0), (0, 24), (22, 24 * 30), (23, 23), (9, 365 * 24), (13, 25), (1_000, 731 * 24)] {
            let (start, end) = (start * hour, (start + hours) * hour);
            let stretch = Stretch::new(start, end);
            // How often each quarter of an hour is counted.
            let mut counted = std::collections::BTreeMap::new();
            for (span, first, before) in stretch.blocks() {
                assert!(SPANS.contains(&span) && first % span == 0 && before % span == 0, "{span} {first} {before}");
                for quarter in first * DAY / QUARTER..before * DAY / QUARTER {
                    *counted.entry(quarter).or_insert(0) += 1;
                }
            }
            for (low, high, sign) in &stretch.edges {
                assert!(high - low <= DAY / 2);
                for quarter in low / QUARTER..high / QUARTER {
                    *counted.entry(quarter).or_insert(0) += sign;
                }
            }
            counted.retain(|_, times| *times != 0);
            let expected: Vec<_> = (start / QUARTER..end / QUARTER).map(|quarter| (quarter, 1)).collect();
            assert_eq!(counted.into_iter().collect::<Vec<_>>(), expected, "{start} {end}");
            assert!(stretch.blocks().len() <= 5);
        }
    }

    #[test]
    fn a_measurement_is_counted_wherever_it_belongs() {
        let answer = Measured {
            measure: Measure::FirstResponse,
            at: 100 * DAY + 5 * QUARTER,
            value: 60_000,
            weight: 1,
            category: "account".into(),
            priority: "low".into(),
            team: String::new(),
            agent: "usr_a".into(),
        };
        let cells = answer.cells();
        assert_eq!(cells.len(), 4 * 3, "all, category, priority and agent; no team");
        let firsts: Vec<_> = cells[..3].iter().map(|(cell, _)| (cell.span, cell.first_day)).collect();
        assert_eq!(firsts, [(1, 100), (8, 96), (64, 64)]);
        assert!(cells.iter().all(|(_, bin)| *bin == bin_of(60_000)));
        let opened = Measured { measure: Measure::Created, value: 0, ..answer };
        assert_eq!(opened.cells()[..3].iter().map(|(_, bin)| *bin).collect::<Vec<_>>(), [5, 0, 0]);
    }
}

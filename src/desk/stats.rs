//! Numbers about tickets: of now, and of a period beside the one before it. docs/numbers.md has the definitions.
use std::collections::BTreeMap;

use chrono::{Days, Duration, NaiveDate};

use super::Desk;
use crate::domain::Refusal;
use crate::domain::clock::Time;
use crate::domain::ids::PersonId;
use crate::domain::numbers::{DAY, Measure, QUARTER, Tally, bin_of, each_packed, each_packed_by_day};
use crate::domain::people::Person;
use crate::domain::rollup::{Part, Stretch};
use crate::domain::tickets::{Category, Priority};
use crate::domain::zones::Zone;
use crate::store::numbers::{self, Chosen, Count, Wanted};
use crate::store::{DbError, Tx};

/// How many days a period has, unless it is said.
const USUAL_DAYS: u64 = 30;
/// Three years.
const LONGEST: u64 = 1_100;
const EARLIEST: i32 = 1980;
/// Where an age of what is not done becomes another.
const AGES: [Duration; 3] = [Duration::days(1), Duration::days(3), Duration::days(7)];
const COUNTS: [Measure; 3] = [Measure::Created, Measure::Resolved, Measure::Reopened];
const OF_AGENTS: [Measure; 3] = [Measure::Resolved, Measure::FirstResponse, Measure::NextResponse];

/// Of which tickets numbers are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
    Category(Category),
    Priority(Priority),
    Team(String),
    Assignee(PersonId),
}

impl Filter {
    /// What they are told apart by, and the name that is chosen.
    pub fn named(&self) -> (Part, &str) {
        match self {
            Self::All => (Part::All, ""),
            Self::Category(category) => (Part::Category, category.as_str()),
            Self::Priority(priority) => (Part::Priority, priority.as_str()),
            Self::Team(team) => (Part::Team, team),
            Self::Assignee(person) => (Part::Agent, person.as_str()),
        }
    }

    fn chosen(&self) -> Chosen {
        let (part, name) = self.named();
        Chosen { part, name: name.to_owned() }
    }
}

/// Of which days numbers are wanted, as it was asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub zone: Option<Zone>,
    /// The first and the last day; the last thirty days unless given.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub filter: Filter,
}

/// Some days of a place, and as many before them.
#[derive(Clone, Debug)]
pub struct Period {
    pub zone: Zone,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The first day of the period before.
    pub previous_from: NaiveDate,
    /// Where each day begins and the last one ends, in milliseconds.
    edges: Vec<i64>,
    previous_start: i64,
}

impl Period {
    fn new(asked: &Asked, (usual, now): (Zone, Time)) -> Result<Self, Refusal> {
        let zone = asked.zone.unwrap_or(usual);
        let to = asked.to.unwrap_or_else(|| zone.day_of(now));
        if !is_usual(to) {
            return Err(Refusal::field("to", format!("must be a day from {EARLIEST} on and before 2200")));
        }
        let from = asked.from.or_else(|| to.checked_sub_days(Days::new(USUAL_DAYS - 1)));
        let out_of_range = || Refusal::field("from", format!("must be a day from {EARLIEST} on"));
        let from = from.ok_or_else(out_of_range)?;
        if from > to {
            return Err(Refusal::field("from", format!("must not be after the last day, {to}")));
        }
        let count = (to - from).num_days().unsigned_abs() + 1;
        if count > LONGEST {
            return Err(Refusal::field("from", format!("must be at most {LONGEST} days before the end")));
        }
        let previous_from = from.checked_sub_days(Days::new(count)).filter(|day| is_usual(*day));
        let previous_from = previous_from.ok_or_else(out_of_range)?;
        let edges = zone.days(from, count).iter().map(Time::timestamp_millis).collect();
        let previous_start = zone.start_of(previous_from).timestamp_millis();
        Ok(Self { zone, from, to, previous_from, edges, previous_start })
    }

    /// From when to before when it goes, in milliseconds.
    fn bounds(&self) -> (i64, i64) {
        (self.edges.first().copied().unwrap_or_default(), self.edges.last().copied().unwrap_or_default())
    }

    /// Its days, each with when it ends.
    fn days(&self) -> Vec<(NaiveDate, i64)> {
        self.from.iter_days().zip(self.edges.iter().skip(1).copied()).collect()
    }
}

fn is_usual(day: NaiveDate) -> bool {
    use chrono::Datelike;
    (EARLIEST..2200).contains(&day.year())
}

/// What was measured over some time.
#[derive(Clone, Debug, Default)]
pub struct Numbers(BTreeMap<Measure, Tally>);

impl Numbers {
    /// What was measured of this; nothing, if it was not.
    pub fn of(&self, measure: Measure) -> Tally {
        self.0.get(&measure).cloned().unwrap_or_default()
    }

    fn tally(&mut self, measure: Measure) -> &mut Tally {
        self.0.entry(measure).or_default()
    }

    /// So many times something took so long.
    fn add(&mut self, measure: Measure, value: i64, times: i64) {
        self.tally(measure).add(if measure.is_duration() { bin_of(value) } else { 0 }, times);
    }
}

/// What happened on a day.
#[derive(Clone, Debug)]
pub struct DayCounts {
    pub day: NaiveDate,
    pub created: i64,
    pub resolved: i64,
    pub reopened: i64,
}

/// How many tickets there are now.
#[derive(Clone, Debug)]
pub struct Now {
    pub counts: Vec<Count>,
    /// Not done for less than a day, up to 3 days, up to 7, and for longer.
    pub backlog: [i64; 4],
}

/// Everything but what is about single agents.
#[derive(Clone, Debug)]
pub struct Stats {
    pub period: Period,
    pub filter: Filter,
    pub now: Now,
    pub current: Numbers,
    pub previous: Numbers,
    pub days: Vec<DayCounts>,
}

/// What a member of staff did, and what they have to do.
#[derive(Clone, Debug)]
pub struct Agent {
    pub person: Person,
    pub current: Numbers,
    pub previous: Numbers,
    /// How many tickets of theirs are not done.
    pub open: i64,
}

impl Desk {
    /// Numbers of now and of a period, for staff.
    pub async fn stats(&self, by: &Person, asked: &Asked) -> Result<Stats, Refusal> {
        by.sees_staff()?;
        let period = self.period(asked)?;
        let chosen = asked.filter.chosen();
        let mut tx = self.db().read_at_once().await?;
        let now = self.now(&mut tx, &chosen).await?;
        let (mut both, days) = Reading::new(&period, &Measure::ALL, true).read(&mut tx, &chosen).await?;
        let [current, previous] = both.remove("").unwrap_or_default();
        Ok(Stats { period, filter: asked.filter.clone(), now, current, previous, days })
    }

    /// What was opened, resolved and reopened on each day of a period, for staff.
    pub async fn stats_of_days(&self, by: &Person, asked: &Asked) -> Result<(Period, Vec<DayCounts>), Refusal> {
        by.sees_staff()?;
        let period = self.period(asked)?;
        let mut tx = self.db().read_at_once().await?;
        let (_, days) = Reading::new(&period, &[], true).read(&mut tx, &asked.filter.chosen()).await?;
        Ok((period, days))
    }

    /// How many tickets there are now, for staff.
    pub async fn stats_of_now(&self, by: &Person, filter: &Filter) -> Result<Now, Refusal> {
        by.sees_staff()?;
        let mut tx = self.db().read_at_once().await?;
        Ok(self.now(&mut tx, &filter.chosen()).await?)
    }

    /// What each member of staff did in a period and has to do now, by name, for admins.
    pub async fn stats_of_agents(&self, by: &Person, asked: &Asked) -> Result<(Period, Vec<Agent>), Refusal> {
        by.manages_people()?;
        let period = self.period(asked)?;
        let mut tx = self.db().read_at_once().await?;
        let every = Chosen { part: Part::Agent, name: String::new() };
        let (mut numbers, _) = Reading::new(&period, &OF_AGENTS, false).read(&mut tx, &every).await?;
        let counts = numbers::census(&mut tx, &Filter::All.chosen()).await?;
        let mut open = BTreeMap::new();
        for count in counts.into_iter().filter(|count| count.dimension == "assignee" && count.undone > 0) {
            numbers.entry(count.name.clone()).or_default();
            open.insert(count.name, count.undone);
        }
        let ids: Vec<PersonId> = numbers.keys().filter_map(|id| id.parse().ok()).collect();
        let people = crate::store::people::by_ids(&mut tx, &ids).await?;
        let agent = |(id, person): (PersonId, Person)| {
            let [current, previous] = numbers.remove(id.as_str()).unwrap_or_default();
            Agent { person, current, previous, open: open.get(id.as_str()).copied().unwrap_or_default() }
        };
        let mut agents: Vec<Agent> = people.into_iter().map(agent).collect();
        agents.sort_by(|a, b| (&a.person.display_name, &a.person.id).cmp(&(&b.person.display_name, &b.person.id)));
        Ok((period, agents))
    }

    fn period(&self, asked: &Asked) -> Result<Period, Refusal> {
        Period::new(asked, (Zone::Fixed(self.settings().zone), self.clock().now()))
    }

    async fn now(&self, tx: &mut Tx, chosen: &Chosen) -> Result<Now, DbError> {
        let now = self.clock().now();
        let backlog = numbers::backlog(tx, chosen, AGES.map(|age| now - age)).await?;
        Ok(Now { counts: numbers::census(tx, chosen).await?, backlog })
    }
}

/// The numbers of a period and of the one before, by agent or, under '', of all that was chosen.
type Both = BTreeMap<String, [Numbers; 2]>;

const CURRENT: usize = 0;
const PREVIOUS: usize = 1;
const DAYS: i64 = 2;

/// What is read of a period.
struct Reading<'a> {
    period: &'a Period,
    measures: &'a [Measure],
    with_days: bool,
    current: Stretch,
    previous: Stretch,
}

impl<'a> Reading<'a> {
    fn new(period: &'a Period, measures: &'a [Measure], with_days: bool) -> Self {
        let (start, end) = period.bounds();
        let (current, previous) = (Stretch::new(start, end), Stretch::new(period.previous_start, start));
        Self { period, measures, with_days, current, previous }
    }

    /// What is counted already, and what is not yet.
    async fn read(&self, tx: &mut Tx, chosen: &Chosen) -> Result<(Both, Vec<DayCounts>), DbError> {
        let (mut both, mut days) = (Both::new(), DaySums::new(self.period));
        for counted in numbers::counted(tx, chosen, &self.wanted()).await? {
            match usize::try_from(counted.tag) {
                Ok(which @ (CURRENT | PREVIOUS)) => {
                    let numbers = &mut both.entry(key(chosen, counted.name)).or_default()[which];
                    numbers.tally(counted.measure).add_packed(&counted.bins);
                }
                _ => days.add_packed(counted.measure, &counted.bins),
            }
        }
        if !self.measures.is_empty() {
            self.add_edges(tx, chosen, &mut both).await?;
        }
        let (start, end) = self.period.bounds();
        let first = self.previous.days.0.min(start.div_euclid(DAY)) * DAY;
        let last = self.current.days.1 * DAY;
        for new in numbers::new_between(tx, chosen, (first, last.max(end))).await? {
            for (which, (first, last)) in [self.current.days, self.previous.days].into_iter().enumerate() {
                if self.measures.contains(&new.measure) && (first..last).contains(&new.at.div_euclid(DAY)) {
                    let numbers = &mut both.entry(key(chosen, new.agent.clone())).or_default()[which];
                    numbers.add(new.measure, new.value, new.weight);
                }
            }
            days.add(new.measure, new.at, new.weight);
        }
        Ok((both, days.told()))
    }

    fn wanted(&self) -> Vec<Wanted<'a>> {
        let mut wanted = Vec::new();
        if !self.measures.is_empty() {
            for (tag, stretch) in [(CURRENT, &self.current), (PREVIOUS, &self.previous)] {
                let block = |(span, first, last)| Wanted {
                    tag: tag as i64,
                    span,
                    days: (first, last),
                    measures: self.measures,
                    by_day: false,
                };
                wanted.extend(stretch.blocks().into_iter().map(block));
            }
        }
        if self.with_days {
            let (start, end) = self.period.bounds();
            let days = (start.div_euclid(DAY), (end + DAY - 1).div_euclid(DAY));
            wanted.push(Wanted { tag: DAYS, span: 1, days, measures: &COUNTS, by_day: true });
        }
        wanted
    }

    /// What the whole days lack or have too much. Where one period ends, the other begins: that edge is read once.
    async fn add_edges(&self, tx: &mut Tx, chosen: &Chosen, both: &mut Both) -> Result<(), DbError> {
        let mut signs: BTreeMap<(i64, i64), [i64; 2]> = BTreeMap::new();
        for (which, stretch) in [&self.current, &self.previous].into_iter().enumerate() {
            for (low, high, sign) in &stretch.edges {
                signs.entry((*low, *high)).or_default()[which] += sign;
            }
        }
        for (edge, signs) in signs {
            let by_agent = chosen.part == Part::Agent && chosen.name.is_empty();
            for measured in numbers::between(tx, chosen, edge, by_agent).await? {
                if !self.measures.contains(&measured.measure) {
                    continue;
                }
                for (which, sign) in signs.iter().enumerate().filter(|(_, sign)| **sign != 0) {
                    let numbers = &mut both.entry(key(chosen, measured.name.clone())).or_default()[which];
                    each_packed(&measured.bins, |value, times| numbers.add(measured.measure, value, sign * times));
                }
            }
        }
        Ok(())
    }
}

/// Under which name numbers are kept apart: when nobody in particular was chosen of a part, under theirs.
fn key(chosen: &Chosen, name: String) -> String {
    if chosen.part == Part::Agent && chosen.name.is_empty() { name } else { String::new() }
}

/// Counts by the day of a place.
struct DaySums {
    start: i64,
    days: Vec<(NaiveDate, i64)>,
    sums: Vec<[i64; 3]>,
}

impl DaySums {
    fn new(period: &Period) -> Self {
        let days = period.days();
        Self { start: period.bounds().0, sums: vec![[0; 3]; days.len()], days }
    }

    fn add(&mut self, measure: Measure, at: i64, times: i64) {
        let place = self.days.partition_point(|(_, end)| *end <= at);
        self.put(measure, (place, at), times);
    }

    /// The counts of days in UTC by their quarters of an hour, in their order within each day.
    fn add_packed(&mut self, measure: Measure, packed: &str) {
        let (mut day, mut place) = (i64::MIN, 0);
        each_packed_by_day(packed, |utc_day, quarter, times| {
            let at = utc_day * DAY + quarter * QUARTER;
            if utc_day != day {
                day = utc_day;
                place = self.days.partition_point(|(_, end)| *end <= at);
            }
            while self.days.get(place).is_some_and(|(_, end)| *end <= at) {
                place += 1;
            }
            self.put(measure, (place, at), times);
        });
    }

    fn put(&mut self, measure: Measure, (place, at): (usize, i64), times: i64) {
        let column = COUNTS.iter().position(|count| *count == measure);
        if let (Some(column), Some(sums), true) = (column, self.sums.get_mut(place), at >= self.start) {
            sums[column] += times;
        }
    }

    fn told(self) -> Vec<DayCounts> {
        let day = |((day, _), [created, resolved, reopened]): (&(NaiveDate, i64), [i64; 3])| DayCounts {
            day: *day,
            created,
            resolved,
            reopened,
        };
        self.days.iter().zip(self.sums).map(day).collect()
    }
}

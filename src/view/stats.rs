//! Numbers about tickets. Durations are seconds; what was measured of nothing is `null`.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::people::{People, PersonRef};
use super::{Moment, time};
use crate::desk::stats::{self, DayCounts, Filter};
use crate::domain::Time;
use crate::domain::ids::PersonId;
use crate::domain::numbers::{Measure, QUANTILE_ERROR, Tally};
use crate::domain::rollup::Part;
use crate::domain::status::Status;
use crate::domain::tickets::{Category, Priority};

/// Some days, the first and the last included.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayRange)]
pub struct Days {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// Of when, where and which tickets numbers are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatsFrame)]
#[serde(rename_all = "camelCase")]
pub struct Frame {
    pub zone: String,
    #[serde(flatten)]
    pub days: Days,
    pub previous: Days,
    pub generated_at: Moment,
    /// By how much a median or p90 may be wrong, as a part of it.
    pub quantile_error: f64,
}

impl Frame {
    pub fn new(period: &stats::Period, now: Time) -> Self {
        let yesterday = period.from.pred_opt().unwrap_or(period.from);
        Self {
            zone: period.zone.to_string(),
            days: Days { from: period.from, to: period.to },
            previous: Days { from: period.previous_from, to: yesterday },
            generated_at: time(now),
            quantile_error: QUANTILE_ERROR,
        }
    }
}

/// How many of something there were.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PeriodCount)]
pub struct Count {
    pub count: i64,
    /// In the period before.
    pub previous: i64,
}

/// One number and what it was before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PeriodRate)]
pub struct Rate {
    pub rate: Option<f64>,
    pub previous: Option<f64>,
}

/// How long something took.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TookStats)]
pub struct Took {
    pub count: i64,
    pub median: Option<f64>,
    pub p90: Option<f64>,
}

impl From<&Tally> for Took {
    fn from(tally: &Tally) -> Self {
        let seconds = |percent| tally.quantile(percent).map(|millis| millis.round() / 1_000.0);
        Self { count: tally.total(), median: seconds(50), p90: seconds(90) }
    }
}

/// How long something took, and in the period before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ComparedTook)]
pub struct Compared {
    #[serde(flatten)]
    pub now: Took,
    pub previous: Took,
}

/// What is not done, by how long it has been there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Backlog {
    pub total: i64,
    pub up_to_one_day: i64,
    pub up_to_three_days: i64,
    pub up_to_seven_days: i64,
    pub older: i64,
}

impl From<[i64; 4]> for Backlog {
    fn from(ages: [i64; 4]) -> Self {
        let [up_to_one_day, up_to_three_days, up_to_seven_days, older] = ages;
        Self { total: ages.iter().sum(), up_to_one_day, up_to_three_days, up_to_seven_days, older }
    }
}

/// How many tickets somebody has.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeldTickets)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// `null` for those that are nobody's.
    pub person: Option<PersonRef>,
    pub count: i64,
    /// Those that are neither resolved nor closed.
    pub open_count: i64,
}

/// How many tickets there are now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatsNow)]
#[serde(rename_all = "camelCase")]
pub struct Now {
    pub total: i64,
    pub by_status: BTreeMap<&'static str, i64>,
    pub by_category: BTreeMap<&'static str, i64>,
    pub by_priority: BTreeMap<&'static str, i64>,
    /// Who has most to do first.
    pub by_assignee: Vec<Held>,
    pub backlog: Backlog,
}

impl Now {
    /// `people` holds at least those of [`people_of`].
    pub fn new(now: &stats::Now, people: &People) -> Self {
        let of = |dimension: &str, name: &str| {
            now.counts
                .iter()
                .find(|count| count.dimension == dimension && count.name == name)
                .map_or(0, |it| it.tickets)
        };
        let by = |dimension: &str, names: &[&'static str]| {
            names.iter().map(|name| (*name, of(dimension, name))).collect::<BTreeMap<_, _>>()
        };
        let held = |count: &crate::store::numbers::Count| Held {
            person: count.name.parse().ok().and_then(|id: PersonId| people.find(&id).map(PersonRef::from)),
            count: count.tickets,
            open_count: count.undone,
        };
        let mut by_assignee: Vec<Held> =
            now.counts.iter().filter(|count| count.dimension == "assignee" && count.tickets > 0).map(held).collect();
        by_assignee.sort_by_key(|held| std::cmp::Reverse((held.open_count, held.count)));
        Self {
            total: of("all", ""),
            by_status: by("status", &Status::ALL.map(Status::as_str)),
            by_category: by("category", &Category::ALL.map(Category::as_str)),
            by_priority: by("priority", &Priority::ALL.map(Priority::as_str)),
            by_assignee,
            backlog: now.backlog.into(),
        }
    }
}

/// Everybody who has tickets.
pub fn people_of(now: &stats::Now) -> Vec<PersonId> {
    let assignees = now.counts.iter().filter(|count| count.dimension == "assignee");
    assignees.filter_map(|count| count.name.parse().ok()).collect()
}

/// What happened on a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayCounts)]
pub struct Day {
    pub day: NaiveDate,
    pub created: i64,
    pub resolved: i64,
    pub reopened: i64,
}

pub fn days(days: &[DayCounts]) -> Vec<Day> {
    let day = |it: &DayCounts| {
        let DayCounts { day, created, resolved, reopened } = *it;
        Day { day, created, resolved, reopened }
    };
    days.iter().map(day).collect()
}

/// Everything but what is about single agents.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    #[serde(flatten)]
    pub frame: Frame,
    /// Which tickets these numbers are of; `null` for all.
    pub filter: Option<BTreeMap<&'static str, String>>,
    pub now: Now,
    pub created: Count,
    pub resolved: Count,
    pub reopened: Count,
    /// Reopened by resolved; `null` when nothing was resolved.
    pub reopen_rate: Rate,
    pub first_response: Compared,
    pub next_response: Compared,
    pub first_resolution: Compared,
    pub full_resolution: Compared,
    pub requester_wait: Compared,
    pub agent_wait: Compared,
    pub days: Vec<Day>,
}

impl Stats {
    /// `people` holds at least those of [`people_of`].
    pub fn new(stats: &stats::Stats, people: &People, now: Time) -> Self {
        let totals = |measure| (stats.current.of(measure).total(), stats.previous.of(measure).total());
        let count = |measure| {
            let (count, previous) = totals(measure);
            Count { count, previous }
        };
        let compared = |measure| Compared {
            now: (&stats.current.of(measure)).into(),
            previous: (&stats.previous.of(measure)).into(),
        };
        let rate =
            |part: i64, whole: i64| (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0);
        let (reopened, resolved) = (totals(Measure::Reopened), totals(Measure::Resolved));
        Self {
            frame: Frame::new(&stats.period, now),
            filter: filter(&stats.filter),
            now: Now::new(&stats.now, people),
            created: count(Measure::Created),
            resolved: count(Measure::Resolved),
            reopened: count(Measure::Reopened),
            reopen_rate: Rate { rate: rate(reopened.0, resolved.0), previous: rate(reopened.1, resolved.1) },
            first_response: compared(Measure::FirstResponse),
            next_response: compared(Measure::NextResponse),
            first_resolution: compared(Measure::FirstResolution),
            full_resolution: compared(Measure::FullResolution),
            requester_wait: compared(Measure::RequesterWait),
            agent_wait: compared(Measure::AgentWait),
            days: days(&stats.days),
        }
    }
}

fn filter(filter: &Filter) -> Option<BTreeMap<&'static str, String>> {
    let (part, name) = filter.named();
    let field = match part {
        Part::All => return None,
        Part::Agent => "assignee",
        other => other.as_str(),
    };
    Some(BTreeMap::from([(field, name.to_owned())]))
}

/// What happened day by day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayStats {
    #[serde(flatten)]
    pub frame: Frame,
    pub days: Vec<Day>,
}

/// What a member of staff did, and what they have to do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentNumbers)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    pub person: PersonRef,
    /// Tickets resolved.
    pub handled: Count,
    /// Times that a waiting student got an answer.
    pub answered: Count,
    pub first_response: Compared,
    /// How many tickets of theirs are neither resolved nor closed now.
    pub open_count: i64,
}

impl From<&stats::Agent> for Agent {
    fn from(agent: &stats::Agent) -> Self {
        let (current, previous) = (&agent.current, &agent.previous);
        let total = |numbers: &stats::Numbers, measures: &[Measure]| {
            measures.iter().map(|measure| numbers.of(*measure).total()).sum()
        };
        let count =
            |measures: &[Measure]| Count { count: total(current, measures), previous: total(previous, measures) };
        Self {
            person: (&agent.person).into(),
            handled: count(&[Measure::Resolved]),
            answered: count(&[Measure::FirstResponse, Measure::NextResponse]),
            first_response: Compared {
                now: (&current.of(Measure::FirstResponse)).into(),
                previous: (&previous.of(Measure::FirstResponse)).into(),
            },
            open_count: agent.open,
        }
    }
}

/// What each member of staff did.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgentStats {
    #[serde(flatten)]
    pub frame: Frame,
    pub agents: Vec<Agent>,
}

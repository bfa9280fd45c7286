//! The numbers worked out slowly: everything that happened, in its order, ticket by ticket.
use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use roomdesk::desk::stats::{Asked, Filter};
use roomdesk::domain::people::Person;
use roomdesk::domain::zones::Zone;
use roomdesk::store::Db;
use roomdesk::view;
use serde_json::{Value, json};

use super::office::Office;

/// Something that was measured.
#[derive(Clone, Debug)]
struct Fact {
    what: &'static str,
    at: i64,
    took: i64,
    category: String,
    priority: String,
    agent: Option<String>,
}

/// A ticket as it stands.
#[derive(Clone, Debug)]
struct Standing {
    status: String,
    category: String,
    priority: String,
    assignee: Option<String>,
    created_at: i64,
}

/// Everything that is true of a desk's tickets.
pub struct Truth {
    facts: Vec<Fact>,
    standing: Vec<Standing>,
}

type TicketRow = (String, String, i64, Option<String>, String, String, String, Option<String>);
type MessageRow = (i64, String, String);
type LineRow = (i64, String, Option<String>, Option<String>, Option<String>);

const TICKETS: &str =
    "SELECT id, created_by, created_at, opened_by, status, category, priority, assigned_to FROM tickets";
const MESSAGES: &str = "SELECT m.created_at, m.sender, p.role FROM messages m JOIN people p ON p.id = m.sender \
                        WHERE m.ticket = $1 AND m.kind <> 'system' ORDER BY m.seq";
const LINES: &str = "SELECT at, happening, from_value, to_value, actor FROM timeline WHERE ticket = $1 ORDER BY at, id";

macro_rules! rows {
    ($db:expr, $statement:expr $(, $key:expr)?) => {
        match $db {
            Db::Sqlite { readers, .. } => sqlx::query_as($statement)$(.bind($key))?.fetch_all(readers).await,
            Db::Postgres(pool) => sqlx::query_as($statement)$(.bind($key))?.fetch_all(pool).await,
        }
        .expect("a query")
    };
}

impl Truth {
    pub async fn of(office: &Office) -> Self {
        let db = office.desk.db();
        let mut truth = Self { facts: Vec::new(), standing: Vec::new() };
        let staff: Vec<String> = office.desk.list_people().await.expect("people").iter().filter_map(staff_id).collect();
        let tickets: Vec<TicketRow> = rows!(db, TICKETS);
        for ticket in tickets {
            let messages: Vec<MessageRow> = rows!(db, MESSAGES, &ticket.0);
            let lines: Vec<LineRow> = rows!(db, LINES, &ticket.0);
            truth.retell(&ticket, (&messages, &lines), &staff);
        }
        truth
    }

    /// The member of staff of whom most was measured.
    pub fn busiest(&self) -> String {
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        for agent in self.facts.iter().filter_map(|fact| fact.agent.as_ref()) {
            *counts.entry(agent).or_default() += 1;
        }
        let busiest = counts.into_iter().max_by_key(|(_, count)| *count);
        busiest.map(|(agent, _)| agent.clone()).expect("somebody answered")
    }

    fn retell(&mut self, ticket: &TicketRow, (messages, lines): (&[MessageRow], &[LineRow]), staff: &[String]) {
        let (_, owner, created_at, opened_by, status, category, priority, assignee) = ticket;
        let first = |what: &str, now: &String| {
            let change = lines.iter().find(|line| line.1 == what);
            change.and_then(|line| line.2.clone()).unwrap_or_else(|| now.clone())
        };
        let mut life = Life {
            created_at: *created_at,
            category: first("category-changed", category),
            priority: first("priority-changed", priority),
            assignee: None,
            // Whoever had it opened for them waits from their first message on.
            asked_at: opened_by.is_none().then_some(*created_at),
            waiting: opened_by.is_none().then_some(*created_at),
            is_answered: false,
            was_done: false,
            status: ("open".to_owned(), *created_at),
            with_staff: 0,
            with_student: 0,
            standing: Vec::new(),
        };
        self.facts.push(life.fact("created", *created_at, 0, None));
        let mut happened: Vec<(i64, Happened<'_>)> = messages.iter().map(|m| (m.0, Happened::Said(m))).collect();
        happened.extend(lines.iter().map(|line| (line.0, Happened::Line(line))));
        // What a message caused comes after it.
        happened.sort_by_key(|(at, what)| (*at, matches!(what, Happened::Line(_))));
        for (at, what) in happened {
            match what {
                Happened::Said((_, sender, role)) => {
                    let is_answer = role != "student" && sender != owner;
                    self.facts.extend(life.said(at, is_answer.then_some(sender)));
                }
                Happened::Line((_, what, _, to, actor)) => {
                    let mover = actor.as_ref().filter(|actor| staff.contains(actor) && *actor != owner);
                    self.facts.extend(life.line(at, (what, to.as_ref()), mover));
                }
            }
        }
        self.facts.append(&mut life.standing);
        let (status, category, priority) = (status.clone(), category.clone(), priority.clone());
        let standing = Standing { status, category, priority, assignee: assignee.clone(), created_at: *created_at };
        self.standing.push(standing);
    }
}

fn staff_id(person: &Person) -> Option<String> {
    person.role.is_staff().then(|| person.id.to_string())
}

enum Happened<'a> {
    Said(&'a MessageRow),
    Line(&'a LineRow),
}

struct Life {
    created_at: i64,
    category: String,
    priority: String,
    assignee: Option<String>,
    asked_at: Option<i64>,
    waiting: Option<i64>,
    is_answered: bool,
    was_done: bool,
    status: (String, i64),
    with_staff: i64,
    with_student: i64,
    /// What holds only while the ticket stays done.
    standing: Vec<Fact>,
}

impl Life {
    fn fact(&self, what: &'static str, at: i64, took: i64, agent: Option<&String>) -> Fact {
        let (category, priority) = (self.category.clone(), self.priority.clone());
        Fact { what, at, took, category, priority, agent: agent.cloned() }
    }

    fn said(&mut self, at: i64, answer_of: Option<&String>) -> Option<Fact> {
        let Some(agent) = answer_of else {
            self.asked_at.get_or_insert(at);
            self.waiting.get_or_insert(at);
            return None;
        };
        let waiting = self.waiting.take();
        if !std::mem::replace(&mut self.is_answered, true) {
            return self.asked_at.map(|asked| self.fact("firstResponse", at, at - asked, Some(agent)));
        }
        waiting.map(|since| self.fact("nextResponse", at, at - since, Some(agent)))
    }

    fn line(&mut self, at: i64, (what, to): (&str, Option<&String>), mover: Option<&String>) -> Vec<Fact> {
        match (what, to) {
            ("category-changed", Some(to)) => self.category.clone_from(to),
            ("priority-changed", Some(to)) => self.priority.clone_from(to),
            ("assigned", to) => self.assignee = to.cloned(),
            ("status-changed", Some(to)) => return self.moved(at, to, mover),
            _ => {}
        }
        Vec::new()
    }

    fn moved(&mut self, at: i64, to: &str, mover: Option<&String>) -> Vec<Fact> {
        let is_done = |status: &str| status == "resolved" || status == "closed";
        let (from, since) = std::mem::replace(&mut self.status, (to.to_owned(), at));
        match from.as_str() {
            "open" | "in-progress" => self.with_staff += at - since,
            "pending" => self.with_student += at - since,
            _ => {}
        }
        if is_done(to) || to == "pending" {
            self.waiting = None;
        }
        let agent = self.assignee.clone().or(mover.cloned());
        let agent = agent.as_ref();
        let age = at - self.created_at;
        match (is_done(&from), is_done(to)) {
            (false, true) => {
                self.standing = vec![
                    self.fact("fullResolution", at, age, agent),
                    self.fact("requesterWait", at, self.with_staff, agent),
                    self.fact("agentWait", at, self.with_student, agent),
                ];
                let mut facts = vec![self.fact("resolved", at, 0, agent)];
                if !std::mem::replace(&mut self.was_done, true) {
                    facts.push(self.fact("firstResolution", at, age, agent));
                }
                facts
            }
            (true, false) => {
                self.standing.clear();
                vec![self.fact("reopened", at, 0, agent)]
            }
            _ => Vec::new(),
        }
    }
}

/// Which tickets a question is about.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub zone: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    /// `category`, `priority` or `assignee`, and which; '' for all.
    pub filter: (&'a str, &'a str),
}

/// The days of a question, and as many before them, as the zone's own library has them.
fn span(zone: &str, from: NaiveDate, days: i64) -> (i64, i64) {
    let zone: Tz = zone.parse().expect("a zone");
    let start = |day: NaiveDate| -> DateTime<Utc> {
        let midnight = |hour| day.and_hms_opt(hour, 0, 0).expect("a time");
        let found = (0..3).find_map(|hour| zone.from_local_datetime(&midnight(hour)).earliest());
        found.expect("a day begins").with_timezone(&Utc)
    };
    let end = from.checked_add_signed(chrono::Duration::days(days)).expect("a day");
    (start(from).timestamp_millis(), start(end).timestamp_millis())
}

/// The desk's answers to a question are those of the truth: counts exactly, durations within what it admits.
pub async fn check(office: &Office, truth: &Truth, by: &Person, question: Question<'_>) {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let (from, to) = (day(question.from), day(question.to));
    let count = (to - from).num_days() + 1;
    let before = from.checked_sub_days(Days::new(count.unsigned_abs())).expect("a day");
    let filter = match question.filter {
        ("category", name) => Filter::Category(roomdesk::domain::tickets::Category::parse(name).expect("a category")),
        ("priority", name) => Filter::Priority(roomdesk::domain::tickets::Priority::parse(name).expect("a priority")),
        ("assignee", id) => Filter::Assignee(id.parse().expect("an id")),
        _ => Filter::All,
    };
    let zone = Zone::parse(question.zone);
    let asked = Asked { zone, from: Some(from), to: Some(to), filter };

    let stats = office.desk.stats(by, &asked).await.expect("staff may ask");
    let people = office.desk.people_named(&view::stats::people_of(&stats.now)).await.expect("people").into();
    let now = office.desk.clock().now();
    let told = serde_json::to_value(view::stats::Stats::new(&stats, &people, now)).expect("JSON");
    let agents = office.desk.stats_of_agents(by, &asked).await.expect("an admin may ask").1;
    let agents: Vec<view::stats::Agent> = agents.iter().map(Into::into).collect();

    let facts: Vec<&Fact> = truth.facts.iter().filter(|fact| fits(fact, question.filter)).collect();
    let periods = [span(question.zone, from, count), span(question.zone, before, count)];
    for what in ["created", "resolved", "reopened"] {
        let counts = periods.map(|period| took(&facts, what, period).len());
        assert_eq!(told[what], json!({"count": counts[0], "previous": counts[1]}), "{what} {question:?}");
    }
    for what in ["firstResponse", "nextResponse", "firstResolution", "fullResolution", "requesterWait", "agentWait"] {
        agrees(&told[what], &took(&facts, what, periods[0]), &format!("{what} {question:?}"));
        agrees(&told[what]["previous"], &took(&facts, what, periods[1]), &format!("{what} before {question:?}"));
    }
    for (number, told) in told["days"].as_array().expect("a list").iter().enumerate() {
        let first = from.checked_add_days(Days::new(number as u64)).expect("a day");
        let period = span(question.zone, first, 1);
        let [created, resolved, reopened] =
            ["created", "resolved", "reopened"].map(|it| took(&facts, it, period).len());
        let expected = json!({"day": first, "created": created, "resolved": resolved, "reopened": reopened});
        assert_eq!(*told, expected, "{question:?}");
    }
    assert_eq!(told["days"].as_array().map(Vec::len), usize::try_from(count).ok());
    check_now(truth, &told["now"], (question.filter, now.timestamp_millis()));
    if question.filter.0.is_empty() {
        check_agents(truth, &serde_json::to_value(agents).expect("JSON"), &periods);
    }
}

fn fits(fact: &Fact, (part, name): (&str, &str)) -> bool {
    match part {
        "category" => fact.category == name,
        "priority" => fact.priority == name,
        "assignee" => fact.agent.as_deref() == Some(name),
        _ => true,
    }
}

/// How long things took, shortest first.
fn took(facts: &[&Fact], what: &str, (start, end): (i64, i64)) -> Vec<i64> {
    let of = facts.iter().filter(|fact| fact.what == what && (start..end).contains(&fact.at));
    let mut took: Vec<i64> = of.map(|fact| fact.took).collect();
    took.sort_unstable();
    took
}

fn agrees(told: &Value, took: &[i64], what: &str) {
    assert_eq!(told["count"], took.len(), "{what}");
    for (name, percent) in [("median", 50), ("p90", 90)] {
        let rank = (took.len() * percent).div_ceil(100);
        match (told[name].as_f64(), rank.checked_sub(1).and_then(|place| took.get(place))) {
            (None, None) => {}
            (Some(told), Some(exact)) => {
                let exact = *exact as f64 / 1_000.0;
                assert!((told - exact).abs() <= exact * 0.02 + 0.001, "{what}: {name} {told} for {exact}");
            }
            other => panic!("{what}: {name} {other:?}"),
        }
    }
}

fn check_now(truth: &Truth, told: &Value, ((part, name), now): ((&str, &str), i64)) {
    let chosen: Vec<&Standing> = truth
        .standing
        .iter()
        .filter(|it| match part {
            "category" => it.category == name,
            "priority" => it.priority == name,
            "assignee" => it.assignee.as_deref() == Some(name),
            _ => true,
        })
        .collect();
    let count = |by: &dyn Fn(&Standing) -> Option<&String>| {
        let mut counts = BTreeMap::new();
        for name in chosen.iter().filter_map(|it| by(it)) {
            *counts.entry(name.clone()).or_insert(0) += 1;
        }
        counts
    };
    let held = |told: &Value| {
        let counts = told.as_object().expect("an object").iter().filter(|(_, count)| **count != 0);
        counts.map(|(name, count)| (name.clone(), count.as_i64().expect("a count"))).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(held(&told["byStatus"]), count(&|it| Some(&it.status)));
    assert_eq!(held(&told["byCategory"]), count(&|it| Some(&it.category)));
    assert_eq!(held(&told["byPriority"]), count(&|it| Some(&it.priority)));
    let assignees = told["byAssignee"].as_array().expect("a list").iter();
    let of_somebody = assignees.filter_map(|it| Some((it["person"]["id"].as_str()?.to_owned(), it["count"].as_i64()?)));
    assert_eq!(of_somebody.collect::<BTreeMap<_, _>>(), count(&|it| it.assignee.as_ref()));
    assert_eq!(told["total"], chosen.len());
    let days = |it: &&Standing| (now - it.created_at) / (24 * 60 * 60 * 1_000);
    let ages: Vec<i64> =
        chosen.iter().filter(|it| it.status != "resolved" && it.status != "closed").map(days).collect();
    let between = |low: i64, high: i64| ages.iter().filter(|age| (low..high).contains(age)).count();
    let expected = json!({"total": ages.len(), "upToOneDay": between(0, 1), "upToThreeDays": between(1, 3),
        "upToSevenDays": between(3, 7), "older": between(7, 10_000)});
    assert_eq!(told["backlog"], expected);
}

fn check_agents(truth: &Truth, told: &Value, periods: &[(i64, i64); 2]) {
    let mut seen = 0;
    for agent in told.as_array().expect("a list") {
        let id = agent["person"]["id"].as_str().expect("an id");
        let facts: Vec<&Fact> = truth.facts.iter().filter(|fact| fact.agent.as_deref() == Some(id)).collect();
        let count = |what: &[&str], period| what.iter().map(|what| took(&facts, what, period).len()).sum::<usize>();
        for (name, what) in [("handled", &["resolved"][..]), ("answered", &["firstResponse", "nextResponse"])] {
            let [now, before] = periods.map(|period| count(what, period));
            assert_eq!(agent[name], json!({"count": now, "previous": before}), "{name} of {id}");
        }
        agrees(&agent["firstResponse"], &took(&facts, "firstResponse", periods[0]), id);
        let is_open = |it: &&Standing| it.status != "resolved" && it.status != "closed";
        let open = truth.standing.iter().filter(is_open).filter(|it| it.assignee.as_deref() == Some(id)).count();
        assert_eq!(agent["openCount"], open, "{id}");
        seen += count(&["resolved", "firstResponse", "nextResponse"], periods[0]);
    }
    let of_anybody: Vec<&Fact> = truth.facts.iter().filter(|fact| fact.agent.is_some()).collect();
    let all = ["resolved", "firstResponse", "nextResponse"].map(|what| took(&of_anybody, what, periods[0]).len());
    assert_eq!(seen, all.iter().sum::<usize>(), "nobody is left out");
}

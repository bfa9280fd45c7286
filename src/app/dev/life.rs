//! A ticket's life, made up by chance and led by the desk's own rules.
use std::collections::BTreeMap;

use chrono::FixedOffset;
use serde_json::Value as Json;

use super::cast::Cast;
use super::chance::Chance;
use super::words::{Speech, tag};
use crate::desk::notices::{self, Event};
use crate::domain::Clock;
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::PersonId;
use crate::domain::messages::{Kind, Message};
use crate::domain::numbers::{self, Answered, Measure, Stay};
use crate::domain::opening::NewTicket;
use crate::domain::people::Person;
use crate::domain::rollup::Measured;
use crate::domain::status::Status;
use crate::domain::tickets::{Category, Priority, Ticket, TicketNumber, counting_day};
use crate::domain::timeline::Happening;

/// A line of the timeline.
pub struct Line {
    pub id: String,
    pub actor: PersonId,
    pub what: Happening,
    pub from: Option<String>,
    pub to: Option<String>,
    pub at: i64,
}

/// A ticket with everything that belongs to it, as it stands at the end.
pub struct Life {
    pub ticket: Ticket,
    pub team: Option<String>,
    pub context: Option<String>,
    pub is_confidential: bool,
    pub tags: Vec<String>,
    pub messages: Vec<Message>,
    pub lines: Vec<Line>,
    /// The id of the line that began it, the status, and from when to when.
    pub stays: Vec<(String, Status, i64, Option<i64>)>,
    pub measured: Vec<Measured>,
    /// How far people have read, and when.
    pub read: BTreeMap<PersonId, (i64, i64)>,
    student: Person,
}

/// What lives are made of.
pub struct World<'a> {
    pub cast: &'a Cast,
    pub words: &'a mut dyn Speech,
    pub chance: &'a mut Chance,
    /// Nothing has happened after this.
    pub now: i64,
    pub zone: FixedOffset,
    /// How many times longer things take than where people are quick.
    pub pace: f64,
    /// The clock that dates ids; they are given others.
    pub clock: Clock,
}

const CATEGORIES: [(Category, f64); 5] = [
    (Category::Technical, 4.0),
    (Category::Assessment, 2.5),
    (Category::Account, 2.0),
    (Category::General, 1.0),
    (Category::Other, 0.5),
];
const PRIORITIES: [(Priority, f64); 4] =
    [(Priority::Low, 2.0), (Priority::Medium, 5.5), (Priority::High, 2.0), (Priority::Urgent, 0.5)];

impl World<'_> {
    /// How long something takes that mostly takes so many minutes where people are quick.
    fn after(&mut self, minutes: f64) -> i64 {
        self.chance.around(minutes * self.pace)
    }

    /// The life of a ticket that was opened at `at`, the `count`-th of its day, with about `budget` messages.
    pub fn live(&mut self, at: i64, count: i64, budget: usize) -> Life {
        let mut life = self.open(at, count);
        let agent = self.cast.agent_for(life.ticket.category, self.chance).clone();
        let mut at = at;
        if self.chance.happens(0.9) {
            at += self.after(25.0);
            if at < self.now {
                life.assign(self, &agent, at);
            }
        }
        let mut left = budget;
        while left > 0 {
            at += self.after(if life.ticket.priority == Priority::Urgent { 20.0 } else { 110.0 });
            if at >= self.now {
                return life;
            }
            left = self.turn(&mut life, &agent, &mut at, left);
        }
        // Some are forgotten.
        if self.chance.happens(0.985) {
            self.finish(&mut life, &agent, at);
        }
        life
    }

    /// An answer, and mostly what the student says to it. Returns how many messages are left.
    fn turn(&mut self, life: &mut Life, agent: &Person, at: &mut i64, mut left: usize) -> usize {
        if life.ticket.status == Status::Open && self.chance.happens(0.4) {
            life.enter(self, agent, Status::InProgress, *at);
            *at += self.after(4.0);
        }
        if *at >= self.now {
            return 0;
        }
        life.say(self, agent, *at);
        left -= 1;
        let is_with_staff = matches!(life.ticket.status, Status::Open | Status::InProgress);
        if is_with_staff && self.chance.happens(0.5) && *at + 1_000 < self.now {
            life.enter(self, agent, Status::Pending, *at + 1_000);
        }
        while left > 0 && self.chance.happens(0.65) {
            *at += self.after(300.0);
            if *at >= self.now {
                return 0;
            }
            let student = life.student.clone();
            life.say(self, &student, *at);
            left -= 1;
        }
        left
    }

    /// Resolved, now and then reopened by a reply, mostly closed some days later.
    fn finish(&mut self, life: &mut Life, agent: &Person, mut at: i64) {
        for round in 0..3 {
            at += self.after(360.0);
            if at >= self.now || life.ticket.status.is_done() {
                return;
            }
            life.resolve(self, agent, at);
            if round == 2 || !self.chance.happens(0.07) {
                break;
            }
            at += self.after(900.0);
            if at >= self.now {
                return;
            }
            let student = life.student.clone();
            life.say(self, &student, at);
            at += self.after(120.0);
            if at >= self.now {
                return;
            }
            life.say(self, agent, at);
        }
        at += 4 * numbers::DAY + self.after(60.0);
        if at < self.now && self.chance.happens(0.9) {
            life.enter(self, agent, Status::Closed, at);
        }
    }

    fn open(&mut self, at: i64, count: i64) -> Life {
        let student = self.cast.student(self.chance).clone();
        let time = from_millis(at);
        let category = self.chance.weighted(&CATEGORIES);
        let (title, description) = self.words.opening(self.chance, category);
        let new = NewTicket {
            title,
            description,
            category,
            priority: self.chance.weighted(&PRIORITIES),
            context: None,
            tags: Vec::new(),
            is_confidential: false,
            client_id: None,
            created_for: None,
            follows: None,
        };
        let id = self.chance.id("tkt", at).parse().expect("made as ids are");
        let number = TicketNumber::new(counting_day(time, self.zone), count);
        let ticket = Ticket::open((id, number), new, (&student.id, None), time);
        let team = self.cast.team_for(ticket.category).map(str::to_owned);
        let mut tags: Vec<String> = (0..self.chance.below(4)).map(|_| tag(self.chance)).collect();
        tags.sort();
        tags.dedup();
        let context = self.chance.happens(0.4).then(|| format!("course-{}", 1 + self.chance.below(120)));
        let is_confidential = self.chance.happens(0.01);
        let mut life = Life {
            ticket,
            team,
            context,
            is_confidential,
            tags,
            messages: Vec::new(),
            lines: Vec::new(),
            stays: Vec::new(),
            measured: Vec::new(),
            read: BTreeMap::new(),
            student: student.clone(),
        };
        life.announce(self, (&student, Event::Created), at);
        let line = life.note(self, (&student, Happening::Created), (None, None), at);
        life.stays.push((line, Status::Open, at, None));
        life.measure((Measure::Created, 0), None, at);
        life
    }
}

impl Life {
    fn announce(&mut self, world: &mut World<'_>, told: (&Person, Event<'_>), at: i64) {
        let line = notices::compose(&world.clock, &mut self.ticket, told, from_millis(at));
        let id = world.chance.id("msg", at).parse().expect("made as ids are");
        self.messages.push(Message { id, ..line });
    }

    fn note(
        &mut self,
        world: &mut World<'_>,
        (by, what): (&Person, Happening),
        (from, to): (Option<String>, Option<String>),
        at: i64,
    ) -> String {
        let id = world.chance.id("tln", at);
        self.lines.push(Line { id: id.clone(), actor: by.id.clone(), what, from, to, at });
        id
    }

    fn measure(&mut self, (measure, value): (Measure, i64), agent: Option<&PersonId>, at: i64) {
        self.measured.push(Measured {
            measure,
            at,
            value,
            weight: 1,
            category: self.ticket.category.as_str().to_owned(),
            priority: self.ticket.priority.as_str().to_owned(),
            team: self.team.clone().unwrap_or_default(),
            agent: agent.map(ToString::to_string).unwrap_or_default(),
        });
    }

    fn assign(&mut self, world: &mut World<'_>, to: &Person, at: i64) {
        self.ticket.assigned_to = Some(to.id.clone());
        self.changed(at);
        self.note(world, (to, Happening::Assigned), (None, Some(to.id.to_string())), at);
        self.announce(world, (to, Event::Assigned { to }), at);
    }

    fn say(&mut self, world: &mut World<'_>, by: &Person, at: i64) {
        let time = from_millis(at);
        let is_staff = by.role.is_staff();
        let value = match numbers::answered(&self.ticket, &by.id, is_staff) {
            Some(Answered::First) => {
                Some((Measure::FirstResponse, numbers::millis_between(self.ticket.created_at, time)))
            }
            Some(Answered::Next { since }) => Some((Measure::NextResponse, numbers::millis_between(since, time))),
            None => None,
        };
        if let Some(measured) = value {
            self.measure(measured, Some(&by.id), at);
        }
        let id = world.chance.id("msg", at).parse().expect("made as ids are");
        let place = (time, self.ticket.place_accepted());
        let body = world.words.said(world.chance, is_staff);
        let message = Message::queued(id, self.ticket.id.clone(), by.id.clone(), body, place);
        let seq = message.seq;
        self.messages.push(message);
        self.ticket.count_message(&by.id, is_staff, time);
        self.ticket.version += 1;
        if !is_staff && matches!(self.ticket.status, Status::Pending | Status::Resolved) {
            self.enter(world, by, Status::Open, at);
            self.ticket.waiting_since.get_or_insert(time);
        }
        self.read.insert(by.id.clone(), (seq, at));
        // The others mostly look soon.
        let other = if is_staff { Some(self.student.id.clone()) } else { self.ticket.assigned_to.clone() };
        if let Some(other) = other.filter(|_| world.chance.happens(0.8)) {
            self.read.insert(other, (seq, at + 60_000));
        }
    }

    fn resolve(&mut self, world: &mut World<'_>, by: &Person, at: i64) {
        let said = world.words.resolution(world.chance);
        let values = (self.ticket.resolution.clone(), Some(said.clone()));
        self.ticket.resolution = Some(said);
        self.note(world, (by, Happening::ResolutionGiven), values, at);
        self.enter(world, by, Status::Resolved, at);
    }

    fn enter(&mut self, world: &mut World<'_>, by: &Person, to: Status, at: i64) {
        let (from, time) = (self.ticket.status, from_millis(at));
        self.ticket.enter(to, time);
        self.changed(at);
        let values = (Some(from.as_str().to_owned()), Some(to.as_str().to_owned()));
        let line = self.note(world, (by, Happening::StatusChanged), values, at);
        if let Some(last) = self.stays.last_mut() {
            last.3 = Some(at);
        }
        self.stays.push((line, to, at, None));
        self.measure_move(by, (from, to), time);
        let resolution = self.ticket.resolution.clone().filter(|_| to.is_done());
        let told = Event::StatusChanged { from, to, resolution: resolution.as_deref() };
        self.announce(world, (by, told), at);
    }

    fn measure_move(&mut self, by: &Person, moved: (Status, Status), at: Time) {
        let left = |(_, status, from, to): &(String, Status, i64, Option<i64>)| {
            Some(Stay { status: *status, from: from_millis(*from), to: from_millis((*to)?) })
        };
        let stays: Vec<Stay> = self.stays.iter().filter_map(left).collect();
        let agent = self.ticket.assigned_to.clone().or_else(|| by.role.is_staff().then(|| by.id.clone()));
        for measured in numbers::moved(self.ticket.created_at, &stays, moved, at) {
            if measured.0 == Measure::Reopened {
                self.take_back();
            }
            self.measure(measured, agent.as_ref(), at.timestamp_millis());
        }
    }

    /// What the last resolution was measured as no longer holds.
    fn take_back(&mut self) {
        for measure in [Measure::FullResolution, Measure::RequesterWait, Measure::AgentWait] {
            let last = self.measured.iter().rev().find(|it| it.measure == measure && it.weight == 1).cloned();
            self.measured.extend(last.map(|last| Measured { weight: -1, ..last }));
        }
    }

    fn changed(&mut self, at: i64) {
        self.ticket.updated_at = from_millis(at);
        self.ticket.version += 1;
    }

    /// How many messages people wrote.
    pub fn said(&self) -> usize {
        self.messages.iter().filter(|message| message.kind != Kind::System).count()
    }
}

/// What a message needs besides a text, as it is stored.
pub fn details(message: &Message) -> Option<String> {
    message.details.as_ref().map(Json::to_string)
}

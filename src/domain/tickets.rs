//! Tickets: their fields (the plan's SupportTicket), their number, and what changes them.
use chrono::{FixedOffset, NaiveDate};
use ruma::OwnedRoomId;

use super::clock::Time;
use super::files::File;
use super::ids::{PersonId, TeamId, TicketId};
use super::opening::NewTicket;
use super::status::Status;
use super::tags::Tag;

/// What a ticket is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Category {
    Technical,
    Assessment,
    Account,
    #[default]
    General,
    Other,
}

impl Category {
    pub const ALL: [Self; 5] = [Self::Technical, Self::Assessment, Self::Account, Self::General, Self::Other];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Technical => "technical",
            Self::Assessment => "assessment",
            Self::Account => "account",
            Self::General => "general",
            Self::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == text)
    }
}

/// How urgent a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Priority {
    Low,
    #[default]
    Medium,
    High,
    Urgent,
}

impl Priority {
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Urgent];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.as_str() == text)
    }
}

/// The number people see, `TICK-YYYYMMDD-XXXX`: a counter per day, four digits at least, wider past 9999.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TicketNumber(String);

impl TicketNumber {
    /// The `count`-th ticket of `day`.
    pub fn new(day: NaiveDate, count: i64) -> Self {
        Self(format!("TICK-{}-{count:04}", day.format("%Y%m%d")))
    }

    /// Reads `TICK-` eight digits `-` four or more digits, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let upper = text.to_ascii_uppercase();
        let (day, count) = upper.strip_prefix("TICK-")?.split_once('-')?;
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        (day.len() == 8 && count.len() >= 4 && digits(day) && digits(count)).then_some(Self(upper))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The day whose counter numbers a ticket opened at `now`, in the desk's time zone.
pub fn counting_day(now: Time, zone: FixedOffset) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

/// A ticket as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    pub id: TicketId,
    pub number: TicketNumber,
    pub title: String,
    pub description: String,
    pub category: Category,
    pub priority: Priority,
    pub status: Status,
    /// The student it belongs to.
    pub created_by: PersonId,
    /// The member of staff who opened it on behalf of the student.
    pub opened_by: Option<PersonId>,
    pub assigned_to: Option<PersonId>,
    pub team: Option<TeamId>,
    /// What the team is called, where it is shown.
    pub team_name: Option<String>,
    /// What it belongs to outside the desk, such as a course.
    pub context: Option<String>,
    /// The ticket it goes on from.
    pub follows: Option<TicketId>,
    /// Of staff, only those who are named may see it.
    pub is_confidential: bool,
    /// In alphabetical order; for staff alone.
    pub tags: Vec<Tag>,
    /// When its student was last told that it will be closed by itself.
    pub closing_announced_at: Option<Time>,
    /// Files of its conversation, oldest first; the first of them alone where many tickets are shown.
    pub attachments: Vec<File>,
    /// How many there are.
    pub attachment_count: i64,
    pub created_at: Time,
    pub updated_at: Time,
    /// When it was last resolved; empty while it is not.
    pub resolved_at: Option<Time>,
    /// When it was last closed; empty while it is not.
    pub closed_at: Option<Time>,
    /// What came of it, as the student is told; empty while it is not done.
    pub resolution: Option<String>,
    /// What people wrote: no system lines, no notes.
    pub message_count: i64,
    pub last_message_at: Option<Time>,
    pub last_message_by: Option<PersonId>,
    /// Grows by one with every change.
    pub version: i64,
    /// Since when the student waits for an answer; empty while they do not.
    pub waiting_since: Option<Time>,
    /// The first public message by staff.
    pub first_response_at: Option<Time>,
    /// The last thing that the student can see happening.
    pub last_interaction_at: Time,
    /// Its Matrix room, once that exists.
    pub room_id: Option<OwnedRoomId>,
    /// The highest place given to a message.
    pub last_seq: i64,
    /// The highest place given to a message that was seen in the room.
    pub room_seq: i64,
}

impl Ticket {
    /// A ticket that is opened now for the student `of`, by somebody else when `opened_by` names them.
    pub fn open(
        (id, number): (TicketId, TicketNumber),
        new: NewTicket,
        (of, opened_by): (&PersonId, Option<&PersonId>),
        now: Time,
    ) -> Self {
        Self {
            id,
            number,
            title: new.title,
            description: new.description,
            category: new.category,
            priority: new.priority,
            status: Status::Open,
            created_by: of.clone(),
            opened_by: opened_by.cloned(),
            assigned_to: None,
            team: None,
            team_name: None,
            context: new.context,
            follows: None,
            is_confidential: new.is_confidential,
            tags: new.tags,
            closing_announced_at: None,
            attachments: Vec::new(),
            attachment_count: 0,
            created_at: now,
            updated_at: now,
            resolved_at: None,
            closed_at: None,
            resolution: None,
            message_count: 0,
            last_message_at: None,
            last_message_by: None,
            version: 1,
            // Whoever was written to does not wait yet.
            waiting_since: opened_by.is_none().then_some(now),
            first_response_at: None,
            last_interaction_at: now,
            room_id: None,
            last_seq: 0,
            room_seq: 0,
        }
    }

    /// Puts the ticket into `to` (already known to be legal) and sets the times that follow from it.
    /// `resolved_at`, `closed_at` and `resolution` hold the latest, and are cleared on reopening.
    pub fn enter(&mut self, to: Status, now: Time) {
        let reopened = self.status.is_done() && !to.is_done();
        self.status = to;
        match to {
            Status::Resolved => self.resolved_at = Some(now),
            Status::Closed => self.closed_at = Some(now),
            Status::Open | Status::Pending | Status::InProgress => {}
        }
        if reopened {
            self.resolved_at = None;
            self.closed_at = None;
            self.resolution = None;
        }
        if to.is_done() || to == Status::Pending {
            self.waiting_since = None;
        }
        self.closing_announced_at = None;
        self.updated_at = now;
        self.last_interaction_at = now;
    }

    /// The place of a message that was accepted and is not yet in the room: behind everything else.
    pub fn place_accepted(&mut self) -> i64 {
        self.last_seq += 1;
        self.last_seq
    }

    /// The place of a message now seen in the room, `accepted` being its place so far. What was seen stands in the
    /// room's order; a message that others overtook on its way moves behind them.
    pub fn place_seen(&mut self, accepted: Option<i64>) -> i64 {
        self.room_seq = match accepted {
            Some(seq) if seq > self.room_seq => seq,
            Some(_) | None => self.place_accepted(),
        };
        self.room_seq
    }

    /// Counts a message that somebody wrote: the clocks of waiting and of the first response follow.
    ///
    /// The first response is the first public message by staff to a student who has written; `waiting_since` is set by
    /// the student's first unanswered message and cleared by an answer. Staff who write in a ticket of their own are no
    /// staff there. Nobody waits for an answer in a ticket that is done.
    pub fn count_message(&mut self, author: &PersonId, author_is_staff: bool, at: Time) {
        self.message_count += 1;
        self.last_message_at = Some(at);
        self.last_message_by = Some(author.clone());
        self.last_interaction_at = at;
        self.updated_at = at;
        self.closing_announced_at = None;
        if author_is_staff && *author != self.created_by {
            // What staff write before the student has said a word is no response.
            if self.opened_by.is_none() || self.waiting_since.is_some() {
                self.first_response_at.get_or_insert(at);
            }
            self.waiting_since = None;
        } else if !self.status.is_done() {
            self.waiting_since.get_or_insert(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock::{Clock, from_millis};
    use super::*;

    fn ticket(clock: &Clock) -> Ticket {
        let now = clock.now();
        let day = counting_day(now, FixedOffset::east_opt(0).expect("zero fits"));
        let names = (TicketId::fresh(clock), TicketNumber::new(day, 1));
        Ticket::open(names, NewTicket::example(), (&PersonId::fresh(clock), None), now)
    }

    #[test]
    fn what_was_seen_stands_in_the_room_s_order() {
        let mut ticket = ticket(&Clock::standing_at(from_millis(0)));
        let (first, second) = (ticket.place_accepted(), ticket.place_accepted());
        assert_eq!(ticket.place_seen(Some(first)), 1, "seen in the order of acceptance, it stays where it was");
        let other = ticket.place_seen(None);
        assert_eq!(ticket.place_seen(Some(second)), 4, "overtaken by another, it moves behind it");
        assert_eq!((other, ticket.last_seq, ticket.room_seq), (3, 4, 4));
    }

    #[test]
    fn numbers_grow_past_four_digits_and_read_back() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 9).expect("a day");
        assert_eq!(TicketNumber::new(day, 7).as_str(), "TICK-20260309-0007");
        assert_eq!(TicketNumber::new(day, 12_345).as_str(), "TICK-20260309-12345");
        assert!(TicketNumber::parse("tick-20260309-0007").is_some());
        for bad in ["TICK-2026-0001", "TICK-20260309-007", "TICK-20260309-00x7", "20260309-0007"] {
            assert!(TicketNumber::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_counting_day_follows_the_desk_s_zone() {
        let late = from_millis(1_772_060_400_000); // 2026-02-25T23:00:00Z
        let east = FixedOffset::east_opt(2 * 3600).expect("two hours fit");
        assert_eq!(counting_day(late, east).to_string(), "2026-02-26");
    }

    #[test]
    fn reopening_clears_the_times_and_resolving_again_sets_the_latest() {
        let clock = Clock::standing_at(from_millis(1_000));
        let mut ticket = ticket(&clock);
        ticket.enter(Status::Resolved, from_millis(2_000));
        assert_eq!((ticket.resolved_at, ticket.waiting_since), (Some(from_millis(2_000)), None));
        ticket.enter(Status::Closed, from_millis(3_000));
        assert_eq!((ticket.resolved_at, ticket.closed_at), (Some(from_millis(2_000)), Some(from_millis(3_000))));
        ticket.enter(Status::Open, from_millis(4_000));
        assert_eq!((ticket.resolved_at, ticket.closed_at), (None, None));
    }

    #[test]
    fn the_student_waits_from_the_first_unanswered_message() {
        let clock = Clock::standing_at(from_millis(1_000));
        let mut ticket = ticket(&clock);
        let (student, staff) = (ticket.created_by.clone(), PersonId::fresh(&clock));
        ticket.count_message(&staff, true, from_millis(2_000));
        assert_eq!((ticket.waiting_since, ticket.first_response_at), (None, Some(from_millis(2_000))));
        ticket.count_message(&student, false, from_millis(3_000));
        ticket.count_message(&student, false, from_millis(4_000));
        assert_eq!(ticket.waiting_since, Some(from_millis(3_000)));
        ticket.count_message(&staff, true, from_millis(5_000));
        assert_eq!((ticket.waiting_since, ticket.first_response_at), (None, Some(from_millis(2_000))));
        assert_eq!((ticket.message_count, ticket.last_message_by), (4, Some(staff)));
    }

    #[test]
    fn what_staff_write_first_is_no_response() {
        let clock = Clock::standing_at(from_millis(1_000));
        let (student, staff) = (PersonId::fresh(&clock), PersonId::fresh(&clock));
        let names = (TicketId::fresh(&clock), TicketNumber::new(clock.now().date_naive(), 1));
        let mut ticket = Ticket::open(names, NewTicket::example(), (&student, Some(&staff)), clock.now());
        ticket.count_message(&staff, true, from_millis(2_000));
        assert_eq!((ticket.waiting_since, ticket.first_response_at), (None, None));
        ticket.count_message(&student, false, from_millis(3_000));
        ticket.count_message(&staff, true, from_millis(5_000));
        assert_eq!((ticket.waiting_since, ticket.first_response_at), (None, Some(from_millis(5_000))));
    }

    #[test]
    fn nobody_waits_in_a_ticket_that_is_done() {
        let mut ticket = ticket(&Clock::standing_at(from_millis(1_000)));
        let student = ticket.created_by.clone();
        ticket.enter(Status::Closed, from_millis(2_000));
        ticket.count_message(&student, false, from_millis(3_000));
        assert_eq!(ticket.waiting_since, None);
    }
}

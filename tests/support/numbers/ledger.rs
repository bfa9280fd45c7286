//! A naive desk beside the desk: every command is written down here by the rules of the docs, and what the desk keeps must
//! be what is written down. It shares no code with the desk.
use std::collections::{BTreeMap, BTreeSet};

/// Rows: from; columns: to; `+` is legal. In the order of [`STATUSES`].
const BY_STAFF: [&str; 5] = [".++++", "+.+++", "++.++", "+.+.+", "+...."];
const BY_OWNER: [&str; 5] = ["....+", "....+", "....+", "+...+", "+...."];
pub const STATUSES: [&str; 5] = ["open", "pending", "in-progress", "resolved", "closed"];

/// Who does something.
#[derive(Clone, Copy, Debug)]
pub struct Doer<'a> {
    pub id: &'a str,
    pub is_staff: bool,
}

/// A line of a timeline: what, from, to.
pub type Line = (String, Option<String>, Option<String>);

/// A message: whose, and its id.
#[derive(Clone, Debug)]
pub struct Said {
    pub by: String,
    pub id: String,
}

/// A ticket as it must stand. Times are milliseconds.
#[derive(Clone, Debug)]
pub struct Entry {
    pub owner: String,
    pub is_opened_for_them: bool,
    pub status: &'static str,
    pub assignee: Option<String>,
    /// `title`, `category`, `priority`, `context`.
    pub fields: BTreeMap<&'static str, String>,
    pub resolution: Option<String>,
    pub guests: BTreeSet<String>,
    pub messages: Vec<Said>,
    /// How many of them each person has read, in their order.
    pub read: BTreeMap<String, usize>,
    pub timeline: Vec<Line>,
    pub waiting_since: Option<i64>,
    pub first_response_at: Option<i64>,
    pub resolved_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub last_message_at: Option<i64>,
}

fn is_done(status: &str) -> bool {
    status == "resolved" || status == "closed"
}

fn line(what: &str, from: Option<&str>, to: Option<&str>) -> Line {
    (what.to_owned(), from.map(str::to_owned), to.map(str::to_owned))
}

impl Entry {
    /// A ticket that was opened now for its owner, by staff when `is_opened_for_them`.
    pub fn open(owner: &str, is_opened_for_them: bool, fields: BTreeMap<&'static str, String>, at: i64) -> Self {
        Self {
            owner: owner.to_owned(),
            is_opened_for_them,
            status: "open",
            assignee: None,
            fields,
            resolution: None,
            guests: BTreeSet::new(),
            messages: Vec::new(),
            read: BTreeMap::new(),
            timeline: vec![line("created", None, None)],
            waiting_since: (!is_opened_for_them).then_some(at),
            first_response_at: None,
            resolved_at: None,
            closed_at: None,
            last_message_at: None,
        }
    }

    /// Whether they see it.
    pub fn is_for(&self, who: Doer<'_>) -> bool {
        who.is_staff || self.owner == who.id || self.guests.contains(who.id)
    }

    /// Messages of others behind the last that was read.
    pub fn unread(&self, person: &str) -> i64 {
        let read = self.read.get(person).copied().unwrap_or(0);
        let unread = self.messages.iter().skip(read).filter(|said| said.by != person);
        i64::try_from(unread.count()).expect("few")
    }

    fn enter(&mut self, to: &'static str, at: i64) {
        let from = std::mem::replace(&mut self.status, to);
        self.timeline.push(line("status-changed", Some(from), Some(to)));
        match to {
            "resolved" => self.resolved_at = Some(at),
            "closed" => self.closed_at = Some(at),
            _ => {}
        }
        if is_done(from) && !is_done(to) {
            (self.resolved_at, self.closed_at, self.resolution) = (None, None, None);
        }
        if is_done(to) || to == "pending" {
            self.waiting_since = None;
        }
    }

    /// Somebody writes: staff answer, whoever else writes waits for an answer, and opens what was not open.
    pub fn say(&mut self, by: Doer<'_>, id: String, at: i64) {
        self.messages.push(Said { by: by.id.to_owned(), id });
        self.read.insert(by.id.to_owned(), self.messages.len());
        self.last_message_at = Some(at);
        if by.is_staff {
            let is_answer = !self.is_opened_for_them || self.waiting_since.is_some();
            if is_answer && self.first_response_at.is_none() {
                self.first_response_at = Some(at);
            }
            self.waiting_since = None;
            return;
        }
        let since = self.waiting_since.unwrap_or(at);
        if is_done(self.status) || self.status == "pending" {
            self.enter("open", at);
        }
        self.waiting_since = Some(since);
    }

    /// They have read up to and including this message.
    pub fn mark_read(&mut self, person: &str, message: usize) {
        let read = self.read.entry(person.to_owned()).or_default();
        *read = (*read).max(message + 1);
    }

    /// They count from this message on as unread again.
    pub fn mark_unread(&mut self, person: &str, message: usize) {
        let read = self.read.entry(person.to_owned()).or_default();
        *read = (*read).min(message);
    }

    /// Whether they may move it there.
    pub fn may_move(&self, by: Doer<'_>, to: &str) -> bool {
        let place = |status: &str| STATUSES.iter().position(|other| *other == status).expect("a status");
        let table = if by.is_staff { BY_STAFF } else { BY_OWNER };
        table[place(self.status)].as_bytes()[place(to)] == b'+'
    }

    /// They move it, saying what came of it or not.
    pub fn goes(&mut self, to: &'static str, resolution: Option<&str>, at: i64) {
        if let Some(said) = resolution {
            let before = self.resolution.replace(said.to_owned());
            self.timeline.push(line("resolution-given", before.as_deref(), Some(said)));
        }
        self.enter(to, at);
    }

    pub fn is_given_to(&mut self, person: Option<&str>) {
        if self.assignee.as_deref() != person {
            let from = std::mem::replace(&mut self.assignee, person.map(str::to_owned));
            self.timeline.push(line("assigned", from.as_deref(), person));
        }
    }

    /// It gets other fields; what is as it was tells nothing.
    pub fn change(&mut self, field: &'static str, to: &str) {
        let from = self.fields.insert(field, to.to_owned()).unwrap_or_default();
        if from != to {
            self.timeline.push(line(&format!("{field}-changed"), Some(&from), Some(to)));
        }
    }

    pub fn let_in(&mut self, person: &str) {
        if *person != self.owner && self.guests.insert(person.to_owned()) {
            self.timeline.push(line("participant-added", None, Some(person)));
        }
    }

    pub fn put_out(&mut self, person: &str) -> bool {
        let was_in = self.guests.remove(person);
        if was_in {
            self.timeline.push(line("participant-removed", Some(person), None));
        }
        was_in
    }
}

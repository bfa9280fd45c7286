//! Which tickets somebody wants to see, and in which order: one grammar for lists, search, bulk and CSV.
//!
//! [`Filter`] holds checked values alone; [`Reader`] makes one of query parameters and of the text of a search box.
//! Several values of one field mean any of them; different fields must all fit.
mod read;
#[cfg(test)]
mod tests;

use super::clock::Time;
use super::ids::{PersonId, TicketId};
use super::status::Status;
use super::tickets::{Category, Priority};
use super::words::Phrase;

pub use read::{FIELDS, LONGEST_BOX, MOST_VALUES, Reader};

/// Whose a ticket is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    Nobody,
    Person(PersonId),
}

/// Which team has a ticket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InTeam {
    None,
    /// Its id, or its name in lower case.
    Called(String),
}

/// A stretch of time: from the first, inclusively, up to the second, exclusively; open where nothing is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<Time>,
    pub to: Option<Time>,
}

impl Span {
    pub fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

/// Which tickets are wanted. Everything that is empty does not matter; what is listed is sorted, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub statuses: Vec<Status>,
    pub priorities: Vec<Priority>,
    pub categories: Vec<Category>,
    pub assignees: Vec<Holder>,
    pub teams: Vec<InTeam>,
    pub tags: Vec<String>,
    pub students: Vec<PersonId>,
    pub contexts: Vec<String>,
    pub created: Span,
    pub updated: Span,
    /// Whether others wrote what the asking person has not read; system lines do not count.
    pub unread: Option<bool>,
    /// Whether the student waits for an answer.
    pub waiting: Option<bool>,
    pub confidential: Option<bool>,
    /// All of them stand in one text of the ticket.
    pub words: Vec<Phrase>,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortKey {
    /// The last thing that the student can see happening.
    #[default]
    Interaction,
    Created,
    Priority,
    /// The last message, or the opening while there is none.
    Message,
    /// Since when the student waits; tickets whose student does not wait are left out.
    Waiting,
}

impl SortKey {
    pub const ALL: [Self; 5] = [Self::Created, Self::Priority, Self::Message, Self::Waiting, Self::Interaction];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interaction => "lastInteractionAt",
            Self::Created => "createdAt",
            Self::Priority => "priority",
            Self::Message => "lastMessageAt",
            Self::Waiting => "waiting",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// In which order tickets are listed; those with the same key by their ids, in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub key: SortKey,
    pub direction: Direction,
}

impl Sort {
    /// The newest or most urgent first; of those who wait, whoever waits longest.
    pub fn usual(key: SortKey) -> Self {
        let direction = if key == SortKey::Waiting { Direction::Ascending } else { Direction::Descending };
        Self { key, direction }
    }
}

impl Default for Sort {
    fn default() -> Self {
        Self::usual(SortKey::default())
    }
}

/// Among which tickets somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// Those that are theirs or that they were let into.
    Own,
    /// Every ticket that staff may see.
    Desk,
}

/// A list: whose eyes, which tickets, in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub by: PersonId,
    pub realm: Realm,
    pub filter: Filter,
    pub sort: Sort,
}

/// Where a ticket stands in a sorted list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The value it is sorted by: milliseconds, or how urgent it is.
    pub key: i64,
    pub id: TicketId,
}

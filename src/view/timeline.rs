//! Timelines: who did what with a ticket, from what to what, when.
use serde::Serialize;
use utoipa::ToSchema;

use super::lists::List;
use super::people::{People, PersonRef};
use super::{Moment, cursor, time};
use crate::domain::ids::{PersonId, TimelineId};
use crate::domain::timeline::{self, Happening};

/// What something was, or is: a person where it is about one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum TimelineValue {
    Person(PersonRef),
    Text(String),
}

/// One line of a timeline.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    pub id: TimelineId,
    /// `null` for what the desk did by itself.
    pub actor: Option<PersonRef>,
    #[schema(value_type = Happening)]
    pub what: &'static str,
    pub from: Option<TimelineValue>,
    pub to: Option<TimelineValue>,
    pub at: Moment,
}

impl Entry {
    fn new(entry: &timeline::Entry, people: &People) -> Self {
        let value = |text: &Option<String>| text.as_ref().map(|text| value(entry.happening, text, people));
        Self {
            id: entry.id.clone(),
            actor: entry.actor.as_ref().map(|id| people.get(id)),
            what: entry.happening.as_str(),
            from: value(&entry.from),
            to: value(&entry.to),
            at: time(entry.at),
        }
    }
}

/// Everybody whom these lines show.
pub fn people_of(entries: &[timeline::Entry]) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = entries.iter().filter_map(|entry| entry.actor.clone()).collect();
    let values = entries.iter().filter(|entry| is_about_people(entry.happening));
    people.extend(values.flat_map(|entry| [&entry.from, &entry.to]).flatten().filter_map(|id| id.parse().ok()));
    people.sort();
    people.dedup();
    people
}

/// A page of a timeline; `more` says whether it goes on.
pub fn list(page: &[timeline::Entry], people: &People, more: bool) -> List<Entry> {
    List {
        items: page.iter().map(|entry| Entry::new(entry, people)).collect(),
        next_cursor: page.last().filter(|_| more).map(cursor::after_entry),
    }
}

fn value(happening: Happening, text: &str, people: &People) -> TimelineValue {
    let person = text.parse().ok().filter(|_| is_about_people(happening));
    match person.and_then(|id: PersonId| people.find(&id).map(PersonRef::from)) {
        Some(person) => TimelineValue::Person(person),
        None => TimelineValue::Text(text.to_owned()),
    }
}

/// Whether its values name people.
fn is_about_people(happening: Happening) -> bool {
    match happening {
        Happening::Assigned
        | Happening::ParticipantAdded
        | Happening::ParticipantRemoved
        | Happening::StaffNamed
        | Happening::StaffUnnamed
        | Happening::InvitationFailed
        | Happening::MailFailed => true,
        Happening::Created
        | Happening::StatusChanged
        | Happening::TitleChanged
        | Happening::CategoryChanged
        | Happening::PriorityChanged
        | Happening::ResolutionGiven
        | Happening::ContextChanged
        | Happening::TagsChanged
        | Happening::TeamChanged
        | Happening::ConfidentialityChanged
        | Happening::FollowedUp
        | Happening::ClosingAnnounced => false,
    }
}

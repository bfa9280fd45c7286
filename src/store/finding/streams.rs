//! Reads in the order of a sort: one per status, person or priority where several are asked for, merged.
//!
//! One read with `status IN (…)` has no order that an index could give it, and would sort the whole table.
use super::super::query::Sql;
use super::predicates::is_visible;
use super::{beyond, column, first, within};
use crate::domain::filter::{Filter, Holder, Place, Query, Realm, SortKey};
use crate::domain::status::Status;
use crate::domain::tickets::Priority;

/// More people than that are not read side by side.
const MOST_PEOPLE: usize = 5;

/// What the tickets of one read have in common.
#[derive(Clone, Copy, Debug, Default)]
struct Stream<'a> {
    assignee: Option<&'a Holder>,
    status: Option<Status>,
    priority: Option<Priority>,
}

/// The reads that a query is made of.
pub struct Streams<'a>(Vec<Stream<'a>>);

impl<'a> Streams<'a> {
    pub fn of(query: &'a Query) -> Self {
        let filter = &query.filter;
        let mut streams = vec![Stream::default()];
        if Self::know_assignees(query) {
            let with = |holder| Stream { assignee: Some(holder), ..Stream::default() };
            streams = filter.assignees.iter().map(with).collect();
        }
        if query.sort.key == SortKey::Waiting {
            return Self(streams);
        }
        // The index of people holds their tickets status by status.
        let all = Self::know_assignees(query).then_some(Status::ALL.as_slice());
        let statuses = if filter.statuses.is_empty() { all.unwrap_or_default() } else { filter.statuses.as_slice() };
        if !statuses.is_empty() {
            let with =
                |stream: Stream<'a>| statuses.iter().map(move |status| Stream { status: Some(*status), ..stream });
            streams = streams.into_iter().flat_map(with).collect();
        }
        if query.sort.key == SortKey::Priority && !filter.priorities.is_empty() {
            let with = |stream: Stream<'a>| {
                filter.priorities.iter().map(move |priority| Stream { priority: Some(*priority), ..stream })
            };
            streams = streams.into_iter().flat_map(with).collect();
        }
        Self(streams)
    }

    /// Whether an index holds the tickets of each person in the order asked for.
    pub fn know_assignees(query: &Query) -> bool {
        matches!(query.sort.key, SortKey::Interaction | SortKey::Waiting)
            && (1..=MOST_PEOPLE).contains(&query.filter.assignees.len())
    }

    /// Whether every ticket they bring fits.
    pub fn are_exact(&self, query: &Query) -> bool {
        let mut rest = query.filter.clone();
        let known = self.0.first().copied().unwrap_or_default();
        if known.assignee.is_some() {
            rest.assignees.clear();
        }
        if known.status.is_some() {
            rest.statuses.clear();
        }
        if known.priority.is_some() {
            rest.priorities.clear();
        }
        if query.sort.key == SortKey::Created {
            rest.created = Default::default();
        }
        if query.sort.key == SortKey::Waiting && rest.waiting == Some(true) {
            rest.waiting = None;
        }
        query.realm == Realm::Desk && rest == Filter::default()
    }

    /// The first `limit` tickets after `after`, in order, as `k` and `id`.
    pub fn merged(&self, query: &Query, after: Option<&Place>, limit: i64) -> Sql {
        let mut sql = Sql::new("SELECT u.k, u.id FROM (");
        for (index, stream) in self.0.iter().enumerate() {
            if index > 0 {
                sql.push(" UNION ALL ");
            }
            sql.push("SELECT s.k, s.id FROM (").append(stream.read(query, after, limit)).push(") AS s");
        }
        sql.push(") AS u");
        first(&mut sql, ("u.k", "u.id"), query.sort.direction, limit);
        sql
    }
}

impl Stream<'_> {
    fn read(&self, query: &Query, after: Option<&Place>, limit: i64) -> Sql {
        let key = column(query.sort.key);
        let mut sql = Sql::new("SELECT ");
        sql.push(key).push(" AS k, t.id FROM tickets t WHERE 1 = 1");
        match self.assignee {
            None => &mut sql,
            Some(Holder::Nobody) => sql.push(" AND t.assigned_to IS NULL"),
            Some(Holder::Person(id)) => sql.push(" AND t.assigned_to = ").bind(id.as_str()),
        };
        if let Some(status) = self.status {
            sql.push(" AND t.status = ").bind(status.as_str());
        }
        if let Some(priority) = self.priority {
            sql.push(" AND t.priority_rank = ").number(rank(priority));
        }
        match query.sort.key {
            SortKey::Waiting => drop(sql.push(" AND t.waiting_since IS NOT NULL")),
            SortKey::Created => within(&mut sql, key, query.filter.created),
            SortKey::Interaction | SortKey::Priority | SortKey::Message => {}
        }
        // What somebody may not see is rare: it does not make the read longer.
        if query.realm == Realm::Desk {
            is_visible(&mut sql, query);
        }
        beyond(&mut sql, query.sort, after);
        first(&mut sql, (key, "t.id"), query.sort.direction, limit);
        sql
    }
}

/// As the column `priority_rank` has it.
fn rank(priority: Priority) -> i64 {
    match priority {
        Priority::Low => 1,
        Priority::Medium => 2,
        Priority::High => 3,
        Priority::Urgent => 4,
    }
}

//! What a filter asks of a ticket `t`, and whom it may be shown to.
use super::super::query::Sql;
use super::within;
use crate::domain::filter::{Filter, Holder, InTeam, Query, Realm, SortKey};
use crate::domain::ids::PersonId;
use crate::domain::status::Status;
use crate::domain::tickets::{Category, Priority};

/// ` AND …` for everything that the query asks of `t` but words, and that whoever asks may see it.
pub fn fits(sql: &mut Sql, query: &Query) {
    is_visible(sql, query);
    asks(sql, query);
}

/// ` AND …` for everything that the query asks of `t` but words.
pub fn asks(sql: &mut Sql, query: &Query) {
    in_columns(sql, query);
    in_other_tables(sql, query);
}

/// ` AND …`: their own tickets; or, for staff, every ticket but confidential ones that are not theirs to see.
pub fn is_visible(sql: &mut Sql, query: &Query) {
    let by = query.by.as_str();
    match query.realm {
        Realm::Own => {
            sql.push(" AND EXISTS (SELECT 1 FROM participants v WHERE v.ticket = t.id AND v.person = ").bind(by);
            sql.push(")");
        }
        Realm::Desk => {
            // OFFSET: without it, PostgreSQL would read every ticket that the person ever had to look up one in them.
            sql.push(" AND (NOT t.is_confidential OR EXISTS (SELECT 1 FROM ticket_staff v WHERE v.ticket = t.id");
            sql.push(" AND v.person = ").bind(by).push(" LIMIT 1 OFFSET 0");
            sql.push(") OR EXISTS (SELECT 1 FROM participants v WHERE v.ticket = t.id AND v.person = ").bind(by);
            sql.push(" LIMIT 1 OFFSET 0))");
        }
    }
}

fn in_columns(sql: &mut Sql, query: &Query) {
    let filter = &query.filter;
    if !filter.statuses.is_empty() {
        sql.push(" AND t.status IN ").list(filter.statuses.iter().copied().map(Status::as_str));
    }
    if !filter.priorities.is_empty() {
        sql.push(" AND t.priority IN ").list(filter.priorities.iter().copied().map(Priority::as_str));
    }
    if !filter.categories.is_empty() {
        sql.push(" AND t.category IN ").list(filter.categories.iter().copied().map(Category::as_str));
    }
    if !filter.assignees.is_empty() {
        sql.push(" AND ");
        assigned(sql, &filter.assignees);
    }
    if !filter.students.is_empty() {
        sql.push(" AND t.created_by IN ").list(filter.students.iter().map(PersonId::as_str));
    }
    if !filter.contexts.is_empty() {
        sql.push(" AND t.context IN ").list(filter.contexts.iter().map(String::as_str));
    }
    within(sql, "t.created_at", filter.created);
    within(sql, "t.updated_at", filter.updated);
    match filter.waiting {
        None if query.sort.key == SortKey::Waiting => sql.push(" AND t.waiting_since IS NOT NULL"),
        None => sql,
        Some(true) => sql.push(" AND t.waiting_since IS NOT NULL"),
        Some(false) => sql.push(" AND t.waiting_since IS NULL"),
    };
    match filter.confidential {
        None => sql,
        Some(true) => sql.push(" AND t.is_confidential"),
        Some(false) => sql.push(" AND NOT t.is_confidential"),
    };
}

fn in_other_tables(sql: &mut Sql, query: &Query) {
    let filter = &query.filter;
    if !filter.teams.is_empty() {
        sql.push(" AND (");
        in_teams(sql, &filter.teams);
        sql.push(")");
    }
    if !filter.tags.is_empty() {
        sql.push(" AND EXISTS (SELECT 1 FROM tags g WHERE g.ticket = t.id AND g.tag IN ");
        sql.list(filter.tags.iter().map(String::as_str)).push(")");
    }
    if let Some(unread) = filter.unread {
        let by = query.by.as_str();
        sql.push(if unread { " AND EXISTS (" } else { " AND NOT EXISTS (" });
        sql.push(
            "SELECT 1 FROM messages m WHERE m.ticket = t.id AND m.seq > COALESCE((SELECT r.seq FROM read_markers r",
        );
        sql.push(" WHERE r.ticket = t.id AND r.person = ").bind(by);
        sql.push("), 0) AND m.kind <> 'system' AND m.sender <> ").bind(by).push(")");
    }
}

fn in_teams(sql: &mut Sql, teams: &[InTeam]) {
    for (index, team) in teams.iter().enumerate() {
        if index > 0 {
            sql.push(" OR ");
        }
        match team {
            InTeam::None => sql.push("t.team IS NULL"),
            InTeam::Called(name) => {
                sql.push("t.team IN (SELECT w.id FROM teams w WHERE w.id = ").bind(name.as_str());
                sql.push(" OR w.search_name = ").bind(name.as_str()).push(")")
            }
        };
    }
}

/// `t` is one of theirs, or nobody's.
pub fn assigned(sql: &mut Sql, holders: &[Holder]) {
    let people: Vec<&str> = holders.iter().filter_map(person).collect();
    let is_nobody = people.len() < holders.len();
    sql.push(if is_nobody { "(t.assigned_to IS NULL" } else { "(" });
    if !people.is_empty() {
        sql.push(if is_nobody { " OR t.assigned_to IN " } else { "t.assigned_to IN " }).list(people);
    }
    sql.push(")");
}

fn person(holder: &Holder) -> Option<&str> {
    match holder {
        Holder::Nobody => None,
        Holder::Person(id) => Some(id.as_str()),
    }
}

/// The tickets of whoever asks, or of the students asked for; none when it is about everybody's.
pub fn of_person(query: &Query) -> Option<Sql> {
    let filter = &query.filter;
    if query.realm == Realm::Own {
        let mut sql = Sql::new("SELECT ticket FROM participants WHERE person = ");
        sql.bind(query.by.as_str());
        return Some(sql);
    }
    (!filter.students.is_empty()).then(|| {
        let mut sql = Sql::new("SELECT id AS ticket FROM tickets WHERE created_by IN ");
        sql.list(filter.students.iter().map(PersonId::as_str));
        sql
    })
}

pub fn of_tags(filter: &Filter) -> Option<Sql> {
    let mut sql = match filter.tags.len() {
        0 => return None,
        1 => Sql::new("SELECT ticket FROM tags WHERE tag IN "),
        _ => Sql::new("SELECT DISTINCT ticket FROM tags WHERE tag IN "),
    };
    sql.list(filter.tags.iter().map(String::as_str));
    Some(sql)
}

/// The tickets of a team or a context.
pub fn of_column(filter: &Filter) -> Vec<Sql> {
    let mut sources = Vec::new();
    if !filter.teams.is_empty() && !filter.teams.contains(&InTeam::None) {
        let mut sql = Sql::new("SELECT t.id AS ticket FROM tickets t WHERE t.team IS NOT NULL AND (");
        in_teams(&mut sql, &filter.teams);
        sql.push(")");
        sources.push(sql);
    }
    if !filter.contexts.is_empty() {
        let mut sql = Sql::new("SELECT id AS ticket FROM tickets WHERE context IN ");
        sql.list(filter.contexts.iter().map(String::as_str));
        sources.push(sql);
    }
    sources
}

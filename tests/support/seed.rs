//! Tickets written straight into the database: some hundreds of them, of every kind, each with what a test must know.
use roomdesk::domain::Clock;
use roomdesk::domain::ids::{MessageId, TicketId};
use roomdesk::store::Db;
use sqlx::AssertSqlSafe;

use super::account::Account;

pub const STATUSES: [&str; 5] = ["open", "pending", "in-progress", "resolved", "closed"];
pub const PRIORITIES: [&str; 4] = ["low", "medium", "high", "urgent"];
pub const CATEGORIES: [&str; 5] = ["technical", "assessment", "account", "general", "other"];
/// 2026-01-01T00:00:00Z.
pub const NEW_YEAR: i64 = 1_767_225_600_000;
/// The teams.
pub const LAB: &str = "tea_01jqxv3c8f0000000000000001";
pub const WEB: &str = "tea_01jqxv3c8f0000000000000002";
pub const HOUR: i64 = 3_600_000;

/// A ticket as it was written.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: String,
    pub number: String,
    pub title: String,
    pub status: &'static str,
    pub priority: &'static str,
    pub category: &'static str,
    pub student: String,
    pub assignee: Option<String>,
    pub team: Option<&'static str>,
    pub tags: Vec<&'static str>,
    pub context: Option<&'static str>,
    pub created_at: i64,
    pub updated_at: i64,
    pub last_message_at: Option<i64>,
    pub last_interaction_at: i64,
    pub waiting_since: Option<i64>,
    pub is_confidential: bool,
    /// Of staff, who may see it though it is confidential.
    pub named: Option<String>,
    /// Who wrote its one message, and who has read it.
    pub message: Option<(String, Option<String>)>,
}

/// Writes `count` tickets of these students, some given to these members of staff.
pub async fn tickets(db: &Db, count: usize, students: &[Account], staff: &[Account]) -> Vec<Row> {
    let rows: Vec<Row> = (0..count).map(|number| row(number, students, staff)).collect();
    let mut sql = String::from(
        "INSERT INTO teams (id, name, search_name, created_at) VALUES ('tea_01jqxv3c8f0000000000000001', 'Lab', 'lab', 1), ('tea_01jqxv3c8f0000000000000002', 'Web', 'web', 1);\n",
    );
    for (number, row) in rows.iter().enumerate() {
        write(&mut sql, row, number);
    }
    run(db, sql).await;
    rows
}

/// Runs some statements of a test's own.
pub async fn run(db: &Db, sql: String) {
    match db {
        Db::Sqlite { writer, .. } => drop(sqlx::raw_sql(AssertSqlSafe(sql)).execute(writer).await.expect("they fit")),
        Db::Postgres(pool) => drop(sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await.expect("they fit")),
    }
}

/// Every field goes round at a pace of its own, so that all combinations come up and many times are the same.
fn row(number: usize, students: &[Account], staff: &[Account]) -> Row {
    let turn = |pace: usize, of: usize| (number / pace) % of;
    let hours = |turn: usize| NEW_YEAR + turn as i64 * HOUR;
    let status = STATUSES[turn(1, 5)];
    let created_at = hours(turn(3, 97) * 7);
    let last_message_at = (turn(1, 4) != 0).then(|| created_at + hours(turn(2, 31)) - NEW_YEAR);
    let student = students[turn(2, students.len())].id.clone();
    let assignee = (turn(1, 3) != 0).then(|| staff[turn(7, staff.len())].id.clone());
    let is_confidential = turn(1, 11) == 0;
    let author = if turn(1, 2) == 0 { student.clone() } else { staff[0].id.clone() };
    let reader = (number % 8 < 4).then(|| staff[1].id.clone());
    Row {
        id: TicketId::fresh(&Clock::system()).to_string(),
        number: format!("TICK-2025{:02}01-{:04}", 1 + number % 12, 1 + number / 12),
        title: format!("Printer {number}"),
        status,
        priority: PRIORITIES[turn(5, 4)],
        category: CATEGORIES[turn(11, 5)],
        student,
        assignee,
        team: [None, Some(LAB), Some(WEB)][turn(4, 3)],
        tags: [vec![], vec!["exam"], vec!["exam", "wlan"], vec!["wlan"]][turn(6, 4)].clone(),
        context: [None, Some("Course 7"), Some("Course 8")][turn(13, 3)],
        created_at,
        updated_at: created_at + hours(turn(1, 53)) - NEW_YEAR,
        last_message_at,
        last_interaction_at: last_message_at.unwrap_or(created_at),
        waiting_since: matches!(turn(1, 5), 0 | 2).then_some(created_at),
        is_confidential,
        named: (is_confidential && turn(1, 2) == 0).then(|| staff[0].id.clone()),
        message: last_message_at.map(|_| (author, reader)),
    }
}

fn write(sql: &mut String, row: &Row, number: usize) {
    let text = |value: Option<&str>| value.map_or("NULL".to_owned(), |value| format!("'{value}'"));
    let time = |value: Option<i64>| value.map_or("NULL".to_owned(), |value| value.to_string());
    let count = i32::from(row.message.is_some());
    sql.push_str(&format!(
        "INSERT INTO tickets (id, number, title, description, category, priority, status, created_by, assigned_to, \
         team, context, is_confidential, created_at, updated_at, message_count, last_message_at, waiting_since, \
         last_interaction_at, version, last_seq, room_seq) VALUES ('{}', '{}', '{}', 'Seeded {number}', '{}', '{}', \
         '{}', '{}', {}, {}, {}, {}, {}, {}, {count}, {}, {}, {}, 1, {count}, 0);\n",
        row.id,
        row.number,
        row.title,
        row.category,
        row.priority,
        row.status,
        row.student,
        text(row.assignee.as_deref()),
        text(row.team),
        text(row.context),
        if row.is_confidential { "TRUE" } else { "FALSE" },
        row.created_at,
        row.updated_at,
        time(row.last_message_at),
        time(row.waiting_since),
        row.last_interaction_at,
    ));
    sql.push_str(&format!(
        "INSERT INTO participants (person, ticket, is_requester, added_at) VALUES ('{}', '{}', TRUE, {});\n",
        row.student, row.id, row.created_at
    ));
    for tag in &row.tags {
        sql.push_str(&format!("INSERT INTO tags (ticket, tag) VALUES ('{}', '{tag}');\n", row.id));
    }
    if let Some(person) = &row.named {
        sql.push_str(&format!("INSERT INTO ticket_staff (ticket, person) VALUES ('{}', '{person}');\n", row.id));
    }
    if let Some((author, reader)) = &row.message {
        sql.push_str(&format!(
            "INSERT INTO messages (id, ticket, sender, body, kind, created_at, seq, delivery) VALUES ('{}', '{}', \
             '{author}', 'Said {number}', 'text', {}, 1, 'failed');\n",
            MessageId::fresh(&Clock::system()),
            row.id,
            row.last_interaction_at,
        ));
        if let Some(reader) = reader {
            sql.push_str(&format!(
                "INSERT INTO read_markers (ticket, person, seq, read_at) VALUES ('{}', '{reader}', 1, 1);\n",
                row.id
            ));
        }
    }
}

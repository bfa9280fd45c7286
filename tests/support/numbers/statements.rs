//! Which statements a request runs, and how a database goes about them.
use std::path::Path;
use std::str::FromStr;
use std::sync::{Mutex, Once, PoisonError};
use std::thread;
use std::time::Duration;

use roomdesk::store::{Db, Engine};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber, subscriber};

use crate::support::TestDatabase;

static HEARD: Mutex<Vec<(Engine, String)>> = Mutex::new(Vec::new());

/// Hears every statement of connections that tell theirs: sqlx names it in an event, if a connection is told to. Those of
/// the product are not.
struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Connections of other stories tell theirs at another level, if at all.
        metadata.target() == "sqlx::query" && *metadata.level() == Level::INFO
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut statement = Statement::default();
        event.record(&mut statement);
        // SQLite's statements are run by threads that sqlx names so.
        let is_sqlite = thread::current().name().is_some_and(|name| name.starts_with("sqlx-sqlite"));
        let engine = if is_sqlite { Engine::Sqlite } else { Engine::Postgres };
        heard().push((engine, statement.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Statement(String);

impl Visit for Statement {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "db.statement" {
            self.0 = format!("{value:?}");
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "db.statement" {
            value.trim().clone_into(&mut self.0);
        }
    }
}

fn heard() -> std::sync::MutexGuard<'static, Vec<(Engine, String)>> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A level of the `log` crate, whose types sqlx wants here.
fn level<T: FromStr>(name: &str) -> T {
    name.parse().unwrap_or_else(|_| panic!("{name} is a level"))
}

/// Opens a database, migrated already, by connections that tell their statements to [`run_by`].
pub async fn overheard(database: &TestDatabase) -> Db {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| subscriber::set_global_default(Listener).expect("nobody else listens everywhere"));
    match database.url().strip_prefix("sqlite://") {
        Some(file) => {
            let options = SqliteConnectOptions::new().filename(Path::new(file)).log_statements(level("info"));
            let options = options.log_slow_statements(level("off"), Duration::MAX);
            let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await;
            let readers = SqlitePoolOptions::new().max_connections(2).connect_with(options.read_only(true)).await;
            Db::Sqlite { writer: writer.expect("the file is there"), readers: readers.expect("the file is there") }
        }
        None => {
            let options = PgConnectOptions::from_str(database.url()).expect("a URL").log_statements(level("info"));
            let options = options.log_slow_statements(level("off"), Duration::MAX);
            let pool = PgPoolOptions::new().max_connections(3).connect_with(options).await;
            Db::Postgres(pool.expect("the server is there"))
        }
    }
}

/// The statements that are run while something is done, each once.
pub async fn run_by(engine: Engine, what: impl Future<Output = ()>) -> Vec<String> {
    heard().retain(|(other, _)| *other != engine);
    what.await;
    let mut statements: Vec<String> =
        heard().iter().filter(|(other, _)| *other == engine).map(|(_, text)| text.clone()).collect();
    statements.retain(|text| text.to_ascii_uppercase().starts_with("SELECT") || text.starts_with("WITH"));
    statements.sort();
    statements.dedup();
    statements
}

/// How the database would go about a statement, line by line. Nothing is known of its parameters but that a list is short.
pub async fn plan_of(db: &Db, statement: &str) -> Vec<String> {
    match db {
        Db::Sqlite { readers, .. } => {
            let explained = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
            // A statement that a connection keeps would be explained as it was when it was prepared.
            let asked = sqlx::query(explained).persistent(false);
            let rows = asked.fetch_all(readers).await.expect("it can be explained");
            rows.iter().map(|row| row.get::<String, _>("detail")).collect()
        }
        Db::Postgres(pool) => {
            let count = (1..400).take_while(|number| statement.contains(&format!("${number}"))).count();
            // A plan for any limit is one for a tenth of all rows. A parameter that is nowhere has no type.
            let limit = (1..=count).find(|number| statement.contains(&format!("LIMIT ${number}")));
            let statement = match limit {
                Some(number) => {
                    let bounded = statement.replace(&format!("LIMIT ${number}"), "LIMIT 51");
                    format!("WITH unused AS (SELECT CAST(${number} AS BIGINT)) {bounded}")
                }
                None => statement.to_owned(),
            };
            let nothing = vec!["NULL"; count].join(", ");
            let execute =
                if count == 0 { "EXPLAIN EXECUTE p".to_owned() } else { format!("EXPLAIN EXECUTE p({nothing})") };
            let mut connection = pool.acquire().await.expect("a connection");
            let connection = &mut *connection;
            connection.clear_cached_statements().await.expect("a connection");
            for text in ["SET plan_cache_mode = force_generic_plan".to_owned(), format!("PREPARE p AS {statement}")] {
                connection.execute(AssertSqlSafe(text)).await.unwrap_or_else(|error| panic!("{error}: {statement}"));
            }
            let rows = sqlx::raw_sql(AssertSqlSafe(execute)).fetch_all(&mut *connection).await.expect("a plan");
            connection.execute("DEALLOCATE p").await.expect("it was prepared");
            rows.iter().map(|row| row.get::<String, _>(0)).collect()
        }
    }
}

/// The lines of a plan that go through the whole of a table that grows with the desk. Going through an index in its order
/// is no such thing, as long as the statement wants a few rows of it and nothing is sorted afterwards.
pub fn whole_scans(statement: &str, plan: &[String]) -> Vec<String> {
    const LARGE: [&str; 12] = [
        "tickets",
        "messages",
        "participants",
        "timeline",
        "tags",
        "read_markers",
        "status_intervals",
        "people",
        "files",
        "measurements",
        "measured",
        "ticket_staff",
    ];
    let sorts = plan.iter().any(|line| line.contains("USE TEMP B-TREE FOR ORDER BY"));
    let is_bounded = statement.contains("LIMIT") && !sorts;
    let is_large = |name: &str| {
        // SQLite names a table by its alias.
        let is_called = |table: &str| statement.contains(&format!("{table} {name} ")) || table == name;
        LARGE.iter().any(|table| is_called(table))
    };
    let goes_through = |line: &&String| match line.strip_prefix("SCAN ") {
        Some(_) if line.contains(" INDEX ") && is_bounded => false,
        // They hold what is not done, and what is not counted, and nothing else.
        Some(_) if ["tickets_backlog", "measurements_new"].iter().any(|index| line.ends_with(index)) => false,
        Some(rest) => is_large(rest.split(' ').next().unwrap_or_default()),
        None => {
            let scanned = line.split_once("Seq Scan on ").map(|(_, rest)| rest.split(' ').next().unwrap_or_default());
            scanned.is_some_and(|name| LARGE.contains(&name))
        }
    };
    let mut scans: Vec<String> = plan.iter().filter(goes_through).cloned().collect();
    // Few measurements are new, and all of a year are many.
    if statement.contains("NOT is_folded") && !plan.iter().any(|line| line.contains("measurements_new")) {
        scans.extend(plan.iter().cloned());
    }
    scans
}

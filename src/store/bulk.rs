//! Many rows at once, for whoever fills a database: a few hundred of them by one statement.
use sqlx::AssertSqlSafe;

use super::{Db, DbError, Engine, Tx};

/// What stands in a column. An empty one has its type too: PostgreSQL asks for it.
#[derive(Clone, Debug)]
pub enum Value {
    Text(Option<String>),
    Number(Option<i64>),
    Flag(bool),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// Rows of a table that wait to be stored; `columns` are named as the statement wants them.
#[derive(Clone, Debug)]
pub struct Rows {
    table: &'static str,
    columns: &'static str,
    width: usize,
    values: Vec<Value>,
}

/// Where a statement gets no quicker by more. PostgreSQL takes 65,535, SQLite half as many.
const fn values_at_once(engine: Engine) -> usize {
    match engine {
        Engine::Sqlite => 600,
        Engine::Postgres => 6_000,
    }
}

impl Rows {
    pub fn of(table: &'static str, columns: &'static str) -> Self {
        Self { table, columns, width: columns.split(',').count(), values: Vec::new() }
    }

    /// One more, in the order of the columns.
    pub fn push<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.width, "{}", self.table);
        self.values.extend(row);
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.values.len() / self.width
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Stores what waits.
    pub async fn store(&mut self, tx: &mut Tx) -> Result<(), DbError> {
        let engine = tx.engine();
        let at_once = (values_at_once(engine) / self.width) * self.width;
        let mut values = std::mem::take(&mut self.values).into_iter().peekable();
        while values.peek().is_some() {
            let part: Vec<Value> = values.by_ref().take(at_once).collect();
            let text = self.statement(engine, part.len() / self.width);
            with_conn!(tx, |conn| {
                let mut insert = sqlx::query(AssertSqlSafe(text));
                for value in part {
                    insert = match value {
                        Value::Text(text) => insert.bind(text),
                        Value::Number(number) => insert.bind(number),
                        Value::Flag(flag) => insert.bind(flag),
                    };
                }
                insert.execute(conn).await?.rows_affected()
            });
        }
        Ok(())
    }

    /// SQLite looks a numbered parameter up among all others, each time, and takes those without a number in order.
    fn statement(&self, engine: Engine, rows: usize) -> String {
        let mut numbers = 1..;
        let mut parameter = |_| match engine {
            Engine::Sqlite => "?".to_owned(),
            Engine::Postgres => format!("${}", numbers.next().unwrap_or(0)),
        };
        let mut row = |_| format!("({})", (0..self.width).map(&mut parameter).collect::<Vec<_>>().join(", "));
        let rows: Vec<String> = (0..rows).map(&mut row).collect();
        format!("INSERT INTO {} ({}) VALUES {}", self.table, self.columns, rows.join(", "))
    }
}

/// The indexes of words on PostgreSQL (GIN), which `migrations/` makes for a word to be found as soon as it is said.
const INDEXES_OF_WORDS: [&str; 3] = ["search_titles", "search_bodies", "search_notes"];

/// Has PostgreSQL lay words by and sort them into their indexes a million at once ("GIN Fast Update Technique"), for as
/// long as many rows come. A filling that is killed leaves it at that; the next one ends it.
pub async fn lay_words_by(db: &Db) -> Result<(), DbError> {
    of_words(db, |index| [format!("ALTER INDEX {index} SET (fastupdate = on, gin_pending_list_limit = 524288)")]).await
}

/// Has what was laid by sorted in, and words sorted in as they come from now on.
pub async fn sort_words(db: &Db) -> Result<(), DbError> {
    of_words(db, |index| {
        [
            format!("SELECT gin_clean_pending_list('{index}')"),
            format!("ALTER INDEX {index} SET (fastupdate = off)"),
            format!("ALTER INDEX {index} RESET (gin_pending_list_limit)"),
        ]
    })
    .await
}

/// One index after the other, each in a transaction of its own: the lock on it lets nobody else near, and whoever held two
/// of them could wait for somebody's ANALYZE that waits for the other.
async fn of_words<const N: usize>(db: &Db, statements: fn(&str) -> [String; N]) -> Result<(), DbError> {
    for index in INDEXES_OF_WORDS {
        let mut tx = db.write().await?;
        let Tx::Postgres(conn) = &mut tx else { return Ok(()) };
        for statement in statements(index) {
            sqlx::query(AssertSqlSafe(statement)).execute(&mut **conn).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// What belongs to an engine's house-keeping after many rows came: it looks at what its tables hold.
pub async fn analyse(tx: &mut Tx) -> Result<(), DbError> {
    const ANALYSE: &str = "ANALYZE";
    with_conn!(tx, |conn| sqlx::query(ANALYSE).execute(conn).await?.rows_affected());
    Ok(())
}

/// The same, and what PostgreSQL's autovacuum would come to in its time: which pages everybody may read without looking
/// who wrote them. Until then it reads through new rows beside whoever asks for them.
pub async fn settle(db: &Db) -> Result<(), DbError> {
    if let Db::Postgres(pool) = db {
        sqlx::query("VACUUM (ANALYZE)").execute(pool).await?;
        return Ok(());
    }
    let mut tx = db.write().await?;
    analyse(&mut tx).await?;
    tx.commit().await
}

/// Whether there are any tickets.
pub async fn has_tickets(tx: &mut Tx) -> Result<bool, DbError> {
    const HAS_TICKETS: &str = "SELECT EXISTS (SELECT 1 FROM tickets)";
    Ok(with_conn!(tx, |conn| sqlx::query_scalar(HAS_TICKETS).fetch_one(conn).await?))
}

/// How many tickets were numbered on each day so far.
pub async fn numbered(tx: &mut Tx) -> Result<Vec<(String, i64)>, DbError> {
    const NUMBERED: &str = "SELECT day, last FROM ticket_counters";
    Ok(with_conn!(tx, |conn| sqlx::query_as(NUMBERED).fetch_all(conn).await?))
}

/// So many tickets are numbered on a day by now.
pub async fn set_numbered(tx: &mut Tx, day: &str, last: i64) -> Result<(), DbError> {
    const SET_NUMBERED: &str = "INSERT INTO ticket_counters (day, last) VALUES ($1, $2) \
                                ON CONFLICT (day) DO UPDATE SET last = excluded.last";
    with_conn!(tx, |conn| sqlx::query(SET_NUMBERED).bind(day).bind(last).execute(conn).await?.rows_affected());
    Ok(())
}

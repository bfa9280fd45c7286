//! The database: opening, migrating, transactions on SQLite or PostgreSQL.
use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Database, Executor, PgPool, Postgres, SqlSafeStr, Sqlite, SqlitePool,
    Transaction,
};

/// The migrations in order: version, description, text. Forward only.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "start", include_str!("../../migrations/0001_start.sql")),
    (2, "changes", include_str!("../../migrations/0002_changes.sql")),
    (3, "files", include_str!("../../migrations/0003_files.sql")),
    (4, "messages", include_str!("../../migrations/0004_messages.sql")),
    (5, "client_ids", include_str!("../../migrations/0005_client_ids.sql")),
    (6, "profile", include_str!("../../migrations/0006_profile.sql")),
    (7, "lifecycle", include_str!("../../migrations/0007_lifecycle.sql")),
    (8, "people", include_str!("../../migrations/0008_people.sql")),
    (9, "desk", include_str!("../../migrations/0009_desk.sql")),
    (10, "notes", include_str!("../../migrations/0010_notes.sql")),
    (11, "finding", include_str!("../../migrations/0011_finding.sql")),
    (12, "numbers", include_str!("../../migrations/0012_numbers.sql")),
    (13, "keys", include_str!("../../migrations/0013_keys.sql")),
    (14, "repeats", include_str!("../../migrations/0014_repeats.sql")),
    (15, "note_search", include_str!("../../migrations/0015_note_search.sql")),
    (16, "number_and_reasons", include_str!("../../migrations/0016_number_and_reasons.sql")),
    (17, "mails", include_str!("../../migrations/0017_mails.sql")),
];

/// So many prepared statements each connection keeps.
const STATEMENTS_KEPT: usize = 500;
/// So many rows SQLite's thread hands on before it waits for their reader.
const ROWS_AHEAD: usize = 1_000;
/// How long a connection to PostgreSQL may rest and is still taken to be there.
const REST: Duration = Duration::from_secs(1);

/// Whatever the database reported.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("the database did not do it ({})", reason(.0))]
    Sql(#[from] sqlx::Error),
    #[error("the database cannot be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("the row of {0} holds something this version cannot read: {1}")]
    BadRow(&'static str, String),
}

/// Why, for the log: by its code when the database said no, as its words may hold what was to be stored.
fn reason(error: &sqlx::Error) -> Cow<'_, str> {
    match error {
        sqlx::Error::Database(said) => said.code().unwrap_or(Cow::Borrowed("no code")),
        other => Cow::Owned(other.to_string()),
    }
}

impl DbError {
    /// Whether the database is away or overloaded, so that the same may work later.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Sql(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_)) => true,
            // SQLite: 5 busy, 13 full; PostgreSQL: 08 connection, 53 resources, 57P shutting down, 40 rolled back.
            Self::Sql(sqlx::Error::Database(error)) => error.code().is_some_and(|code| {
                matches!(&*code, "5" | "13") || ["08", "53", "57P", "40"].iter().any(|class| code.starts_with(class))
            }),
            Self::Sql(_) | Self::Migrate(_) | Self::BadRow(..) => false,
        }
    }
}

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A statement that is not the same on both engines.
#[derive(Clone, Copy, Debug)]
pub struct PerEngine {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

impl PerEngine {
    pub fn on(self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// An open database.
#[derive(Clone, Debug)]
pub enum Db {
    /// One writer, so that nobody waits inside SQLite for a lock; many readers.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction; dropped without [`Tx::commit`] it leaves no trace. One that only reads may be without BEGIN.
pub enum Tx {
    Sqlite(Held<Sqlite>),
    Postgres(Held<Postgres>),
}

/// A connection of a pool.
pub enum Held<DB: Database> {
    Transaction(Transaction<'static, DB>),
    /// For statements of which each stands by itself: BEGIN and ROLLBACK would take longer than many of them.
    Reading(PoolConnection<DB>),
}

impl<DB: Database> Deref for Held<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        match self {
            Self::Transaction(tx) => tx,
            Self::Reading(connection) => connection,
        }
    }
}

impl<DB: Database> DerefMut for Held<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Self::Transaction(tx) => tx,
            Self::Reading(connection) => connection,
        }
    }
}

impl<DB: Database> Held<DB> {
    async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Transaction(tx) => Ok(tx.commit().await?),
            Self::Reading(_) => Ok(()),
        }
    }
}

impl Db {
    /// Opens PostgreSQL at `postgres://…` with at most `max_connections`.
    pub async fn open_postgres(url: &str, max_connections: u32) -> Result<Self, DbError> {
        // The server would spend more on compiling a list's statement than on running it; and it takes disks to be
        // turning, so that it would rather sort every open ticket than read fifty in the order of an index.
        let options = PgConnectOptions::from_str(url)?
            .options([("jit", "off"), ("random_page_cost", "1.1")])
            .statement_cache_capacity(STATEMENTS_KEPT)
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            // Asking each time would double the shortest requests; the server may have gone during a rest, though.
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move { Ok(about.idle_for < REST || connection.ping().await.is_ok()) })
            })
            .max_connections(max_connections)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// Opens the SQLite file, made when missing, with at most `max_connections` readers.
    pub async fn open_sqlite(file: &Path, max_connections: u32) -> Result<Self, DbError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An accepted request must survive a power cut, not only a killed process.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .pragma("cache_size", "-16000")
            .statement_cache_capacity(STATEMENTS_KEPT)
            .row_buffer_size(ROWS_AHEAD)
            .disable_statement_logging();
        // A file does not go away.
        let pool = || SqlitePoolOptions::new().test_before_acquire(false);
        let writer =
            pool().max_connections(1).acquire_timeout(Duration::from_secs(30)).connect_with(options.clone()).await?;
        let readers = pool().max_connections(max_connections.max(1)).connect_with(options.read_only(true));
        Ok(Self::Sqlite { writer, readers: readers.await? })
    }

    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Brings the schema up to this version. Several processes may do it at once.
    pub async fn migrate(&self) -> Result<(), DbError> {
        self.migrate_to(i64::MAX).await
    }

    /// Brings the schema up to the migration `last`, for those who want to see what the later ones do with rows.
    pub async fn migrate_to(&self, last: i64) -> Result<(), DbError> {
        let mut migrations = migrations(self.engine());
        migrations.retain(|migration| migration.version <= last);
        let migrator = Migrator::with_migrations(migrations);
        match self {
            Self::Sqlite { writer, .. } => migrator.run(writer).await?,
            Self::Postgres(pool) => migrator.run(pool).await?,
        }
        Ok(())
    }

    /// Whether the schema is that of this version.
    pub async fn is_migrated(&self) -> Result<bool, DbError> {
        const APPLIED: &str = "SELECT COUNT(*) FROM _sqlx_migrations WHERE success";
        let applied: i64 = match self {
            Self::Sqlite { readers, .. } => sqlx::query_scalar(APPLIED).fetch_one(readers).await?,
            Self::Postgres(pool) => sqlx::query_scalar(APPLIED).fetch_one(pool).await?,
        };
        Ok(usize::try_from(applied).is_ok_and(|applied| applied >= MIGRATIONS.len()))
    }

    /// A transaction that writes. No network call while it is open.
    pub async fn write(&self) -> Result<Tx, DbError> {
        Ok(match self {
            // A plain BEGIN that turns into a writer later fails when somebody else wrote in between.
            Self::Sqlite { writer, .. } => Tx::Sqlite(Held::Transaction(writer.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Postgres(pool) => Tx::Postgres(Held::Transaction(pool.begin().await?)),
        })
    }

    /// For reading alone. Each statement sees what is committed when it begins.
    pub async fn read(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(Held::Reading(readers.acquire().await?)),
            Self::Postgres(pool) => Tx::Postgres(Held::Reading(pool.acquire().await?)),
        })
    }

    /// As [`Db::read`], from one snapshot: what several statements see belongs together.
    pub async fn read_at_once(&self) -> Result<Tx, DbError> {
        const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(Held::Transaction(readers.begin().await?)),
            Self::Postgres(pool) => Tx::Postgres(Held::Transaction(pool.begin_with(SNAPSHOT).await?)),
        })
    }

    /// Closes every connection after what is running has ended.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Prepares a statement without running it; the error says why it does not fit this engine.
    pub async fn prepare(&self, statement: &'static str) -> Result<(), DbError> {
        match self {
            Self::Sqlite { writer, .. } => writer.acquire().await?.prepare(statement.into_sql_str()).await.map(drop)?,
            Self::Postgres(pool) => pool.acquire().await?.prepare(statement.into_sql_str()).await.map(drop)?,
        }
        Ok(())
    }
}

impl Tx {
    /// Makes everything done in it true, at once.
    pub async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(held) => held.commit().await,
            Self::Postgres(held) => held.commit().await,
        }
    }

    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }
}

/// What of a migration is for this engine: all but the lines between `-- ON` the other one and `-- ON BOTH`.
fn text_for(engine: Engine, text: &str) -> String {
    let other = match engine {
        Engine::Sqlite => "-- ON POSTGRES",
        Engine::Postgres => "-- ON SQLITE",
    };
    let mut is_ours = true;
    let ours = text.split_inclusive('\n').filter(|line| {
        if line.starts_with("-- ON ") {
            is_ours = line.trim_end() != other;
        }
        is_ours
    });
    ours.collect()
}

fn migrations(engine: Engine) -> Vec<Migration> {
    let (identity, field, computed) = match engine {
        Engine::Sqlite => ("INTEGER PRIMARY KEY AUTOINCREMENT", "->>", "VIRTUAL"),
        Engine::Postgres => ("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "::json ->>", "STORED"),
    };
    MIGRATIONS
        .iter()
        .map(|(version, description, text)| {
            let sql = text_for(engine, text).replace(" IDENTITY,", &format!(" {identity},"));
            let sql = sql.replace(" JSON '", &format!(" {field} '")).replace(" COMPUTED;", &format!(" {computed};"));
            Migration::new(
                *version,
                Cow::Borrowed(description),
                MigrationType::Simple,
                // The text is the project's own file.
                AssertSqlSafe(sql).into_sql_str(),
                false,
            )
        })
        .collect()
}

//! An empty database per test, on SQLite or PostgreSQL.
use std::fmt;
use std::path::Path;

use roomdesk::store::Db;

use super::{folder, postgres};

/// The databases every story runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

impl fmt::Display for DatabaseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// An empty database of one test; it goes with the run.
pub struct TestDatabase {
    url: String,
}

impl TestDatabase {
    /// A file of its own, or a schema of its own on the shared PostgreSQL.
    pub async fn fresh(kind: DatabaseKind) -> Self {
        let url = match kind {
            DatabaseKind::Sqlite => format!("sqlite://{}", folder::fresh("sqlite").join("roomdesk.db").display()),
            DatabaseKind::Postgres => postgres::shared().await.fresh_schema().await,
        };
        Self { url }
    }

    /// `sqlite://<file that does not exist yet>` or `postgres://…?options=-csearch_path%3D<schema>`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens it as the desk does, made and migrated when it is new.
    pub async fn open(&self, connections: u32) -> Db {
        let db = self.open_empty(connections).await;
        db.migrate().await.expect("an empty database takes the schema");
        db
    }

    /// Opens it without a schema.
    pub async fn open_empty(&self, connections: u32) -> Db {
        let db = match self.url.strip_prefix("sqlite://") {
            Some(file) => Db::open_sqlite(Path::new(file), connections).await,
            None => Db::open_postgres(&self.url, connections).await,
        };
        db.expect("a fresh database can be opened")
    }
}

//! The macros that make a test out of a claim.
//!
//! ```ignore
//! story!(a_reply_reopens_a_resolved_ticket, |desk| { /* desk: &TestDesk; once per database */ });
//! story!(a_schema_is_its_own, |ground: OtherFixture| { /* another fixture */ });
//! story_sqlite!(a_locked_file_is_waited_for, |desk| { /* on one database only */ });
//! check!(a_port_is_given_once, async { /* no database */ });
//! ```
use super::database::DatabaseKind;

/// What a story stands on: made before it, and held to account after it.
pub trait Fixture: Sized {
    async fn start(database: DatabaseKind) -> Self;
    /// Ends the fixture; panics when the story left something undone.
    async fn finish(self);
}

/// A test per database, named `sqlite::module::name` and `postgres::module::name`.
macro_rules! story {
    ($name:ident, |$desk:ident| $body:block) => {
        $crate::support::story::story!($name, |$desk: $crate::support::desk::TestDesk| $body);
    };
    ($name:ident, |$desk:ident: $fixture:ty| $body:block) => {
        $crate::support::story::on_databases!([Sqlite, Postgres], $name, |$desk: $fixture| $body);
    };
}

/// A story of SQLite alone.
macro_rules! story_sqlite {
    ($name:ident, |$desk:ident: $fixture:ty| $body:block) => {
        $crate::support::story::on_databases!([Sqlite], $name, |$desk: $fixture| $body);
    };
}

/// A story of PostgreSQL alone.
macro_rules! story_postgres {
    ($name:ident, |$desk:ident: $fixture:ty| $body:block) => {
        $crate::support::story::on_databases!([Postgres], $name, |$desk: $fixture| $body);
    };
}

/// A test that touches no database, named `module::name`.
macro_rules! check {
    ($name:ident, $body:expr) => {
        inventory::submit! {
            $crate::support::runner::Test {
                module: module_path!(),
                name: stringify!($name),
                run: $crate::support::runner::Run::Alone(|| Box::pin($body)),
            }
        }
    };
}

/// A story on the databases named; what `story!` and its kin are made of.
macro_rules! on_databases {
    ([$($kind:ident),+], $name:ident, |$desk:ident: $fixture:ty| $body:block) => {
        const _: () = {
            async fn $name($desk: &$fixture) $body

            inventory::submit! {
                $crate::support::runner::Test {
                    module: module_path!(),
                    name: stringify!($name),
                    run: $crate::support::runner::Run::PerDatabase(
                        &[$($crate::support::DatabaseKind::$kind),+],
                        |database| Box::pin(async move {
                            let fixture = <$fixture as $crate::support::story::Fixture>::start(database).await;
                            $name(&fixture).await;
                            $crate::support::story::Fixture::finish(fixture).await;
                        }),
                    ),
                }
            }
        };
    };
}

pub(crate) use {check, on_databases, story, story_postgres, story_sqlite};

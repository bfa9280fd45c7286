//! The rules of the house: its floors, what it is built of, and that both databases take every statement.
use std::path::Path;

use roomdesk::store::{self, Db};

use crate::support::story::Fixture;
use crate::support::{DatabaseKind, TestDatabase, check, story};
use crate::{dependencies, floors};

check!(every_module_keeps_to_its_floor, async {
    if let Err(violations) = floors::check_floors(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        let lines: Vec<_> = violations.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"));
    }
});

check!(a_step_up_the_floors_is_seen, async { floors::violations_are_seen() });

check!(nothing_is_built_in_that_should_not_be, async {
    if let Err(refused) = dependencies::check_dependencies() {
        panic!("{}", refused.join("\n"));
    }
});

check!(a_forbidden_dependency_is_seen, async { dependencies::violations_are_seen() });

/// A database with the desk's schema, and nothing else.
struct Rows(Db);

impl Fixture for Rows {
    async fn start(kind: DatabaseKind) -> Self {
        Self(TestDatabase::fresh(kind).await.open(2).await)
    }

    async fn finish(self) {
        self.0.close().await;
    }
}

story!(every_statement_is_one_the_database_understands, |rows: Rows| {
    let statements = store::statements(rows.0.engine());

    let mut refused = Vec::new();
    for (name, statement) in &statements {
        if let Err(error) = rows.0.prepare(statement).await {
            refused.push(format!("{name}: {error:?}\n  {statement}"));
        }
    }

    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(statements.len() > 50, "only {} are listed", statements.len());
});

story!(a_statement_about_what_is_not_there_is_refused, |rows: Rows| {
    rows.0.prepare("SELECT id FROM tickets WHERE coffee = $1").await.expect_err("there is no coffee");
});

story!(migrating_twice_changes_nothing, |rows: Rows| {
    rows.0.migrate().await.expect("there is nothing to do");

    assert!(rows.0.is_migrated().await.expect("the database is there"));
});

//! The rules of the house: its floors, what it is built of, and that both databases take every statement.
use std::path::Path;

use roomdesk::domain::Clock;
use roomdesk::domain::files::FileState;
use roomdesk::domain::ids::ProcessId;
use roomdesk::store::lanes::Queue;
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

/// A database without a schema.
struct Bare(Db);

impl Fixture for Bare {
    async fn start(kind: DatabaseKind) -> Self {
        Self(TestDatabase::fresh(kind).await.open_empty(2).await)
    }

    async fn finish(self) {
        self.0.close().await;
    }
}

/// Rows as the second version wrote them: a picture from Matrix, only pointed to.
const POINTED_TO: &str = r#"
INSERT INTO people (id, display_name, role, created_at) VALUES ('usr_01jqxv3c8f0000000000000001', 'Ann', 'student', 1);
INSERT INTO tickets (id, number, title, description, category, priority, status, created_by, created_at, updated_at,
  message_count, version, last_interaction_at, last_seq, room_seq)
  VALUES ('tkt_01jqxv3c8f0000000000000002', 'TICK-20260101-0001', 't', 'd', 'general', 'low', 'open',
  'usr_01jqxv3c8f0000000000000001', 1, 1, 2, 1, 1, 2, 2);
INSERT INTO messages (id, ticket, sender, body, kind, attachment, created_at, seq, delivery) VALUES
  ('msg_01jqxv3c8f0000000000000003', 'tkt_01jqxv3c8f0000000000000002', 'usr_01jqxv3c8f0000000000000001', 'a text',
  'text', NULL, 5, 1, 'sent'),
  ('msg_01jqxv3c8f0000000000000004', 'tkt_01jqxv3c8f0000000000000002', 'usr_01jqxv3c8f0000000000000001', 'a.png',
  'image', '{"filename": "x", "original_name": "a.png", "mime_type": "image/png", "size": 7, "url": "mxc://hs/x",
  "uploaded_at": 6}', 6, 2, 'sent');
"#;

story!(files_that_were_only_pointed_to_are_fetched, |bare: Bare| {
    bare.0.migrate_to(2).await.expect("an empty database takes the schema");
    match &bare.0 {
        Db::Sqlite { writer, .. } => drop(sqlx::raw_sql(POINTED_TO).execute(writer).await.expect("they fit")),
        Db::Postgres(pool) => drop(sqlx::raw_sql(POINTED_TO).execute(pool).await.expect("they fit")),
    }

    bare.0.migrate().await.expect("rows are no hindrance");

    let mut tx = bare.0.write().await.expect("the database is there");
    let id = "fil_01jqxv3c8f0000000000000004".parse().expect("an id");
    let file = store::files::by_id(&mut tx, &id).await.expect("a query").expect("a file");
    assert_eq!((file.original_name.as_str(), file.contents.size), ("a.png", 7));
    assert_eq!((file.mxc.as_deref(), file.state), (Some("mxc://hs/x"), FileState::Fetching));
    let nobody = ProcessId::fresh(&Clock::system());
    let lanes = store::lanes::claim(&mut tx, Queue::Media, (&nobody, 1_000), 9).await.expect("a query");
    assert_eq!(lanes, [format!("media:{id}")]);
    let job = store::lanes::head(&mut tx, &lanes[0]).await.expect("a query").expect("a job");
    assert_eq!((job.kind.as_str(), job.payload), ("fetch-file", format!(r#"{{"kind":"fetch-file","file":"{id}"}}"#)));
});

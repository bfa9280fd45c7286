//! Who may do what: every operation and every event, as everybody there is, against a table written by hand.
use std::fs;
use std::path::Path;

use futures_util::{StreamExt, stream};

use super::lists::Alone;
use crate::support::permissions::cast::Cast;
use crate::support::permissions::table::{self, Row};
use crate::support::permissions::{ask, operations, routes, sockets};
use crate::support::{check, story};

/// So many operations are asked for at once.
const AT_ONCE: usize = 8;

fn text() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/permissions.txt");
    fs::read_to_string(file).expect("the table is there")
}

/// The rows of the table whose operations begin so.
fn rows(is_wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
    let rows = table::read(&text()).unwrap_or_else(|faults| panic!("{}", faults.join("\n")));
    rows.into_iter().filter(is_wanted).collect()
}

fn is_of_sockets(row: &Row) -> bool {
    row.operation.starts_with("ASK ") || row.operation.starts_with("TOLD ")
}

check!(every_operation_has_its_row_and_every_row_its_operation, async {
    let there = routes::operations();
    assert!(there.len() > 110, "{} operations are found: {there:?}", there.len());
    let rows = rows(|_| true);

    let differences = table::differences(&rows, &there);

    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let asked: Vec<&str> = operations::all().iter().map(|operation| operation.name).collect();
    for row in rows.iter().filter(|row| !is_of_sockets(row)) {
        assert!(asked.contains(&row.name.as_str()), "nobody knows how to ask for {}", row.name);
    }
    for name in asked {
        assert!(rows.iter().any(|row| row.name == name), "{name} has no row");
    }
});

check!(a_faulty_table_is_not_taken, async {
    let there = routes::operations();
    let row = "GET    /api/audit ";
    let whole = text();
    let line = whole.lines().find(|line| line.starts_with(row)).expect("it has a row").to_owned();
    let faults = |text: String| match table::read(&text) {
        Ok(rows) => table::differences(&rows, &there),
        Err(faults) => faults,
    };
    assert!(faults(whole.clone()).is_empty());
    for (what, text, fault) in [
        ("a row is missing", whole.replace(&line, ""), "GET /api/audit has no row"),
        ("a route is gone", whole.replace(row, "GET    /api/gone  "), "GET /api/gone is no operation of the desk"),
        ("two rows", format!("{whole}{line}\n"), "GET /api/audit has two rows"),
        (
            "an empty cell",
            whole.replace(&line, &line.replacen("403", "   ", 1)),
            "GET /api/audit has 11 cells for 12 roles",
        ),
        (
            "a cell of another kind",
            whole.replace(&line, &line.replacen("403", "4o3", 1)),
            "GET /api/audit, owner: what is \"4o3\"?",
        ),
        ("an unknown role", whole.replacen(" unnamed ", " janitor ", 2), "the columns are"),
    ] {
        let found = faults(text);
        assert!(found.iter().any(|found| found.starts_with(fault)), "{what}: {found:?}");
    }
    let mut more = there.clone();
    more.insert("POST /api/new".to_owned());
    let rows = rows(|_| true);
    assert_eq!(table::differences(&rows, &more), ["POST /api/new has no row"]);
});

story!(every_request_is_answered_as_the_table_says, |desk: Alone| {
    let cast = Cast::gathers(&desk.0).await;
    let (operations, rows) = (operations::all(), rows(|row| !is_of_sockets(row)));

    // What puts back everything that was laid aside would take it from those who ask for one.
    let (last, first): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| row.operation == "POST /api/bridge/dead-letters/replay");
    let [first, last] = [first, last].map(|part| {
        let examined = part.into_iter().map(|row| {
            let operation = operations.iter().find(|operation| operation.name == row.name);
            let operation = operation.unwrap_or_else(|| panic!("nobody knows how to ask for {}", row.name));
            ask::examine(&cast, operation, row)
        });
        stream::iter(examined.collect::<Vec<_>>()).buffer_unordered(AT_ONCE)
    });
    let deviations: Vec<Vec<String>> = first.chain(last).collect().await;

    let deviations = deviations.concat();
    assert!(deviations.is_empty(), "{} cells are otherwise:\n{}", deviations.len(), deviations.join("\n"));
});

story!(every_event_is_answered_and_told_as_the_table_says, |desk: Alone| {
    let cast = Cast::gathers(&desk.0).await;
    let asked = rows(|row| row.operation.starts_with("ASK "));
    let told = rows(|row| row.operation.starts_with("TOLD "));
    let reload = told.iter().find(|row| row.operation == "TOLD reload").expect("it has a row");

    let mut deviations = sockets::examine_asking(&cast, &asked).await;
    deviations.extend(sockets::examine_telling(&cast, &told).await);
    deviations.extend(sockets::examine_coming_back(&cast, reload).await);

    assert!(deviations.is_empty(), "{} cells are otherwise:\n{}", deviations.len(), deviations.join("\n"));
});

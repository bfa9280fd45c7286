//! Tickets as a file for spreadsheets: what a reader of such files makes of it.
use csv::{ReaderBuilder, StringRecord};
use reqwest::Method;
use roomdesk::domain::people::Role;
use serde_json::json;

use super::lists::Alone;
use crate::support::account::Account;
use crate::support::{seed, story};

const PATH: &str = "/api/support/tickets/export.csv";

async fn rows(by: &Account, query: &str) -> Vec<StringRecord> {
    let file = by.request(Method::GET, &format!("{PATH}?{query}")).download().await;
    assert_eq!(file.status, 200);
    let mut reader = ReaderBuilder::new().from_reader(file.bytes.as_slice());
    assert_eq!(reader.headers().expect("a first row").get(0), Some("ticketId"));
    reader.records().map(|row| row.expect("every row is as long as the first")).collect()
}

fn column(rows: &[StringRecord], number: usize) -> Vec<&str> {
    rows.iter().map(|row| row.get(number).expect("a cell")).collect()
}

story!(a_table_has_every_ticket_that_fits_once, |desk: Alone| {
    let students = [desk.0.student("Ann Lee").await, desk.0.student("Cid Roe").await];
    let staff = [desk.0.instructor("Ben Ode").await, desk.0.instructor("Joy Kim").await];
    // More than are read at once.
    let seeded = seed::tickets(desk.0.db(), 1_250, &students, &staff).await;
    let ben = &staff[0];

    let all = rows(ben, "").await;
    let open = rows(ben, "status=open&tag=exam").await;

    let seen = |row: &&seed::Row| !row.is_confidential || row.named.as_ref() == Some(&ben.id);
    let mut expected: Vec<_> = seeded.iter().filter(seen).map(|row| (row.created_at, row.id.as_str())).collect();
    expected.sort();
    expected.reverse();
    assert_eq!(column(&all, 1), expected.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
    let fits = |row: &&seed::Row| row.status == "open" && row.tags.contains(&"exam");
    assert_eq!(open.len(), seeded.iter().filter(seen).filter(fits).count());
    assert!(column(&open, 10).iter().all(|tags| tags.split(' ').any(|tag| tag == "exam")));
    students[0].get(PATH).await.problem(403);
    assert_eq!(ben.get(&format!("{PATH}?sort=priority")).await.problem(422), ["/sort"]);
});

story!(what_people_wrote_comes_back_as_it_was_and_is_no_formula, |desk: Alone| {
    let (ann, ben) = (desk.0.student("Ann Lee").await, desk.0.instructor("Ben Ode").await);
    let texts = ["=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "a \"quoted\", word", "plain ü"];
    for text in texts {
        ann.opens_ticket(text, "one\ntwo, \"three\"").await;
    }

    let file = ben.request(Method::GET, &format!("{PATH}?bom=yes")).download().await;
    let table = rows(&ben, "").await;

    let expected =
        texts.map(|text| if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.into() });
    let titles: Vec<_> = column(&table, 2).into_iter().rev().collect();
    assert_eq!(titles, expected);
    assert!(column(&table, 22).iter().all(|description| *description == "one\ntwo, \"three\""));
    assert_eq!(column(&table, 6)[0], "Ann Lee");
    assert!(file.bytes.starts_with(b"\xef\xbb\xbfticketId,id,title"));
    assert!(file.bytes.ends_with(b"\r\n"));
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
    let name = file.header("content-disposition");
    assert!(name.starts_with("attachment; filename=\"tickets-20") && name.ends_with(".csv\""), "{name}");
    assert_eq!(json!(table.len()), json!(texts.len()));
});

story!(no_cell_of_any_column_is_a_formula, |desk: Alone| {
    let (ann, ben) = (desk.0.student("Ann Lee").await, desk.0.instructor("Ben Ode").await);
    for (account, name) in [(&ann, "=Ann Lee"), (&ben, "@Ben Ode")] {
        account.request(Method::PUT, "/api/auth/me").json(&json!({"displayName": name})).send().await.expect(200);
    }
    let eve = desk.0.account("Eve Fox", Role::Admin).await;
    let team = eve.post("/api/teams", &json!({"name": "+Lab"})).await.expect(201);
    let ticket = ann.opens_ticket("-Printer", "=It is on fire").await;
    let path = format!("/api/support/tickets/{}", ticket.id);
    let given = json!({"userId": ben.id, "teamId": team["id"]});
    ben.request(Method::PATCH, &format!("{path}/assign")).json(&given).send().await.expect(200);
    let change = json!({"context": "@Course 7", "tags": ["exam"]});
    ben.request(Method::PATCH, &path).json(&change).send().await.expect(200);
    ben.post(&format!("{path}/close"), &json!({"resolution": "+It is out"})).await.expect(200);

    let table = rows(&ben, "").await;

    for shown in ["'-Printer", "'=Ann Lee", "'@Ben Ode", "'+Lab", "'@Course 7"] {
        assert!(table[0].iter().any(|cell| cell == shown), "{shown}: {:?}", table[0]);
    }
    assert!(table[0].iter().any(|cell| cell == "'+It is out") && table[0].iter().any(|cell| cell == "'=It is on fire"));
    let is_formula = |cell: &&str| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    assert_eq!(table[0].iter().find(is_formula), None);
});

//! The dashboard of a desk with a hundred thousand tickets: its list, scrolled, narrowed and searched, in Chromium.
use roomdesk::app::serve;
use serde_json::{Value, json};

use super::dashboard::{complaints, opens};
use crate::support::eventually::SOON;
use crate::support::seed::run;
use crate::support::{ChildDesk, Page, Window, eventually, story_sqlite};

/// Every minute another ticket, a fifth of them open.
const TICKETS: &str = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) \
    INSERT INTO tickets (id, number, title, description, category, priority, status, created_by, created_at, updated_at, \
    message_count, waiting_since, last_interaction_at, version, last_seq, room_seq) \
    SELECT 'tkt_' || printf('%026d', i), printf('TICK-2025%02d%02d-%04d', 1 + i / 10000, 1 + i / 400 % 25, 1 + i % 400), \
    'Printer ' || i, 'It burns', 'technical', CASE i % 7 WHEN 0 THEN 'urgent' ELSE 'medium' END, \
    CASE i % 5 WHEN 0 THEN 'open' WHEN 1 THEN 'pending' WHEN 2 THEN 'in-progress' WHEN 3 THEN 'resolved' ELSE 'closed' END, \
    'STUDENT', 1767225600000 + i * 60000, 1767225600000 + i * 60000, 0, \
    CASE i % 5 WHEN 0 THEN 1767225600000 + i * 60000 END, 1767225600000 + i * 60000, 1, 0, 0 FROM n; \
    INSERT INTO participants (person, ticket, is_requester, added_at) SELECT created_by, id, TRUE, created_at FROM tickets;";
/// The numbers of the rows that are drawn, from the top.
const ROWS: &str = "[...document.querySelectorAll('[data-ticket]')].map((row) => row.dataset.ticket)";
/// The same, and goes on to the last of them: none is gone by that was not drawn, however late the page draws.
const GOES_ON: &str = "(() => { const rows = [...document.querySelectorAll('[data-ticket]')]; \
    rows.at(-1)?.scrollIntoView({ block: 'start' }); return rows.map((row) => row.dataset.ticket); })()";

async fn runs(page: &Page, script: &str) -> Vec<String> {
    serde_json::from_value(page.runs(script).await).expect("rows have numbers")
}

async fn rows(page: &Page) -> Vec<String> {
    runs(page, ROWS).await
}

story_sqlite!(a_list_of_a_hundred_thousand_tickets_is_scrolled_narrowed_and_searched, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    desk.kill().await;
    // Filling takes a while, in which the homeserver may have tried to push; the next time it does is its to choose.
    desk.expects_error("the homeserver does not push");
    let (db, lock) = serve::open_database(&desk.config).await.expect("nobody else has it open");
    run(&db, TICKETS.replace("STUDENT", &ann.id)).await;
    db.close().await;
    drop(lock);
    desk.launch().await;
    let (all, undone) = ("/api/support/tickets/all", "status=open,in-progress,pending");
    // As the page asks for it: what comes in its list, however far one scrolls.
    let mut expected: Vec<String> = Vec::new();
    let mut cursor = String::new();
    while expected.len() < 300 {
        let list = ben.get(&format!("{all}?{undone}&limit=100{cursor}")).await.expect(200);
        let numbers = list["items"].as_array().expect("a list has items").iter();
        expected.extend(numbers.map(|item| item["ticketId"].as_str().expect("tickets have numbers").to_owned()));
        cursor = format!("&cursor={}", list["nextCursor"].as_str().expect("there are more"));
    }

    let page = opens(&ben, Window::DESKTOP, "/support?view=all").await;
    let mut seen: Vec<String> = Vec::new();
    eventually("300 tickets to have been scrolled by", 4 * SOON, async || {
        let drawn = runs(&page, GOES_ON).await;
        assert!(drawn.len() < 60, "{} rows are drawn, however many there are", drawn.len());
        seen.extend(drawn.into_iter().filter(|number| !seen.contains(number)).collect::<Vec<_>>());
        if seen.len() >= 300 { Ok(()) } else { Err(seen.len()) }
    })
    .await;
    assert_eq!(seen[..300], expected[..300], "each once, and in the list's order");

    page.goes_to(&format!("{}/support?view=all&status=%5B%22closed%22%5D&priority=%5B%22urgent%22%5D", ben.desk_url()))
        .await;
    let narrowed = ben.get(&format!("{all}?status=closed&priority=urgent&limit=1")).await.expect(200);
    let first = narrowed["items"][0]["ticketId"].as_str().expect("some are closed and urgent");
    eventually("the narrowed list", SOON, async || {
        let drawn = rows(&page).await;
        if drawn.first().is_some_and(|number| number == first) { Ok(()) } else { Err(drawn.first().cloned()) }
    })
    .await;

    // One of the oldest, by its number.
    let old = ben.get(&format!("{all}?sort=createdAt&order=asc&limit=1")).await.expect(200);
    let (number, title) = (&old["items"][0]["ticketId"], &old["items"][0]["title"]);
    assert!(number.is_string() && *title != Value::Null, "{old}");
    let (number, title) = (number.as_str().expect("a number"), title.as_str().expect("a title"));
    page.goes_to(&format!("{}/support?view=all", ben.desk_url())).await;
    // Keys mean something once the list is there.
    page.eventually_shows("[data-ticket]", "Printer").await;
    page.keys(&["/"]).await;
    page.types(number).await;
    page.eventually_shows("[data-ticket]", title).await;
    page.clicks(&format!("[data-ticket=\"{number}\"]")).await;
    page.eventually_shows("h1", title).await;
    assert_eq!(json!(complaints(&page, &[])), json!([]));
});

//! Numbers and pages, on a desk whose homeserver is away: everything is accepted, and no rooms are made for hundreds.
use std::collections::BTreeSet;

use futures_util::future::join_all;
use roomdesk::domain::Clock;
use serde_json::Value;

use crate::support::account::{Account, of_people, text};
use crate::support::ports::free_port;
use crate::support::story::Fixture;
use crate::support::{DatabaseKind, TestDesk, story};

/// A desk whose homeserver does not answer.
pub struct Alone(pub TestDesk);

impl Fixture for Alone {
    async fn start(kind: DatabaseKind) -> Self {
        let nowhere = format!("\"http://127.0.0.1:{}\"", free_port());
        Self(TestDesk::start_with(kind, &[("matrix.homeserver_url", &nowhere)], Clock::system()).await)
    }

    async fn finish(self) {
        self.0.stop().await;
    }
}

story!(tickets_opened_at_once_are_numbered_without_a_gap, |desk: Alone| {
    const COUNT: usize = 200;
    let (ann, cid) = tokio::join!(desk.0.student("Ann Lee"), desk.0.student("Cid Roe"));

    let opening = (0..COUNT).map(|number| {
        let by = if number % 2 == 0 { &ann } else { &cid };
        async move { by.opens_ticket("Printer", "It is on fire").await.number }
    });
    let numbers: BTreeSet<String> = join_all(opening).await.into_iter().collect();

    // A run over midnight counts two days; each from one, without a gap.
    let days: BTreeSet<&str> = numbers.iter().map(|number| day(number)).collect();
    let expected = days.into_iter().flat_map(|day| {
        let of_day = numbers.iter().filter(|number| number.starts_with(day)).count();
        (1..=of_day).map(move |count| format!("{day}{count:04}"))
    });
    assert_eq!(numbers, expected.collect());
    assert_eq!(numbers.len(), COUNT);
});

/// `TICK-YYYYMMDD-`.
fn day(number: &str) -> &str {
    &number[..number.rfind('-').map_or(0, |dash| dash + 1)]
}

story!(a_list_is_followed_by_its_cursors, |desk: Alone| {
    const COUNT: usize = 25;
    let (ann, cid) = tokio::join!(desk.0.student("Ann Lee"), desk.0.student("Cid Roe"));
    let ben = desk.0.instructor("Ben Ode").await;
    let mut opened = Vec::new();
    for number in 0..COUNT {
        opened.push(ann.opens_ticket("Printer", &number.to_string()).await.id);
        cid.opens_ticket("Scanner", "It is on ice").await;
    }

    let first = ann.get("/api/support/tickets?limit=7").await.expect(200);
    // What moves to the front between two pages is neither missed further down nor seen twice there.
    let late = ann.opens_ticket("Late", "After the first page").await;
    let mut seen = ids(&first);
    seen.extend(follow(&ann, "/api/support/tickets?limit=7", first).await);

    opened.reverse();
    assert_eq!(seen, opened);
    assert!(!seen.contains(&late.id));
    let all = ben.get("/api/support/tickets/all?limit=100").await.expect(200);
    assert_eq!((ids(&all).len(), &all["nextCursor"]), (2 * COUNT + 1, &Value::Null));
});

async fn follow(by: &Account, path: &str, first: Value) -> Vec<String> {
    let mut seen = Vec::new();
    let mut page = first;
    while let Some(cursor) = page["nextCursor"].as_str() {
        page = by.get(&format!("{path}&cursor={cursor}")).await.expect(200);
        seen.extend(ids(&page));
    }
    seen
}

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().expect("a page has items").iter().map(|ticket| text(&ticket["id"])).collect()
}

story!(a_conversation_is_followed_both_ways, |desk: Alone| {
    let ann = desk.0.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let texts: Vec<_> = (0..23).map(|number| number.to_string()).collect();
    for text in &texts {
        ann.says(&ticket, text).await;
    }
    let path = format!("/api/chat/messages/{}?limit=10", ticket.id);

    let latest = ann.get(&path).await.expect(200);
    let middle = ann.get(&format!("{path}&before={}", text(&latest["prevCursor"]))).await.expect(200);
    let oldest = ann.get(&format!("{path}&before={}", text(&middle["prevCursor"]))).await.expect(200);
    let middle_again = ann.get(&format!("{path}&after={}", text(&oldest["nextCursor"]))).await.expect(200);

    assert_eq!([said(&oldest), said(&middle), said(&latest)].concat(), texts);
    assert_eq!(said(&middle_again), texts[3..13]);
    assert_eq!(oldest["prevCursor"], Value::Null);
    ann.says(&ticket, "new").await;
    let new = ann.get(&format!("{path}&after={}", text(&latest["nextCursor"]))).await.expect(200);
    assert_eq!(said(&new), ["new"]);
});

fn said(page: &Value) -> Vec<String> {
    of_people(page).map(|message| text(&message["message"])).collect()
}

//! Numbers: those of the desk are what messages and timelines come to, on both databases, in any zone.
use roomdesk::domain::people::Role;

use crate::support::numbers::{Office, Question, Truth, check, lead};
use crate::support::story;

/// Over days on which clocks are set back or forward, and over some that begin in the middle of a day in UTC.
const PERIODS: [(&str, &str, &str); 6] = [
    ("Europe/Berlin", "2026-10-20", "2026-11-02"),
    ("Europe/Berlin", "2026-10-25", "2026-10-25"),
    ("America/Santiago", "2026-09-30", "2026-10-29"),
    ("Australia/Lord_Howe", "2026-10-04", "2026-10-12"),
    ("Asia/Kathmandu", "2026-09-28", "2026-11-20"),
    ("UTC", "2026-09-01", "2027-08-31"),
];

story!(numbers_are_what_messages_and_timelines_come_to, |office: Office| {
    lead(office, (40, 700)).await;
    let admin = office.person("the one who asks", Role::Admin).await;
    let truth = Truth::of(office).await;

    for folded in [false, true] {
        if folded {
            office.folds().await;
        }
        let ida = truth.busiest();
        for (zone, from, to) in PERIODS {
            for filter in [("", ""), ("category", "account"), ("priority", "high"), ("assignee", ida.as_str())] {
                check(office, &truth, &admin, Question { zone, from, to, filter }).await;
            }
        }
    }
});

//! Numbers: those of the desk are what messages and timelines come to, on both databases, in any zone; and whatever is
//! kept for quickness is right, for lived and for made-up tickets.
use futures_util::future::join_all;
use roomdesk::desk::crash;
use roomdesk::domain::people::Role;
use roomdesk::store::{Db, consistency, measurements};
use serde_json::{Value, json};

use crate::support::account::Account;
use crate::support::eventually::SOON;
use crate::support::numbers::{Bare, Office, Question, Seeded, Truth, agree, check, fill, lead, whole_scans};
use crate::support::seed::run;
use crate::support::{ChildDesk, eventually, story};

/// Over days on which clocks are set back or forward, and over some that begin in the middle of a day in UTC.
const PERIODS: [(&str, &str, &str); 6] = [
    ("Europe/Berlin", "2026-10-20", "2026-11-02"),
    ("Europe/Berlin", "2026-10-25", "2026-10-25"),
    ("America/Santiago", "2026-09-30", "2026-10-29"),
    ("Australia/Lord_Howe", "2026-10-04", "2026-10-12"),
    ("Asia/Kathmandu", "2026-09-28", "2026-11-20"),
    ("UTC", "2026-09-01", "2027-08-31"),
];

async fn what_is_wrong(db: &Db) -> Vec<String> {
    let mut tx = db.read_at_once().await.expect("the database is there");
    consistency::examine(&mut tx).await.expect("it can be read")
}

story!(numbers_are_what_messages_and_timelines_come_to, |office: Office| {
    lead(office, (40, 700)).await;
    let admin = office.person("the one who asks", Role::Admin).await;
    let truth = Truth::of(office).await;

    for folded in [false, true] {
        if folded {
            office.folds().await;
        }
        let busiest = truth.busiest();
        for (zone, from, to) in PERIODS {
            for filter in [("", ""), ("category", "account"), ("priority", "high"), ("assignee", busiest.as_str())] {
                check(office, &truth, &admin, Question { zone, from, to, filter }).await;
            }
        }
    }
});

story!(what_is_kept_of_lived_tickets_is_what_it_comes_to, |office: Office| {
    lead(office, (30, 600)).await;

    // Several fold at once, as several processes do.
    join_all((0..4).map(|_| office.folds())).await;

    assert_eq!(what_is_wrong(office.desk.db()).await, Vec::<String>::new());
});

story!(any_commands_keep_counts_timelines_clocks_and_unread_as_a_naive_desk_has_them, |office: Office| {
    // The last one is of chance; whichever fails is named, and fails again.
    let chance = u64::from(std::process::id());
    for seed in [1, 2, chance] {
        agree(office, seed, 300).await;
    }

    office.folds().await;
    assert_eq!(what_is_wrong(office.desk.db()).await, Vec::<String>::new());
});

story!(killed_while_counting, |desk: ChildDesk| {
    let (ann, ben) = (desk.student("Ann Lee").await, desk.instructor("Ben Ode").await);
    let eve = desk.account("Eve Fox", Role::Admin).await;
    for number in 0..3 {
        let ticket = ann.opens_ticket(&format!("Printer {number}"), "It is on fire").await;
        ben.says(&ticket, "Try water").await;
        ann.says(&ticket, "It is still on fire").await;
        ben.says(&ticket, "Try more water").await;
        let close = json!({"resolution": "It is out"});
        ben.post(&format!("/api/support/tickets/{}/close", ticket.id), &close).await.expect(200);
        ann.says(&ticket, "It is not").await;
    }
    desk.settles().await;
    let before = numbers(&eve).await;
    desk.terminate().await;

    // In one place and in three, and with everything counted.
    for point in [format!("{}:1", crash::FOLDING), format!("{}:3", crash::FOLDING), crash::FOLDED.to_owned()] {
        desk.launch_and_crash_at(&point).await;
        assert_eq!(what_is_wrong(desk.db()).await, Vec::<String>::new(), "{point}");
    }
    desk.launch().await;

    eventually("everything to be counted", SOON, async || {
        let is_left = measurements::has_new(&mut desk.db().read().await.expect("the database is there")).await;
        (!is_left.expect("a query of the desk's own")).then_some(())
    })
    .await;
    assert_eq!(what_is_wrong(desk.db()).await, Vec::<String>::new());
    assert_eq!(numbers(&eve).await, before);
});

/// What the desk says of now, of the last days, and of everybody's work.
async fn numbers(admin: &Account) -> [Value; 2] {
    let all = admin.get("/api/support/stats").await.expect(200);
    let agents = admin.get("/api/support/stats/agents").await.expect(200);
    [all, agents].map(|mut told| {
        told.as_object_mut().expect("an object").remove("generatedAt");
        told
    })
}

story!(made_up_tickets_are_as_lived_ones_and_the_same_for_a_seed, |bare: Bare| {
    let first = fill(&bare.first, 300, false).await;
    let again = fill(&bare.second, 300, false).await;
    let more = fill(&bare.second, 200, true).await;

    assert_eq!((first, first.tickets, more.tickets), (again, 300, 200));
    assert!((1_100..1_300).contains(&first.messages), "{}", first.messages);
    for db in [&bare.first, &bare.second] {
        assert_eq!(what_is_wrong(db).await, Vec::<String>::new());
    }
});

story!(what_is_kept_wrongly_is_named, |bare: Bare| {
    fill(&bare.first, 60, false).await;

    for (fault, name) in [
        (
            "UPDATE tickets SET message_count = message_count + 1 WHERE message_count = 2",
            "the number of messages is another",
        ),
        (
            "UPDATE measurements SET value = value + 5000 WHERE measure = 'first-response'",
            "the first answer is measured",
        ),
        ("DELETE FROM measurements WHERE measure = 'resolved'", "resolving or reopening is measured wrongly"),
        ("UPDATE measured SET bins = '3:1' WHERE span = 8 AND part = ''", "counted otherwise than measured"),
        ("UPDATE census SET tickets = tickets + 1 WHERE status = 'closed'", "tickets are counted otherwise"),
        ("UPDATE status_intervals SET from_at = from_at - 1 WHERE to_at IS NULL", "the log of statuses has a hole"),
        ("UPDATE read_markers SET seq = 10000", "somebody has read further"),
    ] {
        run(&bare.first, fault.to_owned()).await;
        let wrong = what_is_wrong(&bare.first).await;
        assert!(wrong.iter().any(|line| line.starts_with(name)), "{name}: {wrong:?}");
    }
});

/// Two tickets as an earlier version wrote them: one answered twice, resolved, reopened and closed; one that waits.
const LIVED: &str = "
INSERT INTO people (id, display_name, role, created_at) VALUES ('usr_01jqxv3c8f0000000000000001', 'Ann', 'student', 1),
  ('usr_01jqxv3c8f0000000000000002', 'Ben', 'instructor', 1);
INSERT INTO tickets (id, number, title, description, category, priority, status, created_by, assigned_to, created_at,
  updated_at, closed_at, message_count, version, first_response_at, waiting_since, last_interaction_at, last_seq, room_seq)
  VALUES ('tkt_01jqxv3c8f0000000000000003', 'TICK-20260101-0001', 't', 'd', 'general', 'low', 'closed',
  'usr_01jqxv3c8f0000000000000001', 'usr_01jqxv3c8f0000000000000002', 1000, 1, 9000, 5, 1, 2000, NULL, 1, 6, 6),
  ('tkt_01jqxv3c8f0000000000000004', 'TICK-20260101-0002', 't', 'd', 'account', 'high', 'open',
  'usr_01jqxv3c8f0000000000000001', NULL, 1500, 1, NULL, 0, 1, NULL, 1500, 1, 0, 0);
INSERT INTO messages (id, ticket, sender, body, kind, created_at, seq, delivery)
SELECT 'msg_01jqxv3c8f000000000000001' || m.seq, 'tkt_01jqxv3c8f0000000000000003',
  'usr_01jqxv3c8f000000000000000' || m.who, 'x', m.kind, m.at, m.seq, 'sent' FROM (
  SELECT 1 AS seq, 2 AS who, 'system' AS kind, 1900 AS at UNION ALL SELECT 2, 2, 'text', 2000 UNION ALL
  SELECT 3, 1, 'text', 3000 UNION ALL SELECT 4, 1, 'text', 3500 UNION ALL SELECT 5, 2, 'text', 4000 UNION ALL
  SELECT 6, 2, 'text', 4100) m;
INSERT INTO timeline (id, ticket, actor, happening, from_value, to_value, at)
SELECT 'tln_01jqxv3c8f000000000000002' || l.number, 'tkt_01jqxv3c8f000000000000000' || l.ticket,
  'usr_01jqxv3c8f0000000000000001', l.what, l.earlier, l.later, l.at FROM (
  SELECT 1 AS number, 3 AS ticket, 'created' AS what, NULL AS earlier, NULL AS later, 1000 AS at UNION ALL
  SELECT 2, 4, 'created', NULL, NULL, 1500 UNION ALL SELECT 3, 3, 'status-changed', 'open', 'pending', 4200 UNION ALL
  SELECT 4, 3, 'status-changed', 'pending', 'resolved', 5000 UNION ALL
  SELECT 5, 3, 'status-changed', 'resolved', 'open', 6000 UNION ALL
  SELECT 6, 3, 'status-changed', 'open', 'resolved', 8000 UNION ALL
  SELECT 7, 3, 'status-changed', 'resolved', 'closed', 9000) l;
INSERT INTO participants (person, ticket, is_requester, added_at) SELECT created_by, id, TRUE, created_at FROM tickets;
INSERT INTO ticket_counters (day, last) VALUES ('2026-01-01', 2);";

story!(what_happened_before_it_was_measured_is_worked_out, |bare: Bare| {
    bare.empty.migrate_to(6).await.expect("an empty database takes the schema");
    run(&bare.empty, LIVED.to_owned()).await;

    bare.empty.migrate().await.expect("rows are no hindrance");

    let statement = "SELECT measure, at, value FROM measurements WHERE ticket LIKE '%3' ORDER BY measure, at";
    let measured: Vec<(String, i64, i64)> = match &bare.empty {
        Db::Sqlite { readers, .. } => sqlx::query_as(statement).fetch_all(readers).await.expect("a query"),
        Db::Postgres(pool) => sqlx::query_as(statement).fetch_all(pool).await.expect("a query"),
    };
    let measured: Vec<_> = measured.iter().map(|(what, at, value)| (what.as_str(), *at, *value)).collect();
    let expected = [
        ("agent-wait", 8_000, 800),
        ("created", 1_000, 0),
        ("first-resolution", 5_000, 4_000),
        ("first-response", 2_000, 1_000),
        ("full-resolution", 8_000, 7_000),
        ("next-response", 4_000, 1_000),
        ("reopened", 6_000, 0),
        ("requester-wait", 8_000, 5_200),
        ("resolved", 5_000, 0),
        ("resolved", 8_000, 0),
    ];
    assert_eq!(measured, expected);
    let wrong = what_is_wrong(&bare.empty).await;
    let named: Vec<_> = wrong.iter().filter(|line| !line.starts_with("the last message")).collect();
    assert!(named.is_empty(), "{named:?}");
});

story!(no_list_or_view_goes_through_a_whole_table, |seeded: Seeded| {
    let (_, token) = seeded.signed_in("ada", Role::Admin).await;
    let list = seeded.ask("GET", "/api/support/tickets/all?limit=20", (Some(&token), &serde_json::Value::Null)).await;
    let (cursor, id) = (list["nextCursor"].as_str().expect("more"), list["items"][3]["id"].as_str().expect("an id"));
    let paths = [
        "/api/support/tickets".to_owned(),
        "/api/support/tickets?sort=createdAt".to_owned(),
        "/api/support/tickets/all".to_owned(),
        format!("/api/support/tickets/all?cursor={cursor}"),
        format!("/api/support/tickets/{id}"),
        format!("/api/support/tickets/{id}/timeline"),
        format!("/api/chat/messages/{id}"),
        "/api/support/stats".to_owned(),
        "/api/support/stats/agents?from=2026-01-01".to_owned(),
        "/api/support/stats?category=account&zone=Asia/Kathmandu".to_owned(),
        "/api/support/tickets/all?status=open,pending&sort=createdAt".to_owned(),
        "/api/support/tickets/all?assignee=me&sort=waiting".to_owned(),
        "/api/support/search?q=course".to_owned(),
        "/api/support/search?q=zeppelin&scope=mine".to_owned(),
    ];

    let plans = seeded.plans(&token, &paths).await;
    // Of tickets there are other indexes, which may do instead; of what a ticket has there are none.
    for index in ["tickets_by_interaction", "timeline_ticket", "messages_order"] {
        seeded.does(&format!("DROP INDEX {index}")).await;
    }
    let without = seeded.plans(&token, &paths).await;

    let scans = |plans: &[(String, Vec<String>)]| {
        plans.iter().flat_map(|(statement, plan)| whole_scans(statement, plan)).collect::<Vec<_>>()
    };
    assert!(plans.len() > 15, "only {} statements were heard", plans.len());
    assert_eq!(scans(&plans), Vec::<String>::new());
    // Who may see one confidential ticket is not to be looked up in a table of all that they were ever named in.
    let hashed = |(_, plan): &&(String, Vec<String>)| plan.iter().any(|line| line.contains("hashed SubPlan"));
    assert_eq!(plans.iter().find(hashed), None);
    assert!(!scans(&without).is_empty(), "what has no index is gone through as a whole");
});

//! Filters, sorts and counts, against what a test knows of the tickets it wrote.
use std::collections::BTreeSet;

use serde_json::Value;

use super::lists::Alone;
use crate::support::account::{Account, text};
use crate::support::seed::{self, HOUR, NEW_YEAR, Row};
use crate::support::story;

const COUNT: usize = 330;

/// Two members of staff, five students, and what they have.
struct Desk {
    ben: Account,
    joy: Account,
    students: Vec<Account>,
    rows: Vec<Row>,
}

async fn seeded(desk: &Alone) -> Desk {
    let mut students = Vec::new();
    for name in ["Ann Lee", "Cid Roe", "Dot Poe", "Eve Low", "Fay Gee"] {
        students.push(desk.0.student(name).await);
    }
    let staff = vec![desk.0.instructor("Ben Ode").await, desk.0.instructor("Joy Kim").await];
    let rows = seed::tickets(desk.0.db(), COUNT, &students, &staff).await;
    let [ben, joy] = <[Account; 2]>::try_from(staff).unwrap_or_else(|_| panic!("there are two"));
    Desk { ben, joy, students, rows }
}

/// Every ticket of a list, page by page.
async fn all_of(by: &Account, path: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = by.get(&format!("{path}{cursor}")).await.expect(200);
        seen.extend(page["items"].as_array().expect("a page has items").iter().cloned());
        let Some(next) = page["nextCursor"].as_str() else { return seen };
        cursor = format!("&cursor={next}");
    }
}

fn ids(items: &[Value]) -> Vec<String> {
    items.iter().map(|ticket| text(&ticket["id"])).collect()
}

fn is_seen(row: &Row, by: &Account) -> bool {
    !row.is_confidential || row.named.as_ref() == Some(&by.id)
}

fn is_unread(row: &Row, by: &Account) -> bool {
    row.message.as_ref().is_some_and(|(author, reader)| *author != by.id && reader.as_ref() != Some(&by.id))
}

type Fits = fn(&Row, &Desk) -> bool;

const FILTERS: [(&str, Fits); 24] = [
    ("", |_, _| true),
    ("status=open", |row, _| row.status == "open"),
    ("status=open,pending&status=closed", |row, _| ["open", "pending", "closed"].contains(&row.status)),
    ("priority=urgent,low", |row, _| ["urgent", "low"].contains(&row.priority)),
    ("category=account", |row, _| row.category == "account"),
    ("assignee=me", |row, desk| row.assignee.as_ref() == Some(&desk.ben.id)),
    ("assignee=none", |row, _| row.assignee.is_none()),
    ("assignee=none,me&status=open,in-progress", |row, desk| {
        row.assignee.as_ref().is_none_or(|id| *id == desk.ben.id) && ["open", "in-progress"].contains(&row.status)
    }),
    ("team=lab", |row, _| row.team == Some(seed::LAB)),
    ("team=none,tea_01jqxv3c8f0000000000000002", |row, _| row.team != Some(seed::LAB)),
    ("tag=exam", |row, _| row.tags.contains(&"exam")),
    ("tag=exam,WLAN&status=resolved", |row, _| !row.tags.is_empty() && row.status == "resolved"),
    ("context=Course%207", |row, _| row.context == Some("Course 7")),
    ("created=2026-01-03..2026-01-05", |row, _| {
        (NEW_YEAR + 48 * HOUR..NEW_YEAR + 120 * HOUR).contains(&row.created_at)
    }),
    ("createdFrom=2026-01-10T07:00:00Z", |row, _| row.created_at >= NEW_YEAR + 223 * HOUR),
    ("updatedTo=2026-01-02&status=open,closed", |row, _| {
        row.updated_at < NEW_YEAR + 48 * HOUR && ["open", "closed"].contains(&row.status)
    }),
    ("waiting=yes", |row, _| row.waiting_since.is_some()),
    ("waiting=no&priority=high", |row, _| row.waiting_since.is_none() && row.priority == "high"),
    ("unread=yes", |row, desk| is_unread(row, &desk.ben)),
    ("unread=no&assignee=me", |row, desk| !is_unread(row, &desk.ben) && row.assignee.as_ref() == Some(&desk.ben.id)),
    ("confidential=yes", |row, _| row.is_confidential),
    ("confidential=no&tag=wlan", |row, _| !row.is_confidential && row.tags.contains(&"wlan")),
    ("q=status:open+team:web+priority:high,medium", |row, _| {
        row.status == "open" && row.team == Some(seed::WEB) && ["high", "medium"].contains(&row.priority)
    }),
    ("q=seeded+tag:exam&status=open", |row, _| row.tags.contains(&"exam") && row.status == "open"),
];

story!(every_filter_finds_what_fits_and_nothing_else, |alone: Alone| {
    let desk = seeded(alone).await;

    for (filter, fits) in FILTERS {
        let found = ids(&all_of(&desk.ben, &format!("/api/support/tickets/all?limit=100&{filter}")).await);

        let expected = desk.rows.iter().filter(|row| is_seen(row, &desk.ben) && fits(row, &desk));
        let expected: BTreeSet<String> = expected.map(|row| row.id.clone()).collect();
        assert!(!expected.is_empty(), "{filter} asks for something");
        assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected, "{filter}");
        assert_eq!(found.len(), expected.len(), "{filter}: nothing comes twice");
    }
    let hidden = all_of(&desk.joy, "/api/support/tickets/all?limit=100&confidential=yes").await;
    assert!(hidden.is_empty(), "confidential tickets are for those named");
});

story!(a_student_s_own_list_takes_the_same_filters, |alone: Alone| {
    let desk = seeded(alone).await;
    let ann = &desk.students[0];
    let fits: [(&str, Fits); 4] = [
        ("sort=createdAt", |_, _| true),
        ("status=open,pending&sort=priority", |row, _| ["open", "pending"].contains(&row.status)),
        ("unread=yes", |row, desk| is_unread(row, &desk.students[0])),
        ("q=assignee:none+seeded", |row, _| row.assignee.is_none()),
    ];

    for (filter, fits) in fits {
        let found = ids(&all_of(ann, &format!("/api/support/tickets?limit=20&{filter}")).await);

        let expected = desk.rows.iter().filter(|row| row.student == ann.id && fits(row, &desk));
        assert_eq!(
            found.into_iter().collect::<BTreeSet<_>>(),
            expected.map(|row| row.id.clone()).collect(),
            "{filter}"
        );
    }
    ann.get("/api/support/tickets/all").await.problem(403);
    assert_eq!(ann.get("/api/support/tickets?tag=exam").await.problem(422), ["/tag"]);
});

/// What a ticket is sorted by, as it was written; none when it is left out.
fn key(row: &Row, sort: &str) -> Option<i64> {
    match sort {
        "createdAt" => Some(row.created_at),
        "priority" => seed::PRIORITIES.iter().position(|name| *name == row.priority).map(|rank| rank as i64),
        "lastMessageAt" => Some(row.last_message_at.unwrap_or(row.created_at)),
        "waiting" => row.waiting_since,
        _ => Some(row.last_interaction_at),
    }
}

story!(every_sort_is_followed_to_its_end_without_a_hole_or_a_double, |alone: Alone| {
    let desk = seeded(alone).await;

    for sort in ["createdAt", "priority", "lastMessageAt", "waiting", "lastInteractionAt"] {
        for order in ["asc", "desc"] {
            for (filter, fits) in [FILTERS[0], FILTERS[2], FILTERS[3], FILTERS[7], FILTERS[18]] {
                let path = format!("/api/support/tickets/all?limit=13&sort={sort}&order={order}&{filter}");
                let found = ids(&all_of(&desk.ben, &path).await);

                let expected = desk.rows.iter().filter(|row| is_seen(row, &desk.ben) && fits(row, &desk));
                let mut expected: Vec<_> = expected.filter_map(|row| Some((key(row, sort)?, row.id.clone()))).collect();
                expected.sort();
                if order == "desc" {
                    expected.reverse();
                }
                assert_eq!(found, expected.into_iter().map(|(_, id)| id).collect::<Vec<_>>(), "{path}");
            }
        }
    }
});

story!(the_usual_orders_are_the_newest_first_and_who_waits_longest, |alone: Alone| {
    let desk = seeded(alone).await;
    let first = async |sort: &str| {
        let page = desk.ben.get(&format!("/api/support/tickets/all?limit=100&sort={sort}")).await.expect(200);
        let items = page["items"].as_array().expect("a page has items");
        (items[0].clone(), items[99].clone())
    };

    let (newest, later) = first("createdAt").await;
    let (longest, shorter) = first("waiting").await;
    let (urgent, _) = first("priority").await;

    assert!(text(&newest["createdAt"]) > text(&later["createdAt"]));
    assert!(text(&longest["waitingSince"]) < text(&shorter["waitingSince"]));
    assert_eq!(urgent["priority"], "urgent");
});

story!(a_cursor_goes_on_with_its_own_list_alone, |alone: Alone| {
    let desk = seeded(alone).await;
    let path = "/api/support/tickets/all?limit=5&sort=createdAt&status=open";
    let page = desk.ben.get(path).await.expect(200);
    let cursor = text(&page["nextCursor"]);

    for other in [
        format!("/api/support/tickets/all?status=open&cursor={cursor}"),
        format!("/api/support/tickets/all?sort=createdAt&cursor={cursor}"),
        format!("/api/support/tickets/all?sort=createdAt&order=asc&status=open&cursor={cursor}"),
        format!("/api/support/tickets?sort=createdAt&status=open&cursor={cursor}"),
        format!("/api/support/search?q=status:open&cursor={cursor}"),
    ] {
        assert_eq!(desk.ben.get(&other).await.problem(422), ["/cursor"], "{other}");
    }
    desk.ben
        .get(&format!("/api/support/tickets/all?limit=9&sort=createdAt&q=status:open&cursor={cursor}"))
        .await
        .expect(200);
});

story!(what_does_not_fit_a_list_is_named, |alone: Alone| {
    let ben = alone.0.instructor("Ben Ode").await;
    for (query, pointer) in [
        ("status=burning", "/status"),
        ("colour=red", "/colour"),
        ("sort=colour", "/sort"),
        ("order=up", "/order"),
        ("sort=createdAt&sort=priority", "/sort"),
        ("sort=waiting&waiting=no", "/waiting"),
        ("limit=0", "/limit"),
        ("q=colour:red", "/q"),
        ("assigned_to__password=x", "/assigned_to__password"),
    ] {
        assert_eq!(ben.get(&format!("/api/support/tickets/all?{query}")).await.problem(422), [pointer], "{query}");
    }
});

story!(counts_stop_at_their_cap, |alone: Alone| {
    let desk = seeded(alone).await;
    let path = "/api/support/tickets/counts?q=&q=status:open&q=assignee:me+priority:urgent+status:open&q=tag:none-such";

    let counts = desk.ben.get(path).await.expect(200);
    let small = desk.ben.get("/api/support/tickets/counts?cap=10&q=status:open").await.expect(200);
    let own = desk.students[0].get("/api/support/tickets/counts?q=").await.expect(200);

    let count =
        |fits: &dyn Fn(&Row) -> bool| desk.rows.iter().filter(|row| is_seen(row, &desk.ben) && fits(row)).count();
    let open = count(&|row| row.status == "open");
    let urgent =
        count(&|row| row.status == "open" && row.priority == "urgent" && row.assignee.as_ref() == Some(&desk.ben.id));
    let items = counts["items"].as_array().expect("a list");
    let seen: Vec<_> = items.iter().map(|item| (item["count"].clone(), item["isMore"].clone())).collect();
    let expected = [(99, true), (open, false), (urgent, false), (0, false)];
    assert_eq!(seen, expected.map(|(count, more)| (Value::from(count), Value::from(more))));
    assert_eq!((&small["items"][0]["count"], &small["items"][0]["isMore"]), (&10.into(), &true.into()));
    let anns = desk.rows.iter().filter(|row| row.student == desk.students[0].id).count();
    assert_eq!(own["items"][0]["count"], anns);
    desk.students[0].get("/api/support/tickets/counts?q=&scope=all").await.problem(403);
    assert_eq!(desk.ben.get("/api/support/tickets/counts").await.problem(422), ["/q"]);
});

/// The ids of two rare tickets, with 11,000 ordinary ones between them.
const FAR_APART: &str = "
INSERT INTO tickets (id, number, title, description, category, priority, status, created_by, created_at, updated_at,
  message_count, version, last_interaction_at, last_seq, room_seq)
WITH RECURSIVE c (value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM c WHERE value < 11001)
SELECT 'tkt_000000000000000000000' || CAST(10000 + value AS TEXT), 'TICK-20250101-' || CAST(10000 + value AS TEXT), 'T', 'D',
  CASE WHEN value IN (0, 11001) THEN 'account' ELSE 'general' END, 'low', 'open', 'STUDENT', value, value, 0, 1, value, 0, 0
FROM c;";

story!(what_is_rare_is_found_over_pages_that_may_be_empty, |alone: Alone| {
    let (ann, ben) = (alone.0.student("Ann Lee").await, alone.0.instructor("Ben Ode").await);
    seed::run(alone.0.db(), FAR_APART.replace("STUDENT", &ann.id)).await;

    let path = "/api/support/tickets/all?limit=10&category=account";
    let first = ben.get(path).await.expect(200);
    let found = ids(&all_of(&ben, path).await);
    let counts = ben.get("/api/support/tickets/counts?q=category:account&q=category:account+status:open,closed").await;

    assert_eq!(first["items"].as_array().map(Vec::len), Some(1));
    assert!(first["nextCursor"].is_string(), "it ends early and goes on");
    assert_eq!(found, ["tkt_00000000000000000000021001", "tkt_00000000000000000000010000"]);
    let counts = counts.expect(200);
    for item in counts["items"].as_array().expect("a list") {
        assert_eq!((&item["count"], &item["isMore"]), (&2.into(), &false.into()), "{counts}");
    }
});

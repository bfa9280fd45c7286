//! Numbers over REST: who may ask, what may be asked, and what an answer looks like.
use chrono::Duration;
use serde_json::{Value, json};

use super::http_story;
use crate::domain::people::Role;

http_story!(numbers_are_for_staff_and_those_of_agents_for_admins, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let cay = app.signed_in("cay", Role::Admin).await;

    for path in ["", "/days", "/backlog", "/agents"] {
        let path = format!("/api/support/stats{path}");
        app.get(&path).send().await.problem(401);
        app.get(&path).by(&ann).send().await.problem(403);
        let for_ben = app.get(&path).by(&ben).send().await;
        assert_eq!(for_ben.status.as_u16(), if path.ends_with("/agents") { 403 } else { 200 }, "{path}");
        app.get(&path).by(&cay).send().await.expect(200);
    }
});

http_story!(what_cannot_be_asked_of_numbers_names_the_parameter, |app| {
    let ben = app.signed_in("ben", Role::Instructor).await;

    for (asked, pointer) in [
        ("?zone=Europe/Atlantis", "/zone"),
        ("?from=2026-02-30", "/from"),
        ("?to=2026-2-3", "/to"),
        ("?from=2026-02-03&to=2026-02-02", "/from"),
        ("?from=2020-01-01", "/from"),
        ("?from=1970-01-01&to=1970-01-02", "/to"),
        ("?from=1979-12-31&to=1980-01-02", "/from"),
        ("?to=9999-01-01&from=9998-12-31", "/to"),
        ("?to=-99999-01-01", "/to"),
        ("?category=food", "/category"),
        ("?priority=high&category=general", "/priority"),
        ("?assignee=ben", "/assignee"),
        ("?team=", "/team"),
        ("?coffee=1", "/coffee"),
    ] {
        let (_, pointers) = app.get(&format!("/api/support/stats{asked}")).by(&ben).send().await.problem(422);
        assert_eq!(pointers, [pointer], "{asked}");
    }
    app.get("/api/support/stats/agents?category=general").by(&ben).send().await.problem(422);
});

http_story!(an_answered_and_resolved_ticket_is_in_the_numbers_at_once, |app| {
    let (ann, cay) = (app.signed_in("ann", Role::Student).await, app.signed_in("cay", Role::Admin).await);
    let ticket = app.ticket(&ann, "Printer").await;
    let path = format!("/api/support/tickets/{}", ticket["id"].as_str().expect("an id"));
    app.desk.clock().advance(Duration::minutes(5));
    app.post(&format!("{path}/claim")).by(&cay).send().await.expect(200);
    app.say(&cay, &ticket, "Pull the plug").send().await.expect(201);
    app.desk.clock().advance(Duration::minutes(5));
    app.post(&format!("{path}/close")).by(&cay).json(&json!({"resolution": "Pulled"})).send().await.expect(200);

    let told = app.get("/api/support/stats?zone=Europe/Berlin").by(&cay).send().await.expect(200);
    let agents = app.get("/api/support/stats/agents").by(&cay).send().await.expect(200);

    // The clock stands on the 25th of February 2026, at seven in the morning in Berlin.
    assert_eq!((&told["from"], &told["to"]), (&json!("2026-01-27"), &json!("2026-02-25")));
    assert_eq!(told["previous"], json!({"from": "2025-12-28", "to": "2026-01-26"}));
    assert_eq!((&told["zone"], &told["quantileError"]), (&json!("Europe/Berlin"), &json!(0.02)));
    let near = |value: &Value, seconds: f64| (value.as_f64().expect("a number") - seconds).abs() <= seconds * 0.02;
    assert!(near(&told["firstResponse"]["median"], 300.0) && near(&told["fullResolution"]["p90"], 600.0), "{told}");
    assert_eq!((&told["nextResponse"]["count"], &told["nextResponse"]["median"]), (&json!(0), &Value::Null));
    assert_eq!(told["reopenRate"], json!({"rate": 0.0, "previous": null}));
    assert_eq!(told["days"][29], json!({"day": "2026-02-25", "created": 1, "resolved": 1, "reopened": 0}));
    assert_eq!((&told["now"]["byStatus"]["closed"], &told["now"]["byStatus"]["open"]), (&json!(1), &json!(0)));
    assert_eq!((&told["now"]["backlog"]["total"], &told["filter"]), (&json!(0), &Value::Null));
    assert_eq!(agents["agents"][0]["person"]["displayName"], "cay");
    assert_eq!(agents["agents"][0]["handled"], json!({"count": 1, "previous": 0}));
});

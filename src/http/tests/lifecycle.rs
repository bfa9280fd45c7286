//! A ticket's life over REST: its status, its fields, whose it is, and the account of it.
use chrono::Duration;
use serde_json::{Value, json};

use super::{Answer, Caller, TestApp, http_story};
use crate::domain::people::Role;
use crate::store;

/// Asks something of a ticket.
async fn ask(app: &TestApp, by: &Caller, ticket: &Value, (method, what, body): (&str, &str, Value)) -> Answer {
    let id = ticket["id"].as_str().expect("an id");
    app.call(method, &format!("/api/support/tickets/{id}{what}")).by(by).json(&body).send().await
}

http_story!(a_ticket_is_closed_with_what_came_of_it_and_reopened, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let ticket = app.ticket(&ann, "Printer").await;

    let (_, missing) = ask(&app, &ben, &ticket, ("POST", "/close", json!({}))).await.problem(422);
    let closed = ask(&app, &ben, &ticket, ("POST", "/close", json!({"resolution": "Pulled the plug"}))).await;
    let (again, _) = ask(&app, &ben, &ticket, ("POST", "/close", json!({"resolution": "Twice"}))).await.problem(409);
    let open = ask(&app, &ann, &ticket, ("POST", "/reopen", json!({}))).await.expect(200);
    let own = ask(&app, &ann, &ticket, ("POST", "/close", json!({}))).await.expect(200);

    assert_eq!(missing, ["/resolution"]);
    let closed = closed.expect(200);
    assert_eq!((&closed["status"], &closed["resolution"]), (&json!("closed"), &json!("Pulled the plug")));
    assert_eq!(again["detail"], "a ticket that is closed can become: open; not closed");
    assert_eq!((&open["status"], &open["resolution"]), (&json!("open"), &Value::Null));
    assert_eq!((&own["status"], &own["resolution"]), (&json!("closed"), &Value::Null));
});

http_story!(an_illegal_move_is_refused_and_names_the_legal_ones, |app| {
    let (ann, bob) = (app.signed_in("ann", Role::Student).await, app.signed_in("bob", Role::Student).await);
    let ticket = app.ticket(&ann, "Printer").await;
    let to = |status: &str| ("PATCH", "/status", json!({"status": status}));

    let (illegal, _) = ask(&app, &ann, &ticket, to("resolved")).await.problem(409);
    let (_, unknown) = ask(&app, &ann, &ticket, to("gone")).await.problem(422);
    let (early, _) = ask(&app, &ann, &ticket, ("POST", "/reopen", json!({}))).await.problem(409);
    for asked in [to("closed"), ("POST", "/close", json!({})), ("POST", "/reopen", json!({}))] {
        ask(&app, &bob, &ticket, asked).await.problem(404);
    }

    assert_eq!(illegal["detail"], "a ticket that is open can become: closed; not resolved");
    assert_eq!(unknown, ["/status"]);
    assert_eq!(early["detail"], "a ticket that is open is not done; it can become: closed");
});

http_story!(fields_change_for_whoever_may_decide_them, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let ticket = app.ticket(&ann, "Printer").await;
    let edit = |body: Value| ("PATCH", "", body);

    let renamed = ask(&app, &ann, &ticket, edit(json!({"title": "Smoke", "category": "technical"}))).await.expect(200);
    ask(&app, &ann, &ticket, edit(json!({"title": "Fire", "priority": "urgent"}))).await.problem(403);
    let raised = ask(&app, &ben, &ticket, edit(json!({"priority": "high"}))).await.expect(200);
    let same = ask(&app, &ben, &ticket, edit(json!({"priority": "high"}))).await.expect(200);

    assert_eq!((&renamed["title"], &renamed["category"]), (&json!("Smoke"), &json!("technical")));
    assert_eq!((&raised["title"], &raised["priority"]), (&json!("Smoke"), &json!("high")));
    assert_eq!(raised["version"], same["version"], "nothing has changed");
});

http_story!(a_change_for_another_version_is_refused, |app| {
    let ben = app.signed_in("ben", Role::Instructor).await;
    let ticket = app.ticket(&ben, "Printer").await;
    let path = format!("/api/support/tickets/{}", ticket["id"].as_str().expect("an id"));
    let rename = async |tag: &str, title: &str| {
        app.call("PATCH", &path).by(&ben).header("if-match", tag).json(&json!({"title": title})).send().await
    };
    let first = app.get(&path).by(&ben).send().await.header("etag").to_owned();

    let renamed = rename(&first, "One").await;
    let (late, _) = rename(&first, "Two").await.problem(412);
    rename("W/\"1\", nonsense", "Two").await.problem(412);
    let either = rename(&format!("\"0\", {}", renamed.header("etag")), "Three").await.expect(200);
    let any = rename("*", "Four").await.expect(200);

    assert_eq!(late["type"], "urn:roomdesk:problem:outdated");
    assert_ne!(renamed.header("etag"), first);
    assert_eq!((&renamed.expect(200)["title"], &either["title"]), (&json!("One"), &json!("Three")));
    assert_eq!(any["title"], "Four");
});

http_story!(a_ticket_is_given_taken_and_given_back, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let cay = app.signed_in("cay", Role::Admin).await;
    let ticket = app.ticket(&ann, "Printer").await;
    let give = |user: Value| ("PATCH", "/assign", json!({"userId": user}));

    let claimed = ask(&app, &ben, &ticket, ("POST", "/claim", json!({}))).await.expect(200);
    let twice = ask(&app, &ben, &ticket, ("POST", "/claim", json!({}))).await.expect(200);
    let (lost, _) = ask(&app, &cay, &ticket, ("POST", "/claim", json!({}))).await.problem(409);
    let given = ask(&app, &ben, &ticket, give(json!(cay.person.id))).await.expect(200);
    let back = ask(&app, &cay, &ticket, give(Value::Null)).await.expect(200);

    assert_eq!(claimed["assignedTo"]["id"], json!(ben.person.id));
    assert_eq!(claimed["version"], twice["version"]);
    assert_eq!(lost["detail"], format!("ben ({}) has this ticket already", ben.person.id));
    assert_eq!((&given["assignedTo"]["displayName"], &back["assignedTo"]), (&json!("cay"), &Value::Null));
    for asked in [give(json!(ann.person.id)), give(json!("nobody")), ("PATCH", "/assign", json!({}))] {
        let (_, pointers) = ask(&app, &ben, &ticket, asked).await.problem(422);
        assert_eq!(pointers, ["/userId"]);
    }
    ask(&app, &ann, &ticket, give(json!(ben.person.id))).await.problem(403);
    ask(&app, &ann, &ticket, ("POST", "/claim", json!({}))).await.problem(403);
});

http_story!(the_timeline_tells_every_change_page_by_page, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let eve = app.signed_in("eve", Role::Student).await;
    let ticket = app.ticket(&ann, "Printer").await;
    let closing = json!({"resolution": "Water"});
    for asked in [("POST", "/claim", json!({})), ("PATCH", "", json!({"title": "Fire"})), ("POST", "/close", closing)] {
        app.desk.clock().advance(Duration::seconds(1));
        ask(&app, &ben, &ticket, asked).await.expect(200);
    }

    let (mut lines, mut next) = (Vec::new(), String::from("/timeline?limit=2"));
    loop {
        let page = ask(&app, &ann, &ticket, ("GET", &next, json!({}))).await.expect(200);
        lines.extend(page["items"].as_array().expect("a list").clone());
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        next = format!("/timeline?limit=2&cursor={cursor}");
    }

    let mut told: Vec<_> = lines.iter().map(|line| line["what"].as_str().expect("a name")).collect();
    told[3..].sort_unstable();
    assert_eq!(told, ["created", "assigned", "title-changed", "resolution-given", "status-changed"]);
    assert_eq!((&lines[1]["actor"]["displayName"], &lines[1]["to"]["displayName"]), (&json!("ben"), &json!("ben")));
    assert_eq!((&lines[2]["from"], &lines[2]["to"]), (&json!("Printer"), &json!("Fire")));
    ask(&app, &eve, &ticket, ("GET", "/timeline", json!({}))).await.problem(404);
});

http_story!(staff_alone_read_what_is_internal_in_a_timeline, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let ticket = app.ticket(&ann, "Printer").await;
    let id = ticket["id"].as_str().expect("an id").parse().expect("an id");
    let mut tx = app.desk.db().write().await.expect("a connection");
    let entry = crate::domain::timeline::Entry {
        id: crate::domain::ids::TimelineId::fresh(app.desk.clock()),
        ticket: id,
        actor: None,
        happening: crate::domain::timeline::Happening::InvitationFailed,
        from: Some(ann.person.id.to_string()),
        to: Some("their server is away".into()),
        at: app.desk.clock().now(),
    };
    store::timeline::insert(&mut tx, &entry).await.expect("a line");
    tx.commit().await.expect("a commit");

    let for_ann = ask(&app, &ann, &ticket, ("GET", "/timeline", json!({}))).await.expect(200);
    let for_ben = ask(&app, &ben, &ticket, ("GET", "/timeline", json!({}))).await.expect(200);

    let count = |page: &Value| page["items"].as_array().map(Vec::len);
    assert_eq!((count(&for_ann), count(&for_ben)), (Some(1), Some(2)));
});

http_story!(every_status_has_its_interval, |app| {
    let ben = app.signed_in("ben", Role::Instructor).await;
    let ticket = app.ticket(&ben, "Printer").await;
    for status in ["in-progress", "resolved", "open"] {
        app.desk.clock().advance(Duration::seconds(1));
        ask(&app, &ben, &ticket, ("PATCH", "/status", json!({"status": status}))).await.expect(200);
    }

    let id = ticket["id"].as_str().expect("an id").parse().expect("an id");
    let mut tx = app.desk.db().read().await.expect("a connection");
    let intervals = store::timeline::intervals(&mut tx, &id).await.expect("a query");

    let start = intervals[0].1;
    let intervals: Vec<_> =
        intervals.iter().map(|(status, from, to)| (status.as_str(), from - start, to.map(|to| to - start))).collect();
    assert_eq!(
        intervals,
        [
            ("open", 0, Some(1_000)),
            ("in-progress", 1_000, Some(2_000)),
            ("resolved", 2_000, Some(3_000)),
            ("open", 3_000, None)
        ]
    );
});

//! What a desk decides by itself: teams, confidential tickets, follow-ups, closing, and the account of who did what.
use chrono::Duration;
use serde_json::{Value, json};

use super::{Answer, Call, Caller, TestApp, desk_with, http_story};
use crate::desk::{AutoClose, TicketSettings};
use crate::domain::opening::StudentPriority;
use crate::domain::people::Role;

/// Asks something of a ticket.
async fn ask(app: &TestApp, by: &Caller, ticket: &Value, (method, what, body): (&str, &str, Value)) -> Answer {
    let id = ticket["id"].as_str().expect("an id");
    app.call(method, &format!("/api/support/tickets/{id}{what}")).by(by).json(&body).send().await
}

async fn open(app: &TestApp, by: &Caller, body: Value) -> Answer {
    app.post("/api/support/tickets").by(by).json(&body).send().await
}

async fn look(app: &TestApp, by: &Caller, path: &str) -> Value {
    app.get(path).by(by).send().await.expect(200)
}

fn texts(list: &Value, field: &str) -> Vec<String> {
    let items = list["items"].as_array().expect("a list");
    items.iter().map(|item| item[field].as_str().unwrap_or_default().to_owned()).collect()
}

http_story!(new_tickets_go_to_the_team_of_their_category_and_context, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let cay = app.signed_in("cay", Role::Admin).await;
    let team = |body: Value| app.post("/api/teams").by(&cay).json(&body).send();
    let maths =
        json!({"name": "Maths", "members": [ben.person.id], "routes": [{"category": "technical", "context": "M1"}]});
    let desk = json!({"name": "Help desk", "routes": [{"category": "technical"}]});
    let maths = team(maths).await.expect(201);
    let desk = team(desk).await.expect(201);
    team(json!({"name": "help DESK"})).await.problem(409);
    let (_, wrong) = team(json!({"name": "X", "members": [ann.person.id, "who"], "routes": [{"category": "food"}]}))
        .await
        .problem(422);
    app.post("/api/teams").by(&ben).json(&json!({"name": "Mine"})).send().await.problem(403);
    app.get("/api/teams").by(&ann).send().await.problem(403);

    let ticket = |context: &str| json!({"title": "A", "description": "B", "category": "technical", "context": context});
    let in_maths = open(&app, &ann, ticket("M1")).await.expect(201);
    let other = open(&app, &ben, ticket("M2")).await.expect(201);
    let shown =
        look(&app, &ben, &format!("/api/support/tickets/{}", in_maths["ticketId"].as_str().expect("a number"))).await;
    let moved = ask(&app, &ben, &in_maths, ("PATCH", "", json!({"context": null}))).await.expect(200);
    let given =
        ask(&app, &ben, &in_maths, ("PATCH", "/assign", json!({"teamId": null, "userId": ben.person.id}))).await;
    let path = format!("/api/teams/{}", desk["id"].as_str().expect("an id"));
    app.call("DELETE", &path).by(&cay).send().await.expect(204);
    let nobody = open(&app, &ben, ticket("M2")).await.expect(201);
    ask(&app, &ben, &nobody, ("PATCH", "/assign", json!({"teamId": desk["id"]}))).await.problem(422);

    assert_eq!(wrong, ["/members/1", "/routes/0/category"]);
    assert!(in_maths.get("team").is_none(), "teams are for staff: {in_maths}");
    assert_eq!(shown["team"], json!({"id": maths["id"], "name": "Maths"}));
    assert_eq!((&other["team"]["name"], &moved["team"]["name"]), (&json!("Help desk"), &json!("Help desk")));
    let given = given.expect(200);
    assert_eq!((&given["team"], &given["assignedTo"]["displayName"]), (&Value::Null, &json!("ben")));
    assert_eq!(nobody["team"], Value::Null);
    let teams = look(&app, &ben, "/api/teams").await;
    assert_eq!(texts(&teams, "name"), ["Maths"]);
    let users = look(&app, &cay, "/api/users?search=ben").await;
    assert_eq!(users["items"][0]["teams"][0]["name"], "Maths");
    let done = texts(&look(&app, &cay, "/api/audit").await, "action");
    assert_eq!(done, ["team-retired", "team-created", "team-created"]);
    app.get("/api/audit").by(&ben).send().await.problem(403);
});

http_story!(tags_are_for_staff_and_brought_into_one_form, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let ticket = app.ticket(&ann, "Printer").await;

    let tagged =
        ask(&app, &ben, &ticket, ("PATCH", "", json!({"tags": ["Exam WS", "exam-ws", "fire"]}))).await.expect(200);
    let again = ask(&app, &ben, &ticket, ("PATCH", "", json!({"tags": ["fire", "exam-ws"]}))).await.expect(200);
    ask(&app, &ann, &ticket, ("PATCH", "", json!({"tags": []}))).await.problem(403);
    let (_, wrong) = open(&app, &ann, json!({"title": "A", "description": "B", "tags": ["x"]})).await.problem(422);
    let path = format!("/api/support/tickets/{}", ticket["id"].as_str().expect("an id"));
    let (seen_by_ann, lines) = (look(&app, &ann, &path).await, look(&app, &ann, &format!("{path}/timeline")).await);
    let lines_of_staff = look(&app, &ben, &format!("{path}/timeline")).await;

    assert_eq!(tagged["tags"], json!(["exam-ws", "fire"]));
    assert_eq!(again["version"], tagged["version"], "nothing has changed");
    assert_eq!(wrong, ["/tags"]);
    assert!(seen_by_ann.get("tags").is_none());
    assert_eq!(texts(&lines, "what"), ["created"]);
    assert_eq!(texts(&lines_of_staff, "what"), ["created", "tags-changed"]);
});

http_story!(of_staff_only_those_who_are_named_see_a_confidential_ticket, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let (cay, dan) = (app.signed_in("cay", Role::Admin).await, app.signed_in("dan", Role::Instructor).await);
    let ticket =
        open(&app, &ann, json!({"title": "Bullying", "description": "B", "confidential": true})).await.expect(201);
    let path = format!("/api/support/tickets/{}", ticket["id"].as_str().expect("an id"));
    let sees = async |who: &Caller| app.get(&path).by(who).send().await.status.as_u16();
    assert_eq!([sees(&ann).await, sees(&cay).await, sees(&ben).await], [200, 200, 404], "no team: every admin");
    ask(&app, &ben, &ticket, ("POST", "/claim", json!({}))).await.problem(404);
    ask(&app, &ben, &ticket, ("POST", "/staff", json!({"userId": ben.person.id}))).await.problem(404);
    app.say(&ben, &ticket, "Hello").send().await.problem(404);

    ask(&app, &cay, &ticket, ("PATCH", "/assign", json!({"userId": ben.person.id}))).await.expect(200);
    assert_eq!([sees(&ben).await, sees(&dan).await], [200, 404]);
    ask(&app, &ben, &ticket, ("POST", "/staff", json!({"userId": dan.person.id}))).await.expect(201);
    ask(&app, &dan, &ticket, ("DELETE", &format!("/staff/{}", cay.person.id), json!({}))).await.expect(204);
    assert_eq!([sees(&dan).await, sees(&cay).await], [200, 404]);
    let (has_it, _) =
        ask(&app, &dan, &ticket, ("DELETE", &format!("/staff/{}", ben.person.id), json!({}))).await.problem(409);
    // An admin who does not see it can still name somebody; it is written down.
    ask(&app, &cay, &ticket, ("POST", "/staff", json!({"userId": cay.person.id}))).await.expect(201);
    assert_eq!(sees(&cay).await, 200);
    let named = look(&app, &dan, &format!("{path}/staff")).await;
    ask(&app, &ann, &ticket, ("PATCH", "", json!({"confidential": false}))).await.expect(200);
    let eve = app.signed_in("eve", Role::Instructor).await;
    assert_eq!(sees(&eve).await, 200);

    assert!(has_it["detail"].as_str().expect("why").contains("assign"), "{has_it}");
    assert_eq!(texts(&named, "displayName"), ["ben", "cay", "dan"]);
    let log = look(&app, &cay, &format!("/api/audit?subject={}", ticket["id"].as_str().expect("an id"))).await;
    let expected = ["confidentiality-changed", "staff-named", "staff-unnamed", "staff-named"];
    assert_eq!(texts(&log, "action"), expected);
});

http_story!(a_ticket_is_opened_for_somebody_who_waits_for_nothing_yet, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let draft = |whom: &str| json!({"title": "Your thesis", "description": "Please sign", "createdFor": whom});
    let ticket = open(&app, &ben, draft("Ann@example.org")).await.expect(201);
    for (whom, status) in [("nobody@example.org", 422), ("@desk_bot:desk.example", 422), ("@x", 422), ("", 422)] {
        let (_, wrong) = open(&app, &ben, draft(whom)).await.problem(status);
        assert_eq!(wrong, ["/createdFor"], "{whom}");
    }
    open(&app, &ann, draft(ben.person.id.as_str())).await.problem(422);
    let far = open(&app, &ben, draft("@zoe:home.example")).await.expect(201);
    app.say(&ben, &ticket, "And please soon").send().await.expect(201);
    let mine = look(&app, &ann, "/api/support/tickets").await;
    app.desk.clock().advance(Duration::minutes(5));
    app.say(&ann, &ticket, "Where?").send().await.expect(201);
    let path = format!("/api/support/tickets/{}", ticket["id"].as_str().expect("an id"));
    let asked = look(&app, &ann, &path).await;
    app.desk.clock().advance(Duration::minutes(5));
    app.say(&ben, &ticket, "Here").send().await.expect(201);
    let answered = look(&app, &ann, &path).await;

    assert_eq!(
        (&ticket["createdBy"]["displayName"], &ticket["openedBy"]["displayName"]),
        (&json!("ann"), &json!("ben"))
    );
    assert_eq!(far["createdBy"]["displayName"], "zoe");
    assert_eq!((&mine["items"][0]["waitingSince"], &mine["items"][0]["firstResponseAt"]), (&Value::Null, &Value::Null));
    assert_eq!(asked["waitingSince"], asked["lastMessageAt"]);
    assert_eq!((&answered["waitingSince"], &answered["firstResponseAt"]), (&Value::Null, &answered["lastMessageAt"]));
});

http_story!(what_is_written_too_late_opens_a_follow_up_once, |app| {
    let (mut ann, mut ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let ticket = app.ticket(&ann, "Printer").await;
    let path = format!("/api/support/tickets/{}", ticket["id"].as_str().expect("an id"));
    let close = ("POST", "/close", json!({"resolution": "Done"}));
    ask(&app, &ben, &ticket, close.clone()).await.expect(200);
    app.say(&ann, &ticket, "Thanks!").send().await.expect(201);
    assert_eq!(look(&app, &ann, &path).await["status"], "open", "a reply reopens within the window");
    ask(&app, &ben, &ticket, close.clone()).await.expect(200);
    app.desk.clock().advance(Duration::days(28));
    app.again(&mut ann).await;
    app.again(&mut ben).await;
    let before = look(&app, &ann, &path).await;

    let (late, _) = ask(&app, &ann, &ticket, ("POST", "/reopen", json!({}))).await.problem(409);
    let say = async |text: &str, id: &str| {
        let body = json!({"ticket": ticket["id"], "message": text, "clientId": id});
        app.post("/api/chat/messages").by(&ann).json(&body).send().await
    };
    let first = say("It burns again", "c1").await.expect(201);
    let repeated = say("It burns again", "c1").await.expect(200);
    let second = say("Badly", "c2").await.expect(201);
    ask(&app, &ben, &ticket, ("POST", "/reopen", json!({}))).await.expect(200);

    assert!(late["detail"].as_str().expect("why").contains("follow-up"), "{late}");
    assert_ne!(first["ticket"], ticket["id"]);
    assert_eq!((&first["ticket"], &first["id"]), (&second["ticket"], &repeated["id"]));
    let next = look(&app, &ann, &format!("/api/support/tickets/{}", first["ticket"].as_str().expect("an id"))).await;
    assert_eq!(
        (&next["title"], &next["follows"], &next["messageCount"]),
        (&json!("Re: Printer"), &ticket["id"], &json!(2))
    );
    assert_eq!(next["goesOnFrom"]["ticketId"], ticket["ticketId"]);
    let after = look(&app, &ann, &path).await;
    assert_eq!(after["followUps"][0]["id"], next["id"]);
    assert_eq!(before["messageCount"], after["messageCount"], "the old conversation is as it was");
    let told = texts(&look(&app, &ann, &format!("{path}/timeline")).await, "what");
    assert_eq!(told.iter().filter(|what| *what == "followed-up").count(), 1);

    let by_hand = json!({"title": "Again", "description": "B", "follows": ticket["ticketId"]});
    let (_, not_done) = open(&app, &ann, by_hand.clone()).await.problem(422);
    ask(&app, &ben, &ticket, close).await.expect(200);
    let linked = open(&app, &ann, by_hand).await.expect(201);
    assert_eq!((not_done, &linked["follows"]), (vec!["/follows".to_owned()], &ticket["id"]));
});

#[tokio::test]
async fn tickets_in_which_nothing_happens_are_closed_after_a_warning() {
    let folder = tempfile::TempDir::new().expect("a folder for the test");
    let auto_close = Some(AutoClose { after: Duration::days(14), warning: Duration::days(3) });
    let app = TestApp::over(desk_with(&folder, TicketSettings { auto_close, ..TicketSettings::default() }).await);
    let (mut ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let wait = ("PATCH", "/status", json!({"status": "pending"}));
    let mut tickets = Vec::new();
    for title in ["silent", "answered", "waiting"] {
        tickets.push(app.ticket(&ann, title).await);
    }
    for ticket in &tickets[..2] {
        ask(&app, &ben, ticket, wait.clone()).await.expect(200);
    }
    let clock = app.desk.clock();
    let close_idle = async || app.desk.close_idle().await.expect("the database is there");

    clock.advance(Duration::days(10));
    assert_eq!(close_idle().await, (0, 0), "too early");
    clock.advance(Duration::days(2));
    assert_eq!((close_idle().await, close_idle().await), ((2, 0), (0, 0)), "told once");
    app.again(&mut ann).await;
    app.say(&ann, &tickets[1], "Still here").send().await.expect(201);
    clock.advance(Duration::days(2));
    assert_eq!(close_idle().await, (0, 0), "the warning is not over");
    clock.advance(Duration::days(1));
    assert_eq!(close_idle().await, (0, 1));
    clock.advance(Duration::days(400));
    assert_eq!(close_idle().await, (0, 0), "never while the student waits");

    app.again(&mut ann).await;
    let mut statuses = Vec::new();
    for ticket in &tickets {
        statuses
            .push(look(&app, &ann, &format!("/api/support/tickets/{}", ticket["id"].as_str().expect("an id"))).await);
    }
    let statuses: Vec<_> = statuses.iter().map(|ticket| ticket["status"].as_str().expect("a status")).collect();
    assert_eq!(statuses, ["closed", "open", "open"]);
    let path = format!("/api/support/tickets/{}/timeline", tickets[0]["id"].as_str().expect("an id"));
    let told = look(&app, &ann, &path).await;
    let last = told["items"].as_array().expect("a list").last().expect("a line");
    assert_eq!((&last["what"], &last["actor"]), (&json!("status-changed"), &Value::Null));
    assert_eq!(texts(&told, "what")[2], "closing-announced");
}

#[tokio::test]
async fn students_are_asked_for_the_impact_where_the_desk_wants_it() {
    let folder = tempfile::TempDir::new().expect("a folder for the test");
    let settings = TicketSettings { student_priority: StudentPriority::Impact, ..TicketSettings::default() };
    let app = TestApp::over(desk_with(&folder, settings).await);
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Instructor).await);
    let draft = |field: &str, value: &str| json!({"title": "A", "description": "B", field: value});

    let (_, wrong) = open(&app, &ann, draft("priority", "urgent")).await.problem(422);
    let blocked = open(&app, &ann, draft("impact", "blocked")).await.expect(201);
    let urgent = open(&app, &ben, draft("priority", "urgent")).await.expect(201);
    let settings = look(&app, &ann, "/api/support/settings").await;

    assert_eq!(wrong, ["/priority"]);
    assert_eq!((&blocked["priority"], &urgent["priority"]), (&json!("high"), &json!("urgent")));
    assert_eq!((&settings["studentPriority"], &settings["reopenDays"]), (&json!("impact"), &json!(28)));
    assert_eq!(settings["impacts"][2], json!({"impact": "blocked", "priority": "high"}));
}

http_story!(the_last_admin_stays_and_what_happens_to_people_is_written_down, |app| {
    let (cay, dan) = (app.signed_in("cay", Role::Admin).await, app.signed_in("dan", Role::Admin).await);
    let change = async |by: &Caller, who: &Caller, body: Value| {
        app.call("PATCH", &format!("/api/users/{}", who.person.id)).by(by).json(&body).send().await
    };
    let team = app.post("/api/teams").by(&cay).json(&json!({"name": "Maths"})).send().await.expect(201);

    let in_team = change(&cay, &dan, json!({"teams": [team["id"]]})).await.expect(200);
    let (_, unknown) = change(&cay, &dan, json!({"teams": ["x"]})).await.problem(422);
    let demoted = change(&cay, &dan, json!({"role": "student"})).await.expect(200);
    let (_, no_staff) = change(&cay, &dan, json!({"teams": [team["id"]]})).await.problem(422);

    assert_eq!(in_team["teams"][0]["name"], "Maths");
    assert_eq!((unknown, no_staff), (vec!["/teams/0".to_owned()], vec!["/teams".to_owned()]));
    assert_eq!(demoted["teams"], json!([]), "who is no staff is in no team");
    let log = look(&app, &cay, &format!("/api/audit?action=user-changed&actor={}&limit=1", cay.person.id)).await;
    assert_eq!(log["items"][0]["details"]["role"], "student");
    let next = log["nextCursor"].as_str().expect("a cursor");
    let rest = look(&app, &cay, &format!("/api/audit?action=user-changed&cursor={next}")).await;
    assert_eq!((texts(&rest, "action").len(), &rest["nextCursor"]), (1, &Value::Null));
    let (_, wrong) = app.get("/api/audit?action=dancing").by(&cay).send().await.problem(422);
    assert_eq!(wrong, ["/action"]);
});

http_story!(a_roster_is_looked_at_and_taken_over, |app| {
    let (cay, ben) = (app.signed_in("cay", Role::Admin).await, app.signed_in("ben", Role::Instructor).await);
    app.post("/api/teams").by(&cay).json(&json!({"name": "Maths"})).send().await.expect(201);
    let text = "email,name,role,teams\nann@x.org,Ann,,\nben@example.org,Ben Ode,,maths\ncay@example.org,,student,\n\
        nameless@x.org,,,\nzoe@x.org,Zoe,,Maths\nmax@x.org,Max,instructor,Physics\n";
    let import = async |by: &Caller, query: &str| {
        let call = app.post(&format!("/api/users/import{query}")).by(by).header("content-type", "text/csv");
        Call { body: text.into(), ..call }.send().await
    };

    let dry = import(&cay, "?dryRun=yes").await.expect(200);
    let nobody = look(&app, &cay, "/api/users?search=x.org").await;
    let done = import(&cay, "").await.expect(200);
    let again = import(&cay, "").await.expect(200);
    import(&ben, "").await.problem(403);
    let (_, wrong) = import(&cay, "?dryRun=maybe").await.problem(422);
    app.post("/api/users/import").by(&cay).json(&json!({})).send().await.problem(415);

    let outcomes = |answer: &Value| -> Vec<String> {
        let rows = answer["rows"].as_array().expect("a list");
        rows.iter().map(|row| row["outcome"].as_str().expect("a word").to_owned()).collect()
    };
    assert_eq!(outcomes(&dry), ["created", "updated", "updated", "failed", "failed", "failed"]);
    assert_eq!(nobody["items"], json!([]), "a dry run changes nothing");
    assert_eq!(outcomes(&done), ["created", "updated", "failed", "failed", "failed", "failed"]);
    assert_eq!((&done["created"], &done["updated"], &done["failed"]), (&json!(1), &json!(1), &json!(4)));
    assert!(done["rows"][2]["detail"].as_str().expect("why").contains("yourself"), "{done}");
    assert!(done["rows"][0]["invitation"]["link"].as_str().is_some_and(|link| link.contains("#token=")));
    assert_eq!(outcomes(&again)[..2], ["unchanged", "unchanged"]);
    let seen = look(&app, &cay, "/api/users?search=ben@").await;
    assert_eq!(
        (&seen["items"][0]["displayName"], &seen["items"][0]["teams"][0]["name"]),
        (&json!("Ben Ode"), &json!("Maths"))
    );
    assert_eq!(wrong, ["/dryRun"]);
});

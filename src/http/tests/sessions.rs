//! Where somebody is signed in, and changing the password there.
use serde_json::json;

use super::{ATTEMPTS, PASSWORD, http_story};
use crate::domain::people::Role;

http_story!(somebody_sees_their_sessions_and_ends_one_from_afar, |app| {
    let (ann, ben) = (app.signed_in("ann", Role::Student).await, app.signed_in("ben", Role::Admin).await);
    app.desk.clock().advance(chrono::Duration::minutes(1));
    let long = "Element ".repeat(100);
    let phone = app.login("ann", PASSWORD).header("user-agent", &long).send().await.expect(200);
    let phone = phone["accessToken"].as_str().expect("a token");

    let list = app.get("/api/auth/sessions").by(&ann).send().await.expect(200);

    let sessions = list["items"].as_array().expect("a list");
    assert_eq!(sessions.len(), 2);
    assert_eq!((&sessions[0]["current"], &sessions[1]["current"]), (&json!(false), &json!(true)));
    assert!(sessions[0]["createdAt"].as_str() > sessions[1]["createdAt"].as_str());
    let agent = sessions[0]["userAgent"].as_str().expect("a name");
    assert!(agent.starts_with("Element") && agent.chars().count() <= 121, "{agent}");
    let of_phone = format!("/api/auth/sessions/{}", sessions[0]["id"].as_str().expect("an id"));
    app.call("DELETE", &of_phone).by(&ben).send().await.problem(404);
    app.get("/api/auth/me").token(phone).send().await.expect(200);
    app.call("DELETE", &of_phone).by(&ann).send().await.expect(204);
    app.get("/api/auth/me").token(phone).send().await.problem(401);
    app.call("DELETE", &of_phone).by(&ann).send().await.problem(404);
    app.get("/api/auth/sessions").send().await.problem(401);
});

http_story!(a_refresh_keeps_the_session_and_tells_when, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let before = app.get("/api/auth/sessions").by(&ann).send().await.expect(200);
    app.desk.clock().advance(chrono::Duration::minutes(5));

    app.refresh(&ann.refresh_token).send().await.expect(200);

    let after = app.get("/api/auth/sessions").by(&ann).send().await.expect(200);
    let (before, after) = (&before["items"][0], &after["items"][0]);
    assert_eq!((&before["id"], &before["createdAt"]), (&after["id"], &after["createdAt"]));
    assert!(before["lastUsedAt"].as_str() < after["lastUsedAt"].as_str());
});

http_story!(another_password_needs_the_present_one_and_ends_the_other_sessions, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let other = app.login("ann", PASSWORD).send().await.expect(200);
    let change = |present: &str, new: &str| {
        let body = json!({"currentPassword": present, "newPassword": new});
        app.call("PUT", "/api/auth/me/password").json(&body)
    };
    change(PASSWORD, "another horse").send().await.problem(401);
    let (_, pointers) = change("wrong horse battery", "another horse").by(&ann).send().await.problem(422);
    assert_eq!(pointers, ["/currentPassword"]);
    let (_, pointers) = change(PASSWORD, "short").by(&ann).send().await.problem(422);
    assert_eq!(pointers, ["/newPassword"]);

    change(PASSWORD, "another horse").by(&ann).send().await.expect(204);

    app.get("/api/auth/me").by(&ann).send().await.expect(200);
    app.get("/api/auth/me").token(other["accessToken"].as_str().expect("a token")).send().await.problem(401);
    app.login("ann", PASSWORD).send().await.problem(401);
    app.login("ann", "another horse").send().await.expect(200);
    for _ in 0..ATTEMPTS {
        change("wrong horse battery", PASSWORD).by(&ann).send().await.problem(422);
    }
    change("another horse", PASSWORD).by(&ann).send().await.problem(429);
});

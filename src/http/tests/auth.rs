//! Signing in, staying signed in, signing out.
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::Duration;
use serde_json::json;

use super::{ATTEMPTS, PASSWORD, http_story};
use crate::domain::people::Role;

http_story!(a_sign_in_gives_tokens_that_tell_who_it_is, |app| {
    let person = app.account("ann", Role::Student).await;

    let session = app.login("ann", PASSWORD).send().await.expect(200);

    assert_eq!((&session["tokenType"], &session["expiresIn"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(session["refreshTokenExpiresAt"], "2026-03-27T06:13:20.000Z");
    let me = app.get("/api/auth/me").token(session["accessToken"].as_str().expect("a token")).send().await.expect(200);
    let mut expected = json!({"id": person.id, "email": "ann@example.org", "displayName": "ann", "role": "student",
        "matrixId": null, "avatarUrl": null});
    assert_eq!(session["user"], expected);
    expected["hideReadReceipts"] = json!(false);
    assert_eq!(me, expected);
});

http_story!(nobody_learns_whether_an_address_is_known, |app| {
    app.account("ann", Role::Student).await;

    let (wrong, _) = app.login("ann", "wrong horse battery").send().await.problem(401);
    let (unknown, _) = app.login("bob", PASSWORD).send().await.problem(401);

    for field in ["type", "title", "detail", "errors"] {
        assert_eq!(wrong[field], unknown[field]);
    }
});

http_story!(a_used_refresh_token_ends_its_whole_session, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let second = app.refresh(&ann.refresh_token).send().await.expect(200);
    let token = second["accessToken"].as_str().expect("a token");
    app.get("/api/auth/me").token(token).send().await.expect(200);
    let third = app.refresh(second["refreshToken"].as_str().expect("a token")).send().await.expect(200);

    app.refresh(&ann.refresh_token).send().await.problem(401);

    app.refresh(third["refreshToken"].as_str().expect("a token")).send().await.problem(401);
    app.get("/api/auth/me").token(token).send().await.problem(401);
});

http_story!(a_refresh_token_whose_answer_was_lost_is_good_again, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let lost = app.refresh(&ann.refresh_token).send().await.expect(200);

    let second = app.refresh(&ann.refresh_token).send().await.expect(200);

    app.get("/api/auth/me").token(second["accessToken"].as_str().expect("a token")).send().await.expect(200);
    // It was not lost, then: two have it.
    app.refresh(lost["refreshToken"].as_str().expect("a token")).send().await.problem(401);
    app.refresh(second["refreshToken"].as_str().expect("a token")).send().await.problem(401);
});

http_story!(an_answer_is_not_lost_for_long, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let second = app.refresh(&ann.refresh_token).send().await.expect(200);
    app.desk.clock().advance(Duration::seconds(31));

    app.refresh(&ann.refresh_token).send().await.problem(401);

    app.refresh(second["refreshToken"].as_str().expect("a token")).send().await.problem(401);
});

http_story!(of_two_refreshes_at_once_one_alone_goes_on, |app| {
    let ann = app.signed_in("ann", Role::Student).await;

    let (one, other) = tokio::join!(app.refresh(&ann.refresh_token).send(), app.refresh(&ann.refresh_token).send());

    let tokens = [one.expect(200), other.expect(200)].map(|given| given["refreshToken"].clone());
    let mut codes = Vec::new();
    for token in tokens {
        codes.push(app.refresh(token.as_str().expect("a token")).send().await.status.as_u16());
    }
    // The one that counts as lost ends the session, whether it is shown first or last.
    assert!(codes.contains(&401), "{codes:?}");
});

http_story!(a_sign_out_ends_the_session_and_no_other, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let other = app.login("ann", PASSWORD).send().await.expect(200);

    let body = json!({"refreshToken": ann.refresh_token});
    assert_eq!(app.post("/api/auth/logout").json(&body).send().await.status, 204);

    app.refresh(&ann.refresh_token).send().await.problem(401);
    app.get("/api/auth/me").by(&ann).send().await.problem(401);
    app.get("/api/auth/me").token(other["accessToken"].as_str().expect("a token")).send().await.expect(200);
    assert_eq!(app.post("/api/auth/logout").json(&body).send().await.status, 204, "nothing left to end");
});

http_story!(a_refresh_under_way_does_not_survive_a_sign_out, |app| {
    app.account("ann", Role::Student).await;
    for _ in 0..20 {
        let session = app.login("ann", PASSWORD).send().await.expect(200);
        let token = session["refreshToken"].as_str().expect("a token");
        let sign_out = app.post("/api/auth/logout").json(&json!({"refreshToken": token}));

        let (refreshed, signed_out) = tokio::join!(app.refresh(token).send(), sign_out.send());

        assert_eq!(signed_out.status, 204);
        if refreshed.status == 200 {
            let refreshed = refreshed.json();
            app.refresh(refreshed["refreshToken"].as_str().expect("a token")).send().await.problem(401);
            app.get("/api/auth/me")
                .token(refreshed["accessToken"].as_str().expect("a token"))
                .send()
                .await
                .problem(401);
        }
    }
});

http_story!(disabled_people_are_refused_at_once_and_come_back_when_enabled, |app| {
    let ann = app.signed_in("ann", Role::Student).await;

    app.desk.disable("ann@example.org").await.expect("she is there");

    app.get("/api/auth/me").by(&ann).send().await.problem(401);
    app.refresh(&ann.refresh_token).send().await.problem(401);
    app.login("ann", PASSWORD).send().await.problem(403);
    app.login("ann", "wrong horse battery").send().await.problem(401);
    app.desk.enable("ann@example.org").await.expect("she is there");
    app.login("ann", PASSWORD).send().await.expect(200);
});

http_story!(a_new_password_ends_every_session_and_a_new_role_holds_at_once, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    app.desk.set_role("ann@example.org", Role::Instructor).await.expect("she is there");
    assert_eq!(app.get("/api/auth/me").by(&ann).send().await.expect(200)["role"], "instructor");

    app.desk.set_password("ann@example.org", "another horse").await.expect("she is there");

    app.get("/api/auth/me").by(&ann).send().await.problem(401);
    app.login("ann", PASSWORD).send().await.problem(401);
    app.login("ann", "another horse").send().await.expect(200);
});

http_story!(tokens_expire_by_the_desk_s_clock, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    app.desk.clock().advance(Duration::seconds(899));
    app.get("/api/auth/me").by(&ann).send().await.expect(200);

    app.desk.clock().advance(Duration::seconds(1));
    app.get("/api/auth/me").by(&ann).send().await.problem(401);

    let second = app.refresh(&ann.refresh_token).send().await.expect(200);
    app.desk.clock().advance(Duration::days(30));
    app.refresh(second["refreshToken"].as_str().expect("a token")).send().await.problem(401);
});

http_story!(a_token_that_is_not_ours_is_refused, |app| {
    let ann = app.signed_in("ann", Role::Admin).await;
    let payload = ann.token.split('.').nth(1).expect("three parts").to_owned();
    let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let (signed, signature) = ann.token.rsplit_once('.').expect("three parts");
    let changed = format!("{signed}.{}{}", if signature.starts_with('A') { 'B' } else { 'A' }, &signature[1..]);
    for forged in [format!("{none}.{payload}."), changed, "nonsense".to_owned(), ann.refresh_token.clone()] {
        let answer = app.get("/api/auth/me").token(&forged).send().await;
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        answer.problem(401);
    }
    app.get("/api/auth/me").send().await.problem(401);
    app.get("/api/auth/me").header("authorization", "Basic YTpi").send().await.problem(401);
});

http_story!(attempts_on_an_address_are_limited_until_the_window_is_over, |app| {
    app.account("ann", Role::Student).await;
    for from in 1..=ATTEMPTS {
        let from = u8::try_from(from).expect("few");
        app.login("ann", "wrong horse battery").from(from).send().await.problem(401);
    }

    app.desk.clock().advance(Duration::minutes(5));
    let refused = app.login("ann", PASSWORD).from(9).send().await;

    assert_eq!(refused.header("retry-after"), "600");
    refused.problem(429);
    let limits_tell_nothing = app.login("bob", PASSWORD).from(9).send().await;
    limits_tell_nothing.problem(401);
    app.desk.clock().advance(Duration::minutes(10));
    app.login("ann", PASSWORD).send().await.expect(200);
});

http_story!(a_success_forgets_the_failures_of_its_address, |app| {
    app.account("ann", Role::Student).await;
    for _ in 0..3 {
        for _ in 1..ATTEMPTS {
            app.login("ann", "wrong horse battery").send().await.problem(401);
        }
        app.login("ann", PASSWORD).send().await.expect(200);
    }
});

http_story!(a_client_that_tries_many_addresses_is_limited_and_locks_nobody_out, |app| {
    app.account("ann", Role::Student).await;
    for attempt in 0..ATTEMPTS * 10 {
        app.login(&format!("nobody{attempt}"), PASSWORD).from(7).send().await.problem(401);
    }

    for _ in 0..=ATTEMPTS {
        app.login("ann", PASSWORD).from(7).send().await.problem(429);
    }

    app.login("ann", PASSWORD).from(8).send().await.expect(200);
});

http_story!(what_expired_is_swept_and_what_lives_stays, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    app.login("ann", "wrong horse battery").send().await.problem(401);
    app.desk.clock().advance(Duration::minutes(14));
    app.desk.sweep_sign_ins().await.expect("sweeps");
    app.get("/api/auth/me").by(&ann).send().await.expect(200);

    app.desk.clock().advance(Duration::days(30));
    app.desk.sweep_sign_ins().await.expect("sweeps");

    app.refresh(&ann.refresh_token).send().await.problem(401);
    app.login("ann", PASSWORD).send().await.expect(200);
});

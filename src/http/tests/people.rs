//! Managing people, and finding staff to give tickets to.
use serde_json::{Value, json};

use super::{PASSWORD, http_story};
use crate::domain::people::Role;

const CHOSEN: &str = "a password of my own";

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().expect("a list").iter();
    items.map(|person| text(&person["displayName"])).collect()
}

http_story!(people_are_for_admins_and_staff_see_whom_to_give_tickets_to, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let ben = app.signed_in("ben", Role::Instructor).await;
    let of_ann = format!("/api/users/{}", ann.person.id);
    let reset = format!("{of_ann}/password-reset");
    for caller in [&ann, &ben] {
        for (method, path) in [("GET", "/api/users"), ("GET", &of_ann), ("POST", &reset)] {
            app.call(method, path).by(caller).send().await.problem(403);
        }
        let new = json!({"name": "Eve", "email": "eve@example.org", "role": "admin"});
        app.post("/api/users").by(caller).json(&new).send().await.problem(403);
        app.call("PATCH", &of_ann).by(caller).json(&json!({"role": "admin"})).send().await.problem(403);
    }
    for path in ["/api/users", "/api/users/assignable", &of_ann] {
        app.get(path).send().await.problem(401);
    }
    app.get("/api/users/assignable").by(&ann).send().await.problem(403);
    let offered = app.get("/api/users/assignable").by(&ben).send().await.expect(200);
    assert_eq!(names(&offered), ["ben"]);
    assert_eq!(offered["items"][0]["openTickets"], 0);
});

http_story!(people_are_listed_page_by_page_and_found_by_name_address_and_role, |app| {
    let eve = app.signed_in("eve", Role::Admin).await;
    for name in ["Änne", "b_b", "bxb"] {
        app.account(name, Role::Student).await;
    }
    let carl = json!({"name": "Carl", "email": "c@example.org", "matrixId": "@Odd:example.org"});
    app.post("/api/users").by(&eve).json(&carl).send().await.expect(201);

    let mut seen = Vec::new();
    let mut path = "/api/users?limit=2".to_owned();
    loop {
        let page = app.get(&path).by(&eve).send().await.expect(200);
        seen.extend(names(&page).into_iter().map(str::to_owned));
        let Some(next) = page["nextCursor"].as_str() else { break };
        path = format!("/api/users?limit=2&cursor={next}");
    }

    seen.sort();
    assert_eq!(seen, ["Carl", "b_b", "bxb", "eve", "Änne"]);
    for (query, found) in [
        ("search=%C3%84NN", &["Änne"][..]),
        ("search=b_b", &["b_b"]),
        ("search=%25", &[]),
        ("search=%40odd", &["Carl"]),
        ("search=EVE%40exam", &["eve"]),
        ("role=admin", &["eve"]),
        ("role=instructor", &[]),
    ] {
        let list = app.get(&format!("/api/users?{query}")).by(&eve).send().await.expect(200);
        assert_eq!(names(&list), found, "{query}");
    }
    for (query, pointer) in [("role=root", "/role"), ("cursor=x", "/cursor"), ("limit=0", "/limit"), ("x=1", "/x")] {
        let (_, pointers) = app.get(&format!("/api/users?{query}")).by(&eve).send().await.problem(422);
        assert_eq!(pointers, [pointer]);
    }
});

http_story!(an_invitation_is_good_once_and_until_it_expires, |app| {
    let eve = app.signed_in("eve", Role::Admin).await;
    let invite = async |name: &str| {
        let new = json!({"name": name, "email": format!("{name}@example.org"), "role": "instructor"});
        app.post("/api/users").by(&eve).json(&new).send().await.expect(201)
    };
    let accept = |created: &Value| {
        let body = json!({"token": created["invitation"]["token"], "password": CHOSEN, "displayName": "Ben Ode"});
        app.post("/api/auth/invitations/accept").json(&body)
    };
    let (ben, carl) = (invite("ben").await, invite("carl").await);
    assert_eq!((&ben["hasPassword"], &ben["role"]), (&json!(false), &json!("instructor")));
    assert!(text(&ben["invitation"]["link"]).starts_with("https://desk.example/invitation#token="));
    app.login("ben", CHOSEN).send().await.problem(401);
    let as_reset = json!({"token": ben["invitation"]["token"], "password": CHOSEN});
    app.post("/api/auth/password-reset/confirm").json(&as_reset).send().await.problem(422);

    let session = accept(&ben).send().await.expect(200);

    assert_eq!(session["user"]["displayName"], "Ben Ode");
    app.get("/api/auth/me").token(text(&session["accessToken"])).send().await.expect(200);
    app.login("ben", CHOSEN).send().await.expect(200);
    let (_, pointers) = accept(&ben).send().await.problem(422);
    assert_eq!(pointers, ["/token"]);
    app.desk.clock().advance(chrono::Duration::days(7));
    accept(&carl).send().await.problem(422);
});

http_story!(a_wish_for_another_password_tells_nobody_whether_the_address_is_known, |app| {
    let (eve, ann) = (app.signed_in("eve", Role::Admin).await, app.signed_in("ann", Role::Student).await);
    for (name, times) in [("ann", 1), ("nobody", 1), ("ann", 9)] {
        for _ in 0..times {
            let body = json!({"email": format!("{name}@example.org")});
            let answer = app.post("/api/auth/password-reset").json(&body).send().await;
            assert_eq!((answer.status.as_u16(), &*answer.text), (202, ""));
        }
    }
    let of_ann = format!("/api/users/{}", ann.person.id);
    assert!(app.get(&of_ann).by(&eve).send().await.expect(200)["passwordResetAskedAt"].is_string());
    let reset = async || app.post(&format!("{of_ann}/password-reset")).by(&eve).send().await.expect(201);
    let (first, second) = (reset().await, reset().await);
    let confirm = |given: &Value, password: &str| {
        let body = json!({"token": given["token"], "password": password});
        app.post("/api/auth/password-reset/confirm").json(&body)
    };
    let (_, pointers) = confirm(&second, "short").send().await.problem(422);
    assert_eq!(pointers, ["/password"], "and the token is still good");
    confirm(&first, CHOSEN).send().await.problem(422);

    confirm(&second, CHOSEN).send().await.expect(204);

    confirm(&second, CHOSEN).send().await.problem(422);
    app.get("/api/auth/me").by(&ann).send().await.problem(401);
    app.login("ann", PASSWORD).send().await.problem(401);
    app.login("ann", CHOSEN).send().await.expect(200);
    assert!(app.get(&of_ann).by(&eve).send().await.expect(200)["passwordResetAskedAt"].is_null());
    let late = reset().await;
    app.desk.clock().advance(chrono::Duration::minutes(60));
    confirm(&late, PASSWORD).send().await.problem(422);
});

http_story!(admins_change_roles_and_put_people_off_but_not_themselves, |app| {
    let (eve, ann) = (app.signed_in("eve", Role::Admin).await, app.signed_in("ann", Role::Student).await);
    let patch = |id: &str, body: Value| app.call("PATCH", &format!("/api/users/{id}")).by(&eve).json(&body);
    let of_ann = ann.person.id.as_str();

    let changed = patch(of_ann, json!({"role": "instructor", "name": "Ann Lee"})).send().await.expect(200);

    assert_eq!((&changed["role"], &changed["displayName"]), (&json!("instructor"), &json!("Ann Lee")));
    app.get("/api/users/assignable").by(&ann).send().await.expect(200);
    let reset = app.post(&format!("/api/users/{of_ann}/password-reset")).by(&eve).send().await.expect(201);
    assert!(patch(of_ann, json!({"disabled": true})).send().await.expect(200)["disabledAt"].is_string());
    app.get("/api/auth/me").by(&ann).send().await.problem(401);
    let choice = json!({"token": reset["token"], "password": CHOSEN});
    app.post("/api/auth/password-reset/confirm").json(&choice).send().await.problem(422);
    let list = app.get("/api/users?search=lee").by(&eve).send().await.expect(200);
    assert_eq!(names(&list), ["Ann Lee"], "disabled people are shown");
    assert_eq!(names(&app.get("/api/users/assignable").by(&eve).send().await.expect(200)), ["eve"]);
    patch(of_ann, json!({"disabled": false})).send().await.expect(200);
    app.login("ann", PASSWORD).send().await.expect(200);
    for body in [json!({"disabled": true}), json!({"role": "student"})] {
        patch(eve.person.id.as_str(), body).send().await.problem(409);
    }
    patch("usr_nobody", json!({"disabled": true})).send().await.problem(404);
    patch(of_ann, json!({"role": "root"})).send().await.problem(422);
});

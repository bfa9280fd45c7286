//! The endpoints that the homeserver calls, and whom else they refuse.
use reqwest::Method;
use serde_json::json;

use crate::support::rest::{Answer, Rest};
use crate::support::{TestDesk, story};

/// A request to the port the homeserver pushes to.
async fn push(desk: &TestDesk, method: Method, path: &str, token: Option<&str>) -> Answer {
    let request = Rest::at(desk.home.service.push_port).request(method, path).json(&json!({"events": []}));
    let request = if let Some(token) = token { request.by(token) } else { request };
    request.send().await
}

story!(only_the_homeserver_may_push, |desk| {
    let service = &desk.home.service;
    let endpoints = [
        (Method::PUT, "/_matrix/app/v1/transactions/1".to_owned()),
        (Method::GET, format!("/_matrix/app/v1/users/@{}bot:roomdesk.test", desk.home.prefix)),
        (Method::GET, format!("/_matrix/app/v1/rooms/%23{}x:roomdesk.test", desk.home.prefix)),
        (Method::POST, "/_matrix/app/v1/ping".to_owned()),
    ];

    for (method, path) in endpoints {
        // The other token of the same registration is as wrong as any.
        for wrong in ["nonsense", &service.as_token, &service.hs_token[1..]] {
            let refused = push(desk, method.clone(), &path, Some(wrong)).await.expect(403);
            assert_eq!(refused["errcode"], "M_FORBIDDEN", "{path}");
            assert!(refused["error"].is_string(), "{path}");
        }
        let refused = push(desk, method, &path, None).await.expect(401);
        assert_eq!(refused["errcode"], "M_UNAUTHORIZED", "{path}");
    }

    let taken = push(desk, Method::PUT, "/_matrix/app/v1/transactions/1", Some(&service.hs_token)).await;
    assert_eq!(taken.expect(200), json!({}));
});

story!(the_homeserver_learns_which_ghosts_and_rooms_exist, |desk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    ann.eventually_sees_room_of(&ticket).await;
    let token = Some(&*desk.home.service.hs_token);
    let (prefix, server) = (&desk.home.prefix, desk.home.synapse.server_name());
    let nobody = "usr_00000000000000000000000000";

    for (path, status) in [
        (format!("users/@{prefix}{}:{server}", ann.id), 200),
        (format!("users/@{prefix}{nobody}:{server}"), 404),
        (format!("users/@somebody:{server}"), 404),
        (format!("rooms/%23{prefix}{}:{server}", ticket.id), 200),
        (format!("rooms/%23{prefix}tkt_00000000000000000000000000:{server}"), 404),
    ] {
        let answer = push(desk, Method::GET, &format!("/_matrix/app/v1/{path}"), token).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
});

story!(a_transaction_that_makes_no_sense_is_refused_or_passed_over, |desk| {
    let rest = Rest::at(desk.home.service.push_port);
    let put = |body: &'static str| {
        let request = rest.request(Method::PUT, "/_matrix/app/v1/transactions/2").raw(body);
        request.by(&desk.home.service.hs_token)
    };

    assert_eq!(put("not json").send().await.expect(400)["errcode"], "M_BAD_JSON");
    assert_eq!(put(r#"{"events": "none"}"#).send().await.expect(400)["errcode"], "M_BAD_JSON");
    put(r#"{"events": [7, null, {"type": 5}], "ephemeral": 3, "org.example": {}}"#).send().await.expect(200);

    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    ann.eventually_sees_room_of(&ticket).await;
});

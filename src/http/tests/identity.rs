//! Who a request speaks for besides those who signed in: people of a host application, and keys.
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::{Answer, TestApp, desk_of, http_story};
use crate::desk::{HostRoles, TicketSettings};
use crate::domain::people::Role;
use crate::host::{Algorithm, ClaimNames, HostSettings, KeySource};

const SECRET: &[u8] = b"a secret that both of them know.";

async fn embedded(folder: &tempfile::TempDir, links_by_email: bool) -> TestApp {
    let [name, email, role, context] = ["name", "email", "role", "course"].map(str::to_owned);
    let settings = HostSettings {
        issuer: "lms".to_owned(),
        audience: "desk".to_owned(),
        algorithm: Algorithm::HS256,
        keys: KeySource::Secret(SECRET.to_vec()),
        claims: ClaimNames { name, email, role, context },
    };
    let roles = HostRoles { instructors: vec!["teacher".to_owned()], admins: vec!["root".to_owned()], links_by_email };
    TestApp::over(desk_of(folder, TicketSettings::default(), Some((settings, roles))).await)
}

/// A token of the host about `subject`, with further claims.
fn token(app: &TestApp, subject: &str, more: &Value) -> String {
    let until = app.desk.clock().now().timestamp() + 600;
    let mut claims = json!({"iss": "lms", "aud": "desk", "sub": subject, "exp": until});
    for (claim, value) in more.as_object().expect("claims") {
        claims[claim] = value.clone();
    }
    encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET)).expect("JSON")
}

async fn me(app: &TestApp, token: &str) -> Value {
    app.get("/api/auth/me").token(token).send().await.expect(200)
}

#[tokio::test]
async fn people_of_the_host_are_known_from_their_first_request_on() {
    let folder = tempfile::TempDir::new().expect("a folder for the test");
    let app = embedded(&folder, false).await;
    let ann = token(&app, "42", &json!({"name": "Ann", "email": "Ann@lms.example", "course": "M1"}));

    let (one, other) = tokio::join!(me(&app, &ann), me(&app, &ann));
    let body = json!({"title": "A", "description": "B"});
    let ticket = app.post("/api/support/tickets").token(&ann).json(&body).send().await.expect(201);
    let body = json!({"title": "A", "description": "B", "context": "Sports"});
    let elsewhere = app.post("/api/support/tickets").token(&ann).json(&body).send().await.expect(201);
    let teacher = me(&app, &token(&app, "7", &json!({"name": "Ben", "role": ["reader", "Teacher"]}))).await;
    let renamed = me(&app, &token(&app, "42", &json!({"name": "Ann Lee", "role": "root"}))).await;
    let same_address = me(&app, &token(&app, "43", &json!({"email": "ann@lms.example"}))).await;
    app.get("/api/auth/sessions").token(&ann).send().await.problem(403);

    assert_eq!(one["id"], other["id"], "two requests at once make one person");
    assert_eq!(
        (&one["displayName"], &one["role"], &one["email"]),
        (&json!("Ann"), &json!("student"), &json!("ann@lms.example"))
    );
    assert_eq!((&ticket["context"], &elsewhere["context"]), (&json!("M1"), &json!("Sports")));
    assert_eq!(teacher["role"], "instructor");
    assert_eq!(
        (&renamed["id"], &renamed["displayName"], &renamed["role"]),
        (&one["id"], &json!("Ann Lee"), &json!("admin"))
    );
    assert_ne!(same_address["id"], one["id"]);
    assert_eq!(same_address["email"], Value::Null);
}

#[tokio::test]
async fn an_account_of_the_desk_is_nobody_of_the_host_unless_the_operator_says_so() {
    for links_by_email in [false, true] {
        let folder = tempfile::TempDir::new().expect("a folder for the test");
        let app = embedded(&folder, links_by_email).await;
        let cay = app.account("cay", Role::Admin).await;
        let seen = me(&app, &token(&app, "1", &json!({"email": "cay@example.org"}))).await;
        assert_eq!(seen["id"] == cay.id.as_str(), links_by_email);
        assert_eq!(seen["role"] == "admin", links_by_email, "what the host does not say stays");
        app.desk.disable("cay@example.org").await.expect("an account");
        let again = app.get("/api/auth/me").token(&token(&app, "1", &json!({}))).send().await;
        assert_eq!(again.status.as_u16(), if links_by_email { 401 } else { 200 });
    }
}

http_story!(without_a_host_its_tokens_are_nobody_s, |app| {
    app.get("/api/auth/me").token(&token(&app, "42", &json!({}))).send().await.problem(401);
});

http_story!(a_key_acts_as_its_person_within_its_scopes, |app| {
    let (cay, ben) = (app.signed_in("cay", Role::Admin).await, app.signed_in("ben", Role::Instructor).await);
    let ann = app.signed_in("ann", Role::Student).await;
    let ticket = app.ticket(&ann, "Printer").await;
    let make = async |body: Value| app.post("/api/keys").by(&cay).json(&body).send().await;
    let of_ben =
        make(json!({"name": "Exports", "userId": ben.person.id, "scopes": ["read"], "days": 1})).await.expect(201);
    let of_cay = make(json!({"name": "Everything", "scopes": ["write", "read", "admin"]})).await.expect(201);
    let (_, wrong) = make(json!({"name": "x", "scopes": ["dance"]})).await.problem(422);
    let (_, none) = make(json!({"name": "x", "scopes": []})).await.problem(422);
    app.post("/api/keys").by(&ben).json(&json!({"name": "x", "scopes": ["read"]})).send().await.problem(403);
    let secret = |key: &Value| key["secret"].as_str().expect("a key").to_owned();
    let (bens, cays) = (secret(&of_ben), secret(&of_cay));
    let ask = async |key: &str, method: &str, path: &str, body: Value| -> Answer {
        app.call(method, path).token(key).json(&body).send().await
    };
    let say = json!({"ticket": ticket["id"], "message": "Hello"});

    ask(&bens, "GET", "/api/support/tickets/all", Value::Null).await.expect(200);
    let (narrow, _) = ask(&bens, "POST", "/api/chat/messages", say.clone()).await.problem(403);
    ask(&bens, "GET", "/api/users", Value::Null).await.problem(403);
    let said = ask(&cays, "POST", "/api/chat/messages", say).await.expect(201);
    ask(&cays, "GET", "/api/users", Value::Null).await.expect(200);
    for path in ["/api/keys", "/api/auth/sessions"] {
        ask(&cays, "GET", path, Value::Null).await.problem(403);
    }
    ask(&cays, "PUT", "/api/auth/me", json!({"displayName": "Cat"})).await.problem(403);
    let listed = app.get("/api/keys").by(&cay).send().await.expect(200);
    let id = of_cay["id"].as_str().expect("an id");
    app.call("DELETE", &format!("/api/keys/{id}")).by(&cay).send().await.expect(204);
    app.call("DELETE", &format!("/api/keys/{id}")).by(&cay).send().await.problem(404);
    ask(&cays, "GET", "/api/auth/me", Value::Null).await.problem(401);
    app.desk.clock().advance(chrono::Duration::days(1));
    ask(&bens, "GET", "/api/auth/me", Value::Null).await.problem(401);

    assert_eq!((wrong, none), (vec!["/scopes/0".to_owned()], vec!["/scopes".to_owned()]));
    assert!(narrow["detail"].as_str().expect("why").contains("write"), "{narrow}");
    assert_eq!(said["sender"]["displayName"], "cay");
    let keys = listed["items"].as_array().expect("a list");
    assert_eq!((&keys[0]["name"], &keys[0]["scopes"]), (&json!("Everything"), &json!(["read", "write", "admin"])));
    assert!(bens.starts_with(keys[1]["prefix"].as_str().expect("a beginning")) && keys[1]["lastUsedAt"].is_string());
    assert!(!listed.to_string().contains(&bens[12..]), "a key is told once");
});

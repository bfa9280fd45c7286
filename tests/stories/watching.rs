//! Lists that are watched: what comes into them, changes in them and goes, for whoever may see it.
use reqwest::Method;
use serde_json::{Value, json};

use super::lists::Alone;
use crate::support::account::{Account, Ticket, text};
use crate::support::{Socket, story};

const EVENT: &str = "list-changed";

fn path(ticket: &Ticket, rest: &str) -> String {
    format!("/api/support/tickets/{}{rest}", ticket.id)
}

async fn patch(by: &Account, path: &str, body: Value) -> Value {
    by.request(Method::PATCH, path).json(&body).send().await.expect(200)
}

async fn watches(socket: &Socket, q: &str) -> i64 {
    socket.gets("watch-list", &json!({"q": q})).await["watch"].as_i64().expect("a number")
}

/// The next thing told of a ticket in a watched list, past those that were `told` before.
async fn hears(socket: &Socket, (watch, ticket): (i64, &Ticket), wanted: impl Fn(&Value) -> bool) -> Value {
    let is_it = |event: &Value| event["watch"] == watch && event["ticket"] == ticket.id.as_str() && wanted(event);
    socket.eventually_hears(EVENT, is_it).await
}

fn is_gone(event: &Value) -> bool {
    event["gone"] == true && event["item"].is_null()
}

/// What was told of a ticket: its title while it was in the list, nothing when it went; the same again counts once.
fn told(socket: &Socket, watch: i64, ticket: &Ticket) -> Vec<Option<String>> {
    let events = socket.heard_of(EVENT).into_iter();
    let events = events.filter(|event| event["watch"] == watch && event["ticket"] == ticket.id.as_str());
    let mut told: Vec<_> = events.map(|event| event["item"]["title"].as_str().map(str::to_owned)).collect();
    told.dedup();
    told
}

story!(a_ticket_comes_into_a_watched_list_changes_in_it_and_goes, |desk: Alone| {
    let (ann, ben) = (desk.0.student("Ann Lee").await, desk.0.instructor("Ben Ode").await);
    let early = ann.opens_ticket("Early", "It burns").await;
    ben.post(&path(&early, "/claim"), &Value::Null).await.expect(200);
    let screen = Socket::connects(&ben).await;
    let (mine, urgent) = (watches(&screen, "assignee:me").await, watches(&screen, "priority:urgent").await);

    let other = ann.opens_ticket("Other", "It burns").await;
    let ticket = ann.opens_ticket("Printer", "It burns").await;
    ben.post(&path(&ticket, "/claim"), &Value::Null).await.expect(200);
    let came = hears(&screen, (mine, &ticket), |event| event["gone"] == false).await;
    patch(&ben, &path(&ticket, ""), json!({"title": "Printer on fire", "priority": "urgent"})).await;
    hears(&screen, (urgent, &ticket), |event| event["item"]["title"] == "Printer on fire").await;
    let now = hears(&screen, (mine, &ticket), |event| event["item"]["title"] == "Printer on fire").await;
    let listed = ben.get("/api/support/tickets/all?assignee=me&priority=urgent").await.expect(200);
    for gone in [&early, &ticket] {
        patch(&ben, &path(gone, "/assign"), json!({"userId": null})).await;
        hears(&screen, (mine, gone), is_gone).await;
    }

    assert_eq!((&came["item"]["assignedTo"]["id"], &came["item"]["id"]), (&json!(ben.id), &json!(ticket.id)));
    let mut row = listed["items"][0].clone();
    row.as_object_mut().expect("a ticket").remove("unreadCount");
    assert_eq!(now["item"], row, "it is shown as in lists");
    assert!(now["change"].as_i64() > came["change"].as_i64());
    let in_and_out = [Some("Printer".to_owned()), Some("Printer on fire".to_owned()), None];
    assert_eq!(told(&screen, mine, &ticket), in_and_out);
    // That it was claimed may be told to whoever begins to watch right after.
    let of_early = told(&screen, mine, &early).into_iter().filter(|told| told.as_deref() != Some("Early"));
    assert_eq!(of_early.collect::<Vec<_>>(), [None], "it was in the list before");
    assert_eq!((told(&screen, mine, &other), told(&screen, urgent, &other)), (vec![], vec![]), "never in it");
});

story!(what_somebody_has_not_read_is_a_list_of_their_own, |desk: Alone| {
    let ann = desk.0.student("Ann Lee").await;
    let (ben, cid) = (desk.0.instructor("Ben Ode").await, desk.0.instructor("Cid Roe").await);
    let ticket = ann.opens_ticket("Printer", "It burns").await;
    let (of_ben, of_cid) = (Socket::connects(&ben).await, Socket::connects(&cid).await);
    let (bens, cids) = (watches(&of_ben, "unread:yes").await, watches(&of_cid, "unread:yes").await);

    let said = ann.says(&ticket, "Still burning").await;
    hears(&of_ben, (bens, &ticket), |event| event["gone"] == false).await;
    hears(&of_cid, (cids, &ticket), |event| event["gone"] == false).await;
    of_ben.gets("mark-read", &json!({"message": said["id"]})).await;
    hears(&of_ben, (bens, &ticket), is_gone).await;
    ben.says(&ticket, "Coming").await;
    hears(&of_cid, (cids, &ticket), |event| event["item"]["messageCount"] == 2).await;

    assert!(!of_cid.heard_of(EVENT).iter().any(is_gone), "who else has read is nothing to him");
    let again = |event: &&Value| event["gone"] == false && event["item"]["messageCount"] == 2;
    assert!(of_ben.heard_of(EVENT).iter().find(again).is_none(), "his own words are read");
});

story!(nobody_is_told_of_a_ticket_they_may_not_see, |desk: Alone| {
    let (ann, bea) = (desk.0.student("Ann Lee").await, desk.0.student("Bea Kim").await);
    let (ben, cid) = (desk.0.instructor("Ben Ode").await, desk.0.instructor("Cid Roe").await);
    let (of_ann, of_ben, of_cid) =
        (Socket::connects(&ann).await, Socket::connects(&ben).await, Socket::connects(&cid).await);
    let (anns, bens, cids) =
        (watches(&of_ann, "").await, watches(&of_ben, "status:open").await, watches(&of_cid, "status:open").await);

    let ticket = bea.opens_ticket("Secret", "About a person").await;
    hears(&of_cid, (cids, &ticket), |event| event["gone"] == false).await;
    patch(&ben, &path(&ticket, ""), json!({"confidential": true})).await;
    hears(&of_cid, (cids, &ticket), is_gone).await;
    patch(&ben, &path(&ticket, ""), json!({"title": "Very secret"})).await;
    hears(&of_ben, (bens, &ticket), |event| event["item"]["title"] == "Very secret").await;
    let hidden = json!({"title": "Hidden", "description": "About a person", "confidential": true});
    let hidden = Ticket::shown_as(ben.post("/api/support/tickets", &hidden).await.expect(201));
    hears(&of_ben, (bens, &hidden), |event| event["item"]["title"] == "Hidden").await;
    // Let in and put out.
    let into = path(&ticket, "/participants");
    ben.post(&into, &json!({"userId": ann.id})).await.expect(201);
    let seen = hears(&of_ann, (anns, &ticket), |event| event["gone"] == false).await;
    ben.request(Method::DELETE, &into).json(&json!({"userId": ann.id})).send().await.expect(204);
    hears(&of_ann, (anns, &ticket), is_gone).await;
    patch(&ben, &path(&ticket, ""), json!({"title": "Even more"})).await;
    let last = ann.opens_ticket("Mine", "It burns").await;
    hears(&of_ann, (anns, &last), |event| event["gone"] == false).await;
    hears(&of_cid, (cids, &last), |event| event["gone"] == false).await;

    assert_eq!(told(&of_cid, cids, &ticket), [Some("Secret".to_owned()), None]);
    assert_eq!(told(&of_cid, cids, &hidden), []);
    assert_eq!(told(&of_ann, anns, &ticket), [Some("Very secret".to_owned()), None]);
    assert_eq!((&seen["item"]["tags"], &seen["item"]["team"]), (&Value::Null, &Value::Null), "as students see it");
});

story!(what_cannot_be_watched_is_refused, |desk: Alone| {
    let (ann, ben) = (desk.0.student("Ann Lee").await, desk.0.instructor("Ben Ode").await);
    let (of_ann, of_ben) = (Socket::connects(&ann).await, Socket::connects(&ben).await);

    for (data, status) in [
        (json!({"q": "printer"}), 422),
        (json!({"q": "colour:red"}), 422),
        (json!({"q": "tag:exam"}), 422),
        (json!({"q": "", "scope": "all"}), 403),
        (json!({"q": "", "scope": "theirs"}), 422),
        (json!({"list": ""}), 422),
        (Value::Null, 422),
    ] {
        assert_eq!(of_ann.is_refused("watch-list", &data).await, status, "{data}");
    }
    for number in 1..=10 {
        assert_eq!(watches(&of_ben, "tag:exam").await, number);
    }
    assert_eq!(of_ben.is_refused("watch-list", &json!({"q": ""})).await, 409);
    of_ben.gets("unwatch-list", &json!({"watch": 3})).await;
    assert_eq!(of_ben.is_refused("unwatch-list", &json!({"watch": 3})).await, 404);
    let next = of_ben.gets("watch-list", &json!({"q": "status:open", "scope": "mine"})).await;
    assert_eq!((text(&json!(next["watch"].to_string())), next["change"].is_i64()), ("11".to_owned(), true));

    let ticket = ann.opens_ticket("Printer", "It burns").await;
    let own = json!({"title": "Mine", "description": "It burns", "tags": ["exam"]});
    let own = Ticket::shown_as(ben.post("/api/support/tickets", &own).await.expect(201));
    hears(&of_ben, (11, &own), |event| event["gone"] == false).await;
    hears(&of_ben, (1, &own), |event| event["gone"] == false).await;
    assert_eq!((told(&of_ben, 3, &own), told(&of_ben, 11, &ticket)), (vec![], vec![]));
});

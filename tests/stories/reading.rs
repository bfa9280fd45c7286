//! Typing and reading: what one side does, the other sees; and what stays with whoever does it.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::account::{Account, Ticket, text};
use crate::support::eventually::SOON;
use crate::support::{Socket, eventually, story};

story!(typing_is_seen_on_either_side, |desk| {
    let (ann, ben, eva) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"), desk.instructor("Eva Kay"));
    let mia = desk.person("mia").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&mia, &ticket).await;
    let (screen, desktop, other) = tokio::join!(Socket::connects(&ann), Socket::connects(&ben), Socket::connects(&eva));
    for socket in [&screen, &desktop, &other] {
        socket.joins(&ticket).await;
    }
    let ghost = mia.eventually_sees_member(&room, "Ann Lee").await;

    // Whoever goes on typing says so again and again, as clients do.
    eventually("Ann to be typing in the room", SOON, async || {
        screen.gets("typing-start", &json!({"ticket": ticket.id})).await;
        let typing = mia.sees_passing(&room).await.typing;
        if typing == [ghost.clone()] { Ok(()) } else { Err(typing) }
    })
    .await;
    desktop.eventually_hears("user-typing", |typing| names(typing) == ["Ann Lee"]).await;
    mia.types(&room, true).await;
    eventually("Ben to see both typing", SOON, async || {
        screen.gets("typing-start", &json!({"ticket": ticket.id})).await;
        let heard = desktop.heard_of("user-typing");
        if heard.iter().any(|typing| names(typing).len() == 2) { Ok(()) } else { Err(heard) }
    })
    .await;
    screen.says(&ticket, "Still burning").await;
    mia.types(&room, false).await;

    eventually("nobody to be typing in the room", SOON, async || {
        let typing = mia.sees_passing(&room).await.typing;
        if typing.is_empty() { Ok(()) } else { Err(typing) }
    })
    .await;
    eventually("nobody to be typing on the desk", SOON, async || {
        let typing = desktop.heard_of("user-typing");
        if typing.last().is_some_and(|typing| names(typing).is_empty()) { Ok(()) } else { Err(typing) }
    })
    .await;
    // Staff see one another, and students see nothing of it.
    desktop.gets("typing-start", &json!({"ticket": ticket.number})).await;
    let is_typing = |present: &Value| states(present) == [("Ben Ode", "typing"), ("Eva Kay", "viewing")];
    other.eventually_hears("presence-in-ticket", is_typing).await;
    // Another window of somebody who is there already is told, and changes nothing for the others.
    let told = other.heard_of("presence-in-ticket").len();
    let window = Socket::connects(&eva).await;
    window.joins(&ticket).await;
    window.eventually_hears("presence-in-ticket", is_typing).await;
    assert_eq!(other.heard_of("presence-in-ticket").len(), told);
    window.goes().await;
    desktop.goes().await;
    other.eventually_hears("presence-in-ticket", |present| present["staff"].as_array().map(Vec::len) == Some(1)).await;
    assert_eq!(screen.heard_of("presence-in-ticket"), Vec::<Value>::new());
    screen.eventually_hears("user-typing", |typing| names(typing) == ["Ben Ode"]).await;
});

/// What each member of staff does, by their names.
fn states(present: &Value) -> Vec<(&str, &str)> {
    let staff = present["staff"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut states: Vec<_> = staff.iter().filter_map(name_and_state).collect();
    states.sort_unstable();
    states
}

fn name_and_state(one: &Value) -> Option<(&str, &str)> {
    Some((one["displayName"].as_str()?, one["state"].as_str()?))
}

fn names(typing: &Value) -> Vec<&str> {
    let users = typing["users"].as_array().map(Vec::as_slice).unwrap_or_default();
    users.iter().filter_map(|user| user["displayName"].as_str()).collect()
}

story!(reading_is_seen_on_either_side, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let mia = desk.person("mia").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&mia, &ticket).await;
    let (screen, desktop) = tokio::join!(Socket::connects(&ann), Socket::connects(&ben));
    tokio::join!(screen.joins(&ticket), desktop.joins(&ticket));
    ann.says(&ticket, "Still burning").await;
    let sent = ann.eventually_reads(&ticket, "Still burning", |message| message["eventId"].is_string()).await;
    assert_eq!((&sent["isRead"], &sent["readBy"]), (&json!(false), &json!([])));

    mia.eventually_hears(&room, "Still burning").await;
    mia.has_read(&room, &text(&sent["eventId"])).await;
    let read =
        screen.eventually_hears("message-read", |read| read["user"]["displayName"] == mia.id().localpart()).await;
    assert_eq!((&read["place"], &read["ticket"]), (&sent["place"], &json!(ticket.id)));
    let seen = ann.eventually_reads(&ticket, "Still burning", |message| message["isRead"] == true).await;
    assert_eq!(seen["readBy"][0]["user"], read["user"]["id"]);

    mia.say(&room, "One").await;
    let last = mia.say(&room, "Two").await;
    let two = ann.eventually_reads(&ticket, "Two", |_| true).await;
    assert_eq!(unread(&ann, &ticket).await, 2);
    let answer = ann.request(Method::PATCH, &format!("/api/chat/messages/{}/read", text(&two["id"]))).send().await;
    assert_eq!(answer.expect(200)["isRead"], true);

    assert_eq!(unread(&ann, &ticket).await, 0);
    let ghost = mia.eventually_sees_member(&room, "Ann Lee").await;
    eventually("Ann's receipt", SOON, async || {
        let read = mia.sees_passing(&room).await.read;
        if read.get(&ghost).map(String::as_str) == Some(last.as_str()) { Ok(()) } else { Err(read) }
    })
    .await;
    desktop.eventually_hears("message-read", |read| read["user"]["id"] == ann.id.as_str()).await;
    let path = format!("/api/support/tickets/{}/unread", ticket.id);
    let left = ann.post(&path, &json!({"message": two["id"]})).await.expect(200);
    assert_eq!((&left["unreadCount"], unread(&ann, &ticket).await), (&json!(1), 1));
});

/// As the list says and the ticket itself.
async fn unread(by: &Account, ticket: &Ticket) -> i64 {
    let list = by.get("/api/support/tickets").await.expect(200);
    let listed = list["items"].as_array().expect("items").iter().find(|item| item["id"] == ticket.id.as_str());
    let count = listed.expect("it is theirs")["unreadCount"].as_i64().expect("a number");
    assert_eq!(by.sees(ticket).await["unreadCount"], count);
    count
}

story!(who_hides_what_they_read_is_not_seen_reading, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let mia = desk.person("mia").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&mia, &ticket).await;
    ben.says(&ticket, "Coming").await;
    let hide = json!({"hideReadReceipts": true});
    let me = ben.request(Method::PUT, "/api/auth/me").json(&hide).send().await.expect(200);
    assert_eq!((&me["hideReadReceipts"], &me["displayName"]), (&json!(true), &json!("Ben Ode")));
    ann.request(Method::PUT, "/api/auth/me").json(&hide).send().await.problem(403);
    let (screen, desktop) = tokio::join!(Socket::connects(&ann), Socket::connects(&ben));
    tokio::join!(screen.joins(&ticket), desktop.joins(&ticket));
    mia.eventually_hears(&room, "Coming").await;
    let ghost = mia.eventually_sees_member(&room, "Ben Ode").await;

    let said = ann.says(&ticket, "Quick").await;
    mia.eventually_hears(&room, "Quick").await;
    desktop.gets("mark-read", &json!({"message": said["id"]})).await;

    // His own screens know.
    desktop.eventually_hears("message-read", |read| read["user"]["id"] == ben.id.as_str()).await;
    desk.settles().await;
    assert_eq!(mia.sees_passing(&room).await.read.get(&ghost), None);
    let shown = ann.eventually_reads(&ticket, "Quick", |_| true).await;
    assert_eq!((&shown["isRead"], &shown["readBy"]), (&json!(false), &json!([])));
    assert_eq!(screen.heard_of("message-read"), Vec::<Value>::new());
});

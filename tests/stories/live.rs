//! What sockets are told: at once, in order, and only what is theirs to know.
use roomdesk::domain::changes::{Change, What};
use roomdesk::domain::{Clock, status::Status};
use roomdesk::store::changes;
use serde_json::{Value, json};

use crate::support::{Socket, story};

story!(what_is_said_on_either_side_is_heard_at_once, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let mia = desk.person("mia").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&mia, &ticket).await;
    let (screen, desktop) = tokio::join!(Socket::connects(&ann), Socket::connects(&ben));
    tokio::join!(screen.joins(&ticket), desktop.joins(&ticket));

    let said = screen.says(&ticket, "Still burning").await;
    mia.eventually_hears(&room, "Still burning").await;
    mia.say(&room, "I see it").await;

    for socket in [&screen, &desktop] {
        let heard = socket.eventually_hears("new-message", |message| message["message"] == "Still burning").await;
        assert_eq!((&heard["id"], &heard["sender"]["displayName"]), (&said["id"], &json!("Ann Lee")));
        socket
            .eventually_hears("message-status", |status| status["id"] == said["id"] && status["status"] == "sent")
            .await;
        let heard = socket.eventually_hears("new-message", |message| message["message"] == "I see it").await;
        assert_eq!((&heard["status"], &heard["ticket"]), (&json!("sent"), &json!(ticket.id)));
    }
});

story!(what_becomes_of_a_ticket_is_heard_in_it_and_in_lists, |desk| {
    let (ann, cid, ben) = tokio::join!(desk.student("Ann Lee"), desk.student("Cid Roe"), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let (screen, desktop, cids) = tokio::join!(Socket::connects(&ann), Socket::connects(&ben), Socket::connects(&cid));
    screen.joins(&ticket).await;
    desktop.gets("subscribe-list", &Value::Null).await;
    cids.gets("subscribe-list", &Value::Null).await;

    desk.move_to(Status::Resolved, &ticket, &ben).await;
    let path = format!("/api/support/tickets/{}/participants", ticket.id);
    ben.post(&path, &json!({"userId": cid.id})).await.expect(201);

    for socket in [&screen, &desktop] {
        let heard = socket.eventually_hears("ticket-updated", |ticket| ticket["status"] == "resolved").await;
        assert_eq!((&heard["ticketId"], &heard["ticket"]), (&json!(ticket.number), &json!(ticket.id)));
    }
    let joined = screen.eventually_hears("user-joined", |_| true).await;
    assert_eq!((&joined["id"], &joined["matrixId"]), (&json!(cid.id), &Value::Null));
    cids.eventually_hears("user-joined", |joined| joined["ticket"] == ticket.id.as_str()).await;
    let listed = cids.eventually_hears("ticket-updated", |listed| listed["id"] == ticket.id.as_str()).await;
    assert_eq!(cids.heard_of("ticket-updated")[0], listed, "nothing was told of it before it was theirs");
    desktop.gets("unsubscribe-list", &Value::Null).await;
});

story!(a_change_that_commits_late_is_not_passed_over, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let (early, late) = (ann.opens_ticket("Printer", "It burns").await, ann.opens_ticket("Scanner", "It smokes").await);
    desk.settles().await;
    let socket = Socket::connects(&ann).await;
    let seen = socket.joins(&early).await["change"].as_i64().expect("a number");
    socket.joins(&late).await;
    // SQLite has one writer at a time: there nothing else can commit meanwhile.
    let is_postgres = matches!(desk.db().engine(), roomdesk::store::Engine::Postgres);

    let mut open = desk.db().write().await.expect("the database is there");
    let change = |ticket: &str| Change {
        ticket: ticket.parse().expect("an id"),
        what: What::TicketUpdated,
        subject: None,
        actor: None,
        at: Clock::system().now(),
    };
    changes::note(&mut open, &change(&early.id)).await.expect("an open transaction takes it");
    if is_postgres {
        desk.move_to(Status::Resolved, &late, &ben).await;
        socket.eventually_hears("ticket-updated", |told| told["ticket"] == late.id.as_str()).await;
    }
    let returned = Socket::comes_back(&ann, seen).await;
    returned.joins(&early).await;
    returned.joins(&late).await;
    open.commit().await.expect("it can still commit");

    for socket in [&socket, &returned] {
        socket.eventually_hears("ticket-updated", |told| told["ticket"] == early.id.as_str()).await;
        let numbers: Vec<_> = socket.heard_of("ticket-updated").iter().map(|told| told["change"].as_i64()).collect();
        assert!(numbers.is_sorted(), "told in the order in which they became visible: {numbers:?}");
        assert_eq!(numbers.len(), 1 + usize::from(is_postgres), "each once");
    }
});

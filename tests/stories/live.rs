//! What sockets are told: at once, in order, and only what is theirs to know.
use std::time::Duration;

use futures_util::future::join_all;
use roomdesk::domain::changes::{Change, What};
use roomdesk::domain::{Clock, status::Status};
use roomdesk::store::changes;
use serde_json::{Value, json};
use tokio::time::{Instant, interval};

use crate::support::child_desk::ChildDesk;
use crate::support::eventually::SOON;
use crate::support::node::Heard;
use crate::support::ports::free_port;
use crate::support::story::Fixture;
use crate::support::{DatabaseKind, Scene, Socket, TestDesk, eventually, scene, story};

story!(what_is_said_on_either_side_is_heard_at_once, |desk| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
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

story!(whoever_asks_with_their_first_breath_is_answered, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;

    let mut sockets = Vec::new();
    for _ in 0..12 {
        sockets.extend(join_all((0..50).map(|_| Socket::hurries_into(&ben, &ticket))).await);
    }

    ann.says(&ticket, "Still burning").await;
    for socket in &sockets {
        socket.eventually_hears("new-message", |message| message["message"] == "Still burning").await;
    }
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

story!(a_stranger_gets_at_nothing_by_any_event, |desk| {
    let (ann, eve) = tokio::join!(desk.student("Ann Lee"), desk.student("Eve Poe"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let said = ann.says(&ticket, "Still burning").await;
    let (screen, prying) = tokio::join!(Socket::connects(&ann), Socket::connects(&eve));
    screen.joins(&ticket).await;

    for key in [&ticket.id, &ticket.number] {
        for event in ["join-ticket", "leave-ticket", "typing-start", "typing-stop"] {
            assert_eq!(prying.is_refused(event, &json!({"ticket": key})).await, 404, "{event}");
        }
        assert_eq!(prying.is_refused("join-ticket", &json!({"ticket": key, "after": 0})).await, 404);
        assert_eq!(prying.is_refused("send-message", &json!({"ticket": key, "message": "Hello?"})).await, 404);
    }
    assert_eq!(prying.is_refused("mark-read", &json!({"message": said["id"]})).await, 404);
    let path = format!("/api/chat/messages/{}/read", said["id"].as_str().expect("an id"));
    eve.request(reqwest::Method::PATCH, &path).send().await.problem(404);
    let path = format!("/api/support/tickets/{}/unread", ticket.id);
    eve.post(&path, &json!({"message": said["id"]})).await.problem(404);
    assert_eq!(prying.is_refused("authenticate", &json!({"token": ann.token()})).await, 403);
    prying.gets("subscribe-list", &Value::Null).await;

    screen.gets("typing-start", &json!({"ticket": ticket.id})).await;
    screen.says(&ticket, "Anybody?").await;
    screen.eventually_hears("message-status", |status| status["message"] == "Anybody?").await;
    screen.eventually_hears("user-typing", |_| true).await;
    assert_eq!(prying.recalls(<[Heard]>::to_vec), Vec::new());
    assert_eq!(ann.conversation(&ticket).await.len(), 2);
});

story!(what_makes_no_sense_is_answered_by_its_field, |desk| {
    let ann = desk.student("Ann Lee").await;
    let socket = Socket::connects(&ann).await;

    for (event, data, pointer) in [
        ("join-ticket", json!({"ticket": 7}), "/ticket"),
        ("send-message", json!({"ticket": "x", "message": "y", "more": 1}), "/more"),
        ("mark-read", json!([1]), ""),
        ("nonsense", Value::Null, ""),
    ] {
        let answer = socket.asks(event, &data).await;
        let problem = &answer["problem"];
        assert_eq!((&problem["status"], &problem["instance"]), (&json!(422), &json!(event)), "{answer}");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{answer}");
    }
    let refused = Socket::tries_with(&ann, json!({"token": "made up"})).await.err();
    assert!(refused.expect("nobody's token").contains("sign in again"));
    let refused = Socket::tries_with(&ann, Value::Null).await.err();
    assert!(refused.expect("no token").contains("sign in first"));
});

story!(who_is_put_out_or_put_off_hears_nothing_more, |desk| {
    let (ann, cid, ben) = tokio::join!(desk.student("Ann Lee"), desk.student("Cid Roe"), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let path = format!("/api/support/tickets/{}/participants", ticket.id);
    ben.post(&path, &json!({"userId": cid.id})).await.expect(201);
    let (screen, cids) = tokio::join!(Socket::connects(&ann), Socket::connects(&cid));
    tokio::join!(screen.joins(&ticket), cids.joins(&ticket));

    ben.request(reqwest::Method::DELETE, &path).json(&json!({"userId": cid.id})).send().await.expect(204);
    ann.says(&ticket, "Just us now").await;

    screen.eventually_hears("new-message", |message| message["message"] == "Just us now").await;
    let left = cids.eventually_hears("user-left", |_| true).await;
    assert_eq!(left["id"], cid.id.as_str());
    let last = cids.recalls(|heard| heard.last().map(|heard| heard.event.clone()));
    assert_eq!(last.as_deref(), Some("user-left"), "nothing comes behind it");
    assert_eq!(cids.is_refused("join-ticket", &json!({"ticket": ticket.id, "after": 0})).await, 404);

    desk.disables("Ann Lee").await;
    assert_eq!(screen.eventually_ends().await, "io server disconnect");
    ben.says(&ticket, "Ann?").await;
    let refused = Socket::tries_with(&ann, json!({"token": ann.token()})).await.err();
    assert!(refused.expect("she is put off").contains("sign in again"));
    assert!(!screen.heard_of("new-message").iter().any(|message| message["message"] == "Ann?"));
});

story!(a_socket_lives_no_longer_than_its_token, |timed: Timed| {
    let ann = timed.desk.student("Ann Lee").await;
    let socket = Socket::connects(&ann).await;
    let answer = socket.gets("authenticate", &json!({"token": ann.token()})).await;
    assert!(answer["expiresAt"].is_string(), "{answer}");

    timed.clock.advance(chrono::Duration::minutes(16));

    assert_eq!(socket.eventually_ends().await, "io server disconnect");
    Socket::tries_with(&ann, json!({"token": ann.token()})).await.err().expect("the token is over");
});

/// How long a socket is cut off while the others talk.
const AWAY: Duration = Duration::from_secs(60);

story!(a_socket_that_was_cut_has_heard_what_the_others_have, |desk| {
    let Scene { ann, ben, mia, ticket, room } = scene(desk).await;
    desk.settles().await;
    let (stays, cut) = tokio::join!(Socket::connects(&ann), Socket::connects(&ann));
    tokio::join!(stays.joins(&ticket), cut.joins(&ticket));

    ben.says(&ticket, "before").await;
    cut.eventually_hears("new-message", |message| message["message"] == "before").await;
    cut.is_cut().await;
    let back_after = Instant::now() + AWAY;
    let mut beats = interval(Duration::from_secs(2));
    for number in 0.. {
        beats.tick().await;
        if Instant::now() > back_after {
            break;
        }
        ben.says(&ticket, &format!("while away {number}")).await;
        mia.say(&room, &format!("from Matrix {number}")).await;
    }
    let seen = changes_of(&cut).last().map_or(0, |(change, _)| *change);
    let back = Socket::comes_back(&ann, seen).await;
    let (joined, _) = tokio::join!(back.joins(&ticket), async {
        for number in 0..10 {
            ben.says(&ticket, &format!("meanwhile {number}")).await;
        }
    });
    desk.settles().await;
    ben.says(&ticket, "last").await;
    for socket in [&stays, &back] {
        socket.eventually_hears("message-status", |status| status["message"] == "last").await;
    }

    assert!(joined["replayed"].as_u64().is_some_and(|count| count >= 40) && joined["reload"] == false, "{joined}");
    assert_eq!([changes_of(&cut), changes_of(&back)].concat(), changes_of(&stays));
});

/// The numbered changes a socket has heard of, with what each was.
fn changes_of(socket: &Socket) -> Vec<(i64, String)> {
    let change = |heard: &Heard| Some((heard.data["change"].as_i64()?, heard.event.clone()));
    socket.recalls(|heard| heard.iter().filter_map(change).collect())
}

story!(who_was_away_too_long_is_told_to_read_everything_again, |desk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    ann.says(&ticket, "Still burning").await;
    desk.settles().await;
    let mut tx = desk.db().write().await.expect("the database is there");
    changes::prune(&mut tx, Clock::system().now() + chrono::Duration::days(1)).await.expect("it is ours");
    tx.commit().await.expect("nobody else prunes");

    let socket = Socket::comes_back(&ann, 1).await;
    socket.eventually_hears("reload", |reload| reload["change"].is_i64()).await;
    let joined = socket.rejoins(&ticket, 1).await;

    assert_eq!((&joined["reload"], &joined["replayed"]), (&json!(true), &json!(0)));
    let newest = joined["change"].as_i64().expect("a number");
    assert_eq!(socket.rejoins(&ticket, newest).await["reload"], false);
    assert_eq!(socket.rejoins(&ticket, newest + 1_000).await["reload"], true, "a number nobody has seen");
});

/// How many bytes the buffers of both ends' TCP take at most, as the kernel is set (tcp(7)).
fn buffered_by_tcp() -> usize {
    let most = |name: &str| -> usize {
        let three = std::fs::read_to_string(format!("/proc/sys/net/ipv4/{name}")).expect("Linux says so");
        three.split_whitespace().last().and_then(|most| most.parse().ok()).expect("the last of three numbers")
    };
    most("tcp_wmem") + most("tcp_rmem")
}

story!(a_socket_that_does_not_read_is_cut_off, |timed: Timed| {
    let (ann, ben) = tokio::join!(timed.desk.student("Ann Lee"), timed.desk.instructor("Ben Ode"));
    let (ticket, other) =
        (ann.opens_ticket("Printer", "It burns").await, ann.opens_ticket("Scanner", "It smokes").await);
    // Twice 40 KB, as it was written and with formatting.
    let large = ann.says(&ticket, &format!("**{}**", "🔥".repeat(9_990))).await;
    let small = ann.says(&ticket, "Still burning").await;
    let (slow, swift) = tokio::join!(Socket::connects(&ann), Socket::connects(&ben));
    tokio::join!(slow.joins(&ticket), swift.joins(&other));

    slow.stops_reading().await;
    // As many large ones as fill TCP, and then more small ones than may wait: those are told within moments, long before
    // the connection itself has waited for too long.
    let change = |subject: &Value| Change {
        ticket: ticket.id.parse().expect("an id"),
        what: What::MessageStatus,
        subject: subject["id"].as_str().map(str::to_owned),
        actor: None,
        at: Clock::system().now(),
    };
    let fill = std::iter::repeat_n(&large, buffered_by_tcp() / 80_000 + 1);
    let mut tx = timed.desk.db().write().await.expect("the database is there");
    for subject in fill.chain(std::iter::repeat_n(&small, 600)) {
        changes::note(&mut tx, &change(subject)).await.expect("the log takes it");
    }
    tx.commit().await.expect("nothing is in the way");

    eventually("the slow one to be cut off", SOON, async || {
        let metrics = timed.desk.rest.get("/metrics").send().await.text;
        if metrics.contains("\nroomdesk_sockets_cut_off_total 1\n") { Ok(()) } else { Err(metrics) }
    })
    .await;
    ann.says(&other, "Badly").await;
    swift.eventually_hears("new-message", |message| message["message"] == "Badly").await;
    slow.reads_on().await;
    slow.eventually_ends().await;
    assert_eq!(swift.heard_of("disconnect"), Vec::<Value>::new());
});

/// A desk whose homeserver is away, with a clock to move.
struct Timed {
    desk: TestDesk,
    clock: Clock,
}

impl Fixture for Timed {
    async fn start(kind: DatabaseKind) -> Self {
        let nowhere = format!("\"http://127.0.0.1:{}\"", free_port());
        let clock = Clock::standing_at(Clock::system().now());
        Self { desk: TestDesk::start_with(kind, &[("matrix.homeserver_url", &nowhere)], clock.clone()).await, clock }
    }

    async fn finish(self) {
        self.desk.stop().await;
    }
}

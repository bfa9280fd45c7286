//! The ground the other stories stand on: homeservers, people, databases and waiting.
use std::collections::HashSet;
use std::net::TcpListener;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use reqwest::{Method, StatusCode};
use roomdesk::app::local::synapse::{Synapse, SynapseError, SynapseSpec, UserRole};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use crate::support::bereaved;
use crate::support::eventually::SOON;
use crate::support::ports::free_port;
use crate::support::story::Fixture;
use crate::support::{DatabaseKind, OwnSynapse, Person, Slot, TestDatabase, check, eventually, folder, story};
use crate::support::{story_postgres, story_sqlite, synapse};

/// A slot of the shared homeserver and an empty database, without a desk.
struct Ground {
    slot: Slot,
    database: TestDatabase,
}

impl Fixture for Ground {
    async fn start(kind: DatabaseKind) -> Self {
        let (slot, database) = tokio::join!(Slot::borrow(), TestDatabase::fresh(kind));
        Self { slot, database }
    }

    async fn finish(self) {}
}

story!(two_people_talk_in_a_room, |ground: Ground| {
    let (ann, bob) =
        tokio::join!(Person::arrive(ground.slot.synapse, "ann"), Person::arrive(ground.slot.synapse, "bob"));
    let room = ann.opens_room("Printer", &[&bob]).await;
    bob.joins(&room).await;

    ann.say(&room, "It is on fire").await;
    let answer = bob.say(&room, "Again?").await;

    ann.eventually_reads_exactly(&room, &["It is on fire", "Again?"]).await;
    let read = ann.eventually_reads(&room, |seen| seen.event_id == answer).await;
    assert_eq!(read.sender, bob.id());
});

story!(every_test_has_a_place_of_its_own, |ground: Ground| {
    let other = Slot::borrow().await;

    assert_ne!(other.prefix, ground.slot.prefix);
    assert_ne!(other.service.id, ground.slot.service.id);
    assert_ne!(other.service.push_port, ground.slot.service.push_port);
    assert!(ground.slot.prefix.starts_with(&ground.slot.service.namespace));
});

story_sqlite!(a_fresh_file_is_not_there_yet, |ground: Ground| {
    let file = ground.database.url().strip_prefix("sqlite://").expect("a SQLite URL");

    assert!(!std::path::Path::new(file).exists());
});

story_postgres!(a_schema_is_seen_by_its_own_test_alone, |ground: Ground| {
    let other = TestDatabase::fresh(DatabaseKind::Postgres).await;
    let mut mine = PgConnection::connect(ground.database.url()).await.expect("the server runs");
    let mut theirs = PgConnection::connect(other.url()).await.expect("the server runs");

    sqlx::query("CREATE TABLE tickets (id BIGINT)").execute(&mut mine).await.expect("the schema is empty");

    sqlx::query("CREATE TABLE tickets (id TEXT)").execute(&mut theirs).await.expect("the other is empty still");
});

check!(the_application_service_is_known_to_the_homeserver, async {
    let slot = Slot::borrow().await;
    let ask = async |token: &str| {
        let url = format!("{}/_matrix/client/v3/account/whoami", slot.synapse.base_url());
        let client = reqwest::Client::builder().no_proxy().build().expect("a plain client");
        client.get(url).bearer_auth(token).send().await.expect("Synapse answers").status()
    };

    assert_eq!(ask(&slot.service.as_token).await, StatusCode::OK);
    assert_eq!(ask(&slot.service.hs_token).await, StatusCode::UNAUTHORIZED);
});

check!(a_newcomer_reads_a_long_room_without_a_gap, async {
    let homeserver = synapse::shared().await;
    let (ann, bob) = tokio::join!(Person::arrive(homeserver, "ann"), Person::arrive(homeserver, "bob"));
    let room = ann.opens_room("Minutes", &[&bob]).await;
    let texts: Vec<_> = (0..130).map(|number| number.to_string()).collect();
    for text in &texts {
        ann.say(&room, text).await;
    }

    bob.joins(&room).await;

    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    bob.eventually_reads_exactly(&room, &texts).await;
});

check!(who_has_left_is_refused, async {
    let homeserver = synapse::shared().await;
    let (ann, bob) = tokio::join!(Person::arrive(homeserver, "ann"), Person::arrive(homeserver, "bob"));
    let room = ann.opens_room("Board", &[&bob]).await;
    let invited_to = bob.is_invited().await;
    bob.joins(&invited_to).await;

    bob.leaves(&room).await;

    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/one");
    let (status, answer) = bob.raw(Method::PUT, &path, Some(&json!({"msgtype": "m.text", "body": "Still here"}))).await;
    assert_eq!((status, &answer["errcode"]), (StatusCode::FORBIDDEN, &json!("M_FORBIDDEN")));
});

check!(a_killed_homeserver_keeps_its_rooms, async {
    let own = OwnSynapse::start().await;
    let ann = Person::arrive(&own.synapse, "ann").await;
    let room = ann.opens_room("Ledger", &[]).await;
    ann.say(&room, "before").await;

    own.synapse.kill().await.expect("it runs");
    own.synapse.launch().await.expect("its folder is whole");
    ann.say(&room, "after a kill").await;
    own.synapse.restart().await.expect("it stops and starts");
    ann.say(&room, "after a restart").await;

    ann.eventually_reads_exactly(&room, &["before", "after a kill", "after a restart"]).await;
    assert!(own.prefix.starts_with(&own.service.namespace));
});

check!(a_paused_homeserver_answers_when_it_goes_on, async {
    let own = OwnSynapse::start().await;
    let ann = Person::arrive(&own.synapse, "ann").await;
    let room = ann.opens_room("Nap", &[]).await;

    own.synapse.pause().await.expect("it runs");
    let saying = ann.say(&room, "Wake up");
    tokio::pin!(saying);
    let early = tokio::time::timeout(Duration::from_millis(300), &mut saying).await;
    own.synapse.unpause().await.expect("it is there still");

    assert!(early.is_err(), "a paused server took a message");
    saying.await;
    own.synapse.pause().await.expect("it runs");
    own.synapse.stop().await.expect("a paused server can be stopped");
});

check!(a_name_is_registered_once, async {
    let homeserver = synapse::shared().await;
    let ann = Person::arrive(homeserver, "ann").await;

    let again = homeserver.register_user(ann.id().localpart(), "another", UserRole::Admin).await;

    assert!(matches!(again, Err(SynapseError::UserTaken(name)) if name == ann.id().localpart()));
});

check!(a_taken_port_is_named, async {
    let port = free_port();
    let _taken = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");

    let refused = Synapse::start(SynapseSpec::new(folder::fresh("synapse"), "taken.test", port)).await;

    assert!(matches!(refused, Err(SynapseError::PortTaken { port: named, .. }) if named == port));
});

check!(a_homeserver_that_dies_says_why, async {
    let mut spec = SynapseSpec::new(folder::fresh("synapse"), "broken.test", free_port());
    spec.settings.insert("database".to_owned(), json!({"name": "cardboard"}));

    let error = Synapse::start(spec).await.err().expect("no such database").to_string();

    assert!(error.contains("synapse.log") && error.contains("cardboard"), "{error}");
});

check!(a_child_dies_with_its_parent, async {
    let (mut parent, child) = bereaved::family().await;
    let runs = async |name: Option<&str>| {
        let seen = bereaved::program_of(child);
        if seen.as_deref() == name { Ok(()) } else { Err(seen) }
    };
    eventually("the child to run", SOON, async || runs(Some("sleep")).await).await;

    parent.kill().await.expect("the parent runs");

    eventually("the child to end", SOON, async || runs(None).await).await;
});

check!(a_port_is_given_once, async {
    let ports: Vec<_> = (0..200).map(|_| free_port()).collect();

    assert_eq!(ports.iter().collect::<HashSet<_>>().len(), ports.len());
});

check!(a_vain_wait_says_what_it_saw, async {
    let waiting = eventually("the answer", Duration::ZERO, async || Err::<(), _>(41));

    let panic = AssertUnwindSafe(waiting).catch_unwind().await.expect_err("41 is not it");

    let words = panic.downcast_ref::<String>().expect("a formatted panic");
    assert!(words.contains("the answer") && words.ends_with("last seen: 41"), "{words}");
});

//! Mails leave by a real server, whatever it does and whoever is killed: each arrives, none with a second Message-ID.
use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use roomdesk::desk::crash;
use serde_json::{Value, json};

use crate::support::account::{Account, Ticket};
use crate::support::eventually::{SOON, eventually};
use crate::support::smtp::MailServer;
use crate::support::story::Fixture;
use crate::support::{ChildDesk, DatabaseKind, story};

/// A desk that sends by a server of its own; new messages wait `WAIT` seconds for being read.
struct Mailing<const WAIT: u8 = 0> {
    desk: ChildDesk,
    server: MailServer,
}

impl<const WAIT: u8> Fixture for Mailing<WAIT> {
    async fn start(kind: DatabaseKind) -> Self {
        let server = MailServer::start().await;
        let mut keys = server.keys();
        keys.extend([("mail.message_wait_seconds", WAIT.to_string()), ("mail.smtp_timeout_seconds", "2".to_owned())]);
        let keys: Vec<(&str, &str)> = keys.iter().map(|(key, value)| (*key, value.as_str())).collect();
        Self { desk: ChildDesk::start_with(kind, &keys).await, server }
    }

    async fn finish(self) {
        self.desk.finish().await;
    }
}

/// What a mail program shows of a mail.
#[derive(Clone, Debug)]
struct Got {
    to: String,
    notice: String,
    id: String,
    headers: BTreeMap<String, String>,
    body: String,
}

fn read(mail: &str) -> Got {
    let mail = mail.replace("\r\n", "\n");
    let (head, body) = mail.split_once("\n\n").expect("a head and a body");
    let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
    let headers: BTreeMap<String, String> = unfolded
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let header = |name: &str| headers.get(name).cloned().unwrap_or_default();
    let to = header("to");
    let to = to.split_once('<').and_then(|(_, rest)| rest.split_once('@')).map(|(name, _)| name.to_owned());
    Got {
        to: to.expect("an address"),
        notice: header("x-roomdesk-notice"),
        id: header("message-id"),
        headers: headers.clone(),
        body: body.replace("=\n", ""),
    }
}

impl<const WAIT: u8> Mailing<WAIT> {
    fn got(&self, to: &str, notice: &str) -> Vec<Got> {
        let all = self.server.mails().iter().map(|mail| read(mail)).collect::<Vec<_>>();
        all.into_iter().filter(|mail| mail.to == to && mail.notice == notice).collect()
    }

    /// Waits for a mail of this kind to this person.
    async fn eventually_gets(&self, to: &str, notice: &str) -> Got {
        eventually(format!("{to} to get {notice}"), SOON, async || {
            self.got(to, notice).pop().ok_or_else(|| format!("{:?}", self.all()))
        })
        .await
    }

    fn all(&self) -> Vec<(String, String, String)> {
        self.server.mails().iter().map(|mail| read(mail)).map(|mail| (mail.to, mail.notice, mail.id)).collect()
    }

    /// Each of these people got one mail about a new ticket: perhaps twice, but with one Message-ID.
    async fn eventually_tells_once(&self, people: &[&str]) {
        for person in people {
            self.eventually_gets(person, "newTicket").await;
        }
        self.rests().await;
        for person in people {
            let ids: BTreeSet<String> = self.got(person, "newTicket").into_iter().map(|mail| mail.id).collect();
            assert_eq!(ids.len(), 1, "{person} got {:?}", self.all());
        }
    }

    /// Waits until no mail is on its way.
    async fn rests(&self) {
        eventually("every mail to have ended", SOON, async || {
            let mut tx = self.desk.db().read().await.expect("the database is there");
            match roomdesk::store::mails::next_due_in(&mut tx).await.expect("a query of the desk's own") {
                None => Ok(()),
                Some(millis) => Err(format!("one is due in {millis} ms")),
            }
        })
        .await;
    }
}

/// Ann's ticket, of which four instructors who are admins are told.
async fn staff(desk: &ChildDesk) -> Account {
    use roomdesk::domain::people::Role;
    for name in ["Cay Moe", "Dan Fox", "Eve Day", "Fay Orr"] {
        desk.account(name, Role::Admin).await;
    }
    desk.student("Ann Lee").await
}

const STAFF: [&str; 4] = ["cay.moe", "dan.fox", "eve.day", "fay.orr"];

story!(what_happens_to_a_ticket_stands_in_one_thread, |desk: Mailing| {
    let (ann, ben) = (desk.desk.student("Ann Lee").await, desk.desk.instructor("Ben Ode").await);
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let first = desk.eventually_gets("ann.lee", "ticketReceived").await;
    ben.says(&ticket, "Pull the plug").await;
    let second = desk.eventually_gets("ann.lee", "newMessage").await;

    assert!(second.body.contains("Pull the plug"), "{}", second.body);
    let root = format!("<{}@example.org>", ticket.id);
    assert_eq!(first.headers["references"], root);
    assert_eq!(second.headers["references"], format!("{root} {}", first.id));
    assert_eq!(second.headers["in-reply-to"], first.id);
    assert_eq!(second.headers["auto-submitted"], "auto-generated");
    assert_eq!(second.headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
});

story!(a_burst_of_fifty_messages_is_one_mail, |desk: Mailing<4>| {
    let (ann, ben) = (desk.desk.student("Ann Lee").await, desk.desk.instructor("Ben Ode").await);
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    for number in 1..=50 {
        ben.says(&ticket, &format!("step {number}.")).await;
    }

    let mail = desk.eventually_gets("ann.lee", "newMessage").await;
    desk.rests().await;

    assert_eq!(desk.got("ann.lee", "newMessage").len(), 1, "{:?}", desk.all());
    assert!(mail.body.contains("step 41.") && mail.body.contains("step 50."), "{}", mail.body);
    assert!(!mail.body.contains("step 40."), "the last ten are shown: {}", mail.body);
    assert!(mail.body.contains("40 "), "the others are counted: {}", mail.body);
});

story!(what_was_read_in_element_is_told_nobody, |desk: Mailing<15>| {
    let mia = desk.desk.person("mia").await;
    let ann = desk.desk.student_on_matrix("Ann Lee", &mia).await;
    let (bob, ben) = (desk.desk.student("Bob Ray").await, desk.desk.instructor("Ben Ode").await);
    let (ticket, other) = (ann.opens_ticket("Printer", "Fire").await, bob.opens_ticket("Scanner", "Ice").await);
    let room = mia.is_invited().await;
    mia.joins(&room).await;

    let said = ben.says(&ticket, "Pull the plug").await;
    ben.says(&other, "Thaw it").await;
    let heard = mia.eventually_hears(&room, "Pull the plug").await;
    mia.has_read(&room, heard.event_id.as_str()).await;
    ann.eventually_has(&ticket, &said["id"], |message| message["readBy"].as_array().is_some_and(|by| !by.is_empty()))
        .await;

    // Bob's was said later: when he has been told, Ann would have been.
    desk.eventually_gets("bob.ray", "newMessage").await;
    desk.rests().await;
    assert_eq!(desk.got("ann.lee", "newMessage").len(), 0, "{:?}", desk.all());
});

story!(a_server_that_asks_to_come_back_and_is_slow_gets_each_mail_once, |desk: Mailing| {
    desk.server.rules(&json!({"greylist": 2, "delay": 0.3}));
    let ann = staff(&desk.desk).await;

    ann.opens_ticket("Printer", "It is on fire").await;

    desk.eventually_tells_once(&STAFF).await;
    assert_eq!(desk.server.mails().len(), 5, "{:?}", desk.all());
});

story!(a_connection_that_ends_unconfirmed_repeats_the_same_mail, |desk: Mailing| {
    desk.server.rules(&json!({"drop": 3}));
    let ann = staff(&desk.desk).await;

    ann.opens_ticket("Printer", "It is on fire").await;

    desk.eventually_tells_once(&STAFF).await;
    assert_eq!(desk.server.mails().len(), 8, "three came twice: {:?}", desk.all());
});

story!(a_server_that_is_away_gets_everything_when_it_is_back, |desk: Mailing| {
    desk.server.stop().await;
    let ann = staff(&desk.desk).await;
    ann.opens_ticket("Printer", "It is on fire").await;
    eventually("a mail to have been tried", SOON, async || {
        let log = std::fs::read_to_string(desk.desk.log()).expect("the desk writes a log");
        if log.contains("a mail waits for its next attempt") { Ok(()) } else { Err("not yet") }
    })
    .await;

    desk.server.launch().await;

    desk.eventually_tells_once(&STAFF).await;
    assert_eq!(desk.server.mails().len(), 5, "{:?}", desk.all());
});

/// A ticket is opened with a desk that dies at `point`, and that is started again.
async fn survives(desk: &Mailing, point: &str) {
    let ann = staff(&desk.desk).await;
    desk.desk.terminate().await;
    desk.desk.launch_to_crash_at(point).await;
    // It may die before it has answered.
    let request = ann.request(Method::POST, "/api/support/tickets");
    drop(request.json(&json!({"title": "Printer", "description": "It is on fire"})).attempt().await);
    desk.desk.crashes().await;

    desk.desk.launch().await;

    desk.eventually_tells_once(&STAFF).await;
}

story!(killed_after_a_mail_was_taken, |desk: Mailing| {
    survives(desk, crash::MAIL_CLAIMED).await;
    assert_eq!(desk.server.mails().len(), 5, "{:?}", desk.all());
});

story!(killed_right_before_a_mail_leaves, |desk: Mailing| {
    survives(desk, &format!("{}:2", crash::MAIL_LEAVING)).await;
});

story!(killed_right_after_a_mail_was_taken_by_the_server, |desk: Mailing| {
    survives(desk, &format!("{}:2", crash::MAIL_SENT)).await;
    assert!(desk.server.mails().len() > 5, "one came twice: {:?}", desk.all());
});

story!(killed_while_the_server_has_what_a_mail_says, |desk: Mailing| {
    desk.server.rules(&json!({"delay": 1}));
    let ann = staff(&desk.desk).await;
    ann.opens_ticket("Printer", "It is on fire").await;
    eventually(
        "a mail to have been handed over",
        SOON,
        async || {
            if desk.server.is_taking() { Ok(()) } else { Err("none yet") }
        },
    )
    .await;
    desk.desk.kill().await;
    desk.server.rules(&json!({}));

    desk.desk.launch().await;

    desk.eventually_tells_once(&STAFF).await;
});

story!(who_is_invited_or_forgot_their_password_gets_a_link_that_works, |desk: Mailing| {
    use roomdesk::domain::people::Role;
    let cay = desk.desk.account("Cay Moe", Role::Admin).await;
    let new = json!({"email": "zoe.kim@example.org", "name": "Zoe Kim", "role": "student"});
    let invited = cay.post("/api/users", &new).await.expect(201);
    let mail = desk.eventually_gets("zoe.kim", "invitation").await;
    let token = token_in(&mail);
    assert_eq!(invited["invitation"]["token"], token.as_str(), "the admin may hand the same link on");
    assert!(!mail.headers.contains_key("list-unsubscribe"), "it cannot be switched off");
    let rest = &desk.desk.rest;
    let accept = json!({"token": token, "password": "a battery and a staple"});
    rest.post("/api/auth/invitations/accept", &accept).send().await.expect(200);

    for email in ["zoe.kim@example.org", "nobody@example.org"] {
        rest.post("/api/auth/password-reset", &json!({"email": email})).send().await.expect(202);
    }
    let mail = desk.eventually_gets("zoe.kim", "passwordReset").await;
    desk.rests().await;
    assert_eq!(desk.server.mails().len(), 2, "{:?}", desk.all());
    let choose = json!({"token": token_in(&mail), "password": "another battery"});
    rest.post("/api/auth/password-reset/confirm", &choose).send().await.expect(204);
    let login = json!({"email": "zoe.kim@example.org", "password": "another battery"});
    rest.post("/api/auth/login", &login).send().await.expect(200);
    let log = std::fs::read_to_string(desk.desk.log()).expect("the desk writes a log");
    assert!(!log.contains(&token), "no link of a mail stands in the log");
});

/// What stands behind `#token=` in a mail's text.
fn token_in(mail: &Got) -> String {
    let body = mail.body.replace("=3D", "=");
    let (_, rest) = body.split_once("#token=").expect("a link");
    rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect()
}

async fn timeline(who: &Account, ticket: &Ticket) -> Vec<Value> {
    let page = who.get(&format!("/api/support/tickets/{}/timeline", ticket.id)).await.expect(200);
    page["items"].as_array().expect("a list").clone()
}

story!(an_address_that_nobody_has_is_told_to_staff_and_left_alone, |desk: Mailing| {
    desk.server.rules(&json!({"refuse": ["ann.lee@example.org"]}));
    let (ann, ben) = (desk.desk.student("Ann Lee").await, desk.desk.instructor("Ben Ode").await);
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;

    let failed = eventually("the failure to stand in the timeline", SOON, async || {
        let entries = timeline(&ben, &ticket).await;
        entries.into_iter().find(|entry| entry["what"] == "mail-failed").ok_or("not yet")
    })
    .await;
    assert!(failed.to_string().contains("Ann Lee") && failed.to_string().contains("no such mailbox"), "{failed}");
    assert!(timeline(&ann, &ticket).await.iter().all(|entry| entry["what"] != "mail-failed"));

    // Nothing is even tried any more; whoever else is to be told still is.
    desk.server.rules(&json!({}));
    ben.says(&ticket, "Pull the plug").await;
    ann.says(&ticket, "Which?").await;
    desk.desk.gives(&ticket, &ben, &ben).await;
    ann.says(&ticket, "This one?").await;
    desk.eventually_gets("ben.ode", "newMessage").await;
    desk.rests().await;
    assert!(desk.all().iter().all(|(to, ..)| to != "ann.lee"), "{:?}", desk.all());
    let metrics = desk.desk.rest.get("/metrics").attempt().await.expect("the desk answers").text;
    assert!(metrics.contains("roomdesk_mails_failed_total 1"), "{metrics}");
});

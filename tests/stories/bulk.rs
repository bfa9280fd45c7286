//! Many tickets at once: what is done, what is refused, and that a kill in the middle changes nothing of it.
use reqwest::Method;
use roomdesk::desk::bulk::Chosen;
use roomdesk::desk::crash;
use roomdesk::domain::bulk::BulkDraft;
use roomdesk::domain::ids::ProcessId;
use roomdesk::domain::opening::TicketDraft;
use roomdesk::domain::people::Role;
use serde_json::{Value, json};

use super::lists::Alone;
use crate::support::account::{Account, Ticket, text};
use crate::support::eventually::SOON;
use crate::support::numbers::Office;
use crate::support::{ChildDesk, eventually, story};

const BULK: &str = "/api/support/tickets/bulk";

/// Begins, and waits until it is over; it as it is then.
async fn does(by: &Account, request: Value) -> Value {
    let begun = by.post(BULK, &request).await.expect(202);
    is_over(by, &text(&begun["id"])).await
}

async fn is_over(by: &Account, id: &str) -> Value {
    eventually(format!("job {id} to be over"), SOON, async || {
        let job = by.get(&format!("/api/jobs/{id}")).await.expect(200);
        if job["state"] == "running" { Err(job) } else { Ok(job) }
    })
    .await
}

async fn opens(by: &Account, count: usize) -> Vec<Ticket> {
    let mut tickets = Vec::new();
    for number in 0..count {
        tickets.push(by.opens_ticket(&format!("Printer {number}"), "It is on fire").await);
    }
    tickets
}

fn ids(tickets: &[Ticket]) -> Vec<String> {
    tickets.iter().map(|ticket| ticket.id.clone()).collect()
}

story!(what_is_asked_for_is_done_to_each_ticket_by_its_own_rules, |desk: Alone| {
    let (ann, ben) = (desk.0.student("Ann Lee").await, desk.0.instructor("Ben Ode").await);
    let tickets = opens(&ann, 5).await;
    ben.post(&format!("/api/support/tickets/{}/close", tickets[4].id), &json!({"resolution": "Before"}))
        .await
        .expect(200);

    let mut names = ids(&tickets[..4]);
    names.extend([tickets[0].id.clone(), "tkt_nobody".to_owned()]);
    let given = does(&ben, json!({"action": "assign", "userId": ben.id, "ids": names})).await;
    let tagged = does(&ben, json!({"action": "tag", "add": ["Exam"], "filter": "assignee:me"})).await;
    let retagged =
        does(&ben, json!({"action": "tag", "add": ["wlan"], "remove": ["exam"], "ids": [tickets[0].number]})).await;
    let pending = does(&ben, json!({"action": "status", "status": "pending", "filter": "tag:exam"})).await;
    let closed = does(&ben, json!({"action": "close", "resolution": "All done", "ids": ids(&tickets)})).await;

    let counts = |job: &Value| (job["total"].clone(), job["done"].clone(), job["failed"].clone());
    assert_eq!(counts(&given), (json!(5), json!(5), json!(1)), "a name counts once: {given}");
    assert_eq!(given["failures"][0]["ticket"], "tkt_nobody");
    assert_eq!(given["failures"][0]["reason"], "not-found");
    assert_eq!(counts(&tagged), (json!(4), json!(4), json!(0)), "{tagged}");
    assert_eq!(counts(&retagged), (json!(1), json!(1), json!(0)), "{retagged}");
    assert_eq!(counts(&pending), (json!(3), json!(3), json!(0)), "{pending}");
    assert_eq!(counts(&closed), (json!(5), json!(5), json!(1)), "what is closed already refuses: {closed}");
    assert_eq!((&closed["state"], &closed["failures"][0]["ticket"]), (&json!("done"), &json!(tickets[4].id)));
    let first = ben.sees(&tickets[0]).await;
    assert_eq!(
        (&first["status"], &first["resolution"], &first["tags"]),
        (&json!("closed"), &json!("All done"), &json!(["wlan"]))
    );
    assert_eq!(first["assignedTo"]["id"], ben.id);
    let timeline = ben.get(&format!("/api/support/tickets/{}/timeline", tickets[0].id)).await.expect(200);
    let lines = timeline["items"].as_array().expect("a list");
    assert_eq!(lines.iter().filter(|line| line["what"] == "assigned").count(), 1, "each once, as by the single routes");
});

story!(a_job_is_for_whoever_began_it_and_for_admins, |desk: Alone| {
    let ann = desk.0.student("Ann Lee").await;
    let (ben, joy) = (desk.0.instructor("Ben Ode").await, desk.0.instructor("Joy Kim").await);
    let helen = desk.0.account("Helen Day", Role::Admin).await;
    let tickets = opens(&ann, 1).await;
    let job = does(&ben, json!({"action": "assign", "userId": null, "ids": ids(&tickets)})).await;
    let path = format!("/api/jobs/{}", text(&job["id"]));

    ann.get(&path).await.problem(404);
    joy.get(&path).await.problem(404);
    joy.request(Method::DELETE, &path).send().await.problem(404);
    helen.get(&path).await.expect(200);
    let cancelled = ben.request(Method::DELETE, &path).send().await.expect(200);
    assert_eq!(cancelled["state"], "done", "what is over stays as it is");
    ann.post(BULK, &json!({"action": "close", "ids": ids(&tickets)})).await.problem(403);
});

story!(the_first_hundred_failures_are_told_and_all_are_counted, |desk: Alone| {
    let ben = desk.0.instructor("Ben Ode").await;
    let names: Vec<String> = (0..120).map(|number| format!("tkt_{number}")).collect();

    let job = does(&ben, json!({"action": "assign", "userId": ben.id, "ids": names})).await;

    let failures = job["failures"].as_array().expect("a list");
    assert_eq!((failures.len(), &job["done"], &job["failed"]), (100, &json!(120), &json!(120)));
    assert_eq!((&failures[0]["ticket"], &failures[99]["ticket"]), (&json!("tkt_0"), &json!("tkt_99")));
});

story!(each_ticket_is_done_as_whoever_asked_is_by_then, |office: Office| {
    let (ann, ben) = (office.person("ann", Role::Student).await, office.person("ben", Role::Instructor).await);
    let [title, description] = ["Printer", "It is on fire"].map(|text| Some(text.to_owned()));
    let draft = TicketDraft { title, description, ..TicketDraft::default() };
    let ticket = office.desk.open_ticket(&ann, draft, Vec::new()).await.expect("a fitting draft").made().ticket;
    let tag = BulkDraft { action: "tag".to_owned(), add: Some(vec!["seen".to_owned()]), ..BulkDraft::default() };
    let named = Chosen::Named(vec![ticket.id.to_string()]);
    let job = office.desk.begin_bulk(&ben, tag, named, None).await.expect("an instructor may");

    office.desk.set_role("ben@office.test", Role::Student).await.expect("an account of this desk");
    let process = ProcessId::fresh(office.desk.clock());
    while office.desk.work_on_bulk(&process).await.expect("the database is there") {}

    let (done, failures) = office.desk.bulk_job(&ben, job.id.as_str()).await.expect("their own");
    assert_eq!((done.done, done.failed, failures.len()), (1, 1, 1), "{failures:?}");
    assert_eq!(office.desk.ticket(&ann, ticket.id.as_str()).await.expect("her own").tags, []);
});

story!(what_does_not_fit_is_refused_before_anything_is_done, |desk: Alone| {
    let (ann, ben) = (desk.0.student("Ann Lee").await, desk.0.instructor("Ben Ode").await);
    let many: Vec<String> = (0..10_001).map(|number| format!("tkt_{number}")).collect();
    for (request, pointer) in [
        (json!({"action": "close"}), "/ids"),
        (json!({"action": "close", "ids": []}), "/ids"),
        (json!({"action": "close", "ids": many}), "/ids"),
        (json!({"action": "close", "ids": ["x"], "filter": "status:open"}), "/filter"),
        (json!({"action": "close", "filter": "status:burning"}), "/filter"),
        (json!({"action": "burn", "ids": ["x"]}), "/action"),
        (json!({"action": "assign", "ids": ["x"]}), "/userId"),
        (json!({"action": "assign", "userId": ann.id, "ids": ["x"]}), "/userId"),
        (json!({"action": "tag", "add": ["a,b"], "ids": ["x"]}), "/add/0"),
        (json!({"action": "close", "status": "open", "ids": ["x"]}), "/status"),
    ] {
        assert_eq!(ben.post(BULK, &request).await.problem(422), [pointer], "{}", request["action"]);
    }
});

story!(a_job_that_is_stopped_leaves_the_rest, |desk: Alone| {
    let (ann, ben) = (desk.0.student("Ann Lee").await, desk.0.instructor("Ben Ode").await);
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    // Each is refused: nothing is made of them, and there is time to stop it.
    let names: Vec<String> = (0..9_999).map(|number| format!("tkt_{number}")).chain([ticket.id.clone()]).collect();
    let begun = ben.post(BULK, &json!({"action": "assign", "userId": ben.id, "ids": names})).await.expect(202);

    let path = format!("/api/jobs/{}", text(&begun["id"]));
    let stopped = ben.request(Method::DELETE, &path).send().await.expect(200);

    assert_eq!((&stopped["state"], &stopped["total"]), (&json!("cancelled"), &json!(10_000)));
    // Another one is done behind it: whatever was under way has come to rest.
    does(&ben, json!({"action": "tag", "add": ["later"], "ids": [ticket.id]})).await;
    let later = ben.get(&path).await.expect(200);
    assert_eq!((&later["state"], &later["done"]), (&json!("cancelled"), &stopped["done"]));
    assert_eq!(ben.sees(&ticket).await["assignedTo"], Value::Null);
});

story!(killed_in_the_middle_of_many_tickets, |desk: ChildDesk| {
    let (ann, ben) = (desk.student("Ann Lee").await, desk.instructor("Ben Ode").await);
    let tickets = opens(&ann, 6).await;
    desk.settles().await;
    desk.terminate().await;
    desk.launch_to_crash_at(&format!("{}:4", crash::BULK_STEP)).await;
    let request = json!({"action": "close", "resolution": "All done", "ids": ids(&tickets)});
    let begun = ben.post(BULK, &request).await.expect(202);

    desk.crashes().await;
    desk.launch().await;

    let job = is_over(&ben, &text(&begun["id"])).await;
    assert_eq!((&job["done"], &job["failed"]), (&json!(6), &json!(0)), "{job}");
    for ticket in &tickets {
        let timeline = ben.get(&format!("/api/support/tickets/{}/timeline", ticket.id)).await.expect(200);
        let lines = timeline["items"].as_array().expect("a list");
        assert_eq!(lines.iter().filter(|line| line["what"] == "status-changed").count(), 1, "{}", ticket.number);
    }
});

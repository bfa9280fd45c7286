//! Which mails people want: chosen on the desk, switched off by a link without signing in, and files by links.
use chrono::{Duration, SubsecRound};
use reqwest::Method;
use roomdesk::domain::clock::Time;
use roomdesk::domain::ids::{FileId, PersonId};
use roomdesk::domain::mails::{Occasion, Switch};
use roomdesk::domain::{Clock, people};
use roomdesk::mail::links::{FileGrant, LinkKey, Unsubscribing};
use roomdesk::store::mail_choices;
use serde_json::{Value, json};

use crate::support::account::{Account, text};
use crate::support::form::{Form, png};
use crate::support::home::Home;
use crate::support::rest::{Answer, Request};
use crate::support::site::Site;
use crate::support::story;

const PREFERENCES: &str = "/api/auth/me/mail-preferences";

fn id_of(account: &Account) -> PersonId {
    account.id.parse().expect("the id of a person")
}

/// The token with which a mail offers to switch off what it is about.
fn switch<H: Home>(desk: &Site<H>, account: &Account, what: Switch) -> String {
    desk.links().unsubscribing(&Unsubscribing { person: id_of(account), what })
}

/// The link of a mail to somebody to a file.
fn link<H: Home>(desk: &Site<H>, account: &Account, (file, until): (&Value, Time)) -> String {
    let file: FileId = text(&file["id"]).parse().expect("the id of a file");
    format!("/api/mail/files/{}", desk.links().file(&FileGrant { file, person: id_of(account), until }))
}

async fn chooses(account: &Account, change: Value) -> Answer {
    account.request(Method::PUT, PREFERENCES).json(&change).send().await
}

/// How soon somebody is told of something.
async fn pace(account: &Account, occasion: &str) -> Value {
    let preferences = account.get(PREFERENCES).await.expect(200);
    let choices = preferences["occasions"].as_array().expect("a list");
    let choice = choices.iter().find(|choice| choice["occasion"] == occasion);
    choice.unwrap_or_else(|| panic!("{occasion} is no choice of theirs: {preferences}"))["pace"].clone()
}

/// What the button of a mail program sends (RFC 8058, section 3.1).
fn one_click<H: Home>(desk: &Site<H>, token: &str) -> Request {
    let request = desk.rest.request(Method::POST, &format!("/api/mail/unsubscribe?token={token}"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.bytes(b"List-Unsubscribe=One-Click".to_vec())
}

story!(people_choose_their_mails, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));

    let usual = ann.get(PREFERENCES).await.expect(200);
    let told: Vec<_> = usual["occasions"].as_array().expect("a list").iter().map(|it| text(&it["occasion"])).collect();
    assert_eq!(told, ["ticket-received", "ticket-status-changed", "ticket-resolved", "new-message", "mention"]);
    for nothing in ["timeZone", "language", "quietHours", "paused"] {
        assert_eq!(usual[nothing], Value::Null, "{nothing}");
    }
    assert_eq!((&usual["isSending"], &usual["deskTimeZone"]), (&json!(false), &json!("+00:00")));
    assert_eq!(
        (pace(&ann, "ticket-resolved").await, pace(&ben, "ticket-resolved").await),
        (json!("now"), json!("off"))
    );

    let night = json!({"from": "22:00", "until": "06:30"});
    let change = json!({"occasions": [{"occasion": "mention", "pace": "daily"}, {"occasion": "new-message", "pace": "off"}],
        "timeZone": "Europe/Berlin", "language": "de", "quietHours": night});
    let changed = chooses(&ann, change).await.expect(200);
    assert_eq!(changed, ann.get(PREFERENCES).await.expect(200));
    assert_eq!((&changed["timeZone"], &changed["language"]), (&json!("Europe/Berlin"), &json!("de")));
    assert_eq!((pace(&ann, "mention").await, pace(&ann, "new-message").await), (json!("daily"), json!("off")));

    // What is not given stays, null takes away, and nobody else's mails are otherwise.
    let change = json!({"occasions": [{"occasion": "mention", "pace": null}], "timeZone": null});
    let changed = chooses(&ann, change).await.expect(200);
    assert_eq!((&changed["timeZone"], &changed["quietHours"]), (&Value::Null, &night));
    assert_eq!((pace(&ann, "mention").await, pace(&ann, "new-message").await), (json!("now"), json!("off")));
    assert_eq!(chooses(&ann, json!({"quietHours": null})).await.expect(200)["quietHours"], Value::Null);
    assert_eq!(chooses(&ann, json!({})).await.expect(200)["language"], "de");
    assert_eq!(
        (pace(&ben, "new-message").await, ben.get(PREFERENCES).await.body["language"].clone()),
        (json!("now"), Value::Null)
    );
});

story!(a_choice_that_is_none_is_refused_with_everything_that_is_wrong, |desk| {
    let ann = desk.student("Ann Lee").await;
    let before = ann.get(PREFERENCES).await.expect(200);
    let several = json!({
        "occasions": [{"occasion": "rain", "pace": "now"}, {"occasion": "mention", "pace": "weekly"}, {"pace": "now"}],
        "timeZone": "Berlin", "language": "xx", "quietHours": {"from": "7:00", "until": "24:00"},
    });
    let pointers = [
        "/occasions/0/occasion",
        "/occasions/1/pace",
        "/occasions/2/occasion",
        "/timeZone",
        "/language",
        "/quietHours/from",
        "/quietHours/until",
    ];
    assert_eq!(chooses(&ann, several).await.problem(422), pointers);

    let twice = json!([{"occasion": "mention", "pace": "off"}, {"occasion": "mention", "pace": "now"}]);
    for (wrong, pointer) in [
        (json!({"occasions": [{"occasion": "new-ticket", "pace": "now"}]}), "/occasions/0/occasion"),
        (json!({"occasions": twice}), "/occasions/1/occasion"),
        (json!({"quietHours": {"from": "07:00", "until": "07:00"}}), "/quietHours/until"),
        (json!({"quietHours": {"from": "07:00"}}), "/quietHours/until"),
        (json!({"paused": null}), "/paused"),
        (json!({"timeZone": 1}), "/timeZone"),
    ] {
        assert_eq!(chooses(&ann, wrong).await.problem(422), [pointer]);
    }
    assert_eq!(ann.get(PREFERENCES).await.expect(200), before);
    desk.rest.get(PREFERENCES).send().await.problem(401);
});

story!(an_address_that_was_paused_is_sent_to_again, |desk| {
    let ann = desk.student("Ann Lee").await;
    let since = Clock::system().now().trunc_subsecs(3);
    let mut tx = desk.db().write().await.expect("the database is there");
    let why = "550 5.1.1 no such mailbox";
    assert!(mail_choices::pause(&mut tx, &id_of(&ann), (since, why)).await.expect("she is there"));
    tx.commit().await.expect("nothing is in the way");

    let paused = ann.get(PREFERENCES).await.expect(200)["paused"].clone();
    let resumed = ann.post(&format!("{PREFERENCES}/resume"), &json!({})).await.expect(200);

    assert_eq!(paused["why"], why);
    assert_eq!(text(&paused["since"]).parse::<Time>().expect("a time"), since);
    assert_eq!(resumed["paused"], Value::Null);
    assert_eq!(ann.get(PREFERENCES).await.expect(200), resumed);
});

story!(a_mail_program_s_button_switches_mails_off, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let token = switch(desk, &ann, Switch::Occasion(Occasion::NewMessage));
    let about = format!("/api/mail/unsubscribe/about?token={token}");
    let state = async || desk.rest.get(&about).send().await.expect(200);
    chooses(&ann, json!({"occasions": [{"occasion": "new-message", "pace": "hourly"}]})).await.expect(200);

    // Whatever follows links, a person or a program that looks for harm, switches nothing off.
    let opened = desk.rest.get(&format!("/api/mail/unsubscribe?token={token}")).send().await;
    let page = format!("{}unsubscribe#token={token}", desk.config.server.public_url);
    assert_eq!((opened.status.as_u16(), opened.header("location")), (303, page.as_str()));
    assert_eq!(opened.header("referrer-policy"), "no-referrer");
    let on = json!({"displayName": "Ann Lee", "what": "new-message", "isOff": false});
    assert_eq!((state().await, pace(&ann, "new-message").await), (on.clone(), json!("hourly")));

    let off = json!({"displayName": "Ann Lee", "what": "new-message", "isOff": true});
    for _ in 0..2 {
        assert_eq!(one_click(desk, &token).send().await.expect(200), off);
        assert_eq!((state().await, pace(&ann, "new-message").await), (off.clone(), json!("off")));
    }
    // Programs on a mail's way add to its links, and some send another kind of form, or nothing.
    let form = desk.rest.request(Method::POST, &format!("/api/mail/unsubscribe?token={token}&utm_source=mail"));
    form.form(Form::default().text("List-Unsubscribe", "One-Click")).send().await.expect(200);
    assert_eq!((pace(&ann, "mention").await, pace(&ben, "new-message").await), (json!("now"), json!("now")));

    let undo = desk.rest.request(Method::POST, &format!("/api/mail/unsubscribe/undo?token={token}"));
    assert_eq!(undo.send().await.expect(200), on);
    assert_eq!(pace(&ann, "new-message").await, "hourly");
});

story!(the_button_of_a_digest_switches_off_what_comes_in_digests, |desk| {
    let ben = desk.instructor("Ben Ode").await;
    let token = switch(desk, &ben, Switch::Digests);
    let choices = json!([{"occasion": "new-message", "pace": "hourly"}, {"occasion": "mention", "pace": "daily"}]);
    chooses(&ben, json!({"occasions": choices})).await.expect(200);
    let paces = async || [pace(&ben, "new-message").await, pace(&ben, "mention").await, pace(&ben, "new-ticket").await];

    assert_eq!(one_click(desk, &token).send().await.expect(200)["isOff"], true);
    assert_eq!(paces().await, ["off", "off", "now"]);
    one_click(desk, &token).send().await.expect(200);
    let undo = desk.rest.request(Method::POST, &format!("/api/mail/unsubscribe/undo?token={token}"));
    assert_eq!(undo.send().await.expect(200)["isOff"], false);

    assert_eq!(paces().await, ["hourly", "daily", "now"]);
});

story!(undoing_brings_back_mails_that_were_switched_off_elsewhere, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    for (account, occasion, name) in
        [(&ann, Occasion::Mention, "mention"), (&ben, Occasion::TicketResolved, "ticket-resolved")]
    {
        chooses(account, json!({"occasions": [{"occasion": name, "pace": "off"}]})).await.expect(200);
        let token = switch(desk, account, Switch::Occasion(occasion));
        one_click(desk, &token).send().await.expect(200);

        let undo = desk.rest.request(Method::POST, &format!("/api/mail/unsubscribe/undo?token={token}"));

        assert_eq!(undo.send().await.expect(200)["isOff"], false);
        assert_eq!(pace(account, name).await, "now");
    }
});

story!(a_link_that_is_not_ours_switches_nothing_off, |desk| {
    let (ann, zoe) = tokio::join!(desk.student("Ann Lee"), desk.student("Zoe Fox"));
    let token = switch(desk, &ann, Switch::Occasion(Occasion::Mention));
    let others = LinkKey::derived_from(b"another desk's");
    let foreign = others.unsubscribing(&Unsubscribing { person: id_of(&ann), what: Switch::Digests });
    let nobody = PersonId::fresh(&Clock::system());
    let nobody = desk.links().unsubscribing(&Unsubscribing { person: nobody, what: Switch::Digests });
    one_click(desk, &nobody).send().await.problem(422);

    for wrong in [String::new(), foreign, token.replace(&ann.id, &zoe.id), token[..token.len() - 1].to_owned()] {
        let refused = one_click(desk, &wrong).send().await;
        assert!(refused.text.contains("sign in and choose your mails on your profile"), "{}", refused.text);
        assert_eq!(refused.problem(422), ["/token"]);
        desk.rest.get(&format!("/api/mail/unsubscribe/about?token={wrong}")).send().await.problem(422);
        let undo = desk.rest.request(Method::POST, &format!("/api/mail/unsubscribe/undo?token={wrong}"));
        undo.send().await.problem(422);
        let opened = desk.rest.get(&format!("/api/mail/unsubscribe?token={wrong}")).send().await;
        assert_eq!(opened.header("location"), format!("{}unsubscribe", desk.config.server.public_url));
    }
    assert_eq!((pace(&ann, "mention").await, pace(&zoe, "mention").await), (json!("now"), json!("now")));
});

story!(a_file_is_had_by_the_link_of_a_mail_and_by_no_other, |desk| {
    let (ann, gus) = tokio::join!(desk.student("Ann Lee"), desk.student("Gus Day"));
    let (ben, dan) = tokio::join!(desk.instructor("Ben Ode"), desk.account("Dan Orr", people::Role::Admin));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let photo = png(300, 200);
    let sent = ann.uploads(&ticket, Form::default().file("Zürich.png", photo.clone())).await.expect(201);
    let file = sent["messages"][0]["attachment"].clone();
    let participants = format!("/api/support/tickets/{}/participants", ticket.id);
    ben.post(&participants, &json!({"userId": gus.id})).await.expect(201);
    let now = Clock::system().now();
    let later = now + Duration::days(30);
    let get = |account: &Account, until| desk.rest.get(&link(desk, account, (&file, until)));

    let had = get(&ann, later).download().await;
    assert_eq!((had.status, had.header("content-type"), &had.bytes), (200, "image/png", &photo));
    let seen = had.headers(["cache-control", "referrer-policy", "content-security-policy", "x-content-type-options"]);
    assert_eq!(seen, ["no-store", "no-referrer", "sandbox; default-src 'none'", "nosniff"]);
    assert!(had.header("content-disposition").contains("filename*=UTF-8''Z%C3%BCrich.png"));
    let part = get(&gus, later).header("range", "bytes=0-3").download().await;
    assert_eq!((part.status, part.bytes.len()), (206, 4));

    // Its time is over; somebody may not see the ticket any more; somebody was disabled; it is gone.
    let over = get(&ann, now - Duration::seconds(1)).send().await;
    assert!(over.text.contains("sign in to the desk, the file is in the ticket"), "{}", over.text);
    over.problem(410);
    for (who, page) in [(&ann, "tickets"), (&gus, "tickets"), (&dan, "support")] {
        let link = link(desk, who, (&file, now - Duration::seconds(1)));
        let opened = desk.rest.get(&link).header("accept", "text/html,*/*;q=0.8").send().await;
        assert_eq!(opened.status, 303);
        assert_eq!(opened.header("location"), format!("{}{page}/{}", desk.config.server.public_url, ticket.number));
    }
    let out = json!({"userId": gus.id});
    ben.request(Method::DELETE, &participants).json(&out).send().await.expect(204);
    get(&gus, later).send().await.problem(404);
    assert_eq!(get(&dan, later).download().await.status, 200);
    desk.disables("Dan Orr").await;
    get(&dan, later).send().await.problem(404);
    let good = link(desk, &ann, (&file, later));
    let longer = good
        .replace(&later.timestamp_millis().to_string(), &(later + Duration::days(9)).timestamp_millis().to_string());
    assert_ne!(longer, good);
    desk.rest.get(&longer).send().await.problem(404);
    ann.deletes(&sent["messages"][0]).await;
    get(&ann, later).send().await.problem(404);
});

story!(a_file_of_a_note_leaves_by_no_link, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let path = format!("/api/support/tickets/{}/notes", ticket.id);
    let form = Form::default().file("plan.txt", *b"secret");
    let noted = ben.request(Method::POST, &path).form(form).send().await.expect(201);
    let file = noted["notes"][0]["attachment"].clone();
    assert_eq!(ben.downloads(&file["url"]).await, b"secret");

    for account in [&ann, &ben] {
        let link = link(desk, account, (&file, Clock::system().now() + Duration::days(1)));
        desk.rest.get(&link).send().await.problem(404);
    }
});

//! Staff in the dashboard: what they note among themselves, what they do by keys, and who sees whom type and read.
use serde_json::json;

use super::dashboard::{LOG, WRITE, chosen, complaints, opens};
use crate::support::account::{Account, Ticket, text};
use crate::support::eventually::SOON;
use crate::support::form::png;
use crate::support::{ChildDesk, Page, Window, eventually, story, story_sqlite};

const NOTE: &str = "role=textbox[name=\"Only staff will read this…\"]";
const ADD_NOTE: &str = "role=button[name=\"Add note\"]";

/// A ticket that three people look at.
struct Watched {
    ann: Account,
    ben: Account,
    eva: Account,
    ticket: Ticket,
    /// What Ben, Eva and Ann see of it.
    page: Page,
    other: Page,
    student: Page,
}

async fn watched(desk: &ChildDesk) -> Watched {
    let (ann, ben, eva) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"), desk.instructor("Eva Kay"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let path = format!("/support/{}?view=all", ticket.number);
    let page = opens(&ben, Window::DESKTOP, &path).await;
    let other = opens(&eva, Window::DESKTOP, &path).await;
    let student = opens(&ann, Window::DESKTOP, &format!("/tickets/{}", ticket.number)).await;
    for page in [&page, &other, &student] {
        page.eventually_shows("main", "It is on fire").await;
    }
    Watched { ann, ben, eva, ticket, page, other, student }
}

story_sqlite!(notes_take_files_and_call_upon_staff, |desk: ChildDesk| {
    let Watched { ben, eva, ticket, page, other, student, .. } = watched(desk).await;
    let file = |name: &str, content: &[u8]| chosen(desk, name, content);
    let (plan, picture) = (file("the plan.txt", b"run"), file("the culprit.png", &png(320, 200)));
    let program = file("harmless.exe", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00");
    let drawing = file("for everybody.txt", b"see");

    page.clicks("role=button[name=\"Internal note\"]").await;
    page.fills(NOTE, "ask @ev").await;
    page.eventually_shows("role=option", "Eva Kay").await;
    page.keys(&["Enter"]).await;
    page.drops(NOTE, &[&plan, &program]).await;
    page.drops("main section:has(> div [role=log])", &[&picture]).await;
    page.eventually_shows("main", "the culprit.png").await;
    page.clicks("role=button[name=\"Answer\"]").await;
    assert!(!page.reads("main").await.concat().contains("the culprit.png"), "it is not about to be sent to Ann");
    page.drops(WRITE, &[&drawing]).await;
    page.eventually_shows("main", "for everybody.txt").await;
    page.clicks("role=button[name=\"Internal note\"]").await;
    page.clicks(ADD_NOTE).await;

    for page in [&page, &other] {
        page.eventually_shows("role=article[name=\"Internal note\"]", "ask @Eva Kay").await;
        page.eventually_shows("role=article[name=\"Internal note\"]", "the plan.txt").await;
        page.eventually_shows("role=article[name=\"Internal note\"]", "the culprit.png").await;
    }
    page.eventually_shows("role=button[name=\"Send harmless.exe again\"]", "").await;
    page.clicks("role=button[name=\"Remove harmless.exe\"]").await;
    page.eventually_hides("text=harmless.exe").await;
    other.clicks("role=button[name=\"Open the culprit.png\"]").await;
    other.eventually_shows("role=dialog", "the culprit.png").await;
    other.keys(&["Escape"]).await;
    let notes = ben.get(&format!("/api/support/tickets/{}/notes", ticket.id)).await.expect(200);
    let of = |name: &str| notes["items"].as_array().expect("notes").iter().find(|note| note["note"] == name).cloned();
    assert_eq!(of("ask @Eva Kay").expect("the note")["mentions"], json!([eva.id]));
    page.clicks("role=button[name=\"Answer\"]").await;
    page.clicks("role=button[name=\"Send\"]").await;
    student.eventually_shows(LOG, "for everybody.txt").await;
    let seen = student.reads("body").await.concat();
    for internal in ["ask @Eva", "the plan.txt", "the culprit.png", "harmless.exe"] {
        assert!(!seen.contains(internal), "{internal} is for staff");
    }
    assert_eq!(complaints(&page, &["415", "422"]), Vec::<String>::new());
    for page in [&other, &student] {
        assert_eq!(complaints(page, &[]), Vec::<String>::new());
    }
});

story_sqlite!(staff_answer_resolve_and_go_on_by_keys, |desk: ChildDesk| {
    let Watched { ann, ben, ticket, page, other, student, .. } = watched(desk).await;

    page.keys(&["r"]).await;
    page.types("Take the extinguisher").await;
    other.eventually_shows("main", "Ben Ode is writing an answer").await;
    assert!(!other.reads("main").await.concat().contains("is typing"), "of staff it is said once");
    student.eventually_shows("main", "Ben Ode is typing").await;
    page.keys(&["Control+Shift+Enter"]).await;
    student.eventually_shows(LOG, "Take the extinguisher").await;
    let now = ann.eventually_sees(&ticket, |now| now["status"] == "resolved").await;
    assert_eq!(now["resolution"], json!(null));

    student.fills(WRITE, "It burns again").await;
    student.presses(WRITE, "Enter").await;
    page.eventually_shows(LOG, "It burns again").await;
    page.keys(&["Control+."]).await;
    page.eventually_shows("body", &format!("{} is copied", ticket.number)).await;
    page.keys(&["Escape", "u"]).await;
    page.eventually_shows("body", "Marked as unread").await;
    let left = ben.sees(&ticket).await;
    assert_eq!(left["unreadCount"], 1);
    for page in [&page, &other, &student] {
        assert_eq!(complaints(page, &[]), Vec::<String>::new());
    }
});

story!(typing_and_reading_are_seen_in_the_browser_and_in_matrix, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let mia = desk.person("mia").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&mia, &ticket).await;
    let page = opens(&ann, Window::DESKTOP, &format!("/tickets/{}", ticket.number)).await;
    page.eventually_shows("main", "It is on fire").await;
    let name = mia.id().localpart();
    let ghost = mia.eventually_sees_member(&room, "Ann Lee").await;

    page.clicks(WRITE).await;
    eventually("Ann to be typing in the room", SOON, async || {
        page.types("x").await;
        let typing = mia.sees_passing(&room).await.typing;
        if typing == [ghost.clone()] { Ok(()) } else { Err(typing) }
    })
    .await;
    eventually("nobody to be typing in the room", SOON, async || {
        let typing = mia.sees_passing(&room).await.typing;
        if typing.is_empty() { Ok(()) } else { Err(typing) }
    })
    .await;
    mia.types(&room, true).await;
    page.eventually_shows("main", &format!("{name} is typing")).await;
    mia.types(&room, false).await;
    page.eventually_hides(&format!("text={name} is typing")).await;

    let said = mia.say(&room, "Is anybody there?").await;
    page.eventually_shows(LOG, "Is anybody there?").await;
    eventually("Ann's receipt in the room", SOON, async || {
        let read = mia.sees_passing(&room).await.read;
        if read.get(&ghost).map(String::as_str) == Some(said.as_str()) { Ok(()) } else { Err(read) }
    })
    .await;
    page.fills(WRITE, "I am").await;
    page.presses(WRITE, "Enter").await;
    let sent = ann.eventually_reads(&ticket, "I am", |message| message["eventId"].is_string()).await;
    assert!(!page.reads(LOG).await.concat().contains(&format!("Read by {name}")), "she has not read it yet");
    mia.eventually_hears(&room, "I am").await;
    mia.has_read(&room, &text(&sent["eventId"])).await;
    page.eventually_shows(LOG, &format!("Read by {name}")).await;
    assert_eq!(complaints(&page, &[]), Vec::<String>::new());
});

//! The dashboard in Chromium: the journeys of a student, of staff, and of a page whose desk is killed.
use std::fs;
use std::path::PathBuf;

use serde_json::json;

use crate::support::account::{Account, Ticket};
use crate::support::eventually::SOON;
use crate::support::site::PASSWORD;
use crate::support::{ChildDesk, Page, Window, eventually, story, story_sqlite};

pub const WRITE: &str = "role=textbox[name=\"Write a message…\"]";
pub const LOG: &str = "role=log";

/// Opens the dashboard as somebody, on an address of it.
pub async fn opens(who: &Account, window: Window, path: &str) -> Page {
    let page = Page::opens_in(window, &format!("{}{path}", who.desk_url())).await;
    signs_in(&page, who, PASSWORD).await;
    page
}

async fn signs_in(page: &Page, who: &Account, password: &str) {
    page.fills("[name=email]", &who.email).await;
    page.fills("[name=password]", password).await;
    page.presses("[name=password]", "Enter").await;
}

/// A file on somebody's disk, for them to choose or drop.
pub fn chosen(desk: &ChildDesk, name: &str, content: &[u8]) -> PathBuf {
    let folder = desk.config.files.folder.with_file_name("chosen");
    fs::create_dir_all(&folder).expect("the test's folder takes folders");
    let file = folder.join(name);
    fs::write(&file, content).expect("the test's folder takes files");
    file
}

/// What a page complained of, apart from the browser's own lines about answers of these statuses.
pub fn complaints(page: &Page, expected: &[&str]) -> Vec<String> {
    let is_expected = |line: &String| expected.iter().any(|status| line.contains(&format!("status of {status}")));
    page.complaints().into_iter().filter(|line| !is_expected(line)).collect()
}

story!(a_student_asks_and_is_answered_in_the_browser, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let mia = desk.person("mia").await;
    let page = Page::opens(&format!("{}/tickets", ann.desk_url())).await;

    signs_in(&page, &ann, "not her password").await;
    page.eventually_shows("role=alert", "password").await;
    signs_in(&page, &ann, PASSWORD).await;
    page.eventually_shows("main", "No tickets yet").await;
    page.clicks("role=button[name=\"Create a ticket\"]").await;
    page.fills("role=textbox[name=/^Title/]", "Printer").await;
    page.fills("role=textbox[name=/^Description/]", "It is on **fire**").await;
    page.clicks("role=dialog >> role=button[name=\"Send\"]").await;
    page.eventually_shows("h1", "Printer").await;
    page.eventually_shows("main", "It is on fire").await;
    let list = ann.get("/api/support/tickets").await.expect(200);
    let ticket = Ticket::shown_as(list["items"][0].clone());
    let room = ben.brings(&mia, &ticket).await;

    page.fills(WRITE, "Is **anybody** there?").await;
    page.presses(WRITE, "Enter").await;
    mia.eventually_hears(&room, "Is **anybody** there?").await;
    page.eventually_shows(&format!("{LOG} >> strong"), "anybody").await;
    mia.types(&room, true).await;
    page.eventually_shows("main", "is typing").await;
    mia.types(&room, false).await;
    mia.say(&room, "<img src=x onerror=alert(1)> I am").await;
    page.eventually_shows(LOG, "<img src=x onerror=alert(1)> I am").await;
    page.eventually_hides("text=is typing").await;

    let file = desk.config.files.folder.with_file_name("photo of the fire.txt");
    fs::write(&file, "hot").expect("the test's folder takes files");
    page.chooses("main input[type=file]", &file).await;
    page.eventually_shows("main", "photo of the fire.txt").await;
    page.clicks("role=button[name=\"Send\"]").await;
    page.eventually_shows(LOG, "photo of the fire.txt").await;
    mia.eventually_hears(&room, "photo of the fire.txt").await;
    assert_eq!(complaints(&page, &["401"]), Vec::<String>::new());
});

story!(an_instructor_takes_a_ticket_answers_and_closes_it, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let page = opens(&ben, Window::DESKTOP, "/support?view=all").await;

    page.clicks("text=Printer").await;
    page.eventually_shows("h1", "Printer").await;
    page.clicks("role=button[name=/Assign to me/]").await;
    eventually("the ticket to be Ben's", SOON, async || {
        let now = ann.sees(&ticket).await;
        if now["assignedTo"]["displayName"] == "Ben Ode" { Ok(()) } else { Err(now["assignedTo"].clone()) }
    })
    .await;
    let student = opens(&ann, Window::DESKTOP, &format!("/tickets/{}", ticket.number)).await;
    student.eventually_shows("h1", "Printer").await;

    page.clicks("role=button[name=\"Internal note\"]").await;
    let note = "role=textbox[name=\"Only staff will read this…\"]";
    page.fills(note, "She smokes").await;
    page.clicks("role=button[name=\"Add note\"]").await;
    page.eventually_shows(LOG, "She smokes").await;
    page.clicks("role=button[name=\"Answer\"]").await;
    page.fills(WRITE, "Take the extinguisher").await;
    student.eventually_shows("main", "Ben Ode is typing").await;
    page.presses(WRITE, "Enter").await;
    student.eventually_shows(LOG, "Take the extinguisher").await;
    assert!(!student.reads("body").await.concat().contains("She smokes"), "notes are for staff");
    student.fills(WRITE, "It is out").await;
    page.eventually_shows("main", "Ann Lee is typing").await;
    student.presses(WRITE, "Enter").await;
    page.eventually_shows(LOG, "It is out").await;

    page.clicks("main >> role=button[name=/^Close/]").await;
    page.fills("role=dialog >> role=textbox", "The fire was put out").await;
    page.clicks("role=dialog >> role=button[name=\"Close ticket\"]").await;
    student.eventually_shows("header, main", "Closed").await;
    let now = ann.sees(&ticket).await;
    assert_eq!((&now["status"], &now["resolution"]), (&json!("closed"), &json!("The fire was put out")));
    for page in [&page, &student] {
        assert_eq!(complaints(page, &[]), Vec::<String>::new());
    }
});

story_sqlite!(a_page_outlives_the_desk, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let page = opens(&ann, Window::DESKTOP, &format!("/tickets/{}", ticket.number)).await;
    page.eventually_shows("main", "It is on fire").await;

    desk.kill().await;
    page.eventually_shows("role=status", "Reconnecting").await;
    page.fills(WRITE, "Hello?").await;
    page.presses(WRITE, "Enter").await;
    page.eventually_shows(LOG, "Hello?").await;
    desk.launch().await;
    ben.says(&ticket, "We are back").await;

    page.eventually_hides("text=Reconnecting").await;
    for said in ["We are back", "Hello?"] {
        eventually(format!("{said:?} to be there once"), SOON, async || {
            let texts = page.reads(&format!("{LOG} >> text={said}")).await;
            if texts.len() == 1 { Ok(()) } else { Err(texts) }
        })
        .await;
    }
    ann.eventually_reads(&ticket, "Hello?", |said| said["status"] == "sent").await;
});

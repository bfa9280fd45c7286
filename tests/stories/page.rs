//! The page at `/` in Chromium, from signing in to an answer.
use std::fs;

use crate::support::account::Ticket;
use crate::support::eventually::SOON;
use crate::support::site::PASSWORD;
use crate::support::{ChildDesk, Page, eventually, story, story_sqlite};

story!(a_student_asks_and_is_answered_in_the_browser, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let mia = desk.person("mia").await;
    let page = Page::opens(ann.desk_url()).await;

    signs_in(&page, "not her password").await;
    page.eventually_shows("#sign-in .problem", "password").await;
    signs_in(&page, PASSWORD).await;
    page.eventually_shows("#no-tickets", "No tickets yet").await;
    page.clicks("#new-ticket summary").await;
    page.fills("#new-ticket [name=title]", "Printer").await;
    page.fills("#new-ticket [name=description]", "It is on fire").await;
    page.clicks("#new-ticket button").await;
    page.eventually_shows("#title", "Printer").await;
    let list = ann.get("/api/support/tickets").await.expect(200);
    let ticket = Ticket::shown_as(list["items"][0].clone());
    let room = ben.brings(&mia, &ticket).await;

    page.fills("#write textarea", "Is **anybody** there?").await;
    page.presses("#write textarea", "Enter").await;
    mia.eventually_hears(&room, "Is **anybody** there?").await;
    page.eventually_shows("#messages .mine strong", "anybody").await;
    page.eventually_shows("#messages .mine small", "sent").await;
    mia.types(&room, true).await;
    page.eventually_shows("#typing", "is typing").await;
    mia.types(&room, false).await;
    mia.say(&room, "<img src=x onerror=alert(1)> I am").await;
    page.eventually_shows("#messages li", "<img src=x onerror=alert(1)> I am").await;
    page.eventually_hides("#typing").await;

    let file = desk.config.files.folder.with_file_name("photo of the fire.txt");
    fs::write(&file, "hot").expect("the test's folder takes files");
    page.chooses("#write [name=files]", &file).await;
    page.clicks("#write button").await;
    page.eventually_shows("#messages .mine button", "photo of the fire.txt").await;
    page.fits(360, 640).await;
    let overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(page.runs(overflow).await, 0, "a small screen scrolls in one direction");
    // The browser's own line about the password that was refused.
    let complaints: Vec<String> = page.complaints().into_iter().filter(|line| !line.contains("401")).collect();
    assert_eq!(complaints, Vec::<String>::new());
});

story_sqlite!(a_page_outlives_the_desk, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let page = Page::opens(ann.desk_url()).await;
    signs_in(&page, PASSWORD).await;
    page.clicks("#tickets button").await;
    page.eventually_shows("#title", "Printer").await;

    desk.kill().await;
    page.eventually_shows("#line", "Connecting").await;
    desk.launch().await;
    ben.says(&ticket, "We are back").await;

    page.eventually_hides("#line").await;
    eventually("what was said to be there once", SOON, async || {
        let texts = page.reads("#messages li:has-text('We are back')").await;
        if texts.len() == 1 { Ok(()) } else { Err(texts) }
    })
    .await;
});

async fn signs_in(page: &Page, password: &str) {
    page.fills("[name=email]", "ann.lee@example.org").await;
    page.fills("[name=password]", password).await;
    page.clicks("#sign-in button").await;
}

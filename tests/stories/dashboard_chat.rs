//! A conversation in the dashboard: files, corrections, two pages at once, and nothing but a keyboard.
use super::dashboard::{LOG, WRITE, chosen, complaints, opens};
use crate::support::eventually::SOON;
use crate::support::{ChildDesk, Page, Window, eventually, story_sqlite};

story_sqlite!(files_go_on_their_way_and_a_refused_one_says_why, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let student = opens(&ann, Window::DESKTOP, &format!("/tickets/{}", ticket.number)).await;
    let staff = opens(&ben, Window::DESKTOP, &format!("/support/{}?view=all", ticket.number)).await;
    student.eventually_shows("main", "It is on fire").await;
    staff.eventually_shows("main", "It is on fire").await;
    let file = |name: &str, content: &[u8]| chosen(desk, name, content);
    let (log, table) = (file("the log.txt", b"hot"), file("degrees.csv", b"a,b\n1,2\n"));
    // What it says it is and what it is are two things.
    let program = file("harmless.exe", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00");

    student.drops(WRITE, &[&log, &table, &program]).await;
    for name in ["the log.txt", "degrees.csv", "harmless.exe"] {
        student.eventually_shows("main", name).await;
    }
    student.fills(WRITE, "Here they are").await;
    student.presses(WRITE, "Enter").await;

    for page in [&student, &staff] {
        for shown in ["Here they are", "the log.txt", "degrees.csv"] {
            page.eventually_shows(LOG, shown).await;
        }
    }
    student.eventually_shows("role=button[name=/Send harmless.exe again|Remove harmless.exe/]", "").await;
    assert!(!staff.reads(LOG).await.concat().contains("harmless.exe"), "what was refused reached nobody");
    assert_eq!(complaints(&student, &["415", "422"]), Vec::<String>::new());
    assert_eq!(complaints(&staff, &[]), Vec::<String>::new());
});

story_sqlite!(words_are_corrected_answered_and_taken_back, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let student = opens(&ann, Window::DESKTOP, &format!("/tickets/{}", ticket.number)).await;
    let staff = opens(&ben, Window::DESKTOP, &format!("/support/{}?view=all", ticket.number)).await;
    staff.eventually_shows("main", "It is on fire").await;
    student.fills(WRITE, "It is on fier").await;
    student.presses(WRITE, "Enter").await;
    staff.eventually_shows(LOG, "It is on fier").await;
    student.eventually_shows(LOG, "Read by Ben Ode").await;

    acts(&student, "It is on fier", "Edit").await;
    student.fills("role=textbox >> nth=-1", "It is on fire, really").await;
    student.keys(&["Enter"]).await;
    staff.eventually_shows(LOG, "It is on fire, really").await;
    staff.eventually_shows(LOG, "edited").await;
    acts(&staff, "on fire, really", "React with 👍").await;
    student.eventually_shows(&format!("{LOG} >> role=button[name=/👍/]"), "").await;
    acts(&staff, "on fire, really", "Reply").await;
    staff.fills(WRITE, "Which one?").await;
    staff.presses(WRITE, "Enter").await;
    student.eventually_shows(LOG, "Which one?").await;
    acts(&staff, "Which one?", "Delete").await;
    student.eventually_shows(LOG, "This message was deleted").await;

    assert!(!student.reads(LOG).await.concat().contains("Which one?"), "what was taken back is gone");
    for page in [&student, &staff] {
        assert_eq!(complaints(page, &[]), Vec::<String>::new());
    }
});

story_sqlite!(two_pages_of_one_ticket_show_the_same, |desk: ChildDesk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let path = format!("/tickets/{}", ticket.number);
    let one = opens(&ann, Window::DESKTOP, &path).await;
    one.eventually_shows("main", "It is on fire").await;
    let other = one.opens_beside(&format!("{}{path}", ann.desk_url())).await;
    other.eventually_shows("main", "It is on fire").await;

    for number in 0..10 {
        let page = if number % 2 == 0 { &one } else { &other };
        page.fills(WRITE, &format!("message {number}")).await;
        page.presses(WRITE, "Enter").await;
    }

    for page in [&one, &other] {
        page.eventually_shows(LOG, "message 8").await;
        page.eventually_shows(LOG, "message 9").await;
    }
    let order = |texts: Vec<String>| -> Vec<usize> {
        let text = texts.concat();
        (0..10).map(|number| text.find(&format!("message {number}")).expect("it is shown")).collect()
    };
    eventually("both pages to show one order", SOON, async || {
        let (one, other) = (one.reads(LOG).await, other.reads(LOG).await);
        let sorted = |places: &[usize]| {
            let mut numbers: Vec<usize> = (0..10).collect();
            numbers.sort_by_key(|number| places[*number]);
            numbers
        };
        let (one, other) = (sorted(&order(one)), sorted(&order(other)));
        if one == other { Ok(()) } else { Err((one, other)) }
    })
    .await;
    let texts: Vec<String> = (0..10).map(|number| format!("message {number}")).collect();
    for text in &texts {
        assert_eq!(one.reads(&format!("{LOG} >> text=\"{text}\"")).await.len(), 1, "{text} stands there once");
    }
    for page in [&one, &other] {
        assert_eq!(complaints(page, &[]), Vec::<String>::new());
    }
});

story_sqlite!(a_keyboard_is_enough, |desk: ChildDesk| {
    let ann = desk.student("Ann Lee").await;
    let page = Page::opens(&format!("{}/tickets", ann.desk_url())).await;
    page.eventually_shows("h1", "").await;

    tabs_to(&page, "document.activeElement?.name === 'email'").await;
    page.types(&ann.email).await;
    tabs_to(&page, "document.activeElement?.name === 'password'").await;
    page.types(crate::support::site::PASSWORD).await;
    page.keys(&["Enter"]).await;
    page.eventually_shows("main", "No tickets yet").await;
    tabs_to(
        &page,
        "document.activeElement?.tagName === 'BUTTON' && document.activeElement.textContent.includes('Create')",
    )
    .await;
    page.keys(&["Enter"]).await;
    page.eventually_shows("role=dialog", "").await;
    tabs_to(&page, "document.activeElement?.tagName === 'INPUT' && document.activeElement.type === 'text'").await;
    page.types("Printer").await;
    tabs_to(&page, "document.activeElement?.tagName === 'TEXTAREA'").await;
    page.types("It is on fire").await;
    tabs_to(&page, "document.activeElement?.type === 'submit'").await;
    page.keys(&["Enter"]).await;
    page.eventually_shows("h1", "Printer").await;
    tabs_to(&page, "document.activeElement?.tagName === 'TEXTAREA'").await;
    page.types("Quickly, please").await;
    page.keys(&["Enter"]).await;

    page.eventually_shows(LOG, "Quickly, please").await;
    assert_eq!(complaints(&page, &[]), Vec::<String>::new());
});

/// Goes on with Tab until the focus is where an expression says, and is seen there.
async fn tabs_to(page: &Page, there: &str) {
    for _ in 0..40 {
        if page.runs(there).await == true {
            let ring = "getComputedStyle(document.activeElement).outlineStyle !== 'none' || \
                        getComputedStyle(document.activeElement).boxShadow !== 'none'";
            assert_eq!(page.runs(ring).await, true, "the focus is seen where {there}");
            return;
        }
        page.keys(&["Tab"]).await;
    }
    panic!("Tab does not lead to where {there}; it is at {}", page.runs("document.activeElement?.outerHTML").await);
}

/// Opens the menu of a message and takes an item of it.
async fn acts(page: &Page, message: &str, item: &str) {
    let bubble = format!("{LOG} >> text=/{message}/ >> nth=-1");
    page.hovers(&bubble).await;
    page.clicks(&format!("{LOG} >> .group:has-text('{message}') >> role=button[name=/^More about/] >> nth=-1")).await;
    page.clicks(&format!("role=menuitem[name=\"{item}\"]")).await;
}

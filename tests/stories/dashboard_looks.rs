//! Every page of the dashboard as it looks: for axe, in both themes and languages, on a desk and on a phone. With
//! `SCREENSHOTS=folder` each is also kept as a picture, which is how docs/screenshots came about.
use std::path::Path;

use roomdesk::domain::mails::{Occasion, Switch};
use roomdesk::domain::people::Role;
use roomdesk::mail::links::Unsubscribing;
use serde_json::json;

use super::dashboard::{complaints, opens};
use crate::support::account::{Account, Ticket};
use crate::support::{ChildDesk, Page, Window, story_sqlite};

/// An address, what is seen when it is there, and what its picture is called.
type View<'a> = (&'a str, &'a str, &'a str);

story_sqlite!(students_pages_are_in_order, |desk: ChildDesk| {
    let Furnished { ann, ticket, .. } = furnished(desk).await;
    let ticket = format!("/tickets/{}", ticket.number);
    look_through(
        &ann,
        &[
            ("/tickets", "main >> text=Scanner", "student-tickets"),
            ("/tickets?status=%5B%22closed%22%5D", "main", "student-no-match"),
            (&ticket, "role=log >> text=extinguisher", "student-ticket"),
            ("/profile#mail", "main >> role=switch", "profile"),
            ("/nowhere", "h1", "not-found"),
            ("/admin", "h1", "forbidden"),
        ],
    )
    .await;
});

story_sqlite!(instructors_pages_are_in_order, |desk: ChildDesk| {
    let Furnished { ben, ticket, .. } = furnished(desk).await;
    let ticket = format!("/support/{}?view=all", ticket.number);
    look_through(
        &ben,
        &[
            ("/support?view=all", "text=Scanner", "staff-list"),
            (&ticket, "role=log >> text=extinguisher", "staff-ticket"),
        ],
    )
    .await;
});

story_sqlite!(admins_pages_are_in_order, |desk: ChildDesk| {
    let ada = desk.account("Ada Byron", Role::Admin).await;
    furnished(desk).await;
    look_through(
        &ada,
        &[
            ("/admin", "main >> text=Scanner", "admin-dashboard"),
            ("/admin/tickets", "main >> text=Scanner", "admin-tickets"),
            ("/admin/people", "main >> text=Ben Ode", "admin-people"),
            ("/admin/teams", "h1", "admin-teams"),
            ("/admin/keys", "h1", "admin-keys"),
            ("/admin/audit", "h1", "admin-audit"),
            ("/admin/bridge", "h1", "admin-bridge"),
        ],
    )
    .await;
});

story_sqlite!(pages_before_signing_in_are_in_order, |desk: ChildDesk| {
    let ann = desk.student("Ann Lee").await;
    let what = Switch::Occasion(Occasion::NewMessage);
    let token = desk.links().unsubscribing(&Unsubscribing { person: ann.id.parse().expect("an id"), what });
    let unsubscribing = format!("/unsubscribe#token={token}");
    let mut found = Vec::new();
    for window in windows() {
        let page = Page::opens_in(window, &format!("{}/sign-in", ann.desk_url())).await;
        for (path, seen, name) in [
            ("/sign-in", "h1", "sign-in"),
            ("/password-reset", "h1", "password-reset"),
            ("/invitation#token=gone", "h1", "invitation"),
            (&unsubscribing, "main >> text=Ann Lee", "unsubscribe"),
        ] {
            found.extend(look(&page, (ann.desk_url(), window), (path, seen, name)).await);
        }
        found.extend(complaints(&page, &[]));
    }
    assert_eq!(found, Vec::<String>::new());
});

pub struct Furnished {
    pub ann: Account,
    pub ben: Account,
    pub ticket: Ticket,
}

/// A desk on which there is something of everything.
pub async fn furnished(desk: &ChildDesk) -> Furnished {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    ann.opens_ticket("Scanner", "It smokes").await;
    let ticket = ann
        .opens_ticket("Printer in room 12 prints nothing but flames, third time this month", "It is on **fire**")
        .await;
    let path = format!("/api/support/tickets/{}", ticket.id);
    ben.post(&format!("{path}/claim"), &json!({})).await.expect(200);
    ben.says(&ticket, "Take the **extinguisher**:\n\n1. pull\n2. aim\n3. squeeze").await;
    ben.post(&format!("{path}/notes"), &json!({"note": "She smokes"})).await.expect(201);
    ann.says(&ticket, "It is out. Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft")
        .await;
    Furnished { ann, ben, ticket }
}

fn windows() -> [Window; 4] {
    let (desktop, phone) = (Window::DESKTOP, Window::PHONE);
    [desktop, desktop.dark().in_german(), phone.in_german(), phone.dark()]
}

async fn look_through(who: &Account, views: &[View<'_>]) {
    let mut found = Vec::new();
    for window in windows() {
        let page = opens(who, window, "/profile").await;
        page.eventually_shows("main", &who.email).await;
        for view in views {
            found.extend(look(&page, (who.desk_url(), window), *view).await);
        }
        found.extend(complaints(&page, &["404"]));
    }
    assert_eq!(found, Vec::<String>::new());
}

/// What is wrong with one view.
async fn look(page: &Page, (desk, window): (&str, Window), (path, seen, name): View<'_>) -> Vec<String> {
    page.goes_to(&format!("{desk}{path}")).await;
    page.eventually_shows(seen, "").await;
    examined(page, window, name).await
}

/// What is wrong with a page as it is now.
pub async fn examined(page: &Page, window: Window, name: &str) -> Vec<String> {
    if let Ok(folder) = std::env::var("SCREENSHOTS") {
        let scheme = if window.is_dark { "dark" } else { "light" };
        page.shoots(&Path::new(&folder).join(format!("{name}-{}-{scheme}.png", window.width))).await;
    }
    let mut found = page.audit().await;
    if !found.is_empty() {
        // What moved while it was looked at is in order by now.
        let again = page.audit().await;
        found.retain(|wrong| again.contains(wrong));
    }
    found.into_iter().map(|wrong| format!("{name}, {window:?}: {wrong}")).collect()
}

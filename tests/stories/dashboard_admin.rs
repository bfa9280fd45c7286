//! The dashboard as an admin uses it: numbers that lead to their lists, many tickets changed at once, people.
use roomdesk::domain::people::Role;

use super::dashboard::{complaints, opens};
use crate::support::eventually::SOON;
use crate::support::{ChildDesk, Window, eventually, story};

story!(an_admin_finds_assigns_and_closes_many, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let ada = desk.account("Ada Byron", Role::Admin).await;
    let mut tickets = Vec::new();
    for title in ["Printer", "Scanner", "Lamp"] {
        tickets.push(ann.opens_ticket(title, "It is on fire").await);
    }
    let page = opens(&ada, Window::DESKTOP, "/admin").await;

    page.eventually_shows("main >> role=link[name=\"Total\"] >> xpath=ancestor::div[2]", "3").await;
    page.clicks("main >> role=link[name=/View all/]").await;
    page.eventually_shows("h1", "All tickets").await;
    for title in ["Printer", "Scanner", "Lamp"] {
        page.eventually_shows("main", title).await;
    }
    for ticket in &tickets[..2] {
        page.clicks(&format!("role=checkbox[name=\"Choose {}\"]", ticket.number)).await;
    }
    page.eventually_shows("role=toolbar", "2 chosen").await;
    page.clicks("role=toolbar >> role=button[name=\"Assign\"]").await;
    page.fills("role=dialog >> input", "Ben").await;
    page.clicks("role=dialog >> text=Ben Ode").await;
    eventually("both to be Ben's", SOON, async || {
        let mut holders = Vec::new();
        for ticket in &tickets {
            holders.push(ann.sees(ticket).await["assignedTo"]["displayName"].clone());
        }
        if holders[0] == "Ben Ode" && holders[1] == "Ben Ode" && holders[2].is_null() { Ok(()) } else { Err(holders) }
    })
    .await;
    page.eventually_shows("main", "Ben Ode").await;
    assert_eq!(complaints(&page, &[]), Vec::<String>::new());
    drop(ben);
});

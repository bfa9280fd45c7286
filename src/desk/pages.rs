//! Where the pages of the dashboard are found, as links from elsewhere have to say it.
use url::Url;

use super::Desk;
use crate::domain::people::Role;
use crate::domain::tickets::Ticket;

impl Desk {
    /// Where something of ours is found: a path without its first slash, which may have a query and a fragment.
    pub fn page(&self, path: &str) -> Url {
        let mut url = self.settings().public_url.clone();
        let (path, fragment) = path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/{path}"));
        url.set_query(query);
        url.set_fragment(fragment);
        url
    }

    /// The list of tickets, for somebody of this role.
    pub fn page_of_tickets(&self, role: Role) -> Url {
        self.page(tickets(role))
    }

    /// A ticket, for somebody of this role.
    pub fn page_of(&self, ticket: &Ticket, role: Role) -> Url {
        self.page(&format!("{}/{}", tickets(role), ticket.number.as_str()))
    }
}

fn tickets(role: Role) -> &'static str {
    if role.is_staff() { "support" } else { "tickets" }
}

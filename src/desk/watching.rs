//! Watching lists: what is in one when it begins, and which of the tickets that change are in it now.
use std::collections::HashSet;

use super::Desk;
use super::finding::query_of;
use crate::domain::Refusal;
use crate::domain::filter::{Place, Query, Reader, Realm, Sort};
use crate::domain::ids::TicketId;
use crate::domain::opening::one_of;
use crate::domain::people::Person;
use crate::store::watching::Those;
use crate::store::{self, DbError};

/// How many tickets of a list are looked up at once.
const LOOKED_UP: i64 = 500;

impl Desk {
    /// The list that a text of a search box means to `by`: everything for staff, their own for everybody else, or as
    /// `scope` says. Words cannot be watched: whether a ticket has one is a question about all its messages.
    pub fn watched(&self, by: &Person, text: &str, scope: Option<&str>) -> Result<Query, Refusal> {
        let realm = match scope {
            None if by.role.is_staff() => Realm::Desk,
            None | Some("mine") => Realm::Own,
            Some("all") => Realm::Desk,
            Some(_) => return Err(one_of("scope", ["mine", "all"]).into()),
        };
        let reader = Reader { me: &by.id, is_staff: by.role.is_staff(), zone: self.settings().zone };
        let filter = reader.read([("q", text)])?;
        if !filter.words.is_empty() {
            return Err(Refusal::field("q", "has words, which cannot be watched: fields alone can"));
        }
        query_of(by, realm, filter, Sort::default())
    }

    /// The first tickets of a list, at most `most`, and whether these are all.
    pub async fn first_of(&self, query: &Query, most: usize) -> Result<(HashSet<TicketId>, bool), Refusal> {
        let mut tickets = Vec::new();
        let mut after: Option<Place> = None;
        loop {
            let mut tx = self.db().read().await?;
            let found = store::finding::page(&mut tx, query, after.as_ref(), LOOKED_UP).await?;
            tickets.extend(found.places.into_iter().map(|place| place.id));
            after = found.next;
            if after.is_none() || tickets.len() >= most {
                let are_all = after.is_none() && tickets.len() <= most;
                return Ok((tickets.into_iter().take(most).collect(), are_all));
            }
        }
    }

    /// Of each list, which of the tickets it has in which version, apart from who may see them.
    pub async fn those_of(&self, lists: &[&Query], tickets: &[TicketId]) -> Result<Vec<Those>, DbError> {
        let mut tx = self.db().read().await?;
        let mut those = Vec::with_capacity(lists.len());
        for query in lists {
            those.push(store::watching::those_of(&mut tx, query, tickets).await?);
        }
        Ok(those)
    }
}

//! Lists of tickets: whose they are to see, page by page, and how many there are.
use std::collections::HashMap;

use super::Desk;
use super::tickets::attach;
use crate::domain::Refusal;
use crate::domain::filter::{Filter, Place, Query, Realm, Sort};
use crate::domain::ids::TicketId;
use crate::domain::people::Person;
use crate::domain::tickets::Ticket;
use crate::store::files::Share;
use crate::store::{self, DbError, Tx};

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub tickets: Vec<Ticket>,
    /// Where it goes on; none at its end.
    pub next: Option<Place>,
}

/// How many tickets a filter has, counted up to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub count: i64,
    /// Whether there may be more.
    pub is_more: bool,
}

/// What `by` asks for; every ticket is for staff.
pub fn query_of(by: &Person, realm: Realm, filter: Filter, sort: Sort) -> Result<Query, Refusal> {
    if realm == Realm::Desk {
        by.sees_staff()?;
    }
    Ok(Query { by: by.id.clone(), realm, filter, sort })
}

impl Desk {
    /// At most `limit` tickets of a list, after `after`.
    pub async fn list(&self, query: &Query, after: Option<&Place>, limit: i64) -> Result<Listed, Refusal> {
        let mut tx = self.db().read().await?;
        let found = store::finding::page(&mut tx, query, after, limit).await?;
        let ids: Vec<TicketId> = found.places.into_iter().map(|place| place.id).collect();
        Ok(Listed { tickets: in_order(&mut tx, &ids).await?, next: found.next })
    }

    /// How many tickets each of these has, counted up to `most`.
    pub async fn count(&self, queries: &[Query], most: i64) -> Result<Vec<Counted>, Refusal> {
        let mut tx = self.db().read().await?;
        let mut counted = Vec::with_capacity(queries.len());
        for query in queries {
            let (count, is_more) = store::finding::count(&mut tx, query, most).await?;
            counted.push(Counted { count, is_more });
        }
        Ok(counted)
    }
}

/// These tickets as lists show them, in this order.
pub(super) async fn in_order(tx: &mut Tx, ids: &[TicketId]) -> Result<Vec<Ticket>, DbError> {
    let mut known = store::tickets::by_ids(tx, ids).await?;
    attach(tx, &mut known, Share::First).await?;
    let mut known: HashMap<TicketId, Ticket> = known.into_iter().map(|ticket| (ticket.id.clone(), ticket)).collect();
    Ok(ids.iter().filter_map(|id| known.remove(id)).collect())
}

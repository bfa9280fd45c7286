//! Tickets as a table, part by part: however many there are, few of them are in memory, and nothing is locked.
use super::Desk;
use crate::domain::Refusal;
use crate::domain::filter::{Place, Query};
use crate::domain::ids::TicketId;
use crate::store;
use crate::store::export::Line;

/// How many tickets are read at once.
const PART: i64 = 1_000;

impl Desk {
    /// The lines after `after`, and where the table goes on; none at its end.
    pub async fn lines(&self, query: &Query, after: Option<&Place>) -> Result<(Vec<Line>, Option<Place>), Refusal> {
        let mut tx = self.db().read().await?;
        let found = store::finding::page(&mut tx, query, after, PART).await?;
        let ids: Vec<TicketId> = found.places.into_iter().map(|place| place.id).collect();
        Ok((store::export::lines(&mut tx, &ids).await?, found.next))
    }
}

//! The log of changes: noted in the transaction of their cause, numbered once they can be seen, read by watchers.
use std::collections::{HashMap, HashSet};

use chrono::Duration;
use tokio::sync::{Notify, watch};

use super::Desk;
use crate::domain::Refusal;
use crate::domain::changes::{Change, Visible, What};
use crate::domain::clock::Time;
use crate::domain::ids::{MessageId, PersonId, TicketId};
use crate::domain::messages::Message;
use crate::domain::tickets::Ticket;
use crate::store::changes::Stretch;
use crate::store::reads::Marker;
use crate::store::{self, DbError, Tx};

/// How many changes are numbered in one transaction.
const NUMBERED_AT_ONCE: i64 = 1_000;
/// How long changes are kept for those who were away.
const KEPT: Duration = Duration::days(7);

/// How those who wait for changes learn of them within this process.
#[derive(Debug, Default)]
pub(super) struct Bell {
    /// Something was committed that has no number yet.
    committed: Notify,
    /// The last number given.
    newest: watch::Sender<i64>,
}

/// Everything that some changes show, read at once and as it is now.
#[derive(Debug, Default)]
pub struct Scene {
    pub messages: HashMap<MessageId, Message>,
    pub tickets: HashMap<TicketId, Ticket>,
    /// How far people have read, by ticket and person.
    pub markers: HashMap<(TicketId, PersonId), Marker>,
    /// Who belongs to each ticket besides staff.
    pub participants: HashMap<TicketId, HashSet<PersonId>>,
    /// Which staff may see those that are confidential.
    pub named: HashMap<TicketId, HashSet<PersonId>>,
}

impl Desk {
    /// Something was committed that watchers are to be told.
    pub(crate) fn wake_watchers(&self) {
        self.bell().committed.notify_one();
    }

    /// Waits until something was committed that watchers are to be told.
    pub async fn changes_committed(&self) {
        self.bell().committed.notified().await;
    }

    /// The number of the newest change that can be seen, as it grows.
    pub fn newest_change(&self) -> watch::Receiver<i64> {
        self.bell().newest.subscribe()
    }

    /// Numbers what was committed since the last time, here or by another process, and says so to those who wait.
    pub async fn number_changes(&self) -> Result<(), DbError> {
        // A look costs a read; only when something waits does it become a write.
        let (mut last, mut waiting) = store::changes::look(&mut self.db().read().await?).await?;
        while waiting {
            let mut tx = self.db().write().await?;
            let numbered = store::changes::number(&mut tx, NUMBERED_AT_ONCE).await?;
            last = store::changes::bounds(&mut tx).await?.1;
            tx.commit().await?;
            waiting = i64::try_from(numbered).is_ok_and(|numbered| numbered == NUMBERED_AT_ONCE);
        }
        self.bell().newest.send_if_modified(|newest| {
            let grew = last > *newest;
            *newest = last.max(*newest);
            grew
        });
        Ok(())
    }

    /// At most `limit` changes after the number `seq`, in order.
    pub async fn changes_after(&self, seq: i64, limit: i64) -> Result<Stretch, DbError> {
        store::changes::after(&mut self.db().read().await?, seq, limit).await
    }

    /// The changes of a ticket that somebody missed who has seen those up to the number `after`; none when they must
    /// look at everything again, because some are thrown away or there are more than `limit`. Also the number up to
    /// which this speaks.
    pub async fn missed_changes(
        &self,
        ticket: &TicketId,
        after: i64,
        limit: i64,
    ) -> Result<(Option<Vec<Visible>>, i64), DbError> {
        let mut tx = self.db().read().await?;
        let (pruned, last) = store::changes::bounds(&mut tx).await?;
        if after < pruned || after > last {
            return Ok((None, last));
        }
        let missed = store::changes::of_ticket(&mut tx, ticket, (after, last), limit).await?;
        Ok((Some(missed.changes).filter(|_| !missed.is_full), last))
    }

    /// Whether everything after the change `after` can still be told, and the number of the newest.
    pub async fn is_kept(&self, after: i64) -> Result<(bool, i64), DbError> {
        let (pruned, last) = store::changes::bounds(&mut self.db().read().await?).await?;
        Ok(((pruned..=last).contains(&after), last))
    }

    /// The number of the newest change that can be seen.
    pub async fn last_change(&self) -> Result<i64, DbError> {
        Ok(store::changes::bounds(&mut self.db().read().await?).await?.1)
    }

    /// Throws changes away that are too old for anybody to ask for.
    pub async fn sweep_changes(&self) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        store::changes::prune(&mut tx, self.clock().now() - KEPT).await?;
        Ok(tx.commit().await?)
    }

    /// Reads what these changes show: a few queries, however many changes there are.
    pub async fn scene(&self, changes: &[&Change]) -> Result<Scene, DbError> {
        let mut tx = self.db().read().await?;
        let tickets = distinct(changes.iter().map(|change| change.ticket.clone()));
        let is_about_message = |change: &&&Change| !is_about_person(change.what);
        let about = changes.iter().filter(is_about_message).filter_map(|change| change.subject.as_deref());
        let messages = distinct(about.filter_map(|id| id.parse().ok()));
        let readers = changes.iter().filter(|change| is_about_person(change.what));
        let readers =
            readers.filter_map(|change| Some((change.ticket.clone(), change.subject.as_deref()?.parse().ok()?)));
        let readers: HashSet<(TicketId, PersonId)> = readers.collect();

        let mut scene = Scene::default();
        for message in store::messages::by_ids(&mut tx, &messages).await? {
            scene.messages.insert(message.id.clone(), message);
        }
        let mut known = store::tickets::by_ids(&mut tx, &tickets).await?;
        super::tickets::attach(&mut tx, &mut known, store::files::Share::First).await?;
        scene.named = store::named_staff::of_confidential(&mut tx, &tickets).await?;
        for ticket in known {
            scene.tickets.insert(ticket.id.clone(), ticket);
        }
        for (ticket, person) in store::participants::of_tickets(&mut tx, &tickets).await? {
            scene.participants.entry(ticket).or_default().insert(person);
        }
        for marker in store::reads::markers(&mut tx, &tickets).await? {
            let key = (marker.ticket.clone(), marker.person.clone());
            if readers.contains(&key) {
                scene.markers.insert(key, marker);
            }
        }
        Ok(scene)
    }
}

fn is_about_person(what: What) -> bool {
    matches!(what, What::MessageRead | What::UserJoined | What::UserLeft)
}

fn distinct<T: Eq + std::hash::Hash>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.collect::<HashSet<T>>().into_iter().collect()
}

/// Notes a change of a ticket, in the transaction that makes it.
pub(super) async fn note(
    tx: &mut Tx,
    ticket: &TicketId,
    what: What,
    subject: Option<&str>,
    (actor, at): (Option<&PersonId>, Time),
) -> Result<(), DbError> {
    let change =
        Change { ticket: ticket.clone(), what, subject: subject.map(str::to_owned), actor: actor.cloned(), at };
    store::changes::note(tx, &change).await
}

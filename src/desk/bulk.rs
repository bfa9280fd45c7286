//! Many tickets at once: taken down in one commit, then worked off one ticket after the other, each once.
//!
//! A ticket's mark is set in the transaction of its change, so that a kill in between leaves neither or both. What is
//! done is what the routes of a single ticket do, with their rules.
use std::collections::HashSet;

use chrono::Duration;
use serde_json::json;

use super::assignment::{self, Assignment};
use super::lifecycle::Moving;
use super::{Desk, audit, crash, locked_ticket, may};
use crate::domain::Refusal;
use crate::domain::audit::Deed;
use crate::domain::bulk::{BulkAction, BulkDraft, BulkFailure, BulkJob, BulkReason, BulkState, MOST};
use crate::domain::client_ids::{Asked, RequestKey};
use crate::domain::edits::{Edit, Expected};
use crate::domain::filter::{Place, Query};
use crate::domain::ids::{BulkId, ProcessId};
use crate::domain::people::{Person, Role};
use crate::domain::permissions::Action;
use crate::domain::status::Goal;
use crate::domain::tags::Tag;
use crate::store::bulk_jobs::{self as bulk, Item};
use crate::store::{self, Tx};

/// How many tickets are taken up before somebody else's turn comes.
const BATCH: i64 = 20;
/// How long a process keeps one without having worked on it.
const LEASE_MILLIS: i64 = 10_000;
/// How many failures are told one by one.
const FAILURES: i64 = 100;
/// How many tickets of a filter are looked up at once.
const LOOKED_UP: i64 = 1_000;
/// How long it can be asked what came of it.
const KEPT: Duration = Duration::days(30);

/// To which tickets something is to be done.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// Ids or numbers.
    Named(Vec<String>),
    /// Those that fit by now.
    Fitting(Box<Query>),
}

impl Desk {
    /// Takes down what is to be done; it follows by itself. What was taken down before under the same id is not taken
    /// down again.
    pub async fn begin_bulk(
        &self,
        by: &Person,
        draft: BulkDraft,
        chosen: Chosen,
        asked: Option<&Asked>,
    ) -> Result<BulkJob, Refusal> {
        by.sees_staff()?;
        let action = draft.check()?;
        let tickets = match chosen {
            Chosen::Named(names) => named(names)?,
            Chosen::Fitting(query) => self.fitting(&query).await?,
        };
        let mut tx = self.db().write().await?;
        if let Some(job) = begun_before(&mut tx, by, asked).await? {
            return Ok(job);
        }
        can_have(&mut tx, &action).await?;
        let job = BulkJob {
            id: BulkId::fresh(self.clock()),
            person: by.id.clone(),
            draft,
            state: BulkState::Running,
            total: i64::try_from(tickets.len()).unwrap_or(i64::MAX),
            done: 0,
            failed: 0,
            created_at: self.clock().now(),
            ended_at: None,
        };
        if !bulk::insert(&mut tx, &job, &tickets, asked).await? {
            // Somebody was first, at the same instant.
            let job = begun_before(&mut tx, by, asked).await?;
            return job.ok_or(Refusal::NotFound("job"));
        }
        let details = json!({"action": job.draft.action, "tickets": job.total});
        audit::note(&mut tx, self.clock(), Some(by), (Deed::BulkBegun, job.id.as_str()), details).await?;
        tx.commit().await?;
        self.wake_bulk();
        tracing::info!(bulk.id = %job.id, tickets = job.total, action = job.draft.action, "began with many tickets");
        Ok(job)
    }

    async fn fitting(&self, query: &Query) -> Result<Vec<String>, Refusal> {
        let mut tickets = Vec::new();
        let mut after: Option<Place> = None;
        loop {
            let mut tx = self.db().read().await?;
            let found = store::finding::page(&mut tx, query, after.as_ref(), LOOKED_UP).await?;
            tickets.extend(found.places.into_iter().map(|place| place.id.to_string()));
            if tickets.len() > MOST {
                return Err(Refusal::field(
                    "filter",
                    format!("has more than {MOST} tickets; that is the most at once"),
                ));
            }
            after = found.next;
            if after.is_none() {
                return Ok(tickets);
            }
        }
    }

    /// How far it is, and the first tickets to which it could not be done. For whoever began it, and for admins.
    pub async fn bulk_job(&self, by: &Person, id: &str) -> Result<(BulkJob, Vec<BulkFailure>), Refusal> {
        let mut tx = self.db().read().await?;
        let job = seen(&mut tx, by, id).await?;
        let failures = bulk::failures(&mut tx, &job.id, FAILURES).await?;
        Ok((job, failures))
    }

    /// Leaves everything as it is by now; one that is over stays as it is.
    pub async fn cancel_bulk(&self, by: &Person, id: &str) -> Result<(BulkJob, Vec<BulkFailure>), Refusal> {
        let mut tx = self.db().write().await?;
        let job = seen(&mut tx, by, id).await?;
        if bulk::end(&mut tx, &job.id, BulkState::Cancelled, self.clock().now()).await? {
            tracing::info!(bulk.id = %job.id, "stopped with many tickets");
        }
        tx.commit().await?;
        self.bulk_job(by, id).await
    }

    /// Does the next few tickets of what has waited longest; false when nothing is to be done.
    pub async fn work_on_bulk(&self, process: &ProcessId) -> Result<bool, Refusal> {
        if !bulk::is_any(&mut self.db().read().await?).await? {
            return Ok(false);
        }
        let mut tx = self.db().write().await?;
        let Some(id) = bulk::claim(&mut tx, process, LEASE_MILLIS).await? else { return Ok(false) };
        let job = bulk::by_id(&mut tx, &id).await?;
        let items = bulk::waiting(&mut tx, &id, BATCH).await?;
        if items.is_empty() {
            bulk::end(&mut tx, &id, BulkState::Done, self.clock().now()).await?;
        }
        tx.commit().await?;
        if let Some(job) = job {
            let action = job.draft.check()?;
            for item in items {
                if !self.bulk_step(&job, &action, &item).await? {
                    break;
                }
            }
        }
        Ok(true)
    }

    /// Does it to one ticket; false when somebody stopped it, or another process is at it.
    async fn bulk_step(&self, job: &BulkJob, action: &BulkAction, item: &Item) -> Result<bool, Refusal> {
        let mut tx = self.db().write().await?;
        let why = match self.apply(&mut tx, job, action, &item.ticket).await {
            Ok(()) => None,
            Err(refusal @ Refusal::Unavailable(_)) => return Err(refusal),
            Err(refusal) => {
                if let Refusal::Broken(cause) = &refusal {
                    tracing::error!(bulk.id = %job.id, %cause, "a ticket among many failed on our side");
                }
                // Whatever it did before it was refused is undone.
                drop(tx);
                tx = self.db().write().await?;
                Some((BulkReason::of(&refusal), refusal.to_string()))
            }
        };
        let why = why.as_ref().map(|(reason, words)| (*reason, words.as_str()));
        if !bulk::mark(&mut tx, &job.id, item.place, why).await? {
            return Ok(false);
        }
        crash::point(crash::BULK_STEP);
        tx.commit().await?;
        self.wake_outbox();
        Ok(true)
    }

    /// As the routes of a single ticket do, in the name of whoever began it, as they are by now.
    async fn apply(&self, tx: &mut Tx, job: &BulkJob, action: &BulkAction, ticket: &str) -> Result<(), Refusal> {
        let by = store::people::by_id(tx, &job.person).await?;
        let by = &by.ok_or(Refusal::NotFound("person"))?;
        let expected = Expected::default();
        match action.clone() {
            BulkAction::Assign { person, team } => {
                let mut ticket = locked_ticket(tx, by, ticket, Action::Assign).await?;
                let to =
                    Assignment { person: person.as_ref().map(Option::as_ref), team: team.as_ref().map(Option::as_ref) };
                self.hand_over(tx, by, (&mut ticket, to)).await
            }
            BulkAction::Close { resolution } => {
                self.moved(tx, by, ticket, Moving { goal: Goal::Close, resolution, expected }).await.map(drop)
            }
            BulkAction::Status { to, resolution } => {
                self.moved(tx, by, ticket, Moving { goal: Goal::Become(to), resolution, expected }).await.map(drop)
            }
            BulkAction::Tag { add, remove } => self.tag(tx, by, ticket, (&add, &remove)).await,
        }
    }

    async fn tag(
        &self,
        tx: &mut Tx,
        by: &Person,
        ticket: &str,
        (add, remove): (&[Tag], &[Tag]),
    ) -> Result<(), Refusal> {
        let mut ticket = locked_ticket(tx, by, ticket, Action::See).await?;
        may(tx, by, &ticket, Action::Tag).await?;
        store::tags::attach(tx, std::slice::from_mut(&mut ticket)).await?;
        let kept = ticket.tags.iter().filter(|tag| !remove.contains(tag));
        let tags = kept.chain(add).map(ToString::to_string).collect();
        let new = Edit { tags: Some(tags), ..Edit::default() }.check()?;
        self.rewrite(tx, by, &mut ticket, new).await?;
        Ok(())
    }

    /// On SQLite no other process can hold anything: what a killed one left behind is free at once.
    pub async fn free_bulk(&self) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        if tx.engine() == store::Engine::Sqlite {
            bulk::clear_leases(&mut tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Gives back what this process works on.
    pub async fn give_bulk_back(&self, process: &ProcessId) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        bulk::release(&mut tx, process).await?;
        Ok(tx.commit().await?)
    }

    /// Forgets what ended long ago.
    pub async fn sweep_bulk(&self) -> Result<(), Refusal> {
        let mut tx = self.db().write().await?;
        bulk::forget(&mut tx, self.clock().now() - KEPT).await?;
        Ok(tx.commit().await?)
    }
}

/// The tickets that were named, each name once.
fn named(names: Vec<String>) -> Result<Vec<String>, Refusal> {
    if names.is_empty() {
        return Err(Refusal::field("ids", "must name a ticket at least"));
    }
    if names.len() > MOST {
        return Err(Refusal::field("ids", format!("has {} tickets; at most {MOST} are taken at once", names.len())));
    }
    let mut seen = HashSet::new();
    Ok(names.into_iter().filter(|name| seen.insert(name.clone())).collect())
}

/// Refuses at once what every single ticket would refuse.
async fn can_have(tx: &mut Tx, action: &BulkAction) -> Result<(), Refusal> {
    let BulkAction::Assign { person, team } = action else { return Ok(()) };
    if let Some(Some(id)) = person {
        assignment::present_staff(tx, id).await?;
    }
    if let Some(Some(id)) = team {
        assignment::gets_tickets(tx, id).await?;
    }
    Ok(())
}

/// What was taken down under the same id. An id that was given to something else is refused.
async fn begun_before(tx: &mut Tx, by: &Person, asked: Option<&Asked>) -> Result<Option<BulkJob>, Refusal> {
    let Some(asked) = asked else { return Ok(None) };
    match bulk::by_client_id(tx, &by.id, &asked.id).await? {
        Some((_, digest)) if digest.as_ref() != Some(&asked.digest) => {
            Err(RequestKey::wrong("was given to something else that is done to many tickets").into())
        }
        known => Ok(known.map(|(job, _)| job)),
    }
}

async fn seen(tx: &mut Tx, by: &Person, id: &str) -> Result<BulkJob, Refusal> {
    let id: BulkId = id.parse().map_err(|_| Refusal::NotFound("job"))?;
    let job = bulk::by_id(tx, &id).await?.filter(|job| job.person == by.id || by.role == Role::Admin);
    job.ok_or(Refusal::NotFound("job"))
}

//! Sending mails: each is a row that somebody takes for a while, looks at once more, and hands over.
//!
//! A mail whose reader has read, left or switched off what it is about meanwhile is dropped. Whose it is to send is asked
//! of the database right before what it says leaves, so that no two processes send the same; a process that dies between
//! then and the server's answer leaves it unknown whether it arrived: it is sent again, with the same Message-ID.
mod access;
mod digest;
mod facts;
mod letter;

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;

use self::letter::{Letter, Look};
use super::metrics::Metrics;
use super::{Desk, changes, crash, tickets};
use crate::domain::changes::What;
use crate::domain::clock::Time;
use crate::domain::ids::{MailId, PersonId, ProcessId, TicketId, chance};
use crate::domain::mails::Pace;
use crate::domain::timeline::Happening;
use crate::mail::links::LinkKey;
use crate::mail::{Carrier, Composed, Composer, Failure, Step, Transport, Undelivered};
use crate::store::mails::{self, End, Mail, NewMail};
use crate::store::{self, DbError, Tx, mail_choices};

/// The pauses between attempts double from the first to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 60);
/// For how long it is tried: servers are away over long weekends (RFC 5321, section 4.5.4.1).
const GIVEN_UP_AFTER: chrono::Duration = chrono::Duration::days(4);
/// How long what has ended is kept: later mails of the same ticket refer to it.
const KEPT: chrono::Duration = chrono::Duration::days(180);
/// Whose digests are gathered at once.
const DIGESTS_AT_ONCE: i64 = 50;
/// How long a mail is somebody's at least; for a server, twice as long as an answer may take is added.
const LEASE: Duration = Duration::from_secs(10);

/// What sends mails. Cheap to clone.
#[derive(Clone)]
pub struct Post(Arc<Inner>);

struct Inner {
    desk: Desk,
    composer: Composer,
    links: LinkKey,
    transport: Transport,
    lease_millis: i64,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    sent: Counter,
    failed: Counter,
    dropped: Counter,
    postponed: Counter,
}

/// Who takes mails, and with what they hand them over: one for each that goes on at once.
pub struct Courier {
    holder: ProcessId,
    carrier: Carrier,
}

impl Courier {
    /// Ends the connection in good order.
    pub async fn rest(&mut self) {
        self.carrier.rest().await;
    }
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has ended, or it is somebody else's.
    Settled,
    /// It waits for its next attempt.
    Postponed,
    /// It waits, and so would every other: the server cannot be reached.
    Unreachable,
}

impl Post {
    pub fn new(desk: Desk, (composer, links): (Composer, LinkKey), transport: Transport, metrics: &Metrics) -> Self {
        let lease = match &transport {
            Transport::Smtp(smtp) => LEASE + 2 * smtp.timeout,
            Transport::File(_) | Transport::Log => LEASE,
        };
        let lease_millis = i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
        let counts = Counts::default();
        metrics.register("roomdesk_mails_sent", "Mails that a server has taken", counts.sent.clone());
        metrics.register("roomdesk_mails_failed", "Mails that were given up", counts.failed.clone());
        metrics.register("roomdesk_mails_dropped", "Mails not wanted any more when due", counts.dropped.clone());
        metrics.register("roomdesk_mails_postponed", "Attempts that failed for now", counts.postponed.clone());
        Self(Arc::new(Inner { desk, composer, links, transport, lease_millis, counts }))
    }

    pub fn desk(&self) -> &Desk {
        &self.0.desk
    }

    pub fn courier(&self) -> Courier {
        let holder = ProcessId::fresh(self.desk().clock());
        Courier { holder, carrier: Carrier::new(self.0.transport.clone()) }
    }

    /// In how many milliseconds the next mail is due; none when none waits.
    pub async fn next_due_in(&self) -> Result<Option<i64>, DbError> {
        mails::next_due_in(&mut self.desk().db().read().await?).await
    }

    /// Writes mails down that nothing else does: for those who asked for another password, and digests that are due.
    pub async fn prepare(&self) -> Result<(), DbError> {
        self.desk().answer_those_who_asked().await?;
        self.gather().await
    }

    /// Takes up to `limit` mails that are due.
    pub async fn take(&self, courier: &Courier, limit: i64) -> Result<Vec<Mail>, DbError> {
        let mut tx = self.desk().db().write().await?;
        let taken = mails::claim(&mut tx, (&courier.holder, self.0.lease_millis), limit).await?;
        tx.commit().await?;
        if !taken.is_empty() {
            crash::point(crash::MAIL_CLAIMED);
        }
        Ok(taken)
    }

    /// Gives back what a courier has taken and not sent.
    pub async fn give_back(&self, courier: &Courier) -> Result<(), DbError> {
        let mut tx = self.desk().db().write().await?;
        mails::release(&mut tx, &courier.holder).await?;
        tx.commit().await
    }

    /// Frees what killed processes left behind, where no other process can be alive; throws away what is long over.
    pub async fn tidy(&self) -> Result<(), DbError> {
        let db = self.desk().db();
        let mut tx = db.write().await?;
        if db.engine() == store::Engine::Sqlite {
            mails::clear_leases(&mut tx).await?;
        }
        mails::forget(&mut tx, self.desk().clock().now() - KEPT).await?;
        tx.commit().await
    }

    /// Makes one mail of all that is due of somebody's hourly or daily ones.
    async fn gather(&self) -> Result<(), DbError> {
        let clock = self.desk().clock();
        let now = clock.now();
        let due = mails::gatherable(&mut self.desk().db().read().await?, now, DIGESTS_AT_ONCE).await?;
        for (person, pace) in due {
            let id = MailId::fresh(clock);
            let mut tx = self.desk().db().write().await?;
            let digest = NewMail {
                id: id.clone(),
                person: &person,
                occasion: digest::NAME,
                ticket: None,
                details: &digest::details(pace),
                pace: Pace::Now,
                due: now,
                created_at: now,
            };
            mails::insert(&mut tx, &digest).await?;
            // Somebody else may have gathered them meanwhile: then there is nothing to commit.
            if mails::gather(&mut tx, (&person, pace), now, &id).await? > 0 {
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Sends a mail that `courier` has taken, if it is still wanted.
    pub async fn deliver(&self, courier: &mut Courier, mail: &Mail) -> Result<Outcome, DbError> {
        let letter = match self.look(mail).await? {
            Look::Ready(letter) => letter,
            Look::Unwanted(why) => {
                self.0.counts.dropped.inc();
                tracing::debug!(mail.id = %mail.id, mail.occasion, why, "dropped a mail");
                return self.end(courier, mail, End::Dropped(why)).await;
            }
            Look::Quiet(until) => return self.wait_for(courier, mail, until).await,
        };
        if !self.keep(courier, mail, &letter).await? {
            return Ok(Outcome::Settled);
        }
        let composed = match self.composed(mail, letter).await {
            Ok(composed) => composed,
            Err(error) => {
                let words = error.to_string();
                return self.give_up(courier, mail, (&words, false)).await;
            }
        };
        self.carry(courier, mail, &composed).await
    }

    async fn carry(&self, courier: &mut Courier, mail: &Mail, composed: &Composed) -> Result<Outcome, DbError> {
        let holder = courier.holder.clone();
        let carried = courier.carrier.carry(composed, async || self.is_ours(&holder, mail).await).await;
        match carried {
            Ok(()) => {
                crash::point(crash::MAIL_SENT);
                self.0.counts.sent.inc();
                tracing::info!(mail.id = %mail.id, mail.occasion, "sent a mail");
                self.end(courier, mail, End::Sent).await
            }
            Err(Undelivered::NotOurs) => Ok(Outcome::Settled),
            Err(Undelivered::Failed(failure)) => self.failed(courier, mail, &failure).await,
        }
    }

    /// Asked right before what it says leaves. A database that does not answer says no.
    async fn is_ours(&self, holder: &ProcessId, mail: &Mail) -> bool {
        let renewed = async {
            let mut tx = self.desk().db().write().await?;
            let renewed = mails::renew(&mut tx, &mail.id, holder, self.0.lease_millis).await?;
            tx.commit().await.map(|()| renewed)
        };
        let is_ours = renewed.await.unwrap_or_else(|error: DbError| {
            tracing::warn!(mail.id = %mail.id, %error, "whose a mail is could not be asked; it stays here for now");
            false
        });
        if is_ours {
            crash::point(crash::MAIL_LEAVING);
        }
        is_ours
    }

    async fn failed(&self, courier: &Courier, mail: &Mail, failure: &Failure) -> Result<Outcome, DbError> {
        let words = failure.to_string();
        if failure.is_permanent {
            return self.give_up(courier, mail, (&words, failure.step == Step::Recipient)).await;
        }
        if self.desk().clock().now() - mail.created_at > GIVEN_UP_AFTER {
            return self.give_up(courier, mail, (&words, false)).await;
        }
        let pause = pause_after(mail.attempts);
        tracing::warn!(
            mail.id = %mail.id, mail.attempts, pause_ms = pause.as_millis(), error = words, "a mail waits for its next attempt"
        );
        self.0.counts.postponed.inc();
        let mut tx = self.desk().db().write().await?;
        let millis = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
        mails::postpone(&mut tx, &mail.id, &courier.holder, (&words, millis)).await?;
        tx.commit().await?;
        Ok(match failure.step {
            Step::Lookup | Step::Connect | Step::Secure | Step::SignIn => Outcome::Unreachable,
            Step::Sender | Step::Recipient | Step::Content | Step::Folder => Outcome::Postponed,
        })
    }

    /// Nobody will get it: staff see that on the ticket. Where the server does not know the recipient, their address gets
    /// nothing any more until somebody says that it is right.
    async fn give_up(
        &self,
        courier: &Courier,
        mail: &Mail,
        (why, is_nobody): (&str, bool),
    ) -> Result<Outcome, DbError> {
        tracing::warn!(mail.id = %mail.id, mail.occasion, mail.attempts, error = why, "gave a mail up");
        let (desk, now) = (self.desk(), self.desk().clock().now());
        let mut tx = desk.db().write().await?;
        if !mails::end(&mut tx, &mail.id, &courier.holder, (End::Failed(why), now)).await? {
            return Ok(Outcome::Settled);
        }
        self.0.counts.failed.inc();
        if is_nobody {
            mail_choices::pause(&mut tx, &mail.person, (now, why)).await?;
        }
        if let Some(ticket) = &mail.ticket {
            note_failure(desk, &mut tx, (ticket, &mail.person), why).await?;
        }
        tx.commit().await?;
        desk.wake_watchers();
        Ok(Outcome::Settled)
    }

    async fn wait_for(&self, courier: &Courier, mail: &Mail, until: Time) -> Result<Outcome, DbError> {
        let mut tx = self.desk().db().write().await?;
        mails::wait_until(&mut tx, &mail.id, &courier.holder, until).await?;
        tx.commit().await?;
        Ok(Outcome::Settled)
    }

    async fn end(&self, courier: &Courier, mail: &Mail, end: End<'_>) -> Result<Outcome, DbError> {
        let mut tx = self.desk().db().write().await?;
        mails::end(&mut tx, &mail.id, &courier.holder, (end, self.desk().clock().now())).await?;
        tx.commit().await?;
        Ok(Outcome::Settled)
    }

    /// Stores what the mail will say, where that is not known from the beginning; false when it is somebody else's.
    async fn keep(&self, courier: &Courier, mail: &Mail, letter: &Letter) -> Result<bool, DbError> {
        let Some(details) = &letter.details else { return Ok(true) };
        let mut tx = self.desk().db().write().await?;
        let is_ours = mails::set_details(&mut tx, &mail.id, &courier.holder, details).await?;
        tx.commit().await?;
        Ok(is_ours)
    }
}

/// Writes into the timeline that somebody could not be told, for staff to see.
async fn note_failure(
    desk: &Desk,
    tx: &mut Tx,
    (ticket, person): (&TicketId, &PersonId),
    why: &str,
) -> Result<(), DbError> {
    let Some(ticket) = store::tickets::by_id(tx, ticket).await? else { return Ok(()) };
    let values = (Some(person.to_string()), Some(why.to_owned()));
    tickets::note(tx, desk.clock(), &ticket, (None, Happening::MailFailed), values).await?;
    changes::note(tx, &ticket.id, What::TicketUpdated, None, (None, desk.clock().now())).await
}

/// Before attempt number `attempts` + 2; with half of it left to chance, so that many do not come back together.
fn pause_after(attempts: i64) -> Duration {
    let doubled = 2_u32.saturating_pow(u32::try_from(attempts).unwrap_or(u32::MAX).min(16));
    FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE).mul_f64(0.5 + chance() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_half_an_hour() {
        for (attempts, longest) in [(0, 2), (1, 4), (5, 64), (10, 1_800), (1_000, 1_800)] {
            let pause = pause_after(attempts).as_secs_f64();
            assert!(pause >= f64::from(longest) / 2.0 && pause <= f64::from(longest), "{attempts}: {pause} s");
        }
    }
}

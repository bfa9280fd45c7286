//! From the desk to the room: what the outbox does with each job.
//!
//! Reading, network and writing are apart: no transaction is open while the homeserver is asked.
use chrono::Duration;
use ruma::{OwnedEventId, RoomId, UserId};
use serde_json::Value;

use super::bridge::{Attempt, Bridge, Speaker};
use super::outgoing::{self, Outgoing};
use super::{crash, tickets};
use crate::domain::ids::{MessageId, PersonId, TicketId};
use crate::domain::messages::{Delivery, Message};
use crate::domain::tickets::Ticket;
use crate::domain::timeline::Happening;
use crate::matrix::content::{file_message, text_message};
use crate::matrix::events::Event;
use crate::store::lanes::{self, Job};
use crate::store::{self, Tx};

/// The homeserver remembers a transaction id for 24 hours; an older job may have been sent and forgotten.
const REMEMBERED: Duration = Duration::hours(20);

impl Bridge {
    /// Does a job and takes it off its lane; the lane's next job, if there is one. Running it twice has one effect.
    pub async fn perform(&self, job: &Job) -> Result<Option<Job>, Attempt> {
        let outgoing: Outgoing = serde_json::from_str(&job.payload)
            .map_err(|error| Attempt::Senseless(format!("a job this version does not know: {error}")))?;
        match outgoing {
            Outgoing::MakeRoom { ticket } => {
                let ticket = self.ticket(&ticket).await?;
                self.make_room(&ticket).await?;
                self.done(job).await
            }
            Outgoing::SendDescription { ticket } => self.send_description(job, &ticket).await,
            Outgoing::SendMessage { message } => self.send_message(job, &message).await,
            Outgoing::UploadFile { file } => self.upload_file(job, &file).await,
            Outgoing::FetchFile { file } => self.fetch_file(job, &file).await,
            Outgoing::LetIn { ticket, person } => self.let_in(job, &ticket, &person).await,
            Outgoing::PutOut { ticket, person } => self.put_out(job, &ticket, &person).await,
            Outgoing::ShowTicket { ticket } => {
                let ticket = self.ticket(&ticket).await?;
                self.show_ticket(&ticket, room_of(&ticket)?).await?;
                self.done(job).await
            }
        }
    }

    /// Gives a job up for good: a message shows the reason, a person who cannot be invited stands in the timeline.
    pub async fn give_up(&self, job: &Job, why: &str) -> Result<Option<Job>, Attempt> {
        let (mut tx, next) = self.settle(job).await?;
        match serde_json::from_str::<Outgoing>(&job.payload) {
            Ok(Outgoing::SendMessage { message }) => {
                if let Ok(id) = message.parse::<MessageId>() {
                    store::messages::set_failed(&mut tx, &id, why).await?;
                }
            }
            Ok(Outgoing::UploadFile { file } | Outgoing::FetchFile { file }) => {
                self.give_file_up(&mut tx, &file, why).await?;
            }
            Ok(Outgoing::LetIn { ticket, person }) => {
                if let Ok(id) = ticket.parse::<TicketId>()
                    && let Some(ticket) = store::tickets::by_id(&mut tx, &id).await?
                {
                    let values = (Some(person), Some(why.to_owned()));
                    let what = (None, Happening::InvitationFailed);
                    tickets::note(&mut tx, self.desk().clock(), &ticket, what, values).await?;
                }
            }
            Ok(_) | Err(_) => {}
        }
        tx.commit().await?;
        Ok(next)
    }

    /// A transaction in which the job is off its lane, and the lane given back when nothing is left; the caller adds
    /// what else came true and commits. The lane comes first in every transaction that touches it and a message:
    /// two that lock them in different orders would wait for each other.
    pub(super) async fn settle(&self, job: &Job) -> Result<(Tx, Option<Job>), Attempt> {
        let mut tx = self.desk().db().write().await?;
        lanes::finish(&mut tx, job).await?;
        let next = lanes::head(&mut tx, &job.lane).await?;
        if next.is_none() {
            lanes::release(&mut tx, &job.lane, self.process()).await?;
        }
        Ok((tx, next))
    }

    async fn done(&self, job: &Job) -> Result<Option<Job>, Attempt> {
        let (tx, next) = self.settle(job).await?;
        tx.commit().await?;
        Ok(next)
    }

    async fn ticket(&self, id: &str) -> Result<Ticket, Attempt> {
        let id: TicketId = id.parse().map_err(|_| Attempt::Senseless("not a ticket id".into()))?;
        let mut tx = self.desk().db().read().await?;
        let ticket = store::tickets::by_id(&mut tx, &id).await?;
        ticket.ok_or_else(|| Attempt::Senseless("the ticket is gone".into()))
    }

    async fn send_description(&self, job: &Job, ticket: &str) -> Result<Option<Job>, Attempt> {
        let ticket = self.ticket(ticket).await?;
        let mut tx = self.desk().db().read().await?;
        let stage = self.stage(&mut tx, &ticket, &ticket.created_by).await?;
        drop(tx);
        let content = text_message(&ticket.description, ticket.id.as_str());
        self.say(job, stage, ticket.id.as_str(), content).await?;
        self.done(job).await
    }

    async fn send_message(&self, job: &Job, id: &str) -> Result<Option<Job>, Attempt> {
        let id: MessageId = id.parse().map_err(|_| Attempt::Senseless("not a message id".into()))?;
        let mut tx = self.desk().db().read().await?;
        let message: Option<Message> = store::messages::by_id(&mut tx, &id).await?;
        let message = message.ok_or_else(|| Attempt::Senseless("the message is gone".into()))?;
        // The reader has seen it in the room: an earlier attempt succeeded and its answer was lost.
        if message.delivery == Delivery::Sent {
            drop(tx);
            return self.done(job).await;
        }
        let ticket = store::tickets::by_id(&mut tx, &message.ticket).await?;
        let ticket = ticket.ok_or_else(|| Attempt::Senseless("the ticket is gone".into()))?;
        let stage = self.stage(&mut tx, &ticket, &message.sender).await?;
        drop(tx);
        let Some(content) = content_of(&message) else { return self.upload_first(job, &message).await };
        let event = self.say(job, stage, message.id.as_str(), content).await?;
        let (mut tx, next) = self.settle(job).await?;
        store::messages::set_sent(&mut tx, &message.id, &event).await?;
        tx.commit().await?;
        Ok(next)
    }

    /// A file that the homeserver does not have yet (its message failed, and is tried again) is brought there before.
    async fn upload_first(&self, job: &Job, message: &Message) -> Result<Option<Job>, Attempt> {
        let (mut tx, next) = self.settle(job).await?;
        if let Some(file) = &message.attachment {
            outgoing::enqueue_upload(&mut tx, self.desk().clock(), file).await?;
        }
        tx.commit().await?;
        self.desk().wake_media();
        Ok(next)
    }

    /// Where somebody is about to say something, and whether their ghost is there already.
    async fn stage<'a>(&self, tx: &mut Tx, ticket: &'a Ticket, person: &PersonId) -> Result<Stage<'a>, Attempt> {
        let room = room_of(ticket)?;
        let speaker = Speaker::read(tx, person).await?;
        let membership = store::bridge::membership(tx, room, &self.names().ghost(person)).await?;
        Ok(Stage { room, speaker, is_in: membership.as_deref() == Some("join") })
    }

    /// Says something in the ticket's room as the person's ghost, once, however often it is tried.
    async fn say(&self, job: &Job, stage: Stage<'_>, own_id: &str, content: Value) -> Result<OwnedEventId, Attempt> {
        let Stage { room, speaker, is_in } = stage;
        let (person, is_staff) = (&speaker.person.id, speaker.person.role.is_staff());
        let ghost = self.ghost_of_speaker(&speaker).await?;
        if !is_in {
            self.enter_as(person, room, is_staff).await?;
        }
        if self.desk().clock().now() - job.created_at > REMEMBERED
            && let Some(event) = self.find_own(room, &ghost, own_id).await?
        {
            return Ok(event);
        }
        let kind = ("m.room.message", job.id.as_str());
        let sent = match self.homeserver().send_event(&ghost, room, kind, content.clone()).await {
            // The ghost was put out since its membership was last seen: back in, and once more.
            Err(error) if error.is("M_FORBIDDEN") && is_in => {
                self.enter_as(person, room, is_staff).await?;
                self.homeserver().send_event(&ghost, room, kind, content).await?
            }
            other => other?,
        };
        crash::point(crash::SENT);
        Ok(sent)
    }

    /// The event in the room that carries the desk's id `own_id`, looked for in everything the ghost said there.
    async fn find_own(&self, room: &RoomId, ghost: &UserId, own_id: &str) -> Result<Option<OwnedEventId>, Attempt> {
        let mut from: Option<String> = None;
        loop {
            let page = self.homeserver().said_by(self.names().bot(), room, ghost, from.as_deref()).await?;
            let found = page
                .chunk
                .iter()
                .filter_map(|event| Event::read(event.get()).ok())
                .find(|event| event.own_id.as_deref() == Some(own_id));
            match (found, page.end) {
                (Some(event), _) => return Ok(Some(event.id)),
                (None, Some(end)) if !page.chunk.is_empty() => from = Some(end),
                (None, _) => return Ok(None),
            }
        }
    }

    async fn let_in(&self, job: &Job, ticket: &str, person: &str) -> Result<Option<Job>, Attempt> {
        let ticket = self.ticket(ticket).await?;
        let room = room_of(&ticket)?;
        let id: PersonId = person.parse().map_err(|_| Attempt::Senseless("not a person id".into()))?;
        let mut tx = self.desk().db().read().await?;
        let person = store::people::by_id(&mut tx, &id).await?;
        let is_wanted = store::participants::is_participant(&mut tx, &ticket.id, &id).await?;
        let person = person.ok_or_else(|| Attempt::Senseless("the person is gone".into()))?;
        drop(tx);
        if is_wanted {
            match &person.matrix_id {
                Some(user) => self.invite_unless_there(room, user).await?,
                None => {
                    self.ghost_of(&id).await?;
                    self.enter_as(&id, room, person.role.is_staff()).await?;
                }
            }
        }
        self.done(job).await
    }

    async fn put_out(&self, job: &Job, ticket: &str, person: &str) -> Result<Option<Job>, Attempt> {
        let ticket = self.ticket(ticket).await?;
        let room = room_of(&ticket)?;
        let id: PersonId = person.parse().map_err(|_| Attempt::Senseless("not a person id".into()))?;
        let mut tx = self.desk().db().read().await?;
        let person = store::people::by_id(&mut tx, &id).await?;
        let person = person.ok_or_else(|| Attempt::Senseless("the person is gone".into()))?;
        let is_back = store::participants::is_participant(&mut tx, &ticket.id, &id).await?;
        drop(tx);
        if !is_back {
            for face in [Some(self.names().ghost(&id)), person.matrix_id].into_iter().flatten() {
                let kicked = self.homeserver().kick(self.names().bot(), room, &face, "removed from the ticket").await;
                // Who is not in the room cannot be put out of it.
                if let Err(error) = kicked
                    && !error.is("M_FORBIDDEN")
                {
                    return Err(error.into());
                }
            }
        }
        self.done(job).await
    }
}

/// Who says something where; read before the homeserver is asked.
struct Stage<'a> {
    room: &'a RoomId,
    speaker: Speaker,
    is_in: bool,
}

/// What the event of a message says; nothing while its file is not on the homeserver.
fn content_of(message: &Message) -> Option<Value> {
    match &message.attachment {
        Some(file) => file_message(message, file.mxc.as_deref()?, message.id.as_str()),
        None => Some(text_message(&message.body, message.id.as_str())),
    }
}

fn room_of(ticket: &Ticket) -> Result<&RoomId, Attempt> {
    ticket.room_id.as_deref().ok_or_else(|| Attempt::NotYet("the ticket has no room yet".into()))
}

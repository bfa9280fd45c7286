//! From the desk to the room: what the outbox does with each job.
//!
//! Reading, network and writing are apart: no transaction is open while the homeserver is asked.
mod corrections;
mod members;

use std::collections::HashMap;

use chrono::Duration;
use ruma::{OwnedEventId, RoomId, UserId};
use serde_json::Value;

use super::bridge::{Attempt, Bridge, Speaker};
use super::chat::changed;
use super::outgoing::{self, Outgoing};
use super::{crash, tickets};
use crate::domain::changes::What;
use crate::domain::ids::{MessageId, PersonId, TicketId};
use crate::domain::markup;
use crate::domain::messages::{Delivery, Kind, Message};
use crate::domain::tickets::Ticket;
use crate::domain::timeline::Happening;
use crate::matrix::content::{self, Words};
use crate::matrix::events::Event;
use crate::store::lanes::{self, Job};
use crate::store::{self, DbError, Tx};

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
            Outgoing::SendMessage { message, look_first } => self.send_message(job, &message, look_first).await,
            Outgoing::EditMessage { message, revision } => self.edit_message(job, &message, &revision).await,
            Outgoing::RedactMessage { message } => self.redact_message(job, &message).await,
            Outgoing::React { reaction } => self.react(job, &reaction).await,
            Outgoing::Unreact { reaction } => self.unreact(job, &reaction).await,
            Outgoing::UploadFile { file } => self.upload_file(job, &file).await,
            Outgoing::FetchFile { file } => self.fetch_file(job, &file).await,
            Outgoing::LetIn { ticket, person } => self.let_in(job, &ticket, &person).await,
            Outgoing::ShowPerson { person } => self.show_person(job, &person).await,
            Outgoing::FetchAvatar { person } => self.fetch_avatar(job, &person).await,
            Outgoing::PutOut { ticket, person } => self.put_out(job, &ticket, &person).await,
            Outgoing::TellReading { ticket, person } => self.tell_reading(job, &ticket, &person).await,
            Outgoing::ShowTicket { ticket } => {
                let ticket = self.ticket(&ticket).await?;
                self.show_ticket(&ticket, room_of(&ticket)?).await?;
                self.done(job).await
            }
        }
    }

    /// Gives a job up for good: a message shows the reason, a person who cannot be invited stands in the timeline.
    pub async fn give_up(&self, job: &Job, why: &str) -> Result<Option<Job>, Attempt> {
        let mut tx = self.desk().db().write().await?;
        match serde_json::from_str::<Outgoing>(&job.payload) {
            Ok(Outgoing::SendMessage { message, .. }) => {
                if let Ok(id) = message.parse::<MessageId>() {
                    // An attempt before this one may have had its effect although its answer was lost.
                    let is_certain = job.attempts == 0;
                    store::messages::set_failed(&mut tx, &id, why, is_certain).await?;
                    self.note_status(&mut tx, &id).await?;
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
        self.settle(tx, job).await
    }

    /// Takes the job off its lane, gives the lane back when nothing is left, and commits with them what else came true
    /// in `tx`. Everywhere the lane comes last, behind ticket and message: two that lock them in different orders would
    /// wait for each other.
    pub(super) async fn settle(&self, mut tx: Tx, job: &Job) -> Result<Option<Job>, Attempt> {
        lanes::finish(&mut tx, job).await?;
        let next = lanes::head(&mut tx, &job.lane).await?;
        if next.is_none() {
            lanes::release(&mut tx, &job.lane, self.process()).await?;
            if job.kind == "fetch-file" {
                // The lane was for this file alone.
                lanes::close(&mut tx, &job.lane).await?;
            }
        }
        tx.commit().await?;
        self.desk().wake_watchers();
        Ok(next)
    }

    pub(super) async fn done(&self, job: &Job) -> Result<Option<Job>, Attempt> {
        let tx = self.desk().db().write().await?;
        self.settle(tx, job).await
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
        let stage = self.stage(&mut tx, &ticket, ticket.opened_by.as_ref().unwrap_or(&ticket.created_by)).await?;
        drop(tx);
        let html = markup::from_markdown(&ticket.description);
        let words = Words { body: &ticket.description, html: html.as_deref(), ..Words::default() };
        let content = content::message("m.text", &words, ticket.id.as_str());
        self.say(job, stage, ticket.id.as_str(), ("m.room.message", content)).await?;
        self.done(job).await
    }

    async fn send_message(&self, job: &Job, id: &str, look_first: bool) -> Result<Option<Job>, Attempt> {
        let mut tx = self.desk().db().read().await?;
        let message = self.message(&mut tx, id).await?;
        // It was deleted before it left: should it have got there all the same, a later job empties it.
        if message.deleted.is_some() {
            drop(tx);
            return self.done(job).await;
        }
        // The reader has seen it in the room: an earlier attempt succeeded and its answer was lost.
        if message.delivery == Delivery::Sent {
            drop(tx);
            let mut tx = self.desk().db().write().await?;
            self.send_reactions(&mut tx, &message).await?;
            return self.settle(tx, job).await;
        }
        let ticket = self.ticket_of(&mut tx, &message).await?;
        let words = self.words(&mut tx, &message).await?;
        let content = match (&message.attachment, message.kind) {
            (Some(_), _) => content::file_message(&message, &words, message.id.as_str()),
            (None, Kind::System) => Some(content::message("m.notice", &words, message.id.as_str())),
            (None, _) => Some(content::message("m.text", &words, message.id.as_str())),
        };
        let stage = match message.kind {
            Kind::System => Stage::of_the_bot(room_of(&ticket)?),
            _ => self.stage(&mut tx, &ticket, &message.sender).await?,
        };
        let stage = Stage { look_first, ..stage };
        drop(tx);
        let Some(content) = content else { return self.upload_first(job, &message).await };
        let event = self.say(job, stage, message.id.as_str(), ("m.room.message", content)).await?;
        let mut tx = self.desk().db().write().await?;
        if store::messages::set_sent(&mut tx, &message.id, &event).await? {
            changed(&mut tx, &message, What::MessageStatus, (None, self.desk().clock().now())).await?;
        }
        if look_first || message.kind.has_file() {
            self.send_reactions(&mut tx, &message).await?;
        }
        self.settle(tx, job).await
    }

    /// Tells whoever watches that a message came further on its way.
    pub(super) async fn note_status(&self, tx: &mut Tx, id: &MessageId) -> Result<(), DbError> {
        match store::messages::by_id(tx, id).await? {
            Some(message) => changed(tx, &message, What::MessageStatus, (None, self.desk().clock().now())).await,
            None => Ok(()),
        }
    }

    async fn message(&self, tx: &mut Tx, id: &str) -> Result<Message, Attempt> {
        let id: MessageId = id.parse().map_err(|_| Attempt::Senseless("not a message id".into()))?;
        let message = store::messages::by_id(tx, &id).await?;
        message.ok_or_else(|| Attempt::Senseless("the message is gone".into()))
    }

    async fn ticket_of(&self, tx: &mut Tx, message: &Message) -> Result<Ticket, Attempt> {
        let ticket = store::tickets::by_id(tx, &message.ticket).await?;
        ticket.ok_or_else(|| Attempt::Senseless("the ticket is gone".into()))
    }

    /// What a message says and whom it concerns, in the room's terms. What it refers to and never got there is left out.
    async fn words<'a>(&self, tx: &mut Tx, message: &'a Message) -> Result<Words<'a>, Attempt> {
        let mut related = [None, None];
        for (event, id) in related.iter_mut().zip([&message.reply_to, &message.thread]) {
            if let Some(id) = id {
                *event = store::messages::by_id(tx, id).await?.and_then(|message| message.event_id);
            }
        }
        let [reply_to, thread] = related;
        let people = match message.mentions.as_slice() {
            [] => HashMap::new(),
            ids => store::people::by_ids(tx, ids).await?,
        };
        let mentions = message.mentions.iter().filter_map(|id| people.get(id)).map(|person| self.face_of(person));
        Ok(Words { body: &message.body, html: message.html.as_deref(), mentions: mentions.collect(), reply_to, thread })
    }

    /// A file that the homeserver does not have yet (its message failed, and is tried again) is brought there before.
    async fn upload_first(&self, job: &Job, message: &Message) -> Result<Option<Job>, Attempt> {
        let mut tx = self.desk().db().write().await?;
        if let Some(file) = &message.attachment {
            outgoing::enqueue_upload(&mut tx, self.desk().clock(), file).await?;
        }
        let next = self.settle(tx, job).await?;
        self.desk().wake_media();
        Ok(next)
    }

    /// Where somebody is about to say something, and whether their ghost is there already.
    async fn stage<'a>(&self, tx: &mut Tx, ticket: &'a Ticket, person: &PersonId) -> Result<Stage<'a>, Attempt> {
        let room = room_of(ticket)?;
        let speaker = Speaker::read(tx, person).await?;
        let membership = store::bridge::membership(tx, room, &self.names().ghost(person)).await?;
        let is_in = membership.as_deref() == Some("join");
        Ok(Stage { room, speaker: Some((speaker, is_in)), look_first: false })
    }

    /// Says something in the ticket's room as the person's ghost or the bot, once, however often it is tried.
    async fn say(
        &self,
        job: &Job,
        stage: Stage<'_>,
        own_id: &str,
        (kind, content): (&str, Value),
    ) -> Result<OwnedEventId, Attempt> {
        let Stage { room, speaker, look_first } = stage;
        let user = match &speaker {
            Some((speaker, is_in)) => {
                let ghost = self.ghost_of_speaker(speaker).await?;
                if !is_in {
                    self.enter_as(&speaker.person.id, room, speaker.person.role.is_staff()).await?;
                }
                ghost
            }
            None => self.names().bot().to_owned(),
        };
        let is_old = self.desk().clock().now() - job.created_at > REMEMBERED;
        if (look_first || is_old)
            && let Some(event) = self.find_own(room, &user, own_id).await?
        {
            return Ok(event);
        }
        let kind = (kind, job.id.as_str());
        let sent = match (self.homeserver().send_event(&user, room, kind, content.clone()).await, &speaker) {
            // The ghost was put out since its membership was last seen: back in, and once more.
            (Err(error), Some((speaker, true))) if error.is("M_FORBIDDEN") => {
                self.enter_as(&speaker.person.id, room, speaker.person.role.is_staff()).await?;
                self.homeserver().send_event(&user, room, kind, content).await?
            }
            (other, _) => other?,
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
}

/// Who says something where; read before the homeserver is asked.
struct Stage<'a> {
    room: &'a RoomId,
    /// The person whose ghost speaks, and whether it is in the room; without one it is the bot.
    speaker: Option<(Speaker, bool)>,
    /// Whether an earlier job may have said it already.
    look_first: bool,
}

impl<'a> Stage<'a> {
    fn of_the_bot(room: &'a RoomId) -> Self {
        Self { room, speaker: None, look_first: false }
    }
}

fn room_of(ticket: &Ticket) -> Result<&RoomId, Attempt> {
    ticket.room_id.as_deref().ok_or_else(|| Attempt::NotYet("the ticket has no room yet".into()))
}

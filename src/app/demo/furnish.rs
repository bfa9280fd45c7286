//! Puts people, tickets and conversations into the desk, and waits until all of it is in Synapse.
//!
//! It goes through the desk's own use cases, as REST does. It can be cut off anywhere: the next start does what is
//! missing. Once all is there, it is never touched again, whatever becomes of the tickets.
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use anyhow::{Context, bail};
use ruma::OwnedRoomId;
use tokio::time::{self, Instant};

use super::SERVER_NAME;
use super::cast::{Cast, GUEST, GUEST_NAME, PARTS, Who};
use super::folder::Passwords;
use super::guest::{Guest, Joined};
use super::progress::{Progress, Step};
use super::scenes::{SCENES, Scene, VISITED, VISITOR_IS_ANSWERED, VISITOR_SAYS};
use crate::app::local::synapse::{Synapse, SynapseError, UserRole};
use crate::app::serve::Serving;
use crate::desk::chat::Part;
use crate::desk::finding::query_of;
use crate::desk::people::NewAccount;
use crate::desk::{self, Desk};
use crate::domain::filter::{Filter, Realm, Sort};
use crate::domain::messages::{Delivery, Draft, Message};
use crate::domain::opening::TicketDraft;
use crate::domain::tickets::Ticket;
use crate::store::messages::Page;
use crate::store::{bridge, lanes};

/// The fact that is kept once everything is there.
const FURNISHED: &str = "demo";
/// When nothing has moved for so long, something is wrong.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(150);
/// More than there are.
const ALL: i64 = 200;

/// Furnishes the desk unless that was done at an earlier start.
pub async fn furnish(
    serving: &Serving,
    synapse: &Synapse,
    passwords: &Passwords,
    progress: &Progress,
) -> anyhow::Result<Cast> {
    let desk = &serving.desk;
    let play = Play { desk, cast: people(desk, passwords).await? };
    if bridge::fact(&mut desk.db().read().await?, FURNISHED).await?.is_none() {
        let step = progress.step("Tickets are opened and answered");
        for (index, scene) in SCENES.iter().enumerate() {
            step.at(index, SCENES.len());
            play.scene(scene).await?;
        }
        step.done();
        let step = progress.step("Their rooms and messages go to Synapse");
        play.all_is_in_synapse(&step).await?;
        step.done();
        let step = progress.step("Somebody answers from Matrix");
        play.visit(synapse, passwords).await?;
        play.all_is_in_synapse(&step).await?;
        step.done();
        let mut tx = desk.db().write().await?;
        bridge::set_fact(&mut tx, FURNISHED, "furnished", desk.clock().now()).await?;
        tx.commit().await?;
    }
    Ok(play.cast)
}

/// The ticket of the scene that the Matrix user takes part in.
pub async fn visited(desk: &Desk, cast: &Cast) -> anyhow::Result<Ticket> {
    known_ticket(desk, cast, VISITED).await?.context("the ticket of the Matrix user is gone")
}

/// The tickets of the student, to whom every scene belongs.
async fn tickets(desk: &Desk, cast: &Cast) -> anyhow::Result<Vec<Ticket>> {
    let all = query_of(cast.get(Who::Mia), Realm::Own, Filter::default(), Sort::default())?;
    Ok(desk.list(&all, None, ALL).await?.tickets)
}

async fn known_ticket(desk: &Desk, cast: &Cast, title: &str) -> anyhow::Result<Option<Ticket>> {
    Ok(tickets(desk, cast).await?.into_iter().find(|ticket| ticket.title == title))
}

/// Everybody of the desk, added when they are missing.
async fn people(desk: &Desk, passwords: &Passwords) -> anyhow::Result<Cast> {
    let known = desk.list_people().await?;
    let mut people = BTreeMap::new();
    for part in &PARTS {
        let person = match known.iter().find(|person| person.email.as_deref() == Some(part.email)) {
            Some(person) => person.clone(),
            None => {
                let account = NewAccount {
                    email: part.email.to_owned(),
                    display_name: part.name.to_owned(),
                    role: part.role,
                    password: passwords.get(part.key).cloned(),
                    matrix_id: None,
                };
                desk.add_person(account).await?
            }
        };
        people.insert(part.who, person);
    }
    Ok(Cast::new(people))
}

struct Play<'a> {
    desk: &'a Desk,
    cast: Cast,
}

impl Play<'_> {
    async fn messages(&self, ticket: &Ticket) -> anyhow::Result<Vec<Message>> {
        let (helen, id) = (self.cast.get(Who::Helen), ticket.id.as_str());
        let (_, mut messages) = self.desk.conversation(helen, id, &Part::Page(Page::Latest), ALL).await?;
        messages.retain(|message| message.kind.is_of_people());
        Ok(messages)
    }

    /// Plays a scene from where it was cut off.
    async fn scene(&self, scene: &Scene) -> anyhow::Result<()> {
        let mut ticket = match known_ticket(self.desk, &self.cast, scene.title).await? {
            Some(ticket) => ticket,
            None => self.open(scene).await?,
        };
        if let Some(who) = scene.assigned_to
            && ticket.assigned_to.is_none()
        {
            let person = self.cast.get(who);
            ticket = self.desk.assign(person, ticket.id.as_str(), person).await?;
        }
        let messages = self.messages(&ticket).await?;
        let said: HashSet<&str> = messages.iter().map(|message| message.body.as_str()).collect();
        for (who, text) in scene.lines.iter().filter(|(_, text)| !said.contains(text)) {
            self.desk.send_message(self.cast.get(*who), ticket.id.as_str(), &Draft::text(text)).await?;
        }
        let mover = self.cast.get(scene.assigned_to.unwrap_or(Who::Helen));
        let gone = scene.path.iter().position(|status| *status == ticket.status).map_or(0, |last| last + 1);
        for status in &scene.path[gone..] {
            self.desk.change_status(mover, ticket.id.as_str(), *status).await?;
        }
        Ok(())
    }

    async fn open(&self, scene: &Scene) -> anyhow::Result<Ticket> {
        let draft = TicketDraft {
            title: Some(scene.title.to_owned()),
            description: Some(scene.description.to_owned()),
            category: Some(scene.category.to_owned()),
            priority: Some(scene.priority.to_owned()),
            ..TicketDraft::default()
        };
        Ok(self.desk.open_ticket(self.cast.get(Who::Mia), draft, Vec::new()).await?.made().ticket)
    }

    /// The Matrix user is let into a ticket, joins its room and writes there; somebody answers.
    async fn visit(&self, synapse: &Synapse, passwords: &Passwords) -> anyhow::Result<()> {
        let password = passwords.get(GUEST).context("the Matrix user has no password")?;
        match synapse.register_user(GUEST, password, UserRole::Ordinary).await {
            Ok(_) | Err(SynapseError::UserTaken(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let guest = Guest::sign_in(synapse.base_url().parse()?, GUEST, password).await?;
        guest.is_called(GUEST_NAME).await?;
        let ticket = visited(self.desk, &self.cast).await?;
        let room = ticket.room_id.clone().context("the ticket of the Matrix user has no room")?;
        let id = format!("@{GUEST}:{SERVER_NAME}").try_into()?;
        let (who, answer) = VISITOR_IS_ANSWERED;
        self.desk.add_participant(self.cast.get(who), ticket.id.as_str(), desk::Guest::Matrix(id)).await?;
        self.let_join(&guest, &room).await?;
        guest.say(&room, "demo-1", VISITOR_SAYS).await?;
        self.has_come(&ticket, VISITOR_SAYS).await?;
        if !self.has(&ticket, answer).await? {
            self.desk.send_message(self.cast.get(who), ticket.id.as_str(), &Draft::text(answer)).await?;
        }
        Ok(())
    }

    async fn let_join(&self, guest: &Guest, room: &OwnedRoomId) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while guest.join(room).await? == Joined::NotInvited {
            if Instant::now() > deadline {
                bail!("the Matrix user was not invited within {PATIENCE:?}; the log says why");
            }
            time::sleep(LOOK).await;
        }
        Ok(())
    }

    async fn has_come(&self, ticket: &Ticket, text: &str) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !self.has(ticket, text).await? {
            if Instant::now() > deadline {
                bail!("what the Matrix user wrote did not come within {PATIENCE:?}; the log says why");
            }
            time::sleep(LOOK).await;
        }
        Ok(())
    }

    async fn has(&self, ticket: &Ticket, text: &str) -> anyhow::Result<bool> {
        Ok(self.messages(ticket).await?.iter().any(|message| message.body == text))
    }

    /// Waits until every ticket has its room and every message is in it.
    async fn all_is_in_synapse(&self, step: &Step) -> anyhow::Result<()> {
        let mut moved = (Instant::now(), 0);
        loop {
            let (done, all) = self.in_synapse().await?;
            let (waiting, _) = lanes::backlog(&mut self.desk.db().read().await?).await?;
            step.at(done, all);
            if done == all && waiting == 0 {
                return Ok(());
            }
            if done != moved.1 {
                moved = (Instant::now(), done);
            } else if moved.0.elapsed() > PATIENCE {
                bail!("{done} of {all} rooms and messages are in Synapse, and nothing moves; the log says why");
            }
            time::sleep(LOOK).await;
        }
    }

    /// How many rooms and messages are in Synapse, of how many.
    async fn in_synapse(&self) -> anyhow::Result<(usize, usize)> {
        let (mut done, mut all) = (0, 0);
        for ticket in tickets(self.desk, &self.cast).await? {
            let messages = self.messages(&ticket).await?;
            all += 1 + messages.len();
            done += usize::from(ticket.room_id.is_some());
            for message in messages {
                match message.delivery {
                    Delivery::Sent => done += 1,
                    Delivery::Queued => {}
                    Delivery::Failed { reason, .. } => {
                        bail!("a message in {} was refused: {reason}", ticket.number.as_str())
                    }
                }
            }
        }
        Ok((done, all))
    }
}

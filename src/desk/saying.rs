//! Saying something in a ticket: a text and files, each as a message of its own, all of them or none.
use super::files::{Offered, Taken};
use super::outgoing::{self, Outgoing};
use super::relations::{self, Relations};
use super::{Desk, chat, crash, locked_ticket, once};
use crate::domain::Refusal;
use crate::domain::changes::What;
use crate::domain::client_ids::{ClientId, Made, Once, Wanted};
use crate::domain::clock::Time;
use crate::domain::files::{File, FileState, kind_of};
use crate::domain::ids::MessageId;
use crate::domain::messages::{self, Draft, Message};
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::tickets::Ticket;
use crate::store::client_ids::Key;
use crate::store::{self, DbError, Tx};

/// What was said at once.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub text: Option<Message>,
    /// Per file that was offered its message, if it was taken.
    pub files: Vec<Option<Message>>,
}

impl Said {
    /// The messages in their order.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.text.iter().chain(self.files.iter().flatten())
    }

    /// What was made, for whoever asks again.
    pub(super) fn made(&self, ticket: &Ticket) -> Made {
        let id = |message: &Message| message.id.clone();
        Made {
            ticket: ticket.id.clone(),
            text: self.text.as_ref().map(id),
            files: self.files.iter().map(|message| message.as_ref().map(id)).collect(),
        }
    }
}

/// A checked text, and the same with formatting.
type Text = (String, Option<String>);

impl Desk {
    /// Writes into a ticket as `by`: accepted at once as `queued`, in the room when the outbox has sent it. What is
    /// written too late to reopen the ticket stands in a follow-up, as the message tells.
    pub async fn send_message(&self, by: &Person, ticket: &str, draft: &Draft) -> Result<Once<Message>, Refusal> {
        let text = messages::check_body(draft.message.as_deref())?;
        let said = self.say_once(by, ticket, (draft, Some(text)), Vec::new()).await?;
        said.try_map(|said| said.messages().next().cloned().ok_or(Refusal::NotFound("message")))
    }

    /// Says a text, if there is one, and then each of the files: accepted at once, in the room when a job has brought it
    /// to the homeserver. Nothing at all is said when there is neither.
    pub async fn say(
        &self,
        by: &Person,
        ticket: &str,
        draft: &Draft,
        files: Vec<Offered>,
    ) -> Result<Once<Said>, Refusal> {
        let stored = Offered::stored(&files);
        let text = draft.message.as_deref().filter(|text| !text.trim().is_empty());
        let said = match text.map(|text| messages::check_body(Some(text))).transpose() {
            Ok(text) => self.say_once(by, ticket, (draft, text), files).await,
            Err(refusal) => Err(refusal),
        };
        self.keep_if_first(stored, said).await
    }

    async fn say_once(
        &self,
        by: &Person,
        ticket: &str,
        (draft, text): (&Draft, Option<Text>),
        files: Vec<Offered>,
    ) -> Result<Once<Said>, Refusal> {
        let client_id = ClientId::check(draft.client_id.as_deref())?;
        let key = client_id.as_ref().map(|id| Key { person: &by.id, wanted: Wanted::Message, id });
        let mut tx = self.db().write().await?;
        let mut ticket = locked_ticket(&mut tx, by, ticket, Action::Write).await?;
        if let Some(key) = key {
            let body = text.as_ref().map(|(body, _)| body);
            let asked = (body, &draft.reply_to, &draft.thread, &draft.mentions, Offered::names(&files));
            if let Some(made) = once::claim(&mut tx, key, &once::digest(&asked)).await? {
                let asked = (&made.ticket, &ticket.id);
                if asked.0 != asked.1 && !store::tickets::goes_on_from(&mut tx, asked.0, asked.1).await? {
                    return Err(once::taken("was given to a message of another ticket before"));
                }
                return Ok(Once::Repeated(once::said(&mut tx, made).await?));
            }
        }
        if text.is_none() && files.iter().all(|file| file.taken.is_none()) {
            return Ok(Once::First(Said::default()));
        }
        let mut relations = relations::check(&mut tx, &ticket, draft).await?;
        if self.opens_follow_up(by, &ticket) {
            ticket = self.going_on(&mut tx, by, ticket).await?;
            // They are of the other conversation.
            (relations.reply_to, relations.thread) = (None, None);
        }
        let (client_id, now) = (client_id.as_ref(), self.clock().now());
        let saying = Saying { desk: self, tx: &mut tx, by, ticket: &mut ticket, now, client_id, relations };
        let said = saying.all(text, files).await?;
        if let Some(key) = key {
            store::client_ids::fill(&mut tx, key, &said.made(&ticket)).await?;
        }
        tx.commit().await?;
        crash::point(crash::ACCEPTED);
        self.typing().stops(&ticket.id, &by.id);
        self.wake_for(&said);
        Ok(Once::First(said))
    }

    /// Something was said: it is to leave.
    pub(super) fn wake_for(&self, said: &Said) {
        if said.files.iter().any(Option::is_some) {
            self.wake_media();
        }
        self.wake_outbox();
    }
}

/// Somebody's words and files on their way into a locked ticket.
pub(super) struct Saying<'a> {
    pub desk: &'a Desk,
    pub tx: &'a mut Tx,
    pub by: &'a Person,
    pub ticket: &'a mut Ticket,
    pub now: Time,
    /// Stands on every message.
    pub client_id: Option<&'a ClientId>,
    /// Stand on the first message.
    pub relations: Relations,
}

impl Saying<'_> {
    /// Stores all of it, what it means for the ticket, and the jobs that follow.
    pub(super) async fn all(mut self, text: Option<Text>, files: Vec<Offered>) -> Result<Said, DbError> {
        let mut said = Said::default();
        if let Some(text) = text {
            said.text = Some(self.text(text).await?);
        }
        for file in files {
            said.files.push(match file.taken {
                Some(taken) => Some(self.file(taken).await?),
                None => None,
            });
        }
        let Self { desk, tx, by, ticket, now, .. } = self;
        let Some(last) = said.messages().last() else { return Ok(said) };
        store::reads::mark_read(tx, (&ticket.id, &by.id), last.seq, now).await?;
        store::tickets::update(tx, ticket).await?;
        for message in said.messages() {
            desk.notify_new_message(tx, ticket, (by, message)).await?;
            match &message.attachment {
                Some(file) => outgoing::enqueue_upload(tx, desk.clock(), file).await?,
                None => {
                    outgoing::enqueue(tx, desk.clock(), &ticket.id, &Outgoing::send_message(&message.id)).await?;
                }
            }
        }
        Ok(said)
    }

    async fn text(&mut self, (body, html): Text) -> Result<Message, DbError> {
        let message = Message { html, ..self.message(body) };
        store::messages::insert(self.tx, &message).await?;
        self.noted(message).await
    }

    async fn file(&mut self, taken: Taken) -> Result<Message, DbError> {
        let Taken { id, name, received } = taken;
        let kind = kind_of(&received.contents.mime_type);
        let mut message = Message { kind, ..self.message(name.clone()) };
        let file = File {
            id,
            ticket: self.ticket.id.clone(),
            message: Some(message.id.clone()),
            uploader: self.by.id.clone(),
            filename: received.filename,
            original_name: name,
            contents: received.contents,
            mxc: None,
            thumbnail_mxc: None,
            created_at: self.now,
            state: FileState::Ready,
        };
        store::messages::insert(self.tx, &message).await?;
        store::files::insert(self.tx, &file).await?;
        message.attachment = Some(file);
        self.noted(message).await
    }

    /// The next message, with what stands on the first one if it is that.
    fn message(&mut self, body: String) -> Message {
        let (id, place) = (MessageId::fresh(self.desk.clock()), (self.now, self.ticket.place_accepted()));
        let Relations { reply_to, thread, mentions } = std::mem::take(&mut self.relations);
        Message {
            reply_to,
            thread,
            mentions,
            client_id: self.client_id.cloned(),
            ..Message::queued(id, self.ticket.id.clone(), self.by.id.clone(), body, place)
        }
    }

    async fn noted(&mut self, message: Message) -> Result<Message, DbError> {
        chat::count(self.desk, self.tx, self.ticket, (self.by, &message), self.now).await?;
        chat::changed(self.tx, &message, What::NewMessage, (Some(&self.by.id), self.now)).await?;
        Ok(message)
    }
}

//! Opening tickets, looking at one, and what follows when their status changes.
use ruma::UserId;

use super::files::Offered;
use super::outgoing::{self, Outgoing};
use super::participants::matrix_person;
use super::relations::Relations;
use super::saying::Saying;
use super::{Desk, changes, confidential, crash, follow_ups, notices, numbers, once, permitted_ticket};
use crate::domain::changes::What;
use crate::domain::client_ids::{Made, Once, Wanted};
use crate::domain::clock::Time;
use crate::domain::ids::{PersonId, TicketId, TimelineId};
use crate::domain::messages::Message;
use crate::domain::opening::{NewTicket, TicketDraft};
use crate::domain::people::Person;
use crate::domain::permissions::Action;
use crate::domain::status::Status;
use crate::domain::tickets::{Ticket, counting_day};
use crate::domain::timeline::{Entry, Happening};
use crate::domain::{Clock, Refusal};
use crate::store::client_ids::Key;
use crate::store::files::Share;
use crate::store::{self, DbError, Tx};

/// A ticket that was opened, and per file that was offered its message, if it was taken.
#[derive(Clone, Debug)]
pub struct Opened {
    pub ticket: Ticket,
    pub files: Vec<Option<Message>>,
}

impl Desk {
    /// Opens a ticket for `by`, with files as its first messages. The row is there at once; its room follows from the
    /// outbox.
    pub async fn open_ticket(
        &self,
        by: &Person,
        draft: TicketDraft,
        files: Vec<Offered>,
    ) -> Result<Once<Opened>, Refusal> {
        let stored = Offered::stored(&files);
        let asked = Some(self.settings().tickets.student_priority).filter(|_| !by.role.is_staff());
        let opened = match draft.check(asked) {
            Ok(new) => self.open_once(by, new, files).await,
            Err(refusal) => Err(refusal),
        };
        self.keep_if_first(stored, opened).await
    }

    async fn open_once(&self, by: &Person, new: NewTicket, files: Vec<Offered>) -> Result<Once<Opened>, Refusal> {
        let client_id = new.client_id.clone();
        let key = client_id.as_ref().map(|id| Key { person: &by.id, wanted: Wanted::Ticket, id });
        let mut tx = self.db().write().await?;
        if let Some(key) = key {
            let names = Offered::names(&files);
            let NewTicket { title, description, context, tags, created_for, follows, .. } = &new;
            let kind = (new.category.as_str(), new.priority.as_str(), new.is_confidential);
            let asked = (title, description, kind, (context, tags, created_for, follows), names);
            if let Some(made) = once::claim(&mut tx, key, &once::digest(&asked)).await? {
                return self.opened_before(tx, by, made).await.map(Once::Repeated);
            }
        }
        let now = self.clock().now();
        let number = store::tickets::next_number(&mut tx, counting_day(now, self.settings().zone)).await?;
        let follows = match &new.follows {
            Some(key) => Some(follow_ups::followed(&mut tx, by, key).await?),
            None => None,
        };
        let of = match &new.created_for {
            Some(key) => self.created_for(&mut tx, by, key).await?,
            None => by.id.clone(),
        };
        let opened_by = Some(&by.id).filter(|opener| **opener != of);
        let mut ticket = Ticket::open((TicketId::fresh(self.clock()), number), new, (&of, opened_by), now);
        ticket.follows = follows.map(|followed| followed.id);
        ticket.team = store::teams::routed(&mut tx, ticket.category, ticket.context.as_deref()).await?;
        self.establish(&mut tx, by, &mut ticket).await?;
        // What the client calls its ticket is no name for a message.
        let (relations, client_id) = (Relations::default(), None);
        let saying = Saying { desk: self, tx: &mut tx, by, ticket: &mut ticket, now, client_id, relations };
        let said = saying.all(None, files).await?;
        if let Some(key) = key {
            store::client_ids::fill(&mut tx, key, &said.made(&ticket)).await?;
        }
        store::teams::attach_names(&mut tx, std::slice::from_mut(&mut ticket)).await?;
        tx.commit().await?;
        crash::point(crash::ACCEPTED);
        self.wake_for(&said);
        tracing::info!(ticket.id = %ticket.id, "opened {}", ticket.number.as_str());
        ticket.attachments = said.messages().filter_map(|message| message.attachment.clone()).collect();
        ticket.attachment_count = ticket.attachments.len() as i64;
        Ok(Once::First(Opened { ticket, files: said.files }))
    }

    /// Stores a new ticket, whose it is, and what follows from its being there.
    pub(super) async fn establish(&self, tx: &mut Tx, by: &Person, ticket: &mut Ticket) -> Result<(), DbError> {
        let now = ticket.created_at;
        let line = notices::compose(self.clock(), ticket, (by, notices::Event::Created), now);
        store::tickets::insert(tx, ticket).await?;
        store::tags::replace(tx, &ticket.id, (&[], &ticket.tags)).await?;
        store::participants::insert_requester(tx, &ticket.id, &ticket.created_by, now).await?;
        if ticket.is_confidential {
            confidential::name_first(tx, by, ticket).await?;
        }
        note(tx, self.clock(), ticket, (Some(by), Happening::Created), (None, None)).await?;
        changes::note(tx, &ticket.id, What::TicketUpdated, None, (Some(&by.id), now)).await?;
        outgoing::enqueue(tx, self.clock(), &ticket.id, &Outgoing::make_room(&ticket.id)).await?;
        outgoing::enqueue(tx, self.clock(), &ticket.id, &Outgoing::send_description(&ticket.id)).await?;
        notices::post(tx, self.clock(), &line).await?;
        self.notify_new_ticket(tx, ticket, by).await
    }

    /// Whom a member of staff opens a ticket for: by id, by address, or by Matrix id, also of somebody unknown so far.
    async fn created_for(&self, tx: &mut Tx, by: &Person, key: &str) -> Result<PersonId, Refusal> {
        let wrong = |why: &str| Refusal::field("createdFor", why);
        let person = if key.starts_with('@') {
            let id = UserId::parse(key).map_err(|_| wrong("is not a Matrix id such as @ann:example.org"))?;
            if self.names().owns(&id) {
                return Err(wrong("belongs to the desk itself; give the id of the person instead"));
            }
            Some(matrix_person(tx, self.clock(), &id, None).await?)
        } else if let Ok(id) = key.parse() {
            store::people::by_id(tx, &id).await?
        } else {
            store::people::by_email(tx, &key.trim().to_lowercase()).await?
        };
        let person = person.filter(|person| !person.is_disabled());
        let person =
            person.ok_or_else(|| wrong("is nobody the desk knows: give the id, address or Matrix id of a person"))?;
        if person.role.is_staff() && person.id != by.id {
            return Err(wrong("is an instructor or admin; tickets are opened for students"));
        }
        Ok(person.id)
    }

    /// A ticket that an earlier request opened, as it is now.
    async fn opened_before(&self, mut tx: Tx, by: &Person, made: Made) -> Result<Opened, Refusal> {
        let mut ticket = permitted_ticket(&mut tx, by, made.ticket.as_str(), Action::See).await?;
        attach(&mut tx, std::slice::from_mut(&mut ticket), Share::All).await?;
        Ok(Opened { ticket, files: once::said(&mut tx, made).await?.files })
    }

    /// The ticket with this id or number.
    pub async fn ticket(&self, by: &Person, key: &str) -> Result<Ticket, Refusal> {
        let mut tx = self.db().read().await?;
        let mut ticket = permitted_ticket(&mut tx, by, key, Action::See).await?;
        attach(&mut tx, std::slice::from_mut(&mut ticket), Share::All).await?;
        Ok(ticket)
    }
}

/// Gives tickets what is not in their rows: files, tags, the names of teams.
pub(super) async fn attach(tx: &mut Tx, tickets: &mut [Ticket], share: Share) -> Result<(), DbError> {
    store::files::attach_to_tickets(tx, tickets, share).await?;
    store::tags::attach(tx, tickets).await?;
    store::teams::attach_names(tx, tickets).await
}

/// Puts a locked ticket into a status that is known to be legal: the row, the timeline, the room's copy.
/// The caller stores the ticket.
pub(super) async fn enter(
    tx: &mut Tx,
    clock: &Clock,
    ticket: &mut Ticket,
    (by, to): (Option<&Person>, Status),
    at: Time,
) -> Result<(), DbError> {
    let from = ticket.status;
    ticket.enter(to, at);
    let values = (Some(from.as_str().to_owned()), Some(to.as_str().to_owned()));
    note(tx, clock, ticket, (by, Happening::StatusChanged), values).await?;
    changes::note(tx, &ticket.id, What::TicketUpdated, None, (by.map(|by| &by.id), at)).await?;
    if let Some(by) = by {
        let resolution = ticket.resolution.clone().filter(|_| to.is_done());
        let told = notices::Event::StatusChanged { from, to, resolution: resolution.as_deref() };
        notices::announce(tx, clock, ticket, (by, told), at).await?;
    }
    outgoing::enqueue(tx, clock, &ticket.id, &Outgoing::show_ticket(&ticket.id)).await
}

/// Writes a line into the ticket's timeline; one about its status also begins the time that it stands there.
pub(super) async fn note(
    tx: &mut Tx,
    clock: &Clock,
    ticket: &Ticket,
    (by, happening): (Option<&Person>, Happening),
    (from, to): (Option<String>, Option<String>),
) -> Result<(), DbError> {
    let at = match happening {
        // It was opened once, and everything that tells of it says when.
        Happening::Created => ticket.created_at,
        _ => clock.now(),
    };
    let entry = Entry {
        id: TimelineId::fresh(clock),
        ticket: ticket.id.clone(),
        actor: by.map(|by| by.id.clone()),
        happening,
        from,
        to,
        at,
    };
    store::timeline::insert(tx, &entry).await?;
    match happening {
        Happening::Created | Happening::StatusChanged => {
            store::timeline::begin_interval(tx, &entry, ticket.status).await?;
            numbers::moved(tx, ticket, by, &entry).await
        }
        _ => Ok(()),
    }
}

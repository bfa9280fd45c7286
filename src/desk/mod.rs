//! Use cases: rules and IO together, one write transaction each.
//!
//! [`Desk`] is what people do; [`Bridge`] is what happens between the desk and the homeserver.
pub mod access_tokens;
pub mod api_keys;
pub mod assignment;
pub mod audit;
pub mod avatars;
pub mod bridge;
pub mod bulk;
pub mod changes;
pub mod chat;
pub mod closing;
pub mod condition;
pub mod confidential;
pub mod crash;
pub mod dead_letters;
pub mod edits;
pub mod export;
pub mod files;
pub mod finding;
pub mod follow_ups;
pub mod from_matrix;
pub mod health;
pub mod identity;
pub mod import;
pub mod lifecycle;
pub mod mail_links;
pub mod mail_preferences;
mod media;
pub mod metrics;
pub mod notes;
pub(crate) mod notices;
mod notify;
mod numbers;
mod once;
pub mod outgoing;
mod pages;
pub mod participants;
pub mod password_tokens;
pub mod passwords;
pub mod people;
pub mod post;
pub mod pulse;
pub mod reading;
mod relations;
pub mod repeats;
pub mod room;
pub mod roster;
pub mod saying;
pub mod search;
pub mod sessions;
pub mod sign_in;
pub mod stats;
pub mod teams;
pub mod tickets;
pub mod to_matrix;
pub mod typing;
pub mod watching;

use std::sync::Arc;

use chrono::{Duration, FixedOffset};
use tokio::sync::Notify;
use url::Url;

use crate::domain::ids::{PersonId, TicketId};
use crate::domain::matrix_ids::Namespace;
use crate::domain::opening::StudentPriority;
use crate::domain::people::Person;
use crate::domain::permissions::{self, Action, TicketAccess};
use crate::domain::tickets::{Ticket, TicketNumber};
use crate::domain::{Clock, Refusal};
use crate::files::{FileSettings, FileStore};
use crate::host::{Host, HostSettings};
use crate::mail::links::LinkKey;
use crate::store::lanes::Queue;
use crate::store::{self, Db, DbError, Tx};

pub use bridge::Bridge;
pub use identity::HostRoles;
pub use participants::Guest;
pub use sign_in::AuthSettings;

/// What the operator decides about the desk.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The zone whose days number the tickets.
    pub zone: FixedOffset,
    /// What people open, for links to it.
    pub public_url: Url,
    pub auth: AuthSettings,
    pub files: FileSettings,
    pub tickets: TicketSettings,
    /// None when the desk sends no mails.
    pub mail: Option<MailRules>,
    /// The application in which the desk is embedded, and what its roles mean.
    pub host: Option<HostSettings>,
    pub host_roles: HostRoles,
}

/// What the operator decides about tickets.
#[derive(Clone, Debug)]
pub struct TicketSettings {
    /// For how long after it was done a ticket is reopened; what is written later opens a follow-up.
    pub reopen_window: Duration,
    pub student_priority: StudentPriority,
    /// Whether and when tickets are closed by themselves.
    pub auto_close: Option<AutoClose>,
}

/// What the operator decides about when mails are sent.
#[derive(Clone, Copy, Debug)]
pub struct MailRules {
    /// How long a message waits for being read before a mail tells of it.
    pub wait: Duration,
}

/// When tickets that wait for their student, or are resolved, are closed by themselves.
#[derive(Clone, Copy, Debug)]
pub struct AutoClose {
    /// How long nothing has happened in them.
    pub after: Duration,
    /// How long before that their student is told.
    pub warning: Duration,
}

impl Default for TicketSettings {
    fn default() -> Self {
        Self { reopen_window: Duration::days(28), student_priority: StudentPriority::Choose, auto_close: None }
    }
}

/// The desk: everything that people do with tickets. Cheap to clone.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    names: Namespace,
    settings: Settings,
    links: LinkKey,
    files: FileStore,
    outbox_wake: Notify,
    bell: changes::Bell,
    typing: typing::Typing,
    media_wake: Notify,
    bulk_wake: Notify,
    inbox_wake: Notify,
    mail_wake: Notify,
    host: Option<Host>,
}

impl Desk {
    pub fn new(db: Db, clock: Clock, names: Namespace, settings: Settings) -> Self {
        let files = FileStore::new(settings.files.clone());
        let (outbox_wake, media_wake) = (Notify::new(), Notify::new());
        let (bulk_wake, inbox_wake, mail_wake) = (Notify::new(), Notify::new(), Notify::new());
        let (bell, typing) = (changes::Bell::default(), typing::Typing::default());
        let host = settings.host.clone().map(Host::new);
        let links = LinkKey::derived_from(&settings.auth.jwt_secret);
        Self(Arc::new(Inner {
            db,
            clock,
            names,
            settings,
            links,
            files,
            outbox_wake,
            bell,
            typing,
            media_wake,
            bulk_wake,
            inbox_wake,
            mail_wake,
            host,
        }))
    }

    pub fn db(&self) -> &Db {
        &self.0.db
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub fn names(&self) -> &Namespace {
        &self.0.names
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// What signs the links in mails.
    pub fn links(&self) -> &LinkKey {
        &self.0.links
    }

    /// Where the bytes of files are.
    pub fn files(&self) -> &FileStore {
        &self.0.files
    }

    /// Waits until something was committed for this queue by this process.
    pub async fn woken(&self, queue: Queue) {
        match queue {
            Queue::Rooms => self.0.outbox_wake.notified().await,
            Queue::Media => self.0.media_wake.notified().await,
        }
    }

    pub(crate) fn wake_media(&self) {
        self.0.media_wake.notify_one();
        self.wake_watchers();
    }

    /// Something was committed that is to leave, perhaps as mails too; watchers are told of its cause.
    pub(crate) fn wake_outbox(&self) {
        self.0.outbox_wake.notify_one();
        self.0.mail_wake.notify_one();
        self.wake_watchers();
    }

    /// Something is to be done to many tickets.
    fn wake_bulk(&self) {
        self.0.bulk_wake.notify_one();
    }

    /// Waits until this process has taken down something to be done to many tickets.
    pub async fn bulk_begun(&self) {
        self.0.bulk_wake.notified().await;
    }

    /// Waits until this process may have written a mail down.
    pub async fn mail_written(&self) {
        self.0.mail_wake.notified().await;
    }

    /// Something that was laid aside is to be applied again.
    fn wake_inbox(&self) {
        self.0.inbox_wake.notify_one();
    }

    /// Waits until this process has put something back that was laid aside.
    pub async fn put_back(&self) {
        self.0.inbox_wake.notified().await;
    }

    /// Who is typing, as far as this process knows.
    pub fn typing(&self) -> &typing::Typing {
        &self.0.typing
    }

    /// The application in which the desk is embedded.
    fn host(&self) -> Option<&Host> {
        self.0.host.as_ref()
    }

    fn bell(&self) -> &changes::Bell {
        &self.0.bell
    }
}

/// The ticket that `key` (id or number) names, when `person` may do `action` with it.
pub(crate) async fn permitted_ticket(
    tx: &mut Tx,
    person: &Person,
    key: &str,
    action: Action,
) -> Result<Ticket, Refusal> {
    let ticket = find_ticket(tx, key).await?.ok_or(Refusal::NotFound("ticket"))?;
    permissions::may(person, action, &access(tx, &ticket, &person.id).await?)?;
    Ok(ticket)
}

/// As [`permitted_ticket`], and locked against every other writer until the transaction ends.
pub(crate) async fn locked_ticket(tx: &mut Tx, person: &Person, key: &str, action: Action) -> Result<Ticket, Refusal> {
    let found = match key.parse::<TicketId>() {
        Ok(id) => store::tickets::locked_by_id(tx, &id).await?,
        Err(_) => match TicketNumber::parse(key) {
            Some(number) => store::tickets::locked_by_number(tx, &number).await?,
            None => None,
        },
    };
    let ticket = found.ok_or(Refusal::NotFound("ticket"))?;
    permissions::may(person, action, &access(tx, &ticket, &person.id).await?)?;
    Ok(ticket)
}

/// Whether `person` may do `action` with the ticket besides.
async fn may(tx: &mut Tx, person: &Person, ticket: &Ticket, action: Action) -> Result<(), Refusal> {
    permissions::may(person, action, &access(tx, ticket, &person.id).await?)
}

async fn find_ticket(tx: &mut Tx, key: &str) -> Result<Option<Ticket>, DbError> {
    if let Ok(id) = key.parse::<TicketId>() {
        return store::tickets::by_id(tx, &id).await;
    }
    match TicketNumber::parse(key) {
        Some(number) => store::tickets::by_number(tx, &number).await,
        None => Ok(None),
    }
}

async fn access(tx: &mut Tx, ticket: &Ticket, person: &PersonId) -> Result<TicketAccess, DbError> {
    let is_participant = store::participants::is_participant(tx, &ticket.id, person).await?;
    let is_hidden = ticket.is_confidential && !store::named_staff::is_named(tx, &ticket.id, person).await?;
    Ok(TicketAccess { created_by: ticket.created_by.clone(), is_participant, is_hidden })
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        if error.is_outage() { Self::Unavailable(error.into()) } else { Self::Broken(error.into()) }
    }
}

//! What leaves the process: the jobs and the lanes they lie in.
use serde::{Deserialize, Serialize};

use crate::domain::Clock;
use crate::domain::Time;
use crate::domain::files::File;
use crate::domain::ids::{FileId, JobId, MessageId, PersonId, ReactionId, RevisionId, TicketId};
use crate::store::lanes::{self, Job};
use crate::store::{self, DbError, Tx};

/// A job of the outbox. The row holds its kind and this as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outgoing {
    /// Make the ticket's room, or take over one that an earlier attempt left behind.
    MakeRoom { ticket: String },
    /// Say the ticket's description in its room, as the ghost of whoever opened it.
    SendDescription { ticket: String },
    /// Say a message in its ticket's room, as its sender's ghost.
    SendMessage {
        message: String,
        /// An earlier job may have brought it there: it is looked for first.
        #[serde(default)]
        look_first: bool,
    },
    /// Give a message that is in the room another text.
    EditMessage { message: String, revision: String },
    /// Empty a message in the room, if it got there.
    RedactMessage { message: String },
    /// React to a message.
    React { reaction: String },
    /// Take a reaction back.
    Unreact { reaction: String },
    /// Bring a file to the homeserver; its message follows.
    UploadFile { file: String },
    /// Bring a file from the homeserver into the store.
    FetchFile { file: String },
    /// Let somebody into the ticket's room.
    LetIn { ticket: String, person: String },
    /// Give somebody's ghost their present name and picture.
    ShowPerson { person: String },
    /// Bring the picture of somebody of Matrix into the store.
    FetchAvatar { person: String },
    /// Put somebody out of the ticket's room.
    PutOut { ticket: String, person: String },
    /// Tell the room how far somebody has read.
    TellReading { ticket: String, person: String },
    /// Bring the room's own copy of the ticket's state up to date.
    ShowTicket { ticket: String },
}

impl Outgoing {
    pub fn make_room(ticket: &TicketId) -> Self {
        Self::MakeRoom { ticket: ticket.to_string() }
    }
    pub fn send_description(ticket: &TicketId) -> Self {
        Self::SendDescription { ticket: ticket.to_string() }
    }
    pub fn send_message(message: &MessageId) -> Self {
        Self::SendMessage { message: message.to_string(), look_first: false }
    }
    pub fn send_again(message: &MessageId) -> Self {
        Self::SendMessage { message: message.to_string(), look_first: true }
    }
    pub fn edit_message(message: &MessageId, revision: &RevisionId) -> Self {
        Self::EditMessage { message: message.to_string(), revision: revision.to_string() }
    }
    pub fn redact_message(message: &MessageId) -> Self {
        Self::RedactMessage { message: message.to_string() }
    }
    pub fn react(reaction: &ReactionId) -> Self {
        Self::React { reaction: reaction.to_string() }
    }
    pub fn unreact(reaction: &ReactionId) -> Self {
        Self::Unreact { reaction: reaction.to_string() }
    }
    pub fn upload_file(file: &FileId) -> Self {
        Self::UploadFile { file: file.to_string() }
    }
    pub fn fetch_file(file: &FileId) -> Self {
        Self::FetchFile { file: file.to_string() }
    }
    pub fn let_in(ticket: &TicketId, person: &PersonId) -> Self {
        Self::LetIn { ticket: ticket.to_string(), person: person.to_string() }
    }
    pub fn put_out(ticket: &TicketId, person: &PersonId) -> Self {
        Self::PutOut { ticket: ticket.to_string(), person: person.to_string() }
    }
    pub fn tell_reading(ticket: &TicketId, person: &PersonId) -> Self {
        Self::TellReading { ticket: ticket.to_string(), person: person.to_string() }
    }
    pub fn show_ticket(ticket: &TicketId) -> Self {
        Self::ShowTicket { ticket: ticket.to_string() }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::MakeRoom { .. } => "make-room",
            Self::SendDescription { .. } => "send-description",
            Self::SendMessage { .. } => "send-message",
            Self::UploadFile { .. } => "upload-file",
            Self::FetchFile { .. } => "fetch-file",
            Self::EditMessage { .. } => "edit-message",
            Self::RedactMessage { .. } => "redact-message",
            Self::React { .. } => "react",
            Self::Unreact { .. } => "unreact",
            Self::ShowPerson { .. } => "show-person",
            Self::FetchAvatar { .. } => "fetch-avatar",
            Self::LetIn { .. } => "let-in",
            Self::PutOut { .. } => "put-out",
            Self::TellReading { .. } => "tell-reading",
            Self::ShowTicket { .. } => "show-ticket",
        }
    }

    /// Where it lies: what is read is told beside what is said, so that neither holds up the other.
    pub(super) fn lane(&self, ticket: &TicketId) -> String {
        match self {
            Self::TellReading { .. } => format!("receipts:{ticket}"),
            _ => format!("room:{ticket}"),
        }
    }

    /// Whether it is done in the room that an earlier job has made.
    fn stands_in_room(&self) -> bool {
        !matches!(self, Self::MakeRoom { .. } | Self::SendDescription { .. } | Self::TellReading { .. })
    }

    pub(super) fn payload(&self) -> String {
        serde_json::to_string(self).expect("a job is strings, which are always JSON")
    }
}

/// Writes the job into its lane beside or in that of its ticket's room; part of the transaction of its cause. A ticket for
/// which no room was ever to be made (it was written straight into the database) gets one before the first of them.
pub(crate) async fn enqueue(tx: &mut Tx, clock: &Clock, ticket: &TicketId, what: &Outgoing) -> Result<(), DbError> {
    let lane = what.lane(ticket);
    if what.stands_in_room() && store::tickets::never_had_room(tx, ticket, &lane).await? {
        for first in [Outgoing::make_room(ticket), Outgoing::send_description(ticket)] {
            enqueue_in(tx, clock, lane.clone(), &first).await?;
        }
    }
    enqueue_in(tx, clock, lane, what).await
}

/// As [`enqueue`], for somebody's ghost, which stands in many rooms.
pub(crate) async fn enqueue_person(tx: &mut Tx, clock: &Clock, person: &PersonId) -> Result<(), DbError> {
    let what = Outgoing::ShowPerson { person: person.to_string() };
    enqueue_in(tx, clock, format!("person:{person}"), &what).await
}

/// As [`enqueue`], for the files that go to the homeserver: one after the other per ticket, so that they arrive in their
/// order, and beside the room's lane, so that no text waits for them.
pub(crate) async fn enqueue_upload(tx: &mut Tx, clock: &Clock, file: &File) -> Result<(), DbError> {
    enqueue_in(tx, clock, format!("{}{}", lanes::MEDIA, file.ticket), &Outgoing::upload_file(&file.id)).await
}

/// As [`enqueue`], for a file that is fetched: in a lane of its own, since it may lie on a server that never answers.
pub(crate) async fn enqueue_fetch(tx: &mut Tx, clock: &Clock, file: &FileId) -> Result<(), DbError> {
    enqueue_in(tx, clock, format!("{}{file}", lanes::MEDIA), &Outgoing::fetch_file(file)).await
}

/// As [`enqueue_fetch`], for the picture of somebody of Matrix.
pub(crate) async fn enqueue_avatar(tx: &mut Tx, clock: &Clock, person: &PersonId) -> Result<(), DbError> {
    let what = Outgoing::FetchAvatar { person: person.to_string() };
    enqueue_in(tx, clock, format!("{}{person}", lanes::MEDIA), &what).await
}

async fn enqueue_in(tx: &mut Tx, clock: &Clock, lane: String, what: &Outgoing) -> Result<(), DbError> {
    put(tx, clock, lane, (what.name(), what.payload())).await
}

/// Writes a job of this kind into a lane.
pub(super) async fn put(
    tx: &mut Tx,
    clock: &Clock,
    lane: String,
    (kind, payload): (&'static str, String),
) -> Result<(), DbError> {
    let now: Time = clock.now();
    let job = Job { id: JobId::fresh(clock), lane, kind: kind.to_owned(), payload, attempts: 0, created_at: now };
    lanes::enqueue(tx, &job).await
}

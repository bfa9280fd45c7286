//! What surrounds a notice: to whom it goes, in which thread, with which files.
use url::Url;

use super::reply::ReplyTo;
use crate::domain::Time;
use crate::domain::ids::TicketId;
use crate::domain::zones::Zone;

/// What a mail needs beside its notice. The same cover makes the same mail.
#[derive(Clone, Debug)]
pub struct Cover {
    /// The id of the mail, of which its Message-ID is made: a repeat has the same.
    pub id: String,
    pub to: Recipient,
    pub date: Time,
    /// The ticket it is about.
    pub thread: Option<Thread>,
    /// Where the recipient chooses which mails they get.
    pub preferences: Option<Url>,
    /// How it is switched off; none for what cannot be.
    pub unsubscribe: Option<Unsubscribe>,
    /// Whose answer it would be.
    pub reply: Option<ReplyTo>,
    /// Those that fit into the limit go with it, the others are left to their links.
    pub attachments: Vec<Attachment>,
}

impl Cover {
    /// For a mail that belongs to no ticket and cannot be switched off.
    pub fn new(id: impl Into<String>, to: Recipient, date: Time) -> Self {
        let (thread, preferences, unsubscribe, reply, attachments) = (None, None, None, None, Vec::new());
        Self { id: id.into(), to, date, thread, preferences, unsubscribe, reply, attachments }
    }
}

/// To whom it goes.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub name: String,
    pub address: String,
    /// In which their times are told.
    pub zone: Zone,
    pub side: Side,
}

/// From where somebody looks at tickets: "pending" is waiting for the student, or for you.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Student,
    Staff,
}

/// A ticket's mails to one person, which their program shows together.
#[derive(Clone, Debug)]
pub struct Thread {
    pub ticket: TicketId,
    /// As people see it.
    pub number: String,
    /// Ids of the mails about it that went to this recipient before, oldest first.
    pub previous: Vec<String>,
}

/// Where it is switched off.
#[derive(Clone, Debug)]
pub struct Unsubscribe {
    /// For mail programs, which post to it without asking (RFC 8058).
    pub one_click: Url,
    /// For people, who are asked first.
    pub page: Url,
}

/// A file that goes with the mail.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub name: String,
    pub mime_type: String,
    pub bytes: Vec<u8>,
}

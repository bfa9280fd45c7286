//! One mail more closely: whether it is still wanted, what it says, and what goes with it.
use serde::Deserialize;
use tokio::io::AsyncReadExt;

use super::{Post, access as passwords, digest, facts};
use crate::desk::{access, tickets};
use crate::domain::clock::Time;
use crate::domain::files::{File, FileState};
use crate::domain::ids::{MessageId, NoteId, PersonId, TeamId};
use crate::domain::mails::{Occasion, Pace, Switch, after_quiet};
use crate::domain::people::Person;
use crate::domain::permissions::{self, Action};
use crate::domain::status::Status;
use crate::domain::tickets::Ticket;
use crate::domain::zones::Zone;
use crate::files::Part;
use crate::mail::links::{FileGrant, Unsubscribing};
use crate::mail::notices::{FileLine, Notice};
use crate::mail::{Attachment, ComposeError, Composed, Cover, Recipient, ReplyTo, Side, Thread, Unsubscribe};
use crate::store::mail_choices::{self, Reader};
use crate::store::mails::{self, Mail};
use crate::store::password_tokens::Purpose;
use crate::store::{self, DbError, Tx};

/// How many mails before this one are looked for: more are not named.
const PREVIOUS: i64 = 12;
/// For how long a link to a file is good.
const FILE_LINK: chrono::Duration = chrono::Duration::days(30);

/// What a look at a mail that is due brought.
pub(super) enum Look {
    Ready(Box<Letter>),
    /// It is not to leave any more, for this reason.
    Unwanted(&'static str),
    /// Its reader is not to be disturbed before then.
    Quiet(Time),
}

/// A mail that is to leave.
pub(super) struct Letter {
    pub reader: Reader,
    pub notice: Notice,
    /// What it is about; none for a digest.
    pub ticket: Option<Ticket>,
    /// The files its notice names, in their order.
    pub files: Vec<File>,
    pub previous: Vec<String>,
    /// What it will say again if it is repeated; none when that is known from the beginning.
    pub details: Option<String>,
    /// How it is switched off; none for what cannot be.
    pub switch: Option<Switch>,
}

/// What a notice says, before it is known which of its files go with it.
pub(super) struct Content {
    pub notice: Notice,
    pub files: Vec<File>,
    pub details: Option<String>,
}

/// What stands in the details of a mail; which of them do depends on its occasion.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Details {
    pub by: Option<PersonId>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub team: Option<TeamId>,
    /// It stands where it stood, and is closed in so many days.
    pub closes_in: Option<i64>,
    pub message: Option<MessageId>,
    pub note: Option<NoteId>,
    /// New messages are those behind this place.
    pub after: Option<i64>,
    /// The new messages, once an attempt was made to tell of them, and how many more there were.
    pub messages: Option<Vec<MessageId>>,
    #[serde(default)]
    pub earlier: u32,
}

impl Details {
    pub fn read(mail: &Mail) -> Result<Self, DbError> {
        serde_json::from_str(&mail.details).map_err(|_| DbError::BadRow("mails", "details".to_owned()))
    }

    pub fn status(text: Option<&str>) -> Option<Status> {
        text.and_then(Status::parse)
    }
}

/// Somebody who gets a mail, as permissions know them too.
pub(super) struct Addressee {
    pub reader: Reader,
    pub person: Person,
}

impl Post {
    /// Looks at a mail that is due: nothing of it was decided for good when it was written down.
    pub(super) async fn look(&self, mail: &Mail) -> Result<Look, DbError> {
        let desk = self.desk();
        let mut tx = desk.db().read().await?;
        let Some(to) = addressee(&mut tx, &mail.person).await? else { return Ok(Look::Unwanted("nobody")) };
        if !to.reader.can_be_reached() {
            return Ok(Look::Unwanted("they cannot be reached by mail"));
        }
        if let Some(purpose) = Purpose::parse(&mail.occasion) {
            let content = passwords::content(self, &mut tx, (mail, &to), purpose).await?;
            return Ok(ready((content, None, None), to.reader, Vec::new()));
        }
        let now = desk.clock().now();
        let zone = to.reader.zone.unwrap_or(Zone::Fixed(desk.settings().zone));
        let quiet_until = after_quiet(now, zone, to.reader.quiet);
        if quiet_until > now {
            return Ok(Look::Quiet(quiet_until));
        }
        let (content, ticket, switch) = if mail.occasion == digest::NAME {
            (digest::content(self, &mut tx, (mail, &to)).await?, None, Switch::Digests)
        } else {
            let occasion = Occasion::parse(&mail.occasion);
            let Some(occasion) = occasion else { return Ok(Look::Unwanted("this version does not know it")) };
            let (content, ticket) = self.about(&mut tx, (mail, &to), occasion).await?;
            (content, ticket, Switch::Occasion(occasion))
        };
        let previous = match &ticket {
            Some(ticket) => mails::before(&mut tx, &ticket.id, &to.reader.id, PREVIOUS).await?,
            None => Vec::new(),
        };
        Ok(ready((content, ticket, Some(switch)), to.reader, previous))
    }

    /// What is to be said of a ticket, if its reader still wants to know and may see it.
    async fn about(
        &self,
        tx: &mut Tx,
        (mail, to): (&Mail, &Addressee),
        occasion: Occasion,
    ) -> Result<(Result<Content, &'static str>, Option<Ticket>), DbError> {
        let ticket = match seen(tx, (mail, to), occasion).await? {
            Ok(ticket) => ticket,
            Err(why) => return Ok((Err(why), None)),
        };
        let content = facts::content(self, tx, (mail, to), (occasion, &ticket)).await?;
        Ok((content, Some(ticket)))
    }

    /// The bytes of the mail. The same mail makes the same ones, as long as nobody changes what it tells of.
    pub(super) async fn composed(&self, mail: &Mail, letter: Box<Letter>) -> Result<Composed, ComposeError> {
        let Letter { reader, mut notice, ticket, files, previous, switch, .. } = *letter;
        let attachments = self.attach((&mut notice, &files), (mail, &reader)).await;
        let zone = reader.zone.unwrap_or(Zone::Fixed(self.desk().settings().zone));
        let side = if reader.role.is_staff() { Side::Staff } else { Side::Student };
        let address = reader.address.clone().unwrap_or_default();
        let to = Recipient { name: reader.display_name.clone(), address, zone, side };
        let token = |what| self.0.links.unsubscribing(&Unsubscribing { person: reader.id.clone(), what });
        let cover = Cover {
            reply: ticket.as_ref().map(|ticket| ReplyTo { ticket: ticket.id.clone(), person: reader.id.clone() }),
            thread: ticket.map(|ticket| Thread {
                ticket: ticket.id,
                number: ticket.number.as_str().to_owned(),
                previous,
            }),
            preferences: switch.map(|_| self.desk().page("profile#mail")),
            unsubscribe: switch.map(token).map(|token| Unsubscribe {
                one_click: self.desk().page(&format!("api/mail/unsubscribe?token={token}")),
                page: self.desk().page(&format!("unsubscribe#token={token}")),
            }),
            attachments,
            ..Cover::new(mail.id.as_str(), to, mail.created_at)
        };
        let language = reader.language.unwrap_or(self.0.composer.language());
        self.0.composer.compose(&notice, language, &cover)
    }

    /// Reads those files that may go with the mail, and gives each line of a file its link.
    async fn attach(
        &self,
        (notice, files): (&mut Notice, &[File]),
        (mail, reader): (&Mail, &Reader),
    ) -> Vec<Attachment> {
        let is_here = |file: &&File| file.state == FileState::Ready;
        let here: Vec<&File> = files.iter().filter(is_here).collect();
        let sizes: Vec<u64> = here.iter().map(|file| file.contents.size.unsigned_abs()).collect();
        let mut attachments = Vec::new();
        let mut attached = Vec::new();
        for file in here.iter().take(self.0.composer.fitting(&sizes)) {
            match self.bytes_of(file).await {
                Ok(bytes) => {
                    let (name, mime_type) = (file.original_name.clone(), file.contents.mime_type.clone());
                    attachments.push(Attachment { name, mime_type, bytes });
                    attached.push(&file.id);
                }
                Err(error) => {
                    tracing::error!(mail.id = %mail.id, file.id = %file.id, %error, "a file does not go with its mail");
                }
            }
        }
        for (line, file) in lines(notice).into_iter().zip(files) {
            line.is_attached = attached.contains(&&file.id);
            if file.state == FileState::Ready {
                let until = mail.created_at + FILE_LINK;
                let grant = FileGrant { file: file.id.clone(), person: reader.id.clone(), until };
                line.link = Some(self.desk().page(&format!("api/mail/files/{}", self.0.links.file(&grant))));
            }
        }
        attachments
    }

    async fn bytes_of(&self, file: &File) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.desk().files().open(&file.filename, Part::Whole).await?.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }
}

fn ready(
    (content, ticket, switch): (Result<Content, &'static str>, Option<Ticket>, Option<Switch>),
    reader: Reader,
    previous: Vec<String>,
) -> Look {
    match content {
        Ok(Content { notice, files, details }) => {
            Look::Ready(Box::new(Letter { reader, notice, ticket, files, previous, details, switch }))
        }
        Err(why) => Look::Unwanted(why),
    }
}

/// The lines of a notice that name files, in their order.
fn lines(notice: &mut Notice) -> Vec<&mut FileLine> {
    match notice {
        Notice::NewTicket(new) => new.files.iter_mut().collect(),
        Notice::TicketReceived(received) => received.files.iter_mut().collect(),
        Notice::NewMessage(new) => new.messages.iter_mut().flat_map(|said| said.files.iter_mut()).collect(),
        Notice::TicketAssigned(_)
        | Notice::TicketStatusChanged(_)
        | Notice::TicketResolved(_)
        | Notice::Mention(_)
        | Notice::Invitation(_)
        | Notice::PasswordReset(_)
        | Notice::Digest(_)
        | Notice::Test(_) => Vec::new(),
    }
}

async fn addressee(tx: &mut Tx, person: &PersonId) -> Result<Option<Addressee>, DbError> {
    let known = store::people::by_id(tx, person).await?;
    let reader = mail_choices::readers(tx, std::slice::from_ref(person)).await?.pop();
    Ok(known.zip(reader).map(|(person, reader)| Addressee { reader, person }))
}

/// The ticket of a mail, with its files and the name of its team, unless its reader does not want to know any more, or may
/// not.
pub(super) async fn seen(
    tx: &mut Tx,
    (mail, to): (&Mail, &Addressee),
    occasion: Occasion,
) -> Result<Result<Ticket, &'static str>, DbError> {
    if to.reader.pace(occasion) == Pace::Off {
        return Ok(Err("they have switched it off"));
    }
    let ticket = match &mail.ticket {
        Some(id) => store::tickets::by_id(tx, id).await?,
        None => None,
    };
    let Some(mut ticket) = ticket else { return Ok(Err("there is no such ticket")) };
    let details = Details::read(mail)?;
    let action = if details.note.is_some() { Action::Note } else { Action::See };
    if permissions::may(&to.person, action, &access(tx, &ticket, &to.person.id).await?).is_err() {
        return Ok(Err("they may not see it"));
    }
    tickets::attach(tx, std::slice::from_mut(&mut ticket), store::files::Share::All).await?;
    Ok(Ok(ticket))
}

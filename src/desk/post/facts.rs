//! What mails about a ticket say, read when they leave.
use std::collections::HashMap;

use serde_json::json;

use super::Post;
use super::letter::{Addressee, Content, Details};
use crate::domain::files::File;
use crate::domain::ids::{MessageId, PersonId};
use crate::domain::mails::Occasion;
use crate::domain::markup;
use crate::domain::messages::{Kind, Message};
use crate::domain::people::Person;
use crate::domain::tickets::Ticket;
use crate::mail::notices::{
    FileLine, Mention, NewMessage, NewTicket, Notice, SafeHtml, Said, Text, TicketAssigned, TicketFacts,
    TicketReceived, TicketResolved, TicketStatusChanged,
};
use crate::store::mail_choices::Reader;
use crate::store::mails::Mail;
use crate::store::messages::Page;
use crate::store::{self, DbError, Tx, reads};

/// How many new messages one mail shows.
const SHOWN: usize = 10;
/// How many are counted.
pub(super) const COUNTED: i64 = 200;

/// People by their ids, as far as they were asked for.
#[derive(Default)]
pub(super) struct Names(HashMap<PersonId, Option<Person>>);

impl Names {
    pub async fn person(&mut self, tx: &mut Tx, id: &PersonId) -> Result<Option<&Person>, DbError> {
        if !self.0.contains_key(id) {
            let person = store::people::by_id(tx, id).await?;
            self.0.insert(id.clone(), person);
        }
        Ok(self.0.get(id).and_then(Option::as_ref))
    }

    pub async fn name(&mut self, tx: &mut Tx, id: Option<&PersonId>) -> Result<Option<String>, DbError> {
        let Some(id) = id else { return Ok(None) };
        Ok(self.person(tx, id).await?.map(|person| person.display_name.clone()))
    }
}

/// What a mail about a ticket says; what keeps it from being wanted otherwise.
pub(super) async fn content(
    post: &Post,
    tx: &mut Tx,
    (mail, to): (&Mail, &Addressee),
    (occasion, ticket): (Occasion, &Ticket),
) -> Result<Result<Content, &'static str>, DbError> {
    let mut names = Names::default();
    let facts = ticket_facts(post, tx, &mut names, (ticket, &to.reader)).await?;
    let details = Details::read(mail)?;
    let by = names.name(tx, details.by.as_ref()).await?;
    let files = || ticket.attachments.iter().map(line).collect();
    let text = || Text {
        plain: ticket.description.clone(),
        html: markup::from_markdown(&ticket.description).as_deref().and_then(SafeHtml::of),
    };
    let with_files = |notice| Content { notice, files: ticket.attachments.clone(), details: None };
    let plain = |notice| Content { notice, files: Vec::new(), details: None };
    Ok(Ok(match occasion {
        Occasion::NewTicket => {
            with_files(Notice::NewTicket(NewTicket { ticket: facts, description: text(), files: files() }))
        }
        Occasion::TicketReceived => with_files(Notice::TicketReceived(TicketReceived {
            ticket: facts,
            opened_by: by.filter(|_| details.by.as_ref() != Some(&ticket.created_by)),
            description: text(),
            files: files(),
        })),
        Occasion::TicketAssigned => {
            if !is_theirs(ticket, (&to.reader, &details)) {
                return Ok(Err("it is somebody else's by now"));
            }
            let team = ticket.team_name.clone().filter(|_| ticket.assigned_to.is_none());
            let last = said_last(tx, &mut names, ticket).await?;
            plain(Notice::TicketAssigned(TicketAssigned { ticket: facts, by, team, last }))
        }
        Occasion::TicketStatusChanged => match status_changed((facts, ticket), by, &details) {
            Ok(notice) => plain(Notice::TicketStatusChanged(notice)),
            Err(why) => return Ok(Err(why)),
        },
        Occasion::TicketResolved => match resolved(post, (facts, ticket), by) {
            Ok(notice) => plain(Notice::TicketResolved(notice)),
            Err(why) => return Ok(Err(why)),
        },
        Occasion::NewMessage => return new_message(tx, names, (facts, ticket, &to.reader), details).await,
        Occasion::Mention => {
            let Some((message, is_note)) = mentioned(tx, &mut names, &details).await? else {
                return Ok(Err("it was taken back"));
            };
            plain(Notice::Mention(Mention { ticket: facts, message, is_note }))
        }
    }))
}

/// Whether a ticket is still assigned as the mail says: to its reader, or to their team.
fn is_theirs(ticket: &Ticket, (reader, details): (&Reader, &Details)) -> bool {
    match (&ticket.assigned_to, &details.to) {
        (Some(has), _) => *has == reader.id,
        (None, None) => ticket.team == details.team,
        (None, Some(_)) => false,
    }
}

fn status_changed(
    (facts, ticket): (TicketFacts, &Ticket),
    by: Option<String>,
    details: &Details,
) -> Result<TicketStatusChanged, &'static str> {
    if details.closes_in.is_some() && !is_closing(ticket) {
        return Err("it is not closed by itself any more");
    }
    let from = Details::status(details.from.as_deref()).unwrap_or(ticket.status);
    let to = Details::status(details.to.as_deref()).unwrap_or(ticket.status);
    Ok(TicketStatusChanged { ticket: facts, from, to, by, closes_in: details.closes_in })
}

fn resolved(
    post: &Post,
    (facts, ticket): (TicketFacts, &Ticket),
    by: Option<String>,
) -> Result<TicketResolved, &'static str> {
    if !ticket.status.is_done() {
        return Err("it was opened again");
    }
    let days = post.desk().settings().tickets.reopen_window.num_days();
    let reopen_days = u32::try_from(days).ok().filter(|days| *days > 0);
    Ok(TicketResolved { ticket: facts, by, resolution: ticket.resolution.clone(), reopen_days })
}

/// Whether it was said that a ticket is closed by itself, and nobody has written since.
pub(super) fn is_closing(ticket: &Ticket) -> bool {
    ticket.closing_announced_at.is_some() && !ticket.status.is_done()
}

/// A ticket as mails tell of it.
pub(super) async fn ticket_facts(
    post: &Post,
    tx: &mut Tx,
    names: &mut Names,
    (ticket, reader): (&Ticket, &Reader),
) -> Result<TicketFacts, DbError> {
    Ok(TicketFacts {
        number: ticket.number.as_str().to_owned(),
        title: ticket.title.clone(),
        status: ticket.status,
        priority: ticket.priority,
        category: ticket.category,
        student: names.name(tx, Some(&ticket.created_by)).await?.unwrap_or_default(),
        assignee: names.name(tx, ticket.assigned_to.as_ref()).await?,
        team: ticket.team_name.clone(),
        opened_at: ticket.created_at,
        link: post.desk().page_of(ticket, reader.role),
    })
}

/// What of a conversation somebody has not read, oldest first; at most [`COUNTED`] are looked at.
pub(super) async fn unread(
    tx: &mut Tx,
    (ticket, reader): (&Ticket, &Reader),
    details: &Details,
) -> Result<Vec<Message>, DbError> {
    let read = reads::read_so_far(tx, &ticket.id, &reader.id).await?;
    let messages = match &details.messages {
        Some(ids) => store::messages::by_ids(tx, ids).await?,
        None => {
            let after = read.max(details.after.unwrap_or(0));
            store::messages::list(tx, &ticket.id, Page::After(after), COUNTED).await?
        }
    };
    let is_new = |message: &Message| {
        let is_said = !matches!(message.kind, Kind::System | Kind::Notice) && message.deleted.is_none();
        is_said && message.seq > read && message.sender != reader.id
    };
    Ok(messages.into_iter().filter(is_new).collect())
}

async fn new_message(
    tx: &mut Tx,
    mut names: Names,
    (facts, ticket, reader): (TicketFacts, &Ticket, &Reader),
    details: Details,
) -> Result<Result<Content, &'static str>, DbError> {
    let mut new = unread(tx, (ticket, reader), &details).await?;
    if new.is_empty() {
        return Ok(Err("they have read it"));
    }
    let beyond = new.len().saturating_sub(SHOWN);
    let shown = new.split_off(beyond);
    let earlier = details.earlier + u32::try_from(beyond).unwrap_or(u32::MAX);
    let ids: Vec<&MessageId> = shown.iter().map(|message| &message.id).collect();
    let details = details.messages.is_none().then(|| json!({"messages": ids, "earlier": earlier}).to_string());
    let mut messages = Vec::new();
    for message in &shown {
        messages.push(said(tx, &mut names, message).await?);
    }
    let files = shown.into_iter().filter_map(|message| message.attachment).collect();
    let notice = Notice::NewMessage(NewMessage { ticket: facts, messages, earlier });
    Ok(Ok(Content { notice, files, details }))
}

async fn said_last(tx: &mut Tx, names: &mut Names, ticket: &Ticket) -> Result<Option<Said>, DbError> {
    const LOOKED_AT: i64 = 10;
    let latest = store::messages::list(tx, &ticket.id, Page::Latest, LOOKED_AT).await?;
    let is_said = |message: &&Message| message.kind != Kind::System && message.deleted.is_none();
    match latest.iter().rfind(is_said) {
        Some(message) => Ok(Some(said(tx, names, message).await?)),
        None => Ok(None),
    }
}

/// The message or note that calls upon somebody, and whether it is a note; none when it was deleted.
async fn mentioned(tx: &mut Tx, names: &mut Names, details: &Details) -> Result<Option<(Said, bool)>, DbError> {
    if let Some(id) = &details.note {
        let note = store::notes::by_id(tx, id).await?.filter(|note| note.deleted.is_none());
        let Some(note) = note else { return Ok(None) };
        let by = names.person(tx, &note.author).await?;
        let said = Said {
            author: by.map(|by| by.display_name.clone()).unwrap_or_default(),
            is_staff: true,
            at: note.created_at,
            text: Text { plain: note.body.clone(), html: note.html.as_deref().and_then(SafeHtml::of) },
            files: Vec::new(),
        };
        return Ok(Some((said, true)));
    }
    let Some(id) = &details.message else { return Ok(None) };
    let message = store::messages::by_id(tx, id).await?.filter(|message| message.deleted.is_none());
    match message {
        Some(message) => Ok(Some((said(tx, names, &message).await?, false))),
        None => Ok(None),
    }
}

async fn said(tx: &mut Tx, names: &mut Names, message: &Message) -> Result<Said, DbError> {
    let by = names.person(tx, &message.sender).await?;
    let is_only_file = message.kind.has_file() && message.attachment.is_some();
    Ok(Said {
        author: by.map(|by| by.display_name.clone()).unwrap_or_default(),
        is_staff: by.is_some_and(|by| by.role.is_staff()),
        at: message.created_at,
        text: Text {
            // What is said with a file is its name, which its line says.
            plain: if is_only_file { String::new() } else { message.body.clone() },
            html: message.html.as_deref().filter(|_| !is_only_file).and_then(SafeHtml::of),
        },
        files: message.attachment.iter().map(line).collect(),
    })
}

/// A file's line, without what is decided when the mail is put together.
fn line(file: &File) -> FileLine {
    let size = u64::try_from(file.contents.size).unwrap_or(0);
    FileLine { name: file.original_name.clone(), size, link: None, is_attached: false }
}

//! Mails that go with others: everything of an hour or a day in one.
use serde::Deserialize;
use serde_json::json;

use super::Post;
use super::facts::{Names, is_closing, ticket_facts, unread};
use super::letter::{Addressee, Content, Details, seen};
use crate::domain::mails::{Occasion, Pace};
use crate::domain::messages::Message;
use crate::domain::tickets::Ticket;
use crate::mail::notices::{Digest, DigestEntry, DigestEvent, Happening, Notice, Period};
use crate::store::mails::{self, Mail};
use crate::store::{self, DbError, Tx};

/// What such a mail's row calls its occasion.
pub(super) const NAME: &str = "digest";
/// How many tickets one tells of, and how much is looked at for it.
const TICKETS: usize = 20;
const LOOKED_AT: i64 = 500;
/// How much of what was said is shown, in characters.
const EXCERPT: usize = 160;

#[derive(Deserialize)]
struct Gathering {
    pace: String,
}

pub(super) fn details(pace: Pace) -> String {
    json!({"pace": pace.as_str()}).to_string()
}

/// Everything that is still wanted of what was gathered, ticket by ticket.
pub(super) async fn content(
    post: &Post,
    tx: &mut Tx,
    (mail, to): (&Mail, &Addressee),
) -> Result<Result<Content, &'static str>, DbError> {
    let bad = |_| DbError::BadRow("mails", "details".to_owned());
    let gathering: Gathering = serde_json::from_str(&mail.details).map_err(bad)?;
    let period = if Pace::parse(&gathering.pace) == Some(Pace::Hourly) { Period::Hour } else { Period::Day };
    let mut names = Names::default();
    let mut found: Vec<(Ticket, Vec<DigestEvent>)> = Vec::new();
    for part in mails::gathered(tx, &mail.id, LOOKED_AT).await? {
        let Some(occasion) = Occasion::parse(&part.occasion) else { continue };
        let Ok(ticket) = seen(tx, (&part, to), occasion).await? else { continue };
        let events = events(tx, &mut names, (&part, to), (occasion, &ticket)).await?;
        match found.iter_mut().find(|(known, _)| known.id == ticket.id) {
            Some((_, known)) => known.extend(events),
            None => found.push((ticket, events)),
        }
    }
    found.retain(|(_, events)| !events.is_empty());
    if found.is_empty() {
        return Ok(Err("nothing of it is news any more"));
    }
    let more = u32::try_from(found.len().saturating_sub(TICKETS)).unwrap_or(u32::MAX);
    let mut entries = Vec::new();
    for (ticket, mut events) in found.into_iter().take(TICKETS) {
        events.sort_by_key(|event| event.at);
        let ticket = ticket_facts(post, tx, &mut names, (&ticket, &to.reader)).await?;
        entries.push(DigestEntry { ticket, events });
    }
    let link = post.desk().page_of_tickets(to.reader.role);
    let notice = Notice::Digest(Digest { period, entries, more, link });
    Ok(Ok(Content { notice, files: Vec::new(), details: None }))
}

/// What a gathered mail tells of: nothing, when it is no news any more.
async fn events(
    tx: &mut Tx,
    names: &mut Names,
    (part, to): (&Mail, &Addressee),
    (occasion, ticket): (Occasion, &Ticket),
) -> Result<Vec<DigestEvent>, DbError> {
    let details = Details::read(part)?;
    let what = match occasion {
        Occasion::NewTicket | Occasion::TicketReceived => Happening::Opened,
        Occasion::TicketAssigned => match (&ticket.assigned_to, &ticket.team_name) {
            (Some(has), _) if *has == to.reader.id => Happening::AssignedToYou,
            (None, Some(team)) => Happening::AssignedToTeam { team: team.clone() },
            _ => return Ok(Vec::new()),
        },
        Occasion::TicketStatusChanged if details.closes_in.is_some() => {
            if !is_closing(ticket) {
                return Ok(Vec::new());
            }
            Happening::ClosesSoon
        }
        Occasion::TicketStatusChanged => {
            let to = Details::status(details.to.as_deref()).unwrap_or(ticket.status);
            Happening::StatusChanged { to }
        }
        Occasion::TicketResolved if !ticket.status.is_done() => return Ok(Vec::new()),
        Occasion::TicketResolved => Happening::Resolved,
        Occasion::NewMessage => {
            let new = unread(tx, (ticket, &to.reader), &details).await?;
            return said(tx, names, &new).await;
        }
        Occasion::Mention => {
            let Some(excerpt) = mentioned(tx, &details).await? else { return Ok(Vec::new()) };
            Happening::Mentioned { excerpt }
        }
    };
    let by = names.name(tx, details.by.as_ref()).await?;
    Ok(vec![DigestEvent { at: part.created_at, by, what }])
}

/// What was said, by one person in a row.
async fn said(tx: &mut Tx, names: &mut Names, new: &[Message]) -> Result<Vec<DigestEvent>, DbError> {
    let mut events = Vec::new();
    for row in new.chunk_by(|one, next| one.sender == next.sender) {
        let Some(last) = row.last() else { continue };
        let (count, excerpt) = (u32::try_from(row.len()).unwrap_or(u32::MAX), excerpt(&last.body));
        let by = names.name(tx, Some(&last.sender)).await?;
        events.push(DigestEvent { at: last.created_at, by, what: Happening::Said { count, excerpt } });
    }
    Ok(events)
}

async fn mentioned(tx: &mut Tx, details: &Details) -> Result<Option<String>, DbError> {
    if let Some(id) = &details.note {
        let note = store::notes::by_id(tx, id).await?.filter(|note| note.deleted.is_none());
        return Ok(note.map(|note| excerpt(&note.body)));
    }
    let Some(id) = &details.message else { return Ok(None) };
    let message = store::messages::by_id(tx, id).await?.filter(|message| message.deleted.is_none());
    Ok(message.map(|message| excerpt(&message.body)))
}

fn excerpt(text: &str) -> String {
    crate::domain::text::shortened(text.trim(), EXCERPT)
}

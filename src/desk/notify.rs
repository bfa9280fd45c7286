//! Who is told by mail of what happens: a row per person, in the transaction of its cause. Whether they still want it, and
//! may see it, is asked again when it leaves.
use serde_json::{Value, json};

use super::Desk;
use crate::domain::ids::{MailId, PersonId};
use crate::domain::mails::{LONGEST_BURST, Occasion, due};
use crate::domain::messages::{Kind, Message};
use crate::domain::notes::Note;
use crate::domain::people::Person;
use crate::domain::status::Status;
use crate::domain::tickets::Ticket;
use crate::domain::zones::Zone;
use crate::store::mail_choices::{self, Reader};
use crate::store::mails::{self, NewMail};
use crate::store::{DbError, Tx};

/// Something that happened to a ticket.
struct News<'a> {
    occasion: Occasion,
    ticket: &'a Ticket,
    /// Who did it, and is not told; none for the desk itself.
    by: Option<&'a Person>,
    details: Value,
}

fn who(by: Option<&Person>) -> Value {
    by.map_or(Value::Null, |by| json!(by.id))
}

impl Desk {
    /// Tells admins and the routed team of a new ticket, and its student that it has come in.
    pub(super) async fn notify_new_ticket(&self, tx: &mut Tx, ticket: &Ticket, by: &Person) -> Result<(), DbError> {
        if !self.sends_mails() {
            return Ok(());
        }
        let details = json!({"by": by.id});
        let staff = mail_choices::for_new_ticket(tx, ticket.team.as_ref()).await?;
        let news = News { occasion: Occasion::NewTicket, ticket, by: Some(by), details: details.clone() };
        self.tell(tx, &news, &staff).await?;
        // The confirmation is for whoever opened it as well: it is theirs.
        let news = News { occasion: Occasion::TicketReceived, ticket, by: None, details };
        self.tell(tx, &news, std::slice::from_ref(&ticket.created_by)).await
    }

    /// Tells whoever has the ticket from now on; its team, when it has gone to that alone.
    pub(super) async fn notify_ticket_assigned(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        by: Option<&Person>,
    ) -> Result<(), DbError> {
        if !self.sends_mails() {
            return Ok(());
        }
        let to = match (&ticket.assigned_to, &ticket.team) {
            (Some(person), _) => vec![person.clone()],
            (None, Some(team)) => mail_choices::of_team(tx, team).await?,
            (None, None) => return Ok(()),
        };
        let details = json!({"by": who(by), "to": ticket.assigned_to, "team": ticket.team});
        self.tell(tx, &News { occasion: Occasion::TicketAssigned, ticket, by, details }, &to).await
    }

    /// Tells who takes part that a ticket stands elsewhere; that it is done, in a mail of its own.
    pub(super) async fn notify_ticket_status_change(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        (by, from): (Option<&Person>, Status),
    ) -> Result<(), DbError> {
        if !self.sends_mails() || ticket.status == from {
            return Ok(());
        }
        if ticket.status.is_done() && !from.is_done() {
            return self.notify_ticket_resolved(tx, ticket, by).await;
        }
        let to = mail_choices::of_ticket(tx, &ticket.id).await?;
        let details = json!({"by": who(by), "from": from.as_str(), "to": ticket.status.as_str()});
        self.tell(tx, &News { occasion: Occasion::TicketStatusChanged, ticket, by, details }, &to).await
    }

    /// Tells who takes part that a ticket is closed in so many days, unless somebody writes.
    pub(super) async fn notify_closing(&self, tx: &mut Tx, ticket: &Ticket, days: i64) -> Result<(), DbError> {
        if !self.sends_mails() {
            return Ok(());
        }
        let to = mail_choices::of_ticket(tx, &ticket.id).await?;
        let status = ticket.status.as_str();
        let details = json!({"from": status, "to": status, "closes_in": days});
        self.tell(tx, &News { occasion: Occasion::TicketStatusChanged, ticket, by: None, details }, &to).await
    }

    /// Tells who takes part that a ticket is done, and what came of it.
    pub(super) async fn notify_ticket_resolved(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        by: Option<&Person>,
    ) -> Result<(), DbError> {
        if !self.sends_mails() {
            return Ok(());
        }
        let to = mail_choices::of_ticket(tx, &ticket.id).await?;
        let details = json!({"by": who(by)});
        self.tell(tx, &News { occasion: Occasion::TicketResolved, ticket, by, details }, &to).await
    }

    /// Tells who takes part of a message, if they have not read it in a while; whoever was called upon besides.
    pub(super) async fn notify_new_message(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        (by, message): (&Person, &Message),
    ) -> Result<(), DbError> {
        // What bots say by themselves is nothing to be called for.
        if !self.sends_mails() || matches!(message.kind, Kind::Notice | Kind::System) {
            return Ok(());
        }
        let to = mail_choices::of_ticket(tx, &ticket.id).await?;
        let details = json!({"after": message.seq - 1});
        let news = News { occasion: Occasion::NewMessage, ticket, by: Some(by), details };
        self.tell(tx, &news, &to).await?;
        let called: Vec<PersonId> = message.mentions.iter().filter(|person| !to.contains(person)).cloned().collect();
        let details = json!({"by": by.id, "message": message.id});
        self.tell(tx, &News { occasion: Occasion::Mention, ticket, by: Some(by), details }, &called).await
    }

    /// Tells staff that a note calls upon them.
    pub(super) async fn notify_mention_in_note(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        (by, note): (&Person, &Note),
    ) -> Result<(), DbError> {
        let details = json!({"by": by.id, "note": note.id});
        self.tell(tx, &News { occasion: Occasion::Mention, ticket, by: Some(by), details }, &note.mentions).await
    }

    fn sends_mails(&self) -> bool {
        self.settings().mail.is_some()
    }

    /// Writes a mail down for each of these people who wants one.
    async fn tell(&self, tx: &mut Tx, news: &News<'_>, to: &[PersonId]) -> Result<(), DbError> {
        let Some(rules) = self.settings().mail else { return Ok(()) };
        let (now, details) = (self.clock().now(), news.details.to_string());
        for reader in mail_choices::readers(tx, to).await? {
            if !is_told(&reader, news) {
                continue;
            }
            let pace = reader.pace(news.occasion);
            let zone = reader.zone.unwrap_or(Zone::Fixed(self.settings().zone));
            let when = due((news.occasion, rules.wait), pace, (now, zone, reader.quiet));
            let Some(due) = when else { continue };
            let mail = NewMail {
                id: MailId::fresh(self.clock()),
                person: &reader.id,
                occasion: news.occasion.as_str(),
                ticket: Some(&news.ticket.id),
                details: &details,
                pace,
                due,
                created_at: now,
            };
            if !mails::insert(tx, &mail).await? {
                let longest = (rules.wait * LONGEST_BURST).num_milliseconds();
                mails::join_burst(tx, (&reader.id, &news.ticket.id), due, longest).await?;
            }
        }
        Ok(())
    }
}

fn is_told(reader: &Reader, news: &News<'_>) -> bool {
    let did_it = news.by.is_some_and(|by| by.id == reader.id);
    !did_it && reader.can_be_reached() && news.occasion.is_for(reader.role)
}

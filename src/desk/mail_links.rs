//! What links in mails do for whoever has them, without signing in: switching mails off and on again, and having a file.
use url::Url;

use super::mail_preferences::reader;
use super::{Desk, permitted_ticket};
use crate::domain::Refusal;
use crate::domain::files::File;
use crate::domain::ids::PersonId;
use crate::domain::mails::{Occasion, Pace, Switch};
use crate::domain::permissions::Action;
use crate::mail::links::Unsubscribing;
use crate::store::mail_choices::Reader;
use crate::store::{self, Tx, mail_choices, mail_switches};

const NO_FILE: Refusal = Refusal::NotFound("file");

/// A file to which a link leads.
#[derive(Clone, Debug)]
pub struct Linked {
    pub file: File,
    /// That of its ticket, for whoever got the mail.
    pub page: Url,
    /// Whether the link's time is over: the file is not to be had by it.
    pub is_over: bool,
}

/// What a link to switch mails off is for, and how things stand.
#[derive(Clone, Debug)]
pub struct Switching {
    pub reader: Reader,
    pub what: Switch,
}

impl Switching {
    /// Whether nothing is left to switch off.
    pub fn is_off(&self) -> bool {
        self.still_on().is_empty()
    }

    fn still_on(&self) -> Vec<(Occasion, Pace)> {
        let told = |occasion| (occasion, self.reader.pace(occasion));
        let is_on = |(occasion, pace): &(Occasion, Pace)| self.what.is_about(*occasion, *pace) && *pace != Pace::Off;
        let is_for = |occasion: &Occasion| occasion.is_for(self.reader.role);
        Occasion::ALL.into_iter().filter(is_for).map(told).filter(is_on).collect()
    }
}

fn not_ours() -> Refusal {
    let why = "is not that of one of our mails: open the link in the mail once more, whole, or sign in and choose your \
               mails on your profile";
    Refusal::field("token", why)
}

/// Whose mails a link is about.
async fn whose(tx: &mut Tx, person: &PersonId) -> Result<Reader, Refusal> {
    match reader(tx, person).await {
        Err(Refusal::NotFound(_)) => Err(not_ours()),
        found => found,
    }
}

impl Desk {
    /// What a link to switch mails off is for.
    pub async fn unsubscribing(&self, token: &str) -> Result<Switching, Refusal> {
        let said = self.read_unsubscribing(token)?;
        let reader = whose(&mut self.db().read().await?, &said.person).await?;
        Ok(Switching { reader, what: said.what })
    }

    /// Switches off what the link is for. What is off stays as it is, however often it is asked.
    pub async fn unsubscribe(&self, token: &str) -> Result<Switching, Refusal> {
        let Unsubscribing { person, what } = self.read_unsubscribing(token)?;
        let mut tx = self.db().write().await?;
        mail_switches::lock(&mut tx, &person).await?;
        let before = Switching { reader: whose(&mut tx, &person).await?, what };
        for told in before.still_on() {
            mail_switches::switch_off(&mut tx, &person, told).await?;
        }
        let reader = whose(&mut tx, &person).await?;
        tx.commit().await?;
        Ok(Switching { reader, what })
    }

    /// Brings back what the link has switched off, as it was.
    pub async fn undo_unsubscribing(&self, token: &str) -> Result<Switching, Refusal> {
        let Unsubscribing { person, what } = self.read_unsubscribing(token)?;
        let mut tx = self.db().write().await?;
        mail_switches::lock(&mut tx, &person).await?;
        let known = whose(&mut tx, &person).await?;
        let mut back = mail_switches::switched_off(&mut tx, &person).await?;
        back.retain(|(occasion, was)| what.is_about(*occasion, *was));
        // Switched off elsewhere: whoever presses "undo" wants to be told all the same.
        if let (Switch::Occasion(occasion), true) = (what, back.is_empty())
            && known.pace(occasion) == Pace::Off
        {
            let usual = occasion.usual(known.role);
            back.push((occasion, if usual == Pace::Off { Pace::Now } else { usual }));
        }
        for (occasion, was) in back {
            mail_choices::choose(&mut tx, &person, occasion, was).await?;
        }
        let reader = whose(&mut tx, &person).await?;
        tx.commit().await?;
        Ok(Switching { reader, what })
    }

    fn read_unsubscribing(&self, token: &str) -> Result<Unsubscribing, Refusal> {
        self.links().read_unsubscribing(token).ok_or_else(not_ours)
    }

    /// The file of a conversation to which a link leads, while its person may see the ticket.
    pub async fn linked_file(&self, token: &str) -> Result<Linked, Refusal> {
        let grant = self.links().read_file(token).ok_or(NO_FILE)?;
        let mut tx = self.db().read().await?;
        let person = store::people::by_id(&mut tx, &grant.person).await?.filter(|person| !person.is_disabled());
        let person = person.ok_or(NO_FILE)?;
        // Files of notes stand elsewhere: they never leave with a mail.
        let file = store::files::by_id(&mut tx, &grant.file).await?.ok_or(NO_FILE)?;
        match permitted_ticket(&mut tx, &person, file.ticket.as_str(), Action::See).await {
            Err(Refusal::NotFound(_)) => Err(NO_FILE),
            Err(refusal) => Err(refusal),
            Ok(ticket) => {
                let page = self.page_of(&ticket, person.role);
                Ok(Linked { file, page, is_over: grant.until <= self.clock().now() })
            }
        }
    }
}

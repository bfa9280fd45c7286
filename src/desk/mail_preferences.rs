//! Which mails somebody wants, and how.
use std::collections::HashSet;

use super::Desk;
use crate::domain::Refusal;
use crate::domain::ids::PersonId;
use crate::domain::languages::Language;
use crate::domain::mails::{Occasion, Pace, Quiet};
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::domain::zones::Zone;
use crate::store::mail_choices::{self, Manner, Reader};
use crate::store::{Tx, mail_switches};

/// What is to be different; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct MailChange {
    /// How soon they want to be told of what; none is as usual.
    pub paces: Vec<(Occasion, Option<Pace>)>,
    /// None within is the desk's own.
    pub zone: Option<Option<Zone>>,
    pub language: Option<Option<Language>>,
    pub quiet: Option<Option<Quiet>>,
}

impl MailChange {
    /// Refuses what the role is never told of, and what is said twice.
    fn check(&self, by: &Person) -> Result<(), Refusal> {
        let mut seen = HashSet::new();
        let wrong = |(index, (occasion, _)): (usize, &(Occasion, Option<Pace>))| {
            let why = match () {
                () if !occasion.is_for(by.role) => "is nothing that you are told of",
                () if !seen.insert(*occasion) => "is given more than once",
                () => return None,
            };
            Some(FieldError { pointer: format!("/occasions/{index}/occasion"), detail: why.to_owned() })
        };
        let errors: Vec<FieldError> = self.paces.iter().enumerate().filter_map(wrong).collect();
        if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
    }
}

impl Desk {
    /// How somebody wants mails.
    pub async fn mail_preferences(&self, by: &Person) -> Result<Reader, Refusal> {
        reader(&mut self.db().read().await?, &by.id).await
    }

    /// Changes how somebody wants mails, those that wait included where they are switched off.
    pub async fn change_mail_preferences(&self, by: &Person, change: &MailChange) -> Result<Reader, Refusal> {
        change.check(by)?;
        let mut tx = self.db().write().await?;
        mail_switches::lock(&mut tx, &by.id).await?;
        for (occasion, pace) in &change.paces {
            match pace {
                Some(pace) => mail_choices::choose(&mut tx, &by.id, *occasion, *pace).await?,
                None => mail_switches::forget(&mut tx, &by.id, *occasion).await?,
            }
        }
        let known = reader(&mut tx, &by.id).await?;
        let manner = Manner {
            zone: change.zone.unwrap_or(known.zone),
            language: change.language.unwrap_or(known.language),
            quiet: change.quiet.unwrap_or(known.quiet),
        };
        mail_choices::set_manner(&mut tx, &by.id, &manner).await?;
        let changed = reader(&mut tx, &by.id).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Sends to somebody's address again that a server had refused for good.
    pub async fn resume_mails(&self, by: &Person) -> Result<Reader, Refusal> {
        let mut tx = self.db().write().await?;
        mail_choices::resume(&mut tx, &by.id).await?;
        let resumed = reader(&mut tx, &by.id).await?;
        tx.commit().await?;
        Ok(resumed)
    }
}

/// Somebody as a reader of mails.
pub(super) async fn reader(tx: &mut Tx, person: &PersonId) -> Result<Reader, Refusal> {
    let found = mail_choices::readers(tx, std::slice::from_ref(person)).await?.pop();
    found.ok_or(Refusal::NotFound("person"))
}

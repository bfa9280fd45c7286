//! How somebody wants mails, and what a link in one switches off.
use serde::Serialize;
use utoipa::ToSchema;

use super::schemas::{TimeOfDay, ZoneName};
use super::{Moment, time};
use crate::desk::mail_links::Switching;
use crate::domain::languages::Language;
use crate::domain::mails::{Occasion, Pace, Quiet, Switch, clock_of};
use crate::domain::zones::Zone;
use crate::store::mail_choices::Reader;

/// How somebody wants mails.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailPreferences {
    /// Whether this desk sends mails at all.
    pub is_sending: bool,
    /// Everything that somebody of their role is told of.
    pub occasions: Vec<MailChoice>,
    /// The zone whose clock counts for them; `null` for the desk's own.
    #[schema(value_type = Option<ZoneName>)]
    pub time_zone: Option<String>,
    #[schema(value_type = ZoneName)]
    pub desk_time_zone: String,
    /// The language of their mails; `null` for the desk's own.
    #[schema(value_type = Option<Language>)]
    pub language: Option<&'static str>,
    /// Hours in which they get no mail; what happens then comes at their end.
    pub quiet_hours: Option<QuietHours>,
    /// Whether their address gets no mail, because a server said that there is no such mailbox.
    pub paused: Option<MailPause>,
}

/// How soon somebody is told of something.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailChoice {
    #[schema(value_type = Occasion)]
    pub occasion: &'static str,
    #[schema(value_type = Pace)]
    pub pace: &'static str,
    /// That of those who have not chosen.
    #[schema(value_type = Pace)]
    pub usual_pace: &'static str,
}

/// Over midnight, when they end before they begin.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuietHours {
    #[schema(value_type = TimeOfDay)]
    pub from: String,
    #[schema(value_type = TimeOfDay)]
    pub until: String,
}

impl From<Quiet> for QuietHours {
    fn from(quiet: Quiet) -> Self {
        Self { from: clock_of(quiet.from), until: clock_of(quiet.until) }
    }
}

/// That an address gets no mail.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailPause {
    pub since: Moment,
    /// In the server's own words.
    pub why: String,
}

impl MailPreferences {
    pub fn new(reader: Reader, is_sending: bool, desk: Zone) -> Self {
        let choice = |occasion: Occasion| MailChoice {
            occasion: occasion.as_str(),
            pace: reader.pace(occasion).as_str(),
            usual_pace: occasion.usual(reader.role).as_str(),
        };
        let is_for = |occasion: &Occasion| occasion.is_for(reader.role);
        Self {
            is_sending,
            occasions: Occasion::ALL.into_iter().filter(is_for).map(choice).collect(),
            time_zone: reader.zone.map(|zone| zone.to_string()),
            desk_time_zone: desk.to_string(),
            language: reader.language.map(Language::as_str),
            quiet_hours: reader.quiet.map(QuietHours::from),
            paused: reader.paused.map(|(since, why)| MailPause { since: time(since), why }),
        }
    }
}

/// What a link to switch mails off is for, and how things stand.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unsubscribing {
    /// Whose mails they are.
    pub display_name: String,
    /// Which ones: those of an occasion, or those in which a day or an hour comes together.
    #[schema(value_type = Switch)]
    pub what: &'static str,
    /// Whether none of them is sent any more.
    pub is_off: bool,
}

impl From<Switching> for Unsubscribing {
    fn from(switching: Switching) -> Self {
        let is_off = switching.is_off();
        Self { what: switching.what.as_str(), is_off, display_name: switching.reader.display_name }
    }
}

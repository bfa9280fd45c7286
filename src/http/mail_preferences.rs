//! Which mails the signed-in person wants, and how.
use axum::Json as Answer;
use axum::extract::State;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::SignedIn;
use super::json::{self, Json};
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::mail_preferences::MailChange;
use crate::domain::Refusal;
use crate::domain::languages::Language;
use crate::domain::mails::{Occasion, Pace, Quiet, minutes_of};
use crate::domain::refusal::FieldError;
use crate::domain::zones::Zone;
use crate::store::mail_choices::Reader;
use crate::view::mails::MailPreferences;
use crate::view::schemas::{TimeOfDay, ZoneName};

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(shown, change)).routes(routes!(resume))
}

fn view(desk: &Desk, reader: Reader) -> Answer<MailPreferences> {
    let settings = desk.settings();
    Answer(MailPreferences::new(reader, settings.mail.is_some(), Zone::Fixed(settings.zone)))
}

/// Returns which mails the signed-in person wants, and how.
#[utoipa::path(
    get, path = "/api/auth/me/mail-preferences", operation_id = "getMailPreferences", tag = "Me",
    responses((status = 200, description = "What they chose, and what is usual.", body = MailPreferences)),
)]
async fn shown(State(desk): State<Desk>, SignedIn(person): SignedIn) -> Result<Answer<MailPreferences>, Problem> {
    Ok(view(&desk, desk.mail_preferences(&person).await?))
}

/// What is to be different; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = MailPreferenceChanges)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Changes {
    /// Those of which they want to be told otherwise, each once.
    #[schema(max_items = 7)]
    occasions: Option<Vec<Choice>>,
    /// `null` for the desk's own.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<ZoneName>)]
    time_zone: Option<Option<String>>,
    /// `null` for the desk's own.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Language>)]
    language: Option<Option<String>>,
    /// `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Hours>)]
    quiet_hours: Option<Option<Hours>>,
}

/// How soon they want to be told of something.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewMailChoice)]
#[serde(deny_unknown_fields)]
struct Choice {
    #[schema(value_type = Occasion)]
    occasion: Option<String>,
    /// `null` for what is usual.
    #[schema(value_type = Option<Pace>)]
    pace: Option<String>,
}

/// Hours in which they want no mail.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewQuietHours)]
#[serde(deny_unknown_fields)]
struct Hours {
    #[schema(value_type = TimeOfDay)]
    from: Option<String>,
    #[schema(value_type = TimeOfDay)]
    until: Option<String>,
}

fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}

impl Changes {
    /// What they come to, or everything that is wrong with them.
    fn read(self) -> Result<MailChange, Refusal> {
        let mut errors = Vec::new();
        let mut refused = |pointer: String, detail: String| errors.push(FieldError { pointer, detail });
        let mut change = MailChange::default();
        for (index, choice) in self.occasions.unwrap_or_default().into_iter().enumerate() {
            let occasion = choice.occasion.as_deref().and_then(Occasion::parse);
            let pace = choice.pace.as_deref().map(Pace::parse);
            if occasion.is_none() {
                let known = Occasion::ALL.map(Occasion::as_str).join(", ");
                refused(format!("/occasions/{index}/occasion"), format!("must be one of: {known}"));
            }
            if pace == Some(None) {
                let known = Pace::ALL.map(Pace::as_str).join(", ");
                refused(
                    format!("/occasions/{index}/pace"),
                    format!("must be one of: {known}; or null for what is usual"),
                );
            }
            change.paces.extend(occasion.map(|occasion| (occasion, pace.flatten())));
        }
        change.zone = self.time_zone.map(|zone| {
            let read = zone.as_deref().map(Zone::parse);
            if read == Some(None) {
                refused("/timeZone".to_owned(), "is not a time zone such as Europe/Berlin or +05:30".to_owned());
            }
            read.flatten()
        });
        change.language = self.language.map(|language| {
            let read = language.as_deref().map(Language::parse);
            if read == Some(None) {
                let known = Language::ALL.map(Language::as_str).join(", ");
                refused("/language".to_owned(), format!("must be one of: {known}"));
            }
            read.flatten()
        });
        change.quiet = self.quiet_hours.map(|hours| hours.and_then(|hours| hours.read(&mut refused)));
        if errors.is_empty() { Ok(change) } else { Err(Refusal::Invalid(errors)) }
    }
}

impl Hours {
    fn read(self, refused: &mut impl FnMut(String, String)) -> Option<Quiet> {
        let mut minutes = |name: &str, text: Option<String>| {
            let read = text.as_deref().and_then(minutes_of);
            if read.is_none() {
                refused(format!("/quietHours/{name}"), "must be a time of day such as 22:00".to_owned());
            }
            read
        };
        let (from, until) = (minutes("from", self.from), minutes("until", self.until));
        let (from, until) = from.zip(until)?;
        let quiet = Quiet::new(from, until);
        if quiet.is_none() {
            let why = "must be another time than `from`; to get no mails at all, switch them off";
            refused("/quietHours/until".to_owned(), why.to_owned());
        }
        quiet
    }
}

/// Changes what is given of how the signed-in person wants mails.
///
/// What is switched off is not sent, though it may have waited already; everything else is for what happens from then on.
#[utoipa::path(
    put, path = "/api/auth/me/mail-preferences", operation_id = "changeMailPreferences", tag = "Me",
    request_body = Changes,
    responses((status = 200, description = "How they want mails now.", body = MailPreferences)),
)]
async fn change(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    Json(changes): Json<Changes, { json::SMALL }>,
) -> Result<Answer<MailPreferences>, Problem> {
    Ok(view(&desk, desk.change_mail_preferences(&person, &changes.read()?).await?))
}

/// Sends to the signed-in person's address again, after a server said that there is no such mailbox.
#[utoipa::path(
    post, path = "/api/auth/me/mail-preferences/resume", operation_id = "resumeMails", tag = "Me",
    responses((status = 200, description = "How they want mails; nothing is paused.", body = MailPreferences)),
)]
async fn resume(State(desk): State<Desk>, SignedIn(person): SignedIn) -> Result<Answer<MailPreferences>, Problem> {
    Ok(view(&desk, desk.resume_mails(&person).await?))
}

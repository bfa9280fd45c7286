//! From a notice to the bytes of a mail.
use std::time::SystemTime;

use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{self, Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::{Address, Message};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;
use sha2::{Digest, Sha256};
use url::Host;

use super::cover::{Attachment, Cover, Side};
use super::dkim::Signer;
use super::headers::{self, cleaned};
use super::notices::Notice;
use super::reply::ReplyKey;
use super::settings::{ComposerSettings, Sender};
use super::style;
use super::templates::{TemplateFault, Templates};
use crate::domain::languages::Language;

/// Longest subject, in characters: mail programs show some seventy of them.
const SUBJECT_LIMIT: usize = 250;
/// Longest name of a person or a file in a header, in characters.
const NAME_LIMIT: usize = 120;
const LOGO: &str = "logo@roomdesk";

/// Makes mails; it has read everything it needs.
pub struct Composer {
    settings: ComposerSettings,
    templates: Templates,
    styles: Value,
    reply_key: ReplyKey,
    signer: Option<Signer>,
}

/// Why there is no such composer.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Templates(Vec<TemplateFault>),
    #[error("the key for signing {0}")]
    Dkim(&'static str),
}

/// Why a notice does not become a mail. Trying again does not help.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// It is no address, or one that not every server takes (RFC 6531).
    #[error("the recipient's address cannot be written to")]
    Address,
    #[error("the mail's id does not fit into a Message-ID")]
    Id,
    #[error("the files have {0} bytes together, which is more than may go with a mail")]
    TooLarge(u64),
    #[error("a template fails: {0}")]
    Template(#[from] TemplateFault),
    #[error("the mail cannot be put together")]
    Parts(#[from] lettre::error::Error),
    #[error("the mail cannot be signed")]
    Dkim,
}

/// A mail, ready to be sent.
#[derive(Clone, Debug)]
pub struct Composed {
    /// With its angle brackets.
    pub message_id: String,
    /// Whom the server is told that it is from and to.
    pub envelope: Envelope,
    pub subject: String,
    /// With lines that end as SMTP wants them.
    pub bytes: Vec<u8>,
}

/// What its reader will see.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub subject: String,
    pub text: String,
    pub html: String,
}

#[derive(Serialize)]
struct Desk<'a> {
    name: &'a str,
    colour: String,
    logo: Option<LogoFacts>,
}

#[derive(Serialize)]
struct LogoFacts {
    cid: &'static str,
    width: u32,
    height: u32,
}

impl Composer {
    /// Reads templates and keys. Templates of an operator are tried out with every sample in every language, so that none
    /// fails for the first time when there is something to say.
    pub fn new(settings: ComposerSettings, reply_key: ReplyKey) -> Result<Self, SetupError> {
        let templates = Templates::load(settings.templates.as_deref()).map_err(SetupError::Templates)?;
        let signer = settings.dkim.as_ref().map(Signer::new).transpose().map_err(SetupError::Dkim)?;
        let styles = style::styles(settings.colour);
        let composer = Self { settings, templates, styles, reply_key, signer };
        if composer.settings.templates.is_some() {
            let faults = composer.tried_out();
            if !faults.is_empty() {
                return Err(SetupError::Templates(faults));
            }
        }
        Ok(composer)
    }

    /// The language of people who chose none.
    pub fn language(&self) -> Language {
        self.settings.language
    }

    /// How many of files with these sizes, from the first on, may go with a mail.
    pub fn fitting(&self, sizes: &[u64]) -> usize {
        let sums = sizes.iter().scan(0_u64, |sum, size| {
            *sum = sum.saturating_add(*size);
            Some(*sum)
        });
        sums.take_while(|sum| *sum <= self.settings.attachment_limit).count()
    }

    /// The mail that tells of a notice. The same input makes the same bytes.
    pub fn compose(&self, notice: &Notice, language: Language, cover: &Cover) -> Result<Composed, ComposeError> {
        let Drawn { subject, text, html } = self.draw(notice, language, cover)?;
        let (from, to) = (self.sender()?, recipient(cover)?);
        let envelope = Envelope::new(Some(from.email.clone()), vec![to.email.clone()])?;
        let message_id = headers::message_id(&cover.id, &self.domain()).ok_or(ComposeError::Id)?;
        let date = SystemTime::from(cover.date);
        let builder = Message::builder().envelope(envelope.clone());
        let builder =
            builder.raw_header(headers::correspondent("From", &from)).raw_header(headers::correspondent("To", &to));
        let builder = builder.subject(subject.as_str()).date(date).message_id(Some(message_id.clone()));
        let builder = headers::of(notice, cover, &self.domain(), &self.settings.desk_name)
            .into_iter()
            .fold(self.answering(builder, cover)?, MessageBuilder::raw_header);
        let body = self.body(text, html, &cover.attachments, &boundary(&message_id))?;
        let mut bytes = builder.multipart(body)?.formatted();
        if let Some(signer) = &self.signer {
            let mut whole = signer.header(&bytes, cover.date).ok_or(ComposeError::Dkim)?;
            whole.append(&mut bytes);
            bytes = whole;
        }
        Ok(Composed { message_id, envelope, subject, bytes })
    }

    /// What a mail says, without what surrounds it.
    pub fn draw(&self, notice: &Notice, language: Language, cover: &Cover) -> Result<Drawn, TemplateFault> {
        let context = self.context(notice, language, cover);
        let name = notice.name();
        let render =
            |ending: &str, context: &Value| self.templates.render(language, &format!("{name}.{ending}"), context);
        let subject = cleaned(&render("subject.txt", &context)?, SUBJECT_LIMIT);
        let context = context! { subject => subject.as_str(), ..context };
        Ok(Drawn { text: tidied(&render("txt", &context)?), html: render("html", &context)?, subject })
    }

    fn context(&self, notice: &Notice, language: Language, cover: &Cover) -> Value {
        let logo = self.settings.logo.as_ref();
        let logo = logo.map(|logo| LogoFacts { cid: LOGO, width: logo.width, height: logo.height });
        let desk = Desk { name: &self.settings.desk_name, colour: self.settings.colour.to_string(), logo };
        let side = if cover.to.side == Side::Student { "student" } else { "staff" };
        let unsubscribe = cover.unsubscribe.as_ref().map(|unsubscribe| unsubscribe.page.as_str());
        context! {
            desk => Value::from(Serde(desk)),
            reader => context! { name => cleaned(&cover.to.name, NAME_LIMIT), side },
            language => language.as_str(),
            zone => cover.to.zone.to_string(),
            date => cover.date.timestamp_millis(),
            links => context! { preferences => cover.preferences.as_ref().map(url::Url::as_str), unsubscribe },
            takes_answers => self.settings.reply_to.is_some() || self.signed_address(cover).is_some(),
            is_about_ticket => cover.thread.is_some(),
            style => self.styles.clone(),
            ..Value::from(Serde(notice))
        }
    }

    /// Every sample in every language, for both sides, with everything and with little; what fails.
    fn tried_out(&self) -> Vec<TemplateFault> {
        let mut faults = Vec::new();
        for notice in Notice::samples().iter().chain(&Notice::bare_samples()) {
            for language in Language::ALL {
                for side in [Side::Student, Side::Staff] {
                    for cover in [Cover::sample(side), Cover::bare_sample(side)] {
                        faults.extend(self.draw(notice, language, &cover).err());
                    }
                }
            }
        }
        faults.sort_by(|one, two| (&one.file, one.line, &one.wrong).cmp(&(&two.file, two.line, &two.wrong)));
        faults.dedup();
        faults
    }

    fn sender(&self) -> Result<Mailbox, ComposeError> {
        mailbox(self.settings.from.name.as_deref().unwrap_or(&self.settings.desk_name), &self.settings.from.address)
    }

    /// In ASCII: a sender was checked when it was read.
    fn domain(&self) -> String {
        self.settings.from.domain().to_lowercase()
    }

    /// Says where answers go, unless to whom it is from.
    fn answering(&self, builder: MessageBuilder, cover: &Cover) -> Result<MessageBuilder, ComposeError> {
        let given = self.settings.reply_to.as_ref();
        let name = given.and_then(|given| given.name.as_deref()).unwrap_or(&self.settings.desk_name);
        let address = self.signed_address(cover).or_else(|| given.map(|given| given.address.clone()));
        Ok(match address {
            Some(address) => builder.raw_header(headers::correspondent("Reply-To", &mailbox(name, &address)?)),
            None => builder,
        })
    }

    fn signed_address(&self, cover: &Cover) -> Option<String> {
        let reply = cover.reply.as_ref().filter(|_| self.settings.plus_addresses)?;
        let Sender { address, .. } = self.settings.reply_to.as_ref().unwrap_or(&self.settings.from);
        self.reply_key.address(address, reply)
    }

    fn body(
        &self,
        text: String,
        html: String,
        files: &[Attachment],
        boundary: &str,
    ) -> Result<MultiPart, ComposeError> {
        let alternatives = MultiPart::alternative().boundary(format!("{boundary}_a"));
        let html = part(ContentType::TEXT_HTML, html);
        let alternatives = alternatives.singlepart(part(ContentType::TEXT_PLAIN, text));
        let alternatives = match &self.settings.logo {
            Some(logo) => {
                let kind = ContentType::parse(logo.mime_type).unwrap_or(octets());
                let picture = message::Attachment::new_inline(LOGO.to_owned()).body(logo.bytes.clone(), kind);
                let related = MultiPart::related().boundary(format!("{boundary}_r"));
                alternatives.multipart(related.singlepart(html).singlepart(picture))
            }
            None => alternatives.singlepart(html),
        };
        if files.is_empty() {
            return Ok(alternatives);
        }
        let size = files.iter().map(|file| file.bytes.len() as u64).sum();
        if size > self.settings.attachment_limit {
            return Err(ComposeError::TooLarge(size));
        }
        let mixed = MultiPart::mixed().boundary(format!("{boundary}_m")).multipart(alternatives);
        Ok(files.iter().fold(mixed, |mixed, file| mixed.singlepart(attached(file))))
    }
}

fn part(kind: ContentType, text: String) -> SinglePart {
    // Whatever it says: in ASCII, with short lines, and not changed by servers on its way, which signatures need.
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(text)
}

fn attached(file: &Attachment) -> SinglePart {
    let kind = ContentType::parse(&file.mime_type).ok().filter(|_| file.mime_type.is_ascii()).unwrap_or(octets());
    message::Attachment::new(headers::file_name(&file.name, NAME_LIMIT)).body(file.bytes.clone(), kind)
}

fn octets() -> ContentType {
    ContentType::parse("application/octet-stream").expect("it is a media type")
}

fn recipient(cover: &Cover) -> Result<Mailbox, ComposeError> {
    mailbox(&cover.to.name, &cover.to.address)
}

/// A name and an address; domains with other letters as the DNS knows them (RFC 5891).
fn mailbox(name: &str, address: &str) -> Result<Mailbox, ComposeError> {
    let (user, domain) = address.rsplit_once('@').ok_or(ComposeError::Address)?;
    let domain = match Host::parse(domain) {
        Ok(Host::Domain(domain)) => domain,
        Ok(_) | Err(_) => return Err(ComposeError::Address),
    };
    let is_plain = user.bytes().all(|byte| byte.is_ascii_graphic());
    let address = Address::new(user, domain).ok().filter(|_| is_plain).ok_or(ComposeError::Address)?;
    let name = cleaned(name, NAME_LIMIT);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// What separates parts: it follows from the id, and `=_` stands in no text in quoted-printable or base64 (RFC 2045, 6.7).
fn boundary(message_id: &str) -> String {
    let hash = Sha256::digest(message_id.as_bytes());
    let hex: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("=_{hex}")
}

/// A text without what templates leave behind: spaces at ends of lines, and more than one empty line.
fn tidied(text: &str) -> String {
    let mut whole = String::new();
    let mut empty = 0;
    for line in text.trim().lines() {
        // The one line whose space at the end means something (RFC 3676, section 4.3).
        let line = if line == "-- " { line } else { line.trim_end() };
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            whole.push_str(line);
            whole.push('\n');
        }
    }
    whole
}

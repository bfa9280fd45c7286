//! The section `[mail]`.
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::MIB;
use crate::app::config::problem::Fault;
use crate::app::config::source::{Section, Source};
use crate::app::config::{mail_value, value};
use crate::mail::{
    Composer, ComposerSettings, Credentials, DkimSettings, MailSettings, ReplyKey, Security, SetupError, SmtpSettings,
    Transport,
};

/// Its keys that mean something only together, as they were given.
struct Given {
    transport: &'static str,
    folder: Option<PathBuf>,
    host: Option<String>,
    port: Option<u16>,
    security: Security,
    user: Option<String>,
    password: Option<String>,
    ca: Option<Vec<u8>>,
    timeout: Duration,
}

/// None within when mails are off.
pub(super) fn read(source: &mut Source) -> Option<Option<MailSettings>> {
    let base = source.base().to_owned();
    let mut keys = source.section("mail");
    let transport = keys.or("transport", "off", mail_value::transport);
    let from = keys.optional("from", mail_value::sender);
    let reply_to = keys.optional("reply_to", mail_value::sender);
    let plus_addresses = keys.or("plus_addresses", false, value::yes_or_no);
    let desk_name = keys.or("desk_name", "Support", mail_value::short_line);
    let logo = keys.optional("logo", mail_value::logo(&base));
    let colour = keys.or("colour", "#0b6e6e", mail_value::colour);
    let language = keys.or("language", "en", mail_value::language);
    let templates = keys.optional("templates", value::path(&base));
    let message_wait = keys.or("message_wait_seconds", 120, value::span(1, 0..=3600));
    let attachment_limit = keys.or("attachment_limit_mib", 10, value::whole(0..=100));
    let given = given(&mut keys, &base, transport);
    let dkim = dkim(source);
    let given = given?;
    if given.transport == "off" {
        return Some(None);
    }
    let Some(from) = from? else {
        let fault = Fault::new("is missing", "a line such as `from = \"Support <support@example.org>\"`");
        source.refuse("mail", "from", fault);
        return None;
    };
    let composer = ComposerSettings {
        from,
        reply_to: reply_to?,
        plus_addresses: plus_addresses?,
        desk_name: desk_name?,
        logo: logo?,
        colour: colour?,
        language: language?,
        templates: templates?,
        attachment_limit: u64::from(attachment_limit?) * MIB,
        dkim: dkim?,
    };
    let transport = given.transport(source);
    if let Some(dkim) = &composer.dkim
        && !is_within(composer.from.domain(), &dkim.domain)
    {
        let wrong = format!("is {:?}, and mails are from {}", dkim.domain, composer.from.address);
        source.refuse("mail", "dkim_domain", Fault::new(wrong, "the domain of that address, or one above it"));
    }
    try_out(&composer, source);
    Some(Some(MailSettings { transport: transport?, composer, message_wait: message_wait? }))
}

/// Whether a signature for `above` speaks for a domain (RFC 7489, section 3.1.1).
fn is_within(domain: &str, above: &str) -> bool {
    let domain = domain.to_lowercase();
    domain == above || domain.strip_suffix(above).is_some_and(|rest| rest.ends_with('.'))
}

/// Refuses templates with which a mail could not be made.
fn try_out(settings: &ComposerSettings, source: &mut Source) {
    // No mail is made: whatever the key, templates are the same.
    match Composer::new(settings.clone(), ReplyKey::derived_from(b"")) {
        Ok(_) => {}
        Err(SetupError::Templates(faults)) => {
            for fault in faults {
                let expected = "templates as docs/mail.md describes them";
                source.refuse("mail", "templates", Fault::new(format!("cannot be used: {fault}"), expected));
            }
        }
        Err(SetupError::Dkim(wrong)) => source.refuse("mail", "dkim_key", Fault::new(wrong, "a key to sign with")),
    }
}

fn given(keys: &mut Section<'_>, base: &Path, transport: Option<&'static str>) -> Option<Given> {
    let folder = keys.optional("file_folder", value::path(base));
    let host = keys.optional("smtp_host", value::some_text);
    let port = keys.optional("smtp_port", mail_value::port);
    let security = keys.or("smtp_security", "starttls", mail_value::security);
    let user = keys.optional("smtp_user", value::some_text);
    let password = keys.secret("smtp_password", Some(""), mail_value::some_secret);
    let ca = keys.optional("smtp_ca_file", mail_value::certificates(base));
    let timeout = keys.or("smtp_timeout_seconds", 30, value::span(1, 1..=600));
    Some(Given {
        transport: transport?,
        folder: folder?,
        host: host?,
        port: port?,
        security: security?,
        user: user?,
        password: password?,
        ca: ca?,
        timeout: timeout?,
    })
}

impl Given {
    fn transport(self, source: &mut Source) -> Option<Transport> {
        let mut refuse = |key: &str, wrong: &str, expected: &str| {
            source.refuse("mail", key, Fault::new(wrong, expected));
            None
        };
        match (self.transport, self.folder) {
            ("log", _) => return Some(Transport::Log),
            ("file", Some(folder)) => return Some(Transport::File(folder)),
            ("file", None) => return refuse("file_folder", "is missing", "the folder into which mails are written"),
            _ => {}
        }
        let Some(host) = self.host else {
            return refuse("smtp_host", "is missing", "the server that takes mails, such as \"smtp.example.org\"");
        };
        let credentials = match (self.user, self.password) {
            (Some(user), Some(password)) => Some(Credentials { user, password }),
            (None, None) => None,
            (Some(_), None) => {
                return refuse(
                    "smtp_user",
                    "is given without a password",
                    "smtp_password or smtp_password_file as well",
                );
            }
            (None, Some(_)) => return refuse("smtp_user", "is missing", "whose smtp_password it is"),
        };
        if credentials.is_some() && self.security == Security::None {
            let wrong = "is \"none\", and there is a password, which anybody on the way could read";
            return refuse("smtp_security", wrong, "\"starttls\" or \"tls\", or neither user nor password");
        }
        let port = self.port.unwrap_or(self.security.usual_port());
        let (security, ca, timeout) = (self.security, self.ca, self.timeout);
        Some(Transport::Smtp(SmtpSettings { host, port, security, credentials, ca, timeout }))
    }
}

/// None within when mails are not signed.
fn dkim(source: &mut Source) -> Option<Option<DkimSettings>> {
    let mut keys = source.section("mail");
    let domain = keys.optional("dkim_domain", mail_value::domain);
    let selector = keys.optional("dkim_selector", mail_value::domain);
    let key = keys.secret("dkim_key", Some(""), mail_value::signing_key);
    match (domain?, selector?, key?) {
        (Some(domain), Some(selector), Some(key)) => Some(Some(DkimSettings { domain, selector, key })),
        (None, None, None) => Some(None),
        _ => {
            let expected = "dkim_domain, dkim_selector and dkim_key, or none of them";
            source.refuse("mail", "dkim_domain", Fault::new("is not all that signing needs", expected));
            None
        }
    }
}

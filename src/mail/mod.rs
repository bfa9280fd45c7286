//! Mails: what happened, as a typed notice, goes in; the bytes of a mail come out, and are handed over.
//!
//! Nothing here reads a row. Time and keys are passed in: the same notice, language and cover always make the same bytes.
//! Only [`carrier`] opens connections.
pub mod carrier;
pub mod colour;
mod compose;
pub mod cover;
mod dkim;
mod headers;
pub mod links;
pub mod logo;
pub mod notices;
pub mod reply;
mod samples;
pub mod settings;
mod strings;
mod style;
mod templates;
#[cfg(test)]
mod tests;
mod words;

pub use carrier::{Carrier, Failure, Step, Undelivered};
pub use compose::{ComposeError, Composed, Composer, Drawn, SetupError};
pub use cover::{Attachment, Cover, Recipient, Side, Thread, Unsubscribe};
pub use dkim::check_key;
pub use notices::{Notice, SafeHtml};
pub use reply::{ReplyKey, ReplyTo};
pub use settings::{
    ComposerSettings, Credentials, DkimSettings, MailSettings, Security, Sender, SmtpSettings, Transport,
};
pub use templates::TemplateFault;

//! `roomdesk mail test`: one mail, to see that mails leave, and what is wrong when they do not.
use std::io::Write;

use anyhow::{Context, bail};

use super::cli::MailCommand;
use super::config::Config;
use crate::domain::ids::MailId;
use crate::domain::people;
use crate::domain::zones::Zone;
use crate::domain::{Clock, Refusal};
use crate::mail::notices::{Notice, Test};
use crate::mail::{Carrier, Composer, Cover, MailSettings, Recipient, ReplyKey, Side, Transport, Undelivered};

/// Does what was asked and says so; what went wrong is the error, with what to do about it.
pub async fn run(config: &Config, command: MailCommand, out: &mut impl Write) -> anyhow::Result<()> {
    let MailCommand::Test { address } = command;
    let Some(settings) = &config.mail else {
        bail!("mails are off: set `transport` in the section [mail] of the configuration, and `from`");
    };
    let address =
        people::email("address", &address).map_err(|error| anyhow::anyhow!(Refusal::from(error).to_string()))?;
    test(config, settings, &address, out).await
}

/// What it is handed to.
fn place(transport: &Transport) -> String {
    match transport {
        Transport::Smtp(smtp) => format!("{}:{}", smtp.host, smtp.port),
        Transport::File(folder) => folder.display().to_string(),
        Transport::Log => "the log".to_owned(),
    }
}

async fn test(config: &Config, settings: &MailSettings, address: &str, out: &mut impl Write) -> anyhow::Result<()> {
    let clock = Clock::system();
    let key = ReplyKey::derived_from(config.auth.jwt_secret.expose().as_bytes());
    let composer = Composer::new(settings.composer.clone(), key).context("mails cannot be made")?;
    let name = address.split_once('@').map_or(address, |(name, _)| name).to_owned();
    let to =
        Recipient { name, address: address.to_owned(), zone: Zone::Fixed(config.tickets.time_zone), side: Side::Staff };
    let id = MailId::fresh(&clock);
    let notice = Notice::Test(Test { transport: place(&settings.transport) });
    let mail = composer.compose(&notice, composer.language(), &Cover::new(id.as_str(), to, clock.now()))?;
    writeln!(out, "A mail to {address} leaves {} …", settings.transport)?;
    let mut carrier = Carrier::new(settings.transport.clone());
    let carried = carrier.carry(&mail, async || true).await;
    carrier.rest().await;
    match carried {
        Ok(()) => {
            let whereabouts = match &settings.transport {
                Transport::Smtp(_) => {
                    "The server has taken it. If it does not arrive, look into the server's log and among spam for"
                }
                Transport::File(_) => "It lies there, with the Message-ID",
                Transport::Log => "Nothing leaves with `transport = \"log\"`; it would have had the Message-ID",
            };
            writeln!(out, "{whereabouts} {}.", mail.message_id)?;
            Ok(())
        }
        Err(Undelivered::Failed(failure)) => bail!("{failure}\n  {}", failure.advice()),
        Err(error) => Err(error.into()),
    }
}

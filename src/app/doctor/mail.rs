//! Whether mails could leave: who takes them is reached, and signed in to, and given none.
use std::io::{self, Write};

use super::Report;
use crate::app::config::Config;
use crate::mail::{Carrier, Transport, Undelivered};

/// Looks at the transport that is set.
pub async fn transport(config: &Config, report: &mut Report<impl Write>) -> io::Result<()> {
    let Some(settings) = &config.mail else {
        return report.ok("mail", "off: nobody is told by mail, and there are no links for forgotten passwords");
    };
    let transport = &settings.transport;
    match Carrier::new(transport.clone()).reach().await {
        Ok(()) => match transport {
            Transport::Log => report.ok("mail", "only a line of the log for each; none leaves"),
            Transport::File(_) | Transport::Smtp(_) => report.ok("mail", format!("leaves {transport}")),
        },
        Err(Undelivered::Failed(failure)) => report.fail("mail", &failure, failure.advice()),
        Err(error @ Undelivered::NotOurs) => report.fail("mail", error, "ask again"),
    }
}

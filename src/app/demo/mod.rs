//! `roomdesk demo`: a real Synapse and a desk on this machine, with people, tickets and conversations to look at.
//!
//! In: a folder and five ports. Out: what to try, on standard output, then a desk that runs until it is told to stop.
//! Everything that is written stands in the folder; a second start goes on with it.
mod cast;
mod folder;
mod furnish;
mod guest;
mod past;
pub(super) mod progress;
mod scenes;
mod topics;
mod words;

use std::future;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};

use anyhow::bail;

use self::folder::{Folder, Mail};
use self::progress::Progress;
use super::cli::Demo;
use super::config::Config;
use super::local::maildev::{self, Maildev, MaildevSpec};
use super::local::synapse::{Synapse, SynapseSpec};
use super::serve::{self, Serving, StopSignals};
use super::telemetry;
use crate::domain::Clock;

/// The name of the demonstration's homeserver; it talks to no other.
const SERVER_NAME: &str = "localhost";

/// Runs until it is told to stop; what it started has ended when this returns.
pub async fn run(wish: &Demo, out: &mut impl Write) -> anyhow::Result<()> {
    let mut signals = StopSignals::listen()?;
    let folder = Folder::take(&wish.folder)?;
    look_for_free_ports(wish)?;
    let mailbox = maildev::program();
    let config = folder.configure(wish, if mailbox.is_some() { Mail::Mailbox } else { Mail::Files })?;
    telemetry::start_in(&config.log, folder.open_log()?);
    let progress = Progress::new(wish.unattended);

    let step = progress.step("Synapse starts");
    let synapse = tokio::select! {
        started = Synapse::start(homeserver(&folder, &config, wish)) => started?,
        () = signals.wait() => return Ok(()),
    };
    step.done();
    let mailbox = match mailbox {
        Some(program) => {
            let step = progress.step("The mailbox starts");
            let spec = MaildevSpec {
                folder: folder.mails(),
                log: folder.mailbox_log(),
                port: wish.mail_port,
                web_port: wish.mailbox_port,
            };
            let started = tokio::select! {
                started = Maildev::start(program, &spec) => Some(started?),
                () = signals.wait() => None,
            };
            step.done();
            started
        }
        None => None,
    };
    let shown_at = mailbox.as_ref().map(|_| format!("http://127.0.0.1:{}", wish.mailbox_port));
    let stage = Stage { folder: &folder, config: &config, synapse: &synapse, progress: &progress, mailbox: shown_at };
    let shown = stage.show(&mut signals, out).await;
    if let Some(mailbox) = mailbox {
        mailbox.stop().await?;
    }
    let stopped = synapse.stop().await;
    shown?;
    stopped?;
    writeln!(out, "Stopped.")?;
    Ok(())
}

/// Fails with the port that somebody else has, and with the option that chooses another.
fn look_for_free_ports(wish: &Demo) -> anyhow::Result<()> {
    let wanted = [
        ("the desk", "--port", wish.port),
        ("Synapse", "--homeserver-port", wish.homeserver_port),
        ("Synapse's way to the desk", "--appservice-port", wish.appservice_port),
        ("the way to the mailbox", "--mail-port", wish.mail_port),
        ("the mailbox", "--mailbox-port", wish.mailbox_port),
    ];
    // All are held until the last was looked at, so that two equal ones are found, too.
    let mut held = Vec::new();
    for (purpose, option, port) in wanted {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => held.push(listener),
            Err(error) => bail!("port {port} for {purpose} cannot be used: {error}; choose another with {option}"),
        }
    }
    Ok(())
}

fn homeserver(folder: &Folder, config: &Config, wish: &Demo) -> SynapseSpec {
    let mut spec = SynapseSpec::new(folder.synapse(), SERVER_NAME, wish.homeserver_port);
    spec.registrations.push(config.matrix.registration_file.clone());
    spec.settings.insert("public_baseurl".to_owned(), config.matrix.homeserver_url.as_str().into());
    spec
}

/// What the demonstration plays on.
struct Stage<'a> {
    folder: &'a Folder,
    config: &'a Config,
    synapse: &'a Synapse,
    progress: &'a Progress,
    /// Where mails are shown.
    mailbox: Option<String>,
}

impl Stage<'_> {
    /// Runs the desk, furnishes it and says what to try, until it is told to stop.
    async fn show(&self, signals: &mut StopSignals, out: &mut impl Write) -> anyhow::Result<()> {
        let step = self.progress.step("Roomdesk starts");
        let serving = serve::start(self.config, Clock::system()).await?;
        step.done();
        let shown = tokio::select! {
            shown = self.play(&serving, out) => shown,
            () = signals.wait() => Ok(()),
        };
        serving.stop().await;
        shown
    }

    /// Ends only when something goes wrong.
    async fn play(&self, serving: &Serving, out: &mut impl Write) -> anyhow::Result<()> {
        let passwords = self.folder.passwords()?;
        let cast = furnish::furnish(serving, self.synapse, &passwords, self.progress).await?;
        let desk = &serving.desk;
        past::write(desk.db(), &cast, (desk.clock().now(), desk.settings().zone), self.progress).await?;
        words::say(self, &serving.desk, (&cast, &passwords), out).await?;
        future::pending().await
    }
}

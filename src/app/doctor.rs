//! `roomdesk doctor`: looks at everything the desk stands on; each line is ok, or says what is wrong and how to mend it.
//!
//! What cannot be examined because something before it is broken is left out: mend that and ask again. The bot and its
//! device are made when they are missing, as the desk does when it starts, and a file is written to the folder of files,
//! and to that of mails, and taken away again; nothing else is changed, and no mail leaves.
mod files;
mod mail;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use tokio::net::TcpStream;

use super::config::{Config, ConfigError, DatabaseUrl};
use super::registration::{Registration, RegistrationError};
use super::serve;
use crate::desk::condition::{self, Kept};
use crate::domain::Clock;
use crate::domain::matrix_ids::Namespace;
use crate::matrix::{Homeserver, MatrixError};
use crate::store::{Db, DbError, inbox};

/// How long the homeserver may take for one answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a connection on this machine may take.
const CONNECT: Duration = Duration::from_secs(2);
/// The desk notes its pulse every few seconds, and later only while a request to the homeserver hangs.
const LATE: Duration = Duration::from_secs(30);

/// Writes a line for each thing examined; true when nothing is wrong.
pub async fn examine<K, V>(
    file: &Path,
    env: impl IntoIterator<Item = (K, V)>,
    out: &mut impl Write,
) -> anyhow::Result<bool>
where
    K: Into<OsString>,
    V: Into<OsString>,
{
    let mut report = Report { out, is_well: true };
    let Some(config) = configuration(file, Config::load(file, env), &mut report)? else { return Ok(false) };
    let registration = registration(&config, &mut report)?;
    let db = database(&config, &mut report).await?;
    files::store(&config, &mut report)?;
    files::clamd(&config, &mut report).await?;
    mail::transport(&config, &mut report).await?;
    let runs = is_running(&config, db.as_ref()).await;
    if let Some(registration) = &registration {
        homeserver(&config, registration, runs, &mut report).await?;
    }
    if let Some(db) = db {
        if runs {
            pulse(&config, &db, &mut report).await?;
        } else {
            report.ok("desk", "not running, so that push and heartbeat were not examined")?;
        }
        dead_letters(&db, &mut report).await?;
        db.close().await;
    }
    Ok(report.is_well)
}

struct Report<W> {
    out: W,
    is_well: bool,
}

impl<W: Write> Report<W> {
    fn ok(&mut self, what: &str, remark: impl Display) -> io::Result<()> {
        writeln!(self.out, "ok   {what}: {remark}")
    }

    fn fail(&mut self, what: &str, wrong: impl Display, mend: impl Display) -> io::Result<()> {
        self.is_well = false;
        writeln!(self.out, "FAIL {what}: {wrong} -> {mend}")
    }
}

fn configuration(
    file: &Path,
    loaded: Result<Config, ConfigError>,
    report: &mut Report<impl Write>,
) -> io::Result<Option<Config>> {
    const EXAMPLE: &str = "bridge-config/roomdesk.example.toml explains every key";
    match loaded {
        Ok(config) => {
            report.ok("configuration", file.display())?;
            return Ok(Some(config));
        }
        Err(ConfigError::Refused(problems)) => {
            for problem in problems {
                report.fail("configuration", problem, EXAMPLE)?;
            }
        }
        Err(ConfigError::Unreadable { file, cause }) => {
            let wrong = format!("cannot read {}: {cause}", file.display());
            report.fail("configuration", wrong, format!("write one, or name another with --config; {EXAMPLE}"))?;
        }
    }
    Ok(None)
}

fn registration(config: &Config, report: &mut Report<impl Write>) -> io::Result<Option<Registration>> {
    match Registration::load_for(&config.matrix) {
        Ok(registration) => {
            let file = config.matrix.registration_file.display();
            let prefix = &registration.prefix;
            report.ok("registration", format!("{file}, names @{prefix}…, receive_ephemeral, io.element.msc4190"))?;
            return Ok(Some(registration));
        }
        Err(RegistrationError::Unsuitable { file, problems }) => {
            let mend = format!("correct {}, also where the homeserver reads it, and restart Synapse", file.display());
            for problem in problems {
                report.fail("registration", problem, &mend)?;
            }
        }
        Err(RegistrationError::Unreadable { file, cause }) => {
            let wrong = format!("cannot read {}: {cause}", file.display());
            report.fail("registration", wrong, "`roomdesk registration generate` writes a new one")?;
        }
        Err(other) => report.fail("registration", one_line(&other), "write a new one beside it and compare")?,
    }
    Ok(None)
}

fn one_line(text: &impl Display) -> String {
    text.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn database(config: &Config, report: &mut Report<impl Write>) -> io::Result<Option<Db>> {
    let (name, mend) = match &config.database.url {
        DatabaseUrl::Sqlite(file) if !file.exists() => {
            let wrong = format!("there is no file {} yet", file.display());
            report.fail("database", wrong, "`roomdesk migrate` makes it, and so does the first start of the desk")?;
            return Ok(None);
        }
        DatabaseUrl::Sqlite(file) => (
            format!("SQLite in {}", file.display()),
            "see that the file and its folder can be written to by this user, and that the disk has room",
        ),
        DatabaseUrl::Postgres(_) => (
            String::from("PostgreSQL"),
            "see that the server runs and [database] url has its address, user, password and database",
        ),
    };
    let db = match serve::open_beside(config).await {
        Ok(db) => db,
        Err(error) => {
            report.fail("database", one_line(&format!("{error:#}")), mend)?;
            return Ok(None);
        }
    };
    match db.is_migrated().await {
        Ok(true) => {
            report.ok("database", name)?;
            return Ok(Some(db));
        }
        Err(error) if error.is_outage() => report.fail("database", with_cause(&error), mend)?,
        // An empty database has no list of migrations either.
        Ok(false) | Err(_) => {
            let wrong = format!("{name} does not have the shape of this version");
            report.fail("database", wrong, "run `roomdesk migrate`, or start the desk, which does the same")?;
        }
    }
    Ok(None)
}

fn with_cause(error: &DbError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    one_line(&format!("{error}{}", cause.unwrap_or_default()))
}

/// Whether a desk of this configuration runs: on this machine it listens; on another one, which only PostgreSQL makes
/// possible, it has noted its pulse just now.
async fn is_running(config: &Config, db: Option<&Db>) -> bool {
    let mut address: SocketAddr = config.server.listen;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    if matches!(tokio::time::timeout(CONNECT, TcpStream::connect(address)).await, Ok(Ok(_))) {
        return true;
    }
    let Some(db @ Db::Postgres(_)) = db else { return false };
    matches!(last_pulse(db).await, Ok(Some((_, age))) if age < LATE)
}

/// What the desk knew about the bridge when it last looked, and how long ago that was.
async fn last_pulse(db: &Db) -> Result<Option<(Kept, Duration)>, DbError> {
    let kept = condition::last_kept(&mut db.read().await?).await?;
    // A clock that was set back makes an age below zero: then it was just now.
    Ok(kept.map(|(kept, at)| (kept, (Clock::system().now() - at).to_std().unwrap_or_default())))
}

/// The homeserver itself, then what it knows about us, each only when the one before is well.
async fn homeserver(
    config: &Config,
    registration: &Registration,
    desk_runs: bool,
    report: &mut Report<impl Write>,
) -> anyhow::Result<()> {
    let server = Homeserver::new(config.matrix.homeserver_url.clone(), registration.as_token.expose(), PATIENCE)?;
    let url = config.matrix.homeserver_url.as_str().trim_end_matches('/');
    match server.versions().await {
        Ok(spoken) => {
            let latest = spoken.latest().unwrap_or("no version");
            report.ok("homeserver", format!("{url} speaks Matrix up to {latest}"))?;
        }
        // It is there; the line on whoami says what this means.
        Err(error) if is_unknown_token(&error) => report.ok("homeserver", format!("{url} answers"))?,
        Err(error) => {
            let mend = "start it, or correct [matrix] homeserver_url; the desk takes tickets meanwhile";
            report.fail("homeserver", format!("{url}: {error}"), mend)?;
            return Ok(());
        }
    }
    let names = Namespace::new(registration.prefix.as_str(), config.matrix.server_name.clone())?;
    let file = std::path::absolute(&config.matrix.registration_file)?;
    if !whoami(&server, &names, &file, report).await? || !device(&server, &names, &file, report).await? {
        return Ok(());
    }
    if desk_runs {
        ping(&server, registration, config, report).await?;
    }
    Ok(())
}

/// Whether the homeserver knows the token and takes us for the bot.
async fn whoami(
    server: &Homeserver,
    names: &Namespace,
    file: &Path,
    report: &mut Report<impl Write>,
) -> io::Result<bool> {
    let bot = names.bot();
    let mut known = server.who_am_i(bot).await;
    if matches!(&known, Err(error) if error.is("M_FORBIDDEN")) {
        // It is so before the first start: the bot is not registered yet.
        known = match server.register(bot).await {
            Err(error) if error.is("M_EXCLUSIVE") => Err(error),
            Ok(()) | Err(_) => server.who_am_i(bot).await,
        };
    }
    let file = file.display();
    let known_file = format!(
        "put {file} into app_service_config_files of homeserver.yaml, as it is now, and restart Synapse: it reads \
         registrations only when it starts"
    );
    match known {
        Ok(user) if user == bot.as_str() => {
            report.ok("whoami", format!("the homeserver knows the token and takes us for {bot}"))?;
            return Ok(true);
        }
        Ok(user) => report.fail("whoami", format!("the homeserver takes us for {user}, not for {bot}"), known_file)?,
        Err(error) if is_unknown_token(&error) => {
            let wrong = "the homeserver does not know the as_token of the registration";
            report.fail("whoami", wrong, known_file)?;
        }
        Err(error) if error.is("M_FORBIDDEN") || error.is("M_EXCLUSIVE") => {
            let wrong = format!("the homeserver does not let us act as {bot} ({error})");
            let mend = format!("compare namespaces and [matrix] server_name with the homeserver's, then {known_file}");
            report.fail("whoami", wrong, mend)?;
        }
        Err(error) => report.fail("whoami", error, "look into Synapse's log")?,
    }
    Ok(false)
}

fn is_unknown_token(error: &MatrixError) -> bool {
    error.is("M_UNKNOWN_TOKEN") || error.is("M_MISSING_TOKEN")
}

/// Whether the bot can have a device, without which a message may come twice after a restart of Synapse.
async fn device(
    server: &Homeserver,
    names: &Namespace,
    file: &Path,
    report: &mut Report<impl Write>,
) -> io::Result<bool> {
    match server.register(names.bot()).await {
        Ok(()) => {
            report.ok("device", "the bot has its device (MSC4190)")?;
            Ok(true)
        }
        Err(error) => {
            let wrong = format!("the homeserver makes no device for the bot ({error})");
            let mend = format!(
                "see that {} says io.element.msc4190: true also where Synapse reads it, and restart Synapse",
                file.display()
            );
            report.fail("device", wrong, mend)?;
            Ok(false)
        }
    }
}

/// Whether the homeserver reaches the desk that runs.
async fn ping(
    server: &Homeserver,
    registration: &Registration,
    config: &Config,
    report: &mut Report<impl Write>,
) -> io::Result<()> {
    let error = match server.ping(&registration.id).await {
        Ok(millis) => return report.ok("ping", format!("the homeserver reaches the desk in {millis} ms")),
        Err(error) => error,
    };
    let (wrong, mend) = lost_ping(&error, registration, config);
    report.fail("ping", wrong, mend)
}

fn lost_ping(error: &MatrixError, registration: &Registration, config: &Config) -> (String, String) {
    let (url, listen) = (&registration.url, config.matrix.appservice_listen);
    match error.errcode() {
        Some("M_BAD_STATUS") => (
            format!("what answers the homeserver at {url} refuses it ({error})"),
            format!(
                "see that {url} leads to this desk, and that Synapse was restarted after the last change of the registration (hs_token)"
            ),
        ),
        Some("M_CONNECTION_FAILED" | "M_CONNECTION_TIMEOUT") => (
            format!("the homeserver does not reach {url} ({error})"),
            format!(
                "the url in the registration must lead from the homeserver's machine to [matrix] appservice_listen ({listen}); then restart Synapse"
            ),
        ),
        Some("M_URL_NOT_SET" | "M_FORBIDDEN") => (
            format!("the homeserver has another registration than the one here ({error})"),
            String::from("give it the registration as it is here and restart Synapse"),
        ),
        _ => (error.to_string(), String::from("look into Synapse's log")),
    }
}

/// What the running desk has last noted about the way to the homeserver and back.
async fn pulse(config: &Config, db: &Db, report: &mut Report<impl Write>) -> io::Result<()> {
    let what = "heartbeat";
    let (kept, age) = match last_pulse(db).await {
        Ok(Some(last)) => last,
        Ok(None) => {
            let wrong = "the desk runs and has not noted a heartbeat yet";
            return report.fail(
                what,
                wrong,
                "it begins once the homeserver knows the desk: mend what is above, or wait",
            );
        }
        Err(error) => return report.fail(what, with_cause(&error), "see the line on the database"),
    };
    let seconds = age.as_secs();
    if age > config.matrix.request_timeout + LATE {
        let wrong = format!("the desk last noted its heartbeat {seconds} s ago");
        return report.fail(what, wrong, "mend what is above; else look at the end of its log, and start it again");
    }
    if kept.by_sync_ms.is_none() {
        let wrong = "no heartbeat has come back yet since the desk was started";
        return report.fail(what, wrong, "mend what is above; else ask again in a moment");
    }
    let millis = |took: Option<u64>| took.map_or_else(|| String::from("not yet"), |took| format!("{took} ms"));
    let (sync, push) = (millis(kept.by_sync_ms), millis(kept.by_push_ms));
    if kept.sync_is_overdue {
        let wrong = format!("what the desk sends does not come back by sync (last time: {sync})");
        report.fail(what, wrong, "the desk begins to read afresh by itself; if this stays, look into both logs")?;
    }
    if kept.push_is_silent {
        let wrong = format!(
            "push is silent: the homeserver does not push (last time: {push}); messages are read by sync all the same"
        );
        report.fail(what, wrong, "mend the line on ping, if there is one; else restart Synapse")?;
    }
    if !kept.sync_is_overdue && !kept.push_is_silent {
        report.ok(what, format!("noted {seconds} s ago; back by sync: {sync}, by push: {push}"))?;
    }
    Ok(())
}

async fn dead_letters(db: &Db, report: &mut Report<impl Write>) -> io::Result<()> {
    let count = async { inbox::dead(&mut db.read().await?).await };
    match count.await {
        Ok(0) => report.ok("dead letters", "none"),
        Ok(count) => {
            let wrong = format!("{count} events could not be applied and were laid aside; their rooms went on");
            let mend = "`roomdesk dead-letters list` says which and why: please report them; `roomdesk dead-letters retry` \
                        tries again";
            report.fail("dead letters", wrong, mend)
        }
        Err(error) => report.fail("dead letters", with_cause(&error), "see the line on the database"),
    }
}

#[cfg(test)]
mod tests;

//! Wiring: from a configuration to a running desk, and back to rest.
use std::fs::{File, OpenOptions};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use axum::Router;
use axum::serve::ListenerExt;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::config::{Config, DatabaseUrl};
use super::patience::PatientListener;
use super::registration::Registration;
use crate::desk::bridge::BridgeSettings;
use crate::desk::health::Health;
use crate::desk::metrics::Metrics;
use crate::desk::post::Post;
use crate::desk::sign_in::AuthSettings;
use crate::desk::{AutoClose, Bridge, Desk, MailRules, Settings, TicketSettings};
use crate::domain::Clock;
use crate::domain::ids::ProcessId;
use crate::domain::matrix_ids::Namespace;
use crate::files::FileSettings;
use crate::http::{self, ClientAddress, RequestLimits};
use crate::jobs::{self, JobSettings};
use crate::mail::{Composer, ReplyKey};
use crate::matrix::Homeserver;
use crate::socket;
use crate::store::Db;

/// A running desk.
pub struct Serving {
    /// Where the REST API listens; of interest when the configuration said port 0.
    pub address: SocketAddr,
    pub desk: Desk,
    pub bridge: Bridge,
    health: Health,
    grace: Duration,
    stop_http: CancellationToken,
    stop_jobs: CancellationToken,
    http: Vec<JoinHandle<()>>,
    jobs: JoinHandle<()>,
    /// Kept, so that no second process opens the same SQLite file.
    _lock: Option<File>,
}

/// Opens the database and brings it to this version's shape.
pub async fn open_database(config: &Config) -> anyhow::Result<(Db, Option<File>)> {
    let (db, lock) = open_unmigrated(config).await?;
    db.migrate().await.context("cannot bring the database to the shape of this version")?;
    Ok((db, lock))
}

/// Opens the database as it is. An SQLite file is taken by one process at a time.
async fn open_unmigrated(config: &Config) -> anyhow::Result<(Db, Option<File>)> {
    let lock = match &config.database.url {
        DatabaseUrl::Sqlite(file) => Some(lock_beside(file)?),
        DatabaseUrl::Postgres(_) => None,
    };
    Ok((connect(config).await?, lock))
}

/// Opens the database as it is, beside the process that may be serving it: for a few short transactions.
pub async fn open_beside(config: &Config) -> anyhow::Result<Db> {
    match &config.database.url {
        DatabaseUrl::Sqlite(file) if !file.exists() => bail!("[database] url: there is no file {} yet", file.display()),
        DatabaseUrl::Sqlite(_) | DatabaseUrl::Postgres(_) => connect(config).await,
    }
}

/// As [`open_beside`]; refused unless the database has the shape of this version.
pub async fn open_migrated_beside(config: &Config) -> anyhow::Result<Db> {
    const MEND: &str = "run `roomdesk migrate` or start the desk first";
    let db = open_beside(config).await.context(MEND)?;
    match db.is_migrated().await {
        Ok(true) => Ok(db),
        Err(error) if error.is_outage() => Err(error.into()),
        Ok(false) | Err(_) => bail!("the database does not have the shape of this version: {MEND}"),
    }
}

async fn connect(config: &Config) -> anyhow::Result<Db> {
    let connections = config.database.max_connections;
    match &config.database.url {
        DatabaseUrl::Sqlite(file) => {
            let named = || format!("[database] url: cannot open {}", file.display());
            // Made by us for our eyes alone: there are hashes of passwords in it. SQLite gives its other files this mode, too.
            OpenOptions::new().create(true).append(true).mode(0o600).open(file).with_context(named)?;
            Db::open_sqlite(file, connections).await.with_context(named)
        }
        DatabaseUrl::Postgres(url) => {
            let db = Db::open_postgres(url.expose(), connections).await;
            db.context("[database] url: cannot connect to PostgreSQL")
        }
    }
}

fn lock_beside(file: &Path) -> anyhow::Result<File> {
    let path = file.with_extension("lock");
    let lock = File::create(&path).with_context(|| format!("[database] url: cannot write {}", path.display()))?;
    if lock.try_lock().is_err() {
        bail!(
            "another Roomdesk uses {}: an SQLite file serves one process; stop the other one, or use PostgreSQL",
            file.display()
        );
    }
    Ok(lock)
}

/// The desk of a configuration, over an open database.
pub fn desk(config: &Config, registration: &Registration, db: Db, clock: Clock) -> anyhow::Result<Desk> {
    let names = Namespace::new(registration.prefix.as_str(), config.matrix.server_name.clone())?;
    let lifetime = |time: Duration| chrono::Duration::from_std(time).context("a lifetime is too long");
    let auth = AuthSettings {
        jwt_secret: config.auth.jwt_secret.expose().as_bytes().to_vec(),
        access_token: lifetime(config.auth.access_token_lifetime)?,
        refresh_token: lifetime(config.auth.refresh_token_lifetime)?,
        invitation: lifetime(config.auth.invitation_lifetime)?,
        password_reset: lifetime(config.auth.password_reset_lifetime)?,
        login_attempts: i64::from(config.auth.login_attempts),
        login_window: lifetime(config.auth.login_window)?,
    };
    let settings = Settings {
        zone: config.tickets.time_zone,
        public_url: config.server.public_url.clone(),
        auth,
        files: file_settings(config),
        tickets: ticket_settings(config),
        mail: mail_rules(config)?,
        host: config.host.as_ref().map(|host| host.settings.clone()),
        host_roles: config.host.as_ref().map(|host| host.roles.clone()).unwrap_or_default(),
    };
    Ok(Desk::new(db, clock, names, settings))
}

fn ticket_settings(config: &Config) -> TicketSettings {
    let days = |days: u32| chrono::Duration::days(i64::from(days));
    let warning = days(config.tickets.auto_close_warning_days);
    TicketSettings {
        reopen_window: days(config.tickets.reopen_days),
        student_priority: config.tickets.student_priority,
        auto_close: config.tickets.auto_close_days.map(|after| AutoClose { after: days(after), warning }),
    }
}

fn mail_rules(config: &Config) -> anyhow::Result<Option<MailRules>> {
    let Some(mail) = &config.mail else { return Ok(None) };
    let wait = chrono::Duration::from_std(mail.message_wait).context("a message waits for too long")?;
    Ok(Some(MailRules { wait }))
}

fn request_limits(config: &Config) -> RequestLimits {
    let limits = &config.limits;
    RequestLimits { signed_in: limits.requests_per_minute, anonymous: limits.anonymous_requests_per_minute }
}

/// What a configuration says about files.
pub fn file_settings(config: &Config) -> FileSettings {
    FileSettings {
        folder: config.files.folder.clone(),
        limit: config.files.max_size,
        avatar_limit: config.files.avatar_max_size,
        allowed: config.files.allowed_types.clone(),
        clamd: config.files.clamd.clone(),
        unscanned: config.files.unscanned,
    }
}

/// The desk's bridge to the homeserver of a configuration.
pub fn bridge(config: &Config, registration: &Registration, desk: &Desk) -> anyhow::Result<Bridge> {
    let matrix = &config.matrix;
    let token = registration.as_token.expose();
    let homeserver = Homeserver::new(matrix.homeserver_url.clone(), token, matrix.request_timeout)?;
    let settings = BridgeSettings { service_id: registration.id.clone(), room_version: matrix.room_version.clone() };
    Ok(Bridge::new(desk.clone(), homeserver, settings, ProcessId::fresh(desk.clock())))
}

/// What sends the desk's mails; none when they are off.
fn post(config: &Config, desk: &Desk, metrics: &Metrics) -> anyhow::Result<Option<Post>> {
    let Some(mail) = &config.mail else { return Ok(None) };
    let secret = config.auth.jwt_secret.expose().as_bytes();
    let composer = Composer::new(mail.composer.clone(), ReplyKey::derived_from(secret));
    let composer = composer.context("[mail]: mails cannot be made")?;
    Ok(Some(Post::new(desk.clone(), (composer, desk.links().clone()), mail.transport.clone(), metrics)))
}

/// Starts everything; requests are accepted when this returns, whether the homeserver is there or not.
pub async fn start(config: &Config, clock: Clock) -> anyhow::Result<Serving> {
    let registration = Registration::load_for(&config.matrix)?;
    let rest = listen("[server] listen", config.server.listen).await?;
    let push = listen("[matrix] appservice_listen", config.matrix.appservice_listen).await?;
    let (db, lock) = open_database(config).await?;
    let desk = desk(config, &registration, db, clock)?;
    let folder = || format!("[files] folder: cannot use {}", config.files.folder.display());
    desk.files().prepare().with_context(folder)?;
    desk.free_requests().await.context("cannot free what was under way")?;
    let bridge = bridge(config, &registration, &desk)?;
    let (health, metrics) = (Health::default(), Metrics::default());
    let post = post(config, &desk, &metrics)?;
    let (stop_http, stop_jobs) = (CancellationToken::new(), CancellationToken::new());
    let address = rest.local_addr()?;
    let client = if config.server.behind_proxy { ClientAddress::Forwarded } else { ClientAddress::Peer };
    let state = http::HttpState::new(desk.clone(), metrics.clone(), health.clone())
        .with_client_address(client)
        .with_limits(request_limits(config))
        .with_cors_origins(config.server.cors_origins.iter().cloned())
        .with_embed_origins(config.server.embed_origins.iter().cloned());
    let push_router = http::appservice::router(bridge.clone(), registration.hs_token.expose());
    let (live, sockets) = socket::open(desk.clone(), &metrics);
    let rest = serve(rest, http::router(state).layer(live), &stop_http);
    let http = vec![rest, serve(push, push_router, &stop_http), spawn(sockets.run(stop_http.clone()))];
    let settings =
        JobSettings { in_flight: usize::try_from(config.matrix.sends_in_flight)?, heartbeat: config.matrix.heartbeat };
    let jobs = jobs::run(bridge.clone(), (settings, post), (metrics, health.clone()), stop_jobs.clone());
    let jobs = spawn(jobs);
    tracing::info!(%address, "the desk is open");
    let grace = config.server.shutdown_grace;
    Ok(Serving { address, desk, bridge, health, grace, stop_http, stop_jobs, http, jobs, _lock: lock })
}

async fn listen(key: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("{key}: cannot listen on {address}"))
}

fn serve(listener: TcpListener, router: Router, stop: &CancellationToken) -> JoinHandle<()> {
    let stop = stop.clone().cancelled_owned();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    // `tap_io` says for any listener who connects.
    let listener = PatientListener(listener).tap_io(|_| {});
    spawn(async move {
        if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(stop).await {
            tracing::error!(%error, "a listener broke off");
        }
    })
}

/// Asks the system for as many open files as it grants: each socket is one, and the usual first limit is 1,024.
pub fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })
    {
        tracing::warn!(%error, files = limit.current, "the limit of open files stays as it is; set it to 65,536 or more");
    }
}

#[expect(clippy::disallowed_methods, reason = "the roof starts the loops and waits for them in Serving::stop")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(task)
}

impl Serving {
    /// Comes to rest: what was accepted is answered, what is under way finishes, both within the grace period.
    /// What does not finish is done again at the next start.
    pub async fn stop(self) {
        tracing::info!("stopping");
        self.health.shut_down();
        self.stop_http.cancel();
        let rest = async {
            for listener in self.http {
                // A listener's task ends by itself and never panics.
                listener.await.unwrap_or_else(|error| tracing::error!(%error, "a listener broke off"));
            }
        };
        let half = self.grace / 2;
        if tokio::time::timeout(half, rest).await.is_err() {
            tracing::warn!("some requests were not answered in time");
        }
        self.stop_jobs.cancel();
        if tokio::time::timeout(half, self.jobs).await.is_err() {
            tracing::warn!("some work was not finished in time; it is done again at the next start");
        }
        if tokio::time::timeout(Duration::from_secs(1), self.desk.db().close()).await.is_err() {
            tracing::warn!("the database was not closed in time");
        }
        tracing::info!("stopped");
    }
}

/// What tells a process to stop: SIGTERM, or Ctrl-C.
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// From now on the signals no longer end the process by themselves.
    pub fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// Waits for one of them.
    pub async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Runs until it is told to stop.
pub async fn until_told_to_stop(config: &Config) -> anyhow::Result<()> {
    let mut signals = StopSignals::listen()?;
    let serving = start(config, Clock::system()).await?;
    signals.wait().await;
    serving.stop().await;
    Ok(())
}

//! A throwaway PostgreSQL: one server per run, one schema per test, reachable through a socket in its folder only.
use std::fs::{self, File};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, io};

use roomdesk::app::local::child::{self, DeathSignal};
use rustix::process::{Signal, geteuid};
use sqlx::AssertSqlSafe;
use sqlx::postgres::{PgPool, PgPoolOptions};
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, OnceCell};

use super::eventually::{SOON, eventually};
use super::folder;

static SHARED: OnceCell<Result<Postgres, String>> = OnceCell::const_new();

/// Nothing survives a power cut, nobody waits for the disk.
const QUICK: [&str; 4] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"];

/// The server of this run, started by the first test that asks for it.
pub async fn shared() -> &'static Postgres {
    match SHARED.get_or_init(|| Postgres::start(&QUICK)).await {
        Ok(postgres) => postgres,
        Err(reason) => panic!("PostgreSQL is needed: {reason}"),
    }
}

/// Stops the server of this run when one was started.
pub async fn stop_shared() {
    if let Some(Ok(postgres)) = SHARED.get() {
        postgres.stop().await;
    }
}

/// What the server of this run said about statements that waited for one another; empty when there were none.
pub fn deadlocks() -> Vec<String> {
    let Some(Ok(postgres)) = SHARED.get() else { return Vec::new() };
    let log = fs::read_to_string(postgres.sockets.join("postgres.log")).unwrap_or_default();
    let mut found = Vec::<String>::new();
    let mut is_inside = false;
    for line in log.lines() {
        // What belongs to a message of several lines begins with a tab, or with the process that said the first.
        let is_its_own = ["DETAIL:", "HINT:", "CONTEXT:", "STATEMENT:"].iter().any(|part| line.contains(part));
        if line.contains("ERROR:  deadlock detected") {
            is_inside = true;
            found.push(line.to_owned());
        } else if is_inside && (line.starts_with('\t') || is_its_own) {
            if let Some(told) = found.last_mut() {
                told.push('\n');
                told.push_str(line);
            }
        } else {
            is_inside = false;
        }
    }
    found
}

pub struct Postgres {
    server: Mutex<Child>,
    sockets: PathBuf,
    /// Makes the schemas.
    pool: PgPool,
    schemas: AtomicUsize,
}

impl Postgres {
    /// Starts a server with these settings, in a folder of its own.
    pub async fn start(settings: &[&str]) -> Result<Self, String> {
        let programs = find_programs()?;
        let folder = folder::fresh("postgres");
        let owner = Owner::for_server()?;
        owner.take(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        initialise(&programs, &folder, owner).await?;
        let server =
            launch(&programs, &folder, (owner, settings)).await.map_err(|error| format!("cannot start it: {error}"))?;
        let pool = PgPoolOptions::new()
            .max_connections(2)
            .connect_lazy(&url_of(&folder))
            .map_err(|error| format!("its own URL is refused: {error}"))?;
        let log = folder.join("postgres.log");
        eventually("PostgreSQL to answer", SOON, async || match sqlx::query("SELECT 1").execute(&pool).await {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("{error}; {}", fs::read_to_string(&log).unwrap_or_default())),
        })
        .await;
        Ok(Self { server: Mutex::new(server), sockets: folder, pool, schemas: AtomicUsize::new(0) })
    }

    /// The URL of a new, empty schema, which every connection made with it sees as its only one.
    pub async fn fresh_schema(&self) -> String {
        let schema = format!("test_{}", self.schemas.fetch_add(1, Ordering::Relaxed));
        let create = AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
        sqlx::query(create).execute(&self.pool).await.expect("a superuser may make a schema");
        format!("{}&options=-csearch_path%3D{schema}", url_of(&self.sockets))
    }

    pub async fn stop(&self) {
        let mut server = self.server.lock().await;
        // Immediate shutdown: the data are thrown away anyway.
        child::signal(&server, Signal::QUIT).expect("PostgreSQL runs until it is stopped");
        server.wait().await.expect("an own child can be waited for");
    }
}

fn url_of(sockets: &Path) -> String {
    format!("postgres://postgres@localhost/postgres?host={}", sockets.display())
}

/// The folder that holds `initdb` and `postgres`.
fn find_programs() -> Result<PathBuf, String> {
    let in_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let mut debian: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    debian.sort();
    in_path
        .into_iter()
        .chain(debian.into_iter().rev())
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
        .ok_or_else(|| {
            "no initdb and postgres in PATH or /usr/lib/postgresql/*/bin (Debian package postgresql)".to_owned()
        })
}

/// Whom the server runs as: PostgreSQL refuses root.
#[derive(Clone, Copy)]
enum Owner {
    Ourselves,
    Other { user: u32, group: u32 },
}

impl Owner {
    fn for_server() -> Result<Self, String> {
        if !geteuid().is_root() {
            return Ok(Self::Ourselves);
        }
        let users = fs::read_to_string("/etc/passwd").map_err(|error| format!("/etc/passwd: {error}"))?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| Self::named(name, &users))
            .ok_or_else(|| "it refuses root, and there is neither a user postgres nor nobody".to_owned())
    }

    /// Reads `name:password:user:group:…`, passwd(5).
    fn named(name: &str, users: &str) -> Option<Self> {
        let fields: Vec<_> =
            users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|line| line[0] == name)?;
        Some(Self::Other { user: fields.get(2)?.parse().ok()?, group: fields.get(3)?.parse().ok()? })
    }

    fn take(self, folder: &Path) -> io::Result<()> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Other { user, group } => chown(folder, Some(user), Some(group)),
        }
    }

    fn runs(self, command: &mut Command) {
        if let Self::Other { user, group } = self {
            command.uid(user).gid(group);
        }
    }
}

async fn initialise(programs: &Path, folder: &Path, owner: Owner) -> Result<(), String> {
    let mut initdb = child::bound(programs.join("initdb"), DeathSignal::Kill);
    initdb.args(["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--username=postgres", "-D"]);
    initdb.arg(folder.join("data")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).current_dir("/");
    owner.runs(&mut initdb);
    let done = child::spawn(initdb).await.map_err(|error| format!("setpriv (Debian package util-linux): {error}"))?;
    let done = done.wait_with_output().await.map_err(|error| format!("initdb: {error}"))?;
    let words = String::from_utf8_lossy(&done.stderr);
    if done.status.success() { Ok(()) } else { Err(format!("initdb failed: {words}")) }
}

async fn launch(programs: &Path, folder: &Path, (owner, settings): (Owner, &[&str])) -> io::Result<Child> {
    let log = File::create(folder.join("postgres.log"))?;
    // QUIT is PostgreSQL's immediate shutdown: unlike KILL it takes the shared memory along.
    let mut postgres = child::bound(programs.join("postgres"), DeathSignal::Quit);
    postgres.arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
    for setting in ["listen_addresses=", "unix_socket_permissions=0700"].iter().chain(settings) {
        postgres.args(["-c", setting]);
    }
    postgres.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).current_dir("/");
    owner.runs(&mut postgres);
    child::spawn(postgres).await
}

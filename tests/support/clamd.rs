//! A real clamd: one per run, on a socket in its folder, whose only signature is that of the harmless test text of EICAR.
//!
//! What the real one cannot show, that it hangs or talks nonsense, stands beside the client in `src/files/clamd.rs`.
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::{env, io};

use roomdesk::app::local::child::{self, DeathSignal};
use tokio::process::Child;
use tokio::sync::{Mutex, OnceCell};

use super::eventually::{SOON, eventually};
use super::folder;

/// What every virus scanner is to find (<https://www.eicar.org>); in two parts, so that none finds it here.
pub const EICAR: [&str; 2] = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];
/// What the desk says of it; clamd tells signatures that are not its own by their ending.
pub const FOUND: &str = "is infected (Eicar-Test-Signature.UNOFFICIAL)";

static SHARED: OnceCell<Result<Server, String>> = OnceCell::const_new();

/// Ends the clamd of this run when one was started.
pub async fn stop_shared() {
    if let Some(Ok(server)) = SHARED.get() {
        let mut process = server.process.lock().await;
        process.kill().await.expect("an own child can be ended");
    }
}

/// The clamd of this run, as one test reaches it.
pub struct Clamd {
    /// Leads to the shared one.
    pub socket: PathBuf,
}

impl Clamd {
    pub async fn lend() -> Self {
        let clamd = Self { socket: folder::fresh("clamd-lent").join("clamd.sock") };
        SHARED.get_or_init(Server::start).await.as_ref().unwrap_or_else(|reason| panic!("clamd is needed: {reason}"));
        clamd.comes_back();
        clamd
    }

    /// Nobody listens where this test looks for it; others are not disturbed.
    pub fn goes(&self) {
        fs::remove_file(&self.socket).expect("it is there");
    }

    pub fn comes_back(&self) {
        let server = SHARED.get().and_then(|server| server.as_ref().ok()).expect("it was lent");
        symlink(&server.socket, &self.socket).expect("the run's own folder can be written to");
    }
}

struct Server {
    process: Mutex<Child>,
    socket: PathBuf,
}

impl Server {
    async fn start() -> Result<Self, String> {
        let program = find_program()?;
        let folder = folder::fresh("clamd");
        let log = folder.join("clamd.log");
        let process = launch(&program, &folder, &log).await.map_err(|error| format!("cannot start it: {error}"))?;
        let socket = folder.join("clamd.sock");
        eventually("clamd to listen", SOON, async || match UnixStream::connect(&socket) {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("{error}; {}", fs::read_to_string(&log).unwrap_or_default())),
        })
        .await;
        Ok(Self { process: Mutex::new(process), socket })
    }
}

/// The copy that `scripts/setup` keeps: an installed one may be confined to its own folders (AppArmor). Else that one.
fn find_program() -> Result<PathBuf, String> {
    let in_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(".clamd/usr/sbin");
    let mut folders = [own].into_iter().chain(in_path).chain(["/usr/sbin".into()]);
    let found = folders.find_map(|folder| Some(folder.join("clamd")).filter(|program| program.exists()));
    found.ok_or_else(|| "no clamd in .clamd, PATH or /usr/sbin (run scripts/setup test)".to_owned())
}

async fn launch(program: &Path, folder: &Path, log: &Path) -> io::Result<Child> {
    let signatures = folder.join("signatures");
    fs::create_dir(&signatures)?;
    // Name, any kind of file, from its beginning, these bytes.
    let bytes: String = EICAR.concat().bytes().map(|byte| format!("{byte:02x}")).collect();
    fs::write(signatures.join("eicar.ndb"), format!("Eicar-Test-Signature:0:0:{bytes}\n"))?;
    let config = folder.join("clamd.conf");
    let (place, signatures) = (folder.display(), signatures.display());
    let settings = format!(
        "Foreground yes\nLocalSocket {place}/clamd.sock\nTemporaryDirectory {place}\nDatabaseDirectory {signatures}\n"
    );
    fs::write(&config, settings)?;
    let log = File::create(log)?;
    let mut clamd = child::bound(program, DeathSignal::Kill);
    clamd.arg("--config-file").arg(&config).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    child::spawn(clamd).await
}

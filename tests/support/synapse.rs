//! The homeservers of the tests: one shared by all, and own ones for tests that stop or kill theirs.
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use roomdesk::app::local::synapse::{Synapse, SynapseSpec};
use serde_json::{Map, Value, json};
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use super::folder;
use super::ports::free_port;

/// More than test threads, so that a borrower seldom waits.
const SLOTS: usize = 8;
const SERVER_NAME: &str = "roomdesk.test";

static SHARED: OnceCell<Result<SharedSynapse, String>> = OnceCell::const_new();

/// The homeserver of this run, started by the first test that asks for it.
pub async fn shared() -> &'static Synapse {
    &shared_with_slots().await.synapse
}

/// Stops the homeserver of this run when one was started.
pub async fn stop_shared() {
    if let Some(Ok(shared)) = SHARED.get() {
        shared.synapse.stop().await.expect("the shared Synapse runs until it is stopped");
    }
}

struct SharedSynapse {
    synapse: Synapse,
    free: Mutex<Vec<Arc<AppService>>>,
    permits: Arc<Semaphore>,
}

async fn shared_with_slots() -> &'static SharedSynapse {
    match SHARED.get_or_init(start_shared).await {
        Ok(shared) => shared,
        Err(reason) => panic!("Synapse is needed: {reason}"),
    }
}

async fn start_shared() -> Result<SharedSynapse, String> {
    let services: Vec<_> = (0..SLOTS).map(AppService::new).collect();
    let synapse = start(&services, Map::new()).await?;
    let free = services.into_iter().map(Arc::new).collect();
    Ok(SharedSynapse { synapse, free: Mutex::new(free), permits: Arc::new(Semaphore::new(SLOTS)) })
}

async fn start(services: &[AppService], settings: Map<String, Value>) -> Result<Synapse, String> {
    let folder = folder::fresh("synapse");
    let registrations = services.iter().map(|service| service.write_registration(&folder, SERVER_NAME)).collect();
    let spec = SynapseSpec { registrations, settings, ..SynapseSpec::new(folder, SERVER_NAME, free_port()) };
    Synapse::start(spec).await.map_err(|error| error.to_string())
}

/// An application service as a homeserver knows it: who it is, and where it listens.
pub struct AppService {
    pub id: String,
    pub as_token: String,
    pub hs_token: String,
    /// The port on 127.0.0.1 that Synapse pushes to.
    pub push_port: u16,
    /// `t00_`: every ghost and alias of the service begins with it.
    pub namespace: String,
}

impl AppService {
    pub fn new(number: usize) -> Self {
        let token = || format!("{:032x}", rand::random::<u128>());
        Self {
            id: format!("roomdesk-t{number:02}"),
            as_token: token(),
            hs_token: token(),
            push_port: free_port(),
            namespace: format!("t{number:02}_"),
        }
    }

    /// A part of the namespace that no other test has: `t00_17_`.
    pub fn fresh_prefix(&self) -> String {
        static TESTS: AtomicUsize = AtomicUsize::new(0);
        format!("{}{}_", self.namespace, TESTS.fetch_add(1, Ordering::Relaxed))
    }

    /// Writes the file by which a homeserver of this name knows the service.
    pub fn write_registration(&self, folder: &Path, server_name: &str) -> PathBuf {
        let server = server_name.replace('.', r"\.");
        let registration = json!({
            "id": self.id,
            "url": format!("http://127.0.0.1:{}", self.push_port),
            "as_token": self.as_token,
            "hs_token": self.hs_token,
            // Synapse answers 500 to a /sync of this user, so nobody uses it: the bot is a ghost like the others.
            "sender_localpart": format!("{}sender_{:016x}", self.namespace, rand::random::<u64>()),
            "rate_limited": false,
            "receive_ephemeral": true,
            "io.element.msc4190": true,
            "namespaces": {
                "users": [{"exclusive": true, "regex": format!("@{}.*:{server}", self.namespace)}],
                "aliases": [{"exclusive": true, "regex": format!("#{}.*:{server}", self.namespace)}],
                "rooms": [],
            },
        });
        let path = folder.join(format!("{}.yaml", self.id));
        fs::write(&path, registration.to_string()).expect("a file can be written to a fresh folder");
        path
    }
}

/// An application service of the shared homeserver, in one test's hands alone until it is dropped.
///
/// Rooms of earlier borrowers may still be pushed to its port: what does not carry the prefix is not this test's.
pub struct Slot {
    pub synapse: &'static Synapse,
    /// Begins every ghost and alias of this test.
    pub prefix: String,
    pub service: Arc<AppService>,
    shared: &'static SharedSynapse,
    _permit: OwnedSemaphorePermit,
}

impl Slot {
    /// Waits until one of the slots is free.
    pub async fn borrow() -> Self {
        let shared = shared_with_slots().await;
        let permit = Arc::clone(&shared.permits).acquire_owned().await.expect("the semaphore is never closed");
        let service = shared.free().pop().expect("as many services as permits");
        Self { synapse: &shared.synapse, prefix: service.fresh_prefix(), service, shared, _permit: permit }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // The permit is a field: it goes back after this, when the service is there to be taken.
        self.shared.free().push(Arc::clone(&self.service));
    }
}

impl SharedSynapse {
    fn free(&self) -> MutexGuard<'_, Vec<Arc<AppService>>> {
        // A test that panicked while it held the lock had at most pushed or popped one element.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A homeserver of one test, with one application service, to be stopped, killed and started at will.
pub struct OwnSynapse {
    pub synapse: Synapse,
    pub service: AppService,
    pub prefix: String,
}

impl OwnSynapse {
    pub async fn start() -> Self {
        let service = AppService::new(0);
        // Ten times Synapse's own limit.
        let settings = Map::from_iter([("max_upload_size".to_owned(), json!("500M"))]);
        let synapse = start(std::slice::from_ref(&service), settings).await.unwrap_or_else(|reason| panic!("{reason}"));
        Self { synapse, prefix: service.fresh_prefix(), service }
    }
}

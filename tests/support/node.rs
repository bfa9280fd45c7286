//! Node, one process for all of a run's stories: with the Socket.IO client that browsers use, and with Chromium.
use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use roomdesk::app::local::child::{self, DeathSignal};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::{OnceCell, mpsc, oneshot};

/// Something that was told unasked.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    pub event: String,
    pub data: Value,
}

type Waiting = Mutex<HashMap<u64, oneshot::Sender<Result<Value, String>>>>;
type Journals = Mutex<HashMap<String, Arc<Mutex<Vec<Heard>>>>>;

/// The process.
pub struct Node {
    commands: mpsc::UnboundedSender<String>,
    waiting: Arc<Waiting>,
    journals: Arc<Journals>,
    child: Mutex<Option<Child>>,
}

static NODE: OnceCell<Node> = OnceCell::const_new();
static NEXT: AtomicU64 = AtomicU64::new(1);

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends Node, if any story started it.
pub async fn stop_shared() {
    let child = NODE.get().and_then(|node| lock(&node.child).take());
    if let Some(mut child) = child {
        child.kill().await.expect("an own child can be killed");
    }
}

impl Node {
    pub async fn shared() -> &'static Self {
        NODE.get_or_init(Self::start).await
    }

    async fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node");
        assert!(folder.join("node_modules/socket.io-client").exists(), "run `scripts/setup test` first");
        let mut command = child::bound("node", DeathSignal::Kill);
        command.arg("driver.js").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = child::spawn(command).await.expect("Node is installed by `scripts/setup test`");
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let lines = BufReader::new(stdout.expect("its output is piped")).lines();
        let (commands, queue) = mpsc::unbounded_channel();
        let (waiting, journals) = (Arc::new(Waiting::default()), Arc::new(Journals::default()));
        tokio::spawn(write(stdin.expect("its input is piped"), queue));
        tokio::spawn(read(lines, Arc::clone(&waiting), Arc::clone(&journals)));
        Self { commands, waiting, journals, child: Mutex::new(Some(child)) }
    }

    /// Asks for something; its result, or the words of what was thrown.
    pub async fn ask(&self, mut command: Value) -> Result<Value, String> {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        command["id"] = id.into();
        let (answer, answered) = oneshot::channel();
        lock(&self.waiting).insert(id, answer);
        self.commands.send(command.to_string()).expect("Node runs");
        answered.await.expect("Node runs")
    }

    /// A name that nobody has yet, and what is heard under it.
    pub fn journal(&self) -> (String, Arc<Mutex<Vec<Heard>>>) {
        let name = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        let heard = Arc::new(Mutex::default());
        lock(&self.journals).insert(name.clone(), Arc::clone(&heard));
        (name, heard)
    }

    /// Keeps no journal under this name any longer, and tells Node so with a last command.
    pub fn forgets(&self, name: &str, mut last: Value) {
        lock(&self.journals).remove(name);
        last["id"] = 0.into();
        // Nobody waits for the answer; a Node that has ended has nothing left.
        drop(self.commands.send(last.to_string()));
    }
}

async fn write(mut stdin: ChildStdin, mut queue: mpsc::UnboundedReceiver<String>) {
    while let Some(mut line) = queue.recv().await {
        line.push('\n');
        if stdin.write_all(line.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(mut lines: Lines<BufReader<ChildStdout>>, waiting: Arc<Waiting>, journals: Arc<Journals>) {
    while let Ok(Some(line)) = lines.next_line().await {
        let mut line: Value = serde_json::from_str(&line).expect("Node speaks JSON");
        if let Some(id) = line["id"].as_u64() {
            let answer = match line["error"].as_str() {
                Some(error) => Err(error.to_owned()),
                None => Ok(line["result"].take()),
            };
            if let Some(asked) = lock(&waiting).remove(&id) {
                // A story that ended does not wait any longer.
                drop(asked.send(answer));
            }
        } else if let Some(journal) = lock(&journals).get(line["name"].as_str().unwrap_or_default()) {
            let event = line["event"].as_str().unwrap_or_default().to_owned();
            lock(journal).push(Heard { event, data: line["data"].take() });
        }
    }
}

//! Sockets as a browser has them: socket.io-client in Node, one process for all of a run's stories.
use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use roomdesk::app::local::child::{self, DeathSignal};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::{OnceCell, mpsc, oneshot};

use super::account::{Account, Ticket};
use super::eventually::{SOON, eventually};

/// Something a socket was told, unasked.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    pub event: String,
    pub data: Value,
}

/// A connected socket of somebody; whatever it hears is kept.
pub struct Socket {
    name: String,
    node: &'static Node,
    heard: Arc<Mutex<Vec<Heard>>>,
}

type Waiting = Mutex<HashMap<u64, oneshot::Sender<Result<Value, String>>>>;
type Journals = Mutex<HashMap<String, Arc<Mutex<Vec<Heard>>>>>;

struct Node {
    commands: mpsc::UnboundedSender<String>,
    waiting: Arc<Waiting>,
    journals: Arc<Journals>,
    child: Mutex<Option<Child>>,
}

static NODE: OnceCell<Node> = OnceCell::const_new();
static NEXT: AtomicU64 = AtomicU64::new(1);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
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
    async fn shared() -> &'static Self {
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

    async fn ask(&self, mut command: Value) -> Result<Value, String> {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        command["id"] = id.into();
        let (answer, answered) = oneshot::channel();
        lock(&self.waiting).insert(id, answer);
        self.commands.send(command.to_string()).expect("Node runs");
        answered.await.expect("Node runs")
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
        } else if let Some(journal) = lock(&journals).get(line["socket"].as_str().unwrap_or_default()) {
            let event = line["event"].as_str().unwrap_or_default().to_owned();
            lock(journal).push(Heard { event, data: line["data"].take() });
        }
    }
}

impl Socket {
    pub async fn connects(account: &Account) -> Self {
        Self::tries_with(account, json!({"token": account.token()})).await.expect("who is signed in is let in")
    }

    /// As somebody who was there before.
    pub async fn comes_back(account: &Account, last_change: i64) -> Self {
        let auth = json!({"token": account.token(), "lastChange": last_change});
        Self::tries_with(account, auth).await.expect("who is signed in is let in")
    }

    /// Joins a ticket with its first breath, as soon as it is told that it is connected.
    pub async fn hurries_into(account: &Account, ticket: &Ticket) -> Self {
        let first = json!(["join-ticket", {"ticket": ticket.id}]);
        let (socket, answer) =
            Self::opens(account, json!({"token": account.token()}), first).await.expect("it is let in");
        assert_eq!(answer["result"]["ticket"], ticket.id.as_str(), "{answer}");
        socket
    }

    /// With any handshake; why it was refused.
    pub async fn tries_with(account: &Account, auth: Value) -> Result<Self, String> {
        Self::opens(account, auth, Value::Null).await.map(|(socket, _)| socket)
    }

    async fn opens(account: &Account, auth: Value, first: Value) -> Result<(Self, Value), String> {
        let node = Node::shared().await;
        let name = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        let heard = Arc::new(Mutex::default());
        lock(&node.journals).insert(name.clone(), Arc::clone(&heard));
        let socket = Self { name, node, heard };
        let connect = json!({"socket": socket.name, "do": "connect", "url": account.desk_url(), "auth": auth,
            "first": first});
        node.ask(connect).await.map(|answer| (socket, answer))
    }

    /// Sends an event; the acknowledgement, as it came.
    pub async fn asks(&self, event: &str, data: &Value) -> Value {
        let command = json!({"socket": self.name, "do": "emit", "event": event, "data": data});
        self.node.ask(command).await.unwrap_or_else(|error| panic!("{event}: {error}"))
    }

    /// Sends an event that must be granted; its result.
    pub async fn gets(&self, event: &str, data: &Value) -> Value {
        let answer = self.asks(event, data).await;
        assert!(answer.get("problem").is_none(), "{event}: {answer}");
        answer["result"].clone()
    }

    /// Sends an event that must be refused; the status of the problem.
    pub async fn is_refused(&self, event: &str, data: &Value) -> u64 {
        let answer = self.asks(event, data).await;
        answer["problem"]["status"].as_u64().unwrap_or_else(|| panic!("{event}: {answer}"))
    }

    pub async fn joins(&self, ticket: &Ticket) -> Value {
        self.gets("join-ticket", &json!({"ticket": ticket.id})).await
    }

    /// Joins a ticket of which it has seen the changes up to `after`.
    pub async fn rejoins(&self, ticket: &Ticket, after: i64) -> Value {
        self.gets("join-ticket", &json!({"ticket": ticket.id, "after": after})).await
    }

    /// Writes into a ticket; the message as it was accepted.
    pub async fn says(&self, ticket: &Ticket, message: &str) -> Value {
        self.gets("send-message", &json!({"ticket": ticket.id, "message": message})).await
    }

    /// Everything it was told so far.
    pub fn heard(&self) -> Vec<Heard> {
        lock(&self.heard).clone()
    }

    /// What it was told by events of this name.
    pub fn heard_of(&self, event: &str) -> Vec<Value> {
        lock(&self.heard).iter().filter(|heard| heard.event == event).map(|heard| heard.data.clone()).collect()
    }

    /// Waits for the first event of this name that is as wanted.
    pub async fn eventually_hears(&self, event: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(format!("a socket to hear \"{event}\""), SOON, async || {
            let heard = self.heard_of(event);
            heard.iter().find(|data| wanted(data)).cloned().ok_or_else(|| self.heard())
        })
        .await
    }

    /// Waits until the server, or the network, has ended it; why.
    pub async fn eventually_ends(&self) -> String {
        self.eventually_hears("disconnect", |_| true).await.as_str().unwrap_or_default().to_owned()
    }

    /// Breaks its connection, as a network does.
    pub async fn is_cut(&self) {
        self.does("cut").await;
        self.eventually_ends().await;
    }

    /// Reads nothing more of its connection.
    pub async fn stops_reading(&self) {
        self.does("pause").await;
    }

    /// Reads on.
    pub async fn reads_on(&self) {
        self.does("reads").await;
    }

    /// Goes, as somebody who closes the page.
    pub async fn goes(&self) {
        self.does("close").await;
    }

    async fn does(&self, verb: &str) {
        self.node.ask(json!({"socket": self.name, "do": verb})).await.unwrap_or_else(|error| panic!("{verb}: {error}"));
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        lock(&self.node.journals).remove(&self.name);
        // Nobody waits for the answer; a Node that has ended has no sockets.
        drop(self.node.commands.send(json!({"id": 0, "socket": self.name, "do": "close"}).to_string()));
    }
}

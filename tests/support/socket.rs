//! Sockets as a browser has them: socket.io-client in Node.
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::account::{Account, Ticket};
use super::eventually::{SOON, eventually};
use super::node::{Heard, Node, lock};

/// A connected socket of somebody; whatever it hears is kept.
pub struct Socket {
    name: String,
    node: &'static Node,
    heard: Arc<Mutex<Vec<Heard>>>,
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
        let (name, heard) = node.journal();
        let socket = Self { name, node, heard };
        let connect = json!({"socket": socket.name, "do": "connect", "url": account.desk_url(), "auth": auth,
            "first": first});
        node.ask(connect).await.map(|answer| (socket, answer))
    }

    /// Sends an event; the acknowledgement, as it came.
    pub async fn asks(&self, event: &str, data: &Value) -> Value {
        self.tries(event, data).await.unwrap_or_else(|error| panic!("{event}: {error}"))
    }

    /// Sends an event over a connection that may end meanwhile; the acknowledgement, if it came.
    pub async fn tries(&self, event: &str, data: &Value) -> Result<Value, String> {
        self.node.ask(json!({"socket": self.name, "do": "emit", "event": event, "data": data})).await
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

    /// Looks through everything it was told so far.
    pub fn recalls<T>(&self, look: impl FnOnce(&[Heard]) -> T) -> T {
        look(&lock(&self.heard))
    }

    /// What it was told by events of this name.
    pub fn heard_of(&self, event: &str) -> Vec<Value> {
        let of_name = |heard: &&Heard| heard.event == event;
        self.recalls(|heard| heard.iter().filter(of_name).map(|heard| heard.data.clone()).collect())
    }

    /// Waits for the first event of this name that is as wanted.
    pub async fn eventually_hears(&self, event: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(format!("a socket to hear \"{event}\""), SOON, async || {
            let is_wanted = |heard: &&Heard| heard.event == event && wanted(&heard.data);
            let found = self.recalls(|heard| heard.iter().find(is_wanted).map(|heard| heard.data.clone()));
            found.ok_or_else(|| self.recalls(|heard| heard[heard.len().saturating_sub(20)..].to_vec()))
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
        self.node.forgets(&self.name, json!({"socket": self.name, "do": "close"}));
    }
}

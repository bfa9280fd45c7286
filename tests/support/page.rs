//! The desk as a browser shows it: Chromium, a context of its own for each page.
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::eventually::{SOON, eventually};
use super::node::{Heard, Node, lock};

/// An open page; whatever it complains of is kept.
pub struct Page {
    name: String,
    node: &'static Node,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Page {
    pub async fn opens(url: &str) -> Self {
        let node = Node::shared().await;
        let (name, heard) = node.journal();
        let page = Self { name, node, heard };
        page.does("open", json!({"url": url})).await;
        page
    }

    /// Types over what is in a field.
    pub async fn fills(&self, at: &str, with: &str) {
        self.does("fill", json!({"at": at, "with": with})).await;
    }

    pub async fn presses(&self, at: &str, key: &str) {
        self.does("press", json!({"at": at, "with": key})).await;
    }

    pub async fn clicks(&self, at: &str) {
        self.does("click", json!({"at": at})).await;
    }

    /// Chooses a file for a field of files.
    pub async fn chooses(&self, at: &str, file: &Path) {
        self.does("choose", json!({"at": at, "with": file})).await;
    }

    /// The texts one sees at a selector.
    pub async fn reads(&self, at: &str) -> Vec<String> {
        let texts = self.does("read", json!({"at": at})).await;
        serde_json::from_value(texts).expect("Node reads texts")
    }

    /// Waits until one of the texts at a selector contains `wanted`.
    pub async fn eventually_shows(&self, at: &str, wanted: &str) {
        eventually(format!("{at} to show {wanted:?}"), SOON, async || {
            let texts = self.reads(at).await;
            if texts.iter().any(|text| text.contains(wanted)) { Ok(()) } else { Err((texts, self.complaints())) }
        })
        .await;
    }

    /// Waits until nothing is seen at a selector any longer.
    pub async fn eventually_hides(&self, at: &str) {
        eventually(format!("{at} to be gone"), SOON, async || {
            let texts = self.reads(at).await;
            if texts.iter().all(String::is_empty) { Ok(()) } else { Err(texts) }
        })
        .await;
    }

    /// What an expression of JavaScript gives in the page.
    pub async fn runs(&self, script: &str) -> Value {
        self.does("run", json!({"script": script})).await
    }

    /// Has a window of this size from now on.
    pub async fn fits(&self, width: u32, height: u32) {
        self.does("size", json!({"width": width, "height": height})).await;
    }

    /// What the page has thrown or written into its console as a warning or an error.
    pub fn complaints(&self) -> Vec<String> {
        lock(&self.heard).iter().filter_map(|heard| heard.data.as_str().map(str::to_owned)).collect()
    }

    async fn does(&self, verb: &str, mut command: Value) -> Value {
        command["page"] = self.name.clone().into();
        command["do"] = verb.into();
        self.node.ask(command).await.unwrap_or_else(|error| panic!("{verb}: {error}\n{:?}", self.complaints()))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.node.forgets(&self.name, json!({"page": self.name, "do": "close"}));
    }
}

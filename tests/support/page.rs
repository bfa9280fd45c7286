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

/// The window in which a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub width: u32,
    pub height: u32,
    pub is_dark: bool,
    /// As browsers tell it: a language and a region.
    pub locale: &'static str,
}

impl Window {
    pub const DESKTOP: Self = Self { width: 1280, height: 800, is_dark: false, locale: "en-GB" };
    pub const PHONE: Self = Self { width: 360, height: 740, ..Self::DESKTOP };

    pub const fn dark(self) -> Self {
        Self { is_dark: true, ..self }
    }

    pub const fn in_german(self) -> Self {
        Self { locale: "de-DE", ..self }
    }
}

impl Page {
    /// Opens an address in a browser that has been nowhere yet.
    pub async fn opens(url: &str) -> Self {
        Self::opens_in(Window::DESKTOP, url).await
    }

    pub async fn opens_in(window: Window, url: &str) -> Self {
        let Window { width, height, is_dark, locale } = window;
        let scheme = if is_dark { "dark" } else { "light" };
        Self::made(json!({"url": url, "width": width, "height": height, "scheme": scheme, "locale": locale})).await
    }

    /// Another page of the same browser, signed in as this one is.
    pub async fn opens_beside(&self, url: &str) -> Self {
        Self::made(json!({"url": url, "beside": self.name})).await
    }

    async fn made(wish: Value) -> Self {
        let node = Node::shared().await;
        let (name, heard) = node.journal();
        let page = Self { name, node, heard };
        page.does("open", wish).await;
        page
    }

    /// Goes to another address, as with a link from elsewhere.
    pub async fn goes_to(&self, url: &str) {
        self.does("goto", json!({"url": url})).await;
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

    pub async fn hovers(&self, at: &str) {
        self.does("hover", json!({"at": at})).await;
    }

    /// Presses keys one after the other, wherever the focus is.
    pub async fn keys(&self, keys: &[&str]) {
        self.does("keys", json!({"with": keys})).await;
    }

    /// Types a text wherever the focus is.
    pub async fn types(&self, text: &str) {
        self.does("types", json!({"with": text})).await;
    }

    /// Chooses a file for a field of files.
    pub async fn chooses(&self, at: &str, file: &Path) {
        self.does("choose", json!({"at": at, "with": file})).await;
    }

    /// Drops files as from the desktop.
    pub async fn drops(&self, at: &str, files: &[&Path]) {
        self.does("drop", json!({"at": at, "with": files})).await;
    }

    /// From now on the page's requests to such addresses are refused with this status, or never answered.
    pub async fn is_answered(&self, addresses: &str, with: Option<u16>) {
        self.does("answer", json!({"at": addresses, "with": with})).await;
    }

    /// What axe finds wrong with the page as it is, and what does not fit its window.
    pub async fn audit(&self) -> Vec<String> {
        let found = self.does("audit", json!({})).await;
        serde_json::from_value(found).expect("Node finds texts")
    }

    /// Takes a picture of the window.
    pub async fn shoots(&self, file: &Path) {
        self.does("shoot", json!({"with": file})).await;
    }

    /// Takes a picture of the page from its top to its end.
    pub async fn shoots_whole(&self, file: &Path) {
        self.does("shoot", json!({"with": file, "whole": true})).await;
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

    /// What the page has thrown, written into its console as a warning or an error, or asked of another origin.
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

//! The desk under test, in this process: what a story gets when it names no other fixture.
use std::fs::OpenOptions;
use std::ops::Deref;
use std::sync::Arc;

use roomdesk::app::config::Log;
use roomdesk::app::serve::{self, Serving};
use roomdesk::domain::Clock;
use tokio::runtime::{Builder, Runtime};
use tracing::Dispatch;
use tracing::dispatcher;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, fmt};

use super::database::DatabaseKind;
use super::home::Home;
use super::site::{self, Site};
use super::story::Fixture;
use super::synapse::Slot;

/// A running desk on a runtime of its own, so that its log lines are told from others', and its tasks end with it.
///
/// `TestDesk` alone lives on the shared homeserver, `TestDesk<OwnSynapse>` on one that may be stopped.
pub struct TestDesk<H: Home = Slot> {
    // The runtime goes before the site gives its slot back.
    running: Running,
    site: Site<H>,
}

struct Running {
    serving: Option<Serving>,
    runtime: Option<Runtime>,
}

impl<H: Home> Deref for TestDesk<H> {
    type Target = Site<H>;

    fn deref(&self) -> &Site<H> {
        &self.site
    }
}

impl<H: Home> Fixture for TestDesk<H> {
    async fn start(kind: DatabaseKind) -> Self {
        Self::start_with(kind, &[], Clock::system()).await
    }

    async fn finish(mut self) {
        self.site.settles().await;
        self.running.stop().await;
        self.site.is_well().await;
    }
}

impl<H: Home> TestDesk<H> {
    /// A running desk with keys of the configuration set, and a clock that may stand; see [`Site::found`].
    pub async fn start_with(kind: DatabaseKind, settings: &[(&str, &str)], clock: Clock) -> Self {
        let site = Site::<H>::found(kind, settings, clock.clone()).await;
        // An earlier borrower that failed may still be ending.
        site::is_free(site.home.service().push_port).await;
        let runtime = runtime(subscriber(&site.config.log, &site));
        let config = site.config.clone();
        let started = runtime.spawn(async move { serve::start(&config, clock).await }).await;
        let running = Running {
            serving: Some(started.expect("the start does not panic").unwrap_or_else(|error| panic!("{error:#}"))),
            runtime: Some(runtime),
        };
        Self { running, site }
    }
}

impl<H: Home> TestDesk<H> {
    /// Ends the desk though it has work left.
    pub async fn stop(mut self) {
        self.running.stop().await;
        self.site.is_well().await;
    }
}

impl Running {
    async fn stop(&mut self) {
        if let (Some(serving), Some(runtime)) = (self.serving.take(), &self.runtime) {
            runtime.spawn(serving.stop()).await.expect("the stop does not panic");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn subscriber<H: Home>(log: &Log, site: &Site<H>) -> Dispatch {
    let file = OpenOptions::new().create(true).append(true).open(site.log()).expect("an own folder can be written to");
    let lines = fmt::layer().json().flatten_event(true).with_writer(Arc::new(file));
    Dispatch::new(tracing_subscriber::registry().with(lines.with_filter(log.filter.clone())))
}

/// A runtime whose threads log to `subscriber`.
fn runtime(subscriber: Dispatch) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .on_thread_start(move || {
            thread_local! {
                static LOGGING: std::cell::RefCell<Option<dispatcher::DefaultGuard>> =
                    const { std::cell::RefCell::new(None) };
            }
            LOGGING.set(Some(dispatcher::set_default(&subscriber)));
        })
        .build()
        .expect("a tokio runtime can be built")
}

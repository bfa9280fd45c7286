//! Log lines: one tells its story alone and carries the fields to search for.
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use super::config::{Log, LogFormat};

/// Writes log lines to standard error from now on; a second call changes nothing.
pub fn start(log: &Log) {
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match log.format {
        LogFormat::Text => lines.with_target(true).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let installed = tracing_subscriber::registry().with(lines.with_filter(log.filter.clone())).try_init();
    if installed.is_err() {
        tracing::debug!("log lines are written already");
    }
}

//! Log lines: one tells its story alone and carries the fields to search for.
use std::fs::File;
use std::io::IsTerminal;

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use super::config::{Log, LogFormat};

/// Writes log lines to standard error from now on; a second call changes nothing.
pub fn start(log: &Log) {
    start_with(log, std::io::stderr, std::io::stderr().is_terminal());
}

/// Writes log lines into a file from now on; a second call changes nothing.
pub fn start_in(log: &Log, file: File) {
    start_with(log, file, false);
}

fn start_with<W>(log: &Log, writer: W, colours: bool)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(writer).with_ansi(colours);
    let lines = match log.format {
        LogFormat::Text => lines.with_target(true).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let installed = tracing_subscriber::registry().with(lines.with_filter(log.filter.clone())).try_init();
    if installed.is_err() {
        tracing::debug!("log lines are written already");
    }
}

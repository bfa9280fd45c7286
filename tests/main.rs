//! Every integration test in one binary: real Synapse, real PostgreSQL, real people with a Matrix client.
//!
//! `cargo test --test main -- [filter] [--list] [--test-threads n]`. Stories live in `stories`, one file per theme.
#![expect(
    clippy::disallowed_methods,
    reason = "these keep the product testable; tests spawn and take chance where they need it"
)]
#![recursion_limit = "256"] // The client of a person is spawned; its futures nest deeper than 128 types.

mod dependencies;
mod floors;
mod stories;
mod support;

use std::process::ExitCode;

fn main() -> ExitCode {
    support::bereaved::play_part().unwrap_or_else(support::runner::run)
}

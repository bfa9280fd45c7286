//! The `roomdesk` command; everything it does lives in the library.
use std::process::ExitCode;

use clap::Parser;
use roomdesk::app::cli::{self, Cli};

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("roomdesk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

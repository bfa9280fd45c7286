//! Configuration, telemetry, command line, wiring and shutdown.
pub mod config;
pub mod registration;

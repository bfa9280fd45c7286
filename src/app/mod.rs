//! Configuration, telemetry, command line, wiring and shutdown.
pub mod local;

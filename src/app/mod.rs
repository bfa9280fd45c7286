//! Configuration, telemetry, command line, wiring and shutdown.
pub mod cli;
pub mod config;
pub mod dead_letters;
pub mod demo;
pub mod dev;
pub mod doctor;
pub mod local;
pub mod mail;
mod patience;
pub mod registration;
pub mod serve;
pub mod telemetry;
pub mod users;

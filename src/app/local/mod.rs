//! Servers of this machine, run as child processes: what `roomdesk demo` and the tests stand on.
//!
//! In: a folder and a port. Out: a real homeserver on loopback, which ends when this process ends.
pub mod child;
pub mod synapse;
mod synapse_files;

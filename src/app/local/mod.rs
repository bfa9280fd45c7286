//! Servers of this machine, run as child processes: what `roomdesk demo` and the tests stand on.
//!
//! In: a folder and ports. Out: a real homeserver, or a mailbox, on loopback, which ends when this process ends.
pub mod child;
pub mod maildev;
pub mod synapse;
mod synapse_files;

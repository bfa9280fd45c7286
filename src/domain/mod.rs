//! Tickets, messages, people, permissions, clock and ids: no IO, no async, no SQL, no HTTP.
pub mod audit;
pub mod avatars;
pub mod bulk;
pub mod changes;
pub mod client_ids;
pub mod clock;
pub mod edits;
pub mod files;
pub mod filter;
pub mod ids;
pub mod markup;
pub mod matrix_ids;
pub mod messages;
pub mod opening;
pub mod people;
pub mod permissions;
pub mod reading;
pub mod refusal;
pub mod status;
pub mod tags;
pub mod teams;
pub mod text;
pub mod tickets;
pub mod timeline;
pub mod words;

pub use clock::{Clock, Time};
pub use refusal::Refusal;

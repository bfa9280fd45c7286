//! ruma types to and from the homeserver's HTTP, and event content to and from messages.
//!
//! Requests go out as the bot or as a ghost (`?user_id=`), always from a named device. Answers are read as tolerantly
//! as they are used: one strange event never makes a whole answer unreadable.
pub mod client;
pub mod content;
pub mod ephemeral;
pub mod events;
pub mod media;
pub mod ping;
pub mod rooms;
pub mod sync;
pub mod users;

pub use client::{Homeserver, MatrixError, Verdict};

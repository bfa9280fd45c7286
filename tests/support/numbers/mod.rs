//! Numbers as they must be: tickets that were led through anything that is legal, and what they come to, worked out again
//! from messages and timelines alone.
mod commands;
mod ledger;
mod lives;
mod naive;
mod office;
mod seeded;
mod statements;

pub use commands::agree;
pub use lives::lead;
pub use naive::{Question, Truth, check};
pub use office::Office;
pub use seeded::{Bare, Seeded, fill};
pub use statements::whole_scans;

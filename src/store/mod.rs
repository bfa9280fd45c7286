//! Domain values to and from rows: the only SQL of the project.
//!
//! One SQL text serves SQLite and PostgreSQL. Everything runs inside a [`Tx`]: without [`Tx::commit`] nothing happened.
#[macro_use]
mod macros;

pub mod api_keys;
pub mod audit;
pub mod avatars;
pub mod bridge;
pub mod bulk;
pub mod bulk_jobs;
pub mod changes;
pub mod client_ids;
pub mod consistency;
pub mod db;
pub mod dead_letters;
pub mod export;
pub mod files;
pub mod finding;
pub mod idempotency;
pub mod inbox;
pub mod lanes;
pub mod mail_choices;
pub mod mail_switches;
pub mod mails;
pub mod measurements;
pub mod messages;
pub mod named_staff;
pub mod note_files;
pub mod note_rooms;
pub mod notes;
pub mod numbers;
pub mod participants;
pub mod password_tokens;
pub mod people;
mod query;
pub mod queues;
pub mod reactions;
pub mod readers;
pub mod reads;
pub mod roster;
pub mod search;
pub mod sessions;
pub mod tags;
pub mod teams;
pub mod tickets;
pub mod timeline;
pub mod watching;

pub use db::{Db, DbError, Engine, Tx};

/// Every named statement with its name, as `engine` gets it, for the test that prepares them on both.
pub fn statements(engine: Engine) -> Vec<(&'static str, &'static str)> {
    let same = [
        api_keys::STATEMENTS,
        audit::STATEMENTS,
        avatars::STATEMENTS,
        bridge::STATEMENTS,
        bulk_jobs::STATEMENTS,
        changes::STATEMENTS,
        client_ids::STATEMENTS,
        consistency::STATEMENTS,
        dead_letters::STATEMENTS,
        files::STATEMENTS,
        idempotency::STATEMENTS,
        inbox::STATEMENTS,
        lanes::STATEMENTS,
        mail_choices::STATEMENTS,
        mail_switches::STATEMENTS,
        mails::STATEMENTS,
        measurements::STATEMENTS,
        messages::STATEMENTS,
        named_staff::STATEMENTS,
        note_files::STATEMENTS,
        note_rooms::STATEMENTS,
        notes::STATEMENTS,
        numbers::STATEMENTS,
        participants::STATEMENTS,
        password_tokens::STATEMENTS,
        people::STATEMENTS,
        queues::STATEMENTS,
        reactions::STATEMENTS,
        readers::STATEMENTS,
        reads::STATEMENTS,
        roster::STATEMENTS,
        sessions::STATEMENTS,
        tags::STATEMENTS,
        teams::STATEMENTS,
        tickets::STATEMENTS,
        timeline::STATEMENTS,
    ];
    let own = [
        bulk_jobs::PER_ENGINE,
        idempotency::PER_ENGINE,
        lanes::PER_ENGINE,
        mails::PER_ENGINE,
        readers::PER_ENGINE,
        roster::PER_ENGINE,
        tickets::PER_ENGINE,
    ];
    let own = own.into_iter().flatten().map(|(name, statement)| (*name, statement.on(engine)));
    same.into_iter().flatten().copied().chain(own).collect()
}

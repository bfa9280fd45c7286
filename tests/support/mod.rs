//! What the stories stand on: servers, people, databases and the runner.
pub mod account;
pub mod bereaved;
pub mod child_desk;
pub mod database;
pub mod desk;
pub mod eventually;
pub mod failure;
pub mod folder;
pub mod home;
pub mod journal;
pub mod person;
pub mod ports;
pub mod postgres;
pub mod rest;
pub mod rooms;
pub mod runner;
pub mod site;
pub mod story;
pub mod synapse;

pub use child_desk::ChildDesk;
pub use database::{DatabaseKind, TestDatabase};
pub use desk::TestDesk;
pub use eventually::eventually;
pub use person::Person;
pub(crate) use story::{check, story, story_postgres, story_sqlite};
pub use synapse::{OwnSynapse, Slot};

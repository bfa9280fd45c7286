//! Roomdesk: a support desk in which every ticket is a Matrix room.
//!
//! The modules are floors (see ARCHITECTURE.md): each may use the floors below it, never one above or beside it.
pub mod app;
pub mod desk;
pub mod domain;
pub mod files;
pub mod host;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod matrix;
pub mod socket;
pub mod store;
pub mod view;

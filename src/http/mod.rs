//! REST and application-service endpoints: extract, call the desk, view.
pub mod appservice;

//! Claims about Roomdesk, one file per theme.
mod crashes;
mod ground;
mod outages;
mod process;
mod tickets;

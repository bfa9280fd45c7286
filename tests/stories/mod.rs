//! Claims about Roomdesk, one file per theme.
mod ground;
mod process;
mod tickets;

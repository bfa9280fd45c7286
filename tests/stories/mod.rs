//! Claims about Roomdesk, one file per theme.
mod ground;
mod house;
mod lists;
mod participants;
mod process;
mod tickets;

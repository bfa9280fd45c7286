//! Claims about Roomdesk, one file per theme.
mod appservice;
mod bad_input;
mod ghosts;
mod ground;
mod house;
mod lists;
mod participants;
mod powers;
mod process;
mod tickets;

//! Claims about Roomdesk, one file per theme.
mod appservice;
mod bad_input;
mod crashes;
mod federation;
mod file_troubles;
mod files;
mod ghosts;
mod ground;
mod house;
mod lists;
mod messages;
mod outages;
mod participants;
mod powers;
mod process;
mod tickets;

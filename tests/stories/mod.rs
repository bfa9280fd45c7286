//! Claims about Roomdesk, one file per theme.
mod appservice;
mod bad_input;
mod crashes;
mod crowd;
mod federation;
mod ghosts;
mod ground;
mod house;
mod lists;
mod live;
mod messages;
mod outages;
mod participants;
mod powers;
mod process;
mod reading;
mod tickets;

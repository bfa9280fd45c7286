//! Tickets, messages, people, permissions, clock and ids: no IO, no async, no SQL, no HTTP.

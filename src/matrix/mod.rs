//! ruma types to and from the homeserver's HTTP, and event content to and from messages.

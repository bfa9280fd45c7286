//! Domain values to the JSON shapes shared by REST, sockets and webhooks.

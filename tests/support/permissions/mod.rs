//! Who may do what: the table written by hand, the operations there are, and a request for each of them.
pub mod ask;
pub mod cast;
pub mod operations;
pub mod routes;
pub mod sockets;
pub mod stage;
pub mod table;

//! What the benchmark shares with the tests, and the one thing it has of its own: data lie on the disk, where a commit
//! has to wait for it, as in a real desk.
#[path = "../../tests/support/eventually.rs"]
mod eventually;
pub mod folder;
#[path = "../../tests/support/ports.rs"]
mod ports;
#[path = "../../tests/support/postgres.rs"]
#[expect(dead_code, reason = "the server that tests share is made for speed, this one for truth")]
pub mod postgres;

pub use eventually::eventually;
pub use ports::free_port;

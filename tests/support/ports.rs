//! Free TCP ports on loopback, each given once per process.
use std::net::TcpListener;
use std::process;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below Linux' ephemeral range (32768 and up): a port of that range can become the source of somebody's outgoing
/// connection between the moment it is chosen and the moment it is bound.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port nobody listens on now, and that this function will not give again.
pub fn free_port() -> u16 {
    // Runs at the same time start at different places.
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| {
        let start = process::id().wrapping_mul(97) % u32::from(COUNT);
        AtomicU16::new(u16::try_from(start).expect("a remainder of a u16 fits a u16"))
    });
    (0..COUNT)
        .map(|_| FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT)
        .find(|&port| TcpListener::bind(("127.0.0.1", port)).is_ok())
        .expect("one of twelve thousand ports is free")
}

//! The live part of the API: Socket.IO at `/socket.io`, over WebSocket alone (docs/realtime.md shows every event).
//!
//! A socket enters through [`connect`], its events are answered by [`events`], and what happens elsewhere reaches it
//! from the log of changes: one task ([`fanout`]) reads it in order, renders each change once ([`render`]), and the
//! [`hub`] hands it on.
mod catch_up;
mod connect;
mod events;
mod fanout;
mod hub;
mod render;
mod turns;

use std::sync::Arc;

use socketioxide::layer::SocketIoLayer;
use socketioxide::{SocketIo, TransportType};
use tokio_util::sync::CancellationToken;

use self::hub::Hub;
use crate::desk::Desk;
use crate::desk::metrics::Metrics;

/// How many events may wait for one socket.
const BUFFER: usize = 512;
/// The largest event a client may send, in bytes: a message of the greatest length, with room to spare.
const LARGEST: usize = 256 * 1024;

/// What handlers work with.
#[derive(Clone)]
pub(crate) struct Live {
    desk: Desk,
    hub: Arc<Hub>,
}

/// Every socket of this process.
pub struct Sockets {
    io: SocketIo,
    live: Live,
}

/// The sockets of a desk, and the layer that lets them in beside the REST API.
pub fn open(desk: Desk, metrics: &Metrics) -> (SocketIoLayer, Sockets) {
    let live = Live { desk, hub: Arc::new(Hub::new(metrics)) };
    let (layer, io) = SocketIo::builder()
        .with_state(live.clone())
        .transports([TransportType::Websocket])
        .max_buffer_size(BUFFER)
        .max_payload(LARGEST as u64)
        .ws_max_message_size(LARGEST)
        .ws_max_frame_size(LARGEST)
        .build_layer();
    connect::welcome(&io);
    (layer, Sockets { io, live })
}

impl Sockets {
    /// Tells the sockets of changes until `stop`; then ends them all.
    pub async fn run(self, stop: CancellationToken) {
        fanout::run(&self.live, &stop).await;
        self.io.close().await;
    }
}

//! A way to the homeserver on which files can be held up, and nothing else is.
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

/// How a request begins that brings a file.
const UPLOAD: &[u8] = b"POST /_matrix/media/v3/upload";

/// Passes everything on; uploads wait at a closed gate. Ends when it is dropped.
pub struct Gate {
    pub port: u16,
    open: Arc<watch::Sender<bool>>,
    /// How many uploads have come to the gate.
    arrived: Arc<watch::Sender<usize>>,
    _passing: AbortOnDropHandle<()>,
}

impl Gate {
    /// A closed gate before the homeserver at `http://host:port`.
    pub async fn before(homeserver: &str) -> Self {
        let homeserver = homeserver.strip_prefix("http://").expect("plain HTTP").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let (open, arrived) = (Arc::new(watch::channel(false).0), Arc::new(watch::channel(0).0));
        let (opened, arriving) = (Arc::clone(&open), Arc::clone(&arrived));
        let passing = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (desk, _) = listener.accept().await.expect("a connection");
                let gate = (Arc::clone(&opened), Arc::clone(&arriving));
                connections.spawn(pass(desk, homeserver.clone(), gate));
            }
        });
        Self { port, open, arrived, _passing: AbortOnDropHandle::new(passing) }
    }

    /// Waits until an upload stands before the gate.
    pub async fn holds_an_upload(&self) {
        self.arrived.subscribe().wait_for(|arrived| *arrived > 0).await.expect("the gate is there");
    }

    pub fn opens(&self) {
        self.open.send_replace(true);
    }
}

/// One connection. Requests follow each other on it, so that each begins with bytes of its own.
async fn pass(
    desk: TcpStream,
    homeserver: String,
    (open, arrived): (Arc<watch::Sender<bool>>, Arc<watch::Sender<usize>>),
) {
    let Ok(server) = TcpStream::connect(homeserver).await else { return };
    let ((mut from_desk, mut to_desk), (mut from_server, mut to_server)) = (desk.into_split(), server.into_split());
    let there = async {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from_desk.read(&mut bytes).await {
            if bytes.starts_with(UPLOAD) {
                arrived.send_modify(|arrived| *arrived += 1);
                open.subscribe().wait_for(|open| *open).await.expect("the gate is there");
            }
            if to_server.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    };
    let back = tokio::io::copy(&mut from_server, &mut to_desk);
    tokio::select! {
        () = there => {}
        _ = back => {}
    }
}

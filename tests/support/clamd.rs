//! Something that speaks clamd's protocol (man 8 clamd) and knows one virus, the harmless test text of EICAR.
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::AbortOnDropHandle;

/// What every virus scanner is to find (<https://www.eicar.org>); in two parts, so that none finds it here.
pub const EICAR: [&str; 2] = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];

/// Listens until it is dropped.
pub struct Clamd {
    pub port: u16,
    _serving: AbortOnDropHandle<()>,
}

impl Clamd {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let serving = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.expect("a connection");
                answer(socket).await;
            }
        });
        Self { port, _serving: AbortOnDropHandle::new(serving) }
    }
}

async fn answer(mut socket: TcpStream) {
    let mut command = [0; 10];
    socket.read_exact(&mut command).await.expect("a command");
    assert_eq!(&command, b"zINSTREAM\0");
    let mut said = Vec::new();
    while let length @ 1.. = socket.read_u32().await.expect("a length") {
        let mut part = vec![0; usize::try_from(length).expect("32 bits fit")];
        socket.read_exact(&mut part).await.expect("so many bytes");
        said.extend(part);
    }
    let found = String::from_utf8_lossy(&said).contains(&EICAR.concat());
    let answer = if found { "stream: Eicar-Test-Signature FOUND\0" } else { "stream: OK\0" };
    socket.write_all(answer.as_bytes()).await.expect("the desk listens");
}

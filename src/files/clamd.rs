//! Looking for viruses by clamd's protocol (man 8 clamd, `INSTREAM`, `VERSION`).
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use super::FileError;

/// How much is handed over at once.
const CHUNK: usize = 64 * 1024;
/// How long a whole file may take: large archives are slow.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long it may take to say who it is.
const GREETING: Duration = Duration::from_secs(10);
/// The longest answer; a verdict is one line.
const ANSWER: u64 = 4096;

/// Where clamd listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clamd {
    /// `host:port`.
    Tcp(String),
    /// The path of a socket.
    Unix(PathBuf),
}

/// What becomes of a file that nobody could look through: clamd is away, or did not say that it is clean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unscanned {
    #[default]
    Refused,
    /// Taken like one that is clean, with a warning in the log.
    Taken,
}

/// A connection of either sort.
trait Line: AsyncRead + AsyncWrite + Unpin + Send {}

impl Line for TcpStream {}
impl Line for UnixStream {}

impl fmt::Display for Clamd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(address),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Clamd {
    /// Nothing when the file is clean. A file that nobody could look through is not taken for clean.
    pub async fn scan(&self, path: &Path) -> Result<(), FileError> {
        self.scan_within(path, PATIENCE).await
    }

    async fn scan_within(&self, path: &Path, patience: Duration) -> Result<(), FileError> {
        let unscanned = |why: String| FileError::Unscanned(format!("clamd at {self}: {why}"));
        let asked = async {
            let file = File::open(path).await?;
            ask(self.connect().await?, file).await
        };
        let answer = within(patience, asked).await;
        verdict(&answer.map_err(|error| unscanned(error.to_string()))?, unscanned)
    }

    /// What clamd says it is: its version, and that of its signatures.
    pub async fn version(&self) -> io::Result<String> {
        let asked = async {
            let mut clamd = self.connect().await?;
            clamd.write_all(b"zVERSION\0").await?;
            heard(&mut clamd).await
        };
        let said = within(GREETING, asked).await?;
        if said.starts_with("ClamAV") { Ok(said) } else { Err(io::Error::other(format!("it is not clamd: {said:?}"))) }
    }

    async fn connect(&self) -> io::Result<Box<dyn Line>> {
        Ok(match self {
            Self::Tcp(address) => Box::new(TcpStream::connect(address).await?),
            Self::Unix(path) => Box::new(UnixStream::connect(path).await?),
        })
    }
}

async fn within<T>(patience: Duration, asked: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let in_time = tokio::time::timeout(patience, asked).await;
    in_time.map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no answer in time"))?
}

async fn ask(mut clamd: Box<dyn Line>, file: File) -> io::Result<String> {
    // Past its own limit clamd says so and closes: what it said counts, not that it closed.
    let handed_over = hand_over(&mut clamd, file).await;
    match heard(&mut clamd).await {
        Ok(answer) if !answer.is_empty() => Ok(answer),
        nothing => {
            handed_over?;
            nothing
        }
    }
}

/// What clamd says until it closes.
async fn heard(clamd: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut answer = Vec::new();
    let ended = clamd.take(ANSWER).read_to_end(&mut answer).await;
    if answer.is_empty() {
        ended?;
    }
    Ok(String::from_utf8_lossy(&answer).trim_matches(['\0', '\r', '\n', ' ']).to_owned())
}

async fn hand_over(clamd: &mut (impl AsyncWrite + Unpin), mut file: File) -> io::Result<()> {
    clamd.write_all(b"zINSTREAM\0").await?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = file.read(&mut chunk).await?;
        clamd.write_all(&u32::try_from(length).unwrap_or(0).to_be_bytes()).await?;
        if length == 0 {
            return clamd.flush().await;
        }
        clamd.write_all(&chunk[..length]).await?;
    }
}

fn verdict(answer: &str, unscanned: impl Fn(String) -> FileError) -> Result<(), FileError> {
    let said = answer.strip_prefix("stream: ").unwrap_or(answer);
    match said.strip_suffix(" FOUND") {
        Some(signature) => Err(FileError::Infected(signature.to_owned())),
        None if said == "OK" => Ok(()),
        None => Err(unscanned(said.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn only_ok_is_clean() {
        let unscanned = FileError::Unscanned;
        assert!(verdict("stream: OK", unscanned).is_ok());
        let found = verdict("stream: Eicar-Test-Signature FOUND", unscanned).expect_err("infected");
        assert_eq!(found.to_string(), "is infected (Eicar-Test-Signature)");
        for strange in ["", "stream: ", "INSTREAM size limit exceeded. ERROR", "UNKNOWN COMMAND", "OKAY"] {
            assert!(matches!(verdict(strange, unscanned), Err(FileError::Unscanned(_))), "{strange}");
        }
    }
    /// Something that takes a connection, is told a file, and answers with this, or never.
    async fn strange(answer: Option<&'static [u8]>) -> Clamd {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it listens").to_string();
        #[expect(clippy::disallowed_methods, reason = "the other side of the connection")]
        tokio::spawn(async move {
            while let Ok((mut line, _)) = listener.accept().await {
                let mut said = vec![0; 10 + 4 + 5 + 4];
                line.read_exact(&mut said).await.expect("a file of five bytes");
                match answer {
                    Some(answer) => line.write_all(answer).await.expect("the desk listens"),
                    None => std::future::pending().await,
                }
            }
        });
        Clamd::Tcp(address)
    }

    #[tokio::test]
    async fn who_hangs_or_talks_nonsense_has_found_nothing_clean() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "hello").expect("writable");
        let patience = Duration::from_millis(300);
        let cases: [(Option<&[u8]>, &str); 3] = [
            (None, "no answer in time"),
            (Some(b"220 mail.example ESMTP\r\n"), "220 mail.example ESMTP"),
            (Some(b""), ""),
        ];
        for (answer, why) in cases {
            let clamd = strange(answer).await;

            let scanned = clamd.scan_within(file.path(), patience).await;

            let Err(FileError::Unscanned(said)) = scanned else { panic!("{why}: {scanned:?}") };
            assert_eq!(said, format!("clamd at {clamd}: {why}"));
        }
    }
}

//! Looking for viruses by clamd's protocol (man 8 clamd, `INSTREAM`).
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
        let asked = async {
            let file = File::open(path).await?;
            match self {
                Self::Tcp(address) => ask(TcpStream::connect(address).await?, file).await,
                Self::Unix(path) => ask(UnixStream::connect(path).await?, file).await,
            }
        };
        let unscanned = |why: String| FileError::Unscanned(format!("clamd at {self}: {why}"));
        let answer = tokio::time::timeout(PATIENCE, asked).await;
        let answer = answer.map_err(|_| unscanned("no answer in time".into()))?;
        verdict(&answer.map_err(|error| unscanned(error.to_string()))?, unscanned)
    }
}

async fn ask(mut clamd: impl AsyncRead + AsyncWrite + Unpin, file: File) -> io::Result<String> {
    // Past its own limit clamd says so and closes: what it said counts, not that it closed.
    let handed_over = hand_over(&mut clamd, file).await;
    let mut answer = Vec::new();
    let heard = clamd.take(ANSWER).read_to_end(&mut answer).await;
    if answer.is_empty() {
        handed_over?;
        heard?;
    }
    Ok(String::from_utf8_lossy(&answer).trim_matches(['\0', '\n', ' ']).to_owned())
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
}

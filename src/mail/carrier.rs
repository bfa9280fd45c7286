//! Handing mails over: to an SMTP server, into a folder, or into the log.
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials as Login, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::fs;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::compose::Composed;
use super::settings::{Security, SmtpSettings, Transport};

/// A connection that rested for so long is not used again: servers end them.
const REST: Duration = Duration::from_secs(30);

/// Hands mails over one after the other; a connection is kept between them.
pub struct Carrier {
    transport: Transport,
    open: Option<(AsyncSmtpConnection, Instant)>,
}

/// How far a mail came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The server's name was looked up.
    Lookup,
    Connect,
    /// The connection was to be encrypted, and the server to prove who it is.
    Secure,
    SignIn,
    /// The server was told whom it is from.
    Sender,
    /// The server was told whom it is to.
    Recipient,
    /// What it says was handed over; the server may have it.
    Content,
    /// It was to be written into the folder.
    Folder,
}

/// A mail was not handed over, or nobody knows whether it was.
#[derive(Debug, thiserror::Error)]
pub enum Undelivered {
    /// Somebody else has it by now.
    #[error("it is somebody else's to send by now")]
    NotOurs,
    #[error("{0}")]
    Failed(Failure),
}

/// Where it failed, and what was said.
#[derive(Clone, Debug)]
pub struct Failure {
    pub step: Step,
    /// Whether the same would be refused again: the server said so (RFC 5321, section 4.2.1).
    pub is_permanent: bool,
    pub words: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.step {
            Step::Lookup => "the server's name cannot be found",
            Step::Connect => "the server cannot be reached",
            Step::Secure => "the connection cannot be encrypted",
            Step::SignIn => "the server does not let us sign in",
            Step::Sender => "the server does not take mails from us",
            Step::Recipient => "the server does not take the recipient",
            Step::Content => "the server did not confirm that it has the mail",
            Step::Folder => "the mail cannot be written into the folder",
        };
        write!(f, "{what}: {}", self.words)
    }
}

impl Failure {
    /// What an operator can do about it.
    pub fn advice(&self) -> &'static str {
        match self.step {
            Step::Lookup => "check smtp_host in [mail], and that this machine has a working DNS",
            Step::Connect => {
                "check smtp_host and smtp_port in [mail], that the server runs, and that no firewall is in between"
            }
            Step::Secure => {
                "check smtp_security in [mail] (\"tls\" for port 465, \"starttls\" for 587 and 25), that smtp_host is a name in \
                 the server's certificate, and give smtp_ca_file if an authority of your own has signed it"
            }
            Step::SignIn => {
                "check smtp_user and smtp_password in [mail]; some servers want a password made for programs"
            }
            Step::Sender => "check from in [mail]: the server must let smtp_user send from that address",
            Step::Recipient => {
                "check the address; if it is right, the server may not deliver to others without signing in"
            }
            Step::Content => "look into the server's log: it may have taken the mail, or found fault with what it says",
            Step::Folder => "check file_folder in [mail]: whoever runs Roomdesk must be able to write there",
        }
    }

    fn of(step: Step, error: &SmtpError) -> Undelivered {
        let step = if error.is_tls() { Step::Secure } else { step };
        Undelivered::Failed(Self { step, is_permanent: error.is_permanent(), words: told(error) })
    }

    fn passing(step: Step, words: impl Into<String>) -> Undelivered {
        Undelivered::Failed(Self { step, is_permanent: false, words: words.into() })
    }
}

/// What an error and its causes say, in one line.
fn told(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let more = next.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = next.source();
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Carrier {
    pub fn new(transport: Transport) -> Self {
        Self { transport, open: None }
    }

    /// Hands a mail over. `is_ours` is asked at the last moment at which nobody else can have it yet: right before what it
    /// says leaves. What fails after that may have arrived all the same.
    pub async fn carry(&mut self, mail: &Composed, is_ours: impl AsyncFnOnce() -> bool) -> Result<(), Undelivered> {
        match self.transport.clone() {
            Transport::Log => {
                if !is_ours().await {
                    return Err(Undelivered::NotOurs);
                }
                tracing::info!(mail.id = mail.message_id, bytes = mail.bytes.len(), "a mail is ready");
                Ok(())
            }
            Transport::File(folder) => {
                if !is_ours().await {
                    return Err(Undelivered::NotOurs);
                }
                write(&folder, mail).await.map_err(|error| Failure::passing(Step::Folder, told(&error)))
            }
            Transport::Smtp(settings) => {
                let mut connection = self.connection(&settings).await?;
                let sent = send(&mut connection, &settings, mail, is_ours).await;
                match sent {
                    Ok(()) => self.open = Some((connection, Instant::now())),
                    // Whatever state it is in, another one is in none.
                    Err(_) => drop(timeout(settings.timeout, connection.abort()).await),
                }
                sent
            }
        }
    }

    /// Tries whether a mail could be handed over, up to where it would be said whom it is from.
    pub async fn reach(&mut self) -> Result<(), Undelivered> {
        match self.transport.clone() {
            Transport::Log => Ok(()),
            Transport::File(folder) => {
                try_folder(&folder).await.map_err(|error| Failure::passing(Step::Folder, told(&error)))
            }
            Transport::Smtp(settings) => {
                let connection = self.connection(&settings).await?;
                self.open = Some((connection, Instant::now()));
                self.rest().await;
                Ok(())
            }
        }
    }

    async fn connection(&mut self, settings: &SmtpSettings) -> Result<AsyncSmtpConnection, Undelivered> {
        if let Some((mut connection, used)) = self.open.take()
            && used.elapsed() < REST
            && matches!(timeout(settings.timeout, connection.test_connected()).await, Ok(true))
        {
            return Ok(connection);
        }
        connect(settings).await
    }

    /// Ends the connection in good order.
    pub async fn rest(&mut self) {
        if let (Some((mut connection, _)), Transport::Smtp(settings)) = (self.open.take(), &self.transport) {
            drop(timeout(settings.timeout, connection.quit()).await);
        }
    }
}

/// Whether a file can be made there.
async fn try_folder(folder: &Path) -> std::io::Result<()> {
    let trial = folder.join(".roomdesk-tries");
    fs::create_dir_all(folder).await?;
    fs::write(&trial, b"").await?;
    fs::remove_file(&trial).await
}

/// A file of the mail's own name, whole or not at all: written twice, it is there once.
async fn write(folder: &Path, mail: &Composed) -> std::io::Result<()> {
    let name: String =
        mail.message_id.chars().filter(|letter| letter.is_ascii_alphanumeric() || "._-@".contains(*letter)).collect();
    let (part, whole) = (folder.join(format!("{name}.part")), folder.join(format!("{name}.eml")));
    fs::create_dir_all(folder).await?;
    fs::write(&part, &mail.bytes).await?;
    fs::rename(&part, &whole).await
}

/// A connection that may be sent by: encrypted and signed in as the settings want it.
async fn connect(settings: &SmtpSettings) -> Result<AsyncSmtpConnection, Undelivered> {
    let place = (settings.host.as_str(), settings.port);
    let found = within(settings, Step::Lookup, async {
        lookup_host(place).await.map_err(|error| Failure::passing(Step::Lookup, told(&error)))
    });
    let addresses: Vec<SocketAddr> = found.await?.collect();
    if addresses.is_empty() {
        return Err(Failure::passing(Step::Lookup, "it has no address"));
    }
    let tls = match settings.security {
        Security::None => None,
        _ => Some(parameters(settings).map_err(|error| Failure::of(Step::Secure, &error))?),
    };
    let hello = ClientId::default();
    let from_the_start = tls.clone().filter(|_| settings.security == Security::Tls);
    let connecting =
        AsyncSmtpConnection::connect_tokio1(&addresses[..], Some(settings.timeout), &hello, from_the_start, None);
    let connected =
        within(settings, Step::Connect, async { connecting.await.map_err(|error| Failure::of(Step::Connect, &error)) });
    let mut connection = match connected.await {
        Ok(connection) => connection,
        // Who can be reached, but does not speak TLS from the first byte on.
        Err(Undelivered::Failed(failure))
            if settings.security == Security::Tls && is_there(settings, &addresses).await =>
        {
            return Err(Failure::passing(Step::Secure, failure.words));
        }
        Err(error) => return Err(error),
    };
    if let (Some(tls), Security::StartTls) = (tls, settings.security) {
        if !connection.can_starttls() {
            connection.abort().await;
            return Err(Failure::passing(Step::Secure, "the server does not offer STARTTLS"));
        }
        within(settings, Step::Secure, async {
            connection.starttls(tls, &hello).await.map_err(|error| Failure::of(Step::Secure, &error))
        })
        .await?;
    }
    if let Some(credentials) = &settings.credentials {
        let login = Login::new(credentials.user.clone(), credentials.password.clone());
        within(settings, Step::SignIn, async {
            // A password that is wrong today may be right when the operator has mended it: no mail is given up for it.
            connection
                .auth(DEFAULT_MECHANISMS, &login)
                .await
                .map(drop)
                .map_err(|error| Failure::passing(Step::SignIn, told(&error)))
        })
        .await?;
    }
    Ok(connection)
}

async fn is_there(settings: &SmtpSettings, addresses: &[SocketAddr]) -> bool {
    matches!(timeout(settings.timeout, TcpStream::connect(addresses)).await, Ok(Ok(_)))
}

fn parameters(settings: &SmtpSettings) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.ca {
        builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
    }
    builder.build()
}

async fn send(
    connection: &mut AsyncSmtpConnection,
    settings: &SmtpSettings,
    mail: &Composed,
    is_ours: impl AsyncFnOnce() -> bool,
) -> Result<(), Undelivered> {
    within(settings, Step::Sender, async {
        let from = Mail::new(mail.envelope.from().cloned(), Vec::new());
        connection.command(from).await.map_err(|error| Failure::of(Step::Sender, &error))
    })
    .await?;
    for to in mail.envelope.to() {
        within(settings, Step::Recipient, async {
            let to = Rcpt::new(to.clone(), Vec::new());
            connection.command(to).await.map_err(|error| Failure::of(Step::Recipient, &error))
        })
        .await?;
    }
    if !is_ours().await {
        return Err(Undelivered::NotOurs);
    }
    within(settings, Step::Content, async {
        connection.command(Data).await.map_err(|error| Failure::of(Step::Content, &error))?;
        connection.message(&mail.bytes).await.map_err(|error| Failure::of(Step::Content, &error))
    })
    .await?;
    Ok(())
}

/// A step of the conversation, which may not take longer than an answer may.
async fn within<T>(
    settings: &SmtpSettings,
    step: Step,
    work: impl Future<Output = Result<T, Undelivered>>,
) -> Result<T, Undelivered> {
    let slow = || Failure::passing(step, format!("no answer within {} s", settings.timeout.as_secs()));
    timeout(settings.timeout, work).await.unwrap_or_else(|_| Err(slow()))
}

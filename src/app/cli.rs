//! The command line: what can be asked for, and who answers.
//!
//! Passwords never stand in an argument, where every user of the machine could read them: they come from standard
//! input or from a prompt.
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use ruma::OwnedUserId;
use url::Url;

use super::config::{self, Config, ConfigError, Draft, Matrix};
use super::registration::{Prefix, Registration};
use super::{dead_letters, demo, dev, doctor, mail, serve, telemetry, users};
use crate::domain::people::Role;
use crate::http::openapi;

/// A support desk in which every ticket is a Matrix room.
#[derive(Debug, Parser)]
#[command(name = "roomdesk", version, propagate_version = true, max_term_width = 120)]
pub struct Cli {
    /// The configuration file; variables named ROOMDESK__SECTION__KEY override single keys.
    #[arg(
        long,
        short,
        global = true,
        env = "ROOMDESK_CONFIG",
        value_name = "PATH",
        default_value = "bridge-config/roomdesk.toml"
    )]
    pub config: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What Roomdesk can be asked to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the desk until it is told to stop (Ctrl-C or SIGTERM).
    Serve,
    /// Starts a desk to play with: a homeserver of its own, people, tickets and conversations, all on this machine.
    ///
    /// Prints the addresses, the sign-ins and commands to try. Ctrl-C stops everything it started; a second start
    /// continues with the same folder. It does not read the configuration file.
    Demo(Demo),
    /// Looks at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Makes the file by which the homeserver and Roomdesk know each other.
    #[command(subcommand)]
    Registration(RegistrationCommand),
    /// Brings the database to the shape this version needs, then exits.
    Migrate,
    /// Adds, lists and changes people.
    #[command(subcommand)]
    User(UserCommand),
    /// Lists or retries what arrived from Matrix, could not be applied and was laid aside.
    #[command(subcommand)]
    DeadLetters(DeadLettersCommand),
    /// Tries out whether mails leave.
    #[command(subcommand)]
    Mail(MailCommand),
    /// Examines database, homeserver and registration; each line says ok, or what is wrong and how to mend it.
    Doctor,
    /// Prints the description of the REST API (OpenAPI 3.1).
    Openapi,
    /// Fills and examines databases, for those who work on Roomdesk.
    #[command(subcommand)]
    Dev(DevCommand),
}

/// What those who work on Roomdesk can do.
#[derive(Debug, Subcommand)]
pub enum DevCommand {
    /// Fills an empty database with people, tickets and conversations of two years, all of them made up.
    ///
    /// It makes no rooms: nothing of it can be seen on the homeserver, and what is answered in such a ticket stays queued.
    /// Nobody of them has a password: `roomdesk user set-password` gives one. Ctrl-C ends it early, with what is there by then.
    Seed(Seed),
    /// Works out again what the database keeps for quickness (counts, clocks, numbers), and names what differs.
    Check,
}

/// How much is made up.
#[derive(Clone, Debug, Args)]
pub struct Seed {
    /// How many tickets.
    #[arg(long, default_value_t = 1_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub tickets: u32,
    /// How many messages of people, about; four per ticket unless given.
    #[arg(long, value_name = "M")]
    pub messages: Option<u32>,
    /// The same seed on the same day makes the same data.
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub seed: u32,
    /// Adds to a database that has tickets.
    #[arg(long)]
    pub force: bool,
}

/// How the demonstration runs.
#[derive(Debug, Args)]
pub struct Demo {
    /// Where the demonstration keeps its files.
    #[arg(long, value_name = "DIR", default_value = ".demo")]
    pub folder: PathBuf,
    /// The port of the desk itself.
    #[arg(long, default_value_t = 8470, value_parser = port())]
    pub port: u16,
    /// The port of the demonstration's homeserver, for Matrix clients.
    #[arg(long, default_value_t = 8471, value_parser = port())]
    pub homeserver_port: u16,
    /// The port on which the homeserver reaches the desk.
    #[arg(long, default_value_t = 8472, value_parser = port())]
    pub appservice_port: u16,
    /// The port at which the demonstration's mailbox takes mails.
    #[arg(long, default_value_t = 8473, value_parser = port())]
    pub mail_port: u16,
    /// The port of the demonstration's mailbox, for a browser.
    #[arg(long, default_value_t = 8474, value_parser = port())]
    pub mailbox_port: u16,
    /// Asks nothing and draws no progress bars: for scripts.
    #[arg(long)]
    pub unattended: bool,
}

fn port() -> clap::builder::RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..)
}

/// What can be done with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Reads the configuration and the registration; exits with 0 when all is well, else with 1 after naming every problem.
    Check,
}

/// What can be done with the registration.
#[derive(Debug, Subcommand)]
pub enum RegistrationCommand {
    /// Writes a new registration with fresh tokens, readable by its owner alone; never overwrites a file.
    ///
    /// The server's name, and what is not given here, is taken from the section [matrix] of the configuration. Put the
    /// file's path into `app_service_config_files` of Synapse's homeserver.yaml and restart Synapse.
    Generate(Generate),
}

/// What a new registration is to say.
#[derive(Debug, Args)]
pub struct Generate {
    /// Where to write it; [matrix] registration_file unless given.
    #[arg(long, short, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Where the homeserver reaches Roomdesk; http:// and [matrix] appservice_listen unless given.
    #[arg(long, value_parser = web_url)]
    pub url: Option<Url>,
    /// What the names of Roomdesk's own Matrix users begin with; no person's name on the homeserver may begin so.
    #[arg(long, default_value = "desk_")]
    pub prefix: Prefix,
}

fn web_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|cause| cause.to_string())?;
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err("expected an http or https URL".to_owned()) }
}

/// What can be done with events that were laid aside.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum DeadLettersCommand {
    /// Names each event, its room and why it could not be applied; never what it says.
    List,
    /// Puts all of them back to be applied: after an update that mends the cause. A desk that runs does so within a minute.
    Retry,
}

/// What can be done with mails.
#[derive(Clone, Debug, Subcommand)]
pub enum MailCommand {
    /// Sends one mail, at once and by itself; what goes wrong is explained.
    Test {
        /// To whom.
        #[arg(value_name = "ADDRESS")]
        address: String,
    },
}

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Adds a person; asks for the password unless it comes from standard input.
    Add(AddUser),
    /// Lists everybody with role and state.
    List,
    /// Gives a person another role.
    SetRole {
        /// The e-mail address they sign in with.
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// The new role.
        #[arg(long)]
        role: RoleName,
    },
    /// Gives a person another password and signs them out everywhere.
    SetPassword {
        /// The e-mail address they sign in with.
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// Where the password comes from.
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Makes a link with which a person chooses another password, once; hand it to them alone.
    ResetLink {
        /// The e-mail address they sign in with.
        #[arg(value_name = "ADDRESS")]
        email: String,
    },
    /// Refuses a person from now on; their tickets and messages stay.
    Disable {
        /// The e-mail address they sign in with.
        #[arg(long, value_name = "ADDRESS")]
        email: String,
    },
    /// Lets a disabled person sign in again.
    Enable {
        /// The e-mail address they sign in with.
        #[arg(long, value_name = "ADDRESS")]
        email: String,
    },
}

/// A person to add.
#[derive(Debug, Args)]
pub struct AddUser {
    /// The e-mail address they sign in with.
    #[arg(long, value_name = "ADDRESS")]
    pub email: String,
    /// The name others see.
    #[arg(long)]
    pub name: String,
    /// What they may do.
    #[arg(long)]
    pub role: RoleName,
    /// Their own Matrix account, on any homeserver, such as @ann:example.org.
    #[arg(long, value_name = "USER_ID")]
    pub matrix_id: Option<OwnedUserId>,
    /// Where the password comes from.
    #[command(flatten)]
    pub password: PasswordSource,
}

/// Where a password comes from: a prompt, unless told otherwise.
#[derive(Debug, Args)]
pub struct PasswordSource {
    /// Reads the password from the first line of standard input instead of asking for it.
    #[arg(long)]
    pub password_stdin: bool,
}

/// A person's role, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Opens tickets and sees their own.
    Student,
    /// Answers tickets.
    Instructor,
    /// Answers tickets and manages the desk.
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Student => Self::Student,
            RoleName::Instructor => Self::Instructor,
            RoleName::Admin => Self::Admin,
        }
    }
}

/// Does what was asked; the code is 1 when the answer is "no", an error when there is none.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let out = &mut io::stdout();
    match cli.command {
        Command::Config(ConfigCommand::Check) => {
            let is_fine = config::check(&cli.config, std::env::vars_os(), out)?;
            Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Registration(RegistrationCommand::Generate(wish)) => {
            let matrix = Draft::load(&cli.config, std::env::vars_os()).and_then(Draft::into_matrix)?;
            generate(&matrix, wish, out)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Serve => {
            let config = load(&cli.config)?;
            telemetry::start(&config.log);
            serve::raise_file_limit();
            serve::until_told_to_stop(&config).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Demo(wish) => {
            serve::raise_file_limit();
            demo::run(&wish, out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Migrate => {
            migrate(&load(&cli.config)?, out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::User(command) => {
            users::run(&load(&cli.config)?, command, out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::DeadLetters(command) => {
            dead_letters::run(&load(&cli.config)?, command, out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Mail(command) => {
            mail::run(&load(&cli.config)?, command, out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Openapi => {
            out.write_all(openapi::text().as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Dev(command) => {
            let is_fine = dev::run(&load(&cli.config)?, command, out).await?;
            Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Doctor => {
            let is_well = doctor::examine(&cli.config, std::env::vars_os(), out).await?;
            Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

fn load(file: &Path) -> Result<Config, ConfigError> {
    Config::load(file, std::env::vars_os())
}

/// Brings the database to this version's shape; on SQLite only while nobody serves it.
async fn migrate(config: &Config, out: &mut impl Write) -> anyhow::Result<()> {
    let (db, _lock) = serve::open_database(config).await?;
    db.close().await;
    writeln!(out, "The database has the shape of this version.")?;
    Ok(())
}

/// Writes a new registration and says what to do with it.
fn generate(matrix: &Matrix, wish: Generate, out: &mut impl Write) -> anyhow::Result<()> {
    let url = match wish.url {
        Some(url) => url,
        None => push_url(matrix)?,
    };
    let file = std::path::absolute(wish.output.as_ref().unwrap_or(&matrix.registration_file))?;
    Registration::generate(&matrix.server_name, wish.prefix, url).write_new(&file)?;
    writeln!(out, "Wrote {} (mode 0600: let the homeserver's user read it too).", file.display())?;
    writeln!(out, "Add it to Synapse's homeserver.yaml and restart Synapse:")?;
    writeln!(out, "  app_service_config_files:\n    - {}", file.display())?;
    remind_of_config(&file, matrix, out)
}

fn remind_of_config(file: &Path, matrix: &Matrix, out: &mut impl Write) -> anyhow::Result<()> {
    if file != std::path::absolute(&matrix.registration_file)? {
        writeln!(
            out,
            "Let the configuration name it:\n  [matrix]\n  registration_file = {:?}",
            file.display().to_string()
        )?;
    }
    Ok(())
}

/// The address the homeserver reaches when both are on one machine.
fn push_url(matrix: &Matrix) -> anyhow::Result<Url> {
    let listen = matrix.appservice_listen;
    if listen.ip().is_unspecified() || listen.port() == 0 {
        bail!(
            "[matrix] appservice_listen is {listen}, which is no address to connect to: say with --url where the homeserver reaches Roomdesk"
        );
    }
    Url::parse(&format!("http://{listen}")).context("the address of [matrix] appservice_listen makes no URL")
}

#[cfg(test)]
mod tests;

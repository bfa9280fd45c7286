//! What is wrong with a configuration, in words that name the place and the way out.
use std::fmt;
use std::path::PathBuf;

/// Where a value stands, or should stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of the configuration file, counted from 1.
    Line(PathBuf, usize),
    /// The configuration file as a whole: the value is missing there.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(file, line) => write!(f, "{}:{line}", file.display()),
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

/// One refused value: never contains the text of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file and line, or the environment variable.
    pub place: Place,
    /// The section without brackets; `None` when the file is not TOML at all.
    pub section: Option<String>,
    /// The key; `None` when the whole section is meant.
    pub key: Option<String>,
    /// What is wrong and what is expected instead.
    pub fault: Fault,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        match (&self.section, &self.key) {
            (Some(section), Some(key)) => write!(f, "[{section}] {key} {}", self.fault),
            (Some(section), None) => write!(f, "[{section}] {}", self.fault),
            (None, Some(key)) => write!(f, "{key} {}", self.fault),
            (None, None) => write!(f, "{}", self.fault),
        }
    }
}

/// Why a value is refused, as the end of a sentence that begins with its key, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// For example `is "here", which is not an address and a port`.
    pub wrong: String,
    /// For example `an address and a port, such as "127.0.0.1:8470"`.
    pub expected: String,
}

impl Fault {
    /// Joins both halves.
    pub fn new(wrong: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { wrong: wrong.into(), expected: expected.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; expected {}", self.wrong, self.expected)
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file itself cannot be read.
    #[error("cannot read the configuration file {}: {cause} (choose another with --config or ROOMDESK_CONFIG)", file.display())]
    Unreadable {
        /// The file that was asked for.
        file: PathBuf,
        /// The reason the system gives.
        cause: std::io::Error,
    },
    /// The file was read; these are all of its problems, in the order of the sections.
    #[error("the configuration is refused:\n{}", lines(.0))]
    Refused(Vec<Problem>),
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("  {problem}")).collect::<Vec<_>>().join("\n")
}

//! The vocabulary of "no" that a caller can act on; HTTP maps it to problem documents in one file.
use std::error::Error;
use std::fmt;

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer of the field (RFC 6901), for example `/title`; empty for the whole document.
    pub pointer: String,
    /// What is wrong and what is expected.
    pub detail: String,
}

impl FieldError {
    /// An error at the top-level field `field`.
    pub fn new(field: &str, detail: impl Into<String>) -> Self {
        let pointer = if field.is_empty() { String::new() } else { format!("/{field}") };
        Self { pointer, detail: detail.into() }
    }
}

/// Why the desk did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Nobody is signed in, or the sign-in is no longer valid.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// Signed in, and the thing may be known to exist, but this person may not do that.
    #[error("{0}")]
    Forbidden(&'static str),
    /// It does not exist, or its existence is private.
    #[error("there is no such {0}, or you may not see it")]
    NotFound(&'static str),
    /// It was there for a while, and no longer; the text says what to do.
    #[error("{0}")]
    Gone(&'static str),
    /// The request does not fit; each field says why.
    #[error("{}", Fields(.0))]
    Invalid(Vec<FieldError>),
    /// It is larger than is taken; the text names the limit.
    #[error("{0}")]
    TooLarge(String),
    /// It is of a kind that is not taken.
    #[error("{0}")]
    Unsupported(String),
    /// The present state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// The request was made for another version of it than the present one.
    #[error("it has changed since: its version is {version}")]
    Outdated { version: i64 },
    /// The present state does not allow what is in this field.
    #[error("{}", Fields(std::slice::from_ref(.0)))]
    Taken(FieldError),
    /// Too many attempts; try again after so many seconds.
    #[error("too many attempts; try again in {retry_after_seconds} s")]
    TooMany { retry_after_seconds: u64 },
    /// The desk is not able to answer at present; nothing was changed.
    #[error("the desk cannot answer at present")]
    Unavailable(#[source] Cause),
    /// A defect or an unexpected failure below; logged with its cause, never shown.
    #[error("something went wrong on our side")]
    Broken(#[source] Cause),
}

/// Whatever an adapter reported.
pub type Cause = Box<dyn Error + Send + Sync>;

impl Refusal {
    /// One invalid field.
    pub fn field(field: &str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, detail)])
    }
}

impl From<FieldError> for Refusal {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

struct Fields<'a>(&'a [FieldError]);

impl fmt::Display for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            let name = if error.pointer.is_empty() { "the document" } else { error.pointer.trim_start_matches('/') };
            write!(f, "{name} {}", error.detail)?;
        }
        Ok(())
    }
}

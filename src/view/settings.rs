//! What clients need to know of the desk before they ask it for anything.
use serde::Serialize;

/// How this desk works, as its operator decided.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    pub categories: Vec<&'static str>,
    pub priorities: Vec<&'static str>,
    pub statuses: Vec<&'static str>,
    /// `choose`: students give a `priority`; `impact`: they give an `impact`, from which it follows.
    pub student_priority: &'static str,
    pub impacts: Vec<Impact>,
    /// For how many days a ticket that is done is reopened; what is written later opens a follow-up.
    pub reopen_days: i64,
    /// After how many days without anything happening tickets are closed; `null` when they are not.
    pub auto_close_days: Option<i64>,
    /// How many days before that the student is told.
    pub auto_close_warning_days: Option<i64>,
    /// The most bytes of one file.
    pub max_file_size: u64,
}

/// What a ticket keeps its student from, and how urgent that is.
#[derive(Clone, Debug, Serialize)]
pub struct Impact {
    pub impact: &'static str,
    pub priority: &'static str,
}

//! What clients need to know of the desk before they ask it for anything.
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::opening::{self, StudentPriority};
use crate::domain::status::Status;
use crate::domain::tickets::{Category, Priority};

/// How this desk works, as its operator decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeskSettings)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    #[schema(value_type = Vec<Category>)]
    pub categories: Vec<&'static str>,
    #[schema(value_type = Vec<Priority>)]
    pub priorities: Vec<&'static str>,
    #[schema(value_type = Vec<Status>)]
    pub statuses: Vec<&'static str>,
    /// `choose`: students give a `priority`; `impact`: they give an `impact`, from which it follows.
    #[schema(value_type = StudentPriority)]
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
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ImpactPriority)]
pub struct Impact {
    #[schema(value_type = opening::Impact)]
    pub impact: &'static str,
    #[schema(value_type = Priority)]
    pub priority: &'static str,
}

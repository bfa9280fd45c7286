//! What it takes to open a ticket, as it came in and checked.
use super::client_ids::ClientId;
use super::refusal::{FieldError, Refusal};
use super::tags::{self, Tag};
use super::text;
use super::tickets::{Category, Priority};

/// How students say how urgent their ticket is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StudentPriority {
    /// They choose a priority.
    #[default]
    Choose,
    /// They say what it keeps them from; the priority follows.
    Impact,
}

/// What a ticket keeps its student from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impact {
    /// A question, a wish: it can wait.
    None,
    /// There is a way around it.
    Hindered,
    /// They cannot go on.
    Blocked,
    /// Many cannot go on, or an examination is under way.
    Many,
}

impl Impact {
    pub const ALL: [Self; 4] = [Self::None, Self::Hindered, Self::Blocked, Self::Many];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Hindered => "hindered",
            Self::Blocked => "blocked",
            Self::Many => "many",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|impact| impact.as_str() == text)
    }

    /// How urgent that is.
    pub fn priority(self) -> Priority {
        match self {
            Self::None => Priority::Low,
            Self::Hindered => Priority::Medium,
            Self::Blocked => Priority::High,
            Self::Many => Priority::Urgent,
        }
    }
}

/// A ticket to open, checked.
#[derive(Clone, Debug)]
pub struct NewTicket {
    pub title: String,
    pub description: String,
    pub category: Category,
    pub priority: Priority,
    pub context: Option<String>,
    pub tags: Vec<Tag>,
    pub is_confidential: bool,
    pub client_id: Option<ClientId>,
    /// The id, address or Matrix id of whom it is for, when that is somebody else.
    pub created_for: Option<String>,
    /// The id or number of the ticket it goes on from.
    pub follows: Option<String>,
}

/// A ticket to open, as it came in.
#[derive(Clone, Debug, Default)]
pub struct TicketDraft {
    pub title: Option<String>,
    pub description: Option<String>,
    pub category: Option<String>,
    pub priority: Option<String>,
    pub impact: Option<String>,
    pub context: Option<String>,
    pub tags: Vec<String>,
    pub confidential: bool,
    /// What the client calls it.
    pub client_id: Option<String>,
    pub created_for: Option<String>,
    pub follows: Option<String>,
}

impl TicketDraft {
    /// The checked ticket, or every field that does not fit. `student` says how whoever opens it states its urgency, if
    /// they are no staff.
    pub fn check(self, student: Option<StudentPriority>) -> Result<NewTicket, Refusal> {
        let mut errors = Vec::new();
        let title = text::line("title", self.title.as_deref().unwrap_or(""), text::TITLE_LIMIT);
        let title = kept(&mut errors, title);
        let description = text::body("description", self.description.as_deref().unwrap_or(""), text::BODY_LIMIT);
        let description = kept(&mut errors, description);
        let category = self
            .category
            .as_deref()
            .map(|name| Category::parse(name).ok_or_else(|| one_of("category", Category::ALL.map(Category::as_str))));
        let category = kept(&mut errors, category.transpose()).map(Option::unwrap_or_default);
        let urgency = urgency(self.priority.as_deref(), self.impact.as_deref(), student);
        let priority = kept(&mut errors, urgency);
        let context = self.context.as_deref().filter(|context| !context.trim().is_empty());
        let context = context.map(|context| text::line("context", context, text::CONTEXT_LIMIT)).transpose();
        let context = kept(&mut errors, context);
        let client_id = kept(&mut errors, ClientId::check(self.client_id.as_deref()));
        let tags = tags::check("tags", &self.tags).map_err(|wrong| errors.extend(wrong)).ok();
        for (field, is_given) in [("tags", !self.tags.is_empty()), ("createdFor", self.created_for.is_some())] {
            if student.is_some() && is_given {
                errors.push(FieldError::new(field, "is for instructors and admins"));
            }
        }
        match (title, description, category, priority, context, client_id, tags) {
            (
                Some(title),
                Some(description),
                Some(category),
                Some(priority),
                Some(context),
                Some(client_id),
                Some(tags),
            ) if errors.is_empty() => Ok(NewTicket {
                title,
                description,
                category,
                priority,
                context,
                tags,
                is_confidential: self.confidential,
                client_id,
                created_for: self.created_for,
                follows: self.follows,
            }),
            _ => Err(Refusal::Invalid(errors)),
        }
    }
}

fn kept<T>(errors: &mut Vec<FieldError>, result: Result<T, FieldError>) -> Option<T> {
    result.map_err(|error| errors.push(error)).ok()
}

fn urgency(
    priority: Option<&str>,
    impact: Option<&str>,
    student: Option<StudentPriority>,
) -> Result<Priority, FieldError> {
    match (priority, impact) {
        (Some(_), Some(_)) => Err(FieldError::new("impact", "decides the priority: give one of the two")),
        (Some(_), None) if student == Some(StudentPriority::Impact) => {
            let detail =
                format!("is for instructors and admins: give the impact, {}", list(Impact::ALL.map(Impact::as_str)));
            Err(FieldError::new("priority", detail))
        }
        (Some(name), None) => {
            Priority::parse(name).ok_or_else(|| one_of("priority", Priority::ALL.map(Priority::as_str)))
        }
        (None, Some(name)) => {
            let impact = Impact::parse(name).ok_or_else(|| one_of("impact", Impact::ALL.map(Impact::as_str)))?;
            Ok(impact.priority())
        }
        (None, None) => Ok(Priority::default()),
    }
}

fn list<const N: usize>(names: [&str; N]) -> String {
    format!("one of: {}", names.join(", "))
}

/// "must be one of …" for a field with a fixed vocabulary.
pub fn one_of<const N: usize>(field: &str, names: [&str; N]) -> FieldError {
    FieldError::new(field, format!("must be {}", list(names)))
}

#[cfg(test)]
impl NewTicket {
    pub(super) fn example() -> Self {
        let [title, description] = ["Printer on fire", "It burns"].map(|text| Some(text.to_owned()));
        TicketDraft { title, description, ..TicketDraft::default() }.check(None).expect("fits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(refused: Result<NewTicket, Refusal>) -> Vec<String> {
        let Err(Refusal::Invalid(errors)) = refused else { panic!("it fits") };
        errors.into_iter().map(|error| error.pointer).collect()
    }

    fn said(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_draft_names_every_wrong_field() {
        let draft = TicketDraft { category: said("food"), priority: said("now"), ..Default::default() };
        assert_eq!(pointers(draft.check(None)), ["/title", "/description", "/category", "/priority"]);
        let given = (said("usr_x"), vec!["exam".to_owned()]);
        let (title, description) = (said("A"), said("B"));
        let draft = TicketDraft { title, description, created_for: given.0, tags: given.1, ..Default::default() };
        assert!(draft.clone().check(None).is_ok(), "staff may");
        assert_eq!(pointers(draft.check(Some(StudentPriority::Choose))), ["/tags", "/createdFor"]);
    }

    #[test]
    fn urgency_follows_from_what_students_are_asked() {
        use StudentPriority::{Choose, Impact};
        let high = (Some("high"), None);
        let blocked = (None, Some("blocked"));
        assert_eq!(urgency(high.0, high.1, Some(Choose)), Ok(Priority::High));
        assert_eq!(urgency(high.0, high.1, None), Ok(Priority::High));
        assert!(urgency(high.0, high.1, Some(Impact)).expect_err("asked otherwise").detail.contains("blocked"));
        for student in [Some(Impact), Some(Choose), None] {
            assert_eq!(urgency(blocked.0, blocked.1, student), Ok(Priority::High));
            assert_eq!(urgency(None, None, student), Ok(Priority::Medium));
        }
        assert_eq!(urgency(high.0, blocked.1, None).expect_err("both").pointer, "/impact");
    }
}

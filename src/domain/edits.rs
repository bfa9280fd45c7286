//! Other fields for a ticket: what may be given, what it takes, and what it changes.
use super::opening::one_of;
use super::permissions::Action;
use super::refusal::{FieldError, Refusal};
use super::tags::{self, Tag};
use super::text;
use super::tickets::{Category, Priority, Ticket};
use super::timeline::Happening;

/// New fields of a ticket, as somebody gave them.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub title: Option<String>,
    pub category: Option<String>,
    pub priority: Option<String>,
    /// Empty, to have none.
    pub context: Option<String>,
    /// All that it is to have.
    pub tags: Option<Vec<String>>,
    pub confidential: Option<bool>,
}

/// The same, checked.
#[derive(Clone, Debug, Default)]
pub struct NewFields {
    title: Option<String>,
    category: Option<Category>,
    priority: Option<Priority>,
    context: Option<Option<String>>,
    tags: Option<Vec<Tag>>,
    confidential: Option<bool>,
}

/// One field of a ticket that is another now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub happening: Happening,
    pub from: String,
    pub to: String,
}

impl Edit {
    /// The fields, or everything that is wrong with them.
    pub fn check(self) -> Result<NewFields, Refusal> {
        let mut errors = Vec::new();
        let mut named = |field: &str, known: bool, error: FieldError| {
            if !known {
                errors.push(FieldError { pointer: format!("/{field}"), ..error });
            }
        };
        let category = self.category.as_deref().map(Category::parse);
        named("category", category != Some(None), one_of("category", Category::ALL.map(Category::as_str)));
        let priority = self.priority.as_deref().map(Priority::parse);
        named("priority", priority != Some(None), one_of("priority", Priority::ALL.map(Priority::as_str)));
        let title = self.title.map(|title| text::line("title", &title, text::TITLE_LIMIT)).transpose();
        let title = title.map_err(|error| errors.push(error)).ok().flatten();
        let context = self.context.map(|context| context.trim().to_owned()).map(|context| match context.as_str() {
            "" => Ok(None),
            given => text::line("context", given, text::CONTEXT_LIMIT).map(Some),
        });
        let context = context.transpose().map_err(|error| errors.push(error)).ok().flatten();
        let tags = self.tags.map(|tags| tags::check("tags", &tags)).transpose();
        let tags = tags.map_err(|wrong| errors.extend(wrong)).ok().flatten();
        let (category, priority) = (category.flatten(), priority.flatten());
        if errors.is_empty() {
            Ok(NewFields { title, category, priority, context, tags, confidential: self.confidential })
        } else {
            Err(Refusal::Invalid(errors))
        }
    }
}

impl NewFields {
    /// What somebody must be allowed to do who gives these.
    pub fn actions(&self) -> Vec<Action> {
        let describes =
            self.title.is_some() || self.category.is_some() || self.context.is_some() || self.confidential.is_some();
        let actions = [
            (describes, Action::Describe),
            (self.priority.is_some(), Action::Prioritise),
            (self.tags.is_some(), Action::Tag),
        ];
        actions.into_iter().filter_map(|(is_asked, action)| is_asked.then_some(action)).collect()
    }

    /// Gives them to the ticket; what is another now.
    pub fn apply(self, ticket: &mut Ticket) -> Vec<Changed> {
        let mut changes = Vec::new();
        let mut changed = |happening, from: &str, to: &str| {
            if from != to {
                changes.push(Changed { happening, from: from.to_owned(), to: to.to_owned() });
            }
        };
        if let Some(title) = self.title {
            changed(Happening::TitleChanged, &ticket.title, &title);
            ticket.title = title;
        }
        if let Some(category) = self.category {
            changed(Happening::CategoryChanged, ticket.category.as_str(), category.as_str());
            ticket.category = category;
        }
        if let Some(priority) = self.priority {
            changed(Happening::PriorityChanged, ticket.priority.as_str(), priority.as_str());
            ticket.priority = priority;
        }
        if let Some(context) = self.context {
            let shown = |context: &Option<String>| context.clone().unwrap_or_default();
            changed(Happening::ContextChanged, &shown(&ticket.context), &shown(&context));
            ticket.context = context;
        }
        if let Some(tags) = self.tags {
            changed(Happening::TagsChanged, &tags::joined(&ticket.tags), &tags::joined(&tags));
            ticket.tags = tags;
        }
        if let Some(is_confidential) = self.confidential {
            let word = |is_confidential| if is_confidential { "confidential" } else { "open to staff" };
            changed(Happening::ConfidentialityChanged, word(ticket.is_confidential), word(is_confidential));
            ticket.is_confidential = is_confidential;
        }
        changes
    }
}

/// The versions of a ticket for which a request was made; any, when it does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected(pub Option<Vec<i64>>);

impl Expected {
    /// Refuses a ticket that has changed since.
    pub fn check(&self, ticket: &Ticket) -> Result<(), Refusal> {
        match &self.0 {
            Some(versions) if !versions.contains(&ticket.version) => Err(Refusal::Outdated { version: ticket.version }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_and_priority_is_asked_for_by_itself() {
        let edit = |title: &str, category: &str, priority: &str| {
            let [title, category, priority] = [title, category, priority].map(|text| Some(text.to_owned()));
            Edit { title, category, priority, ..Edit::default() }
        };
        let Err(Refusal::Invalid(errors)) = edit(" ", "food", "now").check() else { panic!("nothing fits") };
        let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/category", "/priority", "/title"]);
        let all = edit("Printer", "technical", "high").check().expect("fits");
        assert_eq!(all.actions(), [Action::Describe, Action::Prioritise]);
        assert_eq!(Edit::default().check().expect("fits").actions(), []);
        let (context, tags) = (Some("x".repeat(121)), Some(vec!["a,b".to_owned()]));
        let Err(Refusal::Invalid(errors)) = (Edit { context, tags, ..Edit::default() }).check() else {
            panic!("it fits")
        };
        let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/context", "/tags/0"]);
    }
}

//! Who is there: a student, two instructors, an admin, and somebody who only uses Matrix.
use std::collections::BTreeMap;

use crate::domain::people::{Person, Role};

/// Somebody of the demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Mia,
    Daniel,
    Priya,
    Helen,
}

/// What a person of the desk is called.
pub struct Part {
    pub who: Who,
    /// The name of their password and of their file of headers.
    pub key: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    pub role: Role,
}

/// The people of the desk.
pub const PARTS: [Part; 4] = [
    Part { who: Who::Mia, key: "mia", name: "Mia Okafor", email: "mia.okafor@example.org", role: Role::Student },
    Part {
        who: Who::Daniel,
        key: "daniel",
        name: "Daniel Reyes",
        email: "daniel.reyes@example.org",
        role: Role::Instructor,
    },
    Part {
        who: Who::Priya,
        key: "priya",
        name: "Priya Raman",
        email: "priya.raman@example.org",
        role: Role::Instructor,
    },
    Part { who: Who::Helen, key: "helen", name: "Helen Brandt", email: "helen.brandt@example.org", role: Role::Admin },
];

/// The localpart of the Matrix user, and the name of their password.
pub const GUEST: &str = "jonas";
/// The display name of the Matrix user.
pub const GUEST_NAME: &str = "Jonas Lindqvist";

/// The people as the desk knows them.
pub struct Cast(BTreeMap<Who, Person>);

impl Cast {
    /// Everybody in [`PARTS`].
    pub fn new(people: BTreeMap<Who, Person>) -> Self {
        Self(people)
    }

    pub fn get(&self, who: Who) -> &Person {
        self.0.get(&who).expect("furnishing adds everybody in PARTS, and nobody else is asked for")
    }
}

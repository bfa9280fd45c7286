//! People: who signs in, who only lives on Matrix, and what their role is.
use ruma::OwnedUserId;

use super::avatars::Avatar;
use super::clock::Time;
use super::ids::PersonId;
use super::refusal::{FieldError, Refusal};
use super::text;

/// What a person does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Student,
    Instructor,
    Admin,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Student, Self::Instructor, Self::Admin];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Instructor => "instructor",
            Self::Admin => "admin",
        }
    }

    /// Instructors and admins answer tickets.
    pub fn is_staff(self) -> bool {
        !matches!(self, Self::Student)
    }

    /// Reads a role by its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// Somebody known to the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    /// Absent for people who only take part from Matrix; lower case.
    pub email: Option<String>,
    pub display_name: String,
    pub role: Role,
    /// Their own Matrix account, if they have one; it is not their ghost.
    pub matrix_id: Option<OwnedUserId>,
    pub avatar: Option<Avatar>,
    pub disabled_at: Option<Time>,
    pub created_at: Time,
}

impl Person {
    /// Nothing, when they may manage people; otherwise the refusal to give.
    pub fn manages_people(&self) -> Result<(), Refusal> {
        if self.role == Role::Admin { Ok(()) } else { Err(Refusal::Forbidden("this is for admins")) }
    }

    /// Nothing, when they may see what other staff have to do; otherwise the refusal to give.
    pub fn sees_staff(&self) -> Result<(), Refusal> {
        if self.role.is_staff() { Ok(()) } else { Err(Refusal::Forbidden("this is for instructors and admins")) }
    }

    /// Whether they are staff who can be asked at present: not disabled.
    pub fn is_present_staff(&self) -> bool {
        self.role.is_staff() && !self.is_disabled()
    }

    pub fn is_disabled(&self) -> bool {
        self.disabled_at.is_some()
    }
}

/// Checks and normalises an e-mail address: one `@`, something on both sides, no spaces or controls; lower case.
/// Whether it can be delivered to is for the mail server to say.
pub fn email(field: &str, address: &str) -> Result<String, FieldError> {
    let address = text::line(field, address, 254)?.to_lowercase();
    let well_formed = address
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
    if !well_formed || address.contains(char::is_whitespace) {
        return Err(FieldError::new(field, "is not an e-mail address"));
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_lowered_and_nonsense_refused() {
        assert_eq!(email("email", " Ann@Example.ORG ").expect("fits"), "ann@example.org");
        for bad in ["", "ann", "@x", "ann@", "a@b@c", "a b@c", "a\n@c"] {
            assert!(email("email", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn every_role_reads_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }
}

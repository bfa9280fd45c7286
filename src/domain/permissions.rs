//! Who may do what with a ticket: one pure function, asked by REST, lists, sockets and mail alike.
use super::ids::PersonId;
use super::people::Person;
use super::refusal::Refusal;

/// Something that somebody wants to do with a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read it and its conversation.
    See,
    /// Write into its conversation.
    Write,
    /// Let somebody in or put them out.
    ManageParticipants,
    /// Give it to a member of staff.
    Assign,
    /// Move it along the status machine (which moves are legal is asked there).
    Move,
    /// Give it another title or category.
    Describe,
    /// Decide how urgent it is.
    Prioritise,
}

/// What the answer depends on besides the person.
#[derive(Clone, Debug)]
pub struct TicketAccess {
    pub created_by: PersonId,
    /// Whether the person was let in besides the student.
    pub is_participant: bool,
}

/// Nothing, when `person` may do `action`; otherwise the refusal to give.
/// Whoever may not see a ticket gets "not found", so that its existence stays private.
pub fn may(person: &Person, action: Action, ticket: &TicketAccess) -> Result<(), Refusal> {
    let owns = ticket.created_by == person.id;
    let sees = !person.is_disabled() && (person.role.is_staff() || owns || ticket.is_participant);
    if !sees {
        return Err(Refusal::NotFound("ticket"));
    }
    let allowed = match action {
        Action::See | Action::Write => true,
        Action::Move | Action::Describe => owns || person.role.is_staff(),
        Action::ManageParticipants | Action::Assign | Action::Prioritise => person.role.is_staff(),
    };
    if allowed { Ok(()) } else { Err(Refusal::Forbidden("this is for instructors and admins")) }
}

#[cfg(test)]
mod tests {
    use super::super::clock::Clock;
    use super::super::people::Role;
    use super::*;

    fn person(role: Role, disabled: bool) -> Person {
        let clock = Clock::system();
        Person {
            id: PersonId::fresh(&clock),
            email: None,
            display_name: "Ann".into(),
            role,
            matrix_id: None,
            avatar: None,
            disabled_at: disabled.then(|| clock.now()),
            created_at: clock.now(),
        }
    }

    #[test]
    fn the_table_of_who_may_what() {
        use Action::{Assign, Describe, ManageParticipants, Move, Prioritise, See, Write};
        let all = [See, Write, Move, Describe, Prioritise, Assign, ManageParticipants];
        let owner = person(Role::Student, false);
        let access = |is_participant| TicketAccess { created_by: owner.id.clone(), is_participant };
        let stranger = person(Role::Student, false);
        for (who, participant, allowed) in [
            (&owner, false, &[See, Write, Move, Describe][..]),
            (&stranger, false, &[]),
            (&stranger, true, &[See, Write]),
            (&person(Role::Instructor, false), false, &all),
            (&person(Role::Admin, false), false, &all),
            (&person(Role::Admin, true), false, &[]),
            (&person(Role::Student, true), true, &[]),
        ] {
            for action in all {
                let answer = may(who, action, &access(participant));
                assert_eq!(answer.is_ok(), allowed.contains(&action), "{:?} {action:?}", who.role);
                if allowed.is_empty() {
                    assert!(matches!(answer, Err(Refusal::NotFound(_))), "existence stays private");
                }
            }
        }
    }
}

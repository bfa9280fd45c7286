//! Who may do what with a ticket: one pure function, asked by REST, lists, sockets and mail alike.
use super::ids::PersonId;
use super::people::{Person, Role};
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
    /// Give it another title, category or context, or decide who may see it.
    Describe,
    /// Decide how urgent it is.
    Prioritise,
    /// Read and write what staff tell each other about it.
    Note,
    /// Give it tags.
    Tag,
    /// Decide which staff may see it, when it is confidential.
    NameStaff,
}

/// What the answer depends on besides the person.
#[derive(Clone, Debug)]
pub struct TicketAccess {
    pub created_by: PersonId,
    /// Whether the person was let in besides the student.
    pub is_participant: bool,
    /// Whether it is confidential and the person is not named in it.
    pub is_hidden: bool,
}

/// Nothing, when `person` may do `action`; otherwise the refusal to give.
/// Whoever may not see a ticket gets "not found", so that its existence stays private.
pub fn may(person: &Person, action: Action, ticket: &TicketAccess) -> Result<(), Refusal> {
    let owns = ticket.created_by == person.id;
    let sees_as_staff = person.role.is_staff() && !ticket.is_hidden;
    // A confidential ticket whose staff have all left is not lost: an admin may name others, and that is written down.
    let names = action == Action::NameStaff && person.role == Role::Admin;
    let sees = !person.is_disabled() && (sees_as_staff || owns || ticket.is_participant || names);
    // Whether there are notes is nothing that others are told, not even by a refusal of its own.
    if !sees || (action == Action::Note && !person.role.is_staff()) {
        return Err(Refusal::NotFound("ticket"));
    }
    let allowed = match action {
        Action::See | Action::Write | Action::Note => true,
        Action::Move | Action::Describe => owns || person.role.is_staff(),
        Action::ManageParticipants | Action::Assign | Action::Prioritise | Action::Tag | Action::NameStaff => {
            person.role.is_staff()
        }
    };
    if allowed { Ok(()) } else { Err(Refusal::Forbidden("this is for instructors and admins")) }
}

#[cfg(test)]
mod tests {
    use super::super::clock::Clock;
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
        use Action::{Assign, Describe, ManageParticipants, Move, NameStaff, Note, Prioritise, See, Tag, Write};
        let all = [See, Write, Move, Describe, Prioritise, Assign, ManageParticipants, Tag, NameStaff, Note];
        let owner = person(Role::Student, false);
        let access =
            |is_participant, is_hidden| TicketAccess { created_by: owner.id.clone(), is_participant, is_hidden };
        let stranger = person(Role::Student, false);
        for (who, participant, hidden, allowed) in [
            (&owner, false, true, &[See, Write, Move, Describe][..]),
            (&stranger, false, false, &[]),
            (&stranger, true, true, &[See, Write]),
            (&person(Role::Instructor, false), false, false, &all),
            (&person(Role::Instructor, false), false, true, &[]),
            (&person(Role::Instructor, false), true, true, &all),
            (&person(Role::Admin, false), false, false, &all),
            (&person(Role::Admin, false), false, true, &[NameStaff]),
            (&person(Role::Admin, true), false, true, &[]),
            (&person(Role::Admin, true), false, false, &[]),
            (&person(Role::Student, true), true, false, &[]),
        ] {
            for action in all {
                let answer = may(who, action, &access(participant, hidden));
                assert_eq!(answer.is_ok(), allowed.contains(&action), "{:?} {action:?}", who.role);
                if allowed.is_empty() || (action == Note && answer.is_err()) {
                    assert!(matches!(answer, Err(Refusal::NotFound(_))), "existence stays private");
                }
            }
        }
    }
}

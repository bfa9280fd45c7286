//! Who is to be in the room of a ticket's notes: staff who write notes, are called upon in one, or hold the ticket.
use ruma::OwnedUserId;

use super::is_for;
use super::outgoing::ForNotes;
use crate::domain::Clock;
use crate::domain::ids::{NotesRoomId, PersonId, TicketId};
use crate::domain::matrix_ids::Namespace;
use crate::domain::notes::Note;
use crate::domain::people::Person;
use crate::domain::tickets::Ticket;
use crate::store::{self, DbError, Tx, note_rooms};

/// Gives the notes of a (locked) ticket a room, with whoever holds the ticket in it, unless they have one.
pub(super) async fn begin(tx: &mut Tx, clock: &Clock, ticket: &Ticket) -> Result<(), DbError> {
    if !note_rooms::insert(tx, &ticket.id, &NotesRoomId::fresh(clock), clock.now()).await? {
        return Ok(());
    }
    ForNotes::MakeRoom { ticket: ticket.id.clone() }.enqueue(tx, clock, &ticket.id).await?;
    match &ticket.assigned_to {
        Some(holder) => call_in(tx, clock, &ticket.id, holder).await,
        None => Ok(()),
    }
}

/// Somebody writes a note: their ghost comes with it, and so does, the first time, their own account.
pub(super) async fn come(tx: &mut Tx, clock: &Clock, ticket: &TicketId, author: &Person) -> Result<(), DbError> {
    if note_rooms::expect(tx, ticket, &author.id).await? && author.matrix_id.is_some() {
        return let_in(tx, clock, ticket, &author.id).await;
    }
    Ok(())
}

/// Somebody is called upon: they are let in, again if they have left.
pub(in crate::desk) async fn call_in(
    tx: &mut Tx,
    clock: &Clock,
    ticket: &TicketId,
    person: &PersonId,
) -> Result<(), DbError> {
    note_rooms::expect(tx, ticket, person).await?;
    let_in(tx, clock, ticket, person).await
}

/// The ticket is given to somebody: they are let in, if there are notes.
pub(in crate::desk) async fn follow(
    tx: &mut Tx,
    clock: &Clock,
    ticket: &TicketId,
    person: &PersonId,
) -> Result<(), DbError> {
    match note_rooms::of_ticket(tx, ticket).await? {
        Some(_) => call_in(tx, clock, ticket, person).await,
        None => Ok(()),
    }
}

/// What somebody may do has changed: the rooms of notes where they are to be are looked through, unless they are
/// staff as before.
pub(in crate::desk) async fn look_at(tx: &mut Tx, clock: &Clock, person: &PersonId) -> Result<(), DbError> {
    let now = store::people::by_id(tx, person).await?;
    if now.is_some_and(|person| person.is_present_staff()) {
        return Ok(());
    }
    for ticket in note_rooms::tickets_of_member(tx, person).await? {
        guard(tx, clock, &ticket).await?;
    }
    Ok(())
}

/// Who may see the ticket has changed: its notes' room is looked through, if there is one.
pub(in crate::desk) async fn look_through(tx: &mut Tx, clock: &Clock, ticket: &TicketId) -> Result<(), DbError> {
    match note_rooms::of_ticket(tx, ticket).await? {
        Some(_) => guard(tx, clock, ticket).await,
        None => Ok(()),
    }
}

/// Whoever is in the room of these notes and may not read them is to be put out.
pub(in crate::desk) async fn guard(tx: &mut Tx, clock: &Clock, ticket: &TicketId) -> Result<(), DbError> {
    ForNotes::Guard { ticket: ticket.clone() }.enqueue(tx, clock, ticket).await
}

/// Whether the author of a note may still read it.
pub(in crate::desk) async fn is_welcome(tx: &mut Tx, note: &Note) -> Result<bool, DbError> {
    let ticket = store::tickets::by_id(tx, &note.ticket).await?;
    match (ticket, store::people::by_id(tx, &note.author).await?) {
        (Some(ticket), Some(author)) => is_for(tx, &ticket, &author).await,
        _ => Ok(false),
    }
}

/// The person behind a Matrix id; nobody's row is made for a stranger, who has no business with notes.
pub(in crate::desk) async fn known(
    tx: &mut Tx,
    names: &Namespace,
    user: &OwnedUserId,
) -> Result<Option<Person>, DbError> {
    match names.person_of(user) {
        Some(id) => store::people::by_id(tx, &id).await,
        None => store::people::by_matrix_id(tx, user).await,
    }
}

/// The member of staff behind a Matrix id who may read the notes of the ticket.
pub(in crate::desk) async fn admitted(
    tx: &mut Tx,
    names: &Namespace,
    (ticket, user): (&Ticket, &OwnedUserId),
) -> Result<Option<Person>, DbError> {
    match known(tx, names, user).await? {
        Some(person) if is_for(tx, ticket, &person).await? => Ok(Some(person)),
        _ => Ok(None),
    }
}

async fn let_in(tx: &mut Tx, clock: &Clock, ticket: &TicketId, person: &PersonId) -> Result<(), DbError> {
    ForNotes::LetIn { ticket: ticket.clone(), person: person.clone() }.enqueue(tx, clock, ticket).await
}

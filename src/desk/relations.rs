//! What a draft refers to: messages of the same ticket, and people who see it.
use crate::domain::Refusal;
use crate::domain::ids::{MessageId, PersonId, TicketId};
use crate::domain::messages::{Draft, MENTIONS_LIMIT, Message};
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::domain::tickets::Ticket;
use crate::store::{self, Tx};

/// The checked relations of a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Relations {
    pub reply_to: Option<MessageId>,
    pub thread: Option<MessageId>,
    pub mentions: Vec<PersonId>,
}

/// What the draft of a message of this ticket refers to.
pub(super) async fn check(tx: &mut Tx, ticket: &Ticket, draft: &Draft) -> Result<Relations, Refusal> {
    let reply_to = referred(tx, &ticket.id, "replyTo", draft.reply_to.as_deref()).await?;
    let thread = referred(tx, &ticket.id, "thread", draft.thread.as_deref()).await?;
    Ok(Relations {
        reply_to: reply_to.map(|message| message.id),
        // Threads do not nest: an answer within one belongs to the same.
        thread: thread.map(|message| message.thread.unwrap_or(message.id)),
        mentions: called_upon(tx, ticket, &draft.mentions).await?,
    })
}

pub(super) async fn in_ticket(tx: &mut Tx, ticket: &TicketId, field: &str, id: &MessageId) -> Result<Message, Refusal> {
    let message = store::messages::by_id(tx, id).await?.filter(|message| message.ticket == *ticket);
    message.ok_or_else(|| Refusal::field(field, "is no message of this ticket"))
}

/// The message of the same ticket that a field of a draft refers to.
async fn referred(tx: &mut Tx, ticket: &TicketId, field: &str, id: Option<&str>) -> Result<Option<Message>, Refusal> {
    let Some(id) = id else { return Ok(None) };
    let id: MessageId = id.parse().map_err(|_| Refusal::field(field, "is no id of a message"))?;
    in_ticket(tx, ticket, field, &id).await.map(Some)
}

/// The people a draft calls upon: staff, and whoever belongs to the ticket.
async fn called_upon(tx: &mut Tx, ticket: &Ticket, given: &[String]) -> Result<Vec<PersonId>, Refusal> {
    if given.len() > MENTIONS_LIMIT {
        return Err(Refusal::field("mentions", format!("are {}; at most {MENTIONS_LIMIT} are allowed", given.len())));
    }
    let wrong = |index: usize| FieldError {
        pointer: format!("/mentions/{index}"),
        detail: "is nobody who can see this ticket".to_owned(),
    };
    let mut ids: Vec<PersonId> = Vec::new();
    for (index, id) in given.iter().enumerate() {
        let id = id.parse().map_err(|_| wrong(index))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.is_empty() {
        return Ok(ids);
    }
    let known = store::people::by_ids(tx, &ids).await?;
    let members = store::participants::of_ticket(tx, &ticket.id).await?;
    let named = match ticket.is_confidential {
        true => Some(store::named_staff::of_ticket(tx, &ticket.id).await?),
        false => None,
    };
    for (index, id) in given.iter().enumerate() {
        let is_known = |person: &Person| named.as_ref().is_none_or(|named| named.contains(&person.id));
        let sees = |person: &Person| {
            !person.is_disabled() && (person.role.is_staff() && is_known(person) || members.contains(&person.id))
        };
        if !known.values().any(|person| person.id.as_str() == id && sees(person)) {
            return Err(wrong(index).into());
        }
    }
    Ok(ids)
}

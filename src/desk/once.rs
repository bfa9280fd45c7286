//! What a client asks for again, under the same id, is answered with what it made the first time.
use std::collections::HashMap;
use std::str::FromStr;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::saying::Said;
use crate::domain::Refusal;
use crate::domain::client_ids::{self, Made, Wanted};
use crate::domain::refusal::FieldError;
use crate::store::client_ids::Key;
use crate::store::{self, DbError, Tx};

/// What tells two requests under the same id apart.
pub(super) fn digest(asked: &impl Serialize) -> String {
    let asked = serde_json::to_vec(asked).expect("texts are always JSON");
    Sha256::digest(asked).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes the id for this transaction, which is then to [`fill`](store::client_ids::fill) it; or what was made under it
/// before. An id that was given to something else is refused.
pub(super) async fn claim<Id: FromStr>(tx: &mut Tx, key: Key<'_>, digest: &str) -> Result<Option<Made<Id>>, Refusal> {
    if store::client_ids::claim(tx, key, digest).await? {
        return Ok(None);
    }
    let known = store::client_ids::known(tx, key).await?;
    if known.digest.is_some_and(|known| known != digest) {
        return Err(taken(match key.wanted {
            Wanted::Message => "was given to a message with other content before",
            Wanted::Ticket => "was given to a ticket with other content before",
            Wanted::Note => "was given to a note with other content before",
        }));
    }
    Ok(Some(known.made))
}

/// The refusal of an id that stands for something else.
pub(super) fn taken(why: &str) -> Refusal {
    Refusal::Taken(FieldError::new(client_ids::FIELD, why))
}

/// The messages that were made, as they are now.
pub(super) async fn said(tx: &mut Tx, made: Made) -> Result<Said, DbError> {
    let ids: Vec<_> = made.text.iter().chain(made.files.iter().flatten()).cloned().collect();
    let messages = store::messages::by_ids(tx, &ids).await?;
    let mut messages: HashMap<_, _> = messages.into_iter().map(|message| (message.id.clone(), message)).collect();
    let mut take = |id| messages.remove(&id);
    let text = made.text.and_then(&mut take);
    Ok(Said { text, files: made.files.into_iter().map(|id| id.and_then(&mut take)).collect() })
}

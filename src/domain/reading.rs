//! Reading: what Matrix says of how far people have read.
use ruma::{OwnedEventId, OwnedUserId};

use super::clock::Time;

/// Somebody of Matrix has read a room up to an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub user: OwnedUserId,
    pub event: OwnedEventId,
    pub at: Time,
}

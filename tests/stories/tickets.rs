//! From opening a ticket to talking in its room.
use crate::support::story;

story!(a_ticket_is_there_at_once_and_its_room_follows, |desk| {
    let ann = desk.student("Ann Lee").await;

    let ticket = ann.opens_ticket("Printer", "It is on fire").await;

    assert_eq!(ticket.opened["room"], serde_json::Value::Null);
    ann.eventually_sees_room_of(&ticket).await;
});

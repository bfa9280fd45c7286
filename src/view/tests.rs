//! The shapes, field by field.
use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::json;

use super::people::{Participant, People};
use super::tickets::Eyes;
use super::{messages, tickets};
use crate::domain::avatars::Avatar;
use crate::domain::client_ids::ClientId;
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::PersonId;
use crate::domain::matrix_ids::Namespace;
use crate::domain::messages::{Delivery, Kind, Message, Reactions, ReadBy};
use crate::domain::people::{Person, Role};
use crate::domain::status::Status;
use crate::domain::tags::Tag;
use crate::domain::tickets::{Category, Priority, Ticket, TicketNumber};

const ANN: &str = "usr_01jqxv3c8f0000000000000001";
const BEN: &str = "usr_01jqxv3c8f0000000000000002";
const TICKET: &str = "tkt_01jqxv3c8f0000000000000003";
const BENS_AVATAR: &str = "fil_01jqxv3c8f0000000000000005.png";
const TEAM: &str = "tea_01jqxv3c8f0000000000000006";
const MESSAGE: &str = "msg_01jqxv3c8f0000000000000004";

fn at(second: i64) -> Time {
    from_millis(1_772_000_000_000 + second * 1_000)
}

fn person(id: &str, name: &str, role: Role) -> Person {
    Person {
        id: id.parse().expect("an id"),
        email: Some(format!("{name}@example.org")),
        display_name: name.to_owned(),
        role,
        matrix_id: Some(ruma::UserId::parse(format!("@{name}:home.example")).expect("an id")),
        avatar: (id == BEN).then(|| Avatar::parse(BENS_AVATAR).expect("a name")),
        disabled_at: None,
        created_at: at(0),
    }
}

fn people() -> People {
    let people = [person(ANN, "ann", Role::Student), person(BEN, "ben", Role::Instructor)];
    People::from(people.map(|person| (person.id.clone(), person)).into_iter().collect::<HashMap<_, _>>())
}

fn ticket() -> Ticket {
    Ticket {
        id: TICKET.parse().expect("an id"),
        number: TicketNumber::new(NaiveDate::from_ymd_opt(2026, 2, 25).expect("a day"), 7),
        title: "Printer on fire".to_owned(),
        description: "It burns".to_owned(),
        category: Category::Technical,
        priority: Priority::High,
        status: Status::InProgress,
        created_by: ANN.parse().expect("an id"),
        opened_by: None,
        team: Some(TEAM.parse().expect("an id")),
        team_name: Some("Printing".to_owned()),
        context: Some("Course 7".to_owned()),
        follows: None,
        is_confidential: false,
        tags: vec![Tag::parse("printer").expect("fits")],
        closing_announced_at: None,
        assigned_to: Some(BEN.parse().expect("an id")),
        attachments: Vec::new(),
        attachment_count: 0,
        created_at: at(0),
        updated_at: at(2),
        resolved_at: None,
        closed_at: None,
        resolution: None,
        message_count: 1,
        last_message_at: Some(at(2)),
        last_message_by: Some(BEN.parse().expect("an id")),
        version: 3,
        waiting_since: None,
        first_response_at: Some(at(2)),
        last_interaction_at: at(2),
        room_id: Some(ruma::RoomId::parse("!abc:desk.example").expect("an id")),
        last_seq: 1,
        room_seq: 1,
    }
}

#[test]
fn a_ticket_has_the_plan_s_names_and_its_own() {
    let names = Namespace::new("desk_", "desk.example".try_into().expect("a server")).expect("fits");
    let view = tickets::list(&[ticket()], &people(), (&names, Eyes::Others), None);
    let expected = json!({
        "items": [{
            "id": TICKET, "ticketId": "TICK-20260225-0007", "title": "Printer on fire", "description": "It burns",
            "category": "technical", "priority": "high", "status": "in-progress",
            "context": "Course 7", "confidential": false, "follows": null, "closingAnnouncedAt": null, "openedBy": null,
            "createdBy": {"id": ANN, "displayName": "ann", "role": "student", "avatarUrl": null},
            "assignedTo": {"id": BEN, "displayName": "ben", "role": "instructor",
                "avatarUrl": format!("/api/avatars/{BENS_AVATAR}")},
            "attachments": [], "attachmentCount": 0, "createdAt": "2026-02-25T06:13:20.000Z", "updatedAt": "2026-02-25T06:13:22.000Z",
            "resolution": null, "resolvedAt": null, "closedAt": null, "messageCount": 1, "lastMessageAt": "2026-02-25T06:13:22.000Z",
            "lastMessageBy": {"id": BEN, "displayName": "ben", "role": "instructor",
                "avatarUrl": format!("/api/avatars/{BENS_AVATAR}")}, "version": 3,
            "waitingSince": null, "firstResponseAt": "2026-02-25T06:13:22.000Z",
            "lastInteractionAt": "2026-02-25T06:13:22.000Z",
            "room": {"roomId": "!abc:desk.example", "alias": format!("#desk_{TICKET}:desk.example")},
        }],
        "nextCursor": null,
    });
    assert_eq!(serde_json::to_value(view).expect("JSON"), expected, "nothing of what is for staff");
    let view = tickets::list(&[ticket()], &people(), (&names, Eyes::Staff), None);
    let mut of_staff = expected;
    of_staff["items"][0]["team"] = json!({"id": TEAM, "name": "Printing"});
    of_staff["items"][0]["tags"] = json!(["printer"]);
    assert_eq!(serde_json::to_value(view).expect("JSON"), of_staff);
}

#[test]
fn a_message_has_the_plan_s_names_and_its_own() {
    let (id, ticket, sender) = (MESSAGE.parse(), TICKET.parse(), BEN.parse());
    let (id, ticket, sender) = (id.expect("an id"), ticket.expect("an id"), sender.expect("an id"));
    let ann: PersonId = ANN.parse().expect("an id");
    let message = Message {
        html: Some("Use <em>water</em>".to_owned()),
        kind: Kind::Emote,
        reply_to: Some(MESSAGE.parse().expect("an id")),
        mentions: vec![ann.clone()],
        reactions: vec![Reactions { label: "👍".to_owned(), people: vec![ann.clone()] }],
        read_by: vec![ReadBy { user: ann, read_at: at(5) }],
        edited_at: Some(at(3)),
        delivery: Delivery::Failed { reason: "forbidden".to_owned(), is_certain: true },
        client_id: ClientId::check(Some("tab-1")).expect("fits"),
        ..Message::queued(id, ticket, sender, "Use *water*".to_owned(), (at(2), 1))
    };
    let expected = json!({
        "id": MESSAGE, "ticket": TICKET, "place": 1, "sender": {"id": BEN, "displayName": "ben", "role": "instructor",
                "avatarUrl": format!("/api/avatars/{BENS_AVATAR}")},
        "message": "Use *water*", "html": "Use <em>water</em>", "messageType": "text", "kind": "emote", "details": null,
        "replyTo": MESSAGE, "thread": null, "mentions": [ANN], "reactions": [{"reaction": "👍", "users": [ANN]}],
        "attachment": null, "isRead": true,
        "readBy": [{"user": ANN, "readAt": "2026-02-25T06:13:25.000Z"}], "createdAt": "2026-02-25T06:13:22.000Z",
        "editedAt": "2026-02-25T06:13:23.000Z", "isEdited": true, "isDeleted": false, "deletedAt": null,
        "deletedBy": null, "status": "failed", "failure": {"reason": "forbidden", "isCertain": true}, "eventId": null,
        "clientId": "tab-1",
    });
    assert_eq!(serde_json::to_value(messages::Message::new(&message, &people())).expect("JSON"), expected);
}

#[test]
fn only_staff_and_themselves_see_somebody_s_matrix_account() {
    let (ann, ben) = (person(ANN, "ann", Role::Student), person(BEN, "ben", Role::Instructor));
    assert_eq!(Participant::seen_by(&ann, &ben).matrix_id, None);
    assert_eq!(Participant::seen_by(&ben, &ann).matrix_id.as_deref(), Some("@ann:home.example"));
    assert_eq!(Participant::seen_by(&ann, &ann).matrix_id.as_deref(), Some("@ann:home.example"));
}

//! The two journeys: from a ticket into its room, and from the room back.
use futures_util::future::join_all;
use roomdesk::domain::status::Status;
use serde_json::{Value, json};

use crate::support::account::Ticket;
use crate::support::eventually::SOON;
use crate::support::journal::Seen;
use crate::support::{eventually, seed, story};

story!(a_ticket_is_there_at_once_and_its_room_follows, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;

    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&guest, &ticket).await;

    let ghost = guest.eventually_sees_member(&room, "Ann Lee").await;
    assert_eq!(ghost, format!("@{}{}:{}", desk.home.prefix, ann.id, desk.home.synapse.server_name()));
    let bot = guest.eventually_sees_member(&room, "Roomdesk").await;
    assert_eq!(bot, format!("@{}bot:{}", desk.home.prefix, desk.home.synapse.server_name()));
    assert_eq!(guest.sees_members(&room).await.len(), 3);
    assert_eq!((&ticket.opened["status"], &ticket.opened["room"]), (&json!("open"), &Value::Null));
    let name = guest.eventually_reads(&room, |seen| seen.raw["type"] == "m.room.name").await;
    assert_eq!(name.raw["content"]["name"], format!("[{}] Printer", ticket.number));
});

story!(a_ticket_that_never_had_a_room_gets_one_with_the_first_answer, |desk| {
    let (ann, guest) = tokio::join!(desk.student("Ann Lee"), desk.person("guest"));
    let staff = [desk.instructor("Ben Ode").await, desk.instructor("Sam Fox").await];
    let ben = &staff[0];
    let rows = seed::tickets(desk.db(), 2, std::slice::from_ref(&ann), &staff).await;
    let ticket = Ticket { id: rows[1].id.clone(), number: rows[1].number.clone(), opened: Value::Null };
    assert_eq!(ann.sees(&ticket).await["room"], Value::Null);

    let said = ben.says(&ticket, "Is it still on fire?").await;
    ben.says(&ticket, "I have a bucket here").await;

    ben.is_sent(&ticket, &said).await;
    let room = ben.brings(&guest, &ticket).await;
    guest.eventually_reads_exactly(&room, &["Seeded 1", "Is it still on fire?", "I have a bucket here"]).await;
    ann.eventually_sees_room_of(&ticket).await;
});

story!(a_person_of_matrix_takes_part, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;
    guest.is_called("Gwen of Matrix").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&guest, &ticket).await;

    let description = guest.eventually_hears(&room, "It is on fire").await;
    let event = guest.say(&room, "Have you tried water?").await;

    let members = guest.sees_members(&room).await;
    assert_eq!(members[description.sender.as_str()], "Ann Lee");
    let answer = ann.eventually_reads(&ticket, "Have you tried water?", |_| true).await;
    assert_eq!(answer["sender"]["displayName"], "Gwen of Matrix");
    assert_eq!((&answer["status"], &answer["eventId"]), (&json!("sent"), &json!(event)));
    let seen = ann.sees(&ticket).await;
    assert_eq!((&seen["messageCount"], &seen["lastMessageBy"]["role"]), (&json!(1), &json!("student")));
});

story!(an_answer_appears_as_its_authors_ghost, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&guest, &ticket).await;

    ben.says(&ticket, "Pull the plug").await;

    let heard = guest.eventually_hears(&room, "Pull the plug").await;
    let members = guest.sees_members(&room).await;
    assert_eq!(members[heard.sender.as_str()], "Ben Ode");
    assert!(heard.sender.as_str().contains(&ben.id), "{} is not Ben's ghost", heard.sender);
});

story!(a_message_is_queued_and_then_sent, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;

    let accepted = ann.says(&ticket, "Still burning").await;

    assert_eq!((&accepted["status"], &accepted["eventId"]), (&json!("queued"), &Value::Null));
    let sent = ann.eventually_reads(&ticket, "Still burning", |message| message["status"] == "sent").await;
    let room = ben.brings(&guest, &ticket).await;
    let heard = guest.eventually_hears(&room, "Still burning").await;
    assert_eq!((&sent["id"], &sent["eventId"]), (&accepted["id"], &json!(heard.event_id)));
});

story!(many_voices_are_heard_once_each_and_in_the_rooms_order, |desk| {
    const EACH: usize = 20;
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&guest, &ticket).await;
    guest.eventually_hears(&room, "It is on fire").await;

    let texts = |who: &str| (0..EACH).map(|n| format!("{who} {n}")).collect::<Vec<_>>();
    let (of_ann, of_ben, of_guest) = (texts("ann"), texts("ben"), texts("guest"));
    tokio::join!(
        async {
            for text in &of_ann {
                ann.says(&ticket, text).await;
            }
        },
        async {
            for text in &of_ben {
                ben.says(&ticket, text).await;
            }
        },
        async {
            for text in &of_guest {
                guest.say(&room, text).await;
            }
        },
    );

    let everything = 3 * EACH;
    ann.eventually_sees(&ticket, |ticket| ticket["messageCount"] == everything).await;
    let said = ann.eventually_agrees_with(&guest, &room, &ticket).await;
    for (name, texts) in [("Ann Lee", &of_ann), ("Ben Ode", &of_ben), (guest.id().localpart(), &of_guest)] {
        let by: Vec<_> = said.iter().filter(|said| said.by == name).map(|said| said.text.clone()).collect();
        assert_eq!(by, *texts, "{name} is heard once each, in order");
    }
    assert_eq!(said.len(), everything);
});

story!(messages_written_at_once_are_all_accepted, |desk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;

    let texts: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    join_all(texts.iter().map(|text| ann.says(&ticket, text))).await;

    let mut said: Vec<_> = ann.conversation(&ticket).await.into_iter().map(|said| said.text).collect();
    said.sort_by_key(|text| text.parse::<u32>().ok());
    assert_eq!(said, texts);
});

story!(a_student_on_matrix_is_invited_into_their_own_ticket, |desk| {
    let person = desk.person("ann").await;
    person.is_called("Ann on Matrix").await;
    let ann = desk.student_on_matrix("Ann Lee", &person).await;

    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ann.eventually_sees_room_of(&ticket).await;
    person.joins(&room).await;
    person.say(&room, "From my client").await;
    ann.says(&ticket, "From my browser").await;

    person.eventually_hears(&room, "From my browser").await;
    // In the room's order, though the desk may have accepted the second before it read the first.
    ann.eventually_reads_exactly(&ticket, &["From my client", "From my browser"]).await;
    assert!(ann.conversation(&ticket).await.iter().all(|said| said.by == "Ann Lee"));
    let members = person.sees_members(&room).await;
    let names: Vec<_> = members.values().map(String::as_str).collect();
    assert!(names.contains(&"Ann on Matrix") && names.contains(&"Ann Lee"), "both of Ann are there: {names:?}");
});

story!(a_students_reply_reopens_a_resolved_ticket, |desk| {
    let person = desk.person("ann").await;
    let (ann, ben) = tokio::join!(desk.student_on_matrix("Ann Lee", &person), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ann.eventually_sees_room_of(&ticket).await;
    person.joins(&room).await;
    desk.move_to(Status::Resolved, &ticket, &ben).await;
    person.eventually_reads(&room, |seen| shows(seen, "resolved")).await;

    person.say(&room, "Still burning").await;

    let reopened = ann.eventually_sees(&ticket, |ticket| ticket["status"] == "open").await;
    assert_eq!((&reopened["resolvedAt"], &reopened["waitingSince"].is_string()), (&Value::Null, &true));
    eventually("the room to show the ticket open again", SOON, async || {
        let shown: Vec<_> = person.timeline(&room).into_iter().filter(|seen| shows(seen, "open")).collect();
        if shown.len() == 2 { Ok(()) } else { Err(shown) }
    })
    .await;
});

/// Whether this is the event by which the room shows its ticket, in such a status.
fn shows(seen: &Seen, status: &str) -> bool {
    seen.raw["type"] == "org.roomdesk.ticket" && seen.raw["content"]["status"] == status
}

story!(an_answer_of_staff_leaves_a_resolved_ticket_resolved, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    desk.move_to(Status::Resolved, &ticket, &ben).await;

    ben.says(&ticket, "You are welcome").await;

    ann.eventually_reads(&ticket, "You are welcome", |message| message["status"] == "sent").await;
    assert_eq!(ann.sees(&ticket).await["status"], "resolved");
});

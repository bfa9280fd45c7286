//! Names: a ghost shows the person's present name, and a person of Matrix the name they gave themselves.
use roomdesk::store;

use crate::support::story;

story!(a_ghost_takes_its_persons_new_name, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&guest, &ticket).await;
    let before = guest.eventually_sees_member(&room, "Ann Lee").await;

    let mut tx = desk.db().write().await.expect("the database is there");
    let id = ann.id.parse().expect("the id of a person");
    assert!(store::people::set_display_name(&mut tx, &id, "Ann Married").await.expect("the name is stored"));
    tx.commit().await.expect("the name is stored");
    ann.says(&ticket, "It is me").await;

    let heard = guest.eventually_hears(&room, "It is me").await;
    assert_eq!(guest.eventually_sees_member(&room, "Ann Married").await, before);
    assert_eq!(heard.sender, before);
});

story!(a_person_of_matrix_is_shown_by_their_own_name, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&guest, &ticket).await;
    guest.say(&room, "Hello").await;

    guest.is_called("Gwen the Second").await;

    ann.eventually_reads(&ticket, "Hello", |message| message["sender"]["displayName"] == "Gwen the Second").await;
});

story!(a_ghost_says_nothing_of_its_persons_address, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let guest = desk.person("guest").await;

    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&guest, &ticket).await;
    guest.eventually_hears(&room, "It is on fire").await;

    let everything = guest.timeline(&room).iter().map(|seen| seen.raw.to_string()).collect::<String>();
    assert!(everything.contains("Ann Lee") && !everything.contains("example.org"), "{everything}");
});

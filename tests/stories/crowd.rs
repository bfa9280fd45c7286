//! Many at once: whoever takes part in a ticket sees the same conversation, in the room's order.
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use ruma::OwnedRoomId;
use serde_json::Value;

use crate::support::account::Ticket;
use crate::support::{Person, Socket, eventually, story};

const TICKETS: usize = 10;
/// By each of two sockets per ticket: a thousand together.
const MESSAGES: usize = 50;
const GUESTS: usize = 5;
/// By each guest in each of their rooms.
const LINES: usize = 10;
const SETTLED: Duration = Duration::from_secs(200);

story!(a_crowd_sees_the_same_order_everywhere, |desk| {
    let ben = desk.instructor("Ben Ode").await;
    let guests = join_all((0..GUESTS).map(|_| desk.person("guest"))).await;
    let mut booths = Vec::new();
    for number in 0..TICKETS {
        let student = desk.student(&format!("Student {number}")).await;
        let ticket = student.opens_ticket("Printer", "It is on fire").await;
        booths.push((student, ticket));
    }
    let booths = join_all(booths.iter().enumerate().map(async |(number, (student, ticket))| {
        let guest = &guests[number % GUESTS];
        let room = ben.brings(guest, ticket).await;
        let sockets = [Socket::connects(student).await, Socket::connects(&ben).await];
        join_all(sockets.iter().map(|socket| socket.joins(ticket))).await;
        Booth { ticket, room, guest, sockets }
    }))
    .await;

    join_all(booths.iter().map(Booth::talks)).await;

    for booth in &booths {
        booth.agrees().await;
    }
});

/// One ticket with everybody in it.
struct Booth<'a> {
    ticket: &'a Ticket,
    room: OwnedRoomId,
    guest: &'a Person,
    sockets: [Socket; 2],
}

impl Booth<'_> {
    /// Everybody writes at once.
    async fn talks(&self) {
        let by_sockets = self.sockets.iter().enumerate().map(async |(number, socket)| {
            for line in 0..MESSAGES {
                socket.says(self.ticket, &format!("socket {number} line {line}")).await;
            }
        });
        let by_guest = async {
            for line in 0..LINES {
                self.guest.say(&self.room, &format!("guest line {line}")).await;
            }
        };
        tokio::join!(join_all(by_sockets), by_guest);
    }

    /// Waits until each socket's picture of the conversation is that of the guest's own client: nothing missing,
    /// nothing twice, in the same order.
    async fn agrees(&self) {
        let what = format!("{} to look the same everywhere", self.ticket.number);
        let order = eventually(what, SETTLED, async || {
            // The first message of the room is the ticket's description.
            let room: Vec<String> = self.guest.reads(&self.room).into_iter().skip(1).collect();
            let seen: Vec<Vec<String>> = self.sockets.iter().map(conversation).collect();
            let is_whole = room.len() == self.sockets.len() * MESSAGES + LINES;
            if is_whole && seen.iter().all(|seen| *seen == room) { Ok(room) } else { Err((room.len(), seen[0].len())) }
        })
        .await;
        for socket in &self.sockets {
            let new = socket.heard_of("new-message").into_iter().filter(|message| message["messageType"] != "system");
            assert_eq!(new.count(), order.len(), "each is told once");
        }
    }
}

/// What somebody at this socket sees: the messages in the order of their places as they were told last.
fn conversation(socket: &Socket) -> Vec<String> {
    let mut messages: BTreeMap<String, (i64, String)> = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    socket.recalls(|heard| {
        let told = heard.iter().filter(|heard| matches!(heard.event.as_str(), "new-message" | "message-status"));
        for message in told.map(|heard| &heard.data).filter(|message| message["messageType"] != "system") {
            let place = message["place"].as_i64().unwrap_or_default();
            messages.insert(text(&message["id"]), (place, text(&message["message"])));
        }
    });
    let mut messages: Vec<_> = messages.into_values().collect();
    messages.sort();
    messages.into_iter().map(|(_, text)| text).collect()
}

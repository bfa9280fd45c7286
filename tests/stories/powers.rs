//! What a student cannot do in a ticket's room by plain Matrix requests, whatever the version of the room.
use reqwest::{Method, StatusCode};
use roomdesk::domain::Clock;
use ruma::{OwnedEventId, OwnedRoomId};
use serde_json::{Value, json};

use crate::support::account::{Account, Ticket};
use crate::support::story::Fixture;
use crate::support::{DatabaseKind, Person, TestDesk, story};

/// A student in a ticket's room of version `V`.
struct Student<const V: u8> {
    desk: TestDesk,
    ben: Account,
    ticket: Ticket,
    room: OwnedRoomId,
    /// The student as a person of Matrix: whoever is let in has the power of a student.
    student: Person,
    /// Something another member said.
    description: OwnedEventId,
}

impl<const V: u8> Fixture for Student<V> {
    async fn start(kind: DatabaseKind) -> Self {
        let settings = [("matrix.room_version", &*format!("\"{V}\""))];
        let desk = TestDesk::start_with(kind, &settings, Clock::system()).await;
        let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
        let student = desk.person("student").await;
        let ticket = ann.opens_ticket("Printer", "It is on fire").await;
        let room = ben.brings(&student, &ticket).await;
        let description = student.eventually_hears(&room, "It is on fire").await.event_id;
        Self { desk, ben, ticket, room, student, description }
    }

    async fn finish(self) {
        self.desk.finish().await;
    }
}

impl<const V: u8> Student<V> {
    /// Sends a request into the room, which must be refused.
    async fn is_refused(&self, method: Method, path: &str, body: Value) {
        let path = format!("/_matrix/client/v3/rooms/{}/{path}", self.room);
        let (status, answer) = self.student.raw(method, &path, Some(&body)).await;
        let expected = (StatusCode::FORBIDDEN, &json!("M_FORBIDDEN"));
        assert_eq!((status, &answer["errcode"]), expected, "{path} {body}: {answer}");
    }

    async fn cannot_change_the_room(&self) {
        let stranger = self.desk.person("stranger").await;
        let ghost = self.student.eventually_sees_member(&self.room, "Ann Lee").await;
        for (act, body) in [
            ("invite", json!({"user_id": stranger.id()})),
            ("kick", json!({"user_id": ghost})),
            ("ban", json!({"user_id": ghost})),
            ("upgrade", json!({"new_version": "12"})),
        ] {
            self.is_refused(Method::POST, act, body).await;
        }
        for (kind, content) in [
            ("m.room.name", json!({"name": "Mine"})),
            ("m.room.topic", json!({"topic": "Mine"})),
            ("m.room.avatar", json!({"url": "mxc://roomdesk.test/mine"})),
            ("m.room.encryption", json!({"algorithm": "m.megolm.v1.aes-sha2"})),
            ("m.room.join_rules", json!({"join_rule": "public"})),
            ("m.room.history_visibility", json!({"history_visibility": "world_readable"})),
            ("m.room.guest_access", json!({"guest_access": "can_join"})),
            ("m.room.power_levels", json!({"users": {self.student.id().as_str(): 100}})),
            ("m.room.server_acl", json!({"allow": ["roomdesk.test"]})),
            ("m.room.tombstone", json!({"body": "Over", "replacement_room": "!elsewhere:roomdesk.test"})),
            ("m.room.pinned_events", json!({"pinned": []})),
            ("org.roomdesk.ticket", json!({"status": "closed"})),
            ("org.example.anything", json!({})),
        ] {
            self.is_refused(Method::PUT, &format!("state/{kind}"), content).await;
        }
        self.is_refused(Method::PUT, &format!("redact/{}/one", self.description), json!({})).await;
    }

    async fn can_still_talk(&self) {
        let own = self.student.say(&self.room, "A slip of the tongue").await;
        let path = format!("/_matrix/client/v3/rooms/{}/redact/{own}/two", self.room);
        let (status, answer) = self.student.raw(Method::PUT, &path, Some(&json!({}))).await;
        assert_eq!(status, StatusCode::OK, "one's own words may be taken back: {answer}");
        self.student.say(&self.room, "Hello").await;
        self.ben.eventually_reads(&self.ticket, "Hello", |_| true).await;
    }

    async fn room_version(&self) -> Value {
        let create = self.student.eventually_reads(&self.room, |seen| seen.raw["type"] == "m.room.create").await;
        create.raw["content"]["room_version"].clone()
    }
}

story!(a_student_changes_nothing_in_a_room_of_version_11, |student: Student<11>| {
    student.cannot_change_the_room().await;

    student.can_still_talk().await;
    assert_eq!(student.room_version().await, "11");
});

story!(a_student_changes_nothing_in_a_room_of_version_12, |student: Student<12>| {
    student.cannot_change_the_room().await;

    student.can_still_talk().await;
    assert_eq!(student.room_version().await, "12");
});

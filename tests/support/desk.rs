//! The desk under test: what a story gets when it names no other fixture.
use super::database::{DatabaseKind, TestDatabase};
use super::person::Person;
use super::story::Fixture;
use super::synapse::Slot;

/// A slot of the shared homeserver and an empty database.
pub struct TestDesk {
    pub slot: Slot,
    pub database: TestDatabase,
}

impl Fixture for TestDesk {
    async fn start(kind: DatabaseKind) -> Self {
        let (slot, database) = tokio::join!(Slot::borrow(), TestDatabase::fresh(kind));
        Self { slot, database }
    }

    async fn finish(self) {}
}

impl TestDesk {
    /// An ordinary person of the homeserver, signed in and reading.
    pub async fn person(&self, nickname: &str) -> Person {
        Person::arrive(self.slot.synapse, nickname).await
    }
}

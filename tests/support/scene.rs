//! What most stories begin with.
use ruma::OwnedRoomId;

use super::account::{Account, Ticket};
use super::home::Home;
use super::person::Person;
use super::site::Site;

/// A ticket of Ann's that Ben answers, with Mia of Matrix in its room.
pub struct Scene {
    pub ann: Account,
    pub ben: Account,
    pub mia: Person,
    pub ticket: Ticket,
    pub room: OwnedRoomId,
}

/// Everybody is there, and Mia has read the ticket's description.
pub async fn scene<H: Home>(desk: &Site<H>) -> Scene {
    let (ann, ben, mia) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"), desk.person("mia"));
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&mia, &ticket).await;
    mia.eventually_hears(&room, "It is on fire").await;
    Scene { ann, ben, mia, ticket, room }
}

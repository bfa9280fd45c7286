//! Connecting: a token in the handshake, the seat in the hub, and leaving again.
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{SocketRef, State, TryData};
use socketioxide::handler::ConnectHandler;

use super::hub::{Grant, send};
use super::render::frame;
use super::turns::{Turn, Turns};
use super::{Live, events};
use crate::desk::Desk;
use crate::desk::identity::Identity;
use crate::domain::Refusal;
use crate::view::live::Reload;

/// What a client says of itself in the handshake.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Auth {
    token: String,
    /// The last change it has seen, if it was here before.
    last_change: Option<i64>,
}

/// The last change that a client said it has seen when it connected.
#[derive(Clone, Copy, Debug)]
pub struct LastChange(pub Option<i64>);

/// The turn during which a socket gets its seat; what it asks meanwhile comes after.
#[derive(Clone, Debug)]
struct Seating(#[expect(dead_code, reason = "it does its work by being dropped")] Arc<Turn>);

/// Why a client is not let in, as it is told.
#[derive(Debug)]
struct NotLetIn(Refusal);

impl fmt::Display for NotLetIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Lets sockets in.
pub fn welcome(io: &SocketIo) {
    io.ns("/", seat.with(authenticate));
}

/// Who this token speaks for at present.
pub async fn grant(desk: &Desk, token: &str) -> Result<Grant, Refusal> {
    let Identity { person, until, .. } = desk.identify_in_person(token).await?;
    Ok(Grant { person, token: token.into(), expires_at: until })
}

async fn authenticate(
    socket: SocketRef,
    State(live): State<Live>,
    TryData(auth): TryData<Auth>,
) -> Result<(), NotLetIn> {
    let auth = auth.map_err(|_| NotLetIn(Refusal::Unauthenticated("sign in first: send auth: { token }")))?;
    let granted = grant(&live.desk, &auth.token).await.map_err(NotLetIn)?;
    socket.extensions.insert(granted);
    socket.extensions.insert(LastChange(auth.last_change));
    // The client may ask as soon as it is told that it is in, which is before `seat` runs: the first turn is that one's.
    let turns = Arc::new(Turns::default());
    socket.extensions.insert(Seating(Arc::new(Arc::clone(&turns).take())));
    socket.extensions.insert(turns);
    socket.on_fallback(events::answer);
    Ok(())
}

async fn seat(socket: SocketRef, State(live): State<Live>) {
    let _until_seated = socket.extensions.remove::<Seating>();
    let Some(granted) = socket.extensions.remove::<Grant>() else { return };
    let token = Arc::clone(&granted.token);
    socket.on_disconnect(left);
    live.hub.enter(socket.clone(), granted);
    // Whoever was put off between the handshake and now was not in the hub when that was told.
    if live.desk.identify_in_person(&token).await.is_err() {
        live.hub.put_off(socket.id);
        live.hub.see_off();
        return;
    }
    if let Some(LastChange(Some(last))) = socket.extensions.get::<LastChange>()
        && let Ok((false, change)) = live.desk.is_kept(last).await
    {
        send(&socket, &frame("reload", &Reload { change }));
    }
}

async fn left(socket: SocketRef, State(live): State<Live>) {
    if let Some((person, tickets)) = live.hub.leave(socket.id) {
        for ticket in tickets {
            live.desk.typing().stops(&ticket, &person.id);
            if person.role.is_staff() {
                events::show_presence(&live, &ticket, None);
            }
        }
    }
}

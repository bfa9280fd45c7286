//! What clients ask for: each event is answered with a result or a problem.
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use socketioxide::extract::{AckSender, Event, SocketRef, State, TryData};
use socketioxide::socket::Sid;
use socketioxide::{SendError, SocketError};

use super::connect::LastChange;
use super::hub::{Grant, KNOWN};
use super::render::frame;
use super::turns::Turn;
use super::{Live, catch_up, connect};
use crate::domain::Refusal;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::messages::{Draft, Message};
use crate::domain::people::Person;
use crate::view;
use crate::view::live::{Answer, Joined, OfTyping};
use crate::view::people::{People, PersonRef};
use crate::view::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InTicket {
    /// The id or number.
    ticket: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Join {
    ticket: String,
    /// The last change of the ticket that the client has seen.
    after: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewMessage {
    ticket: String,
    message: Option<String>,
    reply_to: Option<String>,
    thread: Option<String>,
    #[serde(default)]
    mentions: Vec<String>,
    client_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfMessage {
    /// The id.
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    /// The text of a search box.
    q: String,
    scope: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfWatch {
    watch: i64,
}

/// A client's event on its way to its answer.
struct Asked<'a> {
    live: &'a Live,
    socket: &'a SocketRef,
    person: Person,
    data: Value,
}

/// Answers an event of any name.
#[expect(clippy::too_many_arguments, reason = "these are the extractors of a handler")]
pub async fn answer(
    socket: SocketRef,
    State(live): State<Live>,
    Event(name): Event,
    mut turn: Turn,
    TryData(data): TryData<Value>,
    ack: AckSender,
) {
    turn.comes().await;
    let Some(person) = live.hub.person(socket.id) else { return };
    let answered = if turn.is_one_too_many {
        Err(Refusal::TooMany { retry_after_seconds: 1 })
    } else {
        let data = data.unwrap_or(Value::Null);
        Asked { live: &live, socket: &socket, person, data }.answered(&name).await
    };
    let answer = match answered {
        Ok(result) => Answer::Result(result),
        Err(refusal) => {
            if let Refusal::Broken(cause) | Refusal::Unavailable(cause) = &refusal {
                tracing::error!(%cause, "an event of a socket failed on our side");
            }
            Answer::Problem(Problem::of(&refusal, &text(&name), socket.id.as_str()))
        }
    };
    // Who has gone needs no answer; who has no room for it would wait for it forever.
    if let Err(SendError::Socket(SocketError::InternalChannelFull)) = ack.send(&answer) {
        live.hub.give_up(socket.id);
    }
}

impl Asked<'_> {
    async fn answered(self, name: &str) -> Result<Value, Refusal> {
        match name {
            "authenticate" => self.authenticate().await,
            "join-ticket" => self.join().await,
            "leave-ticket" => self.leave().await,
            "send-message" => self.send_message().await,
            "typing-start" => self.start_typing().await,
            "typing-stop" => self.stop_typing().await,
            "mark-read" => self.mark_read().await,
            "subscribe-list" => self.follow_lists(true).await,
            "unsubscribe-list" => self.follow_lists(false).await,
            "watch-list" => self.watch_list().await,
            "unwatch-list" => self.unwatch_list(),
            _ => Err(Refusal::field("", "is no event here; docs/realtime.md names them")),
        }
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        // Lists would be taken for structures, field by field.
        if !self.data.is_object() {
            return Err(Refusal::field("", "must be an object"));
        }
        // The parser's own words may quote what somebody wrote: only which field is wrong is told.
        let read = serde_path_to_error::deserialize(self.data.clone());
        read.map_err(|error: serde_path_to_error::Error<serde_json::Error>| {
            let path = error.path().to_string();
            Refusal::field(path.trim_matches('.'), "is missing, unknown, or of the wrong type")
        })
    }

    async fn authenticate(self) -> Result<Value, Refusal> {
        let Token { token } = self.read()?;
        let granted: Grant = connect::grant(&self.live.desk, &token).await?;
        if granted.person.id != self.person.id {
            return Err(Refusal::Forbidden("this token is somebody else's; connect anew to be them"));
        }
        let expires = view::time(granted.expires_at);
        self.live.hub.renew(self.socket.id, granted);
        Ok(json!({"expiresAt": expires}))
    }

    async fn join(self) -> Result<Value, Refusal> {
        let Join { ticket, after } = self.read()?;
        let last = self.socket.extensions.get::<LastChange>().and_then(|LastChange(last)| last);
        let whom = (&self.person, ticket.as_str());
        let joined = catch_up::join(self.live, self.socket, whom, after.or(last)).await?;
        if let Some(ticket) = joined.ticket.as_ref().filter(|_| self.person.role.is_staff()) {
            show_presence(self.live, ticket, Some(self.socket.id));
        }
        json_of(&joined)
    }

    async fn leave(self) -> Result<Value, Refusal> {
        let ticket = self.ticket().await?;
        self.live.desk.typing().stops(&ticket, &self.person.id);
        if self.live.hub.leave_ticket(self.socket.id, &ticket) && self.person.role.is_staff() {
            show_presence(self.live, &ticket, None);
        }
        Ok(json!({"ticket": ticket}))
    }

    async fn send_message(self) -> Result<Value, Refusal> {
        let NewMessage { ticket, message, reply_to, thread, mentions, client_id } = self.read()?;
        let draft = Draft { message, reply_to, thread, mentions, client_id };
        let said = self.live.desk.send_message(&self.person, &ticket, &draft).await?;
        self.shown(said.made()).await
    }

    async fn start_typing(self) -> Result<Value, Refusal> {
        let InTicket { ticket } = self.read()?;
        let ticket = self.live.desk.start_typing(&self.person, &ticket).await?;
        Ok(json!({"ticket": ticket}))
    }

    async fn stop_typing(self) -> Result<Value, Refusal> {
        let ticket = self.ticket().await?;
        self.live.desk.typing().stops(&ticket, &self.person.id);
        Ok(json!({"ticket": ticket}))
    }

    async fn mark_read(self) -> Result<Value, Refusal> {
        let OfMessage { message } = self.read()?;
        let message = self.live.desk.mark_read(&self.person, &message).await?;
        self.shown(message).await
    }

    async fn follow_lists(self, follows: bool) -> Result<Value, Refusal> {
        self.live.hub.follow_lists(self.socket.id, follows);
        let change = self.live.desk.last_change().await?;
        json_of(&Joined { ticket: None, change, replayed: 0, reload: false })
    }

    async fn watch_list(self) -> Result<Value, Refusal> {
        let List { q, scope } = self.read()?;
        let query = self.live.desk.watched(&self.person, &q, scope.as_deref())?;
        // From here on it is told: what is looked up now and changes meanwhile is not missed.
        let watch = self.live.hub.watch(self.socket.id, &query)?;
        match self.live.desk.first_of(&query, KNOWN).await {
            Ok(first) => self.live.hub.knows(self.socket.id, watch, first),
            Err(refusal) => {
                self.live.hub.unwatch(self.socket.id, watch);
                return Err(refusal);
            }
        }
        Ok(json!({"watch": watch, "change": self.live.desk.last_change().await?}))
    }

    fn unwatch_list(self) -> Result<Value, Refusal> {
        let OfWatch { watch } = self.read()?;
        if self.live.hub.unwatch(self.socket.id, watch) {
            Ok(json!({"watch": watch}))
        } else {
            Err(Refusal::NotFound("watch"))
        }
    }

    /// The ticket that the event names, which the person must be able to see.
    async fn ticket(&self) -> Result<TicketId, Refusal> {
        let InTicket { ticket } = self.read()?;
        Ok(self.live.desk.ticket(&self.person, &ticket).await?.id)
    }

    async fn shown(&self, message: Message) -> Result<Value, Refusal> {
        let people = view::messages::people_of(std::slice::from_ref(&message));
        let people: People = self.live.desk.people_named(&people).await?.into();
        json_of(&view::messages::Message::new(&message, &people))
    }
}

fn json_of(view: &impl serde::Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(view).map_err(|error| Refusal::Broken(error.into()))
}

/// The name of an event that nobody knows may be anything.
fn text(name: &str) -> String {
    crate::domain::text::shortened(&crate::domain::text::storable(name), 60)
}

/// Shows those who are in a ticket who is typing there, and staff what staff do there.
pub async fn show_typing(live: &Live, ticket: &TicketId, typing: &[PersonId]) -> Result<(), Refusal> {
    let people: People = live.desk.people_named(typing).await?.into();
    let users: Vec<PersonRef> = typing.iter().filter_map(|id| people.find(id).map(PersonRef::from)).collect();
    live.hub.show(ticket, &frame("user-typing", &OfTyping { ticket: ticket.clone(), users }));
    live.hub.show_presence(ticket, typing, None);
    Ok(())
}

/// Shows the staff who are in a ticket which staff are; see [`Hub::show_presence`](super::hub::Hub::show_presence).
pub fn show_presence(live: &Live, ticket: &TicketId, joined: Option<Sid>) {
    live.hub.show_presence(ticket, &live.desk.typing().in_ticket(ticket), joined);
}

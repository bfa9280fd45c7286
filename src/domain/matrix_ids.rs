//! The Matrix names the desk gives: the bot, the ghosts, the aliases of ticket rooms.
use ruma::{OwnedRoomAliasId, OwnedServerName, OwnedUserId, RoomAliasId, UserId};

use super::ids::{NotesRoomId, PersonId, TicketId};

/// The device every ghost and the bot sends from: a transaction id is only remembered across a homeserver's
/// restart when the request names a device.
pub const DEVICE: &str = "ROOMDESK";

/// The part of a homeserver's names that belongs to this desk.
#[derive(Clone, Debug)]
pub struct Namespace {
    prefix: String,
    server: OwnedServerName,
    bot: OwnedUserId,
}

/// The prefix or the server name cannot be part of a Matrix id.
#[derive(Debug, thiserror::Error)]
#[error("'{prefix}' on '{server}' does not make valid Matrix ids: {source}")]
pub struct BadNamespace {
    prefix: String,
    server: OwnedServerName,
    source: ruma::IdParseError,
}

impl Namespace {
    /// The names beginning with `prefix` on `server`.
    pub fn new(prefix: &str, server: OwnedServerName) -> Result<Self, BadNamespace> {
        match UserId::parse(format!("@{prefix}bot:{server}")) {
            Ok(bot) => Ok(Self { prefix: prefix.to_owned(), server, bot }),
            Err(source) => Err(BadNamespace { prefix: prefix.to_owned(), server, source }),
        }
    }

    pub fn server(&self) -> &OwnedServerName {
        &self.server
    }

    /// `@<prefix>bot:<server>`, who makes the rooms and reads them.
    pub fn bot(&self) -> &OwnedUserId {
        &self.bot
    }

    /// `@<prefix><person id>:<server>`: neither address nor name is in it.
    pub fn ghost(&self, person: &PersonId) -> OwnedUserId {
        UserId::parse(format!("@{}{person}:{}", self.prefix, self.server))
            .expect("the prefix made a valid id for the bot, and a person id is lower-case letters, digits and _")
    }

    /// Whose ghost `user` is; nobody's for the bot and for people outside the namespace.
    pub fn person_of(&self, user: &UserId) -> Option<PersonId> {
        if user.server_name() != self.server {
            return None;
        }
        user.localpart().strip_prefix(&self.prefix)?.parse().ok()
    }

    /// Whether `user` belongs to the desk: a ghost or the bot.
    pub fn owns(&self, user: &UserId) -> bool {
        user.server_name() == self.server && user.localpart().starts_with(&self.prefix)
    }

    /// `#<prefix><ticket id>:<server>`.
    pub fn alias(&self, ticket: &TicketId) -> OwnedRoomAliasId {
        RoomAliasId::parse(format!("#{}{ticket}:{}", self.prefix, self.server))
            .expect("the prefix made a valid id for the bot, and a ticket id is lower-case letters, digits and _")
    }

    /// `#<prefix><id of the notes' room>:<server>`, which tells nothing of the ticket.
    pub fn notes_alias(&self, room: &NotesRoomId) -> OwnedRoomAliasId {
        RoomAliasId::parse(format!("#{}{room}:{}", self.prefix, self.server))
            .expect("the prefix made a valid id for the bot, and the id is lower-case letters, digits and _")
    }

    /// The ticket that an alias of this desk names.
    pub fn ticket_of(&self, alias: &RoomAliasId) -> Option<TicketId> {
        if alias.server_name() != self.server {
            return None;
        }
        alias.alias().strip_prefix(&self.prefix)?.parse().ok()
    }

    /// A name in the namespace for the desk's own use, for example the heartbeat room's alias.
    pub fn own_localpart(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock::Clock;
    use super::*;

    #[test]
    fn names_read_back_and_strangers_are_nobody() {
        let clock = Clock::system();
        let names = Namespace::new("desk_", "localhost:9448".try_into().expect("a server")).expect("fits");
        let person = PersonId::fresh(&clock);
        assert_eq!(names.person_of(&names.ghost(&person)), Some(person.clone()));
        assert_eq!(names.person_of(names.bot()), None);
        assert!(names.owns(names.bot()));
        let elsewhere = UserId::parse(format!("@desk_{person}:evil.example")).expect("an id");
        assert_eq!((names.person_of(&elsewhere), names.owns(&elsewhere)), (None, false));
        let ticket = TicketId::fresh(&clock);
        assert_eq!(names.ticket_of(&names.alias(&ticket)), Some(ticket));
        assert_eq!(names.ticket_of(&names.notes_alias(&NotesRoomId::fresh(&clock))), None);
    }
}

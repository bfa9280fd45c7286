//! The bridge between the desk and the homeserver: who it acts as, and what both directions share.
use std::sync::Arc;

use ruma::{OwnedRoomId, OwnedUserId, RoomAliasId, RoomId, RoomVersionId, UserId};
use serde_json::json;
use serde_json::value::RawValue;
use tokio::sync::OnceCell;

use super::pulse::Heart;
use super::{Desk, outgoing};
use crate::domain::ids::{JobId, PersonId, ProcessId};
use crate::domain::matrix_ids::Namespace;
use crate::domain::people::Person;
use crate::matrix::content::HEARTBEAT;
use crate::matrix::events::{Event, What};
use crate::matrix::{Homeserver, MatrixError, Verdict};
use crate::store::people::Ghost;
use crate::store::{self, DbError, Tx};

/// What happens between the desk and the homeserver. Cheap to clone.
#[derive(Clone)]
pub struct Bridge(Arc<Inner>);

struct Inner {
    desk: Desk,
    homeserver: Homeserver,
    settings: BridgeSettings,
    heart: Heart,
    heartbeat_room: OnceCell<OwnedRoomId>,
    process: ProcessId,
}

/// What the operator decides about the bridge.
#[derive(Clone, Debug)]
pub struct BridgeSettings {
    /// The id of the registration, for pings.
    pub service_id: String,
    /// The version of new rooms; the homeserver's own default when absent.
    pub room_version: Option<RoomVersionId>,
}

/// An attempt that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Attempt {
    #[error("{0}")]
    Matrix(#[from] MatrixError),
    #[error("{0}")]
    Db(#[from] DbError),
    /// Something it needs is not there yet.
    #[error("{0}")]
    NotYet(String),
    /// It makes no sense any more, or never did.
    #[error("{0}")]
    Senseless(String),
}

impl Attempt {
    /// Whether to try again.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Matrix(error) => error.verdict(),
            Self::Db(_) | Self::NotYet(_) => Verdict::Later(None),
            Self::Senseless(_) => Verdict::Never,
        }
    }
}

/// Somebody of the desk who is to act on the homeserver.
pub(super) struct Speaker {
    pub(super) person: Person,
    /// What their ghost looks like.
    pub(super) ghost: Ghost,
}

impl Speaker {
    pub(super) async fn read(tx: &mut Tx, person: &PersonId) -> Result<Self, Attempt> {
        let known = store::people::with_ghost(tx, person).await?;
        let (person, ghost) = known.ok_or_else(|| Attempt::Senseless("the person is gone".into()))?;
        Ok(Self { person, ghost })
    }

    /// Whether the homeserver knows their ghost.
    pub(super) fn is_registered(&self) -> bool {
        self.ghost.name.is_some()
    }
}

impl Bridge {
    pub fn new(desk: Desk, homeserver: Homeserver, settings: BridgeSettings, process: ProcessId) -> Self {
        Self(Arc::new(Inner {
            desk,
            homeserver,
            settings,
            heart: Heart::default(),
            heartbeat_room: OnceCell::new(),
            process,
        }))
    }

    pub fn desk(&self) -> &Desk {
        &self.0.desk
    }

    pub fn homeserver(&self) -> &Homeserver {
        &self.0.homeserver
    }

    pub fn names(&self) -> &Namespace {
        self.0.desk.names()
    }

    pub fn settings(&self) -> &BridgeSettings {
        &self.0.settings
    }

    pub fn heart(&self) -> &Heart {
        &self.0.heart
    }

    /// This run of the process, as it holds leases.
    pub fn process(&self) -> &ProcessId {
        &self.0.process
    }

    /// Whom the person is in rooms where they are invited: their own account if they have one, else their ghost.
    pub(super) fn face_of(&self, person: &Person) -> OwnedUserId {
        person.matrix_id.clone().unwrap_or_else(|| self.names().ghost(&person.id))
    }

    /// The person's ghost, registered and with their present name. Nobody waits for their picture: it follows.
    pub(super) async fn ghost_of(&self, person: &PersonId) -> Result<OwnedUserId, Attempt> {
        let speaker = Speaker::read(&mut self.desk().db().read().await?, person).await?;
        self.ghost_of_speaker(&speaker).await
    }

    /// As [`Bridge::ghost_of`], for a person who has been read already.
    pub(super) async fn ghost_of_speaker(&self, speaker: &Speaker) -> Result<OwnedUserId, Attempt> {
        let (id, name) = (&speaker.person.id, &speaker.person.display_name);
        let ghost = self.names().ghost(id);
        if speaker.ghost.name.as_ref() == Some(name) {
            return Ok(ghost);
        }
        if !speaker.is_registered() {
            self.homeserver().register(&ghost).await?;
        }
        self.homeserver().set_display_name(&ghost, name).await?;
        let mut tx = self.desk().db().write().await?;
        store::people::set_ghost_name(&mut tx, id, name).await?;
        let has_picture = !speaker.is_registered() && speaker.person.avatar.is_some();
        if has_picture {
            outgoing::enqueue_person(&mut tx, self.desk().clock(), id).await?;
        }
        tx.commit().await?;
        if has_picture {
            self.desk().wake_outbox();
        }
        Ok(ghost)
    }

    /// The bot, registered; the first thing that the bridge does.
    pub async fn register_bot(&self) -> Result<(), MatrixError> {
        self.homeserver().register(self.names().bot()).await?;
        self.homeserver().set_display_name(self.names().bot(), "Roomdesk").await
    }

    /// Push brought these events. Only heartbeats count: everything else is read by sync, in order and without holes.
    pub fn pushed(&self, events: &[Box<RawValue>]) {
        for event in events.iter().filter(|event| event.get().contains(HEARTBEAT)) {
            if let Ok(Event { what: What::Heartbeat(id), sender, .. }) = Event::read(event.get())
                && sender == *self.names().bot()
            {
                self.heart().seen_by_push(&id);
            }
        }
    }

    /// The homeserver asks whether `user` exists: a ghost does when its person does, and is registered on the way.
    pub async fn user_is_wanted(&self, user: &UserId) -> Result<bool, Attempt> {
        let Some(person) = self.names().person_of(user) else { return Ok(false) };
        if store::people::by_id(&mut self.desk().db().read().await?, &person).await?.is_none() {
            return Ok(false);
        }
        self.ghost_of(&person).await?;
        Ok(true)
    }

    /// The homeserver asks whether `alias` exists: it does when its ticket has a room, and is set on the way.
    pub async fn alias_is_wanted(&self, alias: &RoomAliasId) -> Result<bool, Attempt> {
        let Some(ticket) = self.names().ticket_of(alias) else { return Ok(false) };
        let ticket = store::tickets::by_id(&mut self.desk().db().read().await?, &ticket).await?;
        match ticket.and_then(|ticket| ticket.room_id) {
            Some(room) => match self.homeserver().set_alias(self.names().bot(), alias, &room).await {
                // It is set already. Nobody else can have set it: the namespace is ours alone.
                Ok(()) | Err(MatrixError::Refused { status: 409, .. }) => Ok(true),
                Err(error) => Err(error.into()),
            },
            None => Ok(false),
        }
    }

    /// Sends a heartbeat into the bridge's own room and notes that it must come back.
    pub async fn beat(&self) -> Result<(), MatrixError> {
        let room = self.heartbeat_room().await?;
        let id = JobId::fresh(self.desk().clock());
        self.heart().sending(id.as_str());
        let content = json!({"id": id});
        let sent = self.homeserver().send_event(self.names().bot(), room, (HEARTBEAT, id.as_str()), content).await;
        if sent.is_err() {
            self.heart().not_sent();
        }
        sent.map(drop)
    }

    /// The bridge's own room, made when it is not there.
    pub async fn heartbeat_room(&self) -> Result<&OwnedRoomId, MatrixError> {
        self.0.heartbeat_room.get_or_try_init(|| self.find_heartbeat_room()).await
    }

    /// Whether `room` is the bridge's own.
    pub(super) fn is_heartbeat_room(&self, room: &RoomId) -> bool {
        self.0.heartbeat_room.get().is_some_and(|own| own == room)
    }

    async fn find_heartbeat_room(&self) -> Result<OwnedRoomId, MatrixError> {
        let localpart = self.names().own_localpart("heartbeat");
        let alias = RoomAliasId::parse(format!("#{localpart}:{}", self.names().server()))
            .map_err(|error| MatrixError::Unreadable(error.to_string()))?;
        let request = json!({"preset": "private_chat", "room_alias_name": localpart, "name": "Roomdesk heartbeat"});
        match self.homeserver().create_room(self.names().bot(), request).await {
            Err(error) if error.is("M_ROOM_IN_USE") => {}
            made => return made,
        }
        let room = self.homeserver().resolve_alias(&alias).await?;
        let room = room.ok_or_else(|| MatrixError::Unreadable("the heartbeat room's alias leads nowhere".into()))?;
        match self.homeserver().join(self.names().bot(), &room).await {
            Ok(()) => Ok(room),
            // An earlier createRoom failed before the bot was in: the next attempt makes another.
            Err(error) => {
                if error.is("M_FORBIDDEN") {
                    self.homeserver().delete_alias(self.names().bot(), &alias).await?;
                }
                Err(error)
            }
        }
    }
}

//! A ticket's room and that of its notes: made once, whatever is killed meanwhile; taken over and completed when they
//! are there already.
use ruma::{OwnedRoomAliasId, OwnedRoomId, OwnedUserId, RoomAliasId, RoomId, RoomVersionId, UserId};
use serde_json::{Value, json};

use super::bridge::{Attempt, Bridge};
use super::{changes, crash};
use crate::domain::changes::What;
use crate::domain::ids::PersonId;
use crate::domain::people::Person;
use crate::domain::tickets::Ticket;
use crate::matrix::content::{self, NOTES_STATE, TICKET_STATE};
use crate::matrix::rooms::StateEvent;
use crate::store::note_rooms::NotesRoom;
use crate::store::{self};

/// What a room of the desk's is to be.
pub(super) struct Plan {
    /// It can name only one room, so that an attempt finds what an earlier one has made.
    alias: OwnedRoomAliasId,
    name: String,
    topic: String,
    /// The state event by which the room is known when it is seen before createRoom has answered.
    mark: (&'static str, Value),
    /// The room, if it is known already.
    room: Option<OwnedRoomId>,
}

impl Bridge {
    fn plan_of(&self, ticket: &Ticket) -> Plan {
        Plan {
            alias: self.names().alias(&ticket.id),
            name: content::room_name(ticket),
            topic: content::room_topic(ticket),
            mark: (TICKET_STATE, content::ticket_state(ticket)),
            room: ticket.room_id.clone(),
        }
    }

    /// The room of a ticket's notes, complete. Nobody but the bot is in it: each who is to be comes by a job of their
    /// own, behind this one. As safe to repeat as [`Bridge::make_room`].
    pub(super) async fn make_notes_room(&self, ticket: &Ticket, known: NotesRoom) -> Result<OwnedRoomId, Attempt> {
        let plan = Plan {
            alias: self.names().notes_alias(&known.id),
            name: content::notes_room_name(ticket),
            topic: content::notes_room_topic(ticket),
            mark: (NOTES_STATE, content::notes_state(&ticket.id)),
            room: known.room_id,
        };
        let room = self.find_or_create(&plan, &[]).await?;
        crash::point(crash::ROOM_FOUND);
        self.complete(&plan, &room, &[]).await?;
        let mut tx = self.desk().db().write().await?;
        store::note_rooms::set_room(&mut tx, &ticket.id, &room).await?;
        tx.commit().await?;
        tracing::info!(ticket.id = %ticket.id, room.id = %room, "made the notes' room of {}", ticket.number.as_str());
        Ok(room)
    }

    /// The ticket's room, complete: its state as it should be, its people invited, its ghosts in it.
    ///
    /// Safe to run twice and to be killed between any two steps: the alias is made from the ticket's id and can name
    /// only one room, and every later step looks first. createRoom is not atomic in Synapse, so a room found by its
    /// alias may lack anything.
    pub(super) async fn make_room(&self, ticket: &Ticket) -> Result<OwnedRoomId, Attempt> {
        let people = self.people_of(ticket).await?;
        let mut ghosts = Vec::new();
        for person in people.iter().filter(|person| person.matrix_id.is_none()) {
            ghosts.push(self.ghost_of(&person.id).await?);
        }
        let faces: Vec<OwnedUserId> = people.iter().map(|person| self.face_of(person)).collect();
        let plan = self.plan_of(ticket);
        let room = self.find_or_create(&plan, &faces).await?;
        crash::point(crash::ROOM_FOUND);
        self.complete(&plan, &room, &faces).await?;
        crash::point(crash::INVITED);
        for ghost in &ghosts {
            self.homeserver().join(ghost, &room).await?;
        }
        crash::point(crash::JOINED);
        let mut tx = self.desk().db().write().await?;
        for ghost in &ghosts {
            store::bridge::set_membership(&mut tx, (&room, ghost), "join", None).await?;
        }
        if store::tickets::set_room(&mut tx, &ticket.id, &room).await? {
            let now = self.desk().clock().now();
            changes::note(&mut tx, &ticket.id, What::TicketUpdated, None, (None, now)).await?;
        }
        tx.commit().await?;
        self.desk().wake_watchers();
        tracing::info!(ticket.id = %ticket.id, room.id = %room, "made the room of {}", ticket.number.as_str());
        Ok(room)
    }

    async fn people_of(&self, ticket: &Ticket) -> Result<Vec<Person>, Attempt> {
        let mut tx = self.desk().db().read().await?;
        let ids = store::participants::of_ticket(&mut tx, &ticket.id).await?;
        let mut people = store::people::by_ids(&mut tx, &ids).await?;
        Ok(ids.iter().filter_map(|id| people.remove(id)).collect())
    }

    async fn find_or_create(&self, plan: &Plan, faces: &[OwnedUserId]) -> Result<OwnedRoomId, Attempt> {
        if let Some(room) = &plan.room {
            return Ok(room.clone());
        }
        let version = self.version_of_new_rooms().await?;
        let request = self.creation(plan, faces, &version)?;
        let made = self.homeserver().create_room(self.names().bot(), request).await;
        crash::point(crash::ROOM_CREATED);
        match made {
            // An attempt whose answer was lost got there first.
            Err(error) if error.is("M_ROOM_IN_USE") => self.take_over(&plan.alias).await,
            other => Ok(other?),
        }
    }

    /// The room that the alias names. It is looked for only when it is known to be there: for an alias of
    /// ours that does not exist, the homeserver would ask us first, and wait for a minute when it cannot reach us.
    async fn take_over(&self, alias: &RoomAliasId) -> Result<OwnedRoomId, Attempt> {
        let room = self.homeserver().resolve_alias(alias).await?;
        let room = room.ok_or_else(|| Attempt::NotYet("the alias was taken and is free again".into()))?;
        match self.homeserver().state(self.names().bot(), &room).await {
            Ok(_) => Ok(room),
            // createRoom failed before the bot was in its own room: nobody can ever enter it.
            Err(error) if error.is("M_FORBIDDEN") => {
                self.homeserver().delete_alias(self.names().bot(), alias).await?;
                Err(Attempt::NotYet("the alias led into a room that nobody can enter".into()))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn version_of_new_rooms(&self) -> Result<RoomVersionId, Attempt> {
        if let Some(version) = &self.settings().room_version {
            return Ok(version.clone());
        }
        let version = self.homeserver().default_room_version(self.names().bot()).await?;
        RoomVersionId::try_from(version).map_err(|error| Attempt::Senseless(error.to_string()))
    }

    fn creation(&self, plan: &Plan, faces: &[OwnedUserId], version: &RoomVersionId) -> Result<Value, Attempt> {
        let state: Vec<Value> = fixed_state(plan)
            .into_iter()
            .map(|((kind, key), content)| json!({"type": kind, "state_key": key, "content": content}))
            .collect();
        Ok(json!({
            "preset": "private_chat",
            "visibility": "private",
            "room_version": version,
            "room_alias_name": plan.alias.alias(),
            "name": plan.name,
            "topic": plan.topic,
            "initial_state": state,
            "power_level_content_override": self.levels(version, &[])?,
            "invite": faces,
        }))
    }

    fn levels(&self, version: &RoomVersionId, staff: &[&UserId]) -> Result<Value, Attempt> {
        let rules = version.rules().ok_or_else(|| Attempt::Senseless(format!("unknown room version {version}")))?;
        Ok(content::power_levels(self.names().bot(), staff, &rules.authorization))
    }

    /// Brings the room to what it should be, touching only what differs.
    async fn complete(&self, plan: &Plan, room: &RoomId, faces: &[OwnedUserId]) -> Result<(), Attempt> {
        let bot = self.names().bot();
        let state = self.homeserver().state(bot, room).await?;
        let present = |kind: &str, key: &str| {
            state.iter().find(|event| event.kind == kind && event.state_key == key).map(|event| &event.content)
        };
        if present("m.room.create", "").is_none() || !made_by(&state, bot) {
            return Err(Attempt::Senseless(format!("{} names a room of somebody else", plan.alias)));
        }
        let mut wanted = fixed_state(plan);
        wanted.push((("m.room.name", ""), json!({"name": plan.name})));
        wanted.push((("m.room.power_levels", ""), self.levels(&version_of(&state)?, &self.staff_in(&state))?));
        for ((kind, key), content) in wanted {
            if !present(kind, key).is_some_and(|there| agrees(there, &content)) {
                self.homeserver().set_state(bot, room, (kind, key), content).await?;
            }
        }
        if present("m.room.topic", "").is_none_or(|topic| topic["topic"] != plan.topic) {
            let topic = json!({"topic": plan.topic});
            self.homeserver().set_state(bot, room, ("m.room.topic", ""), topic).await?;
        }
        for face in faces.iter().filter(|face| !is_there(&state, face)) {
            self.homeserver().invite(bot, room, face).await?;
        }
        Ok(())
    }

    /// Invites somebody who is neither in the room nor invited. The homeserver is asked: the desk's own list of members
    /// is as old as the reader's last batch, and somebody may have been put out or have joined since.
    pub(super) async fn invite_unless_there(&self, room: &RoomId, user: &UserId) -> Result<(), Attempt> {
        let bot = self.names().bot();
        if !is_there(&self.homeserver().state(bot, room).await?, user) {
            self.homeserver().invite(bot, room, user).await?;
        }
        Ok(())
    }

    fn staff_in<'a>(&self, state: &'a [StateEvent]) -> Vec<&'a UserId> {
        let levels = state.iter().find(|event| event.kind == "m.room.power_levels");
        let users = levels.and_then(|event| event.content["users"].as_object());
        users
            .into_iter()
            .flatten()
            .filter(|(_, level)| level.as_i64() == Some(content::STAFF_LEVEL))
            .filter_map(|(user, _)| <&UserId>::try_from(user.as_str()).ok())
            .collect()
    }

    /// Gives somebody the level of staff in a room.
    pub(super) async fn raise(&self, room: &RoomId, user: &UserId) -> Result<(), Attempt> {
        let state = self.homeserver().state(self.names().bot(), room).await?;
        self.raise_in(room, user, &state).await
    }

    async fn raise_in(&self, room: &RoomId, user: &UserId, state: &[StateEvent]) -> Result<(), Attempt> {
        let mut staff = self.staff_in(state);
        if !staff.contains(&user) {
            staff.push(user);
            let levels = self.levels(&version_of(state)?, &staff)?;
            self.homeserver().set_state(self.names().bot(), room, ("m.room.power_levels", ""), levels).await?;
        }
        Ok(())
    }

    /// Makes sure that the person's ghost is in the room, at the level of staff if they are staff.
    pub(super) async fn enter_as(&self, person: &PersonId, room: &RoomId, is_staff: bool) -> Result<(), Attempt> {
        let ghost = self.names().ghost(person);
        let bot = self.names().bot();
        let state = self.homeserver().state(bot, room).await?;
        if is_staff {
            self.raise_in(room, &ghost, &state).await?;
        }
        let joined = state.iter().any(|event| {
            event.kind == "m.room.member" && event.state_key == ghost.as_str() && event.content["membership"] == "join"
        });
        if !joined {
            // Refused when an earlier attempt has invited it already and joined meanwhile; the join decides.
            if let Err(error) = self.homeserver().invite(bot, room, &ghost).await
                && !error.is("M_FORBIDDEN")
            {
                return Err(error.into());
            }
            self.homeserver().join(&ghost, room).await?;
        }
        let mut tx = self.desk().db().write().await?;
        store::bridge::set_membership(&mut tx, (room, &ghost), "join", None).await?;
        Ok(tx.commit().await?)
    }

    /// Brings name, topic and the ticket's state event up to date.
    pub(super) async fn show_ticket(&self, ticket: &Ticket, room: &RoomId) -> Result<(), Attempt> {
        self.complete(&self.plan_of(ticket), room, &[]).await
    }
}

/// The state of a room that neither depends on its version nor on its members.
fn fixed_state(plan: &Plan) -> Vec<((&'static str, &'static str), Value)> {
    vec![
        ((plan.mark.0, ""), plan.mark.1.clone()),
        (("m.room.join_rules", ""), json!({"join_rule": "invite"})),
        (("m.room.guest_access", ""), json!({"guest_access": "forbidden"})),
        (("m.room.history_visibility", ""), json!({"history_visibility": "shared"})),
    ]
}

/// Whether somebody is in the room or invited.
fn is_there(state: &[StateEvent], user: &UserId) -> bool {
    let member = state.iter().find(|event| event.kind == "m.room.member" && event.state_key == user.as_str());
    member.is_some_and(|event| matches!(event.content["membership"].as_str(), Some("join" | "invite")))
}

fn made_by(state: &[StateEvent], bot: &UserId) -> bool {
    state.iter().any(|event| event.kind == "m.room.create" && event.sender == bot.as_str())
}

fn version_of(state: &[StateEvent]) -> Result<RoomVersionId, Attempt> {
    let create = state.iter().find(|event| event.kind == "m.room.create");
    let version = create.and_then(|event| event.content["room_version"].as_str()).unwrap_or("1");
    RoomVersionId::try_from(version).map_err(|error| Attempt::Senseless(error.to_string()))
}

/// Whether everything wanted is there; what the homeserver added beside it does not matter.
fn agrees(there: &Value, wanted: &Value) -> bool {
    match (there, wanted) {
        (Value::Object(there), Value::Object(wanted)) => {
            wanted.iter().all(|(key, value)| there.get(key).is_some_and(|found| agrees(found, value)))
        }
        (there, wanted) => there == wanted,
    }
}

//! Lives as rows.
use std::collections::BTreeMap;

use super::cast::Cast;
use super::life::{Life, details};
use crate::domain::Time;
use crate::domain::numbers::Bins;
use crate::domain::rollup::Cell;
use crate::store::bulk::{Rows, Value};
use crate::store::{DbError, Tx};

/// Rows that wait to be stored together.
pub struct Tables {
    tickets: Rows,
    participants: Rows,
    messages: Rows,
    timeline: Rows,
    stays: Rows,
    read: Rows,
    tags: Rows,
    named: Rows,
    measurements: Rows,
    is_counted: bool,
}

impl Tables {
    /// `is_counted` says whether somebody counts what was measured; otherwise the desk does it later.
    pub fn new(is_counted: bool) -> Self {
        Self {
            is_counted,
            tickets: Rows::of(
                "tickets",
                "id, number, title, description, category, priority, status, created_by, assigned_to, created_at, \
                 updated_at, resolved_at, closed_at, resolution, message_count, last_message_at, last_message_by, version, \
                 waiting_since, first_response_at, last_interaction_at, last_seq, room_seq, team, context, is_confidential",
            ),
            participants: Rows::of("participants", "person, ticket, is_requester, added_at"),
            messages: Rows::of("messages", "id, ticket, sender, body, kind, details, created_at, seq, delivery"),
            timeline: Rows::of("timeline", "id, ticket, actor, happening, from_value, to_value, at, internal"),
            stays: Rows::of("status_intervals", "id, ticket, status, from_at, to_at"),
            read: Rows::of("read_markers", "ticket, person, seq, read_at"),
            tags: Rows::of("tags", "ticket, tag"),
            named: Rows::of("ticket_staff", "ticket, person"),
            measurements: Rows::of(
                "measurements",
                "ticket, measure, at, value, weight, category, priority, team, agent, is_folded",
            ),
        }
    }

    /// How many tickets wait.
    pub fn len(&self) -> usize {
        self.tickets.len()
    }

    pub fn add(&mut self, life: &Life, cast: &Cast) {
        let id = || Value::from(life.ticket.id.as_str());
        self.add_ticket(life);
        let opened_at = life.ticket.created_at.timestamp_millis();
        self.participants.push([life.ticket.created_by.as_str().into(), id(), true.into(), opened_at.into()]);
        for message in &life.messages {
            self.messages.push([
                message.id.as_str().into(),
                id(),
                message.sender.as_str().into(),
                message.body.as_str().into(),
                message.kind.as_str().into(),
                details(message).into(),
                message.created_at.timestamp_millis().into(),
                message.seq.into(),
                "sent".into(),
            ]);
        }
        for line in &life.lines {
            self.timeline.push([
                line.id.as_str().into(),
                id(),
                line.actor.as_str().into(),
                line.what.as_str().into(),
                line.from.clone().into(),
                line.to.clone().into(),
                line.at.into(),
                line.what.is_internal().into(),
            ]);
        }
        for (line, status, from, to) in &life.stays {
            self.stays.push([line.as_str().into(), id(), status.as_str().into(), (*from).into(), (*to).into()]);
        }
        for (person, (seq, at)) in &life.read {
            self.read.push([id(), person.as_str().into(), (*seq).into(), (*at).into()]);
        }
        for tag in &life.tags {
            self.tags.push([id(), tag.as_str().into()]);
        }
        if life.is_confidential {
            for person in cast.staff().iter().take(3) {
                self.named.push([id(), person.id.as_str().into()]);
            }
        }
        for it in &life.measured {
            self.measurements.push([
                id(),
                it.measure.as_str().into(),
                it.at.into(),
                it.value.into(),
                it.weight.into(),
                it.category.as_str().into(),
                it.priority.as_str().into(),
                it.team.as_str().into(),
                it.agent.as_str().into(),
                self.is_counted.into(),
            ]);
        }
    }

    fn add_ticket(&mut self, life: &Life) {
        let ticket = &life.ticket;
        let millis = |time: Option<Time>| Value::from(time.map(|time| time.timestamp_millis()));
        self.tickets.push([
            ticket.id.as_str().into(),
            ticket.number.as_str().into(),
            ticket.title.as_str().into(),
            ticket.description.as_str().into(),
            ticket.category.as_str().into(),
            ticket.priority.as_str().into(),
            ticket.status.as_str().into(),
            ticket.created_by.as_str().into(),
            ticket.assigned_to.as_ref().map(ToString::to_string).into(),
            ticket.created_at.timestamp_millis().into(),
            ticket.updated_at.timestamp_millis().into(),
            millis(ticket.resolved_at),
            millis(ticket.closed_at),
            ticket.resolution.clone().into(),
            ticket.message_count.into(),
            millis(ticket.last_message_at),
            ticket.last_message_by.as_ref().map(ToString::to_string).into(),
            ticket.version.into(),
            millis(ticket.waiting_since),
            millis(ticket.first_response_at),
            ticket.last_interaction_at.timestamp_millis().into(),
            ticket.last_seq.into(),
            ticket.room_seq.into(),
            life.team.clone().into(),
            life.context.clone().into(),
            life.is_confidential.into(),
        ]);
    }

    /// Stores what waits, each table after those it refers to.
    pub async fn store(&mut self, tx: &mut Tx) -> Result<(), DbError> {
        for rows in [
            &mut self.tickets,
            &mut self.participants,
            &mut self.messages,
            &mut self.timeline,
            &mut self.stays,
            &mut self.read,
            &mut self.tags,
            &mut self.named,
            &mut self.measurements,
        ] {
            rows.store(tx).await?;
        }
        Ok(())
    }
}

/// Stores counts into a table that has none yet.
pub async fn store_counts(tx: &mut Tx, tallies: &BTreeMap<Cell, Bins>) -> Result<(), DbError> {
    let mut rows = Rows::of("measured", "part, span, first_day, name, measure, bins");
    for (cell, tally) in tallies {
        rows.push([
            cell.part.as_str().into(),
            cell.span.into(),
            cell.first_day.into(),
            cell.name.as_str().into(),
            cell.measure.as_str().into(),
            tally.packed().into(),
        ]);
    }
    rows.store(tx).await
}

//! Cursors: where a list goes on, opaque to those who send them back (base64url of JSON).
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{AuditId, PersonId, TimelineId};
use crate::domain::notes::Note;
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::domain::tickets::Ticket;
use crate::domain::timeline::Entry;
use crate::store::tickets::After;

/// Longer than any cursor given out.
const LONGEST: usize = 200;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InTime {
    t: i64,
    id: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InMessages {
    seq: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InNotes {
    note: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InAudit {
    audit: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InPeople {
    person: String,
}

/// Goes on after this ticket.
pub fn after_ticket(ticket: &Ticket) -> String {
    encode(&InTime { t: ticket.last_interaction_at.timestamp_millis(), id: ticket.id.to_string() })
}

/// Where a list of tickets goes on.
pub fn read_in_tickets(field: &str, cursor: &str) -> Result<After, FieldError> {
    let at: InTime = decode(cursor).ok_or_else(|| bad(field))?;
    Ok(After { last_interaction_at: from_millis(at.t), id: at.id.parse().map_err(|_| bad(field))? })
}

/// Goes on after this line of a timeline.
pub fn after_entry(entry: &Entry) -> String {
    encode(&InTime { t: entry.at.timestamp_millis(), id: entry.id.to_string() })
}

/// Where a timeline goes on.
pub fn read_in_timeline(field: &str, cursor: &str) -> Result<(Time, TimelineId), FieldError> {
    let at: InTime = decode(cursor).ok_or_else(|| bad(field))?;
    Ok((from_millis(at.t), at.id.parse().map_err(|_| bad(field))?))
}

/// Goes on after this person.
pub fn after_person(person: &Person) -> String {
    encode(&InPeople { person: person.id.to_string() })
}

/// Where a list of people goes on.
pub fn read_in_people(field: &str, cursor: &str) -> Result<PersonId, FieldError> {
    let at: InPeople = decode(cursor).ok_or_else(|| bad(field))?;
    at.person.parse().map_err(|_| bad(field))
}

/// Goes on before this note.
pub fn before_note(note: &Note) -> String {
    encode(&InNotes { note: note.position })
}

/// Where a list of notes goes on.
pub fn read_in_notes(field: &str, cursor: &str) -> Result<i64, FieldError> {
    let at: InNotes = decode(cursor).ok_or_else(|| bad(field))?;
    Ok(at.note)
}

/// Goes on after this line of the audit log.
pub fn after_audit(line: &AuditId) -> String {
    encode(&InAudit { audit: line.to_string() })
}

/// Where the audit log goes on.
pub fn read_in_audit(field: &str, cursor: &str) -> Result<AuditId, FieldError> {
    let at: InAudit = decode(cursor).ok_or_else(|| bad(field))?;
    at.audit.parse().map_err(|_| bad(field))
}

/// The place of a message.
pub fn at_message(seq: i64) -> String {
    encode(&InMessages { seq })
}

/// The place in a conversation that a cursor means.
pub fn read_in_messages(field: &str, cursor: &str) -> Result<i64, FieldError> {
    let at: InMessages = decode(cursor).ok_or_else(|| bad(field))?;
    Ok(at.seq)
}

fn bad(field: &str) -> FieldError {
    FieldError::new(field, "is not a cursor that a list of this kind gave")
}

fn encode(cursor: &impl Serialize) -> String {
    let json = serde_json::to_vec(cursor).expect("numbers and texts are always JSON");
    BASE64_URL_SAFE_NO_PAD.encode(json)
}

fn decode<T: DeserializeOwned>(cursor: &str) -> Option<T> {
    if cursor.len() > LONGEST {
        return None;
    }
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nonsense_names_the_parameter() {
        assert_eq!(read_in_messages("after", &at_message(42)), Ok(42));
        let after = After {
            last_interaction_at: from_millis(1_000),
            id: "tkt_01jqxv3c8f0000000000000000".parse().expect("an id"),
        };
        let cursor = encode(&InTime { t: 1_000, id: after.id.to_string() });
        assert_eq!(read_in_tickets("cursor", &cursor), Ok(after));
        for bad in ["", "x", "%00", &at_message(1), &"A".repeat(5_000), &encode(&InTime { t: 1, id: "'".into() })] {
            assert_eq!(read_in_tickets("cursor", bad).expect_err("nonsense").pointer, "/cursor", "{bad}");
        }
    }
}

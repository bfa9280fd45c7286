//! Cursors: where a list goes on, opaque to those who send them back (base64url of JSON).
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::desk::search::Further;
use crate::domain::clock::{Time, from_millis};
use crate::domain::filter::{Place, Query};
use crate::domain::ids::{AuditId, PersonId, TimelineId};
use crate::domain::notes::Note;
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::domain::timeline::Entry;
use crate::store::search::Shelf;

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
struct InList {
    k: i64,
    id: String,
    d: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InSearch {
    shelf: String,
    below: Option<i64>,
    d: String,
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
struct InInbox {
    event: i64,
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

/// Goes on at this place of the list.
pub fn in_list(query: &Query, place: &Place) -> String {
    encode(&InList { k: place.key, id: place.id.to_string(), d: digest(query) })
}

/// Where this list goes on; a cursor of a list with another filter or sort is refused.
pub fn read_in_list(field: &str, query: &Query, cursor: &str) -> Result<Place, FieldError> {
    let at: InList = decode(cursor).ok_or_else(|| bad(field))?;
    is_of(field, query, &at.d)?;
    Ok(Place { key: at.k, id: at.id.parse().map_err(|_| bad(field))? })
}

/// Goes on below this position of what a search looks through.
pub fn in_search(query: &Query, place: &Further) -> String {
    encode(&InSearch { shelf: place.shelf.as_str().to_owned(), below: place.below, d: digest(query) })
}

/// Where this search goes on; a shelf in which it does not look is refused, whoever made the cursor.
pub fn read_in_search(field: &str, query: &Query, cursor: &str) -> Result<Further, FieldError> {
    let at: InSearch = decode(cursor).ok_or_else(|| bad(field))?;
    is_of(field, query, &at.d)?;
    let shelf = Shelf::of(query).iter().find(|shelf| shelf.as_str() == at.shelf).ok_or_else(|| bad(field))?;
    Ok(Further { shelf: *shelf, below: at.below })
}

fn is_of(field: &str, query: &Query, given: &str) -> Result<(), FieldError> {
    if given == digest(query) {
        return Ok(());
    }
    Err(FieldError::new(field, "is a cursor of another list: filters, sort and order must stay as they were"))
}

/// What tells lists apart: who asks, the filter and the sort.
fn digest(query: &Query) -> String {
    let digest = Sha256::digest(format!("{query:?}"));
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
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

/// Goes on after this event that was laid aside.
pub fn after_dead_letter(position: i64) -> String {
    encode(&InInbox { event: position })
}

/// Where a list of what was laid aside goes on.
pub fn read_in_dead_letters(field: &str, cursor: &str) -> Result<i64, FieldError> {
    let at: InInbox = decode(cursor).ok_or_else(|| bad(field))?;
    Ok(at.event)
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
    use crate::domain::filter::{Filter, Realm, Sort, SortKey};

    #[test]
    fn no_cursor_leads_a_student_to_notes() {
        let query = |realm| Query {
            by: "usr_01jqxv3c8f0000000000000001".parse().expect("an id"),
            realm,
            filter: Filter::default(),
            sort: Sort::default(),
        };
        let made = |query: &Query, shelf| in_search(query, &Further { shelf, below: None });
        let (own, desk) = (query(Realm::Own), query(Realm::Desk));
        assert!(read_in_search("cursor", &desk, &made(&desk, Shelf::Notes)).is_ok());
        assert!(read_in_search("cursor", &own, &made(&own, Shelf::Bodies)).is_ok());
        assert!(read_in_search("cursor", &own, &made(&own, Shelf::Notes)).is_err());
    }

    #[test]
    fn a_cursor_reads_back_and_nonsense_names_the_parameter() {
        assert_eq!(read_in_messages("after", &at_message(42)), Ok(42));
        let query = |sort| Query {
            by: "usr_01jqxv3c8f0000000000000001".parse().expect("an id"),
            realm: Realm::Desk,
            filter: Filter::default(),
            sort: Sort::usual(sort),
        };
        let newest = query(SortKey::Created);
        let place = Place { key: 1_000, id: "tkt_01jqxv3c8f0000000000000000".parse().expect("an id") };
        let cursor = in_list(&newest, &place);
        assert_eq!(read_in_list("cursor", &newest, &cursor), Ok(place));
        let other = read_in_list("cursor", &query(SortKey::Priority), &cursor).expect_err("it is another list's");
        assert!(other.detail.contains("another list"));
        let strange = encode(&InList { k: 1, id: "'".into(), d: digest(&newest) });
        for bad in ["", "x", "%00", &at_message(1), &"A".repeat(5_000), &strange] {
            assert_eq!(read_in_list("cursor", &newest, bad).expect_err("nonsense").pointer, "/cursor", "{bad}");
        }
    }
}

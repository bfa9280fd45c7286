//! What lies behind the desk of the demonstration: some months of tickets, written straight into the database.
//!
//! They are partly of the people of the demonstration. None of them has a room: the desk makes one for the first thing that
//! is said in it from now on.
use chrono::FixedOffset;

use super::cast::{Cast, Who};
use super::progress::Progress;
use super::topics::{COURSES, DAYS, DEVICES, MORE_ANSWERS, REPLIES, ROOMS, TOPICS, Topic};
use crate::app::dev::chance::Chance;
use crate::app::dev::words::Speech;
use crate::app::dev::{Known, Past, fill_past};
use crate::domain::Time;
use crate::domain::numbers::DAY;
use crate::domain::tickets::Category;
use crate::store::{Db, bridge};

/// The fact that is kept with them, so that they are written once.
const WRITTEN: &str = "demo-past";
pub const TICKETS: usize = 2_000;
/// Two thirds of a year.
const SPAN: i64 = 240 * DAY;
/// So that some dozens of tickets are under way at any time.
const PACE: f64 = 4.0;

/// Writes the tickets unless that was done at an earlier start. They are one transaction: all of them, or none.
pub async fn write(db: &Db, cast: &Cast, (now, zone): (Time, FixedOffset), progress: &Progress) -> anyhow::Result<()> {
    if bridge::fact(&mut db.read().await?, WRITTEN).await?.is_some() {
        return Ok(());
    }
    let step = progress.step("Tickets of the last months are written");
    let people = Known {
        staff: [Who::Daniel, Who::Priya, Who::Helen].map(|who| cast.get(who).clone()).to_vec(),
        students: vec![cast.get(Who::Mia).clone()],
    };
    let mut talk = Talk::default();
    let past = Past { people, words: &mut talk, tickets: TICKETS, span: SPAN, pace: PACE };
    let mut tx = db.write().await?;
    fill_past(&mut tx, past, (now, zone), &|done| step.at(done, TICKETS)).await?;
    bridge::set_fact(&mut tx, WRITTEN, "written", now).await?;
    tx.commit().await?;
    step.done();
    Ok(())
}

/// Conversations about [`TOPICS`].
#[derive(Default)]
struct Talk {
    topic: Option<&'static Topic>,
    /// What stands in for the words in braces, in this ticket.
    names: Vec<(&'static str, String)>,
    /// How many answers of the topic were given.
    answered: usize,
    /// What was said last by students and by staff, so that nobody says the same twice in a row.
    last: [usize; 2],
}

impl Talk {
    fn filled(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    fn topic(&self) -> &'static Topic {
        self.topic.unwrap_or(&TOPICS[0])
    }

    /// Another one than last time.
    fn other(&mut self, chance: &mut Chance, all: &'static [&'static str], by_staff: bool) -> &'static str {
        let last = &mut self.last[usize::from(by_staff)];
        *last = (*last + 1 + chance.below(all.len() - 1)) % all.len();
        all[*last]
    }
}

impl Speech for Talk {
    fn opening(&mut self, chance: &mut Chance, category: Category) -> (String, String) {
        let fitting: Vec<&'static Topic> = TOPICS.iter().filter(|topic| topic.category == category).collect();
        let topic = *chance.one_of(&fitting);
        let mut word = |name, all: &[&str]| (name, (*chance.one_of(all)).to_owned());
        self.names =
            vec![word("{room}", ROOMS), word("{course}", COURSES), word("{day}", DAYS), word("{device}", DEVICES)];
        self.names.push(("{count}", (2 + chance.below(28)).to_string()));
        self.topic = Some(topic);
        self.answered = 0;
        let (title, description) = (chance.one_of(topic.titles), chance.one_of(topic.descriptions));
        (self.filled(title), self.filled(description))
    }

    fn said(&mut self, chance: &mut Chance, by_staff: bool) -> String {
        let text = match self.topic().answers.get(self.answered).filter(|_| by_staff) {
            Some(answer) => {
                self.answered += 1;
                *answer
            }
            None if by_staff => self.other(chance, MORE_ANSWERS, by_staff),
            None => self.other(chance, REPLIES, by_staff),
        };
        self.filled(text)
    }

    fn resolution(&mut self, chance: &mut Chance) -> String {
        let resolution: &str = chance.one_of::<&str>(self.topic().resolutions);
        self.filled(resolution)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::cast::PARTS;
    use super::*;
    use crate::domain::Clock;
    use crate::domain::filter::{Filter, Holder, Query, Realm, Sort};
    use crate::domain::ids::PersonId;
    use crate::domain::status::Status;
    use crate::store::people::{self, NewPerson};
    use crate::store::{bulk, consistency, finding, lanes};

    /// The people of the demonstration, known to the desk.
    async fn gathers(db: &Db) -> Cast {
        let clock = Clock::system();
        let mut tx = db.write().await.expect("open");
        let mut all = BTreeMap::new();
        for part in &PARTS {
            let new = NewPerson {
                id: PersonId::fresh(&clock),
                email: Some(part.email.to_owned()),
                display_name: part.name.to_owned(),
                role: part.role,
                password_hash: None,
                matrix_id: None,
                created_at: clock.now(),
            };
            assert!(people::insert(&mut tx, &new).await.expect("stored"));
            all.insert(part.who, people::by_id(&mut tx, &new.id).await.expect("readable").expect("stored"));
        }
        tx.commit().await.expect("stored");
        Cast::new(all)
    }

    #[tokio::test]
    async fn the_past_is_written_once_fits_together_and_is_partly_of_the_people_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Db::open_sqlite(&folder.path().join("desk.db"), 2).await.expect("a fresh file");
        db.migrate().await.expect("a fresh file");
        let (cast, utc) = (gathers(&db).await, FixedOffset::east_opt(0).expect("zero fits"));
        let (now, silent) = (Clock::system().now(), Progress::new(true));

        write(&db, &cast, (now, utc), &silent).await.expect("written");
        write(&db, &cast, (now, utc), &silent).await.expect("nothing to do");

        let mut tx = db.read_at_once().await.expect("open");
        let numbered: i64 = bulk::numbered(&mut tx).await.expect("readable").iter().map(|(_, count)| count).sum();
        assert_eq!(numbered, 2_000);
        assert_eq!(consistency::examine(&mut tx).await.expect("readable"), Vec::<String>::new());
        assert_eq!(lanes::backlog(&mut tx).await.expect("readable").0, 0, "nothing is to leave");
        let (helen, mia, daniel) = (cast.get(Who::Helen), cast.get(Who::Mia), cast.get(Who::Daniel));
        let having = |filter| Query { by: helen.id.clone(), realm: Realm::Desk, filter, sort: Sort::default() };
        let mut found = BTreeMap::new();
        for (what, filter) in [
            ("mia's", Filter { students: vec![mia.id.clone()], ..Filter::default() }),
            ("daniel's", Filter { assignees: vec![Holder::Person(daniel.id.clone())], ..Filter::default() }),
            ("open", Filter { statuses: vec![Status::Open], ..Filter::default() }),
            ("waiting", Filter { statuses: vec![Status::Pending, Status::InProgress], ..Filter::default() }),
        ] {
            found.insert(what, finding::count(&mut tx, &having(filter), 2_000).await.expect("readable").0);
        }
        drop(tx);
        db.close().await;
        assert!((3..30).contains(&found["mia's"]) && (100..900).contains(&found["daniel's"]), "{found:?}");
        assert!(found["open"] >= 10 && found["waiting"] >= 3, "{found:?}");
    }

    #[test]
    fn what_people_say_is_whole_and_differs() {
        let (mut talk, mut chance) = (Talk::default(), Chance::of(1));
        let mut titles = BTreeSet::new();
        for category in [0, 1, 2, 3, 4].map(|place| Category::ALL[place]).repeat(60) {
            let (title, description) = talk.opening(&mut chance, category);
            let mut said = vec![title.clone(), description];
            for turn in 0..8 {
                said.push(talk.said(&mut chance, turn % 2 == 0));
            }
            said.push(talk.resolution(&mut chance));
            assert!(said.iter().all(|text| !text.contains(['{', '}']) && text.len() > 3), "{said:?}");
            assert!(said.windows(3).all(|three| three[0] != three[2]), "{said:?}");
            titles.insert(title);
        }
        assert!(titles.len() > 120, "{}", titles.len());
    }
}

//! Random commands, each done at the desk and written into the ledger: what is legal there must be done, and what is not
//! must be refused, and then both must say the same.
use std::collections::BTreeMap;

use chrono::Duration;
use roomdesk::desk::Guest;
use roomdesk::desk::finding::query_of;
use roomdesk::desk::lifecycle::Moving;
use roomdesk::domain::Refusal;
use roomdesk::domain::clock::Time;
use roomdesk::domain::edits::{Edit, Expected};
use roomdesk::domain::filter::{Reader, Realm, Sort};
use roomdesk::domain::ids::PersonId;
use roomdesk::domain::messages::Draft;
use roomdesk::domain::opening::TicketDraft;
use roomdesk::domain::people::{Person, Role};
use roomdesk::domain::status::{Goal, Status};
use roomdesk::domain::timeline::{self, Part};

use super::ledger::{Doer, Entry, Line, STATUSES};
use super::lives::Dice;
use super::office::Office;

const CATEGORIES: [&str; 3] = ["technical", "account", "general"];
const PRIORITIES: [&str; 4] = ["low", "medium", "high", "urgent"];
/// So many tickets at most, and so many steps from one comparison to the next.
const TICKETS: usize = 6;
const BETWEEN: usize = 20;

/// Says which seed it was when something goes wrong.
struct Seed(u64);

impl Drop for Seed {
    #[expect(clippy::print_stderr, reason = "with it the failure comes again")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("random commands went wrong with the seed {}", self.0);
        }
    }
}

/// The desk and the ledger, side by side.
struct Both<'o> {
    office: &'o Office,
    /// What all tickets of this run have in common, and no others.
    context: String,
    dice: Dice,
    students: Vec<Person>,
    staff: Vec<Person>,
    /// Ids and what must be true of them.
    tickets: Vec<(String, Entry)>,
    /// The last version that was seen of each, and how much had happened in it by then.
    versions: BTreeMap<String, (i64, usize)>,
}

fn doer(person: &Person) -> Doer<'_> {
    Doer { id: person.id.as_str(), is_staff: person.role.is_staff() }
}

/// Does `steps` random things; the same ones for the same seed.
pub async fn agree(office: &Office, seed: u64, steps: usize) {
    let _told = Seed(seed);
    let mut both = Both {
        office,
        context: format!("run {seed}"),
        dice: Dice::new(seed),
        students: Vec::new(),
        staff: Vec::new(),
        tickets: Vec::new(),
        versions: BTreeMap::new(),
    };
    for name in ["ann", "bo", "cy"] {
        both.students.push(office.person(&format!("{name} {seed}"), Role::Student).await);
    }
    for (name, role) in [("ida", Role::Admin), ("jo", Role::Instructor), ("kit", Role::Instructor)] {
        both.staff.push(office.person(&format!("{name} {seed}"), role).await);
    }
    for step in 0..steps {
        // Less than four weeks in all: nothing is done for too long to be reopened.
        office.wait(Duration::seconds(i64::try_from(1 + both.dice.below(5_000)).expect("few")));
        both.step().await;
        if step % BETWEEN == 0 || step + 1 == steps {
            both.compares().await;
        }
    }
}

impl Both<'_> {
    fn now(&self) -> i64 {
        self.office.desk.clock().now().timestamp_millis()
    }

    async fn step(&mut self) {
        if self.tickets.is_empty() || (self.tickets.len() < TICKETS && self.dice.below(15) == 0) {
            return self.opens().await;
        }
        let place = self.dice.below(self.tickets.len());
        let (student, agent) = (self.dice.one_of(&self.students).clone(), self.dice.one_of(&self.staff).clone());
        match self.dice.below(14) {
            0..=2 => self.says(place, &student).await,
            3 | 4 => self.says(place, &agent).await,
            5 => self.reads(place, &student).await,
            6 => self.reads(place, &agent).await,
            7 | 8 => self.moves(place, &agent).await,
            9 => self.moves(place, &student).await,
            10 => self.claims(place, &agent).await,
            11 => self.gives(place, &agent).await,
            12 => self.changes(place, &agent).await,
            _ => self.lets_in_or_out(place, (&agent, &student)).await,
        }
    }

    async fn opens(&mut self) {
        let (student, agent) = (self.dice.one_of(&self.students).clone(), self.dice.one_of(&self.staff).clone());
        let is_for_them = self.dice.below(4) == 0;
        let fields = BTreeMap::from([
            ("title", "Printer".to_owned()),
            ("category", (*self.dice.one_of(&CATEGORIES)).to_owned()),
            ("priority", (*self.dice.one_of(&PRIORITIES)).to_owned()),
        ]);
        let draft = TicketDraft {
            title: Some(fields["title"].clone()),
            description: Some("It burns".into()),
            category: Some(fields["category"].clone()),
            priority: Some(fields["priority"].clone()),
            context: Some(self.context.clone()),
            created_for: is_for_them.then(|| student.id.to_string()),
            ..TicketDraft::default()
        };
        let by = if is_for_them { &agent } else { &student };
        let opened = self.office.desk.open_ticket(by, draft, Vec::new()).await.expect("a fitting draft");
        let entry = Entry::open(student.id.as_str(), is_for_them, fields, self.now());
        self.tickets.push((opened.made().ticket.id.to_string(), entry));
    }

    async fn says(&mut self, place: usize, by: &Person) {
        let now = self.now();
        let (id, entry) = &mut self.tickets[place];
        let draft = Draft { message: Some("Well".into()), ..Draft::default() };
        let said = self.office.desk.send_message(by, id, &draft).await;
        match (said, entry.is_for(doer(by))) {
            (Ok(said), true) => entry.say(doer(by), said.made().id.to_string(), now),
            (Err(Refusal::NotFound(_)), false) => {}
            (other, _) => panic!("{} writes: {other:?}", by.display_name),
        }
    }

    /// Reads up to a message, or counts from there on as unread again, or takes the message back.
    async fn reads(&mut self, place: usize, by: &Person) {
        let (id, entry) = &mut self.tickets[place];
        if entry.messages.is_empty() {
            return;
        }
        let message = self.dice.below(entry.messages.len());
        let said = entry.messages[message].clone();
        let (desk, sees) = (&self.office.desk, entry.is_for(doer(by)));
        let done = match self.dice.below(5) {
            0 | 1 => desk.mark_read(by, &said.id).await.map(|_| entry.mark_read(by.id.as_str(), message)),
            2 | 3 => desk.mark_unread(by, id, &said.id).await.map(|unread| {
                entry.mark_unread(by.id.as_str(), message);
                assert_eq!(unread, entry.unread(by.id.as_str()), "what marking as unread answers");
            }),
            // What is taken back was written all the same: it counts, and is read or not.
            _ => match desk.delete_message(by, &said.id).await {
                Ok(_) => Ok(()),
                Err(Refusal::Forbidden(_)) if sees && by.role != Role::Admin && said.by != by.id.as_str() => Ok(()),
                Err(other) => Err(other),
            },
        };
        match (done, sees) {
            (Ok(()), true) | (Err(Refusal::NotFound(_)), false) => {}
            (other, _) => panic!("{} reads: {other:?}", by.display_name),
        }
    }

    async fn moves(&mut self, place: usize, by: &Person) {
        let now = self.now();
        let (id, entry) = &mut self.tickets[place];
        let to = *self.dice.one_of(&STATUSES);
        let resolution = (is_done(to) && self.dice.below(2) == 0).then_some("It is out");
        let goal = Goal::Become(Status::parse(to).expect("a status"));
        let moving = Moving { goal, resolution: resolution.map(str::to_owned), expected: Expected::default() };
        let done = self.office.desk.move_ticket(by, id, moving).await;
        let (sees, owns) = (entry.is_for(doer(by)), entry.owner == by.id.as_str());
        match done {
            Ok(_) if (by.role.is_staff() || owns) && entry.may_move(doer(by), to) => entry.goes(to, resolution, now),
            Err(Refusal::Conflict(_)) if sees && !entry.may_move(doer(by), to) => {}
            Err(Refusal::Forbidden(_)) if sees && !owns && !by.role.is_staff() => {}
            Err(Refusal::NotFound(_)) if !sees => {}
            other => panic!("{} moves from {} to {to}: {other:?}", by.display_name, entry.status),
        }
    }

    async fn claims(&mut self, place: usize, by: &Person) {
        let (id, entry) = &mut self.tickets[place];
        let is_theirs = entry.assignee.as_deref().is_none_or(|holder| holder == by.id.as_str());
        match self.office.desk.claim(by, id).await {
            Ok(_) if is_theirs => entry.is_given_to(Some(by.id.as_str())),
            Err(Refusal::Conflict(_)) if !is_theirs => {}
            other => panic!("{} claims: {other:?}", by.display_name),
        }
    }

    async fn gives(&mut self, place: usize, by: &Person) {
        let to = (self.dice.below(3) > 0).then(|| self.dice.one_of(&self.staff).id.clone());
        let (id, entry) = &mut self.tickets[place];
        self.office.desk.assign_to(by, id, (to.as_ref(), &Expected::default())).await.expect("staff may");
        entry.is_given_to(to.as_ref().map(PersonId::as_str));
    }

    async fn changes(&mut self, place: usize, by: &Person) {
        let category = (*self.dice.one_of(&CATEGORIES)).to_owned();
        let priority = (*self.dice.one_of(&PRIORITIES)).to_owned();
        let title = (self.dice.below(3) == 0).then(|| format!("Printer {}", self.dice.below(3)));
        let (id, entry) = &mut self.tickets[place];
        let edit = Edit {
            title: title.clone(),
            category: Some(category.clone()),
            priority: Some(priority.clone()),
            ..Edit::default()
        };
        self.office.desk.edit_ticket(by, id, (edit, Expected::default())).await.expect("staff may");
        if let Some(title) = title {
            entry.change("title", &title);
        }
        entry.change("category", &category);
        entry.change("priority", &priority);
    }

    async fn lets_in_or_out(&mut self, place: usize, (by, guest): (&Person, &Person)) {
        let (id, entry) = &mut self.tickets[place];
        let (desk, whom) = (&self.office.desk, Guest::Person(guest.id.clone()));
        if self.dice.below(2) == 0 {
            desk.add_participant(by, id, whom).await.expect("staff may let anybody in");
            entry.let_in(guest.id.as_str());
            return;
        }
        let owns = entry.owner == guest.id.as_str();
        match desk.remove_participant(by, id, whom).await {
            Ok(()) => assert!(entry.put_out(guest.id.as_str()), "nobody was put out who was not in"),
            Err(Refusal::Conflict(_)) if owns => {}
            Err(Refusal::NotFound(_)) if !owns && !entry.put_out(guest.id.as_str()) => {}
            other => panic!("putting out: {other:?}"),
        }
    }

    /// Everything that the desk keeps is as it is written down.
    async fn compares(&mut self) {
        let (desk, admin) = (&self.office.desk, &self.staff[0]);
        let millis = |time: Option<Time>| time.map(|time| time.timestamp_millis());
        let mut tickets = Vec::new();
        for (id, entry) in &self.tickets {
            let ticket = desk.ticket(admin, id).await.expect("an admin sees it");
            let kept = (ticket.status.as_str(), ticket.resolution.as_deref(), ticket.message_count);
            let count = i64::try_from(entry.messages.len()).expect("few");
            assert_eq!(kept, (entry.status, entry.resolution.as_deref(), count), "status, resolution, count of {id}");
            let clocks = [ticket.waiting_since, ticket.first_response_at, ticket.resolved_at, ticket.closed_at];
            let expected = [entry.waiting_since, entry.first_response_at, entry.resolved_at, entry.closed_at];
            assert_eq!(clocks.map(millis), expected, "waiting, first response, resolved, closed of {id}");
            assert_eq!(millis(ticket.last_message_at), entry.last_message_at, "the last message of {id}");
            let holder = ticket.assigned_to.as_ref().map(PersonId::as_str);
            assert_eq!(holder, entry.assignee.as_deref(), "who has {id}");
            let part = Part { after: None, limit: 10_000, with_internal: true };
            let lines = desk.timeline(admin, id, part).await.expect("an admin sees it");
            agrees(id, &lines, &entry.timeline);
            let seen = (ticket.version, entry.messages.len() + entry.timeline.len());
            let before = self.versions.insert(id.clone(), seen).unwrap_or_default();
            assert_eq!(before.0 < seen.0, before.1 < seen.1, "the version of {id} grows with what happens");
            tickets.push(ticket);
        }
        for person in self.students.iter().chain(&self.staff) {
            let unread = desk.unread_counts(person, &tickets).await.expect("the database is there");
            let mut with_unread = 0;
            for (ticket, (id, entry)) in tickets.iter().zip(&self.tickets) {
                let expected = entry.unread(person.id.as_str());
                let kept = unread.get(&ticket.id).copied().unwrap_or(0);
                assert_eq!(kept, expected, "unread of {} in {id}", person.display_name);
                with_unread += i64::from(expected > 0 && entry.is_for(doer(person)));
            }
            assert_eq!(self.counts(person, ("unread", "yes")).await, with_unread, "{}'s list", person.display_name);
        }
        for status in STATUSES {
            let expected = self.tickets.iter().filter(|(_, entry)| entry.status == status).count();
            assert_eq!(self.counts(&self.staff[0], ("status", status)).await, i64::try_from(expected).expect("few"));
        }
    }

    /// How many tickets of this run somebody finds so.
    async fn counts(&self, by: &Person, field: (&str, &str)) -> i64 {
        let is_staff = by.role.is_staff();
        let zone = self.office.desk.settings().zone;
        let filter = Reader { me: &by.id, is_staff, zone }.read([field, ("context", &self.context)]).expect("a filter");
        let realm = if is_staff { Realm::Desk } else { Realm::Own };
        let query = query_of(by, realm, filter, Sort::default()).expect("it is theirs to ask");
        self.office.desk.count(&[query], 1_000).await.expect("the database is there")[0].count
    }
}

fn is_done(status: &str) -> bool {
    status == "resolved" || status == "closed"
}

/// The timeline tells what is written down. Lines of one moment may stand in any order: the clock of a desk that runs at the
/// same time in this process stands elsewhere, and their ids do not follow each other then.
fn agrees(ticket: &str, lines: &[timeline::Entry], expected: &[Line]) {
    assert_eq!(lines.len(), expected.len(), "the lines of {ticket}");
    let mut rest = expected;
    for moment in lines.chunk_by(|one, next| one.at == next.at) {
        let (expected, later) = rest.split_at(moment.len());
        let line = |line: &timeline::Entry| (line.happening.as_str().to_owned(), line.from.clone(), line.to.clone());
        let mut told: Vec<Line> = moment.iter().map(line).collect();
        let mut expected = expected.to_vec();
        told.sort();
        expected.sort();
        assert_eq!(told, expected, "the timeline of {ticket}");
        rest = later;
    }
}

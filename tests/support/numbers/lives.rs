//! Leading tickets through random legal commands.
use chrono::Duration;
use roomdesk::desk::lifecycle::Moving;
use roomdesk::domain::Refusal;
use roomdesk::domain::edits::{Edit, Expected};
use roomdesk::domain::ids::TicketId;
use roomdesk::domain::messages::Draft;
use roomdesk::domain::opening::TicketDraft;
use roomdesk::domain::people::{Person, Role};
use roomdesk::domain::status::{Goal, Status};
use roomdesk::domain::tickets::{Category, Priority};

use super::office::Office;

/// The same numbers every time.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

struct Ticket {
    id: TicketId,
    student: Person,
}

/// Opens `count` tickets and does `steps` things to them, over some weeks. What is not legal is refused, and that is fine.
pub async fn lead(office: &Office, (count, steps): (usize, usize)) {
    let mut dice = Dice(4);
    let mut students = Vec::new();
    for name in ["ann", "bo", "cy"] {
        students.push(office.person(name, Role::Student).await);
    }
    let mut staff = Vec::new();
    for name in ["ida", "jo", "kit", "lou"] {
        staff.push(office.person(name, if name == "ida" { Role::Admin } else { Role::Instructor }).await);
    }
    let mut tickets: Vec<Ticket> = Vec::new();
    for step in 0..steps {
        let minutes = if dice.below(3) == 0 { 1 + dice.below(1_800) } else { 1 + dice.below(30) };
        office.wait(Duration::minutes(minutes.try_into().expect("few")) + Duration::milliseconds(7));
        if tickets.len() * steps <= step * count {
            let student = dice.one_of(&students).clone();
            let opener = (dice.below(5) == 0).then(|| dice.one_of(&staff).clone());
            tickets.push(open(office, &mut dice, (student, opener)).await);
        } else {
            let ticket = dice.one_of(&tickets);
            let agent = dice.one_of(&staff).clone();
            act(office, &mut dice, (ticket, &agent, &staff)).await;
        }
        if dice.below(40) == 0 {
            office.desk.fold_numbers().await.expect("the database is there");
        }
    }
}

async fn open(office: &Office, dice: &mut Dice, (student, opener): (Person, Option<Person>)) -> Ticket {
    let draft = TicketDraft {
        title: Some("Printer".into()),
        description: Some("It burns".into()),
        category: Some(dice.one_of(&Category::ALL).as_str().into()),
        priority: Some(dice.one_of(&Priority::ALL).as_str().into()),
        created_for: opener.as_ref().map(|_| student.id.to_string()),
        ..TicketDraft::default()
    };
    let by = opener.as_ref().unwrap_or(&student);
    let opened = office.desk.open_ticket(by, draft, Vec::new()).await.expect("a fitting draft");
    let ticket = Ticket { id: opened.made().ticket.id, student: student.clone() };
    if opener.is_some() {
        office.wait(Duration::minutes(90));
        say(office, &ticket.student, &ticket).await;
    }
    ticket
}

async fn say(office: &Office, by: &Person, ticket: &Ticket) {
    let draft = Draft { message: Some("Well".into()), ..Draft::default() };
    office.desk.send_message(by, ticket.id.as_str(), &draft).await.expect("whoever belongs to it may write");
}

async fn act(office: &Office, dice: &mut Dice, (ticket, agent, staff): (&Ticket, &Person, &[Person])) {
    let (desk, key) = (&office.desk, ticket.id.as_str());
    let moving = |goal| Moving { goal, resolution: None, expected: Expected::default() };
    let done: Result<(), Refusal> = match dice.below(12) {
        0..=2 => return say(office, &ticket.student, ticket).await,
        3..=5 => return say(office, agent, ticket).await,
        6 | 7 => desk.move_ticket(agent, key, moving(Goal::Become(*dice.one_of(&Status::ALL)))).await.map(drop),
        8 => {
            let goal = if dice.below(2) == 0 { Goal::Close } else { Goal::Reopen };
            desk.move_ticket(&ticket.student, key, moving(goal)).await.map(drop)
        }
        9 => desk.claim(agent, key).await.map(drop),
        10 => {
            let to = (dice.below(3) > 0).then(|| &dice.one_of(staff).id);
            desk.assign_to(agent, key, (to, &Expected::default())).await.map(drop)
        }
        _ => {
            let category = (dice.below(2) == 0).then(|| dice.one_of(&Category::ALL).as_str().to_owned());
            let priority = Some(dice.one_of(&Priority::ALL).as_str().to_owned());
            let edit = (Edit { category, priority, ..Edit::default() }, Expected::default());
            desk.edit_ticket(agent, key, edit).await.map(drop)
        }
    };
    match done {
        Ok(()) | Err(Refusal::Conflict(_) | Refusal::Invalid(_)) => {}
        Err(other) => panic!("{other:?}"),
    }
}

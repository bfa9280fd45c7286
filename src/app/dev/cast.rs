//! The people of a made-up desk, and their teams.
use super::chance::Chance;
use super::words;
use crate::domain::clock::from_millis;
use crate::domain::ids::TeamId;
use crate::domain::people::{Person, Role};
use crate::domain::tickets::Category;
use crate::store::bulk::Rows;
use crate::store::{DbError, Tx};

/// Instructors and admins; one of ten is an admin.
const STAFF: usize = 30;
/// How many staff there are around those who are known.
const STAFF_AROUND: usize = 12;
/// How many tickets a student opens in two years.
const TICKETS_EACH: usize = 8;
const TEAMS: [&str; 4] = ["Technical support", "Examinations office", "Accounts", "Front desk"];

struct Team {
    id: TeamId,
    name: String,
    members: Vec<usize>,
}

/// Everybody.
pub struct Cast {
    students: Vec<Person>,
    staff: Vec<Person>,
    teams: Vec<Team>,
    /// How many of the staff and of the students were there before, at the beginning of their lists.
    known: (usize, usize),
}

/// People who are there already and take part in what is made up.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub staff: Vec<Person>,
    pub students: Vec<Person>,
}

impl Cast {
    /// Enough of everybody for so many tickets; they came before `at`.
    pub fn gather(seed: u64, chance: &mut Chance, (tickets, at): (usize, i64)) -> Self {
        let mut person = |role: Role, number: usize| {
            let local = if role.is_staff() { "staff" } else { "student" };
            Person {
                id: chance.id("usr", at).parse().expect("made as ids are"),
                email: Some(format!("{local}{number}.{seed}@seed.example")),
                display_name: words::name(chance),
                role,
                matrix_id: None,
                avatar: None,
                disabled_at: None,
                created_at: from_millis(at),
            }
        };
        let role = |number| if number % 10 == 0 { Role::Admin } else { Role::Instructor };
        let staff = (0..STAFF).map(|number| person(role(number), number)).collect();
        let students = (0..tickets.div_ceil(TICKETS_EACH)).map(|number| person(Role::Student, number)).collect();
        let team = |(number, name): (usize, &&str)| Team {
            id: chance.id("tea", at).parse().expect("made as ids are"),
            name: format!("{name} {seed}"),
            members: (0..STAFF).filter(|member| member % TEAMS.len() == number).collect(),
        };
        Self { students, staff, teams: TEAMS.iter().enumerate().map(team).collect(), known: (0, 0) }
    }

    /// Enough of everybody for so many tickets around those who are there; the others have names alone, and came before
    /// `at`. Whoever is known first has the most to do.
    pub fn around(known: Known, chance: &mut Chance, (tickets, at): (usize, i64)) -> Self {
        let Known { mut staff, mut students } = known;
        let known = (staff.len(), students.len());
        let mut person = |role: Role| Person {
            id: chance.id("usr", at).parse().expect("made as ids are"),
            email: None,
            display_name: words::name(chance),
            role,
            matrix_id: None,
            avatar: None,
            disabled_at: None,
            created_at: from_millis(at),
        };
        let named = |mut person: Person, local: &str, number: usize| {
            person.email = Some(format!("{local}{number}@demo.example"));
            person
        };
        while staff.len() < STAFF_AROUND {
            let number = staff.len();
            staff.push(named(person(Role::Instructor), "staff", number));
        }
        while students.len() < tickets.div_ceil(TICKETS_EACH) {
            let number = students.len();
            students.push(named(person(Role::Student), "student", number));
        }
        let team = |(number, name): (usize, &&str)| Team {
            id: chance.id("tea", at).parse().expect("made as ids are"),
            name: (*name).to_owned(),
            members: (0..STAFF_AROUND).filter(|member| member % TEAMS.len() == number).collect(),
        };
        let teams = TEAMS.iter().enumerate().map(team).collect();
        Self { students, staff, teams, known }
    }

    pub fn student(&self, chance: &mut Chance) -> &Person {
        chance.one_of(&self.students)
    }

    /// The names of the teams that the desk has already stay theirs.
    pub fn without_names(&mut self, taken: &[String]) {
        for team in &mut self.teams {
            while taken.contains(&team.name.to_lowercase()) {
                team.name.push_str(" (made up)");
            }
        }
    }

    /// How many people there are.
    pub fn count(&self) -> usize {
        self.students.len() + self.staff.len()
    }

    pub fn staff(&self) -> &[Person] {
        &self.staff
    }

    /// Somebody of the team that gets this category; some do more than others.
    pub fn agent_for(&self, category: Category, chance: &mut Chance) -> &Person {
        let members = &self.teams[team_of(category)].members;
        let place = chance.below(members.len()).min(chance.below(members.len()));
        &self.staff[members[place]]
    }

    pub fn team_for(&self, category: Category) -> Option<&str> {
        self.teams.get(team_of(category)).filter(|_| category != Category::Other).map(|team| team.id.as_str())
    }

    /// Stores everybody and the teams.
    pub async fn store(&self, tx: &mut Tx, at: i64) -> Result<(), DbError> {
        let mut people = Rows::of("people", "id, email, display_name, search_name, role, created_at");
        let (staff, students) = self.known;
        for person in self.staff.iter().skip(staff).chain(self.students.iter().skip(students)) {
            people.push([
                person.id.as_str().into(),
                person.email.clone().into(),
                person.display_name.as_str().into(),
                person.display_name.to_lowercase().into(),
                person.role.as_str().into(),
                at.into(),
            ]);
        }
        people.store(tx).await?;
        let mut teams = Rows::of("teams", "id, name, search_name, created_at");
        let mut members = Rows::of("team_members", "team, person");
        for team in &self.teams {
            teams.push([
                team.id.as_str().into(),
                team.name.as_str().into(),
                team.name.to_lowercase().into(),
                at.into(),
            ]);
            for member in &team.members {
                members.push([team.id.as_str().into(), self.staff[*member].id.as_str().into()]);
            }
        }
        teams.store(tx).await?;
        members.store(tx).await
    }
}

fn team_of(category: Category) -> usize {
    match category {
        Category::Technical => 0,
        Category::Assessment => 1,
        Category::Account => 2,
        Category::General | Category::Other => 3,
    }
}

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
        Self { students, staff, teams: TEAMS.iter().enumerate().map(team).collect() }
    }

    pub fn student(&self, chance: &mut Chance) -> &Person {
        chance.one_of(&self.students)
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
        for person in self.staff.iter().chain(&self.students) {
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

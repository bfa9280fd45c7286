//! Taking people over from a roster: those who are unknown are added, those who are known follow it.
use std::collections::HashMap;

use super::Desk;
use super::password_tokens::PasswordLink;
use super::people::NewAccount;
use super::roster::PersonChange;
use crate::domain::Refusal;
use crate::domain::ids::TeamId;
use crate::domain::people::{Person, Role};
use crate::domain::roster::{self, Row};
use crate::store::roster::Listed;
use crate::store::{self, teams};

/// What came of a line, or would come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Created,
    Updated,
    Unchanged,
    Failed(String),
}

/// A line of a roster that was looked at.
#[derive(Clone, Debug)]
pub struct Imported {
    pub line: u64,
    pub email: String,
    pub outcome: Outcome,
    /// For those who were added: with it they choose a password.
    pub invitation: Option<PasswordLink>,
}

/// What a line asks for.
enum Plan {
    Add(Box<NewAccount>, Option<Vec<TeamId>>),
    Change(Box<Person>, PersonChange),
    Nothing,
}

impl Desk {
    /// Takes a roster over, line by line: what fails costs the others nothing. A dry run only says what would come of each.
    pub async fn import_people(&self, by: &Person, text: &[u8], is_dry: bool) -> Result<Vec<Imported>, Refusal> {
        by.manages_people()?;
        let lines = roster::read(text)?;
        let known: HashMap<String, TeamId> = teams::list(&mut self.db().read().await?)
            .await?
            .into_iter()
            .map(|team| (team.name.to_lowercase(), team.id))
            .collect();
        let mut imported = Vec::new();
        for line in lines {
            let planned = match line.row {
                Ok(row) => self.plan(row, &known).await?,
                Err(why) => Err(why),
            };
            let (outcome, invitation) = match planned {
                Err(why) => (Outcome::Failed(why), None),
                Ok(plan) => self.follow(by, plan, is_dry).await?,
            };
            imported.push(Imported { line: line.number, email: line.email, outcome, invitation });
        }
        Ok(imported)
    }

    async fn plan(&self, row: Row, known: &HashMap<String, TeamId>) -> Result<Result<Plan, String>, Refusal> {
        let ids = row.teams.map(|names| {
            let id = |name: String| known.get(&name).cloned().ok_or(format!("there is no team \"{name}\""));
            names.into_iter().map(id).collect::<Result<Vec<TeamId>, _>>()
        });
        let ids = match ids.transpose() {
            Ok(ids) => ids,
            Err(why) => return Ok(Err(why)),
        };
        let mut tx = self.db().read().await?;
        let Some(person) = store::people::by_email(&mut tx, &row.email).await? else {
            let role = row.role.unwrap_or(Role::Student);
            if !role.is_staff() && ids.as_ref().is_some_and(|ids| !ids.is_empty()) {
                return Ok(Err("teams are of instructors and admins".to_owned()));
            }
            let Some(display_name) = row.name else {
                return Ok(Err("name is missing: nobody has this address yet".into()));
            };
            let new = NewAccount { email: row.email, display_name, role, password: None, matrix_id: None };
            return Ok(Ok(Plan::Add(Box::new(new), ids.filter(|ids| !ids.is_empty()))));
        };
        let mut listed = [Listed { person, has_password: false, reset_asked_at: None, teams: Vec::new() }];
        teams::attach_to_people(&mut tx, &mut listed).await?;
        let [Listed { person, teams, .. }] = listed;
        let has: Vec<&TeamId> = teams.iter().map(|(id, _)| id).collect();
        let change = PersonChange {
            display_name: row.name.filter(|name| *name != person.display_name),
            role: row.role.filter(|role| *role != person.role),
            disabled: None,
            teams: ids.filter(|ids| ids.len() != has.len() || ids.iter().any(|id| !has.contains(&id))),
        };
        let is_same = change.display_name.is_none() && change.role.is_none() && change.teams.is_none();
        Ok(Ok(if is_same { Plan::Nothing } else { Plan::Change(Box::new(person), change) }))
    }

    async fn follow(&self, by: &Person, plan: Plan, is_dry: bool) -> Result<(Outcome, Option<PasswordLink>), Refusal> {
        let done = match plan {
            Plan::Nothing => return Ok((Outcome::Unchanged, None)),
            Plan::Add(..) if is_dry => return Ok((Outcome::Created, None)),
            Plan::Change(..) if is_dry => return Ok((Outcome::Updated, None)),
            Plan::Add(new, teams) => match self.create_person(by, *new).await {
                Ok((listed, link)) => {
                    let change = PersonChange { teams, ..PersonChange::default() };
                    match change.teams {
                        Some(_) => self.change_person(by, &listed.person.id, change).await.map(|_| ()),
                        None => Ok(()),
                    }
                    .map(|()| (Outcome::Created, link))
                }
                Err(refusal) => Err(refusal),
            },
            Plan::Change(person, change) => {
                self.change_person(by, &person.id, change).await.map(|_| (Outcome::Updated, None))
            }
        };
        match done {
            Err(refusal @ (Refusal::Unavailable(_) | Refusal::Broken(_))) => Err(refusal),
            Err(refusal) => Ok((Outcome::Failed(refusal.to_string()), None)),
            Ok(done) => Ok(done),
        }
    }
}

//! Teams: who is in them and what is routed to them; managed by admins, seen by staff.
use serde_json::json;

use super::{Desk, audit};
use crate::domain::audit::Deed;
use crate::domain::ids::{PersonId, TeamId};
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::domain::teams::{Route, Team};
use crate::domain::{Refusal, text};
use crate::store::{self, Tx, teams};

/// The most members or routes of one team.
const MOST: usize = 200;

/// What is to be different about a team.
#[derive(Clone, Debug, Default)]
pub struct TeamChange {
    pub name: Option<String>,
    pub members: Option<Vec<PersonId>>,
    pub routes: Option<Vec<Route>>,
}

impl TeamChange {
    fn check(self) -> Result<Self, Refusal> {
        let name = self.name.map(|name| text::line("name", &name, text::NAME_LIMIT)).transpose()?;
        let lengths = [
            ("members", self.members.as_ref().map_or(0, Vec::len)),
            ("routes", self.routes.as_ref().map_or(0, Vec::len)),
        ];
        for (field, length) in lengths {
            if length > MOST {
                return Err(Refusal::field(field, format!("are {length}; at most {MOST} are allowed")));
            }
        }
        Ok(Self { name, ..self })
    }
}

fn name_is_taken() -> Refusal {
    Refusal::Taken(FieldError::new("name", "is that of another team"))
}

impl Desk {
    /// Every team, by name; for staff.
    pub async fn teams(&self, by: &Person) -> Result<Vec<Team>, Refusal> {
        by.sees_staff()?;
        Ok(teams::list(&mut self.db().read().await?).await?)
    }

    /// One team; for staff.
    pub async fn team(&self, by: &Person, id: &TeamId) -> Result<Team, Refusal> {
        by.sees_staff()?;
        teams::by_id(&mut self.db().read().await?, id).await?.ok_or(Refusal::NotFound("team"))
    }

    /// Adds a team.
    pub async fn create_team(&self, by: &Person, new: TeamChange) -> Result<Team, Refusal> {
        by.manages_people()?;
        let new = new.check()?;
        let name = new.name.clone().ok_or_else(|| Refusal::field("name", "must not be empty"))?;
        let id = TeamId::fresh(self.clock());
        let mut tx = self.db().write().await?;
        if !teams::insert(&mut tx, &id, &name, self.clock().now()).await? {
            return Err(name_is_taken());
        }
        self.store_team(tx, by, (&id, Deed::TeamCreated), TeamChange { name: None, ..new }).await
    }

    /// Changes what is given of a team.
    pub async fn change_team(&self, by: &Person, id: &TeamId, change: TeamChange) -> Result<Team, Refusal> {
        by.manages_people()?;
        let change = change.check()?;
        let mut tx = self.db().write().await?;
        let team = teams::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound("team"))?;
        if team.is_retired {
            return Err(Refusal::Conflict("this team is retired: it gets no tickets any longer".to_owned()));
        }
        if let Some(name) = &change.name
            && !teams::rename(&mut tx, id, name).await?
        {
            return Err(name_is_taken());
        }
        self.store_team(tx, by, (id, Deed::TeamChanged), change).await
    }

    /// A team gets no tickets any longer; those it had keep its name.
    pub async fn retire_team(&self, by: &Person, id: &TeamId) -> Result<(), Refusal> {
        by.manages_people()?;
        let mut tx = self.db().write().await?;
        let team = teams::by_id(&mut tx, id).await?.filter(|team| !team.is_retired);
        let team = team.ok_or(Refusal::NotFound("team"))?;
        teams::retire(&mut tx, id, self.clock().now()).await?;
        let deed = (Deed::TeamRetired, id.as_str());
        audit::note(&mut tx, self.clock(), Some(by), deed, json!({"name": team.name})).await?;
        Ok(tx.commit().await?)
    }

    /// Stores members and routes, writes the deed down, and commits.
    async fn store_team(
        &self,
        mut tx: Tx,
        by: &Person,
        (id, deed): (&TeamId, Deed),
        change: TeamChange,
    ) -> Result<Team, Refusal> {
        if let Some(members) = &change.members {
            check_members(&mut tx, members).await?;
            teams::set_members(&mut tx, id, members).await?;
        }
        if let Some(routes) = &change.routes {
            teams::set_routes(&mut tx, id, routes).await?;
        }
        let team = teams::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound("team"))?;
        let routes: Vec<_> = team
            .routes
            .iter()
            .map(|route| json!({"category": route.category.as_str(), "context": route.context}))
            .collect();
        let details = json!({"name": team.name, "members": team.members, "routes": routes});
        audit::note(&mut tx, self.clock(), Some(by), (deed, id.as_str()), details).await?;
        tx.commit().await?;
        Ok(team)
    }
}

async fn check_members(tx: &mut Tx, members: &[PersonId]) -> Result<(), Refusal> {
    let known = store::people::by_ids(tx, members).await?;
    let is_staff = |id: &PersonId| known.get(id).is_some_and(Person::is_present_staff);
    let wrong = members.iter().enumerate().filter(|(_, id)| !is_staff(id));
    let errors: Vec<FieldError> = wrong
        .map(|(index, _)| FieldError {
            pointer: format!("/members/{index}"),
            detail: "is not an instructor or admin".to_owned(),
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

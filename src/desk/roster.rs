//! Managing people, for admins; and staff to whom tickets can be given, for staff.
use serde_json::json;

use super::password_tokens::PasswordLink;
use super::people::NewAccount;
use super::{Desk, audit};
use crate::domain::audit::Deed;
use crate::domain::ids::{PersonId, TeamId};
use crate::domain::people::{Person, Role};
use crate::domain::refusal::FieldError;
use crate::domain::{Refusal, text};
use crate::store::password_tokens::Purpose;
use crate::store::roster::{self, Assignable, Listed, Wanted};
use crate::store::{self, Tx, sessions, teams};

/// How many members of staff are offered at once.
const OFFERED: i64 = 50;

/// What is to be different about somebody.
#[derive(Clone, Debug, Default)]
pub struct PersonChange {
    pub display_name: Option<String>,
    pub role: Option<Role>,
    pub disabled: Option<bool>,
    /// All the teams they are to be in.
    pub teams: Option<Vec<TeamId>>,
}

impl Desk {
    /// At most `limit` people who are wanted, the longest known first.
    pub async fn people_page(
        &self,
        by: &Person,
        wanted: &Wanted,
        after: Option<&PersonId>,
        limit: i64,
    ) -> Result<Vec<Listed>, Refusal> {
        by.manages_people()?;
        let mut tx = self.db().read().await?;
        let mut people = roster::list(&mut tx, wanted, after, limit).await?;
        teams::attach_to_people(&mut tx, &mut people).await?;
        Ok(people)
    }

    /// One person, for admins.
    pub async fn listed(&self, by: &Person, id: &PersonId) -> Result<Listed, Refusal> {
        by.manages_people()?;
        let mut tx = self.db().read().await?;
        let mut listed = roster::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound("person"))?;
        teams::attach_to_people(&mut tx, std::slice::from_mut(&mut listed)).await?;
        Ok(listed)
    }

    /// Staff to whom a ticket can be given, by name, with what they have open.
    pub async fn assignable(&self, by: &Person, search: &str) -> Result<Vec<Assignable>, Refusal> {
        by.sees_staff()?;
        let mut tx = self.db().read().await?;
        Ok(roster::assignable(&mut tx, search, OFFERED).await?)
    }

    /// Adds somebody; without a password they get an invitation with which they choose one.
    pub async fn create_person(&self, by: &Person, new: NewAccount) -> Result<(Listed, Option<PasswordLink>), Refusal> {
        by.manages_people()?;
        let is_invited = new.password.is_none();
        let (mut tx, person) = self.adding_person(new).await?;
        let invitation = match (is_invited, self.settings().mail) {
            (true, Some(_)) => {
                Some(self.mail_password_token(&mut tx, (&person.id, Some(&by.id)), Purpose::Invitation).await?)
            }
            (true, None) => Some(self.give_password_token(&mut tx, &person.id, Purpose::Invitation).await?),
            (false, _) => None,
        };
        let details = json!({"name": person.display_name, "role": person.role.as_str(), "invited": is_invited});
        let deed = (Deed::UserCreated, person.id.as_str());
        audit::note(&mut tx, self.clock(), Some(by), deed, details).await?;
        tx.commit().await?;
        self.wake_outbox();
        Ok((self.listed(by, &person.id).await?, invitation))
    }

    /// Changes what is given of somebody, all at once. Admins do not take their own role or account away, so that one
    /// is left. Those who watch as that person are told at once.
    pub async fn change_person(&self, by: &Person, id: &PersonId, change: PersonChange) -> Result<Listed, Refusal> {
        by.manages_people()?;
        let name = change.display_name.as_deref();
        let name = name.map(|name| text::line("displayName", name, text::NAME_LIMIT)).transpose()?;
        let mut tx = self.db().write().await?;
        let person = store::people::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound("person"))?;
        let loses = change.role.is_some_and(|role| role != person.role) || change.disabled == Some(true);
        if loses && by.id == person.id {
            let why = "you cannot take the desk away from yourself; another admin can";
            return Err(Refusal::Conflict(why.to_owned()));
        }
        // Two admins who do it to each other at once: the second waits here, and finds that it would be the last.
        if loses && person.role == Role::Admin && !roster::has_other_admin(&mut tx, id).await? {
            return Err(Refusal::Conflict("they are the last admin: make somebody else one before".to_owned()));
        }
        if let Some(name) = &name {
            self.call(&mut tx, id, name).await?;
        }
        if let Some(role) = change.role {
            store::people::set_role(&mut tx, id, role).await?;
        }
        match change.disabled {
            Some(disabled) if disabled != person.is_disabled() => {
                store::people::set_disabled(&mut tx, id, disabled.then(|| self.clock().now())).await?;
                sessions::end_all(&mut tx, id).await?;
            }
            Some(_) | None => {}
        }
        let is_staff = change.role.unwrap_or(person.role).is_staff();
        if let Some(teams) = &change.teams {
            self.put_into_teams(&mut tx, (id, is_staff), teams).await?;
        }
        let role = change.role.map(Role::as_str);
        let details = json!({"name": name, "role": role, "disabled": change.disabled, "teams": change.teams});
        audit::note(&mut tx, self.clock(), Some(by), (Deed::UserChanged, id.as_str()), details).await?;
        self.commit_access(tx, &person).await?;
        self.wake_outbox();
        self.listed(by, id).await
    }

    async fn put_into_teams(
        &self,
        tx: &mut Tx,
        (id, is_staff): (&PersonId, bool),
        wanted: &[TeamId],
    ) -> Result<(), Refusal> {
        if !is_staff && !wanted.is_empty() {
            return Err(Refusal::field("teams", "are of instructors and admins"));
        }
        let known = teams::names(tx, wanted).await?;
        if let Some(index) = wanted.iter().position(|team| !known.contains_key(team)) {
            let detail = "is not the id of a team".to_owned();
            return Err(FieldError { pointer: format!("/teams/{index}"), detail }.into());
        }
        teams::leave_all(tx, id).await?;
        for team in wanted {
            teams::add_member(tx, team, id).await?;
        }
        Ok(())
    }
}

//! Teams, with who is in them and what is routed to them.
use serde::Serialize;
use utoipa::ToSchema;

use super::people::{People, PersonRef};
use crate::domain::ids::TeamId;
use crate::domain::teams;
use crate::domain::tickets::Category;

/// New tickets that a team gets: of a category, in one context or, with `null`, in any.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamRoute)]
pub struct Route {
    #[schema(value_type = Category)]
    pub category: &'static str,
    pub context: Option<String>,
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    /// Whether it gets no tickets any longer.
    pub retired: bool,
    pub members: Vec<PersonRef>,
    pub routes: Vec<Route>,
}

impl Team {
    /// `people` holds at least its members.
    pub fn new(team: &teams::Team, people: &People) -> Self {
        let route = |route: &teams::Route| Route { category: route.category.as_str(), context: route.context.clone() };
        Self {
            id: team.id.clone(),
            name: team.name.clone(),
            retired: team.is_retired,
            members: team.members.iter().map(|id| people.get(id)).collect(),
            routes: team.routes.iter().map(route).collect(),
        }
    }
}

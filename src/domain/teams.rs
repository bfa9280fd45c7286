//! Teams of staff, and what is routed to them.
use super::ids::{PersonId, TeamId};
use super::tickets::Category;

/// Which new tickets a team gets: those of a category, of one context or of any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub category: Category,
    pub context: Option<String>,
}

/// A team.
#[derive(Clone, Debug)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    /// Whether it gets no tickets any longer.
    pub is_retired: bool,
    pub members: Vec<PersonId>,
    pub routes: Vec<Route>,
}

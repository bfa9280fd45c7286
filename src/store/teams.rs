//! Teams of staff and what is routed to them.
use std::collections::HashMap;

use sqlx::FromRow;

use super::roster::Listed;
use super::{DbError, Tx};
use crate::domain::clock::Time;
use crate::domain::ids::{PersonId, TeamId};
use crate::domain::teams::{Route, Team};
use crate::domain::tickets::{Category, Ticket};

statements! {
    INSERT = "INSERT INTO teams (id, name, search_name, created_at) VALUES ($1, $2, $3, $4) \
              ON CONFLICT (search_name) DO NOTHING";
    NAMED = "SELECT id FROM teams WHERE search_name = $1";
    RENAME = "UPDATE teams SET name = $2, search_name = $3 WHERE id = $1";
    /// Its name is free again.
    RETIRE = "UPDATE teams SET retired_at = $2, search_name = id WHERE id = $1 AND retired_at IS NULL";
    LIST = "SELECT id, name, retired_at IS NOT NULL AS is_retired FROM teams WHERE retired_at IS NULL ORDER BY search_name";
    BY_ID = "SELECT id, name, retired_at IS NOT NULL AS is_retired FROM teams WHERE id = $1";
    MEMBERS = "SELECT m.team, m.person FROM team_members m JOIN people p ON p.id = m.person ORDER BY p.search_name, p.id";
    MEMBERS_OF = "SELECT m.team, m.person FROM team_members m JOIN people p ON p.id = m.person WHERE m.team = $1 \
                  ORDER BY p.search_name, p.id";
    ROUTES = "SELECT team, category, context FROM team_routes ORDER BY category, context";
    ROUTES_OF = "SELECT team, category, context FROM team_routes WHERE team = $1 ORDER BY category, context";
    DROP_MEMBERS = "DELETE FROM team_members WHERE team = $1";
    DROP_ROUTES = "DELETE FROM team_routes WHERE team = $1";
    ADD_MEMBER = "INSERT INTO team_members (team, person) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    /// A route leads to one team: the last that took it.
    ADD_ROUTE = "INSERT INTO team_routes (category, context, team) VALUES ($1, $2, $3) \
                 ON CONFLICT (category, context) DO UPDATE SET team = excluded.team";
    LEAVE_ALL = "DELETE FROM team_members WHERE person = $1";
    /// The route of the context comes before that of any.
    ROUTED = "SELECT team FROM team_routes WHERE category = $1 AND context IN ($2, '') ORDER BY context DESC LIMIT 1";
}

#[derive(FromRow)]
struct TeamRow {
    id: String,
    name: String,
    is_retired: bool,
}

fn bad(table: &'static str, what: &str) -> DbError {
    DbError::BadRow(table, what.to_owned())
}

/// Stores a new team without members; false when another has its name.
pub async fn insert(tx: &mut Tx, id: &TeamId, name: &str, at: Time) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(id.as_str())
        .bind(name)
        .bind(name.to_lowercase())
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Gives it another name; false when another team has that.
pub async fn rename(tx: &mut Tx, id: &TeamId, name: &str) -> Result<bool, DbError> {
    let search_name = name.to_lowercase();
    let holder: Option<String> =
        with_conn!(tx, |conn| sqlx::query_scalar(NAMED).bind(&search_name).fetch_optional(conn).await?);
    if holder.is_some_and(|holder| holder != id.as_str()) {
        return Ok(false);
    }
    with_conn!(tx, |conn| sqlx::query(RENAME)
        .bind(id.as_str())
        .bind(name)
        .bind(&search_name)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(true)
}

/// It gets no tickets any longer; its members and routes go.
pub async fn retire(tx: &mut Tx, id: &TeamId, at: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(RETIRE)
        .bind(id.as_str())
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    for statement in [DROP_MEMBERS, DROP_ROUTES] {
        clear(tx, statement, id.as_str()).await?;
    }
    Ok(())
}

async fn clear(tx: &mut Tx, statement: &'static str, key: &str) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(statement).bind(key).execute(conn).await?.rows_affected());
    Ok(())
}

/// Gives it these members instead of those it has.
pub async fn set_members(tx: &mut Tx, id: &TeamId, members: &[PersonId]) -> Result<(), DbError> {
    clear(tx, DROP_MEMBERS, id.as_str()).await?;
    for member in members {
        add_member(tx, id, member).await?;
    }
    Ok(())
}

/// Puts somebody into it besides.
pub async fn add_member(tx: &mut Tx, id: &TeamId, person: &PersonId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(ADD_MEMBER)
        .bind(id.as_str())
        .bind(person.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Routes these to it instead of what was; another team that had one of them loses it.
pub async fn set_routes(tx: &mut Tx, id: &TeamId, routes: &[Route]) -> Result<(), DbError> {
    clear(tx, DROP_ROUTES, id.as_str()).await?;
    for route in routes {
        with_conn!(tx, |conn| sqlx::query(ADD_ROUTE)
            .bind(route.category.as_str())
            .bind(route.context.as_deref().unwrap_or(""))
            .bind(id.as_str())
            .execute(conn)
            .await?
            .rows_affected());
    }
    Ok(())
}

/// Somebody is in no team any longer.
pub async fn leave_all(tx: &mut Tx, person: &PersonId) -> Result<(), DbError> {
    clear(tx, LEAVE_ALL, person.as_str()).await
}

/// Every team that is not retired, by name.
pub async fn list(tx: &mut Tx) -> Result<Vec<Team>, DbError> {
    let rows: Vec<TeamRow> = with_conn!(tx, |conn| sqlx::query_as(LIST).fetch_all(conn).await?);
    let members: Vec<(String, String)> = with_conn!(tx, |conn| sqlx::query_as(MEMBERS).fetch_all(conn).await?);
    let routes: Vec<(String, String, String)> = with_conn!(tx, |conn| sqlx::query_as(ROUTES).fetch_all(conn).await?);
    together(rows, members, routes)
}

/// One team, retired or not.
pub async fn by_id(tx: &mut Tx, id: &TeamId) -> Result<Option<Team>, DbError> {
    let row: Option<TeamRow> =
        with_conn!(tx, |conn| sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(conn).await?);
    let members: Vec<(String, String)> =
        with_conn!(tx, |conn| sqlx::query_as(MEMBERS_OF).bind(id.as_str()).fetch_all(conn).await?);
    let routes: Vec<(String, String, String)> =
        with_conn!(tx, |conn| sqlx::query_as(ROUTES_OF).bind(id.as_str()).fetch_all(conn).await?);
    Ok(together(row.into_iter().collect(), members, routes)?.pop())
}

fn together(
    rows: Vec<TeamRow>,
    members: Vec<(String, String)>,
    routes: Vec<(String, String, String)>,
) -> Result<Vec<Team>, DbError> {
    let mut of_team: HashMap<String, (Vec<PersonId>, Vec<Route>)> = HashMap::new();
    for (team, person) in members {
        let person = person.parse().map_err(|_| bad("team_members", "person"))?;
        of_team.entry(team).or_default().0.push(person);
    }
    for (team, category, context) in routes {
        let category = Category::parse(&category).ok_or_else(|| bad("team_routes", "category"))?;
        let context = Some(context).filter(|context| !context.is_empty());
        of_team.entry(team).or_default().1.push(Route { category, context });
    }
    let team = |row: TeamRow| {
        let (members, routes) = of_team.remove(&row.id).unwrap_or_default();
        let id = row.id.parse().map_err(|_| bad("teams", "id"))?;
        Ok(Team { id, name: row.name, is_retired: row.is_retired, members, routes })
    };
    rows.into_iter().map(team).collect()
}

/// Gives each of these tickets the name of its team.
pub async fn attach_names(tx: &mut Tx, tickets: &mut [Ticket]) -> Result<(), DbError> {
    let mut ids: Vec<TeamId> = tickets.iter().filter_map(|ticket| ticket.team.clone()).collect();
    ids.sort();
    ids.dedup();
    let names = names(tx, &ids).await?;
    for ticket in tickets {
        ticket.team_name = ticket.team.as_ref().and_then(|team| names.get(team).cloned());
    }
    Ok(())
}

/// Gives each of these people the teams they are in.
pub async fn attach_to_people(tx: &mut Tx, people: &mut [Listed]) -> Result<(), DbError> {
    if people.is_empty() {
        return Ok(());
    }
    let rows: Vec<(String, String, String)> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(
            "SELECT m.person, t.id, t.name FROM team_members m JOIN teams t ON t.id = m.team WHERE m.person IN (",
        );
        let mut list = select.separated(", ");
        for listed in people.iter() {
            list.push_bind(listed.person.id.as_str());
        }
        select.push(") ORDER BY t.search_name");
        select.build_query_as().fetch_all(conn).await?
    });
    for (person, id, name) in rows {
        let id = id.parse().map_err(|_| bad("teams", "id"))?;
        if let Some(listed) = people.iter_mut().find(|listed| listed.person.id.as_str() == person) {
            listed.teams.push((id, name));
        }
    }
    Ok(())
}

/// The names of these teams, retired ones too.
pub async fn names(tx: &mut Tx, ids: &[TeamId]) -> Result<HashMap<TeamId, String>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, String)> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new("SELECT id, name FROM teams WHERE id IN (");
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(id.as_str());
        }
        select.push(")");
        select.build_query_as().fetch_all(conn).await?
    });
    rows.into_iter().map(|(id, name)| Ok((id.parse().map_err(|_| bad("teams", "id"))?, name))).collect()
}

/// The team that new tickets of this category and context go to, if any does.
pub async fn routed(tx: &mut Tx, category: Category, context: Option<&str>) -> Result<Option<TeamId>, DbError> {
    let row: Option<String> = with_conn!(tx, |conn| sqlx::query_scalar(ROUTED)
        .bind(category.as_str())
        .bind(context.unwrap_or(""))
        .fetch_optional(conn)
        .await?);
    row.map(|id| id.parse().map_err(|_| bad("team_routes", "team"))).transpose()
}

//! Lists of tickets, how many there are, and the search: one grammar of filters for all of them.
use std::convert::Infallible;

use axum::Json as Answer;
use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::{SignedIn, number_from_one};
use super::json::escaped;
use super::openapi::parameters::{CountParameters, ListParameters, SearchParameters};
use super::problem::Problem;
use super::tickets::people;
use crate::desk::Desk;
use crate::desk::finding::query_of;
use crate::domain::Refusal;
use crate::domain::filter::{Direction, FIELDS, Filter, Query, Reader, Realm, Sort, SortKey};
use crate::domain::opening::one_of;
use crate::domain::people::Person;
use crate::domain::refusal::FieldError;
use crate::domain::tickets::Ticket;
use crate::view::finding::{Counts, Found};
use crate::view::lists::List;
use crate::view::tickets::OwnTicket;
use crate::view::{self, cursor};

const USUAL_LIMIT: i64 = 50;
pub const USUAL_FOUND: i64 = 20;
const LARGEST_LIMIT: i64 = 100;
pub const USUAL_COUNT: i64 = 99;
pub const LARGEST_COUNT: i64 = 1_000;
/// So many filters are counted at once.
pub const MOST_COUNTED: usize = 20;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(all)).routes(routes!(counts)).routes(routes!(search))
}

/// The parameters of a request as they were given; a name may stand several times.
#[derive(Debug)]
pub struct Parameters(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        Ok(Self(url::form_urlencoded::parse(query).into_owned().collect()))
    }
}

impl Parameters {
    /// Refuses everything that is neither a field of the filter nor one of `others`.
    pub fn are_known(&self, others: &[&str]) -> Result<(), FieldError> {
        let is_known = |name: &str| name == "q" || FIELDS.contains(&name) || others.contains(&name);
        let Some((name, _)) = self.0.iter().find(|(name, _)| !is_known(name)) else { return Ok(()) };
        let known: Vec<&str> = FIELDS.into_iter().chain(["q"]).chain(others.iter().copied()).collect();
        let detail = format!("is not a parameter here; expected one of: {}", known.join(", "));
        Err(FieldError { pointer: format!("/{}", escaped(name)), detail })
    }

    /// The value of a parameter that stands once at most.
    pub fn one(&self, name: &str) -> Result<Option<&str>, FieldError> {
        let mut values = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str());
        let value = values.next();
        match values.next() {
            Some(_) => Err(FieldError::new(name, "is given more than once")),
            None => Ok(value),
        }
    }

    /// The filter that they are, as `by` means it.
    pub fn filter(&self, desk: &Desk, by: &Person) -> Result<Filter, Refusal> {
        let is_filter = |name: &str| name == "q" || FIELDS.contains(&name);
        let parameters = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        reader(desk, by).read(parameters.filter(|(name, _)| is_filter(name)))
    }

    fn number(&self, name: &str, (usual, largest): (i64, i64)) -> Result<i64, FieldError> {
        number_from_one(name, self.one(name)?, (usual, largest))
    }

    fn sort(&self) -> Result<Sort, FieldError> {
        let key = match self.one("sort")? {
            None => SortKey::default(),
            Some(name) => SortKey::parse(name).ok_or_else(|| one_of("sort", SortKey::ALL.map(SortKey::as_str)))?,
        };
        let usual = Sort::usual(key);
        let direction = match self.one("order")? {
            None => usual.direction,
            Some("asc") => Direction::Ascending,
            Some("desc") => Direction::Descending,
            Some(_) => return Err(one_of("order", ["asc", "desc"])),
        };
        Ok(Sort { key, direction })
    }
}

/// Reads filters as `by` means them.
pub fn reader<'a>(desk: &Desk, by: &'a Person) -> Reader<'a> {
    Reader { me: &by.id, is_staff: by.role.is_staff(), zone: desk.settings().zone }
}

/// Lists the tickets that the signed-in person opened or was let into.
///
/// A page may be shorter than `limit`, or empty, and the list still goes on: it ends where `nextCursor` is `null`.
#[utoipa::path(
    get, path = "/api/support/tickets", operation_id = "listMyTickets", tag = "Finding",
    params(ListParameters),
    responses((status = 200, description = "A page of tickets.", body = List<OwnTicket>)),
)]
pub async fn mine(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    parameters: Parameters,
) -> Result<Answer<List<OwnTicket>>, Problem> {
    list(&desk, &person, Realm::Own, &parameters).await
}

/// Lists every ticket, for staff.
///
/// A page may be shorter than `limit`, or empty, and the list still goes on: it ends where `nextCursor` is `null`.
#[utoipa::path(
    get, path = "/api/support/tickets/all", operation_id = "listTickets", tag = "Finding",
    params(ListParameters),
    responses((status = 200, description = "A page of tickets.", body = List<OwnTicket>)),
)]
async fn all(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    parameters: Parameters,
) -> Result<Answer<List<OwnTicket>>, Problem> {
    person.sees_staff()?;
    list(&desk, &person, Realm::Desk, &parameters).await
}

async fn list(
    desk: &Desk,
    person: &Person,
    realm: Realm,
    parameters: &Parameters,
) -> Result<Answer<List<OwnTicket>>, Problem> {
    parameters.are_known(&["sort", "order", "cursor", "limit"])?;
    let (filter, sort) = (parameters.filter(desk, person)?, parameters.sort()?);
    if sort.key == SortKey::Waiting && filter.waiting == Some(false) {
        return Err(FieldError::new("waiting", "does not go together with sort=waiting").into());
    }
    let query = query_of(person, realm, filter, sort)?;
    let limit = parameters.number("limit", (USUAL_LIMIT, LARGEST_LIMIT))?;
    let cursor = parameters.one("cursor")?;
    listed(desk, person, &query, (cursor, limit)).await.map(Answer)
}

async fn listed(
    desk: &Desk,
    person: &Person,
    query: &Query,
    (cursor, limit): (Option<&str>, i64),
) -> Result<List<OwnTicket>, Problem> {
    let after = cursor.map(|cursor| cursor::read_in_list("cursor", query, cursor)).transpose()?;
    let listed = desk.list(query, after.as_ref(), limit).await?;
    let next = listed.next.map(|place| cursor::in_list(query, &place));
    Ok(shown(desk, person, &listed.tickets, next).await?)
}

/// Tickets as `person` sees them.
async fn shown(
    desk: &Desk,
    person: &Person,
    tickets: &[Ticket],
    next: Option<String>,
) -> Result<List<OwnTicket>, Refusal> {
    let people = people(desk, tickets).await?;
    let unread = desk.unread_counts(person, tickets).await?;
    Ok(view::tickets::own(view::tickets::list(tickets, &people, (desk.names(), person.into()), next), &unread))
}

/// Everything for staff, their own for everybody else; or as `scope` says.
fn realm(person: &Person, parameters: &Parameters) -> Result<Realm, FieldError> {
    match parameters.one("scope")? {
        None if person.role.is_staff() => Ok(Realm::Desk),
        None | Some("mine") => Ok(Realm::Own),
        Some("all") => Ok(Realm::Desk),
        Some(_) => Err(one_of("scope", ["mine", "all"])),
    }
}

/// Counts how many tickets each of some filters has, each up to a limit.
#[utoipa::path(
    get, path = "/api/support/tickets/counts", operation_id = "countTickets", tag = "Finding",
    params(CountParameters),
    responses((status = 200, description = "A number for each filter, in their order.", body = Counts)),
)]
async fn counts(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    parameters: Parameters,
) -> Result<Answer<Counts>, Problem> {
    if let Some((name, _)) = parameters.0.iter().find(|(name, _)| !["q", "scope", "cap"].contains(&name.as_str())) {
        let detail = "is not a parameter here; expected one of: q, scope, cap".to_owned();
        return Err(FieldError { pointer: format!("/{}", escaped(name)), detail }.into());
    }
    let (realm, most) = (realm(&person, &parameters)?, parameters.number("cap", (USUAL_COUNT, LARGEST_COUNT))?);
    let asked: Vec<String> =
        parameters.0.iter().filter(|(name, _)| name == "q").map(|(_, text)| text.clone()).collect();
    if !(1..=MOST_COUNTED).contains(&asked.len()) {
        return Err(FieldError::new("q", format!("must be given once to {MOST_COUNTED} times: one per filter")).into());
    }
    let reader = reader(&desk, &person);
    let query = |text: &String| query_of(&person, realm, reader.read([("q", text.as_str())])?, Sort::default());
    let queries = asked.iter().map(query).collect::<Result<Vec<_>, _>>()?;
    let counted = desk.count(&queries, most).await?;
    Ok(Answer(Counts::new(asked, &counted)))
}

/// Finds tickets in which some words stand, and says where.
///
/// All words stand in one text: a title, a description or a message. The last word may go on; `"on fire"` in quotes stands side by side.
#[utoipa::path(
    get, path = "/api/support/search", operation_id = "searchTickets", tag = "Finding",
    params(SearchParameters),
    responses((status = 200, description = "A page of what was found.", body = List<Found>)),
)]
async fn search(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    parameters: Parameters,
) -> Result<Answer<List<Found>>, Problem> {
    parameters.are_known(&["scope", "cursor", "limit"])?;
    let (realm, filter) = (realm(&person, &parameters)?, parameters.filter(&desk, &person)?);
    let query = query_of(&person, realm, filter, Sort::default())?;
    let limit = parameters.number("limit", (USUAL_FOUND, LARGEST_LIMIT))?;
    let cursor = parameters.one("cursor")?;
    if query.filter.words.is_empty() {
        let page = listed(&desk, &person, &query, (cursor, limit)).await?;
        let nowhere = page.items.iter().map(|_| Vec::new()).collect();
        return Ok(Answer(view::finding::found(page, nowhere)));
    }
    let after = cursor.map(|cursor| cursor::read_in_search("cursor", &query, cursor)).transpose()?;
    let page = desk.search(&query, after, limit).await?;
    let next = page.next.map(|further| cursor::in_search(&query, &further));
    let (tickets, matches): (Vec<Ticket>, Vec<_>) =
        page.tickets.into_iter().map(|found| (found.ticket, found.matches)).unzip();
    let list = shown(&desk, &person, &tickets, next).await?;
    Ok(Answer(view::finding::found(list, matches)))
}

//! Tickets as a file for spreadsheets, written while it is read.
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, Stream};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::extract::SignedIn;
use super::finding::Parameters;
use super::openapi::parameters::TableParameters;
use super::problem::Problem;
use crate::desk::Desk;
use crate::desk::finding::query_of;
use crate::domain::Refusal;
use crate::domain::filter::{Place, Query, Realm, Sort, SortKey};
use crate::domain::opening::one_of;
use crate::view::export;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(table))
}

/// Returns every ticket that fits a filter as a table (RFC 4180), the newest first, for staff.
///
/// It is written while it is read. No cell begins as a formula of a spreadsheet does.
#[utoipa::path(
    get, path = "/api/support/tickets/export.csv", operation_id = "exportTickets", tag = "Finding",
    params(TableParameters),
    responses((status = 200, description = "A header, and a line for each ticket.", body = String, content_type = "text/csv")),
)]
async fn table(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    parameters: Parameters,
) -> Result<Response, Problem> {
    person.sees_staff()?;
    parameters.are_known(&["bom"])?;
    let mut head = match parameters.one("bom")? {
        None | Some("no") => Vec::new(),
        Some("yes") => export::BYTE_ORDER_MARK.as_bytes().to_vec(),
        Some(_) => return Err(one_of("bom", ["yes", "no"]).into()),
    };
    head.extend(export::head());
    // When a ticket was opened never changes: whatever happens meanwhile, none is missed and none comes twice.
    let query = query_of(&person, Realm::Desk, parameters.filter(&desk, &person)?, Sort::usual(SortKey::Created))?;
    desk.note_export(&person).await?;
    let day = desk.clock().now().with_timezone(&desk.settings().zone).format("%Y-%m-%d");
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"tickets-{day}.csv\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(parts(desk, query, head))).into_response())
}

/// What comes next.
enum Next {
    Head(Vec<u8>),
    After(Option<Place>),
    Nothing,
}

/// The file, part by part. A failure breaks it off, so that it is not taken for the whole.
fn parts(desk: Desk, query: Query, head: Vec<u8>) -> impl Stream<Item = Result<Bytes, Refusal>> {
    stream::try_unfold(Next::Head(head), move |next| {
        let (desk, query) = (desk.clone(), query.clone());
        async move {
            let after = match next {
                Next::Head(head) => return Ok(Some((Bytes::from(head), Next::After(None)))),
                Next::After(after) => after,
                Next::Nothing => return Ok(None),
            };
            let (lines, rest) = desk.lines(&query, after.as_ref()).await.inspect_err(|error| {
                tracing::error!(%error, "a table of tickets broke off");
            })?;
            let next = rest.map_or(Next::Nothing, |place| Next::After(Some(place)));
            Ok(Some((Bytes::from(export::rows(&lines)), next)))
        }
    })
}

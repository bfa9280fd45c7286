//! Tickets as a file for spreadsheets, written while it is read.
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use tokio::sync::mpsc;
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
use crate::store::export::Line;
use crate::view::export;

/// So many parts are read ahead of the one that is being sent.
const AHEAD: usize = 1;

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

/// The file, part by part. A failure breaks it off, so that it is not taken for the whole.
fn parts(desk: Desk, query: Query, head: Vec<u8>) -> impl Stream<Item = Result<Bytes, Refusal>> {
    // The next part is read while one is written and sent.
    let (reader, written) = mpsc::channel(AHEAD);
    #[expect(clippy::disallowed_methods, reason = "it ends with whoever reads the table; nothing is lost with it")]
    tokio::spawn(read(desk, query, reader));
    let rows = stream::unfold(written, async |mut written| {
        let part: Result<Vec<Line>, Refusal> = written.recv().await?;
        Some((part.map(|lines| Bytes::from(export::rows(&lines))), written))
    });
    stream::once(async { Ok(Bytes::from(head)) }).chain(rows)
}

/// Reads every part, until nobody wants more.
async fn read(desk: Desk, query: Query, reader: mpsc::Sender<Result<Vec<Line>, Refusal>>) {
    let mut after: Option<Place> = None;
    loop {
        let part = desk.lines(&query, after.as_ref()).await.inspect_err(|error| {
            tracing::error!(%error, "a table of tickets broke off");
        });
        let (part, rest) = part.map_or_else(|error| (Err(error), None), |(lines, rest)| (Ok(lines), rest));
        if reader.send(part).await.is_err() || rest.is_none() {
            return;
        }
        after = rest;
    }
}

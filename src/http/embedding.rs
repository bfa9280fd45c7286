//! What a page of the desk inside another application needs before anybody is signed in.
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{EmbedOrigins, HttpState};

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(shown))
}

/// Where the desk may be embedded.
#[derive(Serialize, ToSchema)]
struct Embedding {
    /// The other origins whose pages may show `/embed` in a frame, and from which it takes tokens: `https://lms.example.org`.
    origins: Vec<String>,
}

/// Says which other origins may embed the desk.
///
/// The page `/embed` asks this to know from whom it takes a token. There is no secret in it: browsers are told the same with
/// the page itself.
#[utoipa::path(
    get, path = "/api/embedding", operation_id = "getEmbedding", tag = "Desk", security(()),
    responses((status = 200, description = "As the operator decided; usually none.", body = Embedding)),
)]
async fn shown(State(origins): State<EmbedOrigins>) -> Json<Embedding> {
    Json(Embedding { origins: origins.0.to_vec() })
}

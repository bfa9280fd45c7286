//! Pictures of people: giving oneself one, and having those of others.
//!
//! A picture comes as the body itself, without a form: there is one, and nothing beside it. It is had by whoever knows its
//! URL, without signing in, so that a page can show it as any other picture, and a list of fifty people costs no
//! permission fifty times. The URL cannot be guessed, is told to those alone who may see the person, and is another one
//! with another picture.
use axum::Json as Answer;
use axum::body::{Body, BodyDataStream};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio_util::io::ReaderStream;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::extract::SignedIn;
use super::openapi::answers::PictureBytes;
use super::openapi::parameters::PictureHeaders;
use super::problem::Problem;
use super::{HttpState, auth, download};
use crate::desk::Desk;
use crate::domain::Refusal;
use crate::domain::avatars::Avatar;
use crate::files::FileError;
use crate::view::people::OwnSettings;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(wear, take_off).layer(DefaultBodyLimit::disable())).routes(routes!(show))
}

/// Gives the signed-in person the picture that is the body.
///
/// PNG, JPEG, GIF or WebP. It is cut to a square and made anew from its pixels, so that where it was taken is not kept.
#[utoipa::path(
    put, path = "/api/auth/me/avatar", operation_id = "setAvatar", tag = "Me",
    request_body(content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/gif"), (Vec<u8> = "image/webp")), description = "The bytes of the picture."),
    responses((status = 200, description = "The person with the picture.", body = OwnSettings)),
)]
async fn wear(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    body: Body,
) -> Result<Answer<OwnSettings>, Problem> {
    let mut bytes = body.into_data_stream();
    let mut broken = None;
    let taken = desk.take_avatar(chunks(&mut bytes, &mut broken)).await;
    if let Some(problem) = broken {
        return Err(problem);
    }
    let avatar = match taken {
        Ok(avatar) => avatar,
        Err(error) => {
            // A client that writes everything before it reads would otherwise see a broken connection.
            drain(&mut bytes, desk.files().settings().avatar_limit.saturating_mul(4)).await;
            return Err(refused(error).into());
        }
    };
    let person = desk.wear(&person, Some(avatar)).await?;
    auth::me(State(desk), SignedIn(person)).await
}

/// Takes the signed-in person's picture away; none to take is fine.
#[utoipa::path(
    delete, path = "/api/auth/me/avatar", operation_id = "removeAvatar", tag = "Me",
    responses((status = 204, description = "They have no picture.")),
)]
async fn take_off(State(desk): State<Desk>, SignedIn(person): SignedIn) -> Result<StatusCode, Problem> {
    desk.wear(&person, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn refused(error: FileError) -> Refusal {
    match error {
        FileError::Unfit(_) | FileError::Infected(_) | FileError::BrokenOff(_) => Refusal::field("", error.to_string()),
        other => other.into(),
    }
}

/// The body as it comes. An error of it is left in `broken`.
fn chunks<'b>(
    bytes: &'b mut BodyDataStream,
    broken: &'b mut Option<Problem>,
) -> impl Stream<Item = Result<Bytes, &'static str>> + Send {
    stream::unfold((bytes, broken), async |(bytes, broken)| match next(bytes).await {
        Ok(chunk) => chunk.map(|chunk| (Ok(chunk), (bytes, broken))),
        Err(problem) => {
            *broken = Some(problem);
            Some((Err("the body broke off"), (bytes, broken)))
        }
    })
}

async fn next(bytes: &mut BodyDataStream) -> Result<Option<Bytes>, Problem> {
    let next = tokio::time::timeout(super::forms::PATIENCE, bytes.next()).await.map_err(|_| Problem::too_slow())?;
    next.transpose().map_err(|_| Problem::broken_off())
}

/// Reads on to the end, as far as that is no more than `most` bytes away.
async fn drain(bytes: &mut BodyDataStream, most: u64) {
    let mut taken = 0;
    while let Ok(Some(chunk)) = next(bytes).await {
        taken += chunk.len() as u64;
        if taken > most {
            break;
        }
    }
}

/// Returns somebody's present picture, to whoever knows its name.
///
/// The name is that of `avatarUrl`, which is told to those alone who may see the person. It needs no token, so that a page can
/// show the picture as any other.
#[utoipa::path(
    get, path = "/api/avatars/{name}", operation_id = "getAvatar", tag = "People", security(()),
    params(("name" = String, Path, description = "The last part of an `avatarUrl`."), PictureHeaders),
    responses(PictureBytes),
)]
async fn show(State(desk): State<Desk>, Path(name): Path<String>, asked: HeaderMap) -> Result<Response, Problem> {
    let avatar = Avatar::parse(&name).ok_or(Refusal::NotFound("picture"))?;
    let file = desk.open_avatar(&avatar).await?;
    let length = file.metadata().await.map_err(|error| Refusal::Broken(error.into()))?.len();
    let tag = format!("\"{}\"", avatar.as_str());
    let mut headers = HeaderMap::new();
    let tag_value = HeaderValue::from_str(&tag).map_err(|error| Refusal::Broken(error.into()))?;
    headers.insert(ETAG, tag_value);
    // It never changes under this name; who took it back is not shown from copies for longer.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600"));
    if asked.get_all(IF_NONE_MATCH).iter().any(|known| download::names(known, &tag)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(avatar.encoding.mime_type()));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(download::NOTHING_RUNS));
    Ok((headers, Body::from_stream(ReaderStream::new(file))).into_response())
}

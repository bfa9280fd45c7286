//! Files (the plan's attachment, with what pictures need and whether it is here).
use serde::Serialize;
use utoipa::ToSchema;

use super::messages::Message;
use super::{Moment, time};
use crate::domain::files::{self, FileState};
use crate::domain::ids::{FileId, MessageId};

/// A file of a ticket or a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    pub id: FileId,
    /// The name under which it is stored.
    pub filename: String,
    /// The name its sender gave it.
    pub original_name: String,
    pub mime_type: String,
    /// In bytes.
    pub size: i64,
    /// Where it can be had, with the same permission as its ticket.
    pub url: String,
    pub uploaded_at: Moment,
    /// Of pictures, in pixels.
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub blurhash: Option<String>,
    /// `null` for what is no picture, or a small one.
    pub thumbnail_url: Option<String>,
    /// `ready`, `fetching` while it comes from another homeserver, or `refused`.
    #[schema(value_type = FileState)]
    pub state: &'static str,
    /// Why it was refused.
    pub failure: Option<String>,
}

impl From<&files::File> for Attachment {
    fn from(file: &files::File) -> Self {
        let url = format!("/api/files/{}/{}", file.id, files::percent_encoded(&file.original_name));
        let picture = file.contents.picture.as_ref();
        let failure = match &file.state {
            FileState::Refused(why) => Some(why.clone()),
            FileState::Ready | FileState::Fetching => None,
        };
        Self {
            id: file.id.clone(),
            filename: file.filename.clone(),
            original_name: file.original_name.clone(),
            mime_type: file.contents.mime_type.clone(),
            size: file.contents.size,
            uploaded_at: time(file.created_at),
            width: picture.map(|picture| picture.width),
            height: picture.map(|picture| picture.height),
            blurhash: picture.and_then(|picture| picture.blurhash.clone()),
            thumbnail_url: picture.and_then(|picture| picture.thumbnail.as_ref()).map(|_| format!("{url}/thumbnail")),
            state: file.state.as_str(),
            failure,
            url,
        }
    }
}

/// What came of a form with files.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Uploaded {
    /// What was said by it: the text, if there was one, then each file that was taken.
    pub messages: Vec<Message>,
    /// Every file of the form, in its order.
    pub files: Vec<Outcome>,
}

/// What came of one file.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = FileOutcome)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The name its sender gave it.
    pub name: String,
    /// As if it had come alone: 201, or why it was refused.
    pub status: u16,
    /// The message that it became.
    pub message: Option<MessageId>,
    /// Why it was refused.
    pub detail: Option<String>,
}

//! Files: one row each, shown by their message and by their ticket.
use std::collections::{HashMap, HashSet};

use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::clock::from_millis;
use crate::domain::files::{Contents, File, FileState, Picture, Thumbnail};
use crate::domain::ids::{FileId, MessageId};
use crate::domain::messages::Message;
use crate::domain::tickets::Ticket;

/// A file goes with its message: once that is deleted nobody sees it, and the sweep takes its bytes away.
macro_rules! is_there {
    () => {
        "(message IS NULL OR EXISTS (SELECT 1 FROM messages m WHERE m.id = files.message AND m.deleted_at IS NULL)) AND "
    };
}

macro_rules! select_file {
    ($rest:literal) => {
        concat!(
            "SELECT id, ticket, message, uploader, filename, original_name, mime_type, size, sha256, width, height, ",
            "blurhash, thumbnail_type, thumbnail_size, thumbnail_width, thumbnail_height, mxc, thumbnail_mxc, state, ",
            "failure, created_at FROM files WHERE ",
            is_there!(),
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO files (id, ticket, message, uploader, filename, original_name, mime_type, size, sha256, \
              width, height, blurhash, thumbnail_type, thumbnail_size, thumbnail_width, thumbnail_height, mxc, state, \
              created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    BY_ID = select_file!("id = $1");
    SET_UPLOADED = "UPDATE files SET mxc = $2, thumbnail_mxc = $3 WHERE id = $1";
    SET_READY = "UPDATE files SET filename = $2, mime_type = $3, size = $4, sha256 = $5, width = $6, height = $7, \
                 blurhash = $8, thumbnail_type = $9, thumbnail_size = $10, thumbnail_width = $11, \
                 thumbnail_height = $12, state = 'ready', failure = NULL WHERE id = $1 AND state = 'fetching'";
    SET_REFUSED = "UPDATE files SET state = 'refused', failure = $2 WHERE id = $1 AND state = 'fetching'";
}

#[derive(FromRow)]
struct FileRow {
    id: String,
    ticket: String,
    message: Option<String>,
    uploader: String,
    filename: String,
    original_name: String,
    mime_type: String,
    size: i64,
    sha256: Option<String>,
    width: Option<i64>,
    height: Option<i64>,
    blurhash: Option<String>,
    thumbnail_type: Option<String>,
    thumbnail_size: Option<i64>,
    thumbnail_width: Option<i64>,
    thumbnail_height: Option<i64>,
    mxc: Option<String>,
    thumbnail_mxc: Option<String>,
    state: String,
    failure: Option<String>,
    created_at: i64,
}

impl TryFrom<FileRow> for File {
    type Error = DbError;

    fn try_from(row: FileRow) -> Result<Self, DbError> {
        let bad = |what: &'static str| move || DbError::BadRow("files", what.to_owned());
        let thumbnail = match (row.thumbnail_type, row.thumbnail_size, row.thumbnail_width, row.thumbnail_height) {
            (Some(mime_type), Some(size), Some(width), Some(height)) => {
                Some(Thumbnail { mime_type, size, width, height })
            }
            _ => None,
        };
        let picture = row.width.zip(row.height);
        let picture = picture.map(|(width, height)| Picture { width, height, blurhash: row.blurhash, thumbnail });
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id")())?,
            ticket: row.ticket.parse().map_err(|_| bad("ticket")())?,
            message: row.message.map(|id| id.parse()).transpose().map_err(|_| bad("message")())?,
            uploader: row.uploader.parse().map_err(|_| bad("uploader")())?,
            filename: row.filename,
            original_name: row.original_name,
            contents: Contents { mime_type: row.mime_type, size: row.size, sha256: row.sha256, picture },
            mxc: row.mxc,
            thumbnail_mxc: row.thumbnail_mxc,
            created_at: from_millis(row.created_at),
            state: match row.state.as_str() {
                "ready" => FileState::Ready,
                "fetching" => FileState::Fetching,
                "refused" => FileState::Refused(row.failure.unwrap_or_default()),
                _ => return Err(bad("state")()),
            },
        })
    }
}

/// Binds what is known of the contents, in the order in which both statements that write it name it.
macro_rules! bind_contents {
    ($query:expr, $contents:expr) => {{
        let (contents, picture) = ($contents, $contents.picture.as_ref());
        let thumbnail = picture.and_then(|picture| picture.thumbnail.as_ref());
        $query
            .bind(&contents.mime_type)
            .bind(contents.size)
            .bind(contents.sha256.as_deref())
            .bind(picture.map(|picture| picture.width))
            .bind(picture.map(|picture| picture.height))
            .bind(picture.and_then(|picture| picture.blurhash.as_deref()))
            .bind(thumbnail.map(|thumbnail| thumbnail.mime_type.as_str()))
            .bind(thumbnail.map(|thumbnail| thumbnail.size))
            .bind(thumbnail.map(|thumbnail| thumbnail.width))
            .bind(thumbnail.map(|thumbnail| thumbnail.height))
    }};
}

/// Stores a new file; its message is stored before it.
pub async fn insert(tx: &mut Tx, file: &File) -> Result<(), DbError> {
    with_conn!(tx, |conn| {
        let query = sqlx::query(INSERT)
            .bind(file.id.as_str())
            .bind(file.ticket.as_str())
            .bind(file.message.as_ref().map(MessageId::as_str))
            .bind(file.uploader.as_str())
            .bind(&file.filename)
            .bind(&file.original_name);
        bind_contents!(query, &file.contents)
            .bind(file.mxc.as_deref())
            .bind(file.state.as_str())
            .bind(file.created_at.timestamp_millis())
            .execute(conn)
            .await?;
    });
    Ok(())
}

pub async fn by_id(tx: &mut Tx, id: &FileId) -> Result<Option<File>, DbError> {
    let row: Option<FileRow> =
        with_conn!(tx, |conn| sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(conn).await?);
    row.map(File::try_from).transpose()
}

/// The homeserver has the file, and its thumbnail if it has one, under these addresses.
pub async fn set_uploaded(tx: &mut Tx, id: &FileId, mxc: &str, thumbnail: Option<&str>) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_UPLOADED)
        .bind(id.as_str())
        .bind(mxc)
        .bind(thumbnail)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The bytes are in the store under `filename`, and found to be `contents`.
pub async fn set_ready(tx: &mut Tx, id: &FileId, filename: &str, contents: &Contents) -> Result<(), DbError> {
    with_conn!(tx, |conn| {
        let query = sqlx::query(SET_READY).bind(id.as_str()).bind(filename);
        bind_contents!(query, contents).execute(conn).await?;
    });
    Ok(())
}

/// The bytes will not be taken into the store, for this reason.
pub async fn set_refused(tx: &mut Tx, id: &FileId, why: &str) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_REFUSED).bind(id.as_str()).bind(why).execute(conn).await?.rows_affected());
    Ok(())
}

/// Of the ids given, those of files that somebody may ask for.
pub async fn known(tx: &mut Tx, ids: &[FileId]) -> Result<HashSet<String>, DbError> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<String> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(concat!("SELECT id FROM files WHERE ", is_there!(), "id IN ("));
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(id.as_str());
        }
        select.push(")");
        select.build_query_scalar().fetch_all(conn).await?
    });
    Ok(rows.into_iter().collect())
}

/// Gives each message that is a file its file.
pub async fn attach_to_messages(tx: &mut Tx, messages: &mut [Message]) -> Result<(), DbError> {
    let ids: Vec<&str> = messages
        .iter()
        .filter(|message| message.kind.has_file() && message.deleted.is_none())
        .map(|message| message.id.as_str())
        .collect();
    let files = of(tx, "message", &ids).await?;
    let mut files: HashMap<_, _> = files.into_iter().map(|file| (file.message.clone(), file)).collect();
    for message in messages {
        message.attachment = files.remove(&Some(message.id.clone()));
    }
    Ok(())
}

/// Gives each ticket its files, oldest first.
pub async fn attach_to_tickets(tx: &mut Tx, tickets: &mut [Ticket]) -> Result<(), DbError> {
    let ids: Vec<&str> = tickets.iter().map(|ticket| ticket.id.as_str()).collect();
    let files = of(tx, "ticket", &ids).await?;
    for ticket in tickets {
        ticket.attachments = files.iter().filter(|file| file.ticket == ticket.id).cloned().collect();
    }
    Ok(())
}

/// The files whose `column` is among `keys`, oldest first.
async fn of(tx: &mut Tx, column: &'static str, keys: &[&str]) -> Result<Vec<File>, DbError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<FileRow> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(select_file!(""));
        select.push(column).push(" IN (");
        let mut list = select.separated(", ");
        for key in keys {
            list.push_bind(*key);
        }
        select.push(") ORDER BY created_at, id");
        select.build_query_as().fetch_all(conn).await?
    });
    rows.into_iter().map(File::try_from).collect()
}

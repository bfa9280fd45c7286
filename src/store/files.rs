//! Files: one row each, shown by their message and by their ticket.
use std::collections::{HashMap, HashSet};

use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::clock::from_millis;
use crate::domain::files::{Contents, File, FileState, Picture, Thumbnail};
use crate::domain::ids::{FileId, MessageId, TicketId};
use crate::domain::messages::Message;
use crate::domain::tickets::Ticket;

/// A file goes with its message: once that is deleted nobody sees it, and the sweep takes its bytes away.
macro_rules! is_there {
    () => {
        "(message IS NULL OR EXISTS (SELECT 1 FROM messages m WHERE m.id = files.message AND m.deleted_at IS NULL)) AND "
    };
}

macro_rules! columns {
    ($owner:literal) => {
        concat!("id, ticket, ", $owner, ", uploader, filename, original_name, mime_type, size, sha256, width, height, blurhash, \
         thumbnail_type, thumbnail_size, thumbnail_width, thumbnail_height, mxc, thumbnail_mxc, state, failure, created_at")
    };
}

macro_rules! select_file {
    ($rest:literal) => {
        concat!("SELECT ", columns!("message"), " FROM files WHERE ", is_there!(), $rest)
    };
}

/// How many files a ticket shows where many tickets are shown.
const FIRST: i64 = 10;

/// Which of a ticket's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    All,
    /// As many as a list needs.
    First,
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
pub(super) struct FileRow {
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

pub(super) use {bind_contents, columns};

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
    let files = of_messages(tx, &ids).await?;
    let mut files: HashMap<_, _> = files.into_iter().map(|file| (file.message.clone(), file)).collect();
    for message in messages {
        message.attachment = files.remove(&Some(message.id.clone()));
    }
    Ok(())
}

/// Gives each ticket its files, oldest first, or the first of them, and their number.
pub async fn attach_to_tickets(tx: &mut Tx, tickets: &mut [Ticket], share: Share) -> Result<(), DbError> {
    let ids: Vec<&str> = tickets.iter().map(|ticket| ticket.id.as_str()).collect();
    let mut files: HashMap<TicketId, (i64, Vec<File>)> = HashMap::new();
    for (total, file) in of_tickets(tx, &ids, share).await? {
        let (count, files) = files.entry(file.ticket.clone()).or_default();
        *count = total;
        files.push(file);
    }
    for ticket in tickets {
        (ticket.attachment_count, ticket.attachments) = files.remove(&ticket.id).unwrap_or_default();
    }
    Ok(())
}

#[derive(FromRow)]
struct CountedRow {
    #[sqlx(flatten)]
    file: FileRow,
    total: i64,
}

/// The files of these tickets, oldest first, each with the number of those that its ticket has.
async fn of_tickets(tx: &mut Tx, tickets: &[&str], share: Share) -> Result<Vec<(i64, File)>, DbError> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let most = match share {
        Share::All => i64::MAX,
        Share::First => FIRST,
    };
    let rows: Vec<CountedRow> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(concat!(
            "SELECT * FROM (SELECT ",
            columns!("message"),
            ", COUNT(*) OVER (PARTITION BY ticket) AS total, ",
            // Those that came together are told apart by the places of their messages.
            "ROW_NUMBER() OVER (PARTITION BY ticket ORDER BY created_at, ",
            "(SELECT m.seq FROM messages m WHERE m.id = files.message), id) AS place FROM files WHERE ",
            is_there!(),
            "ticket IN ("
        ));
        let mut list = select.separated(", ");
        for ticket in tickets {
            list.push_bind(*ticket);
        }
        select.push(")) AS numbered WHERE place <= ").push_bind(most).push(" ORDER BY ticket, place");
        select.build_query_as().fetch_all(conn).await?
    });
    rows.into_iter().map(|row| Ok((row.total, row.file.try_into()?))).collect()
}

/// The files that are these messages.
async fn of_messages(tx: &mut Tx, messages: &[&str]) -> Result<Vec<File>, DbError> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<FileRow> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(select_file!("message IN ("));
        let mut list = select.separated(", ");
        for message in messages {
            list.push_bind(*message);
        }
        select.push(")");
        select.build_query_as().fetch_all(conn).await?
    });
    rows.into_iter().map(File::try_from).collect()
}

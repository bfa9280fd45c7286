//! Files of notes: as those of messages, in a table that nothing that shows a ticket's files reads.
use std::collections::{HashMap, HashSet};

use sqlx::FromRow;

use super::files::{FileRow, bind_contents, columns};
use super::{DbError, Tx};
use crate::domain::files::{Contents, File};
use crate::domain::ids::{FileId, NoteId};
use crate::domain::notes::Note;

/// A file goes with its note: once that is deleted nobody sees it, and the sweep takes its bytes away.
macro_rules! select_file {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            columns!("CAST(NULL AS TEXT) AS message"),
            ", note FROM note_files WHERE EXISTS (SELECT 1 FROM notes n WHERE n.id = note_files.note ",
            "AND n.deleted_at IS NULL) AND ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO note_files (id, ticket, note, uploader, filename, original_name, mime_type, size, sha256, \
              width, height, blurhash, thumbnail_type, thumbnail_size, thumbnail_width, thumbnail_height, mxc, state, \
              created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    BY_ID = select_file!("id = $1");
    SET_UPLOADED = "UPDATE note_files SET mxc = $2, thumbnail_mxc = $3 WHERE id = $1";
    SET_READY = "UPDATE note_files SET filename = $2, mime_type = $3, size = $4, sha256 = $5, width = $6, height = $7, \
                 blurhash = $8, thumbnail_type = $9, thumbnail_size = $10, thumbnail_width = $11, \
                 thumbnail_height = $12, state = 'ready', failure = NULL WHERE id = $1 AND state = 'fetching'";
    SET_REFUSED = "UPDATE note_files SET state = 'refused', failure = $2 WHERE id = $1 AND state = 'fetching'";
}

/// A file and the note that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteFile {
    pub note: NoteId,
    pub file: File,
}

#[derive(FromRow)]
struct NoteFileRow {
    #[sqlx(flatten)]
    file: FileRow,
    note: String,
}

impl TryFrom<NoteFileRow> for NoteFile {
    type Error = DbError;

    fn try_from(row: NoteFileRow) -> Result<Self, DbError> {
        let note = row.note.parse().map_err(|_| DbError::BadRow("note_files", "note".into()))?;
        Ok(Self { note, file: row.file.try_into()? })
    }
}

/// Stores a new file; its note is stored before it.
pub async fn insert(tx: &mut Tx, note: &NoteId, file: &File) -> Result<(), DbError> {
    with_conn!(tx, |conn| {
        let query = sqlx::query(INSERT)
            .bind(file.id.as_str())
            .bind(file.ticket.as_str())
            .bind(note.as_str())
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

pub async fn by_id(tx: &mut Tx, id: &FileId) -> Result<Option<NoteFile>, DbError> {
    let row: Option<NoteFileRow> =
        with_conn!(tx, |conn| sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(conn).await?);
    row.map(NoteFile::try_from).transpose()
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
    let ids: Vec<&str> = ids.iter().map(FileId::as_str).collect();
    let files = among(tx, "id", &ids).await?;
    Ok(files.into_iter().map(|found| found.file.id.to_string()).collect())
}

/// Gives each note that is a file its file.
pub async fn attach_to_notes(tx: &mut Tx, notes: &mut [Note]) -> Result<(), DbError> {
    let has_file = |note: &&Note| note.kind.has_file() && note.deleted.is_none();
    let ids: Vec<&str> = notes.iter().filter(has_file).map(|note| note.id.as_str()).collect();
    let files = among(tx, "note", &ids).await?;
    let mut files: HashMap<_, _> = files.into_iter().map(|found| (found.note, found.file)).collect();
    for note in notes {
        note.attachment = files.remove(&note.id);
    }
    Ok(())
}

/// The files that have one of these values in this column.
async fn among(tx: &mut Tx, column: &'static str, values: &[&str]) -> Result<Vec<NoteFile>, DbError> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<NoteFileRow> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(select_file!(""));
        select.push(column).push(" IN (");
        let mut list = select.separated(", ");
        for value in values {
            list.push_bind(*value);
        }
        select.push(")");
        select.build_query_as().fetch_all(conn).await?
    });
    rows.into_iter().map(NoteFile::try_from).collect()
}

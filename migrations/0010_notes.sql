-- What staff tell each other about a ticket. Notes have tables and a room of their own, so that nothing that reads
-- messages, files or rooms of tickets can come upon one.

CREATE TABLE note_rooms (
  -- The room's alias is made from it. Unlike a ticket's id it is shown to nobody, so that nobody can ask the homeserver
  -- whether there are notes.
  id TEXT PRIMARY KEY,
  ticket TEXT NOT NULL UNIQUE REFERENCES tickets (id),
  -- NULL until it has been made.
  room_id TEXT UNIQUE,
  created_at BIGINT NOT NULL
);

-- The staff who are to be in the room.
CREATE TABLE note_members (
  person TEXT NOT NULL REFERENCES people (id),
  ticket TEXT NOT NULL REFERENCES tickets (id),
  PRIMARY KEY (person, ticket)
);

CREATE TABLE notes (
  -- Their order: that in which the desk came to know them.
  position IDENTITY,
  id TEXT NOT NULL UNIQUE,
  ticket TEXT NOT NULL REFERENCES tickets (id),
  author TEXT NOT NULL REFERENCES people (id),
  body TEXT NOT NULL,
  html TEXT,
  kind TEXT NOT NULL,
  -- JSON: the ids of the staff it calls upon.
  mentions TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  edited_at BIGINT,
  deleted_at BIGINT,
  deleted_by TEXT REFERENCES people (id),
  -- Whether it was written in a Matrix client, as an event that only its author can replace.
  is_from_matrix BOOLEAN NOT NULL,
  event_id TEXT UNIQUE,
  -- queued, sent or failed; why; and whether a failed one is certain not to be in the room.
  delivery TEXT NOT NULL,
  failure TEXT,
  is_certain BOOLEAN NOT NULL DEFAULT TRUE,
  client_id TEXT
);
CREATE INDEX notes_ticket ON notes (ticket, position);

-- The texts an edited note had and has, the first one included, oldest first by position.
CREATE TABLE note_revisions (
  position IDENTITY,
  id TEXT NOT NULL UNIQUE,
  note TEXT NOT NULL REFERENCES notes (id),
  body TEXT NOT NULL,
  html TEXT,
  is_late BOOLEAN NOT NULL,
  at BIGINT NOT NULL,
  event_id TEXT UNIQUE
);
CREATE INDEX note_revisions_note ON note_revisions (note, position);

-- A file of a note: one row, one note. The columns are those of `files`, and so is the store of the bytes.
CREATE TABLE note_files (
  id TEXT PRIMARY KEY,
  ticket TEXT NOT NULL REFERENCES tickets (id),
  note TEXT NOT NULL UNIQUE REFERENCES notes (id),
  uploader TEXT NOT NULL REFERENCES people (id),
  filename TEXT NOT NULL,
  original_name TEXT NOT NULL,
  mime_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT,
  width BIGINT,
  height BIGINT,
  blurhash TEXT,
  thumbnail_type TEXT,
  thumbnail_size BIGINT,
  thumbnail_width BIGINT,
  thumbnail_height BIGINT,
  mxc TEXT,
  thumbnail_mxc TEXT,
  state TEXT NOT NULL,
  failure TEXT,
  created_at BIGINT NOT NULL
);

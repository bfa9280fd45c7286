-- What a conversation has besides plain text.
ALTER TABLE messages ADD COLUMN html TEXT;
-- The messages of the same ticket that this one answers, and whose thread it stands in.
ALTER TABLE messages ADD COLUMN reply_to TEXT;
ALTER TABLE messages ADD COLUMN thread TEXT;
-- JSON: the ids of the people it calls upon; and what its kind needs besides a text.
ALTER TABLE messages ADD COLUMN mentions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE messages ADD COLUMN details TEXT;
-- Whether it was written in a Matrix client, as an event that only its author can replace.
ALTER TABLE messages ADD COLUMN is_from_matrix BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE messages ADD COLUMN deleted_at BIGINT;
ALTER TABLE messages ADD COLUMN deleted_by TEXT REFERENCES people (id);
-- Whether a failed one is certain not to be in the room.
ALTER TABLE messages ADD COLUMN is_certain BOOLEAN NOT NULL DEFAULT TRUE;

-- The texts an edited message had and has, the first one included, oldest first by position.
CREATE TABLE revisions (
  position IDENTITY,
  id TEXT NOT NULL UNIQUE,
  message TEXT NOT NULL REFERENCES messages (id),
  body TEXT NOT NULL,
  html TEXT,
  -- After the time in which the desk itself allows edits.
  is_late BOOLEAN NOT NULL,
  at BIGINT NOT NULL,
  event_id TEXT UNIQUE
);
CREATE INDEX revisions_message ON revisions (message, position);

CREATE TABLE reactions (
  id TEXT PRIMARY KEY,
  message TEXT NOT NULL REFERENCES messages (id),
  person TEXT NOT NULL REFERENCES people (id),
  -- Mostly an emoji (client-server API, "Event annotations and reactions").
  label TEXT NOT NULL,
  at BIGINT NOT NULL,
  event_id TEXT UNIQUE,
  -- Taken back; the row goes once the room knows.
  removed_at BIGINT
);
CREATE UNIQUE INDEX reactions_message ON reactions (message, person, label) WHERE removed_at IS NULL;

-- A file of a ticket: one row, one message. The bytes are in the file store under `filename`.
CREATE TABLE files (
  id TEXT PRIMARY KEY,
  ticket TEXT NOT NULL REFERENCES tickets (id),
  message TEXT UNIQUE REFERENCES messages (id),
  uploader TEXT NOT NULL REFERENCES people (id),
  filename TEXT NOT NULL,
  original_name TEXT NOT NULL,
  mime_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT,
  -- Of pictures, in pixels.
  width BIGINT,
  height BIGINT,
  blurhash TEXT,
  thumbnail_type TEXT,
  thumbnail_size BIGINT,
  thumbnail_width BIGINT,
  thumbnail_height BIGINT,
  -- Where the homeserver has it.
  mxc TEXT,
  thumbnail_mxc TEXT,
  -- ready, fetching or refused, and why.
  state TEXT NOT NULL,
  failure TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX files_ticket ON files (ticket, created_at, id);

-- Files that came from Matrix so far were only pointed to: they are fetched now, each by a job in a lane of its own.
INSERT INTO files (id, ticket, message, uploader, filename, original_name, mime_type, size, mxc, state, created_at)
SELECT 'fil_' || substr(id, 5), ticket, id, sender, 'fil_' || substr(id, 5), attachment JSON 'original_name',
  attachment JSON 'mime_type', CAST(attachment JSON 'size' AS BIGINT), attachment JSON 'url', 'fetching', created_at
FROM messages WHERE attachment IS NOT NULL;
INSERT INTO lanes (lane, pending, run_at, leased_until, leased_by)
SELECT 'media:' || id, 1, 0, 0, '' FROM files;
INSERT INTO jobs (id, lane, kind, payload, attempts, created_at)
SELECT 'job_' || substr(id, 5), 'media:' || id, 'fetch-file', '{"kind":"fetch-file","file":"' || id || '"}', 0, created_at
FROM files;

ALTER TABLE messages DROP COLUMN attachment;

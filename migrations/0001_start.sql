-- One text for SQLite and PostgreSQL. IDENTITY becomes the engine's own growing key.
-- Times are milliseconds since 1970, UTC. Columns are TEXT, BIGINT or BOOLEAN.

CREATE TABLE people (
  id TEXT PRIMARY KEY,
  email TEXT UNIQUE,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL,
  password_hash TEXT,
  matrix_id TEXT UNIQUE,
  -- The display name the ghost has on the homeserver; NULL while the ghost is not registered there.
  ghost_name TEXT,
  disabled_at BIGINT,
  created_at BIGINT NOT NULL
);

CREATE TABLE refresh_tokens (
  hash TEXT PRIMARY KEY,
  session TEXT NOT NULL,
  person TEXT NOT NULL REFERENCES people (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  -- A used token that comes back means that it was stolen: its session ends.
  used_at BIGINT
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session);
CREATE INDEX refresh_tokens_person ON refresh_tokens (person);

CREATE TABLE sign_in_attempts (
  key TEXT PRIMARY KEY,
  window_start BIGINT NOT NULL,
  attempts BIGINT NOT NULL
);

CREATE TABLE ticket_counters (
  day TEXT PRIMARY KEY,
  last BIGINT NOT NULL
);

CREATE TABLE tickets (
  id TEXT PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  category TEXT NOT NULL,
  priority TEXT NOT NULL,
  status TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES people (id),
  assigned_to TEXT REFERENCES people (id),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  resolved_at BIGINT,
  closed_at BIGINT,
  message_count BIGINT NOT NULL,
  last_message_at BIGINT,
  last_message_by TEXT REFERENCES people (id),
  version BIGINT NOT NULL,
  waiting_since BIGINT,
  first_response_at BIGINT,
  last_interaction_at BIGINT NOT NULL,
  room_id TEXT UNIQUE,
  -- The highest place given to a message, and the highest given to one that was seen in the room.
  last_seq BIGINT NOT NULL,
  room_seq BIGINT NOT NULL
);
CREATE INDEX tickets_by_interaction ON tickets (last_interaction_at, id);

-- Who may see a ticket besides staff: the student it belongs to, and whoever was let in.
CREATE TABLE participants (
  person TEXT NOT NULL REFERENCES people (id),
  ticket TEXT NOT NULL REFERENCES tickets (id),
  is_requester BOOLEAN NOT NULL,
  added_by TEXT REFERENCES people (id),
  added_at BIGINT NOT NULL,
  PRIMARY KEY (person, ticket)
);
CREATE INDEX participants_ticket ON participants (ticket);

CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  ticket TEXT NOT NULL REFERENCES tickets (id),
  sender TEXT NOT NULL REFERENCES people (id),
  body TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- JSON of a file's description, for the kinds that are files.
  attachment TEXT,
  created_at BIGINT NOT NULL,
  edited_at BIGINT,
  seq BIGINT NOT NULL,
  event_id TEXT UNIQUE,
  -- queued, sent or failed, and why.
  delivery TEXT NOT NULL,
  failure TEXT
);
CREATE UNIQUE INDEX messages_order ON messages (ticket, seq);

-- How far each person has read in each ticket.
CREATE TABLE read_markers (
  ticket TEXT NOT NULL REFERENCES tickets (id),
  person TEXT NOT NULL REFERENCES people (id),
  seq BIGINT NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (ticket, person)
);

CREATE TABLE timeline (
  id TEXT PRIMARY KEY,
  ticket TEXT NOT NULL REFERENCES tickets (id),
  actor TEXT REFERENCES people (id),
  happening TEXT NOT NULL,
  from_value TEXT,
  to_value TEXT,
  at BIGINT NOT NULL
);
CREATE INDEX timeline_ticket ON timeline (ticket, at, id);

-- Work that leaves the process. A lane is done in order, one job at a time, by whoever holds its lease.
CREATE TABLE lanes (
  lane TEXT PRIMARY KEY,
  pending BIGINT NOT NULL,
  run_at BIGINT NOT NULL,
  leased_until BIGINT NOT NULL,
  leased_by TEXT NOT NULL
);
CREATE INDEX lanes_due ON lanes (run_at) WHERE pending > 0;

CREATE TABLE jobs (
  position IDENTITY,
  id TEXT NOT NULL UNIQUE,
  lane TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  last_error TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX jobs_lane ON jobs (lane, position);

-- How far each reader has read, one row per bot.
CREATE TABLE readers (
  reader TEXT PRIMARY KEY,
  token TEXT,
  leased_until BIGINT NOT NULL,
  leased_by TEXT NOT NULL
);

-- Events as the reader brought them. Applied rows stay (without their content) so that nothing is applied twice.
CREATE TABLE inbox (
  position IDENTITY,
  event_id TEXT NOT NULL UNIQUE,
  room_id TEXT NOT NULL,
  event TEXT NOT NULL,
  -- new, applied or dead.
  state TEXT NOT NULL,
  tries BIGINT NOT NULL,
  error TEXT,
  received_at BIGINT NOT NULL
);
CREATE INDEX inbox_new ON inbox (room_id, position) WHERE state = 'new';
CREATE INDEX inbox_dead ON inbox (position) WHERE state = 'dead';

-- Who is in which room, as the room's own member events say.
CREATE TABLE room_members (
  room_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  membership TEXT NOT NULL,
  display_name TEXT,
  PRIMARY KEY (room_id, user_id)
);

-- Facts about the bridge that outlive the process: heartbeats, own rooms.
CREATE TABLE bridge_facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  at BIGINT NOT NULL
);

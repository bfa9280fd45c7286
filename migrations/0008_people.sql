-- The display name in lower case, for looking people up.
ALTER TABLE people ADD COLUMN search_name TEXT NOT NULL DEFAULT '';
UPDATE people SET search_name = lower(display_name);
-- When somebody last asked for another password, until they have one.
ALTER TABLE people ADD COLUMN reset_asked_at BIGINT;
CREATE INDEX people_staff ON people (search_name, id) WHERE role <> 'student';
CREATE INDEX tickets_open_of_assignee ON tickets (assigned_to) WHERE status NOT IN ('resolved', 'closed');

-- What lets somebody choose a password, once: an invitation or a reset. Stored as its SHA-256 alone.
CREATE TABLE password_tokens (
  hash TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people (id),
  purpose TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX password_tokens_person ON password_tokens (person);

-- The program that the session's latest token was given to, as it calls itself.
ALTER TABLE refresh_tokens ADD COLUMN user_agent TEXT;

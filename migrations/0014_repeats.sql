-- Requests that their client gave a key (Idempotency-Key), and how they were answered: asked again, nothing is done twice.
CREATE TABLE idempotency_keys (
  person TEXT NOT NULL REFERENCES people (id),
  idempotency_key TEXT NOT NULL,
  -- SHA-256 of what was asked for.
  digest TEXT NOT NULL,
  -- Chance: whoever took the key over has another one, so that a late answer does not pass for theirs.
  claim TEXT NOT NULL,
  -- By the database's clock: past it, nobody is answering any longer.
  leased_until BIGINT NOT NULL,
  -- The answer, NULL while there is none; its headers as JSON.
  status BIGINT,
  headers TEXT,
  body TEXT,
  -- The id of what was made: when that is emptied, the answer goes with it.
  made TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (person, idempotency_key)
);
CREATE INDEX idempotency_keys_made ON idempotency_keys (made) WHERE made IS NOT NULL;
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- The client's own id of something that is done to many tickets, and the SHA-256 of what it asked for.
ALTER TABLE bulk_jobs ADD COLUMN client_id TEXT;
ALTER TABLE bulk_jobs ADD COLUMN digest TEXT;
CREATE UNIQUE INDEX bulk_jobs_client_id ON bulk_jobs (person, client_id) WHERE client_id IS NOT NULL;

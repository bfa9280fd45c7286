-- Who a host application, in which the desk is embedded, says that somebody is.
CREATE TABLE host_accounts (
  issuer TEXT NOT NULL,
  -- The subject of its tokens.
  subject TEXT NOT NULL,
  person TEXT NOT NULL REFERENCES people (id),
  -- What it last said of them: only what it says anew changes anything at the desk.
  display_name TEXT,
  role TEXT,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX host_accounts_person ON host_accounts (person);

-- Keys with which programs act as somebody; stored as their SHA-256 alone.
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  -- The beginning of the key, by which people tell them apart.
  prefix TEXT NOT NULL,
  name TEXT NOT NULL,
  person TEXT NOT NULL REFERENCES people (id),
  scopes TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES people (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT
);
CREATE INDEX api_keys_person ON api_keys (person);

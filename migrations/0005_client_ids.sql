-- The ids that clients gave to what they asked for, so that asking again makes nothing twice.
CREATE TABLE client_ids (
  person TEXT NOT NULL REFERENCES people (id),
  -- message or ticket: what was to be made.
  kind TEXT NOT NULL,
  client_id TEXT NOT NULL,
  -- SHA-256 of what was asked for; forgotten with the message's text.
  digest TEXT,
  -- What was made of it: the ticket, and as JSON the messages: that of the text, then one per file, NULL for what was not
  -- there or refused. Filled in the transaction that makes them.
  ticket TEXT REFERENCES tickets (id),
  messages TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (person, kind, client_id)
);

ALTER TABLE messages ADD COLUMN client_id TEXT;

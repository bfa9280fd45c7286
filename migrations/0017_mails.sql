-- Mails, from what caused them until they have left; and which ones people want.
CREATE TABLE mails (
  -- Its Message-ID is made of it.
  id TEXT PRIMARY KEY,
  -- To whom.
  person TEXT NOT NULL REFERENCES people (id),
  -- Of what it tells: an occasion, invitation, password-reset or digest.
  occasion TEXT NOT NULL,
  ticket TEXT REFERENCES tickets (id),
  -- JSON: what the occasion needs besides, such as a message's id or two statuses.
  details TEXT NOT NULL,
  -- Whether it goes alone (now) or with others (hourly, daily).
  pace TEXT NOT NULL,
  -- waiting; sending, once somebody has begun to; sent, failed, dropped (not wanted any more), gathered (into another).
  state TEXT NOT NULL,
  -- The mail into which it was gathered.
  gathered_into TEXT REFERENCES mails (id),
  due_at BIGINT NOT NULL,
  -- By the database's clock.
  leased_until BIGINT NOT NULL,
  leased_by TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  last_error TEXT,
  created_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX mails_due ON mails (due_at) WHERE state IN ('waiting', 'sending');
-- While a mail about new messages waits, further messages go with it.
CREATE UNIQUE INDEX mails_burst ON mails (person, ticket) WHERE state = 'waiting' AND occasion = 'new-message';
CREATE INDEX mails_of_ticket ON mails (ticket, person, created_at);
CREATE INDEX mails_gathered ON mails (gathered_into, created_at) WHERE gathered_into IS NOT NULL;
CREATE INDEX mails_ended ON mails (ended_at) WHERE ended_at IS NOT NULL;

-- What somebody chose; what they did not choose is as usual for their role.
CREATE TABLE mail_choices (
  person TEXT NOT NULL REFERENCES people (id),
  occasion TEXT NOT NULL,
  pace TEXT NOT NULL,
  -- What it was before a link in a mail switched it off: what undoing that brings back.
  was TEXT,
  PRIMARY KEY (person, occasion)
);
-- A zone as in `Europe/Berlin`, a language as in `de`; NULL for the desk's own.
ALTER TABLE people ADD COLUMN time_zone TEXT;
ALTER TABLE people ADD COLUMN language TEXT;
-- Minutes since midnight; both or neither.
ALTER TABLE people ADD COLUMN quiet_from BIGINT;
ALTER TABLE people ADD COLUMN quiet_until BIGINT;
-- Since when their address gets no mail, because a server said that there is no such mailbox, and in which words.
ALTER TABLE people ADD COLUMN mail_paused_at BIGINT;
ALTER TABLE people ADD COLUMN mail_paused_why TEXT;
-- When the link for another password was last written down as a mail.
ALTER TABLE people ADD COLUMN reset_mailed_at BIGINT;
CREATE INDEX people_asking ON people (reset_asked_at) WHERE reset_asked_at IS NOT NULL;

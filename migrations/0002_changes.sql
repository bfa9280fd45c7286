-- What watchers are told, noted in the transaction of its cause. `seq` is its place in the order in which changes became
-- visible: it is given after the commit, because an identity is taken before it.
CREATE TABLE changes (
  position IDENTITY,
  seq BIGINT UNIQUE,
  -- NULL when it is about what a person may do at all.
  ticket TEXT REFERENCES tickets (id),
  what TEXT NOT NULL,
  -- The message or person it is about.
  subject TEXT,
  actor TEXT REFERENCES people (id),
  at BIGINT NOT NULL
);
CREATE INDEX changes_new ON changes (position) WHERE seq IS NULL;
CREATE INDEX changes_ticket ON changes (ticket, seq);

-- One row: the last number given, whose lock lets one process number at a time, and the last that was thrown away.
CREATE TABLE change_counter (
  last BIGINT NOT NULL,
  pruned BIGINT NOT NULL
);
INSERT INTO change_counter (last, pruned) VALUES (0, 0);

-- Staff may keep to themselves how far they have read.
ALTER TABLE people ADD COLUMN hides_receipts BOOLEAN NOT NULL DEFAULT FALSE;
-- How far the room was told that the person has read.
ALTER TABLE read_markers ADD COLUMN receipt_seq BIGINT NOT NULL DEFAULT 0;

-- Receipts as the reader brought them, until the events before them are applied.
CREATE TABLE receipts (
  room_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (room_id, user_id, event_id)
);

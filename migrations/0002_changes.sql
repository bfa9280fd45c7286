-- What watchers are told, noted in the transaction of its cause. `seq` is its place in the order in which changes became
-- visible: it is given after the commit, because an identity is taken before it.
CREATE TABLE changes (
  position IDENTITY,
  seq BIGINT UNIQUE,
  ticket TEXT NOT NULL REFERENCES tickets (id),
  what TEXT NOT NULL,
  -- The message or person it is about.
  subject TEXT,
  actor TEXT REFERENCES people (id),
  at BIGINT NOT NULL
);
CREATE INDEX changes_new ON changes (position) WHERE seq IS NULL;

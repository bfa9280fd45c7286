-- What came of it, for the student; empty while the ticket is not done.
ALTER TABLE tickets ADD COLUMN resolution TEXT;

-- Lines of the timeline that are for staff alone.
ALTER TABLE timeline ADD COLUMN internal BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE timeline SET internal = TRUE WHERE happening = 'invitation-failed';

-- How long each ticket stood in which status, for the numbers: written with every change of it.
CREATE TABLE status_intervals (
  -- That of the line of the timeline that began it.
  id TEXT PRIMARY KEY,
  ticket TEXT NOT NULL REFERENCES tickets (id),
  status TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  -- NULL for the present one.
  to_at BIGINT
);
CREATE INDEX status_intervals_ticket ON status_intervals (ticket, from_at);
CREATE UNIQUE INDEX status_intervals_present ON status_intervals (ticket) WHERE to_at IS NULL;
INSERT INTO status_intervals (id, ticket, status, from_at, to_at)
SELECT id, ticket, CASE happening WHEN 'created' THEN 'open' ELSE to_value END, at,
  LEAD(at) OVER (PARTITION BY ticket ORDER BY at, id)
FROM timeline WHERE happening IN ('created', 'status-changed');

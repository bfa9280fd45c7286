-- What is measured about tickets, see docs/numbers.md: each a row, written with what it tells of and never changed.
CREATE TABLE measurements (
  position IDENTITY,
  ticket TEXT NOT NULL REFERENCES tickets (id),
  measure TEXT NOT NULL,
  -- When it happened.
  at BIGINT NOT NULL,
  -- How long it took, in milliseconds; 0 for what is only counted.
  value BIGINT NOT NULL,
  -- 1, or -1 where it takes back what was measured before.
  weight BIGINT NOT NULL,
  -- As the ticket stood then; '' for none.
  category TEXT NOT NULL,
  priority TEXT NOT NULL,
  team TEXT NOT NULL,
  -- The member of staff whose it is; '' for nobody's.
  agent TEXT NOT NULL,
  -- Whether `measured` has it.
  is_folded BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX measurements_at ON measurements (at);
CREATE INDEX measurements_new ON measurements (position) WHERE NOT is_folded;
CREATE INDEX measurements_of_resolutions ON measurements (ticket, position)
  WHERE measure IN ('full-resolution', 'requester-wait', 'agent-wait');

-- The same, counted in bins: for all tickets ('') or those of one category, priority, team or agent, over 1, 8 or 64
-- days in UTC.
CREATE TABLE measured (
  part TEXT NOT NULL,
  span BIGINT NOT NULL,
  -- Since 1970.
  first_day BIGINT NOT NULL,
  name TEXT NOT NULL,
  measure TEXT NOT NULL,
  -- `bin:times`, divided by spaces.
  bins TEXT NOT NULL,
  PRIMARY KEY (part, span, first_day, name, measure)
);
-- One row, whose lock lets one process fold at a time.
CREATE TABLE folding (folded_at BIGINT NOT NULL);
INSERT INTO folding (folded_at) VALUES (0);

-- How many tickets there are of each kind: the sum of both tables. Changes are rows of their own, so that nobody waits
-- for a counter, and are folded into the other table now and then.
CREATE TABLE census (
  status TEXT NOT NULL,
  category TEXT NOT NULL,
  priority TEXT NOT NULL,
  team TEXT NOT NULL,
  assignee TEXT NOT NULL,
  tickets BIGINT NOT NULL,
  PRIMARY KEY (status, category, priority, team, assignee)
);
CREATE TABLE census_changes (
  position IDENTITY,
  status TEXT NOT NULL,
  category TEXT NOT NULL,
  priority TEXT NOT NULL,
  team TEXT NOT NULL,
  assignee TEXT NOT NULL,
  change BIGINT NOT NULL
);
INSERT INTO census (status, category, priority, team, assignee, tickets)
SELECT status, category, priority, COALESCE(team, ''), COALESCE(assigned_to, ''), COUNT(*)
FROM tickets GROUP BY status, category, priority, COALESCE(team, ''), COALESCE(assigned_to, '');

-- ON SQLITE
CREATE TRIGGER tickets_counted AFTER INSERT ON tickets BEGIN
  INSERT INTO census_changes (status, category, priority, team, assignee, change)
  VALUES (new.status, new.category, new.priority, COALESCE(new.team, ''), COALESCE(new.assigned_to, ''), 1);
END;
CREATE TRIGGER tickets_recounted AFTER UPDATE OF status, category, priority, team, assigned_to ON tickets
WHEN old.status <> new.status OR old.category <> new.category OR old.priority <> new.priority
  OR old.team IS NOT new.team OR old.assigned_to IS NOT new.assigned_to
BEGIN
  INSERT INTO census_changes (status, category, priority, team, assignee, change)
  VALUES (old.status, old.category, old.priority, COALESCE(old.team, ''), COALESCE(old.assigned_to, ''), -1),
    (new.status, new.category, new.priority, COALESCE(new.team, ''), COALESCE(new.assigned_to, ''), 1);
END;
-- ON POSTGRES
CREATE FUNCTION count_ticket() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO census_changes (status, category, priority, team, assignee, change)
    VALUES (old.status, old.category, old.priority, COALESCE(old.team, ''), COALESCE(old.assigned_to, ''), -1);
  END IF;
  INSERT INTO census_changes (status, category, priority, team, assignee, change)
  VALUES (new.status, new.category, new.priority, COALESCE(new.team, ''), COALESCE(new.assigned_to, ''), 1);
  RETURN NULL;
END $$;
CREATE TRIGGER tickets_counted AFTER INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION count_ticket();
CREATE TRIGGER tickets_recounted AFTER UPDATE OF status, category, priority, team, assigned_to ON tickets FOR EACH ROW
WHEN ((old.status, old.category, old.priority, old.team, old.assigned_to)
  IS DISTINCT FROM (new.status, new.category, new.priority, new.team, new.assigned_to))
EXECUTE FUNCTION count_ticket();
-- ON BOTH

-- What is not done, by age.
CREATE INDEX tickets_backlog ON tickets (created_at, status, category, priority, team, assigned_to)
  WHERE status NOT IN ('resolved', 'closed');

-- What happened before, as far as rows tell. Category and so on are those of today, whoever has the ticket now is taken
-- for who resolved it, and a move to pending without an answer is not known to have ended the student's waiting.
INSERT INTO measurements (ticket, measure, at, value, weight, category, priority, team, agent)
SELECT id, 'created', created_at, 0, 1, category, priority, COALESCE(team, ''), '' FROM tickets ORDER BY created_at, id;

INSERT INTO measurements (ticket, measure, at, value, weight, category, priority, team, agent)
SELECT t.id, CASE WHEN i.status IN ('resolved', 'closed') THEN 'resolved' ELSE 'reopened' END, i.from_at, 0, 1,
  t.category, t.priority, COALESCE(t.team, ''), COALESCE(t.assigned_to, '')
FROM (SELECT ticket, status, from_at, id,
    LAG(status) OVER (PARTITION BY ticket ORDER BY from_at, id) AS earlier FROM status_intervals) i
JOIN tickets t ON t.id = i.ticket
WHERE (i.status IN ('resolved', 'closed')) <> (i.earlier IN ('resolved', 'closed'))
ORDER BY i.from_at, i.id;

INSERT INTO measurements (ticket, measure, at, value, weight, category, priority, team, agent)
SELECT m.ticket, 'first-resolution', MIN(m.at), MIN(CASE WHEN m.at > t.created_at THEN m.at - t.created_at ELSE 0 END),
  1, m.category, m.priority, m.team, m.agent
FROM measurements m JOIN tickets t ON t.id = m.ticket
WHERE m.measure = 'resolved' GROUP BY m.ticket, m.category, m.priority, m.team, m.agent;

-- Of tickets that are done now: a reopened one is not resolved in full.
INSERT INTO measurements (ticket, measure, at, value, weight, category, priority, team, agent)
SELECT m.ticket, 'full-resolution', MAX(m.at), MAX(CASE WHEN m.at > t.created_at THEN m.at - t.created_at ELSE 0 END),
  1, m.category, m.priority, m.team, m.agent
FROM measurements m JOIN tickets t ON t.id = m.ticket
WHERE m.measure = 'resolved' AND t.status IN ('resolved', 'closed')
GROUP BY m.ticket, m.category, m.priority, m.team, m.agent;

INSERT INTO measurements (ticket, measure, at, value, weight, category, priority, team, agent)
SELECT m.ticket, w.measure, m.at, (SELECT CAST(COALESCE(SUM(i.to_at - i.from_at), 0) AS BIGINT) FROM status_intervals i
    WHERE i.ticket = m.ticket AND i.to_at <= m.at AND (w.measure = 'agent-wait') = (i.status = 'pending')
    AND i.status NOT IN ('resolved', 'closed')),
  1, m.category, m.priority, m.team, m.agent
FROM measurements m CROSS JOIN (SELECT 'requester-wait' AS measure UNION ALL SELECT 'agent-wait') w
WHERE m.measure = 'full-resolution';

-- Answers: staff's messages that come first, or follow on something of the student's side, which waited since the first
-- of its messages. `answers` counts what staff have said by then.
INSERT INTO measurements (ticket, measure, at, value, weight, category, priority, team, agent)
WITH spoken AS (
  SELECT m.ticket, m.sender, m.created_at AS at, m.seq, p.role <> 'student' AND m.sender <> t.created_by AS is_staffs,
    SUM(CASE WHEN p.role <> 'student' AND m.sender <> t.created_by THEN 1 ELSE 0 END)
      OVER (PARTITION BY m.ticket ORDER BY m.seq ROWS UNBOUNDED PRECEDING) AS answers
  FROM messages m JOIN people p ON p.id = m.sender JOIN tickets t ON t.id = m.ticket WHERE m.kind <> 'system'
), waiting AS (
  SELECT ticket, answers, MIN(at) AS since FROM spoken WHERE NOT is_staffs GROUP BY ticket, answers
), answered AS (
  SELECT s.ticket, s.sender, s.at, s.answers, CASE WHEN s.answers = 1 THEN t.created_at ELSE w.since END AS since
  FROM spoken s JOIN tickets t ON t.id = s.ticket
  LEFT JOIN waiting w ON w.ticket = s.ticket AND w.answers = s.answers - 1 WHERE s.is_staffs
)
SELECT a.ticket, CASE WHEN a.answers = 1 THEN 'first-response' ELSE 'next-response' END, a.at,
  CASE WHEN a.at > a.since THEN a.at - a.since ELSE 0 END, 1, t.category, t.priority, COALESCE(t.team, ''), a.sender
FROM answered a JOIN tickets t ON t.id = a.ticket WHERE a.since IS NOT NULL ORDER BY a.at, a.ticket;

-- Teams, and the categories (within a context, or '' for any) whose new tickets they get.
CREATE TABLE teams (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- The name in lower case, so that two of them never differ in that alone.
  search_name TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  -- It gets no tickets any longer; those it had keep its name.
  retired_at BIGINT
);
CREATE TABLE team_members (
  team TEXT NOT NULL REFERENCES teams (id),
  person TEXT NOT NULL REFERENCES people (id),
  PRIMARY KEY (team, person)
);
CREATE INDEX team_members_person ON team_members (person);
CREATE TABLE team_routes (
  category TEXT NOT NULL,
  context TEXT NOT NULL,
  team TEXT NOT NULL REFERENCES teams (id),
  PRIMARY KEY (category, context)
);
CREATE INDEX team_routes_team ON team_routes (team);

ALTER TABLE tickets ADD COLUMN team TEXT REFERENCES teams (id);
-- What it belongs to outside the desk, such as a course.
ALTER TABLE tickets ADD COLUMN context TEXT;
-- The member of staff who opened it on behalf of `created_by`.
ALTER TABLE tickets ADD COLUMN opened_by TEXT REFERENCES people (id);
-- The ticket it goes on from, when that was done for too long to be reopened.
ALTER TABLE tickets ADD COLUMN follows TEXT REFERENCES tickets (id);
-- Of staff, only those named in `ticket_staff` may see it.
ALTER TABLE tickets ADD COLUMN is_confidential BOOLEAN NOT NULL DEFAULT FALSE;
-- When its student was told that it will be closed by itself.
ALTER TABLE tickets ADD COLUMN closing_announced_at BIGINT;
CREATE INDEX tickets_follows ON tickets (follows) WHERE follows IS NOT NULL;
CREATE INDEX tickets_to_announce ON tickets (last_interaction_at, id)
  WHERE status IN ('pending', 'resolved') AND closing_announced_at IS NULL;
CREATE INDEX tickets_to_close ON tickets (closing_announced_at, id) WHERE closing_announced_at IS NOT NULL;

CREATE TABLE ticket_staff (
  ticket TEXT NOT NULL REFERENCES tickets (id),
  person TEXT NOT NULL REFERENCES people (id),
  PRIMARY KEY (ticket, person)
);
CREATE INDEX ticket_staff_person ON ticket_staff (person);

CREATE TABLE tags (
  ticket TEXT NOT NULL REFERENCES tickets (id),
  tag TEXT NOT NULL,
  PRIMARY KEY (ticket, tag)
);
CREATE INDEX tags_tag ON tags (tag, ticket);

-- What admins and staff did besides tickets' own timelines; never changed, never deleted.
CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  actor TEXT REFERENCES people (id),
  action TEXT NOT NULL,
  -- The id of the person, team, key or ticket it was done to.
  subject TEXT,
  -- JSON: what changed, without secrets.
  details TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_subject ON audit (subject, id);
CREATE INDEX audit_action ON audit (action, id);

-- What lists are sorted by besides columns that are there: how urgent, and the last message or else the opening.
ALTER TABLE tickets ADD COLUMN priority_rank BIGINT
  GENERATED ALWAYS AS (CASE priority WHEN 'low' THEN 1 WHEN 'medium' THEN 2 WHEN 'high' THEN 3 ELSE 4 END) COMPUTED;
ALTER TABLE tickets ADD COLUMN said_at BIGINT GENERATED ALWAYS AS (COALESCE(last_message_at, created_at)) COMPUTED;

-- One per sort, and one per status and sort: several statuses are several reads in order, merged.
CREATE INDEX tickets_by_creation ON tickets (created_at, id);
CREATE INDEX tickets_by_priority ON tickets (priority_rank, id);
CREATE INDEX tickets_by_message ON tickets (said_at, id);
CREATE INDEX tickets_waiting ON tickets (waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX tickets_of_status_by_interaction ON tickets (status, last_interaction_at, id);
CREATE INDEX tickets_of_status_by_creation ON tickets (status, created_at, id);
CREATE INDEX tickets_of_status_by_priority ON tickets (status, priority_rank, id);
CREATE INDEX tickets_of_status_by_message ON tickets (status, said_at, id);
CREATE INDEX tickets_of_assignee_by_interaction ON tickets (assigned_to, status, last_interaction_at, id);
CREATE INDEX tickets_of_assignee_waiting ON tickets (assigned_to, waiting_since, id) WHERE waiting_since IS NOT NULL;
-- For what is found by itself and then sorted, when it is little.
CREATE INDEX tickets_of_student ON tickets (created_by, id);
CREATE INDEX tickets_of_team ON tickets (team, id) WHERE team IS NOT NULL;
CREATE INDEX tickets_of_context ON tickets (context, id) WHERE context IS NOT NULL;
CREATE INDEX tickets_confidential ON tickets (id) WHERE is_confidential;
CREATE INDEX tickets_updated ON tickets (updated_at, id);

-- A text that can be found: one row per title, description and message of a person. Triggers keep it in step with
-- tickets and messages, whoever changes them. What is searched is made by each engine in its own way.
CREATE TABLE search_texts (
  position IDENTITY,
  ticket TEXT NOT NULL REFERENCES tickets (id),
  -- title, description or message.
  part TEXT NOT NULL,
  message TEXT UNIQUE REFERENCES messages (id)
);
CREATE INDEX search_texts_ticket ON search_texts (ticket, position);

-- The oldest first, so that the newest have the highest positions.
INSERT INTO search_texts (ticket, part, message)
SELECT ticket, part, message FROM (
  SELECT id AS ticket, 'title' AS part, NULL AS message, created_at AS at, 1 AS place FROM tickets
  UNION ALL SELECT id, 'description', NULL, created_at, 2 FROM tickets
  UNION ALL SELECT ticket, 'message', id, created_at, 2 + seq FROM messages WHERE kind <> 'system'
) AS known ORDER BY at, ticket, place;

-- ON SQLITE
-- Titles apart, so that they come first however common a word is in messages.
CREATE VIRTUAL TABLE search_titles USING fts5 (
  words, content = '', contentless_delete = 1, prefix = '3', tokenize = 'unicode61 remove_diacritics 0'
);
CREATE VIRTUAL TABLE search_bodies USING fts5 (
  words, content = '', contentless_delete = 1, prefix = '3', tokenize = 'unicode61 remove_diacritics 0'
);
INSERT INTO search_titles (rowid, words)
SELECT s.position, t.title FROM search_texts s JOIN tickets t ON t.id = s.ticket WHERE s.part = 'title';
INSERT INTO search_bodies (rowid, words)
SELECT s.position, CASE s.part WHEN 'description' THEN t.description ELSE m.body END
FROM search_texts s JOIN tickets t ON t.id = s.ticket LEFT JOIN messages m ON m.id = s.message WHERE s.part <> 'title';

CREATE TRIGGER search_ticket_added AFTER INSERT ON tickets BEGIN
  INSERT INTO search_texts (ticket, part) VALUES (new.id, 'title');
  INSERT INTO search_titles (rowid, words)
    SELECT position, new.title FROM search_texts WHERE ticket = new.id AND part = 'title';
  INSERT INTO search_texts (ticket, part) VALUES (new.id, 'description');
  INSERT INTO search_bodies (rowid, words)
    SELECT position, new.description FROM search_texts WHERE ticket = new.id AND part = 'description';
END;
CREATE TRIGGER search_title_changed AFTER UPDATE OF title ON tickets WHEN new.title <> old.title BEGIN
  DELETE FROM search_titles
    WHERE rowid IN (SELECT position FROM search_texts WHERE ticket = new.id AND part = 'title');
  INSERT INTO search_titles (rowid, words)
    SELECT position, new.title FROM search_texts WHERE ticket = new.id AND part = 'title';
END;
CREATE TRIGGER search_description_changed AFTER UPDATE OF description ON tickets WHEN new.description <> old.description
BEGIN
  DELETE FROM search_bodies
    WHERE rowid IN (SELECT position FROM search_texts WHERE ticket = new.id AND part = 'description');
  INSERT INTO search_bodies (rowid, words)
    SELECT position, new.description FROM search_texts WHERE ticket = new.id AND part = 'description';
END;
CREATE TRIGGER search_ticket_gone BEFORE DELETE ON tickets BEGIN
  DELETE FROM search_titles WHERE rowid IN (SELECT position FROM search_texts WHERE ticket = old.id);
  DELETE FROM search_bodies WHERE rowid IN (SELECT position FROM search_texts WHERE ticket = old.id);
  DELETE FROM search_texts WHERE ticket = old.id;
END;
CREATE TRIGGER search_message_added AFTER INSERT ON messages WHEN new.kind <> 'system' BEGIN
  INSERT INTO search_texts (ticket, part, message) VALUES (new.ticket, 'message', new.id);
  INSERT INTO search_bodies (rowid, words) SELECT position, new.body FROM search_texts WHERE message = new.id;
END;
CREATE TRIGGER search_message_changed AFTER UPDATE OF body ON messages WHEN new.body <> old.body BEGIN
  DELETE FROM search_bodies WHERE rowid IN (SELECT position FROM search_texts WHERE message = new.id);
  INSERT INTO search_bodies (rowid, words) SELECT position, new.body FROM search_texts WHERE message = new.id;
END;
CREATE TRIGGER search_message_gone BEFORE DELETE ON messages BEGIN
  DELETE FROM search_bodies WHERE rowid IN (SELECT position FROM search_texts WHERE message = old.id);
  DELETE FROM search_texts WHERE message = old.id;
END;
-- ON POSTGRES
-- Words are runs of letters and digits, as on SQLite: the parser's own ideas (addresses, paths, hyphens) would differ.
-- ICU knows the case of every letter, whatever the locale of the database.
CREATE FUNCTION search_words(body TEXT) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('pg_catalog.simple', translate(lower(body COLLATE "und-x-icu"),
    '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~“”‘’‚„«»‹›–—…·•¿¡€£§°' || chr(160), repeat(' ', 80)))
$$;
ALTER TABLE search_texts ADD COLUMN words tsvector NOT NULL DEFAULT ''::tsvector;
UPDATE search_texts s SET words = search_words(CASE s.part WHEN 'title' THEN t.title ELSE t.description END)
FROM tickets t WHERE t.id = s.ticket AND s.message IS NULL;
UPDATE search_texts s SET words = search_words(m.body) FROM messages m WHERE m.id = s.message;
-- Without a list of pending entries, which every search would have to read.
CREATE INDEX search_titles ON search_texts USING gin (words) WITH (fastupdate = off) WHERE part = 'title';
CREATE INDEX search_bodies ON search_texts USING gin (words) WITH (fastupdate = off)
  WHERE part IN ('description', 'message');
CREATE INDEX search_texts_titles ON search_texts (position) WHERE part = 'title';
CREATE INDEX search_texts_bodies ON search_texts (position) WHERE part IN ('description', 'message');

CREATE FUNCTION search_ticket_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO search_texts (ticket, part, words) VALUES
    (NEW.id, 'title', search_words(NEW.title)), (NEW.id, 'description', search_words(NEW.description));
  RETURN NULL;
END $$;
CREATE FUNCTION search_ticket_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE search_texts SET words = search_words(CASE part WHEN 'title' THEN NEW.title ELSE NEW.description END)
    WHERE ticket = NEW.id AND message IS NULL;
  RETURN NULL;
END $$;
CREATE FUNCTION search_ticket_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  DELETE FROM search_texts WHERE ticket = OLD.id;
  RETURN OLD;
END $$;
CREATE FUNCTION search_message_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO search_texts (ticket, part, message, words)
    VALUES (NEW.ticket, 'message', NEW.id, search_words(NEW.body));
  RETURN NULL;
END $$;
CREATE FUNCTION search_message_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE search_texts SET words = search_words(NEW.body) WHERE message = NEW.id;
  RETURN NULL;
END $$;
CREATE FUNCTION search_message_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  DELETE FROM search_texts WHERE message = OLD.id;
  RETURN OLD;
END $$;
CREATE TRIGGER search_ticket_added AFTER INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION search_ticket_added();
CREATE TRIGGER search_ticket_changed AFTER UPDATE OF title, description ON tickets FOR EACH ROW
  WHEN (NEW.title <> OLD.title OR NEW.description <> OLD.description) EXECUTE FUNCTION search_ticket_changed();
CREATE TRIGGER search_ticket_gone BEFORE DELETE ON tickets FOR EACH ROW EXECUTE FUNCTION search_ticket_gone();
CREATE TRIGGER search_message_added AFTER INSERT ON messages FOR EACH ROW
  WHEN (NEW.kind <> 'system') EXECUTE FUNCTION search_message_added();
CREATE TRIGGER search_message_changed AFTER UPDATE OF body ON messages FOR EACH ROW
  WHEN (NEW.body <> OLD.body) EXECUTE FUNCTION search_message_changed();
CREATE TRIGGER search_message_gone BEFORE DELETE ON messages FOR EACH ROW EXECUTE FUNCTION search_message_gone();
-- ON BOTH

-- Something to be done to many tickets, one after the other, each once.
CREATE TABLE bulk_jobs (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people (id),
  -- JSON: what is to be done.
  action TEXT NOT NULL,
  -- running, done or cancelled.
  state TEXT NOT NULL,
  total BIGINT NOT NULL,
  done BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  leased_until BIGINT NOT NULL,
  leased_by TEXT NOT NULL
);
CREATE INDEX bulk_jobs_running ON bulk_jobs (created_at, id) WHERE state = 'running';
CREATE INDEX bulk_jobs_ended ON bulk_jobs (ended_at) WHERE ended_at IS NOT NULL;
CREATE TABLE bulk_items (
  job TEXT NOT NULL REFERENCES bulk_jobs (id),
  place BIGINT NOT NULL,
  -- As it was given: an id or a number.
  ticket TEXT NOT NULL,
  -- waiting, done or failed, and why.
  state TEXT NOT NULL,
  failure TEXT,
  PRIMARY KEY (job, place)
);
CREATE INDEX bulk_items_waiting ON bulk_items (job, place) WHERE state = 'waiting';
CREATE INDEX bulk_items_failed ON bulk_items (job, place) WHERE state = 'failed';

-- The words of notes, kept apart from those of tickets and messages, as notes are.
-- ON SQLITE
CREATE VIRTUAL TABLE search_notes USING fts5 (
  words, content = '', contentless_delete = 1, prefix = '3', tokenize = 'unicode61 remove_diacritics 0'
);
INSERT INTO search_notes (rowid, words) SELECT position, body FROM notes;
CREATE TRIGGER search_note_added AFTER INSERT ON notes BEGIN
  INSERT INTO search_notes (rowid, words) VALUES (new.position, new.body);
END;
CREATE TRIGGER search_note_changed AFTER UPDATE OF body ON notes WHEN new.body <> old.body BEGIN
  DELETE FROM search_notes WHERE rowid = new.position;
  INSERT INTO search_notes (rowid, words) VALUES (new.position, new.body);
END;
CREATE TRIGGER search_note_gone BEFORE DELETE ON notes BEGIN
  DELETE FROM search_notes WHERE rowid = old.position;
END;
-- ON POSTGRES
ALTER TABLE notes ADD COLUMN words tsvector GENERATED ALWAYS AS (search_words(body)) STORED;
CREATE INDEX search_notes ON notes USING gin (words) WITH (fastupdate = off);

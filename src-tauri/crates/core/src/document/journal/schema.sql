-- Times are in milliseconds since 1970. What happens to counts and to the bytes in use is in the triggers alone.

-- One write that somebody asked for.
CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  database TEXT NOT NULL,
  collection TEXT NOT NULL,
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  undoes INTEGER,
  bytes INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL DEFAULT 0,
  pending INTEGER NOT NULL DEFAULT 0,
  applied INTEGER NOT NULL DEFAULT 0,
  not_applied INTEGER NOT NULL DEFAULT 0,
  unknown INTEGER NOT NULL DEFAULT 0,
  undone INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One document of a write. Its bytes stand apart, so that a change of state does not write them again.
CREATE TABLE images (
  entry INTEGER NOT NULL,
  position INTEGER NOT NULL,
  id_kind INTEGER NOT NULL,
  id BLOB NOT NULL,
  body INTEGER NOT NULL,
  -- An undo has the bytes of what it undoes, the other way round.
  turned INTEGER NOT NULL DEFAULT 0,
  -- 0 where the server works out the document, and nobody has read it yet.
  after_known INTEGER NOT NULL DEFAULT 1,
  bytes INTEGER NOT NULL,
  -- The position in the entry that is undone.
  undoes INTEGER,
  -- 0 pending, 1 applied, 2 not applied, 3 unknown.
  state INTEGER NOT NULL DEFAULT 0,
  undone_by INTEGER,
  PRIMARY KEY (entry, position)
) STRICT, WITHOUT ROWID;

-- A document before and after a write; null where there was none.
CREATE TABLE bodies (
  id INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL,
  before BLOB,
  after BLOB
) STRICT;

-- How many images more than one have a body.
CREATE TABLE shares (
  body INTEGER PRIMARY KEY,
  more INTEGER NOT NULL
) STRICT;

-- The one row of what all of it takes.
CREATE TABLE usage (bytes INTEGER NOT NULL) STRICT;
INSERT INTO usage VALUES (0);

CREATE TRIGGER entry_added AFTER INSERT ON entries BEGIN
  UPDATE usage SET bytes = bytes + 256 + length(new.about);
END;

CREATE TRIGGER entry_removed AFTER DELETE ON entries BEGIN
  DELETE FROM images WHERE entry = old.id;
  UPDATE usage SET bytes = bytes - 256 - length(old.about);
END;

CREATE TRIGGER image_added AFTER INSERT ON images BEGIN
  UPDATE entries SET bytes = bytes + new.bytes, total = total + 1, pending = pending + 1 WHERE id = new.entry;
  UPDATE usage SET bytes = bytes + 128 + length(new.id);
  INSERT INTO shares SELECT new.body, 1 WHERE new.undoes IS NOT NULL
    ON CONFLICT (body) DO UPDATE SET more = more + 1;
END;

CREATE TRIGGER image_settled AFTER UPDATE OF state, undone_by ON images BEGIN
  UPDATE entries SET
    pending = pending + (new.state = 0) - (old.state = 0),
    applied = applied + (new.state = 1) - (old.state = 1),
    not_applied = not_applied + (new.state = 2) - (old.state = 2),
    unknown = unknown + (new.state = 3) - (old.state = 3),
    undone = undone + (new.undone_by IS NOT NULL) - (old.undone_by IS NOT NULL)
  WHERE id = new.entry;
END;

CREATE TRIGGER image_removed AFTER DELETE ON images BEGIN
  UPDATE entries SET
    bytes = bytes - old.bytes,
    total = total - 1,
    pending = pending - (old.state = 0),
    applied = applied - (old.state = 1),
    not_applied = not_applied - (old.state = 2),
    unknown = unknown - (old.state = 3),
    undone = undone - (old.undone_by IS NOT NULL)
  WHERE id = old.entry;
  UPDATE usage SET bytes = bytes - 128 - length(old.id);
  DELETE FROM bodies WHERE id = old.body AND NOT EXISTS (SELECT 1 FROM shares WHERE body = old.body);
  UPDATE shares SET more = more - 1 WHERE body = old.body;
  DELETE FROM shares WHERE body = old.body AND more = 0;
END;

CREATE TRIGGER body_added AFTER INSERT ON bodies BEGIN
  UPDATE usage SET bytes = bytes + new.bytes;
END;

CREATE TRIGGER body_removed AFTER DELETE ON bodies BEGIN
  UPDATE usage SET bytes = bytes - old.bytes;
END;

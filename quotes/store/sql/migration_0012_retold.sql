-- Wordings in half the room, by all who speak together: the words told before are told anew. Texts that are found by their hash.

UPDATE quotes SET statement_id = NULL WHERE statement_id IS NOT NULL;
DELETE FROM statement_variants;
DELETE FROM statements;
DELETE FROM fingerprints;
DELETE FROM quote_wordings;
ALTER TABLE statements ADD COLUMN attributions INTEGER NOT NULL DEFAULT 0;

DROP TABLE wordings;
CREATE TABLE wordings (
    id INTEGER PRIMARY KEY,
    forms BLOB NOT NULL,
    speakers BLOB NOT NULL,
    words INTEGER NOT NULL,
    first_day INTEGER,
    last_day INTEGER,
    parent_id INTEGER
) STRICT;
CREATE INDEX wordings_parent_id ON wordings(parent_id) WHERE parent_id IS NOT NULL;

INSERT INTO untold_quotes SELECT id FROM quotes WHERE NOT EXISTS (SELECT 1 FROM untold_quotes WHERE quote_id = quotes.id);

-- Articles of the very same text are extracted once.
CREATE INDEX articles_sha256 ON articles(sha256);

-- Who speaks with the first speaker; these rows are never updated.
CREATE TRIGGER untold_quotes_joined AFTER INSERT ON quote_speakers BEGIN
    INSERT INTO untold_quotes SELECT NEW.quote_id
    WHERE NOT EXISTS (SELECT 1 FROM untold_quotes WHERE quote_id = NEW.quote_id);
END;

CREATE TRIGGER untold_quotes_parted AFTER DELETE ON quote_speakers BEGIN
    INSERT INTO untold_quotes SELECT OLD.quote_id
    WHERE NOT EXISTS (SELECT 1 FROM untold_quotes WHERE quote_id = OLD.quote_id);
END;

-- What people decide on a speaker's type, who took back what, and what the program had found where people corrected it.

CREATE TABLE retypes (
    id TEXT PRIMARY KEY,
    speaker_id TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('person', 'organization', 'group', 'document')),
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    superseded_at TEXT
) STRICT;
CREATE INDEX retypes_speaker_id ON retypes(speaker_id);

CREATE TRIGGER retypes_stale_insert AFTER INSERT ON retypes BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

CREATE TRIGGER retypes_stale_update AFTER UPDATE ON retypes BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

CREATE TRIGGER retypes_stale_delete AFTER DELETE ON retypes BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

-- A decision that was taken back, and the earlier one that holds again; as other decisions, it hangs on no row.
CREATE TABLE undos (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('judgement', 'rename', 'retype', 'correction')),
    decision_id TEXT NOT NULL,
    restored_id TEXT,
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    redone_by TEXT,
    redone_at TEXT
) STRICT;
CREATE INDEX undos_decision_id ON undos(decision_id);

-- What the program found in an article of whose quotes people corrected some: taking one back needs no new extraction.
CREATE TABLE uncorrected (
    article_id TEXT PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
    found TEXT NOT NULL
) STRICT;

-- What was found in articles that were corrected before is not known: '' until the next build extracts them again.
INSERT INTO uncorrected (article_id, found)
SELECT id, '' FROM articles WHERE id IN (SELECT article_id FROM corrections WHERE superseded_at IS NULL);

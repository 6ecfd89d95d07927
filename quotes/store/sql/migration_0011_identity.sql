-- What roles belong to is often who speaks too: each wording of an affiliation with its speaker.
CREATE TABLE affiliations (
    affiliation TEXT PRIMARY KEY,
    speaker_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX affiliations_speaker_id ON affiliations(speaker_id);

-- Who is who is to be computed again: only that fills the table.
INSERT OR IGNORE INTO stale (what) SELECT 'speakers' WHERE EXISTS (SELECT 1 FROM speakers);

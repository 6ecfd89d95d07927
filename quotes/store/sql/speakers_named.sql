-- Speakers of the quotes in whose speakers' names the words of a full-text query stand, with everything they are called.
WITH found AS (
    SELECT id, speaker_id FROM quotes WHERE rowid IN (SELECT rowid FROM quotes_fts WHERE quotes_fts MATCH :words)
), speaking AS (
    SELECT speaker_id FROM found
    UNION SELECT quote_speakers.speaker_id FROM found JOIN quote_speakers ON quote_id = found.id
)
SELECT speakers.id, speakers.name FROM speakers WHERE id IN (SELECT speaker_id FROM speaking)
UNION
SELECT aliases.speaker_id, aliases.alias FROM aliases WHERE speaker_id IN (SELECT speaker_id FROM speaking)

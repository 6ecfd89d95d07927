-- Speakers with a quote whose names hold the words of a full-text query, with everything they are called.
SELECT speakers.id, speakers.name FROM speakers
WHERE id IN (SELECT speaker_id FROM quotes WHERE rowid IN (SELECT rowid FROM quotes_fts WHERE quotes_fts MATCH :words))
UNION
SELECT aliases.speaker_id, aliases.alias FROM aliases
WHERE speaker_id IN
    (SELECT speaker_id FROM quotes WHERE rowid IN (SELECT rowid FROM quotes_fts WHERE quotes_fts MATCH :words))

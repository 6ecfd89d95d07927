-- Speakers speak, have names to be found by, and are not forwarded.
SELECT 'speaker ' || id || ' has no quote'
FROM speakers
WHERE NOT EXISTS (SELECT 1 FROM quotes WHERE speaker_id = speakers.id)
    AND NOT EXISTS (SELECT 1 FROM quote_speakers WHERE speaker_id = speakers.id)
UNION ALL
SELECT 'speaker ' || id || ' has no names for full-text search'
FROM speakers
WHERE NOT EXISTS (SELECT 1 FROM speaker_names WHERE speaker_id = speakers.id)
UNION ALL
SELECT 'speaker ' || old_id || ' is forwarded, though still there'
FROM speaker_redirects
JOIN speakers ON speakers.id = old_id
UNION ALL
SELECT 'entity ' || entities.id || ' has another number of quotes than it says'
FROM entities
WHERE quotes <> (SELECT count(*) FROM quotes WHERE entity_id = entities.id)
    + (SELECT count(*) FROM quote_entities WHERE entity_id = entities.id AND place > 0)
UNION ALL
SELECT 'role ' || roles.id || ' is nobody''s'
FROM roles
WHERE NOT EXISTS (
    SELECT 1 FROM entities JOIN entity_roles ON entity_roles.entity_id = entities.id
    WHERE entities.speaker_id = roles.speaker_id)
UNION ALL
SELECT 'entity ' || id || ' of article ' || article_id || ' is several speakers in one: build again'
FROM entities
WHERE type IN ('group', 'document') AND name LIKE '%; %'

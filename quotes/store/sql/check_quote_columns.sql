-- What a quote repeats of its article, entity and role is what they say.
SELECT 'quote ' || quotes.id || ' has another outlet or date than its article'
FROM quotes
JOIN articles ON articles.id = quotes.article_id
WHERE quotes.outlet_id IS NOT articles.outlet_id
    OR quotes.published IS NOT articles.published
    OR quotes.published_utc IS NOT articles.published_utc
    OR quotes.day IS NOT CASE
        WHEN quotes.published GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN substr(quotes.published, 1, 10) END
    OR quotes.month IS NOT CASE
        WHEN quotes.published GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]*' THEN substr(quotes.published, 1, 7) END
UNION ALL
SELECT 'quote ' || quotes.id || ' has another speaker or article than its entity'
FROM quotes
JOIN entities ON entities.id = quotes.entity_id
WHERE quotes.speaker_id <> entities.speaker_id OR quotes.article_id <> entities.article_id
UNION ALL
SELECT 'quote ' || quotes.id || ' has several speakers of whom its entity is not the first, or entities of another article'
FROM quotes
JOIN quote_entities ON quote_entities.quote_id = quotes.id
JOIN entities ON entities.id = quote_entities.entity_id
WHERE (quote_entities.place = 0) <> (quote_entities.entity_id = quotes.entity_id)
    OR entities.article_id <> quotes.article_id
UNION ALL
SELECT 'quote ' || quotes.id || ' has a role of another speaker, or none where its article gives one'
FROM quotes
LEFT JOIN roles ON roles.id = quotes.role_id
WHERE roles.speaker_id IS NOT CASE WHEN quotes.role IS NOT NULL THEN quotes.speaker_id END

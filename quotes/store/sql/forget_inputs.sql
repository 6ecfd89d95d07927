-- Inputs of a name that gave one of these articles, or none: they were read before in another way, or had other bytes.
DELETE FROM inputs
WHERE name = :name AND (
    id NOT IN (SELECT input_id FROM input_articles)
    OR id IN (SELECT input_id FROM input_articles WHERE article_id IN (SELECT value FROM json_each(:articles)))
    OR name LIKE 'http%://%'
)

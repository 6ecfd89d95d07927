-- The names that articles give to those who speak together, and the first speaker of the quote, quote by quote in their order.
SELECT quotes.id, entities.name, quotes.speaker_id
FROM quote_entities
JOIN entities ON entities.id = quote_entities.entity_id
JOIN quotes ON quotes.id = quote_entities.quote_id
WHERE entities.name IS NOT NULL
ORDER BY quotes.id DESC, quote_entities.place

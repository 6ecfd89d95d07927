-- The speakers of quotes of several; one who stands there twice (two names that people say are one) has the first place.
SELECT quote_entities.quote_id, entities.speaker_id, min(quote_entities.place)
FROM quote_entities
JOIN entities ON entities.id = quote_entities.entity_id
GROUP BY quote_entities.quote_id, entities.speaker_id

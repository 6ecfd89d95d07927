-- The speakers that entities have, once those that the resolution knows have been assigned.
SELECT DISTINCT coalesce(assignments.speaker_id, entities.speaker_id)
FROM entities
LEFT JOIN temp.assignments ON assignments.entity_id = entities.id

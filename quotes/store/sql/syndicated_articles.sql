-- Note which article an article copies, where that differs from what is noted.
UPDATE articles AS copy
SET syndicated_from = (
    SELECT original.id FROM temp.syndications JOIN articles AS original ON original.id = syndications.original_id
    WHERE syndications.id = copy.id)
WHERE syndicated_from IS NOT (
    SELECT original.id FROM temp.syndications JOIN articles AS original ON original.id = syndications.original_id
    WHERE syndications.id = copy.id)

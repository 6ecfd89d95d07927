-- The first of these quotes (a JSON list, in its order) that is open to a reviewer: nobody has it before them or said right or wrong
-- of it as it is now, and this reviewer did not skip it.
SELECT quotes.id
FROM json_each(:ranked) AS ranked
JOIN quotes ON quotes.id = ranked.value
WHERE NOT EXISTS (SELECT 1 FROM review_leases WHERE review_leases.quote_id = quotes.id AND review_leases.who <> :who)
    AND NOT EXISTS (
        SELECT 1 FROM reviews
        WHERE reviews.quote_id = quotes.id AND reviews.superseded_at IS NULL
            AND (reviews.verdict <> 'skipped' OR reviews.who = :who)
            AND quotes.speaker_id IN (SELECT reviews.speaker_id UNION ALL
                SELECT speaker_id FROM speaker_redirects WHERE old_id = reviews.speaker_id)
    )
ORDER BY ranked.key
LIMIT 1

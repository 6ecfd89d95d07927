-- What was said right or wrong of, a row a quote: where it stands, how sure the program was, and the verdicts that hold.
SELECT
    reviews.quote_id,
    max(reviews.outlet_id) AS outlet_id,
    max(outlets.name) AS outlet,
    max(coalesce(reviews.confidence, 0) * coalesce(reviews.speaker_confidence, 1)) AS certainty,
    sum(reviews.verdict = 'right') AS right,
    sum(reviews.verdict = 'wrong') AS wrong,
    quotes.id IS NOT NULL AS is_there
FROM reviews
LEFT JOIN outlets ON outlets.id = reviews.outlet_id
LEFT JOIN quotes ON quotes.id = reviews.quote_id
WHERE reviews.superseded_at IS NULL AND reviews.verdict <> 'skipped'
GROUP BY reviews.quote_id
ORDER BY reviews.quote_id

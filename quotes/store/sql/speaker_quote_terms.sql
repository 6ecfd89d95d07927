-- In how many quotes of each speaker each term stands, and the sum of its weights there.
-- Weights are added as whole millionths: a sum of fractions would depend, in its last digit, on the order of rows.
SELECT voices.speaker_id, terms.term, count(*) AS quotes,
    sum(CAST(round(quote_terms.weight * 1000000) AS INTEGER)) / 1000000.0 AS weight
FROM quote_terms
JOIN voices ON voices.quote_id = quote_terms.quote_id
JOIN terms ON terms.id = quote_terms.term_id
GROUP BY voices.speaker_id, terms.id
ORDER BY voices.speaker_id, terms.term

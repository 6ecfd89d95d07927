-- In how many quotes of each speaker each term stands, and the sum of its weights there.
SELECT quotes.speaker_id, terms.term, count(*) AS quotes, sum(quote_terms.weight) AS weight
FROM quote_terms
JOIN quotes ON quotes.id = quote_terms.quote_id
JOIN terms ON terms.id = quote_terms.term_id
GROUP BY quotes.speaker_id, terms.id
ORDER BY quotes.speaker_id, terms.term

-- The numbers kept for each speaker are those of its quotes.
WITH counted AS (
    SELECT voices.speaker_id, count(*), sum(words), sum(form = 'direct'), sum(form = 'mixed'), sum(form = 'indirect'),
        count(DISTINCT voices.article_id), count(DISTINCT voices.outlet_id), min(voices.day), max(voices.day)
    FROM voices JOIN quotes ON quotes.id = voices.quote_id GROUP BY voices.speaker_id
)
SELECT 'speaker ' || speaker_id || ' has other numbers of quotes than are kept'
FROM (
    SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM speaker_totals)
    UNION
    SELECT * FROM (SELECT * FROM speaker_totals EXCEPT SELECT * FROM counted)
)

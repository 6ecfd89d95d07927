-- The numbers kept for each speaker are those of its quotes.
WITH counted AS (
    SELECT speaker_id, count(*), sum(words), sum(form = 'direct'), sum(form = 'mixed'), sum(form = 'indirect'),
        count(DISTINCT article_id), count(DISTINCT outlet_id), min(day), max(day)
    FROM quotes GROUP BY speaker_id
)
SELECT 'speaker ' || speaker_id || ' has other numbers of quotes than are kept'
FROM (
    SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM speaker_totals)
    UNION
    SELECT * FROM (SELECT * FROM speaker_totals EXCEPT SELECT * FROM counted)
)

-- A quote's text is what its content spans cover, joined by a space.
SELECT DISTINCT 'quote ' || quotes.id || ' is not what its content spans cover'
FROM quotes
LEFT JOIN (
    SELECT spans.quote_id, group_concat(substr(articles.text, spans.start + 1, spans."end" - spans.start), ' ') OVER (
        PARTITION BY spans.quote_id ORDER BY spans.piece ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS text
    FROM spans
    JOIN quotes ON quotes.id = spans.quote_id
    JOIN articles ON articles.id = quotes.article_id
    WHERE spans.kind = 'content'
) AS covered ON covered.quote_id = quotes.id
WHERE covered.text IS NOT quotes.text

-- A quote begins and ends where its content does, every quote has content, and no span leaves its article.
SELECT 'quote ' || quotes.id || ' does not begin and end where its content does'
FROM quotes
WHERE quotes.start IS NOT (SELECT min(start) FROM spans WHERE quote_id = quotes.id AND kind = 'content')
    OR quotes."end" IS NOT (SELECT max("end") FROM spans WHERE quote_id = quotes.id AND kind = 'content')
UNION ALL
SELECT 'quote ' || quotes.id || ' has a ' || spans.kind || ' outside its article'
FROM spans
JOIN quotes ON quotes.id = spans.quote_id
JOIN articles ON articles.id = quotes.article_id
WHERE spans."end" > length(articles.text)

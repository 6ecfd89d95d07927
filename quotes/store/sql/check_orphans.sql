-- Nothing is kept that nothing needs, and a finished build leaves nothing to be computed.
SELECT 'outlet ' || id || ' has no article'
FROM outlets
WHERE NOT EXISTS (SELECT 1 FROM articles WHERE outlet_id = outlets.id)
UNION ALL
SELECT 'term ' || id || ' stands in no quote'
FROM terms
WHERE NOT EXISTS (SELECT 1 FROM quote_terms WHERE term_id = terms.id)
UNION ALL
SELECT 'run ' || id || ' made nothing'
FROM runs
WHERE NOT EXISTS (SELECT 1 FROM articles WHERE articles.run_id = runs.id)
    AND NOT EXISTS (SELECT 1 FROM failures WHERE failures.run_id = runs.id)
UNION ALL
SELECT 'statement ' || id || ' is carried by fewer than two articles'
FROM statements
WHERE (SELECT count(DISTINCT article_id) FROM quotes WHERE statement_id = statements.id) < 2
UNION ALL
SELECT 'quote ' || quotes.id || ' belongs to another statement than its version says'
FROM quotes LEFT JOIN statement_variants ON statement_variants.quote_id = quotes.id
WHERE quotes.statement_id IS NOT statement_variants.statement_id
UNION ALL
SELECT 'families and statements are to be computed anew: a build was interrupted; run `quotes build` again'
WHERE EXISTS (SELECT 1 FROM untold_articles) OR EXISTS (SELECT 1 FROM untold_quotes)
UNION ALL
SELECT what || ' are to be computed anew: a build was interrupted; run `quotes build` again'
FROM stale

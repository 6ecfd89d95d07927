-- Forget the runs that made nothing of what the database holds now.
DELETE FROM runs
WHERE NOT EXISTS (SELECT 1 FROM articles WHERE articles.run_id = runs.id)
    AND NOT EXISTS (SELECT 1 FROM quotes WHERE quotes.run_id = runs.id)
    AND NOT EXISTS (SELECT 1 FROM failures WHERE failures.run_id = runs.id)

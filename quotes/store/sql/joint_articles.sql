-- The articles in which an older version made one speaker of several ("Ann Lee; Bo Dahl").
SELECT DISTINCT entities.article_id
FROM entities
JOIN articles ON articles.id = entities.article_id
WHERE entities.type IN ('group', 'document') AND entities.name LIKE '%; %' AND articles.run_id <> :run_id
ORDER BY entities.article_id

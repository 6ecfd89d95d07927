-- The speakers of single articles, with what is known of the article, in the order of their identifiers.
SELECT entities.id, entities.article_id, entities.type, entities.name, entities.description,
    articles.published, articles.outlet_id, entities.quotes, entities.speaker_id
FROM entities
JOIN articles ON articles.id = entities.article_id
ORDER BY entities.id

-- The roles that articles give to speakers, and when.
SELECT entities.speaker_id, entity_roles.role, entity_roles.affiliation, entity_roles.role_class,
    articles.published, articles.id
FROM entity_roles
JOIN entities ON entities.id = entity_roles.entity_id
JOIN articles ON articles.id = entities.article_id

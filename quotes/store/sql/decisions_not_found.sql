-- Decisions that hold on somebody whom one article knew, and whom that article, changed since, no longer has.
SELECT DISTINCT made.who, coalesce(anchor.name, anchor.description, anchor.named_id) || ' in ' || anchor.article_id
FROM entity_anchors AS anchor
JOIN (
    SELECT left_id AS named_id, who FROM judgements WHERE superseded_at IS NULL
    UNION SELECT right_id, who FROM judgements WHERE superseded_at IS NULL
    UNION SELECT speaker_id, who FROM renames WHERE superseded_at IS NULL
    UNION SELECT speaker_id, who FROM retypes WHERE superseded_at IS NULL
) AS made ON made.named_id = anchor.named_id
WHERE NOT EXISTS (
    SELECT 1 FROM entity_anchors AS again JOIN entities ON entities.id = again.entity_id
    WHERE again.named_id = anchor.named_id
)
ORDER BY 1, 2

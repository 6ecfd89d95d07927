-- Numbers of quotes by what people's lists say of their speakers under one name: of all speakers, or of those in temp.chosen.
-- A quote of several counts once for each value that one of them has; without a value are those of whose speakers no list tells it.
WITH told AS (
    SELECT DISTINCT voices.quote_id, held.value
    FROM voices
    LEFT JOIN speaker_attributes AS held ON held.speaker_id = voices.speaker_id AND held.name = :name
    WHERE :everyone OR voices.speaker_id IN (SELECT speaker_id FROM temp.chosen)
),
said AS (
    SELECT quote_id, value FROM told
    WHERE value IS NOT NULL OR quote_id NOT IN (SELECT quote_id FROM told WHERE value IS NOT NULL)
),
people AS (
    SELECT held.value, count(DISTINCT voices.speaker_id) AS speakers
    FROM voices
    LEFT JOIN speaker_attributes AS held ON held.speaker_id = voices.speaker_id AND held.name = :name
    WHERE :everyone OR voices.speaker_id IN (SELECT speaker_id FROM temp.chosen)
    GROUP BY 1
)
SELECT
    said.value,
    count(*) AS quotes,
    round(1.0 * count(*) / (SELECT count(DISTINCT quote_id) FROM said), 4) AS share,
    CASE WHEN said.value IS NOT NULL THEN
        round(1.0 * count(*) / (SELECT count(DISTINCT quote_id) FROM said WHERE value IS NOT NULL), 4)
    END AS share_of_known,
    sum(quotes.words) AS words,
    sum(quotes.form = 'direct') AS direct,
    sum(quotes.form = 'mixed') AS mixed,
    sum(quotes.form = 'indirect') AS indirect,
    count(DISTINCT quotes.article_id) AS articles,
    count(DISTINCT coalesce(article_families.family_id, quotes.article_id)) AS families,
    (SELECT speakers FROM people WHERE people.value IS said.value) AS speakers,
    min(quotes.day) AS first_day,
    max(quotes.day) AS last_day
FROM said
JOIN quotes ON quotes.id = said.quote_id
LEFT JOIN article_families ON article_families.article_id = quotes.article_id
GROUP BY said.value
ORDER BY said.value IS NULL, quotes DESC, said.value

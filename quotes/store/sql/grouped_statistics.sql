-- Numbers of quotes by role, outlet, month, form or act ("not" before it where it was not done): of all speakers together, or of each of those in temp.chosen.
-- A quote of several counts once for all together and once for each; its role and affiliation are the first speaker's.
SELECT
    CASE WHEN NOT :everyone THEN speakers.id END AS speaker_id,
    CASE WHEN NOT :everyone THEN speakers.name END AS name,
    CASE :by
        WHEN 'role' THEN CASE WHEN :everyone THEN quotes.role WHEN voices.is_first THEN roles.role END
        WHEN 'outlet' THEN outlets.name
        WHEN 'month' THEN quotes.month
        WHEN 'form' THEN quotes.form
        WHEN 'act' THEN CASE WHEN quotes.negated THEN 'not ' ELSE '' END || quotes.act
    END AS value,
    CASE WHEN :by = 'role' AND (:everyone OR voices.is_first) THEN quotes.affiliation END AS affiliation,
    sum(voices.is_first OR NOT :everyone) AS quotes,
    sum(quotes.words * (voices.is_first OR NOT :everyone)) AS words,
    sum(quotes.form = 'direct' AND (voices.is_first OR NOT :everyone)) AS direct,
    sum(quotes.form = 'mixed' AND (voices.is_first OR NOT :everyone)) AS mixed,
    sum(quotes.form = 'indirect' AND (voices.is_first OR NOT :everyone)) AS indirect,
    count(DISTINCT quotes.article_id) AS articles,
    count(DISTINCT coalesce(article_families.family_id, quotes.article_id)) AS families,
    count(DISTINCT voices.speaker_id) AS speakers,
    min(quotes.day) AS first_day,
    max(quotes.day) AS last_day
FROM voices
JOIN quotes ON quotes.id = voices.quote_id
JOIN speakers ON speakers.id = voices.speaker_id
LEFT JOIN roles ON roles.id = quotes.role_id
LEFT JOIN outlets ON outlets.id = quotes.outlet_id
LEFT JOIN article_families ON article_families.article_id = quotes.article_id
WHERE :everyone OR voices.speaker_id IN (SELECT speaker_id FROM temp.chosen)
GROUP BY 1, 3, 4
ORDER BY CASE WHEN :by = 'month' THEN value END, quotes DESC, name, value, affiliation, speaker_id

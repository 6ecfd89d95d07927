-- Quotes to review, first those by which readers are misled most often as far as the program knows: how unsure it is of words and
-- speaker, times the articles that carry the words. Of the same words in several articles only the least sure quote is asked;
-- of equals, that of the speaker who is quoted most comes first. A quote of which somebody said right or wrong comes again only
-- if it has another speaker now.
WITH asked AS (
    SELECT
        quotes.id,
        quotes.speaker_id,
        1 - quotes.confidence * coalesce(quotes.speaker_confidence, 1) AS doubt,
        coalesce(statements.articles, copies.articles, 1) AS articles,
        row_number() OVER (
            PARTITION BY coalesce(quotes.statement_id, families.family_id || ' ' || quotes.text, quotes.id)
            ORDER BY quotes.confidence * coalesce(quotes.speaker_confidence, 1), quotes.id
        ) AS place
    FROM quotes
    LEFT JOIN statements ON statements.id = quotes.statement_id
    LEFT JOIN article_families AS families ON families.article_id = quotes.article_id
    LEFT JOIN (SELECT family_id, count(*) AS articles FROM article_families GROUP BY family_id) AS copies
        ON copies.family_id = families.family_id
    WHERE quotes.confidence IS NOT NULL
)
SELECT asked.id
FROM asked
LEFT JOIN speaker_totals ON speaker_totals.speaker_id = asked.speaker_id
WHERE asked.place = 1 AND NOT EXISTS (
    SELECT 1 FROM reviews
    WHERE reviews.quote_id = asked.id AND reviews.superseded_at IS NULL AND reviews.verdict <> 'skipped'
        AND asked.speaker_id IN (SELECT reviews.speaker_id UNION ALL
            SELECT speaker_id FROM speaker_redirects WHERE old_id = reviews.speaker_id)
)
ORDER BY round(asked.doubt * asked.articles, 6) DESC, speaker_totals.quotes DESC, asked.id
LIMIT :limit

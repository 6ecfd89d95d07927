-- The numbers kept for each value of a facet are those of the quotes that have it.
WITH valued AS (
    SELECT 'speaker_id' AS facet, voices.speaker_id AS value, words, form FROM quotes JOIN voices ON quote_id = quotes.id
    UNION ALL SELECT 'role_id', role_id, words, form FROM quotes
    UNION ALL SELECT 'role', role, words, form FROM quotes
    UNION ALL SELECT 'affiliation', affiliation, words, form FROM quotes
    UNION ALL SELECT 'role_class', role_class, words, form FROM quotes
    UNION ALL SELECT 'outlet_id', outlet_id, words, form FROM quotes
    UNION ALL SELECT 'day', day, words, form FROM quotes
    UNION ALL SELECT 'month', month, words, form FROM quotes
    UNION ALL SELECT 'form', form, words, form FROM quotes
    UNION ALL SELECT 'kind', kind, words, form FROM quotes
    UNION ALL SELECT 'mention', mention, words, form FROM quotes
    UNION ALL SELECT 'cue_lemma', cue_lemma, words, form FROM quotes
    UNION ALL SELECT 'rule', rule, words, form FROM quotes
    UNION ALL SELECT 'term_id', term_id, words, form FROM quotes JOIN quote_terms ON quote_id = quotes.id
), counted AS (
    SELECT facet, value, count(*), sum(words), sum(form = 'direct'), sum(form = 'mixed'), sum(form = 'indirect')
    FROM valued WHERE value IS NOT NULL GROUP BY facet, value
)
SELECT DISTINCT facet || ' ' || value || ' has other numbers of quotes than are kept'
FROM (
    SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM facet_counts)
    UNION
    SELECT * FROM (SELECT * FROM facet_counts EXCEPT SELECT * FROM counted)
)

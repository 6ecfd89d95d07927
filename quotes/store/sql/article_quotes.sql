-- The quotes of an article in the order of the text, with their entities and the speakers behind them.
SELECT quotes.id, entities.key, quotes.kind, quotes.form, quotes.text, quotes.context, quotes.cue, quotes.cue_lemma,
    quotes.source, speakers.name, speakers.type, quotes.mention, quotes.role, quotes.affiliation, quotes.confidence,
    quotes.rule, quotes.entity_id
FROM quotes
JOIN entities ON entities.id = quotes.entity_id
JOIN speakers ON speakers.id = quotes.speaker_id
WHERE quotes.article_id = ?
ORDER BY quotes.start, quotes."end", quotes.id

-- Speakers with the numbers of their quotes, those quoted most first: all, or those in temp.chosen.
SELECT speaker_id, name, type, authority_id, role, affiliation, quotes, words, direct, mixed, indirect, articles, families,
    outlets, first_day, last_day
FROM speaker_stats
WHERE :everyone OR speaker_id IN (SELECT speaker_id FROM temp.chosen)
ORDER BY quotes DESC, name, speaker_id

-- Speakers with a name, those quoted most first, with what helps to tell who they are: for a spreadsheet.
SELECT
    speakers.id,
    speakers.name,
    speakers.type,
    coalesce(speakers.authority_id, ''),
    speaker_totals.quotes,
    speaker_totals.articles,
    coalesce((SELECT group_concat(role, '; ') FROM (
        SELECT role FROM roles WHERE roles.speaker_id = speakers.id ORDER BY articles DESC, role, id LIMIT 3)), ''),
    coalesce((SELECT group_concat(alias, '; ') FROM (
        SELECT alias FROM aliases WHERE aliases.speaker_id = speakers.id AND alias <> speakers.name
        ORDER BY mentions DESC, alias LIMIT 8)), ''),
    coalesce((SELECT group_concat(name || ' [' || id || ']', '; ') FROM (
        SELECT others.name, others.id FROM (
            SELECT right_id AS other_id, score FROM speaker_candidates WHERE left_id = speakers.id
            UNION ALL SELECT left_id, score FROM speaker_candidates WHERE right_id = speakers.id) AS pairs
        JOIN speakers AS others ON others.id = pairs.other_id ORDER BY pairs.score DESC, others.id LIMIT 5)), '')
FROM speaker_totals
JOIN speakers ON speakers.id = speaker_totals.speaker_id
WHERE speakers.type <> 'unnamed'
ORDER BY speaker_totals.quotes DESC, speakers.name, speakers.id

-- A quote of several speakers is one of each. `quotes.speaker_id` is the first; `quote_entities` has the entities of all of
-- them (facts, for quotes of several alone), `quote_speakers` their speakers, which are computed: a speaker stands once there.
-- How sure the program is who speaks is told apart from how sure it is of the words.

ALTER TABLE quotes ADD COLUMN speaker_confidence REAL CHECK (speaker_confidence BETWEEN 0 AND 1);
CREATE INDEX quotes_speaker_confidence ON quotes(speaker_confidence);

CREATE TABLE quote_entities (
    quote_id TEXT NOT NULL REFERENCES quotes(id) ON DELETE CASCADE,
    place INTEGER NOT NULL CHECK (place >= 0),
    entity_id TEXT NOT NULL REFERENCES entities(id) ON DELETE CASCADE,
    PRIMARY KEY (quote_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE quote_speakers (
    quote_id TEXT NOT NULL REFERENCES quotes(id) ON DELETE CASCADE,
    speaker_id TEXT NOT NULL REFERENCES speakers(id),
    place INTEGER NOT NULL CHECK (place >= 0),
    PRIMARY KEY (quote_id, speaker_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX quote_entities_entity_id ON quote_entities(entity_id);
CREATE INDEX quote_speakers_speaker_id ON quote_speakers(speaker_id);

-- Who speaks in which quote, several in some: what is counted of a speaker is counted here.
CREATE VIEW voices AS
SELECT id AS quote_id, speaker_id, 1 AS is_first, article_id, outlet_id, day
FROM quotes
UNION ALL
SELECT quote_speakers.quote_id, quote_speakers.speaker_id, 0, quotes.article_id, quotes.outlet_id, quotes.day
FROM quote_speakers
JOIN quotes ON quotes.id = quote_speakers.quote_id
WHERE quote_speakers.speaker_id <> quotes.speaker_id;

-- Full-text search finds a quote by the names of each. The order of the names is one that no update changes.

DROP TRIGGER IF EXISTS quotes_fts_delete;
DROP TRIGGER IF EXISTS quotes_fts_before_update;
DROP TRIGGER speaker_names_before_update;
DROP TRIGGER speaker_names_after_update;
DROP VIEW quotes_search;

CREATE VIEW quotes_search AS
SELECT
    quotes.rowid AS rowid,
    quotes.text AS text,
    CASE WHEN EXISTS (SELECT 1 FROM quote_speakers WHERE quote_id = quotes.id)
        THEN speaker_names.names || coalesce((SELECT group_concat(' ' || names, '') FROM (
            SELECT others.names FROM quote_speakers
            JOIN speaker_names AS others ON others.speaker_id = quote_speakers.speaker_id
            WHERE quote_speakers.quote_id = quotes.id AND quote_speakers.speaker_id <> quotes.speaker_id
            ORDER BY quote_speakers.speaker_id)), '')
        ELSE speaker_names.names END AS speaker,
    quote_folds.folded AS folded
FROM quotes
LEFT JOIN speaker_names ON speaker_names.speaker_id = quotes.speaker_id
LEFT JOIN quote_folds ON quote_folds.quote_id = quotes.id;

-- A quote's further speakers go before the quote does or gets another first one, while it is searched and counted by all.

CREATE TRIGGER quotes_fts_delete BEFORE DELETE ON quotes BEGIN
    DELETE FROM quote_speakers WHERE quote_id = OLD.id;
    INSERT INTO quotes_fts (quotes_fts, rowid, text, speaker, folded)
    SELECT 'delete', rowid, text, speaker, folded FROM quotes_search WHERE rowid = OLD.rowid;
END;

CREATE TRIGGER quotes_fts_before_update BEFORE UPDATE OF id, text, speaker_id ON quotes BEGIN
    DELETE FROM quote_speakers WHERE quote_id = OLD.id AND NEW.speaker_id <> OLD.speaker_id;
    INSERT INTO quotes_fts (quotes_fts, rowid, text, speaker, folded)
    SELECT 'delete', rowid, text, speaker, folded FROM quotes_search WHERE rowid = OLD.rowid;
END;

CREATE TRIGGER quote_speakers_fts_before_insert BEFORE INSERT ON quote_speakers BEGIN
    INSERT INTO quotes_fts (quotes_fts, rowid, text, speaker, folded)
    SELECT 'delete', rowid, text, speaker, folded FROM quotes_search
    WHERE rowid = (SELECT rowid FROM quotes WHERE id = NEW.quote_id);
END;

CREATE TRIGGER quote_speakers_fts_after_insert AFTER INSERT ON quote_speakers BEGIN
    INSERT INTO quotes_fts (rowid, text, speaker, folded)
    SELECT rowid, text, speaker, folded FROM quotes_search
    WHERE rowid = (SELECT rowid FROM quotes WHERE id = NEW.quote_id);
END;

CREATE TRIGGER quote_speakers_fts_before_delete BEFORE DELETE ON quote_speakers BEGIN
    INSERT INTO quotes_fts (quotes_fts, rowid, text, speaker, folded)
    SELECT 'delete', rowid, text, speaker, folded FROM quotes_search
    WHERE rowid = (SELECT rowid FROM quotes WHERE id = OLD.quote_id);
END;

CREATE TRIGGER quote_speakers_fts_after_delete AFTER DELETE ON quote_speakers BEGIN
    INSERT INTO quotes_fts (rowid, text, speaker, folded)
    SELECT rowid, text, speaker, folded FROM quotes_search
    WHERE rowid = (SELECT rowid FROM quotes WHERE id = OLD.quote_id);
END;

CREATE TRIGGER speaker_names_before_update BEFORE UPDATE OF names ON speaker_names BEGIN
    INSERT INTO quotes_fts (quotes_fts, rowid, text, speaker, folded)
    SELECT 'delete', quotes_search.rowid, quotes_search.text, quotes_search.speaker, quotes_search.folded
    FROM quotes JOIN quotes_search ON quotes_search.rowid = quotes.rowid
    WHERE quotes.id IN (SELECT quote_id FROM voices WHERE speaker_id = OLD.speaker_id);
END;

CREATE TRIGGER speaker_names_after_update AFTER UPDATE OF names ON speaker_names BEGIN
    INSERT INTO quotes_fts (rowid, text, speaker, folded)
    SELECT quotes_search.rowid, quotes_search.text, quotes_search.speaker, quotes_search.folded
    FROM quotes JOIN quotes_search ON quotes_search.rowid = quotes.rowid
    WHERE quotes.id IN (SELECT quote_id FROM voices WHERE speaker_id = NEW.speaker_id);
END;

-- Each speaker's numbers, as before for the first.

DROP TRIGGER quotes_totals_insert;
DROP TRIGGER quotes_totals_delete;
DROP TRIGGER quotes_totals_speaker;

CREATE TRIGGER quotes_totals_insert AFTER INSERT ON quotes BEGIN
    INSERT INTO speaker_totals
        (speaker_id, quotes, words, direct, mixed, indirect, articles, outlets, first_day, last_day)
    VALUES
        (NEW.speaker_id, 1, NEW.words, NEW.form = 'direct', NEW.form = 'mixed', NEW.form = 'indirect',
         1, NEW.outlet_id IS NOT NULL, NEW.day, NEW.day)
    ON CONFLICT (speaker_id) DO UPDATE SET
        quotes = quotes + 1,
        words = words + excluded.words,
        direct = direct + excluded.direct,
        mixed = mixed + excluded.mixed,
        indirect = indirect + excluded.indirect,
        articles = articles + ((SELECT count(*) FROM (
            SELECT 1 FROM voices WHERE speaker_id = NEW.speaker_id AND article_id = NEW.article_id LIMIT 2)) = 1),
        outlets = outlets + (NEW.outlet_id IS NOT NULL AND (SELECT count(*) FROM (
            SELECT 1 FROM voices WHERE speaker_id = NEW.speaker_id AND outlet_id = NEW.outlet_id LIMIT 2)) = 1),
        first_day = min(coalesce(first_day, excluded.first_day), coalesce(excluded.first_day, first_day)),
        last_day = max(coalesce(last_day, excluded.last_day), coalesce(excluded.last_day, last_day));
    INSERT INTO facet_counts (facet, value, quotes, words, direct, mixed, indirect)
    SELECT facet, value, 1, NEW.words, NEW.form = 'direct', NEW.form = 'mixed', NEW.form = 'indirect'
    FROM (
        SELECT 'speaker_id' AS facet, NEW.speaker_id AS value
        UNION ALL SELECT 'role_id', NEW.role_id
        UNION ALL SELECT 'role', NEW.role
        UNION ALL SELECT 'affiliation', NEW.affiliation
        UNION ALL SELECT 'role_class', NEW.role_class
        UNION ALL SELECT 'outlet_id', NEW.outlet_id
        UNION ALL SELECT 'day', NEW.day
        UNION ALL SELECT 'month', NEW.month
        UNION ALL SELECT 'form', NEW.form
        UNION ALL SELECT 'kind', NEW.kind
        UNION ALL SELECT 'mention', NEW.mention
        UNION ALL SELECT 'cue_lemma', NEW.cue_lemma
        UNION ALL SELECT 'rule', NEW.rule
    )
    WHERE value IS NOT NULL
    ON CONFLICT (facet, value) DO UPDATE SET
        quotes = quotes + 1,
        words = words + excluded.words,
        direct = direct + excluded.direct,
        mixed = mixed + excluded.mixed,
        indirect = indirect + excluded.indirect;
END;

CREATE TRIGGER quotes_totals_delete AFTER DELETE ON quotes BEGIN
    UPDATE speaker_totals SET
        quotes = quotes - 1,
        words = words - OLD.words,
        direct = direct - (OLD.form = 'direct'),
        mixed = mixed - (OLD.form = 'mixed'),
        indirect = indirect - (OLD.form = 'indirect'),
        articles = articles - NOT EXISTS (
            SELECT 1 FROM voices WHERE speaker_id = OLD.speaker_id AND article_id = OLD.article_id),
        outlets = outlets - (OLD.outlet_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM voices WHERE speaker_id = OLD.speaker_id AND outlet_id = OLD.outlet_id)),
        first_day = (SELECT min(day) FROM (
            SELECT min(day) AS day FROM quotes WHERE speaker_id = OLD.speaker_id
            UNION ALL SELECT min(day) FROM quote_speakers JOIN quotes ON id = quote_id
            WHERE quote_speakers.speaker_id = OLD.speaker_id)),
        last_day = (SELECT max(day) FROM (
            SELECT max(day) AS day FROM quotes WHERE speaker_id = OLD.speaker_id
            UNION ALL SELECT max(day) FROM quote_speakers JOIN quotes ON id = quote_id
            WHERE quote_speakers.speaker_id = OLD.speaker_id))
    WHERE speaker_id = OLD.speaker_id;
    DELETE FROM speaker_totals WHERE speaker_id = OLD.speaker_id AND quotes = 0;
    UPDATE facet_counts SET
        quotes = quotes - 1,
        words = words - OLD.words,
        direct = direct - (OLD.form = 'direct'),
        mixed = mixed - (OLD.form = 'mixed'),
        indirect = indirect - (OLD.form = 'indirect')
    WHERE (facet, value) IN (VALUES
        ('speaker_id', OLD.speaker_id), ('role_id', OLD.role_id), ('role', OLD.role),
        ('affiliation', OLD.affiliation), ('role_class', OLD.role_class), ('outlet_id', OLD.outlet_id),
        ('day', OLD.day), ('month', OLD.month), ('form', OLD.form), ('kind', OLD.kind),
        ('mention', OLD.mention), ('cue_lemma', OLD.cue_lemma), ('rule', OLD.rule));
    DELETE FROM facet_counts WHERE quotes = 0;
END;

CREATE TRIGGER quotes_totals_speaker AFTER UPDATE OF speaker_id ON quotes WHEN NEW.speaker_id <> OLD.speaker_id BEGIN
    UPDATE speaker_totals SET
        quotes = quotes - 1,
        words = words - OLD.words,
        direct = direct - (OLD.form = 'direct'),
        mixed = mixed - (OLD.form = 'mixed'),
        indirect = indirect - (OLD.form = 'indirect'),
        articles = articles - NOT EXISTS (
            SELECT 1 FROM voices WHERE speaker_id = OLD.speaker_id AND article_id = OLD.article_id),
        outlets = outlets - (OLD.outlet_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM voices WHERE speaker_id = OLD.speaker_id AND outlet_id = OLD.outlet_id)),
        first_day = (SELECT min(day) FROM (
            SELECT min(day) AS day FROM quotes WHERE speaker_id = OLD.speaker_id
            UNION ALL SELECT min(day) FROM quote_speakers JOIN quotes ON id = quote_id
            WHERE quote_speakers.speaker_id = OLD.speaker_id)),
        last_day = (SELECT max(day) FROM (
            SELECT max(day) AS day FROM quotes WHERE speaker_id = OLD.speaker_id
            UNION ALL SELECT max(day) FROM quote_speakers JOIN quotes ON id = quote_id
            WHERE quote_speakers.speaker_id = OLD.speaker_id))
    WHERE speaker_id = OLD.speaker_id;
    DELETE FROM speaker_totals WHERE speaker_id = OLD.speaker_id AND quotes = 0;
    INSERT INTO speaker_totals
        (speaker_id, quotes, words, direct, mixed, indirect, articles, outlets, first_day, last_day)
    VALUES
        (NEW.speaker_id, 1, NEW.words, NEW.form = 'direct', NEW.form = 'mixed', NEW.form = 'indirect',
         1, NEW.outlet_id IS NOT NULL, NEW.day, NEW.day)
    ON CONFLICT (speaker_id) DO UPDATE SET
        quotes = quotes + 1,
        words = words + excluded.words,
        direct = direct + excluded.direct,
        mixed = mixed + excluded.mixed,
        indirect = indirect + excluded.indirect,
        articles = articles + ((SELECT count(*) FROM (
            SELECT 1 FROM voices WHERE speaker_id = NEW.speaker_id AND article_id = NEW.article_id LIMIT 2)) = 1),
        outlets = outlets + (NEW.outlet_id IS NOT NULL AND (SELECT count(*) FROM (
            SELECT 1 FROM voices WHERE speaker_id = NEW.speaker_id AND outlet_id = NEW.outlet_id LIMIT 2)) = 1),
        first_day = min(coalesce(first_day, excluded.first_day), coalesce(excluded.first_day, first_day)),
        last_day = max(coalesce(last_day, excluded.last_day), coalesce(excluded.last_day, last_day));
    UPDATE facet_counts SET
        quotes = quotes - 1,
        words = words - OLD.words,
        direct = direct - (OLD.form = 'direct'),
        mixed = mixed - (OLD.form = 'mixed'),
        indirect = indirect - (OLD.form = 'indirect')
    WHERE facet = 'speaker_id' AND value = OLD.speaker_id;
    DELETE FROM facet_counts WHERE quotes = 0;
    INSERT INTO facet_counts (facet, value, quotes, words, direct, mixed, indirect)
    VALUES ('speaker_id', NEW.speaker_id, 1, NEW.words,
            NEW.form = 'direct', NEW.form = 'mixed', NEW.form = 'indirect')
    ON CONFLICT (facet, value) DO UPDATE SET
        quotes = quotes + 1,
        words = words + excluded.words,
        direct = direct + excluded.direct,
        mixed = mixed + excluded.mixed,
        indirect = indirect + excluded.indirect;
END;

CREATE TRIGGER quote_speakers_totals_insert AFTER INSERT ON quote_speakers
WHEN NEW.speaker_id <> (SELECT speaker_id FROM quotes WHERE id = NEW.quote_id) BEGIN
    INSERT INTO speaker_totals
        (speaker_id, quotes, words, direct, mixed, indirect, articles, outlets, first_day, last_day)
    SELECT NEW.speaker_id, 1, words, form = 'direct', form = 'mixed', form = 'indirect', 1, outlet_id IS NOT NULL, day, day
    FROM quotes WHERE id = NEW.quote_id
    ON CONFLICT (speaker_id) DO UPDATE SET
        quotes = quotes + 1,
        words = words + excluded.words,
        direct = direct + excluded.direct,
        mixed = mixed + excluded.mixed,
        indirect = indirect + excluded.indirect,
        articles = articles + ((SELECT count(*) FROM (
            SELECT 1 FROM voices WHERE speaker_id = NEW.speaker_id AND article_id = (SELECT article_id FROM quotes WHERE id = NEW.quote_id) LIMIT 2)) = 1),
        outlets = outlets + ((SELECT outlet_id FROM quotes WHERE id = NEW.quote_id) IS NOT NULL AND (SELECT count(*) FROM (
            SELECT 1 FROM voices WHERE speaker_id = NEW.speaker_id AND outlet_id = (SELECT outlet_id FROM quotes WHERE id = NEW.quote_id) LIMIT 2)) = 1),
        first_day = min(coalesce(first_day, excluded.first_day), coalesce(excluded.first_day, first_day)),
        last_day = max(coalesce(last_day, excluded.last_day), coalesce(excluded.last_day, last_day));
    INSERT INTO facet_counts (facet, value, quotes, words, direct, mixed, indirect)
    SELECT 'speaker_id', NEW.speaker_id, 1, words, form = 'direct', form = 'mixed', form = 'indirect'
    FROM quotes WHERE id = NEW.quote_id
    ON CONFLICT (facet, value) DO UPDATE SET
        quotes = quotes + 1,
        words = words + excluded.words,
        direct = direct + excluded.direct,
        mixed = mixed + excluded.mixed,
        indirect = indirect + excluded.indirect;
END;

CREATE TRIGGER quote_speakers_totals_delete AFTER DELETE ON quote_speakers
WHEN OLD.speaker_id <> (SELECT speaker_id FROM quotes WHERE id = OLD.quote_id) BEGIN
    UPDATE speaker_totals SET
        quotes = quotes - 1,
        words = words - (SELECT words FROM quotes WHERE id = OLD.quote_id),
        direct = direct - ((SELECT form FROM quotes WHERE id = OLD.quote_id) = 'direct'),
        mixed = mixed - ((SELECT form FROM quotes WHERE id = OLD.quote_id) = 'mixed'),
        indirect = indirect - ((SELECT form FROM quotes WHERE id = OLD.quote_id) = 'indirect'),
        articles = articles - NOT EXISTS (
            SELECT 1 FROM voices WHERE speaker_id = OLD.speaker_id AND article_id = (SELECT article_id FROM quotes WHERE id = OLD.quote_id)),
        outlets = outlets - ((SELECT outlet_id FROM quotes WHERE id = OLD.quote_id) IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM voices WHERE speaker_id = OLD.speaker_id AND outlet_id = (SELECT outlet_id FROM quotes WHERE id = OLD.quote_id))),
        first_day = (SELECT min(day) FROM (
            SELECT min(day) AS day FROM quotes WHERE speaker_id = OLD.speaker_id
            UNION ALL SELECT min(day) FROM quote_speakers JOIN quotes ON id = quote_id
            WHERE quote_speakers.speaker_id = OLD.speaker_id)),
        last_day = (SELECT max(day) FROM (
            SELECT max(day) AS day FROM quotes WHERE speaker_id = OLD.speaker_id
            UNION ALL SELECT max(day) FROM quote_speakers JOIN quotes ON id = quote_id
            WHERE quote_speakers.speaker_id = OLD.speaker_id))
    WHERE speaker_id = OLD.speaker_id;
    DELETE FROM speaker_totals WHERE speaker_id = OLD.speaker_id AND quotes = 0;
    UPDATE facet_counts SET
        quotes = quotes - 1,
        words = words - (SELECT words FROM quotes WHERE id = OLD.quote_id),
        direct = direct - ((SELECT form FROM quotes WHERE id = OLD.quote_id) = 'direct'),
        mixed = mixed - ((SELECT form FROM quotes WHERE id = OLD.quote_id) = 'mixed'),
        indirect = indirect - ((SELECT form FROM quotes WHERE id = OLD.quote_id) = 'indirect')
    WHERE facet = 'speaker_id' AND value = OLD.speaker_id;
    DELETE FROM facet_counts WHERE quotes = 0;
END;

CREATE TRIGGER quote_speakers_fixed BEFORE UPDATE OF quote_id, speaker_id ON quote_speakers BEGIN
    SELECT RAISE(ABORT, 'a speaker of a quote is not updated: delete the row and insert another');
END;

-- An outlet's speakers: those who speak first in one of its quotes, and those who speak there beside others alone.

DROP VIEW outlet_stats;

CREATE VIEW outlet_stats AS
SELECT
    outlets.id AS outlet_id,
    outlets.name AS name,
    outlets.domain AS domain,
    (SELECT count(*) FROM articles WHERE articles.outlet_id = outlets.id) AS articles,
    coalesce(facet_counts.quotes, 0) AS quotes,
    coalesce(facet_counts.words, 0) AS words,
    coalesce(facet_counts.direct, 0) AS direct,
    coalesce(facet_counts.mixed, 0) AS mixed,
    coalesce(facet_counts.indirect, 0) AS indirect,
    round(1.0 * facet_counts.direct / facet_counts.quotes, 3) AS direct_share,
    (SELECT count(DISTINCT speaker_id) FROM quotes WHERE quotes.outlet_id = outlets.id)
        + coalesce(beside.speakers, 0) AS speakers,
    (SELECT min(day) FROM quotes WHERE quotes.outlet_id = outlets.id) AS first_day,
    (SELECT max(day) FROM quotes WHERE quotes.outlet_id = outlets.id) AS last_day
FROM outlets
LEFT JOIN facet_counts ON facet_counts.facet = 'outlet_id' AND facet_counts.value = outlets.id
LEFT JOIN (
    SELECT quotes.outlet_id, count(DISTINCT quote_speakers.speaker_id) AS speakers
    FROM quote_speakers
    JOIN quotes ON quotes.id = quote_speakers.quote_id
    WHERE NOT EXISTS (
        SELECT 1 FROM quotes AS own
        WHERE own.outlet_id = quotes.outlet_id AND own.speaker_id = quote_speakers.speaker_id)
    GROUP BY quotes.outlet_id
) AS beside ON beside.outlet_id = outlets.id;

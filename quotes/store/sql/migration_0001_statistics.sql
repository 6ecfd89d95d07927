-- Statistics kept up in the transaction that changes a quote, and the views that show them.
--
-- A quote's row is inserted and deleted; of the columns counted here only speaker_id and role_id are ever updated (when
-- resolution learns more), and a trigger refuses anything else.

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
            SELECT 1 FROM quotes WHERE speaker_id = NEW.speaker_id AND article_id = NEW.article_id LIMIT 2)) = 1),
        outlets = outlets + (NEW.outlet_id IS NOT NULL AND (SELECT count(*) FROM (
            SELECT 1 FROM quotes WHERE speaker_id = NEW.speaker_id AND outlet_id = NEW.outlet_id LIMIT 2)) = 1),
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
            SELECT 1 FROM quotes WHERE speaker_id = OLD.speaker_id AND article_id = OLD.article_id),
        outlets = outlets - (OLD.outlet_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM quotes WHERE speaker_id = OLD.speaker_id AND outlet_id = OLD.outlet_id)),
        first_day = (SELECT min(day) FROM quotes WHERE speaker_id = OLD.speaker_id),
        last_day = (SELECT max(day) FROM quotes WHERE speaker_id = OLD.speaker_id)
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
            SELECT 1 FROM quotes WHERE speaker_id = OLD.speaker_id AND article_id = OLD.article_id),
        outlets = outlets - (OLD.outlet_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM quotes WHERE speaker_id = OLD.speaker_id AND outlet_id = OLD.outlet_id)),
        first_day = (SELECT min(day) FROM quotes WHERE speaker_id = OLD.speaker_id),
        last_day = (SELECT max(day) FROM quotes WHERE speaker_id = OLD.speaker_id)
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
            SELECT 1 FROM quotes WHERE speaker_id = NEW.speaker_id AND article_id = NEW.article_id LIMIT 2)) = 1),
        outlets = outlets + (NEW.outlet_id IS NOT NULL AND (SELECT count(*) FROM (
            SELECT 1 FROM quotes WHERE speaker_id = NEW.speaker_id AND outlet_id = NEW.outlet_id LIMIT 2)) = 1),
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

CREATE TRIGGER quotes_totals_role AFTER UPDATE OF role_id ON quotes WHEN NEW.role_id IS NOT OLD.role_id BEGIN
    UPDATE facet_counts SET
        quotes = quotes - 1,
        words = words - OLD.words,
        direct = direct - (OLD.form = 'direct'),
        mixed = mixed - (OLD.form = 'mixed'),
        indirect = indirect - (OLD.form = 'indirect')
    WHERE facet = 'role_id' AND value = OLD.role_id;
    DELETE FROM facet_counts WHERE quotes = 0;
    INSERT INTO facet_counts (facet, value, quotes, words, direct, mixed, indirect)
    SELECT 'role_id', NEW.role_id, 1, NEW.words, NEW.form = 'direct', NEW.form = 'mixed', NEW.form = 'indirect'
    WHERE NEW.role_id IS NOT NULL
    ON CONFLICT (facet, value) DO UPDATE SET
        quotes = quotes + 1,
        words = words + excluded.words,
        direct = direct + excluded.direct,
        mixed = mixed + excluded.mixed,
        indirect = indirect + excluded.indirect;
END;

CREATE TRIGGER quotes_totals_fixed
BEFORE UPDATE OF role, affiliation, role_class, outlet_id, day, month, form, kind, mention, cue_lemma, rule, words,
    article_id ON quotes
BEGIN
    SELECT RAISE(ABORT, 'a counted column of a quote is not updated: delete the quote and insert it anew');
END;

CREATE TRIGGER quote_terms_totals_insert AFTER INSERT ON quote_terms BEGIN
    INSERT INTO facet_counts (facet, value, quotes, words, direct, mixed, indirect)
    SELECT 'term_id', NEW.term_id, 1, words, form = 'direct', form = 'mixed', form = 'indirect'
    FROM quotes WHERE id = NEW.quote_id
    ON CONFLICT (facet, value) DO UPDATE SET
        quotes = quotes + 1,
        words = words + excluded.words,
        direct = direct + excluded.direct,
        mixed = mixed + excluded.mixed,
        indirect = indirect + excluded.indirect;
END;

-- The terms of a quote go before the quote does, while its length and form can still be read.
CREATE TRIGGER quotes_terms_delete BEFORE DELETE ON quotes BEGIN
    DELETE FROM quote_terms WHERE quote_id = OLD.id;
END;

CREATE TRIGGER quote_terms_totals_delete AFTER DELETE ON quote_terms BEGIN
    UPDATE facet_counts SET (quotes, words, direct, mixed, indirect) = (
        SELECT facet_counts.quotes - 1, facet_counts.words - quotes.words,
            facet_counts.direct - (quotes.form = 'direct'), facet_counts.mixed - (quotes.form = 'mixed'),
            facet_counts.indirect - (quotes.form = 'indirect')
        FROM quotes WHERE quotes.id = OLD.quote_id)
    WHERE facet = 'term_id' AND value = OLD.term_id;
    DELETE FROM facet_counts WHERE quotes = 0;
    DELETE FROM terms WHERE id = OLD.term_id
        AND NOT EXISTS (SELECT 1 FROM quote_terms WHERE term_id = OLD.term_id);
END;

-- A person's decision asks for a new resolution.

CREATE TRIGGER judgements_stale_insert AFTER INSERT ON judgements BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

CREATE TRIGGER judgements_stale_update AFTER UPDATE ON judgements BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

CREATE TRIGGER judgements_stale_delete AFTER DELETE ON judgements BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

CREATE TRIGGER renames_stale_insert AFTER INSERT ON renames BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

CREATE TRIGGER renames_stale_update AFTER UPDATE ON renames BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

CREATE TRIGGER renames_stale_delete AFTER DELETE ON renames BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

CREATE TRIGGER corrections_stale_insert AFTER INSERT ON corrections BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

CREATE TRIGGER corrections_stale_update AFTER UPDATE ON corrections BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

CREATE TRIGGER corrections_stale_delete AFTER DELETE ON corrections BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;

CREATE VIEW speaker_stats AS
SELECT
    speakers.id AS speaker_id,
    speakers.name AS name,
    speakers.type AS type,
    (SELECT role FROM roles WHERE roles.speaker_id = speakers.id
        ORDER BY articles DESC, last_seen DESC, role, affiliation LIMIT 1) AS role,
    (SELECT affiliation FROM roles WHERE roles.speaker_id = speakers.id
        ORDER BY articles DESC, last_seen DESC, role, affiliation LIMIT 1) AS affiliation,
    speaker_totals.quotes AS quotes,
    speaker_totals.words AS words,
    speaker_totals.direct AS direct,
    speaker_totals.mixed AS mixed,
    speaker_totals.indirect AS indirect,
    round(1.0 * speaker_totals.direct / speaker_totals.quotes, 3) AS direct_share,
    speaker_totals.articles AS articles,
    speaker_totals.outlets AS outlets,
    speaker_totals.first_day AS first_day,
    speaker_totals.last_day AS last_day
FROM speaker_totals
JOIN speakers ON speakers.id = speaker_totals.speaker_id;

CREATE VIEW role_stats AS
SELECT
    min(roles.role) AS role,
    roles.affiliation AS affiliation,
    min(roles.role_class) AS role_class,
    count(*) AS speakers,  -- a speaker has one row for a role in whatever letters
    coalesce(sum(facet_counts.quotes), 0) AS quotes,
    sum(roles.articles) AS articles,
    min(roles.first_seen) AS first_seen,
    max(roles.last_seen) AS last_seen
FROM roles
LEFT JOIN facet_counts ON facet_counts.facet = 'role_id' AND facet_counts.value = roles.id
GROUP BY lower(roles.role), roles.affiliation;

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
    (SELECT count(DISTINCT speaker_id) FROM quotes WHERE quotes.outlet_id = outlets.id) AS speakers,
    (SELECT min(day) FROM quotes WHERE quotes.outlet_id = outlets.id) AS first_day,
    (SELECT max(day) FROM quotes WHERE quotes.outlet_id = outlets.id) AS last_day
FROM outlets
LEFT JOIN facet_counts ON facet_counts.facet = 'outlet_id' AND facet_counts.value = outlets.id;

CREATE VIEW quotes_by_day AS
SELECT
    value AS day,
    quotes AS quotes,
    words AS words,
    direct AS direct,
    mixed AS mixed,
    indirect AS indirect
FROM facet_counts
WHERE facet = 'day';

-- Full-text search over quotes and their speakers. The index keeps no copy of the text: it reads the view
-- quotes_search, whose rowid is that of quotes. Triggers keep it true whoever writes.

CREATE VIEW quotes_search AS
SELECT
    quotes.rowid AS rowid,
    quotes.text AS text,
    speaker_names.names AS speaker,
    quote_folds.folded AS folded
FROM quotes
LEFT JOIN speaker_names ON speaker_names.speaker_id = quotes.speaker_id
LEFT JOIN quote_folds ON quote_folds.quote_id = quotes.id;

CREATE VIRTUAL TABLE quotes_fts USING fts5(
    text,
    speaker,
    folded,
    content = "quotes_search",
    content_rowid = "rowid",
    tokenize = "unicode61 remove_diacritics 2"
);

CREATE TRIGGER quotes_fts_insert AFTER INSERT ON quotes BEGIN
    INSERT INTO quotes_fts (rowid, text, speaker, folded)
    SELECT rowid, text, speaker, folded FROM quotes_search WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER quotes_fts_delete BEFORE DELETE ON quotes BEGIN
    INSERT INTO quotes_fts (quotes_fts, rowid, text, speaker, folded)
    SELECT 'delete', rowid, text, speaker, folded FROM quotes_search WHERE rowid = OLD.rowid;
END;

CREATE TRIGGER quotes_fts_before_update BEFORE UPDATE OF id, text, speaker_id ON quotes BEGIN
    INSERT INTO quotes_fts (quotes_fts, rowid, text, speaker, folded)
    SELECT 'delete', rowid, text, speaker, folded FROM quotes_search WHERE rowid = OLD.rowid;
END;

CREATE TRIGGER quotes_fts_after_update AFTER UPDATE OF id, text, speaker_id ON quotes BEGIN
    INSERT INTO quotes_fts (rowid, text, speaker, folded)
    SELECT rowid, text, speaker, folded FROM quotes_search WHERE rowid = NEW.rowid;
END;

-- A row of speaker_names is written before the first quote of its speaker, and changed by UPDATE only.

CREATE TRIGGER speaker_names_before_update BEFORE UPDATE OF names ON speaker_names BEGIN
    INSERT INTO quotes_fts (quotes_fts, rowid, text, speaker, folded)
    SELECT 'delete', quotes_search.rowid, quotes_search.text, quotes_search.speaker, quotes_search.folded
    FROM quotes JOIN quotes_search ON quotes_search.rowid = quotes.rowid WHERE quotes.speaker_id = OLD.speaker_id;
END;

CREATE TRIGGER speaker_names_after_update AFTER UPDATE OF names ON speaker_names BEGIN
    INSERT INTO quotes_fts (rowid, text, speaker, folded)
    SELECT quotes_search.rowid, quotes_search.text, quotes_search.speaker, quotes_search.folded
    FROM quotes JOIN quotes_search ON quotes_search.rowid = quotes.rowid WHERE quotes.speaker_id = NEW.speaker_id;
END;

-- Copies of articles, and the same words in several articles.

-- What an article is a copy of was one column; families say it for all of them.
DROP INDEX articles_syndicated_from;
ALTER TABLE articles DROP COLUMN syndicated_from;

CREATE TABLE article_families (
    article_id TEXT PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
    family_id TEXT NOT NULL,
    basis TEXT CHECK (basis IN ('same text', 'same address', 'agency', 'shared text')),
    agency TEXT,
    parent_id TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX article_families_family_id ON article_families(family_id);
CREATE INDEX article_families_agency ON article_families(agency);
CREATE INDEX article_families_parent_id ON article_families(parent_id) WHERE parent_id IS NOT NULL;

-- By which marks an article is found, and all marks of one, which outlive it until families are told.
CREATE TABLE article_marks (
    mark INTEGER NOT NULL,
    article_id TEXT NOT NULL,
    PRIMARY KEY (mark, article_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE marked_articles (
    article_id TEXT PRIMARY KEY,
    marks BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE speaker_copies (
    speaker_id TEXT PRIMARY KEY REFERENCES speakers(id) ON DELETE CASCADE,
    copies INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE statements (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    speaker_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE,
    words INTEGER NOT NULL,
    quotes INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    families INTEGER NOT NULL,
    outlets INTEGER NOT NULL,
    speakers INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    first_day TEXT,
    last_day TEXT
) STRICT;
CREATE INDEX statements_speaker_id ON statements(speaker_id);
CREATE INDEX statements_outlets ON statements(outlets, articles);
CREATE INDEX statements_changed ON statements(changed, outlets) WHERE changed > 0;
CREATE INDEX statements_last_day ON statements(last_day);

CREATE TABLE statement_variants (
    quote_id TEXT PRIMARY KEY REFERENCES quotes(id) ON DELETE CASCADE,
    statement_id TEXT NOT NULL REFERENCES statements(id) ON DELETE CASCADE,
    difference TEXT NOT NULL CHECK (difference IN ('same', 'cut', 'changed')),
    left_out INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_variants_statement_id ON statement_variants(statement_id, difference);

ALTER TABLE quotes ADD COLUMN statement_id TEXT REFERENCES statements(id) ON DELETE SET NULL;
CREATE INDEX quotes_statement_id ON quotes(statement_id) WHERE statement_id IS NOT NULL;

-- Wordings: words in quotation marks in the form in which they are compared, by one speaker; their fingerprints and parents.
CREATE TABLE wordings (
    id INTEGER PRIMARY KEY,
    forms TEXT NOT NULL,
    speaker TEXT NOT NULL,
    words INTEGER NOT NULL,
    first_day INTEGER,
    last_day INTEGER,
    parent_id INTEGER
) STRICT;
CREATE INDEX wordings_parent_id ON wordings(parent_id) WHERE parent_id IS NOT NULL;
CREATE TABLE fingerprints (
    hash INTEGER NOT NULL,
    wording_id INTEGER NOT NULL,
    PRIMARY KEY (hash, wording_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE quote_wordings (
    quote_id TEXT PRIMARY KEY,
    wording_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX quote_wordings_wording_id ON quote_wordings(wording_id);

-- What came, went or changed since families and statements were told; empty when a build has ended.
CREATE TABLE untold_articles (
    article_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE untold_quotes (
    quote_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

INSERT INTO untold_articles SELECT id FROM articles;
INSERT INTO untold_quotes SELECT id FROM quotes;

-- `OR IGNORE` would be overruled by the conflict clause of the statement that fires a trigger.
CREATE TRIGGER untold_articles_insert AFTER INSERT ON articles BEGIN
    INSERT INTO untold_articles SELECT NEW.id WHERE NOT EXISTS (SELECT 1 FROM untold_articles WHERE article_id = NEW.id);
END;

CREATE TRIGGER untold_articles_delete AFTER DELETE ON articles BEGIN
    INSERT INTO untold_articles SELECT OLD.id WHERE NOT EXISTS (SELECT 1 FROM untold_articles WHERE article_id = OLD.id);
END;

CREATE TRIGGER untold_articles_update AFTER UPDATE OF sha256, url, author, outlet_spelling ON articles
WHEN NEW.sha256 <> OLD.sha256 OR NEW.url IS NOT OLD.url OR NEW.author IS NOT OLD.author
    OR NEW.outlet_spelling IS NOT OLD.outlet_spelling
BEGIN
    INSERT INTO untold_articles SELECT NEW.id WHERE NOT EXISTS (SELECT 1 FROM untold_articles WHERE article_id = NEW.id);
END;

CREATE TRIGGER untold_quotes_insert AFTER INSERT ON quotes BEGIN
    INSERT INTO untold_quotes SELECT NEW.id WHERE NOT EXISTS (SELECT 1 FROM untold_quotes WHERE quote_id = NEW.id);
END;

CREATE TRIGGER untold_quotes_delete AFTER DELETE ON quotes BEGIN
    INSERT INTO untold_quotes SELECT OLD.id WHERE NOT EXISTS (SELECT 1 FROM untold_quotes WHERE quote_id = OLD.id);
END;

CREATE TRIGGER untold_quotes_speaker AFTER UPDATE OF speaker_id ON quotes WHEN NEW.speaker_id <> OLD.speaker_id BEGIN
    INSERT INTO untold_quotes SELECT NEW.id WHERE NOT EXISTS (SELECT 1 FROM untold_quotes WHERE quote_id = NEW.id);
END;

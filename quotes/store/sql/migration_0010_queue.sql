-- What people's lists say of speakers beside their names, and what reviewers said of quotes.

-- Columns of lists that were given to `quotes speakers link`, and of the speakers that are linked to them. Nothing is guessed.
CREATE TABLE authority_attributes (
    authority_id TEXT NOT NULL REFERENCES authorities(id) ON DELETE CASCADE,
    list TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (authority_id, list, name, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE speaker_attributes (
    speaker_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    list TEXT NOT NULL,
    PRIMARY KEY (speaker_id, name, value)
) STRICT;
CREATE INDEX speaker_attributes_name ON speaker_attributes(name, value);

-- A verdict on a quote as it was shown: its speaker and how sure the program was then. No row here depends on a quote's row.
CREATE TABLE reviews (
    id TEXT PRIMARY KEY,
    quote_id TEXT NOT NULL,
    article_id TEXT NOT NULL,
    speaker_id TEXT NOT NULL,
    outlet_id TEXT,
    confidence REAL,
    speaker_confidence REAL,
    verdict TEXT NOT NULL CHECK (verdict IN ('right', 'wrong', 'skipped')),
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    superseded_at TEXT
) STRICT;
CREATE UNIQUE INDEX reviews_held ON reviews(quote_id, who) WHERE superseded_at IS NULL;
CREATE INDEX reviews_article_id ON reviews(article_id);
CREATE INDEX reviews_made_at ON reviews(made_at);

-- Who has a quote before them just now, so that no two reviewers get the same.
CREATE TABLE review_leases (
    quote_id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    until TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX review_leases_who ON review_leases(who);

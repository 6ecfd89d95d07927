-- Where the quotes that people corrected stood, and whom in an article they decided on, by words and context: an edit or a new
-- reader may move either. As other decisions, none of these rows depends on an article's.

CREATE TABLE correction_anchors (
    correction_id TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('quote', 'value')),
    piece INTEGER NOT NULL CHECK (piece >= 0),
    article_id TEXT NOT NULL,
    start INTEGER NOT NULL CHECK (start >= 0),
    "end" INTEGER NOT NULL CHECK ("end" > start),
    exact TEXT NOT NULL,
    prefix TEXT NOT NULL,
    suffix TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    others TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (correction_id, part, piece)
) STRICT, WITHOUT ROWID;

CREATE INDEX correction_anchors_article_id ON correction_anchors(article_id);

CREATE TABLE entity_anchors (
    article_id TEXT NOT NULL,
    named_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    key TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('person', 'organization', 'group', 'document', 'unnamed')),
    name TEXT,
    description TEXT,
    words TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (article_id, named_id, entity_id)
) STRICT, WITHOUT ROWID;

-- What an article, as it is now, no longer has of what people corrected in it.

CREATE TABLE corrections_not_found (
    article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    correction_id TEXT NOT NULL,
    missing TEXT NOT NULL CHECK (missing IN ('quote', 'span')),
    PRIMARY KEY (article_id, correction_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE inputs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    reading TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE input_articles (
    input_id TEXT NOT NULL REFERENCES inputs(id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    article_id TEXT NOT NULL,
    PRIMARY KEY (input_id, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX inputs_name ON inputs(name);
CREATE INDEX input_articles_article_id ON input_articles(article_id);

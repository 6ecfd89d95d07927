-- What articles are ordered by, and what their readers know of them.

ALTER TABLE articles ADD COLUMN published_utc TEXT;
ALTER TABLE articles ADD COLUMN language TEXT;
ALTER TABLE articles ADD COLUMN reader TEXT;
ALTER TABLE articles ADD COLUMN mended TEXT;
ALTER TABLE articles ADD COLUMN input_sha256 TEXT;
ALTER TABLE quotes ADD COLUMN published_utc TEXT;

UPDATE articles SET published_utc = utc_of(published);
UPDATE quotes SET published_utc = (SELECT published_utc FROM articles WHERE articles.id = quotes.article_id);

-- The newest of a value are read in the order of the moment, no longer in that of the text.

DROP INDEX articles_outlet_id;
DROP INDEX quotes_speaker_published;
DROP INDEX quotes_role;
DROP INDEX quotes_affiliation;
DROP INDEX quotes_role_class;
DROP INDEX quotes_outlet_published;
DROP INDEX quotes_day;
DROP INDEX quotes_month;
DROP INDEX quotes_form;
DROP INDEX quotes_kind;
DROP INDEX quotes_mention;
DROP INDEX quotes_cue_lemma;
DROP INDEX quotes_rule;

CREATE INDEX articles_outlet_id ON articles(outlet_id, published_utc);
CREATE INDEX articles_published_utc ON articles(published_utc);
CREATE INDEX articles_language ON articles(language);
CREATE INDEX quotes_speaker_published ON quotes(speaker_id, published_utc);
CREATE INDEX quotes_role ON quotes(role, published_utc);
CREATE INDEX quotes_affiliation ON quotes(affiliation, published_utc);
CREATE INDEX quotes_role_class ON quotes(role_class, published_utc);
CREATE INDEX quotes_outlet_published ON quotes(outlet_id, published_utc);
CREATE INDEX quotes_published_utc ON quotes(published_utc);
CREATE INDEX quotes_day ON quotes(day, published_utc);
CREATE INDEX quotes_month ON quotes(month, published_utc);
CREATE INDEX quotes_form ON quotes(form, published_utc);
CREATE INDEX quotes_kind ON quotes(kind, published_utc);
CREATE INDEX quotes_mention ON quotes(mention, published_utc);
CREATE INDEX quotes_cue_lemma ON quotes(cue_lemma, published_utc);
CREATE INDEX quotes_rule ON quotes(rule, published_utc);

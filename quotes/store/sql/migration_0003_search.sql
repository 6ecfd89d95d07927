-- The full-text index as before, with a comment that tools look for: they find the index of a table by these very words in
-- its definition. Its rows have the numbers of the rows of quotes, so that they can search by it. The triggers stay.

DROP TABLE quotes_fts;

CREATE VIRTUAL TABLE quotes_fts USING fts5(
    /* content="quotes" by way of the view that adds the speaker's names */
    text,
    speaker,
    folded,
    content = "quotes_search",
    content_rowid = "rowid",
    tokenize = "unicode61 remove_diacritics 2"
);

INSERT INTO quotes_fts (quotes_fts) VALUES ('rebuild');

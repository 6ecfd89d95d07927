-- Tables of the first schema. Every table is STRICT, every identifier is text that follows from content.

CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    model TEXT NOT NULL,
    tagger TEXT NOT NULL,
    settings TEXT NOT NULL
) STRICT;

CREATE TABLE outlets (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    domain TEXT
) STRICT;

CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    title TEXT,
    outlet_id TEXT REFERENCES outlets(id),
    outlet_spelling TEXT,
    domain TEXT,
    published TEXT,
    published_from TEXT CHECK (published_from IN ('metadata', 'text')),
    url TEXT,
    author TEXT,
    text TEXT NOT NULL,
    words INTEGER NOT NULL,
    origin TEXT,
    sha256 TEXT NOT NULL,
    syndicated_from TEXT REFERENCES articles(id) ON DELETE SET NULL,
    run_id TEXT NOT NULL REFERENCES runs(id),
    fingerprint TEXT NOT NULL,
    findings TEXT NOT NULL
) STRICT;

CREATE TABLE failures (
    id TEXT PRIMARY KEY,
    origin TEXT NOT NULL,
    stage TEXT NOT NULL,
    error TEXT NOT NULL,
    run_id TEXT NOT NULL REFERENCES runs(id)
) STRICT;

CREATE TABLE authorities (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('person', 'organization', 'group', 'document', 'unnamed')),
    description TEXT,
    origin TEXT
) STRICT;

CREATE TABLE authority_names (
    authority_id TEXT NOT NULL REFERENCES authorities(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (authority_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE authority_positions (
    authority_id TEXT NOT NULL REFERENCES authorities(id) ON DELETE CASCADE,
    position TEXT NOT NULL,
    affiliation TEXT NOT NULL DEFAULT '',
    since TEXT NOT NULL DEFAULT '',
    until TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (authority_id, position, affiliation, since, until)
) STRICT, WITHOUT ROWID;

CREATE TABLE speakers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('person', 'organization', 'group', 'document', 'unnamed')),
    authority_id TEXT REFERENCES authorities(id) ON DELETE SET NULL
) STRICT;

CREATE TABLE aliases (
    speaker_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE,
    alias TEXT NOT NULL,
    mentions INTEGER NOT NULL,
    PRIMARY KEY (speaker_id, alias)
) STRICT;

CREATE TABLE speaker_redirects (
    old_id TEXT PRIMARY KEY,
    speaker_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE
) STRICT;

CREATE TABLE roles (
    id TEXT PRIMARY KEY,
    speaker_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    affiliation TEXT,
    role_class TEXT,
    first_seen TEXT,
    last_seen TEXT,
    articles INTEGER NOT NULL
) STRICT;

CREATE TABLE entities (
    id TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('person', 'organization', 'group', 'document', 'unnamed')),
    name TEXT,
    description TEXT,
    quotes INTEGER NOT NULL,
    speaker_id TEXT NOT NULL REFERENCES speakers(id),
    UNIQUE (article_id, key)
) STRICT;

CREATE TABLE entity_aliases (
    entity_id TEXT NOT NULL REFERENCES entities(id) ON DELETE CASCADE,
    alias TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('name', 'surname', 'pronoun', 'nominal', 'organization', 'none')),
    mentions INTEGER NOT NULL,
    PRIMARY KEY (entity_id, alias, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE entity_roles (
    entity_id TEXT NOT NULL REFERENCES entities(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    affiliation TEXT,
    role_class TEXT,
    PRIMARY KEY (entity_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE quotes (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    speaker_id TEXT NOT NULL REFERENCES speakers(id),
    role_id TEXT REFERENCES roles(id) DEFERRABLE INITIALLY DEFERRED,
    role TEXT,
    affiliation TEXT,
    role_class TEXT,
    outlet_id TEXT REFERENCES outlets(id),
    published TEXT,
    day TEXT,
    month TEXT,
    form TEXT NOT NULL CHECK (form IN ('direct', 'mixed', 'indirect')),
    kind TEXT NOT NULL CHECK (kind IN ('speech', 'attitude')),
    cue TEXT,
    cue_lemma TEXT,
    source TEXT,
    mention TEXT NOT NULL CHECK (mention IN ('name', 'surname', 'pronoun', 'nominal', 'organization', 'none')),
    context TEXT NOT NULL,
    words INTEGER NOT NULL,
    confidence REAL CHECK (confidence BETWEEN 0 AND 1),
    rule TEXT NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    start INTEGER NOT NULL CHECK (start >= 0),
    "end" INTEGER NOT NULL CHECK ("end" > start),
    entity_id TEXT NOT NULL REFERENCES entities(id) ON DELETE CASCADE,
    run_id TEXT NOT NULL REFERENCES runs(id)
) STRICT;

CREATE TABLE spans (
    quote_id TEXT NOT NULL REFERENCES quotes(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('content', 'cue', 'source')),
    piece INTEGER NOT NULL CHECK (piece >= 0),
    start INTEGER NOT NULL CHECK (start >= 0),
    "end" INTEGER NOT NULL CHECK ("end" > start),
    PRIMARY KEY (quote_id, kind, piece)
) STRICT, WITHOUT ROWID;

CREATE TABLE furniture (
    article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    start INTEGER NOT NULL CHECK (start >= 0),
    "end" INTEGER NOT NULL CHECK ("end" > start),
    PRIMARY KEY (article_id, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE terms (
    id TEXT PRIMARY KEY,
    term TEXT NOT NULL
) STRICT;

CREATE TABLE quote_terms (
    quote_id TEXT NOT NULL REFERENCES quotes(id) ON DELETE CASCADE,
    term_id TEXT NOT NULL REFERENCES terms(id),
    weight REAL NOT NULL,
    PRIMARY KEY (quote_id, term_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE speaker_terms (
    speaker_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE,
    term_id TEXT NOT NULL REFERENCES terms(id) ON DELETE CASCADE,
    quotes INTEGER NOT NULL,
    weight REAL NOT NULL,
    PRIMARY KEY (speaker_id, term_id)
) STRICT, WITHOUT ROWID;

-- What people decided. No row here depends on an article's rows, so none is lost when those are made anew.

CREATE TABLE judgements (
    id TEXT PRIMARY KEY,
    left_id TEXT NOT NULL,
    right_id TEXT NOT NULL,
    judgement TEXT NOT NULL CHECK (judgement IN ('positive', 'negative', 'unsure')),
    score REAL,
    reasons TEXT,
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    superseded_at TEXT
) STRICT;

CREATE TABLE renames (
    id TEXT PRIMARY KEY,
    speaker_id TEXT NOT NULL,
    name TEXT NOT NULL,
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    superseded_at TEXT
) STRICT;

CREATE TABLE corrections (
    id TEXT PRIMARY KEY,
    article_id TEXT NOT NULL,
    quote_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('wrong speaker', 'wrong span', 'not a quote')),
    value TEXT,
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    superseded_at TEXT
) STRICT;

-- What resolution could not decide and a person may.

CREATE TABLE speaker_candidates (
    left_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE,
    right_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE,
    score REAL NOT NULL,
    reasons TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (left_id, right_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE authority_candidates (
    speaker_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE,
    authority_id TEXT NOT NULL REFERENCES authorities(id) ON DELETE CASCADE,
    score REAL NOT NULL,
    reasons TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (speaker_id, authority_id)
) STRICT, WITHOUT ROWID;

-- What a build has still to compute over all articles; empty when a build has ended.

CREATE TABLE stale (
    what TEXT PRIMARY KEY CHECK (what IN ('speakers', 'terms'))
) STRICT, WITHOUT ROWID;

-- Statistics that triggers keep in the transaction that changes a quote.

CREATE TABLE speaker_totals (
    speaker_id TEXT PRIMARY KEY REFERENCES speakers(id) ON DELETE CASCADE,
    quotes INTEGER NOT NULL,
    words INTEGER NOT NULL,
    direct INTEGER NOT NULL,
    mixed INTEGER NOT NULL,
    indirect INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    outlets INTEGER NOT NULL,
    first_day TEXT,
    last_day TEXT
) STRICT;

CREATE TABLE facet_counts (
    facet TEXT NOT NULL,
    value TEXT NOT NULL,
    quotes INTEGER NOT NULL,
    words INTEGER NOT NULL,
    direct INTEGER NOT NULL,
    mixed INTEGER NOT NULL,
    indirect INTEGER NOT NULL,
    PRIMARY KEY (facet, value)
) STRICT, WITHOUT ROWID;

-- What full-text search reads beside the quote: names, and text in plain ASCII letters where that differs.

CREATE TABLE speaker_names (
    speaker_id TEXT PRIMARY KEY REFERENCES speakers(id) ON DELETE CASCADE,
    names TEXT NOT NULL
) STRICT;

CREATE TABLE quote_folds (
    quote_id TEXT PRIMARY KEY REFERENCES quotes(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    folded TEXT NOT NULL
) STRICT;

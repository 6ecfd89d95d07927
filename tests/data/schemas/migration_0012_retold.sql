BEGIN;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO _sqlite_migrations VALUES (1, 'quotes', 'migration_0001', '2026-11-27 22:12:41.888766+00:00');
INSERT INTO _sqlite_migrations VALUES (2, 'quotes', 'migration_0002_published_utc', '2026-11-27 22:12:41.901042+00:00');
INSERT INTO _sqlite_migrations VALUES (3, 'quotes', 'migration_0003', '2026-11-27 22:12:41.903562+00:00');
INSERT INTO _sqlite_migrations VALUES (4, 'quotes', 'migration_0004_inputs', '2026-11-27 22:12:41.906166+00:00');
INSERT INTO _sqlite_migrations VALUES (5, 'quotes', 'migration_0005_speakers', '2026-11-27 22:12:41.910922+00:00');
INSERT INTO _sqlite_migrations VALUES (6, 'quotes', 'migration_0006_acts', '2026-11-27 22:12:41.917859+00:00');
INSERT INTO _sqlite_migrations VALUES (7, 'quotes', 'migration_0007_statements', '2026-11-27 22:12:41.930179+00:00');
INSERT INTO _sqlite_migrations VALUES (8, 'quotes', 'migration_0008_years', '2026-11-27 22:12:41.932610+00:00');
INSERT INTO _sqlite_migrations VALUES (9, 'quotes', 'migration_0009_corrections', '2026-11-27 22:12:41.935836+00:00');
INSERT INTO _sqlite_migrations VALUES (10, 'quotes', 'migration_0010_queue', '2026-11-27 22:12:41.937787+00:00');
INSERT INTO _sqlite_migrations VALUES (11, 'quotes', 'migration_0011_identity', '2026-11-27 22:12:41.939251+00:00');
INSERT INTO _sqlite_migrations VALUES (12, 'quotes', 'migration_0012_retold', '2026-11-27 22:12:41.942608+00:00');
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    model TEXT NOT NULL,
    tagger TEXT NOT NULL,
    settings TEXT NOT NULL
) STRICT;
INSERT INTO runs VALUES ('r', '0.1', 'm', 't', '{}');
CREATE TABLE outlets (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    domain TEXT
) STRICT;
INSERT INTO outlets VALUES ('courier', 'Courier', 'courier.example');
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    title TEXT,
    outlet_id TEXT REFERENCES outlets(id),
    outlet_spelling TEXT,
    domain TEXT,
    published TEXT,
    published_from TEXT CHECK (published_from IN ('metadata', 'page', 'text')),
    url TEXT,
    author TEXT,
    text TEXT NOT NULL,
    words INTEGER NOT NULL,
    origin TEXT,
    sha256 TEXT NOT NULL,
    run_id TEXT NOT NULL REFERENCES runs(id),
    fingerprint TEXT NOT NULL,
    findings TEXT NOT NULL
, published_utc TEXT, language TEXT, reader TEXT, mended TEXT, input_sha256 TEXT) STRICT;
INSERT INTO articles VALUES ('a', 'The bridge', 'courier', 'Courier', 'courier.example', '2024-03-01T23:30:00-05:00', 'text', 'https://courier.example/a', NULL, '“We will repair the bridge,” said Ana Ruiz, the mayor.', 9, 'a.txt', 's', 'r', 'f', 'g', '2024-03-02T04:30:00Z', NULL, NULL, NULL, NULL);
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
INSERT INTO speakers VALUES ('ana-ruiz', 'Ana Ruiz', 'person', NULL);
CREATE TABLE aliases (
    speaker_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE,
    alias TEXT NOT NULL,
    mentions INTEGER NOT NULL,
    PRIMARY KEY (speaker_id, alias)
) STRICT;
INSERT INTO aliases VALUES ('ana-ruiz', 'Ana Ruiz', 1);
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
INSERT INTO entities VALUES ('e', 'a', 'Ana Ruiz', 'person', 'Ana Ruiz', NULL, 1, 'ana-ruiz');
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
, published_utc TEXT, speaker_confidence REAL CHECK (speaker_confidence BETWEEN 0 AND 1), act TEXT CHECK (act IN (
    'say', 'claim', 'confirm', 'deny', 'ask', 'answer', 'demand', 'urge', 'order', 'promise', 'warn', 'accuse', 'criticise',
    'praise', 'apologise', 'announce', 'agree', 'refuse', 'suggest', 'predict', 'joke', 'show')), negated INTEGER CHECK (negated IN (0, 1)), words_said TEXT NOT NULL DEFAULT '', lead TEXT, statement_id TEXT REFERENCES statements(id) ON DELETE SET NULL) STRICT;
INSERT INTO quotes VALUES ('q', '“We will repair the bridge,”', 'ana-ruiz', NULL, NULL, NULL, NULL, 'courier', '2024-03-01T23:30:00-05:00', '2024-03-01', '2024-03', 'direct', 'speech', 'said', 'say', 'Ana Ruiz, the mayor', 'name', '“We will repair the bridge,” said Ana Ruiz, the mayor.', 5, 0.9, 'test', 'a', 0, 28, 'e', 'r', '2024-03-02T04:30:00Z', NULL, NULL, NULL, '“We will repair the bridge”', 'said', NULL);
CREATE TABLE spans (
    quote_id TEXT NOT NULL REFERENCES quotes(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('content', 'cue', 'source')),
    piece INTEGER NOT NULL CHECK (piece >= 0),
    start INTEGER NOT NULL CHECK (start >= 0),
    "end" INTEGER NOT NULL CHECK ("end" > start),
    PRIMARY KEY (quote_id, kind, piece)
) STRICT, WITHOUT ROWID;
INSERT INTO spans VALUES ('q', 'content', 0, 0, 28);
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
INSERT INTO terms VALUES ('bridge', 'bridge');
CREATE TABLE quote_terms (
    quote_id TEXT NOT NULL REFERENCES quotes(id) ON DELETE CASCADE,
    term_id TEXT NOT NULL REFERENCES terms(id),
    weight REAL NOT NULL,
    PRIMARY KEY (quote_id, term_id)
) STRICT, WITHOUT ROWID;
INSERT INTO quote_terms VALUES ('q', 'bridge', 0.5);
CREATE TABLE speaker_terms (
    speaker_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE,
    term_id TEXT NOT NULL REFERENCES terms(id) ON DELETE CASCADE,
    quotes INTEGER NOT NULL,
    weight REAL NOT NULL,
    PRIMARY KEY (speaker_id, term_id)
) STRICT, WITHOUT ROWID;
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
INSERT INTO judgements VALUES ('j', 'a1', 'a2', 'negative', NULL, NULL, 'Bo', '2024-03-02T00:00:00Z', NULL);
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
    kind TEXT NOT NULL CHECK (kind IN ('wrong speaker', 'wrong span', 'not a quote', 'wrong role', 'wrong affiliation', 'wrong act')),
    value TEXT,
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    superseded_at TEXT
) STRICT;
INSERT INTO corrections VALUES ('c', 'a', 'q', 'wrong speaker', 'Ana Ruiz', 'Bo', '2024-03-02T00:00:00Z', NULL);
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
CREATE TABLE stale (
    what TEXT PRIMARY KEY CHECK (what IN ('speakers', 'terms'))
) STRICT, WITHOUT ROWID;
INSERT INTO stale VALUES ('speakers');
INSERT INTO stale VALUES ('terms');
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
INSERT INTO speaker_totals VALUES ('ana-ruiz', 1, 5, 1, 0, 0, 1, 1, '2024-03-01', '2024-03-01');
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
INSERT INTO facet_counts VALUES ('cue_lemma', 'say', 1, 5, 1, 0, 0);
INSERT INTO facet_counts VALUES ('day', '2024-03-01', 1, 5, 1, 0, 0);
INSERT INTO facet_counts VALUES ('form', 'direct', 1, 5, 1, 0, 0);
INSERT INTO facet_counts VALUES ('kind', 'speech', 1, 5, 1, 0, 0);
INSERT INTO facet_counts VALUES ('mention', 'name', 1, 5, 1, 0, 0);
INSERT INTO facet_counts VALUES ('month', '2024-03', 1, 5, 1, 0, 0);
INSERT INTO facet_counts VALUES ('outlet_id', 'courier', 1, 5, 1, 0, 0);
INSERT INTO facet_counts VALUES ('rule', 'test', 1, 5, 1, 0, 0);
INSERT INTO facet_counts VALUES ('speaker_id', 'ana-ruiz', 1, 5, 1, 0, 0);
INSERT INTO facet_counts VALUES ('term_id', 'bridge', 1, 5, 1, 0, 0);
CREATE TABLE speaker_names (
    speaker_id TEXT PRIMARY KEY REFERENCES speakers(id) ON DELETE CASCADE,
    names TEXT NOT NULL
) STRICT;
INSERT INTO speaker_names VALUES ('ana-ruiz', 'Ana Ruiz');
CREATE TABLE quote_folds (
    quote_id TEXT PRIMARY KEY REFERENCES quotes(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    folded TEXT NOT NULL
) STRICT;
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
CREATE TABLE article_families (
    article_id TEXT PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
    family_id TEXT NOT NULL,
    basis TEXT CHECK (basis IN ('same text', 'same address', 'agency', 'shared text')),
    agency TEXT,
    parent_id TEXT
) STRICT, WITHOUT ROWID;
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
, attributions INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE statement_variants (
    quote_id TEXT PRIMARY KEY REFERENCES quotes(id) ON DELETE CASCADE,
    statement_id TEXT NOT NULL REFERENCES statements(id) ON DELETE CASCADE,
    difference TEXT NOT NULL CHECK (difference IN ('same', 'cut', 'changed')),
    left_out INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE fingerprints (
    hash INTEGER NOT NULL,
    wording_id INTEGER NOT NULL,
    PRIMARY KEY (hash, wording_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE quote_wordings (
    quote_id TEXT PRIMARY KEY,
    wording_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE untold_articles (
    article_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO untold_articles VALUES ('a');
CREATE TABLE untold_quotes (
    quote_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO untold_quotes VALUES ('q');
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
INSERT INTO correction_anchors VALUES ('c', 'quote', 0, 'a', 0, 28, '“We will repair the bridge,”', '', ' said Ana Ruiz, the mayor.', 's', '');
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
CREATE TABLE corrections_not_found (
    article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    correction_id TEXT NOT NULL,
    missing TEXT NOT NULL CHECK (missing IN ('quote', 'span')),
    PRIMARY KEY (article_id, correction_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE retypes (
    id TEXT PRIMARY KEY,
    speaker_id TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('person', 'organization', 'group', 'document')),
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    superseded_at TEXT
) STRICT;
CREATE TABLE undos (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('judgement', 'rename', 'retype', 'correction')),
    decision_id TEXT NOT NULL,
    restored_id TEXT,
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    redone_by TEXT,
    redone_at TEXT
) STRICT;
CREATE TABLE uncorrected (
    article_id TEXT PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
    found TEXT NOT NULL
) STRICT;
INSERT INTO uncorrected VALUES ('a', '');
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
CREATE TABLE review_leases (
    quote_id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    until TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE affiliations (
    affiliation TEXT PRIMARY KEY,
    speaker_id TEXT NOT NULL REFERENCES speakers(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE wordings (
    id INTEGER PRIMARY KEY,
    forms BLOB NOT NULL,
    speakers BLOB NOT NULL,
    words INTEGER NOT NULL,
    first_day INTEGER,
    last_day INTEGER,
    parent_id INTEGER
) STRICT;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX articles_outlet_spelling ON articles(outlet_id, outlet_spelling, domain);
CREATE INDEX articles_published ON articles(published);
CREATE INDEX articles_run_id ON articles(run_id);
CREATE INDEX articles_origin ON articles(origin);
CREATE INDEX failures_run_id ON failures(run_id);
CREATE INDEX failures_origin ON failures(origin);
CREATE INDEX speakers_name ON speakers(name);
CREATE INDEX speakers_type ON speakers(type);
CREATE INDEX speakers_authority_id ON speakers(authority_id) WHERE authority_id IS NOT NULL;
CREATE INDEX aliases_alias ON aliases(alias);
CREATE INDEX speaker_redirects_speaker_id ON speaker_redirects(speaker_id);
CREATE INDEX roles_speaker_id ON roles(speaker_id, articles);
CREATE INDEX roles_role ON roles(role);
CREATE INDEX roles_wording ON roles(
    lower(role), affiliation, role, role_class, speaker_id, articles, first_seen, last_seen, id);
CREATE INDEX roles_affiliation ON roles(affiliation);
CREATE INDEX roles_role_class ON roles(role_class);
CREATE INDEX entities_speaker_id ON entities(speaker_id);
CREATE INDEX quotes_article_id ON quotes(article_id, start);
CREATE INDEX quotes_entity_id ON quotes(entity_id);
CREATE INDEX quotes_run_id ON quotes(run_id);
CREATE INDEX quotes_speaker_day ON quotes(speaker_id, day);
CREATE INDEX quotes_speaker_article ON quotes(speaker_id, article_id);
CREATE INDEX quotes_speaker_outlet ON quotes(speaker_id, outlet_id);
CREATE INDEX quotes_role_id ON quotes(role_id);
CREATE INDEX quotes_outlet_speaker ON quotes(outlet_id, speaker_id);
CREATE INDEX quotes_outlet_day ON quotes(outlet_id, day);
CREATE INDEX quotes_published ON quotes(published);
CREATE INDEX quotes_confidence ON quotes(confidence);
CREATE INDEX terms_term ON terms(term);
CREATE INDEX quote_terms_term_id ON quote_terms(term_id);
CREATE INDEX speaker_terms_term_id ON speaker_terms(term_id);
CREATE INDEX judgements_left_id ON judgements(left_id);
CREATE INDEX judgements_right_id ON judgements(right_id);
CREATE INDEX renames_speaker_id ON renames(speaker_id);
CREATE INDEX corrections_quote_id ON corrections(quote_id);
CREATE INDEX corrections_article_id ON corrections(article_id);
CREATE INDEX speaker_candidates_right_id ON speaker_candidates(right_id);
CREATE INDEX authority_candidates_authority_id ON authority_candidates(authority_id);
CREATE INDEX authority_names_name ON authority_names(name);
CREATE INDEX speaker_totals_quotes ON speaker_totals(quotes DESC);
CREATE INDEX facet_counts_topics ON facet_counts(quotes DESC, value) WHERE facet = 'term_id';
CREATE INDEX facet_counts_none ON facet_counts(quotes) WHERE quotes = 0;
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
CREATE VIRTUAL TABLE quotes_fts USING fts5(
    /* content="quotes" by way of the view that adds the speaker's names */
    text,
    speaker,
    folded,
    content = "quotes_search",
    content_rowid = "rowid",
    tokenize = "unicode61 remove_diacritics 2"
);
CREATE INDEX inputs_name ON inputs(name);
CREATE INDEX input_articles_article_id ON input_articles(article_id);
CREATE INDEX quotes_speaker_confidence ON quotes(speaker_confidence);
CREATE INDEX quote_entities_entity_id ON quote_entities(entity_id);
CREATE INDEX quote_speakers_speaker_id ON quote_speakers(speaker_id);
CREATE VIEW voices AS
SELECT id AS quote_id, speaker_id, 1 AS is_first, article_id, outlet_id, day
FROM quotes
UNION ALL
SELECT quote_speakers.quote_id, quote_speakers.speaker_id, 0, quotes.article_id, quotes.outlet_id, quotes.day
FROM quote_speakers
JOIN quotes ON quotes.id = quote_speakers.quote_id
WHERE quote_speakers.speaker_id <> quotes.speaker_id;
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
CREATE INDEX quotes_act ON quotes(act, published_utc);
CREATE INDEX quotes_negated ON quotes(negated, published_utc);
CREATE INDEX article_families_family_id ON article_families(family_id);
CREATE INDEX article_families_agency ON article_families(agency);
CREATE INDEX article_families_parent_id ON article_families(parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX statements_speaker_id ON statements(speaker_id);
CREATE INDEX statements_outlets ON statements(outlets, articles);
CREATE INDEX statements_changed ON statements(changed, outlets) WHERE changed > 0;
CREATE INDEX statements_last_day ON statements(last_day);
CREATE INDEX statement_variants_statement_id ON statement_variants(statement_id, difference);
CREATE INDEX quotes_statement_id ON quotes(statement_id) WHERE statement_id IS NOT NULL;
CREATE INDEX quote_wordings_wording_id ON quote_wordings(wording_id);
CREATE INDEX correction_anchors_article_id ON correction_anchors(article_id);
CREATE INDEX retypes_speaker_id ON retypes(speaker_id);
CREATE INDEX undos_decision_id ON undos(decision_id);
CREATE INDEX speaker_attributes_name ON speaker_attributes(name, value);
CREATE UNIQUE INDEX reviews_held ON reviews(quote_id, who) WHERE superseded_at IS NULL;
CREATE INDEX reviews_article_id ON reviews(article_id);
CREATE INDEX reviews_made_at ON reviews(made_at);
CREATE INDEX review_leases_who ON review_leases(who);
CREATE VIEW speaker_stats AS
SELECT
    speakers.id AS speaker_id,
    speakers.name AS name,
    speakers.type AS type,
    speakers.authority_id AS authority_id,
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
    speaker_totals.articles - coalesce((SELECT copies FROM speaker_copies WHERE speaker_copies.speaker_id = speakers.id), 0) AS families,
    speaker_totals.outlets AS outlets,
    speaker_totals.first_day AS first_day,
    speaker_totals.last_day AS last_day
FROM speaker_totals
JOIN speakers ON speakers.id = speaker_totals.speaker_id;
CREATE INDEX affiliations_speaker_id ON affiliations(speaker_id);
CREATE INDEX wordings_parent_id ON wordings(parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX articles_sha256 ON articles(sha256);
INSERT INTO quotes_fts (quotes_fts) VALUES ('rebuild');
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
CREATE TRIGGER quotes_acts_fixed
BEFORE UPDATE OF act, negated ON quotes
BEGIN
    SELECT RAISE(ABORT, 'what the cue of a quote makes of it is not updated: delete the quote and insert it anew');
END;
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
CREATE TRIGGER retypes_stale_insert AFTER INSERT ON retypes BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;
CREATE TRIGGER retypes_stale_update AFTER UPDATE ON retypes BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;
CREATE TRIGGER retypes_stale_delete AFTER DELETE ON retypes BEGIN
    INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms');
END;
CREATE TRIGGER untold_quotes_joined AFTER INSERT ON quote_speakers BEGIN
    INSERT INTO untold_quotes SELECT NEW.quote_id
    WHERE NOT EXISTS (SELECT 1 FROM untold_quotes WHERE quote_id = NEW.quote_id);
END;
CREATE TRIGGER untold_quotes_parted AFTER DELETE ON quote_speakers BEGIN
    INSERT INTO untold_quotes SELECT OLD.quote_id
    WHERE NOT EXISTS (SELECT 1 FROM untold_quotes WHERE quote_id = OLD.quote_id);
END;
COMMIT;

-- One index for every foreign key, every column people facet or sort by, and the pairs that the statistics look up.

CREATE INDEX articles_outlet_id ON articles(outlet_id, published);
CREATE INDEX articles_outlet_spelling ON articles(outlet_id, outlet_spelling, domain);
CREATE INDEX articles_published ON articles(published);
CREATE INDEX articles_run_id ON articles(run_id);
CREATE INDEX articles_syndicated_from ON articles(syndicated_from) WHERE syndicated_from IS NOT NULL;
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
-- All that role_stats reads, in the order it groups by.
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
CREATE INDEX quotes_speaker_published ON quotes(speaker_id, published);
-- With the date behind it: the newest quotes of a value are then read in order, without sorting all that have it.
CREATE INDEX quotes_role_id ON quotes(role_id);
CREATE INDEX quotes_role ON quotes(role, published);
CREATE INDEX quotes_affiliation ON quotes(affiliation, published);
CREATE INDEX quotes_role_class ON quotes(role_class, published);
CREATE INDEX quotes_outlet_speaker ON quotes(outlet_id, speaker_id);
CREATE INDEX quotes_outlet_day ON quotes(outlet_id, day);
CREATE INDEX quotes_outlet_published ON quotes(outlet_id, published);
CREATE INDEX quotes_published ON quotes(published);
CREATE INDEX quotes_day ON quotes(day, published);
CREATE INDEX quotes_month ON quotes(month, published);
CREATE INDEX quotes_form ON quotes(form, published);
CREATE INDEX quotes_kind ON quotes(kind, published);
CREATE INDEX quotes_mention ON quotes(mention, published);
CREATE INDEX quotes_cue_lemma ON quotes(cue_lemma, published);
CREATE INDEX quotes_rule ON quotes(rule, published);
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
-- Of the facets only topics are many and asked for by number; an index over all would be moved in thirteen times a quote.
CREATE INDEX facet_counts_topics ON facet_counts(quotes DESC, value) WHERE facet = 'term_id';
CREATE INDEX facet_counts_none ON facet_counts(quotes) WHERE quotes = 0;

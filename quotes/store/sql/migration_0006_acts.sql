-- What the cue makes of the words, whether it was not done, and the words as readers like them.
-- Of what an older version found, acts are not known until it is found anew.

ALTER TABLE quotes ADD COLUMN act TEXT CHECK (act IN (
    'say', 'claim', 'confirm', 'deny', 'ask', 'answer', 'demand', 'urge', 'order', 'promise', 'warn', 'accuse', 'criticise',
    'praise', 'apologise', 'announce', 'agree', 'refuse', 'suggest', 'predict', 'joke', 'show'));
ALTER TABLE quotes ADD COLUMN negated INTEGER CHECK (negated IN (0, 1));
ALTER TABLE quotes ADD COLUMN words_said TEXT NOT NULL DEFAULT '';
ALTER TABLE quotes ADD COLUMN lead TEXT;

UPDATE quotes SET lead = cue, words_said = words_said_of(text, (
    SELECT json_group_array(json_array(start, "end")) FROM (
        SELECT start, "end" FROM spans WHERE quote_id = quotes.id AND kind = 'content' ORDER BY piece)));

CREATE INDEX quotes_act ON quotes(act, published_utc);
CREATE INDEX quotes_negated ON quotes(negated, published_utc);

CREATE TRIGGER quotes_acts_fixed
BEFORE UPDATE OF act, negated ON quotes
BEGIN
    SELECT RAISE(ABORT, 'what the cue of a quote makes of it is not updated: delete the quote and insert it anew');
END;

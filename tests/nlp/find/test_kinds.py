"""Speech or attitude, from the cue, the source and the marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import spacy
from spacy.tokens import Doc, Span, SpanGroup

from quotes.nlp.find.kinds import (
    RULES,
    Kinds,
    bare_object,
    bare_topic,
    by_nobody,
    by_punctuation,
    hypothetical,
    in_marks,
    named_so,
    negated,
    told_to,
    unlisted,
    unowned,
    unsettled,
    unspeaking,
    was_asked,
    without_cue,
)

if TYPE_CHECKING:
    from quotes.nlp.find.kinds import Deciding

VOCAB = spacy.blank("en").vocab


def doc_of(source: str, cue: str, content: str) -> Doc:
    """Build a Doc; a token is `word/lemma/POS/TAG/DEP`, all but the word may be missing; with DEP it hangs on the cue."""
    words, lemmas, pos, tags, deps = [], [], [], [], []
    for token in f"{source} {cue} {content}".split():
        word, lemma, coarse, tag, dep = (*token.split("/"), "", "", "", "")[:5]
        words.append(word)
        lemmas.append(lemma or word.lower())
        pos.append(coarse or ("PUNCT" if not word[0].isalnum() and len(word) == 1 else "X"))
        tags.append(tag)
        deps.append(dep)
    verb = len(source.split()) + len(cue.split()) - 1
    heads = [verb if dep else i for i, dep in enumerate(deps)] if any(deps) else None
    doc = Doc(VOCAB, words=words, lemmas=lemmas, pos=pos, tags=tags, heads=heads, deps=deps if heads else None)
    first, second = len(source.split()), len(source.split()) + len(cue.split())
    spans = [
        Span(doc, a, b, label=label, span_id="0")
        for a, b, label in [(0, first, "SOURCE"), (first, second, "CUE"), (second, len(doc), "CONTENT")]
        if a < b
    ]
    doc.spans["quotes"] = SpanGroup(doc, spans=spans, attrs={"0": {"rule": "linked", "confidence": 0.5}})
    marks = [i for i, word in enumerate(words) if word == '"']
    regions = [Span(doc, a, b + 1, label="closed") for a, b in zip(marks[::2], marks[1::2], strict=True)]
    doc.spans["quotes_marks"] = SpanGroup(doc, spans=regions)
    return doc


CASES = {
    "said": ("Ruiz", "said/say/VERB", "it rains/rain/VERB/VBZ", "speech"),
    "nobody said": ("Neither of them", "said/say/VERB", "that it rained", "attitude"),
    "no official said": ("No official/official/NOUN", "said/say/VERB", "that it rained", "attitude"),
    "No 10 said": ("No 10/10/NUM", "said/say/VERB", "that it rained", "speech"),
    "said goodbye": ("Ruiz", "said/say/VERB", "goodbye to the cook", "attitude"),
    "asked for help": ("Ruiz", "asked/ask/VERB", "the bank for help", "attitude"),
    "said about": ("Ruiz", "said/say/VERB about/about/ADP", "the long and costly war", "attitude"),
    "stories about": ("Ruiz", "stories/story/NOUN about/about/ADP", "the deal", "attitude"),
    "meet to decide": ("Voters", "meet/meet/VERB to/to/PART decide/decide/VERB/VB", "whether the pier stays/stay/VERB/VBZ",
                            "attitude"),
    "a fire exposed": ("fires/fire/NOUN", "exposed/expose/VERB", "how it was/be/AUX/VBD built", "attitude"),
    "an official exposed": ("The official/official/NOUN", "exposed/expose/VERB", "how it was/be/AUX/VBD built", "speech"),
    "Speaker accused of": ("Speaker/speaker/NOUN", "accused/accuse/VERB/VBN of/of/ADP", "taking/take/VERB bribes", "attitude"),
    "Firm ordered to": ("Firm/firm/NOUN", "ordered/order/VERB/VBN", "to/to/PART repay/repay/VERB/VB it", "attitude"),
    "would say": ("Ruiz", "would/would/AUX/MD say/say/VERB/VB", "that it rained/rain/VERB/VBD", "attitude"),
    "would later say": ("Ruiz", "would/would/AUX/MD later say/say/VERB/VB", "that it rained/rain/VERB/VBD", "speech"),
    "was declared": ("Reef/reef/NOUN/NN/nsubjpass", "was/be/AUX/VBD/auxpass declared/declare/VERB/VBN/ROOT", "the largest of all",
                     "attitude"),
    "told": ("Ruiz", "told/tell/VERB", "that it rains", "speech"),
    "promised": ("Ruiz", "promised/promise/VERB", "to leave/leave/VERB", "speech"),
    "urged": ("Ruiz", "urged/urge/VERB", "the council to act", "speech"),
    "denied": ("Ruiz", "denied/deny/VERB", "taking/take/VERB/VBG the money", "speech"),
    "encouraged somebody to": ("Ruiz", "encouraged/encourage/VERB", "others to follow/follow/VERB", "speech"),
    "gave evidence that": ("Ruiz", "gave/give/VERB evidence/evidence/NOUN", "that it rained", "speech"),
    "in his view": ("in/in/ADP his/he/PRON", "view/view/NOUN", "it rains/rain/VERB/VBZ", "speech"),
    "his view": ("his/he/PRON", "view/view/NOUN", "it rains/rain/VERB/VBZ", "attitude"),
    "let it be known": ("Ruiz", "let/let/VERB it be known/know/VERB", "that it rained", "speech"),
    "put out a statement": ("Ruiz", "put/put/VERB out a statement/statement/NOUN :", "it rains", "speech"),
    "who was asked": ("Ruiz", "Asked/ask/VERB", "if it rained", "attitude"),
    "who asked": ("Ruiz", "asked/ask/VERB", "if it rained", "speech"),
    "put pressure on": ("Ruiz", "put/put/VERB pressure/pressure/NOUN", "on the council to act", "attitude"),
    "denied a report": ("Ruiz", "denied/deny/VERB", "the report", "attitude"),
    "offered talks": ("Ruiz", "offered/offer/VERB", "talks in May", "attitude"),
    "hinted": ("Ruiz", "hinted/hint/VERB", "that he may/may/AUX/MD leave", "speech"),
    "according to": ("Ruiz", "according/accord/VERB to/to/ADP", "it rains", "speech"),
    "a colon": ("Ruiz", ":", "it rains", "speech"),
    "wants": ("Ruiz", "wants/want/VERB", "to leave", "attitude"),
    "believes": ("Ruiz", "believes/believe/VERB", "that it rains/rain/VERB/VBZ", "attitude"),
    "plans": ("Ruiz", "plans/plan/VERB", "to leave", "attitude"),
    "opposes": ("Ruiz", "opposes/oppose/VERB", "the bill", "attitude"),
    "declined to comment": ("Ruiz", "declined/decline/VERB to/to/PART comment/comment/VERB", "on the case", "attitude"),
    "declined to say": ("Ruiz", "declined/decline/VERB to/to/PART say/say/VERB", "whether he would/would/AUX/MD go", "speech"),
    "did not say": ("Ruiz", "did/do/AUX not/not/PART say/say/VERB", "whether he would/would/AUX/MD go", "speech"),
    "never promised to": ("Ruiz", "never/never/ADV promised/promise/VERB", "to/to/PART/TO leave/leave/VERB", "speech"),
    "did not deny taking": ("Ruiz", "did/do/AUX not/not/PART deny/deny/VERB", "taking/take/VERB/VBG it", "speech"),
    "failed to tell": ("Ruiz", "failed/fail/VERB to/to/PART tell/tell/VERB", "that it rained/rain/VERB/VBD", "speech"),
    "no longer denies": ("Ruiz", "no/no/ADV longer/long/ADV denies/deny/VERB", "that it rained/rain/VERB/VBD", "speech"),
    "failed": ("Ruiz", "failed/fail/VERB", "to leave/leave/VERB", "attitude"),
    "did not accept": ("Ruiz", "did/do/AUX not/not/PART accept/accept/VERB", "that version of events", "attitude"),
    "declined to comment on words": ("Ruiz", "declined/decline/VERB", 'to comment/comment/VERB on " rumours "', "attitude"),
    "did not comment": ("Ruiz", "did/do/AUX not/not/PART comment/comment/VERB", "on the case", "attitude"),
    "is expected": ("Ruiz", "is/be/AUX expected/expect/VERB/VBN", "to leave", "attitude"),
    "expressed hope": ("Ruiz", "expressed/express/VERB hope/hope/NOUN", "that it rains", "speech"),
    "a report shows": ("The report/report/NOUN", "shows/show/VERB", "that it rains", "speech"),
    "a person shows": ("Ruiz", "showed/show/VERB", "that he could/could/AUX/MD win", "attitude"),
    "criticised a name": ("Ruiz", "criticised/criticise/VERB", "the mayor", "attitude"),
    "criticised at length": ("Ruiz", "criticised/criticise/VERB", "the mayor for wasting a million pounds", "speech"),
    "announced a thing": ("Ruiz", "announced/announce/VERB", "the tour", "attitude"),
    "announced that": ("Ruiz", "announced/announce/VERB", "it would/would/AUX/MD close", "speech"),
    "proposed to": ("Ruiz", "proposed/propose/VERB", "to leave the town that is/be/AUX/VBZ hers", "attitude"),
    "a noun of nobody": ("", "reports/report/NOUN", "that it rains/rain/VERB/VBZ", "attitude"),
    "agreed to": ("Ruiz", "agreed/agree/VERB", "to leave", "attitude"),
    "agreed that": ("Ruiz", "agreed/agree/VERB", "that it rains", "speech"),
    "words in marks under any cue": ("Ruiz", "believes/believe/VERB", '" it is a great day "', "speech"),
    "all in marks": ("Ruiz", "wants/want/VERB", '" Revenge "', "speech"),
    "a single word in marks": ("Ruiz", "wants/want/VERB", 'a " deal " by Friday', "attitude"),
    "an unknown verb with a clause": ("Ruiz", "harrumphed/harrumph/VERB", "that it rains/rain/VERB/VBZ", "speech"),
    "an unknown verb with a noun": ("Ruiz", "juggles/juggle/VERB", "three jobs", "attitude"),
    "no cue, no marks": ("Ruiz", "", "it rains", "attitude"),
    "no cue, in marks": ("Ruiz", "", '" It rains today "', "speech"),
}


@pytest.mark.parametrize(("source", "cue", "content", "kind"), CASES.values(), ids=CASES)
def test_kind(source: str, cue: str, content: str, kind: str) -> None:
    doc = Kinds()(doc_of(source, cue, content))
    assert doc.spans["quotes"].attrs["0"] == {"rule": "linked", "confidence": 0.5, "kind": kind}


def test_a_doc_without_quotes_stays_as_it_is() -> None:
    doc = Kinds()(Doc(VOCAB, words=["Nothing", "."]))
    assert "quotes" not in doc.spans


SERVED: dict[Deciding, str] = {
    in_marks: "all in marks", without_cue: "no cue, no marks", by_punctuation: "a colon", unowned: "a noun of nobody",
    was_asked: "who was asked", negated: "did not comment",
    unlisted: "an unknown verb with a clause", by_nobody: "nobody said", bare_object: "said goodbye", bare_topic: "stories about",
    unsettled: "meet to decide", unspeaking: "a fire exposed", named_so: "was declared", told_to: "Firm ordered to",
    hypothetical: "would say",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_rule_serves_a_sentence(rule: Deciding) -> None:
    *sentence, kind = CASES[SERVED[rule]]
    without = Kinds(rules=[other for other in RULES if other is not rule])(doc_of(*sentence))
    assert without.spans["quotes"].attrs["0"]["kind"] != kind

"""Acts: what a cue makes of the words, and whether it was not done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy
from spacy.tokens import Doc, Span, SpanGroup

from quotes import lexicon
from quotes.nlp.component import BODY, NAMES_KEY, Reported, read_quotes, write_quotes
from quotes.nlp.find.acts import Acts, Reading, reading_of, with_verb
from quotes.nlp.find.kinds import Parts
from quotes.records import Act

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.language import Language

SENTENCES = sorted((Path(__file__).parents[2] / "data" / "acts").glob("*.txt"))
OPEN, CLOSE = {"[": "source", "{": "cue", "<": "content"}, "]}>"
RIGHT = 0.95
VOCAB = spacy.blank("en").vocab
CUES = [cue for cue in lexicon.cues().by_lemma.values() if "phrase" not in cue.takes]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence with its parts (code points) and what a person says of its cue."""

    text: str
    spans: dict[str, list[tuple[int, int]]]
    reading: Reading


def labelled(path: Path) -> Iterator[Labelled]:
    """Yield the sentences of a file of `tests/data/acts`."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        if block.startswith("#"):
            continue
        label, marked = block.strip().split("\n")
        act, _, negated = label.partition(" ")
        assert negated in ("", "negated")
        yield Labelled(*parsed(marked), Reading(Act(act), negated=bool(negated)))


def parsed(marked: str) -> tuple[str, dict[str, list[tuple[int, int]]]]:
    """Return a marked sentence without its marks, and its parts in code points."""
    text, begun = "", dict[str, int]()
    spans: dict[str, list[tuple[int, int]]] = {name: [] for name in OPEN.values()}
    for char in marked:
        if char in OPEN:
            begun[OPEN[char]] = len(text)
        elif char in CLOSE:
            name = [*OPEN.values()][CLOSE.index(char)]
            spans[name].append((begun.pop(name), len(text)))
        else:
            text += char
    assert not begun
    return text, spans


def parts(doc: Doc, spans: dict[str, list[tuple[int, int]]]) -> Parts:
    """Return the parts of a sentence as spans of its Doc."""
    found = {name: tuple(doc.char_span(*pair, alignment_mode="expand") for pair in pairs) for name, pairs in spans.items()}
    return Parts(found["content"], found["cue"], found["source"])


def sentence(words: str, heads: list[int], deps: list[str], pos: str, lemmas: str) -> Doc:
    """Return a Doc with a parse made by hand."""
    return Doc(VOCAB, words=words.split(), heads=heads, deps=deps, pos=pos.split(), lemmas=lemmas.split())


# ---- without a language model


@pytest.mark.parametrize("cue", CUES, ids=lambda cue: cue.lemma)
@pytest.mark.parametrize("negated", [False, True], ids=["done", "not done"])
def test_each_cue_makes_the_act_that_the_list_gives_it(cue: lexicon.Cue, *, negated: bool) -> None:
    if negated:
        doc = sentence(f"Ruiz did not {cue.lemma} that it rains", [3, 3, 3, 3, 6, 6, 3],
                       ["nsubj", "aux", "neg", "ROOT", "mark", "nsubj", "ccomp"], "PROPN AUX PART VERB SCONJ PRON VERB",
                       f"Ruiz do not {cue.lemma} that it rain")
        found = reading_of(Parts((doc[4:7],), (doc[1:4],), (doc[0:1],)))
    else:
        doc = sentence(f"Ruiz {cue.lemma} that it rains", [1, 1, 4, 4, 1], ["nsubj", "ROOT", "mark", "nsubj", "ccomp"],
                       "PROPN VERB SCONJ PRON VERB", f"Ruiz {cue.lemma} that it rain")
        found = reading_of(Parts((doc[2:5],), (doc[1:2],), (doc[0:1],)))
    undone = cue.lemma in lexicon.acts().undone  # "failed that": a verb of not doing, negated or not
    assert found == Reading(Act(cue.act), negated=negated is not undone)


def test_a_quote_without_a_cue_is_said() -> None:
    doc = Doc(VOCAB, words=["We", "won"])
    assert reading_of(Parts((doc[0:2],), (), ())) == Reading(Act.SAY, negated=False)


def test_a_negation_within_the_words_is_theirs() -> None:
    doc = sentence("Ruiz said he did not go", [1, 1, 5, 5, 5, 1], ["nsubj", "ROOT", "nsubj", "aux", "neg", "ccomp"],
                   "PROPN VERB PRON AUX PART VERB", "Ruiz say he do not go")
    assert reading_of(Parts((doc[2:6],), (doc[1:2],), (doc[0:1],))) == Reading(Act.SAY, negated=False)


def test_a_negation_of_the_words_that_the_parse_hangs_on_the_cue_is_theirs() -> None:
    doc = sentence("“ Probably not , ” Ruiz said", [6, 2, 6, 6, 6, 6, 6],
                   ["punct", "advmod", "neg", "punct", "punct", "nsubj", "ROOT"],
                   "PUNCT ADV PART PUNCT PUNCT PROPN VERB", "“ probably not , ” Ruiz say")
    assert reading_of(Parts((doc[0:5],), (doc[6:7],), (doc[5:6],))) == Reading(Act.SAY, negated=False)


def test_the_component_writes_what_it_reads() -> None:
    doc = sentence("Ruiz never denied that it rains", [2, 2, 2, 5, 5, 2], ["nsubj", "neg", "ROOT", "mark", "nsubj", "ccomp"],
                   "PROPN ADV VERB SCONJ PRON VERB", "Ruiz never deny that it rain")
    write_quotes(doc, [Reported(key="0", content=((3, 6),), cue=((2, 3),), source=((0, 1),))])
    found = read_quotes(Acts()(doc))[0]
    assert (found.act, found.negated) == (Act.DENY, True)


def test_a_doc_without_quotes_stays_as_it_is() -> None:
    assert "quotes" not in Acts()(Doc(VOCAB, words=["Nothing", "."])).spans


def test_a_party_called_no_is_not_nobody() -> None:
    doc = sentence("No Labels said it rains", [1, 2, 2, 4, 2], ["det", "nsubj", "ROOT", "nsubj", "ccomp"],
                   "DET PROPN VERB PRON VERB", "no Labels say it rain")
    doc.spans[NAMES_KEY] = SpanGroup(doc, spans=[Span(doc, 0, 2, label=BODY)])
    assert reading_of(Parts((doc[3:5],), (doc[2:3],), (doc[0:2],))) == Reading(Act.SAY, negated=False)


def declined(words: str, cue: tuple[int, int]) -> Reported:
    """Return what `with_verb` makes of a quote whose content follows its cue; a token is `word/lemma/POS`."""
    given = [(*token.split("/"), "", "")[:3] for token in words.split()]
    doc = Doc(VOCAB, words=[word for word, _, _ in given], lemmas=[lemma or word for word, lemma, _ in given],
              pos=[pos or "X" for _, _, pos in given])
    return with_verb(doc, Reported(key="0", content=((cue[1], len(doc)),), cue=(cue,), source=((0, cue[0]),)))


@pytest.mark.parametrize(
    ("words", "cue", "content"),
    [
        ("Ruiz declined/decline/VERB to say/say/VERB whether it rained", ((1, 4),), ((4, 7),)),
        ("Ruiz refused/refuse/VERB to tell/tell/VERB the court/court/NOUN where it was", ((1, 4),), ((6, 9),)),
        ("Ruiz declined/decline/VERB to confirm/confirm/VERB or deny/deny/VERB that it rained", ((1, 6),), ((6, 9),)),
        ("Ruiz declined/decline/VERB to comment/comment/VERB on/on/ADP reports that it rained", ((1, 2),), ((2, 9),)),
        ("Ruiz refused/refuse/VERB to leave/leave/VERB", ((1, 2),), ((2, 4),)),
        ("Ruiz promised/promise/VERB to say/say/VERB whether it rained", ((1, 2),), ((2, 7),)),
    ],
    ids=["whether", "a listener", "two verbs", "what it is about", "a deed", "no refusal"],
)
def test_the_verb_of_what_was_declined_is_the_cue_s(words: str, cue: object, content: object) -> None:
    found = declined(words, (1, 2))
    assert (found.cue, found.content) == (cue, content)


# ---- sentences labelled by hand before the program read them


@pytest.mark.parametrize("path", SENTENCES, ids=lambda path: path.stem)
def test_labelled_sentences_are_well_formed(path: Path) -> None:
    rows = list(labelled(path))
    assert all(row.spans["content"] and row.spans["cue"] and row.spans["source"] for row in rows)
    assert len({row.text for row in rows}) == len(rows)


def test_two_hundred_sentences_have_all_acts_and_negation() -> None:
    counts = Counter(row.reading for path in SENTENCES for row in labelled(path))
    assert counts.total() >= 200
    assert {reading.act for reading in counts} == {*Act}
    assert sum(count for reading, count in counts.items() if reading.negated) >= 50


@pytest.mark.model
@pytest.mark.parametrize("path", SENTENCES, ids=lambda path: path.stem)
def test_labelled_sentences_are_read_as_a_person_reads_them(path: Path, nlp: Language) -> None:
    rows = list(labelled(path))
    docs = nlp.pipe([row.text for row in rows])
    wrong = [(row, found) for row, doc in zip(rows, docs, strict=True)
             if (found := reading_of(parts(doc, row.spans))) != row.reading]
    assert len(wrong) <= (1 - RIGHT) * len(rows), wrong
    assert [row.text for row, _ in wrong if row.reading.act in (Act.DENY, Act.REFUSE)] == []


@pytest.mark.model
@pytest.mark.parametrize(
    ("marked", "reading"),
    [
        ("[Kuusi] on Thursday {denied} <it was in talks>; Halvorsen declined to comment.", Reading(Act.DENY, negated=False)),
        ("{According to} [a study], <an egg a day does not raise the risk of stroke>.", Reading(Act.SAY, negated=False)),
        ("They failed to agree, with [Moscow] {saying} <it would stay>.", Reading(Act.SAY, negated=False)),
    ],
    ids=["a refusal of somebody else", "a negation above the cue, in the words", "a failure of others"],
)
def test_what_stands_beside_is_not_the_cue_s(marked: str, reading: Reading, nlp: Language) -> None:
    text, spans = parsed(marked)
    assert reading_of(parts(nlp(text), spans)) == reading

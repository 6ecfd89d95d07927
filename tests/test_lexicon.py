"""The words in quotes/data/en: what is read of them, and that they do not contradict themselves."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from quotes import lexicon
from quotes.records import Act

WORDS = Path(str(resources.files("quotes.data"))) / "en"
PACKAGE = Path(str(resources.files("quotes")))
TAKES = {"clause", "infinitive", "object", "marks", "noun", "phrase"}
KINDS = {"speech", "act", "commitment", "topic", "evidence", "witness", "agreement", "attitude", None}
READERS = {
    "acts.toml": lexicon.acts,
    "affiliations.toml": lexicon.affiliations, "coreference.toml": lexicon.coreference, "cues.txt": lexicon.cues,
    "finding.toml": lexicon.finding, "furniture.txt": lexicon.furniture, "given_names.txt": lexicon.given_names,
    "given_variants.txt": lexicon.given_variants, "identity.toml": lexicon.identity, "light_nouns.txt": lexicon.light_nouns,
    "measures.txt": lexicon.measures, "nicknames.txt": lexicon.nicknames, "people.toml": lexicon.people,
    "regions.toml": lexicon.regions, "role_classes.toml": lexicon.role_classes, "roles.toml": lexicon.role_words,
}


def cues() -> list[lexicon.Cue]:
    return list(lexicon.cues().by_lemma.values())


def test_every_file_is_read_by_the_lexicon_and_by_nothing_else() -> None:
    assert {path.name for path in WORDS.iterdir()} == READERS.keys()
    others = [path for path in PACKAGE.rglob("*.py") if path.name != "lexicon.py"]
    strings = {node.value for path in others for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
               if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert not strings & READERS.keys()


@pytest.mark.parametrize("name", READERS)
def test_a_file_says_where_it_comes_from_and_what_is_read_stays(name: str) -> None:
    assert {"Origin", "Apache-2.0"} & set((WORDS / name).read_text(encoding="utf-8").replace(":", " ").split()[:400])
    assert READERS[name]() is READERS[name]()


class TestCues:
    def test_a_lemma_has_one_line(self) -> None:
        text = (WORDS / "cues.txt").read_text(encoding="utf-8")
        lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
        assert [lemma for lemma, count in Counter(lemma for lemma, *_ in lines).items() if count > 1] == []
        assert lines == sorted(lines)

    def test_columns_hold_what_the_head_of_the_file_lists(self) -> None:
        assert {item for cue in cues() for item in cue.takes if item[0] != "+"} == TAKES
        assert {cue.kind for cue in cues()} == KINDS
        assert {cue.act for cue in cues()} == {*Act}
        built = [(construction, act) for cue in cues() for construction, act in cue.acts]
        assert {act for _, act in built} <= {*Act}
        assert {construction for construction, _ in built if construction[0] != "+"} == {"infinitive", "document"}

    def test_lemmas_are_lower_case_and_only_phrases_have_several_words(self) -> None:
        assert [cue.lemma for cue in cues() if cue.lemma != cue.lemma.lower()] == []
        assert [cue.lemma for cue in cues() if (" " in cue.lemma) != ("phrase" in cue.takes)] == []

    def test_a_lemma_says_something(self) -> None:
        assert [cue.lemma for cue in cues() if not cue.takes and cue.kind is None] == []

    def test_what_is_no_speech_stands_beside_no_marks(self) -> None:
        """But for "begin": "'We are late,' she began" is speech by its marks, "began to doubt" an attitude."""
        assert {cue.lemma for cue in cues() if "marks" in cue.takes and cue.kind == "attitude"} == {"begin"}

    @pytest.mark.parametrize(
        ("lemma", "construction", "takes"),
        [("say", "clause", True), ("say", "infinitive", False), ("comment", "+on", True), ("table", "clause", False)],
    )
    def test_what_a_lemma_takes(self, lemma: str, construction: str, *, takes: bool) -> None:
        assert lexicon.cues().takes(lemma, construction) is takes

    @pytest.mark.parametrize(("lemma", "kind"), [("say", "speech"), ("believe", "attitude"), ("table", None)])
    def test_what_kind_of_quote_a_lemma_makes(self, lemma: str, kind: str | None) -> None:
        assert lexicon.cues().kind(lemma) == kind


@pytest.mark.parametrize("name", ["acts.toml", "finding.toml", "roles.toml", "coreference.toml"])
def test_closed_classes_hold_each_word_once(name: str) -> None:
    lists = tomllib.loads((WORDS / name).read_text(encoding="utf-8"))
    assert [(key, word) for key, words in lists.items() if isinstance(words, list) for word, count in Counter(words).items()
            if count > 1] == []


@pytest.mark.parametrize(
    ("word", "person"), [("auctioneer", True), ("shopkeeper", True), ("fisherman", True), ("career", False), ("german", False)]
)
def test_endings_of_nouns_for_people(word: str, *, person: bool) -> None:
    words = lexicon.role_words()
    assert (words.person_ending.search(word) is not None and word not in words.no_people) is person

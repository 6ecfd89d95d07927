"""Who is present at a word: how near each person was mentioned, who spoke before, who stands together.

Invariant: nothing here changes what is known of anybody.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import coreference
from quotes.nlp.coref import salience
from quotes.nlp.coref.entities import FEMALE, MALE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quotes.nlp.coref.cast import Cast
    from quotes.nlp.coref.entities import Entity, Mention, Person
    from quotes.nlp.text import Text

BYLINE_WORDS = 40  # walked back over at most: a paragraph may be as long as a page
SURELY = 1.5


class Presence:
    """Answers who is present at a word.

    Args:
        text: the article's words.
        cast: who is named in it.
        spoken: who spoke where, growing while the article is read.
    """

    def __init__(self, text: Text, cast: Cast, spoken: Sequence[tuple[int, Entity]]) -> None:
        self.text = text
        self.cast = cast
        self.spoken = spoken

    def rank(self, word: int, sex: str = "", among: Sequence[Person] | None = None) -> list[tuple[float, Person]]:
        """Rank the people that a pronoun or description at a word may mean, the likeliest first."""
        people = self.cast.people if among is None else among
        nearest = max((m.end for p in people for m in p.latest(word, 1)), default=-1)
        scored = []
        for person in people:
            features = None if self._is_byline(person) else self.features(person, word, sex, nearest)
            if features:
                scored.append((salience.score(features), person))
        if not scored and sex:
            scored = [
                (-5.0 - 0.01 * p.mentions[0].start, p)
                for p in self.cast.people
                if p.mentions and p.mentions[0].start > word and p.likely_sex in {sex, ""}
            ][:1]
        return sorted(scored, key=lambda pair: (-pair[0], pair[1].number))

    def features(self, person: Person, word: int, sex: str, nearest: int) -> dict[str, float] | None:
        """Return what speaks for and against a person being meant at a word; None if nothing came before."""
        latest = person.latest(word, 6)
        if not latest:
            return None
        text = self.text
        last = next((m for m in reversed(latest) if not m.quoted), latest[-1])
        speaker = self.speaker_before(word) is person
        here = speaker and self._spoke_here(word)
        known = person.likely_sex
        sure = abs(person.sex[FEMALE] - person.sex[MALE]) >= SURELY
        return {
            "best_mention": max(self._mention_weight(m, word) for m in latest),
            "same_sentence": float(text.sentence[word] == text.sentence[last.start] and not last.quoted),
            "same_paragraph": float(text.same_paragraph(last.start, word) and not last.quoted),
            "sentences": float(min(text.sentence[word] - text.sentence[last.start], 8)),
            "subject": float(self.is_subject(last)),
            "quoted": float(last.quoted),
            "nearest": float(latest[-1].end == nearest),
            "mentions": math.log1p(len(person.mentions)),
            "spoke_here": float(here),
            "spoke_before": float(speaker and not here),
            "other_sex": float(bool(sex) and bool(known) and known != sex and not sure),
            "surely_other_sex": float(bool(sex) and bool(known) and known != sex and sure),
            "own_sex": float(bool(sex) and known == sex),
            "introduced_here": float(self._introduced(person, word) == 0),
            "introduced_before": float(self._introduced(person, word) == 1),
        }

    def _is_byline(self, person: Person) -> bool:
        """Say whether a person is named in bylines alone: "By Winifred Orme", "(Reporting by ...)"."""
        return all(self._after_by(m.start) for m in person.mentions)

    def _after_by(self, word: int) -> bool:
        text = self.text
        first = max(0, word - BYLINE_WORDS)
        while word > first and text.same_paragraph(word - 1, word):
            word -= 1
            if text.lower[word] == "by":
                return word == 0 or not text.same_paragraph(word - 1, word) or text.lower[word - 1] in {"reporting", "editing"}
        return False

    def _introduced(self, person: Person, word: int) -> int:
        """Return how many paragraphs before a word a person was first named."""
        first = next((m.start for m in person.mentions if m.kind in {"name", "surname"}), word)
        return self.text.paragraph[word] - self.text.paragraph[first]

    def salience(self, person: Person, word: int) -> float | None:
        """Return how present a person is at a word, None if not named before it."""
        latest = person.latest(word, 6)
        if not latest:
            return None
        best = max(self._mention_weight(m, word) for m in latest) + 0.25 * math.log1p(len(person.mentions))
        if self.speaker_before(word) is person:
            best += 1.2 if self._spoke_here(word) else 0.5
        return best

    def _mention_weight(self, mention: Mention, word: int) -> float:
        text = self.text
        sentences = text.sentence[word] - text.sentence[mention.start]
        paragraphs = text.paragraph[word] - text.paragraph[mention.start]
        weight = -0.55 * min(sentences, 8) - 0.35 * min(paragraphs, 6)
        weight += 1.3 * self.is_subject(mention) + 0.2 * (mention.kind == "pronoun")
        return weight - 2.0 * mention.quoted - 0.7 * mention.owner - 1.0 * self._in_role_tail(mention)

    def _in_role_tail(self, mention: Mention) -> bool:
        before = self.text.lower[mention.start - 1] if mention.start else ""
        return before in coreference().role_tails or (
            before in lexicon.people().honorifics
            and (
                mention.start > 1
                and self.text.lower[mention.start - 2] in coreference().role_tails - {"on"}
            )
        )

    def is_subject(self, mention: Mention) -> bool:
        """Say whether a mention is the subject of a verb."""
        return any(self.text.words[w].dep_ in {"nsubj", "nsubjpass"} for w in range(mention.start, mention.end))

    def speaker_before(self, word: int) -> Entity | None:
        """Return who spoke last before a word, if not more than two paragraphs ago."""
        for start, entity in reversed(self.spoken):
            if start < word:
                return entity if self.text.paragraph[word] - self.text.paragraph[start] <= 2 else None
        return None

    def _spoke_here(self, word: int) -> bool:
        """Say whether the last speaker spoke in a word's own paragraph."""
        start = next((s for s, _ in reversed(self.spoken) if s < word), None)
        return start is not None and self.text.same_paragraph(start, word)

    def distance(self, left: int, right: int) -> float:
        """Return how much the sentences and paragraphs between two words take from a score."""
        text = self.text
        return -0.7 * min(text.sentence[right] - text.sentence[left], 8) - 0.3 * (text.paragraph[right] - text.paragraph[left])

    def pairs(self, word: int) -> Iterator[tuple[tuple[Mention, Person], tuple[Mention, Person]]]:
        """Yield pairs of people joined by "and" before a word."""
        text = self.text
        mentions = sorted(
            ((m, p) for p in self.cast.people for m in p.mentions if m.end <= word and m.kind != "pronoun"),
            key=lambda x: x[0].start,
        )
        for (left, one), (right, other) in pairwise(mentions):
            if one is other or not text.same_paragraph(left.start, right.start) or right.start - left.end > 12:
                continue
            if left.quoted or right.quoted or text.sentence[left.start] != text.sentence[right.start]:
                continue
            gap = [text.lower[w] for w in range(left.end, right.start)]
            if "and" in gap and not set(gap) & {"said", "says", "who", "with"}:
                yield (left, one), (right, other)

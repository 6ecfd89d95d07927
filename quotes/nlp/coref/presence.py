"""Who is present at a word: how near each person was mentioned, who spoke before, who stands together.

Invariant: nothing here changes what is known of anybody.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import coreference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quotes.nlp.coref.cast import Cast
    from quotes.nlp.coref.entities import Entity, Mention, Person
    from quotes.nlp.text import Text

BYLINE_WORDS = 40  # walked back over at most: a paragraph may be as long as a page


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

    def is_byline(self, person: Person) -> bool:
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

    def weight(self, mention: Mention, word: int) -> float:
        """Return how present a mention makes somebody at a word: nearer, and a subject, is more."""
        text = self.text
        sentences = text.sentence[word] - text.sentence[mention.start]
        paragraphs = text.paragraph[word] - text.paragraph[mention.start]
        weight = -0.55 * min(sentences, 8) - 0.35 * min(paragraphs, 6)
        weight += 1.3 * self.is_subject(mention) + 0.2 * (mention.kind == "pronoun")
        return weight - 2.0 * mention.quoted - 0.7 * mention.owner - 1.0 * self.in_role_tail(mention)

    def in_role_tail(self, mention: Mention) -> bool:
        """Say whether a mention only ends a role: "an attorney for Ruiz"."""
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

"""What the noun phrases of an article are made of: heads, titles, people named inside, relative clauses.

Invariant: nothing here changes what is known of anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import role_words
from quotes.nlp.roles import facts, phrases
from quotes.nlp.text import CLOSE_MARKS, HYPHENS, OPEN_MARKS, POSSESSIVES, is_capital

if TYPE_CHECKING:
    from quotes.nlp.coref.cast import Cast
    from quotes.nlp.coref.entities import Mention, Person
    from quotes.nlp.text import Text


class NounPhrases:
    """Answers about the noun phrases of an article.

    Args:
        text: the article's words.
        cast: who is named in it.
    """

    def __init__(self, text: Text, cast: Cast) -> None:
        self.text = text
        self.cast = cast
        self.words = lexicon.coreference()

    def people_in(self, start: int, end: int) -> list[tuple[Mention, Person]]:
        """Return the people named between two words, with their mentions."""
        found: list[tuple[Mention, Person]] = []
        for word in range(start, end):
            person = self.cast.by_word.get(word)
            if person and (not found or word >= found[-1][0].end):
                mention = next((m for m in person.mentions if m.start <= word < m.end and m.kind != "pronoun"), None)
                if mention:
                    found.append((mention, person))
        return found

    def relative_at(self, start: int, end: int) -> int:
        """Return the first relative pronoun between two words, else the end."""
        return next(
            (
                w
                for w in range(start + 1, end)
                if self.text.lower[w] in {"who", "whose", "which", "that"} and not self.text.quoted[w]
            ),
            end,
        )

    def titles_before(self, mention: Mention, start: int) -> int:
        """Return how many words of titles and roles stand right before a name."""
        text = self.text
        first = phrases.premodifier_start(text, mention.start)
        if first < mention.start and text.lower[first] in role_words().determiners:
            first += 1
        count = mention.start - max(first, start)
        edge = role_words().determiners | OPEN_MARKS
        while mention.start - count > start and text.lower[mention.start - count - 1] in edge:
            count += 1
        return count

    def head_word(self, start: int, end: int) -> int | None:
        """Return the head noun of the phrase at a word: the last noun before a preposition, comma or relative."""
        text = self.text
        head, after = None, start
        for word in range(start, end):
            token, lower = text.words[word], text.lower[word]
            if word < after:
                continue
            if token.text in OPEN_MARKS and (after := self._title_end(word, end)) > word:
                continue
            if (
                token.text in phrases.STOP_PUNCTUATION
                and token.text not in HYPHENS
                and token.text not in OPEN_MARKS | CLOSE_MARKS
                and head is not None
            ):
                break
            accused = lower in self.words.accused  # whatever the tagger takes it for
            ends = (token.pos_ in {"ADP", "VERB", "AUX"} and not accused) or lower in role_words().relatives
            if head is not None and (ends or lower in {"and", "or", "to"}):
                break
            if token.text in POSSESSIVES or token.tag_ == "POS":
                head = None
                continue
            if (
                token.pos_ in {"NOUN", "PROPN", "ADJ", "NUM", "PRON"}
                or is_capital(token.text)
                or accused
                or lower in lexicon.people().documents
            ):
                head = word
        return head

    def is_thing(self, head: int) -> bool:
        """Say whether a noun is nobody and no body: what is owned and speaks is its owner's words, "her brochure"."""
        lower, people = self.text.lower[head], lexicon.people()
        if lower in self.words.said_by_owner or lower in people.documents:
            return True
        somebody = people.female | people.male | people.organization_heads | self.words.bodies | self.words.households
        plain = self.text.words[head].pos_ == "NOUN" and self.text.words[head].text.islower()
        return plain and lower not in somebody and not facts.head_class([lower])

    def _title_end(self, start: int, end: int) -> int:
        """Return where a title in marks ends that a noun follows, else its start: "the bureau's “Crime in Italy” report"."""
        text = self.text
        close = next((w for w in range(start + 1, end - 1) if text.words[w].text in CLOSE_MARKS), None)
        return start if close is None or text.words[close + 1].pos_ != "NOUN" else close + 1

    def antecedent(self, word: int) -> int | None:
        """Return the word that the parse hangs a relative clause on."""
        token = self.text.words[word]
        for ancestor in [token, *token.ancestors]:
            if ancestor.dep_ in {"relcl", "acl"} and ancestor.head.i < token.i:
                return self.text.index.get(ancestor.head.i)
        return None

    def phrase_start(self, head: int) -> int:
        """Return where the noun phrase that ends in a head begins."""
        text = self.text
        at = head
        while (
            at > 0
            and text.same_paragraph(at - 1, head)
            and (
                text.words[at - 1].pos_ in {"ADJ", "NOUN", "PROPN", "NUM", "DET"}
                or text.words[at - 1].text in POSSESSIVES
                or text.words[at - 1].text in HYPHENS
                or text.words[at - 1].tag_ in {"VBN", "PRP$"}
            )
        ):
            at -= 1
        return at
